"""The real candidates over a simulated survey: their marks in the planes, and the page of the one that is picked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

import panel as pn
from bokeh.models import Legend, LegendItem

from components.state.planes import Figure
from components.state.real_stars import CANDIDATES, RealStars
from components.state.session import Session
from components.state.workspace import Workspace
from components.theme import Theme, escape, stylesheet

Layer = Callable[[Any, Figure, Theme], None]
MakePage = Callable[[Workspace, str], Any]
MARK_SIZE = 9
HINT = (
    "<p>Every star here is made up, but for the green diamonds in some planes: 35 real candidates, for comparison. "
    "Click one, or choose it below.</p>"
)
NONE_PICKED = "Choose one…"


def real_star_layers(workspace: Workspace) -> list[Layer]:
    """Return what draws the real candidates over a plane; nothing where the catalogue has none beside it."""
    return [] if workspace.real is None else [partial(draw_real_stars, workspace.real)]


def draw_real_stars(real: RealStars, plot: Any, figure: Figure, theme: Theme) -> None:
    """Draw the candidates that have a place in the figure as open diamonds, with a line of the legend."""
    rows, x, y = real.places(figure)
    if not len(rows):
        return
    marks = plot.scatter(
        x, y, marker="diamond", size=MARK_SIZE, fill_color=theme.good, fill_alpha=0.9, line_color=theme.page,
        line_width=0.8, level="annotation",
    )  # fmt: skip
    text = f"{len(rows)} real" + (" candidates, M_Ks from their M₁" if real.stands_in(figure) else "")
    item = LegendItem(label=text, renderers=[marks])
    if plot.legend:
        plot.legend[0].items = [*plot.legend[0].items, item]
    else:
        plot.add_layout(Legend(items=[item]), "above")


class RealStarPage(pn.viewable.Viewer):
    """The star page of a simulated survey: that of its own star, or that of the real candidate that is picked."""

    def __init__(
        self,
        session: Session,
        workspace: Workspace,
        own: Any,
        theme: str,
        make_page: MakePage,
    ) -> None:
        super().__init__()
        assert workspace.real is not None
        self._session, self._workspace, self._real = session, workspace, workspace.real
        self._own, self._make_page, self._theme = own, make_page, theme
        self._page: Any = None
        self._columns = 1
        self._note = pn.pane.HTML(
            "", margin=(8, 12, 0, 12), stylesheets=[stylesheet("prose")], sizing_mode="stretch_width"
        )
        names = {NONE_PICKED: -1} | {name: row for row, name in self._real.names.items()}
        widget: dict[str, Any] = {"stylesheets": [stylesheet("widgets")], "margin": (4, 12)}
        self._choice = pn.widgets.Select(
            name="Real candidates of Mu et al. 2022", options=names, sizing_mode="stretch_width", **widget
        )
        self._open = pn.widgets.Button(name="Open its own catalogue", sizing_mode="stretch_width", **widget)
        self._place = pn.Column(margin=0, sizing_mode="stretch_width", styles={"max-height": "none"})
        self._layout = pn.Column(
            own, self._note, self._choice, self._open, self._place, margin=0, sizing_mode="stretch_width",
            styles={"max-height": "none"},
        )  # fmt: skip
        self._choice.param.watch(lambda event: self._chosen(event.new), "value")
        self._open.on_click(lambda *_: self._go())
        self._real.param.watch(lambda *_: self._show(), "row")
        workspace.focus.param.watch(lambda *_: self._show(), "row")
        self._show()

    def __panel__(self) -> pn.Column:
        return self._layout

    def spread(self, columns: int) -> None:
        """Lay the panels out in one column or in two."""
        self._columns = columns
        for page in (self._own, self._page):
            if page is not None:
                page.spread(columns)

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = name
        for page in (self._own, self._page):
            if page is not None:
                page.show_theme(name)

    def _chosen(self, choice: int) -> None:
        row = choice if choice >= 0 else None
        if row != self._real.row:
            self._real.pick_row(row)

    def _go(self) -> None:
        query = "?" + urlencode({"dataset": CANDIDATES, "star": self._real.identifier})
        pn.state.execute(partial(self._session.open, CANDIDATES, query))

    def _show(self) -> None:
        row = self._real.row
        real = row is not None
        self._choice.value = -1 if row is None else row
        self._choice.visible = self._note.visible = real or self._workspace.focus.row is None
        self._open.visible = self._place.visible = real
        self._own.__panel__().visible = not real
        if row is None:
            self._note.object = HINT
            return
        self._note.object = (
            f"<div class='verdict yes'><span><b>A real star</b>, {escape(self._real.name_of(row))} of Mu et al. 2022, "
            "shown over the simulated survey. No cut, count, completeness or purity includes it. To judge it, open "
            "its own catalogue.</span></div>"
        )
        space = self._workspace.real_workspace
        assert space is not None
        if self._page is None:
            self._page = self._make_page(space, self._theme)
            self._page.spread(self._columns)
            self._place[:] = [self._page]
        space.focus.pick_row(row)
