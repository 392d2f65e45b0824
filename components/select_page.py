"""The Select tab: the selection as code, kept sessions, comparison, export, and other programs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import panel as pn

from analysis.vetting import SavedSession
from components.state.session import Session
from components.state.workspace import Workspace
from components.views.select_code import SelectCode
from components.views.select_difference import SelectDifference
from components.views.select_export import SelectExport
from components.views.select_origin import SelectOrigin
from components.views.select_samp import SelectSamp
from components.views.select_sessions import SelectSessions


class SelectPage(pn.viewable.Viewer):
    """All that is done with the selection as a whole."""

    def __init__(self, session: Session, workspace: Workspace, sections: Sequence[Any], theme: str) -> None:
        super().__init__()
        self._session = session
        kept = SelectSessions(session, workspace, theme, session.shelf, self._open)
        difference = SelectDifference(session, workspace, theme, session.shelf)
        kept.param.watch(lambda *_: difference.refresh(), "sessions")
        self._samp = SelectSamp(session, workspace, theme, self._open_catalogue)
        self._cards: list[Any] = [
            SelectOrigin(session, workspace, theme, self._open),
            SelectCode(session, workspace, theme),
            kept,
            difference,
            SelectExport(session, workspace, theme, sections),
            self._samp,
        ]
        tall = {"max-height": "none"}
        self._layout = pn.Column(*self._cards, margin=(8, 12), sizing_mode="stretch_width", styles=tall)

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        for card in self._cards:
            card.show_theme(name)

    def close(self) -> None:
        """Leave what reaches beyond the page."""
        self._samp.close()

    def _open_catalogue(self, name: str) -> None:
        pn.state.execute(partial(self._session.open, name))

    def _open(self, saved: SavedSession) -> None:
        pn.state.execute(partial(self._session.open_saved, saved))
