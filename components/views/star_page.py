"""Everything known of the star in focus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import astropy.units as u
import panel as pn
from astropy.coordinates import SkyCoord

from components.documents import as_current, as_one_change, run_in_document
from components.scroll_top import ScrollTop
from components.state.workspace import Workspace
from components.theme import escape, format_value, stylesheet

EMPTY = (
    "<h2>No star picked</h2><p>Click a star in a plane or a row of the table. Its values, velocities and "
    "companion masses appear here.</p>"
)


def title_html(workspace: Workspace, row: int) -> str:
    """Return the star's name, place on the sky, and the remarks of its catalogue."""
    catalogue = workspace.catalogue
    parts = [f"<h2>{escape(catalogue.name_of(row))}</h2>"]
    number = workspace.star_value("mu_number")
    if number is not None:
        parts.append(f"<p class=small>No. {int(number)} of Mu et al. 2022</p>")
    ra, dec = workspace.star_value("ra"), workspace.star_value("dec")
    if ra is not None and dec is not None:
        place = SkyCoord(ra * u.deg, dec * u.deg).to_string("hmsdms", sep=":", precision=2)
        parts.append(f"<p class=small>RA, Dec {ra:.5f}°, {dec:+.5f}° · {place}</p>")
    remark = workspace.star_value("remark")
    if remark:
        parts.append(f"<p class=warn>{escape(remark)}</p>")
    return "".join(parts)


def values_html(workspace: Workspace, row: int) -> str:
    """Return a table of all values of the star with unit and meaning; missing ones are counted, not listed."""
    catalogue = workspace.catalogue
    lines, missing = [], 0
    for name, value in catalogue.star(row).items():
        if value is None or name == "remark":
            missing += value is None
            continue
        label = catalogue.label(name)
        shown = str(value) if name == catalogue.id_column else format_value(value, 7)
        meaning = escape(label.meaning or name)
        lines.append(
            f'<tr title="{meaning}"><td>{escape(label.short)} <span class=small>{escape(name)}</span></td>'
            f"<td>{escape(shown)}</td><td>{escape(label.printed_unit)}</td></tr>"
        )
    which = "column has" if missing == 1 else "columns have"
    note = f"<p class=small>{missing} {which} no value for this star.</p>" if missing else ""
    return f"<h3>Catalogue values</h3><table class=values>{''.join(lines)}</table>{note}"


class Section(NamedTuple):
    """A panel of the star page with its heading; ``column`` says where it stands when there is room for two."""

    title: str
    panel: Any
    column: str = "left"


# Panels come in a few lots: each lot makes Bokeh and the browser go through the whole page once.
SHOWN_AFTER = (2, 5)
_STACKED = {"max-height": "none", "display": "flex", "flex-direction": "column"}
_SPREAD = {
    "max-height": "none",
    "display": "grid",
    "grid-template-areas": '"left right" "values right"',
    "grid-template-columns": "minmax(0, 1fr) minmax(0, 1fr)",
    "grid-template-rows": "auto 1fr",
    "column-gap": "18px",
    "align-items": "start",
}


class StarPage(pn.viewable.Viewer):
    """The star in focus: title, panels, and all its values.

    The panels are made when the first star is picked, one after the other, so that the page answers in between, and
    shown in three lots.
    """

    def __init__(self, workspace: Workspace, make_sections: Callable[[str], Iterable[Section]], theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._make_sections = make_sections
        self._theme = self._made_in = theme
        self._document = pn.state.curdoc
        self._sections: list[Section] = []
        self._waiting: list[Section] = []
        self._coming: Iterator[Section] | None = None
        style: dict[str, Any] = {"margin": 0, "stylesheets": [stylesheet("prose")], "sizing_mode": "stretch_width"}
        self._top = ScrollTop()
        self._title = pn.pane.HTML(EMPTY, **style)
        self._values = pn.pane.HTML("", **style)
        self._sides = {
            name: pn.Column(margin=0, sizing_mode="stretch_width", styles={"max-height": "none", "grid-area": name})
            for name in ("left", "right", "values")
        }
        self._sides["values"].append(self._values)
        self._body = pn.Column(
            *self._sides.values(), margin=0, sizing_mode="stretch_width", styles=_STACKED, visible=False
        )
        self._layout = pn.Column(
            self._top,
            self._title,
            self._body,
            margin=(8, 12),
            sizing_mode="stretch_width",
            styles={"max-height": "none"},
        )
        workspace.focus.param.watch(lambda *_: self._show(), "row")
        self._show()

    def __panel__(self) -> pn.Column:
        return self._layout

    def spread(self, columns: int) -> None:
        """Lay the panels out in one column or in two."""
        self._body.styles = _SPREAD if columns == 2 else _STACKED

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = name
        for section in self._sections:
            section.panel.show_theme(name)

    def _make_next(self) -> None:
        assert self._coming is not None
        with as_current(self._document):
            section = next(self._coming, None)
        if section is not None:
            if self._theme != self._made_in:
                section.panel.show_theme(self._theme)
            self._sections.append(section)
            self._waiting.append(section)
            run_in_document(self._document, self._make_next)
        if section is None or len(self._sections) in SHOWN_AFTER:
            self._insert()

    def _insert(self) -> None:
        with as_one_change(self._document):
            for name, column in self._sides.items():
                coming = [self._titled(section) for section in self._waiting if section.column == name]
                if coming:
                    column.extend([part for parts in coming for part in parts])
        self._waiting = []

    @staticmethod
    def _titled(section: Section) -> tuple[Any, Any]:
        head = pn.pane.HTML(
            f"<h3>{section.title}</h3>", margin=0, sizing_mode="stretch_width", stylesheets=[stylesheet("prose")]
        )
        return head, section.panel

    def _show(self) -> None:
        row = self._workspace.focus.row
        self._body.visible = row is not None
        if row is None:
            self._title.object, self._values.object = EMPTY, ""
            return
        self._top.go()
        self._title.object = title_html(self._workspace, row)
        self._values.object = values_html(self._workspace, row)
        if self._coming is None:
            self._made_in = self._theme
            self._coming = iter(self._make_sections(self._theme))
            run_in_document(self._document, self._make_next)
