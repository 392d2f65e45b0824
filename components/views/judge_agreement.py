"""How far the reviewers of a team agree, and where a conflict waits to be resolved."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from components.browser_script import browser_script
from components.documents import run_in_document
from components.state.session import Session
from components.state.team import team_summary
from components.theme import THEMES, css_variables

_HERE = Path(__file__)
_STYLES = (_HERE.with_name("judge_desk.css"), _HERE.with_name("judge_agreement.css"))


class JudgeAgreement(JSComponent):
    """Counts of each verdict, kappa of all and of each pair, and the list of conflicts; worked out while shown."""

    team = param.Dict(default={})
    vocabulary = param.List(default=[])
    sheet = param.String(default="")

    _esm = browser_script("views/judge_agreement.js")

    def __init__(self, session: Session, theme: str) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0)
        self._verdicts = session.verdicts
        self._document = pn.state.curdoc
        self._shown = False
        self.vocabulary = [[word.name, word.label] for word in self._verdicts.book.vocabulary.words]
        self.show_theme(theme)
        self._watching = self._verdicts.param.watch(
            lambda *_: run_in_document(self._document, self._show), ["revision", "reviewer"]
        )
        self.on_msg(lambda event: self._asked(event.data))

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        sheets = "".join(path.read_text(encoding="utf-8") for path in _STYLES)
        self.sheet = f":host{{{css_variables(THEMES[name])}}}" + sheets

    def close(self) -> None:
        """Stop following the session."""
        self._verdicts.param.unwatch(self._watching)

    def _show(self) -> None:
        if self._shown:
            self.team = team_summary(self._verdicts)

    def _asked(self, message: dict[str, Any]) -> None:
        workspace, kind = self._verdicts.workspace, message.get("kind")
        if kind == "shown":
            self._shown = bool(message["shown"])
            if self._shown:
                self._verdicts.read_anew()
                self._show()
        elif kind == "pick" and workspace is not None:
            pn.state.execute(partial(workspace.focus.pick, str(message["star"])))
