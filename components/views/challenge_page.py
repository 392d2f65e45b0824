"""The challenge on the page Learn."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from components.browser_script import browser_script
from components.documents import run_in_document
from components.state.challenge import Challenges
from components.state.session import Session
from components.theme import THEMES, css_variables

_CSS = [Path(__file__).with_name(name) for name in ("learn_page.css", "challenge_page.css")]
_WATCHED = ["name", "picks", "result", "missed", "wrong", "board", "problem", "doing"]


class ChallengePage(JSComponent):
    """Opens a challenge, keeps the picks, takes the hand-in, and shows what was missed and the class board."""

    state = param.Dict(default={})
    sheet = param.String(default="")

    _esm = browser_script("views/challenge_page.js")

    def __init__(self, session: Session, theme: str) -> None:
        super().__init__(sizing_mode="stretch_width", margin=(8, 12))
        self._session = session
        self._challenges: Challenges = session.challenges
        self._document = pn.state.curdoc
        self._challenges.in_document = partial(run_in_document, self._document)
        self.show_theme(theme)
        self._show()
        self._watching = [
            (state, state.param.watch(lambda *_: run_in_document(self._document, self._show), names))
            for state, names in self._watched()
        ]
        if self._challenges.open is not None:
            pn.state.execute(self._challenges.read_board)

    def _watched(self) -> list[tuple[Any, list[str]]]:
        workspace = self._session.workspace
        focus = [(workspace.focus, ["row"])] if workspace is not None and self._challenges.open is not None else []
        return [(self._challenges, _WATCHED), *focus]

    def close(self) -> None:
        """Stop following the challenge."""
        for state, watching in self._watching:
            state.param.unwatch(watching)

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self.sheet = f":host{{{css_variables(THEMES[name])}}}" + "".join(path.read_text() for path in _CSS)

    def _show(self) -> None:
        challenges, workspace = self._challenges, self._session.workspace
        result = challenges.result
        self.state = {
            "name": challenges.name,
            "star": "" if workspace is None else workspace.focus.identifier,
            "picks": list(challenges.picks),
            "result": None
            if result is None
            else {
                **asdict(result),
                "points": result.points,
                "completeness": result.score.completeness,
                "purity": result.score.purity,
            },
            "missed": [list(pair) for pair in challenges.missed],
            "wrong": [list(pair) for pair in challenges.wrong],
            "board": [
                {
                    "reviewer": line.reviewer,
                    "points": line.result.points,
                    "completeness": line.result.score.completeness,
                    "purity": line.result.score.purity,
                    "picked": line.result.picked,
                    "tries": line.tries,
                }
                for line in challenges.board
            ],
            "problem": challenges.problem,
            "doing": challenges.doing,
            "reviewer": self._session.verdicts.reviewer,
            "signed_in": self._session.verdicts.signed_in,
        }

    def _handle_msg(self, data: Any) -> None:
        challenges, workspace, kind = self._challenges, self._session.workspace, data.get("kind")
        if kind == "begin":
            pn.state.execute(partial(challenges.begin, str(data["name"])))
        elif kind == "toggle":
            challenges.toggle()
        elif kind == "pick_passing":
            pn.state.execute(challenges.pick_passing)
        elif kind == "drop":
            challenges.drop(str(data["star"]))
        elif kind == "look" and workspace is not None:
            workspace.focus.pick(str(data["star"]))
        elif kind == "hand_in":
            pn.state.execute(partial(challenges.hand_in, str(data.get("reviewer", ""))))
