"""The page where stars are judged: the desk, and what the reviewers of a team agree on."""

from __future__ import annotations

import panel as pn

from components.state.session import Session
from components.views.judge_desk import JudgeDesk


class JudgePage(pn.viewable.Viewer):
    """The desk of one session for the catalogue that is open."""

    def __init__(self, session: Session, theme: str) -> None:
        super().__init__()
        self._desk = JudgeDesk(session, theme)
        self._layout = pn.Column(self._desk, margin=0, sizing_mode="stretch_width", styles={"max-height": "none"})

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._desk.show_theme(name)

    def close(self) -> None:
        """Stop following the session."""
        self._desk.close()
