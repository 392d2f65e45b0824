"""The Errors tab: companions from astrometric and spectroscopic errors (Andrew et al. 2022)."""

from __future__ import annotations

from functools import partial
from typing import Any

import panel as pn

from components.state.error_columns import has_error_columns
from components.state.session import Session
from components.state.workspace import Workspace
from components.theme import stylesheet
from components.views.error_maps_panel import ErrorMapsPanel
from components.views.infer_columns import InferColumns
from components.views.plating_panel import PlatingPanel
from components.views.projection_explorer import ProjectionExplorer


class ErrorsPage(pn.viewable.Viewer):
    """Platings of the catalogue where companions are inferred in it, a way to infer them, and why angles matter."""

    def __init__(self, session: Session, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._session = session
        self._parts: list[Any] = []
        if has_error_columns(workspace.catalogue):
            self._parts.append(PlatingPanel(workspace, theme))
        if session.challenges.open is None:  # a copy of its stars would give the answers away
            self._parts.append(InferColumns(session, workspace, theme, self._open))
        self._parts += [ErrorMapsPanel(workspace, theme), ProjectionExplorer(theme)]
        head = pn.pane.HTML("<h2>Errors</h2>", margin=0, stylesheets=[stylesheet("prose")], sizing_mode="stretch_width")
        self._layout = pn.Column(
            head, *self._parts, margin=(8, 12), sizing_mode="stretch_width", styles={"max-height": "none"}
        )

    def __panel__(self) -> pn.Column:
        return self._layout

    def set_shown(self, shown: bool) -> None:
        """Work only while somebody looks."""
        for part in self._parts:
            if hasattr(part, "set_shown"):
                part.set_shown(shown)

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        for part in self._parts:
            part.show_theme(name)

    def _open(self, name: str, query: str) -> None:
        pn.state.execute(partial(self._session.open, name, query))
