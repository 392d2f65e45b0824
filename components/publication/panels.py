"""What the panels of a star say, gathered from what they show: figures, sentences, tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import holoviews as hv
import panel as pn
from bokeh.models import Plot

from components.choice_table import ChoiceTable

SILENT = frozenset({"style", "script", "svg", "button", "select", "textarea"})
PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "li", "blockquote", "summary"})


@dataclass
class PanelContent:
    """One panel: its Bokeh figures, its sentences, its rows of cells."""

    title: str
    figures: list[Any] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Tell whether the panel shows nothing."""
        return not (self.figures or self.lines or self.rows)


def panel_content(title: str, panel: Any) -> PanelContent:
    """Return what a panel shows at this moment; what is hidden is left out."""
    content = PanelContent(title)
    for shown in _shown(panel.__panel__()):
        if isinstance(shown, pn.pane.HTML):
            reader = _Reader()
            reader.feed(str(shown.object or ""))
            reader.close()
            content.lines += reader.lines
            content.rows += reader.rows
        elif isinstance(shown, pn.pane.Bokeh | pn.pane.HoloViews):
            content.figures += _figures(shown)
        elif isinstance(shown, ChoiceTable):
            content.rows += [tuple(shown.columns), *(tuple(row) for row in shown.rows[:20])]
    return content


def _shown(item: Any) -> Iterator[Any]:
    if not getattr(item, "visible", True):
        return
    if isinstance(item, pn.viewable.Viewer):
        yield from _shown(item.__panel__())
    elif isinstance(item, Sequence) or hasattr(item, "objects"):
        for part in getattr(item, "objects", item):
            yield from _shown(part)
    else:
        yield item


def _figures(pane: Any) -> list[Any]:
    if pane.object is None:
        return []
    if isinstance(pane, pn.pane.Bokeh):
        model = pane.object
    else:
        # The model in the page knows how far it was zoomed; a pane that was never shown is drawn anew.
        drawn = [model for model, _ in pane._models.values() if isinstance(model, Plot)]
        model = drawn[-1] if drawn else hv.render(pane.object, backend="bokeh")
    if isinstance(model, Plot):
        return [model]
    return [plot for plot in model.select({"type": Plot}) if plot.renderers]


class _Reader(HTMLParser):
    """Takes sentences and rows of cells out of the page's own HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.rows: list[tuple[str, ...]] = []
        self._cells: list[str] = []
        self._text: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag in ("td", "th", "dt", "dd") or tag in PARAGRAPHS or tag in ("tr", "div", "table", "dl"):
            self._end_line()
        elif tag == "br":
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th", "dt", "dd"):
            self._cells.append(self._take())
            if tag == "dd":
                self._end_row()
        elif tag == "tr":
            self._end_row()
        elif tag in PARAGRAPHS or tag in ("div", "table", "dl"):
            self._end_line()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end_line()
        self._end_row()

    def _take(self) -> str:
        text = " ".join("".join(self._text).split())
        self._text = []
        return text

    def _end_line(self) -> None:
        text = self._take()
        if text:
            self.lines.append(text)

    def _end_row(self) -> None:
        cells, self._cells = tuple(self._cells), []
        if any(cells):
            self.rows.append(cells)
