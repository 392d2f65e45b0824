"""The tab Learn: the lessons, and the challenge of a class."""

from __future__ import annotations

import panel as pn

from components.state.session import Session
from components.views.challenge_page import ChallengePage
from components.views.learn_page import LearnPage


class LearnTab(pn.viewable.Viewer):
    """Lessons above, the challenge below; while a challenge is open it comes first."""

    def __init__(self, session: Session, theme: str) -> None:
        super().__init__()
        self._parts = [LearnPage(session, theme), ChallengePage(session, theme)]
        order = self._parts if session.challenges.open is None else self._parts[::-1]
        self._layout = pn.Column(*order, margin=0, sizing_mode="stretch_width", styles={"max-height": "none"})

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        for part in self._parts:
            part.show_theme(name)

    def close(self) -> None:
        """Stop following the session."""
        for part in self._parts:
            part.close()
