"""The page where stars are judged: the desk, and what the reviewers of a team agree on."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.state.session import Session
from components.theme import stylesheet
from components.views.judge_agreement import JudgeAgreement
from components.views.judge_desk import JudgeDesk


class JudgePage(pn.viewable.Viewer):
    """The desk of one session for the catalogue that is open, or the agreement of its team."""

    def __init__(self, session: Session, theme: str) -> None:
        super().__init__()
        self._parts: dict[str, Any] = {
            "This star": JudgeDesk(session, theme),
            "Agreement of the team": JudgeAgreement(session, theme),
        }
        self._choice = pn.widgets.RadioButtonGroup(
            options=list(self._parts), margin=(2, 12, 0, 12), stylesheets=[stylesheet("tabs")],
            sizing_mode="stretch_width",
        )  # fmt: skip
        self._layout = pn.Column(
            self._choice, *self._parts.values(), margin=0, sizing_mode="stretch_width", styles={"max-height": "none"}
        )
        self._choice.param.watch(lambda *_: self._show(), "value")
        self._show()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        for part in self._parts.values():
            part.show_theme(name)

    def close(self) -> None:
        """Stop following the session."""
        for part in self._parts.values():
            part.close()

    def _show(self) -> None:
        for name, part in self._parts.items():
            part.visible = name == self._choice.value
