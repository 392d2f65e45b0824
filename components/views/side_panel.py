"""The column on the right: one of several pages at a time, or the star beside one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import panel as pn

from components.documents import as_current, run_in_document
from components.state.session import Session
from components.state.workspace import Workspace
from components.theme import stylesheet

# Bokeh lays columns out as flex boxes of their parent's height; a grid with scrolled cells holds long pages.
_NARROW = {
    "display": "grid",
    "grid-template-areas": '"tabs" "page"',
    "grid-template-columns": "minmax(0, 1fr)",
    "grid-template-rows": "auto minmax(0, 1fr)",
    "height": "100%",
}
_WIDE = {
    **_NARROW,
    "grid-template-areas": '"star tabs" "star page"',
    "grid-template-columns": "minmax(0, 1fr) {width}px",
}
_CELL = {"overflow": "hidden auto", "max-height": "none", "min-height": "0", "height": "100%"}


class SidePanel(pn.viewable.Viewer):
    """Shows one of the pages it can make. The first is the star's: picking a star brings it to the front, unless the
    page shown is one of ``stay``; in the star layout it stands beside the others."""

    def __init__(
        self,
        session: Session,
        workspace: Workspace,
        makers: Sequence[tuple[str, Callable[[str], Any]]],
        width: int,
        stay: Collection[str] = (),
    ) -> None:
        super().__init__()
        self._session = session
        self._document = pn.state.curdoc
        self._came_from_star = False
        self._makers = dict(makers)
        self._pages: dict[str, Any] = {}
        self._star, *self._others = self._makers
        self._width, self._stay = width, frozenset(stay)
        self._choice = pn.widgets.RadioButtonGroup(
            options=list(self._makers), value=self._star, margin=(8, 10, 4, 10), stylesheets=[stylesheet("tabs")],
            sizing_mode="stretch_width", styles={"grid-area": "tabs"},
        )  # fmt: skip
        self._columns = {
            name: pn.Column(margin=0, sizing_mode="stretch_width", styles={**_CELL, "grid-area": "page"})
            for name in self._makers
        }
        self._layout = pn.Column(
            self._choice, *self._columns.values(), margin=0, sizing_mode="stretch_both", styles=_NARROW
        )
        self._choice.param.watch(lambda *_: self._show(), "value")
        workspace.focus.param.watch(lambda *_: self._picked(), "row")
        self._watching = [
            session.param.watch(lambda *_: self._show_layout(), "layout"),
            session.param.watch(lambda event: self.bring(event.new), "page"),
        ]
        if workspace.real is not None:
            workspace.real.param.watch(lambda *_: self._picked(), "row")
        self._show_layout()

    def __panel__(self) -> pn.Column:
        return self._layout

    @property
    def shown(self) -> str:
        """Return the name of the page in front."""
        name: str = self._choice.value
        return name

    def bring(self, name: str) -> None:
        """Show the page of this name; in the star layout the star is there already."""
        if name in self._choice.options:
            self._choice.value = name

    def close(self) -> None:
        """Stop following the session, the pages too that follow it."""
        for watching in self._watching:
            self._session.param.unwatch(watching)
        for page in self._pages.values():
            if hasattr(page, "close"):
                page.close()

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        for page in self._pages.values():
            page.show_theme(name)

    def _page(self, name: str) -> Any:
        if name not in self._pages:
            with as_current(self._document):
                self._pages[name] = self._makers[name](self._session.theme)
            self._columns[name].append(self._pages[name])
            self._tell(name)
        return self._pages[name]

    def _picked(self) -> None:
        if self.shown not in self._stay:
            self.bring(self._star)

    def _show_layout(self) -> None:
        wide = self._session.layout == "star"
        names = self._others if wide and self._others else list(self._makers)
        shown = self.shown if self.shown in names else names[0]
        if wide:
            self._came_from_star = self.shown == self._star
        elif self._came_from_star:
            shown, self._came_from_star = self._star, False
        self._choice.param.update(options=names, value=shown)
        columns = _WIDE["grid-template-columns"].format(width=self._width if self._others else 0)
        self._layout.styles = {**_WIDE, "grid-template-columns": columns} if wide else _NARROW
        self._columns[self._star].styles = {**_CELL, "grid-area": "star" if wide else "page"}
        self._page(self._star).spread(2 if wide else 1)
        self._show()

    def _show(self) -> None:
        wide = self._session.layout == "star"
        self._choice.visible = len(self._makers) > 1
        if self.shown not in self._pages:
            run_in_document(self._document, partial(self._page, self.shown))
        for name, column in self._columns.items():
            column.visible = name == self.shown or (wide and name == self._star)
            self._tell(name)
        self._session.page = self.shown

    def _tell(self, name: str) -> None:
        tell = getattr(self._pages.get(name), "set_shown", None)
        if tell is not None:
            tell(self._columns[name].visible)
