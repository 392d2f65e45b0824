"""The column on the right: one of several pages at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import panel as pn

from components.state.workspace import Workspace
from components.theme import stylesheet


class SidePanel(pn.viewable.Viewer):
    """Shows one of the pages it was given; picking a star brings the first to the front."""

    def __init__(self, workspace: Workspace, pages: Sequence[tuple[str, Any]]) -> None:
        super().__init__()
        self._pages = dict(pages)
        names = list(self._pages)
        self._choice = pn.widgets.RadioButtonGroup(
            options=names, value=names[0], margin=(8, 12, 0, 12), stylesheets=[stylesheet("widgets")],
            visible=len(names) > 1, sizing_mode="stretch_width",
        )  # fmt: skip
        # Bokeh limits nested columns to the height of their parent; pages below each other would overlap.
        tall = {"max-height": "none"}
        self._columns = {
            name: pn.Column(page, margin=0, sizing_mode="stretch_width", visible=name == names[0], styles=tall)
            for name, page in self._pages.items()
        }
        self._layout = pn.Column(
            self._choice, *self._columns.values(), margin=0, sizing_mode="stretch_width", styles=tall
        )
        self._choice.param.watch(lambda *_: self._show(), "value")
        workspace.focus.param.watch(lambda *_: self.bring(names[0]), "row")

    def __panel__(self) -> pn.Column:
        return self._layout

    def bring(self, name: str) -> None:
        """Show the page of this name."""
        self._choice.value = name

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        for page in self._pages.values():
            page.show_theme(name)

    def _show(self) -> None:
        for name, column in self._columns.items():
            column.visible = name == self._choice.value
