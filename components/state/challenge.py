"""A challenge in one session: the stars picked, what was handed in, and the class board."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import param

from analysis.lessons import Challenge, HandedIn, class_board, result_verdict, score_picks, wanted_rows, why_missed
from analysis.selection import Range
from analysis.vetting import StoreError, app_version
from components.state.catalogue import Catalogue
from components.state.once import once
from components.state.truth import CLASS_TITLES

if TYPE_CHECKING:
    from components.state.session import Session

log = logging.getLogger(__name__)
MOST_MARKED_AT_ONCE = 200


class Challenges(param.Parameterized):
    """What a learner does in a challenge; a page of another catalogue has none."""

    name = param.String(default="", constant=True, doc="the challenge whose stars are open, empty for none")
    picks = param.List(default=[], constant=True, doc="the stars that were picked, as text, the last one first")
    result = param.ClassSelector(class_=HandedIn, default=None, allow_None=True, constant=True)
    missed = param.List(default=[], constant=True, doc="star and why, for each wanted one that was not picked")
    wrong = param.List(default=[], constant=True, doc="star and what it is, for each that was picked in vain")
    board = param.List(default=[], constant=True, doc="the lines of the class board, the best first")
    problem = param.String(default="", constant=True, doc="what could not be done, in a sentence")
    doing = param.String(default="", constant=True, doc="what is in progress")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.in_document: Callable[[Callable[[], Any]], None] = lambda action: action()
        self._kept: dict[str, list[str]] = {}
        session.param.watch(lambda *_: self._follow(), "workspace")

    @property
    def open(self) -> Challenge | None:
        """Return the challenge whose stars are open, or None."""
        workspace = self.session.workspace
        return None if workspace is None else Challenge.of_dataset(workspace.catalogue.name)

    async def begin(self, name: str) -> None:
        """Open the stars of the challenge of this name."""
        try:
            challenge = Challenge(name)
        except ValueError as error:
            self._say(problem=str(error))
            return
        self._say(problem="")
        await self.session.open(self.session.library.add_challenge(challenge))

    # ------------------------------------------------------------------ picking

    def toggle(self) -> None:
        """Pick the star in focus, or put it back."""
        workspace = self.session.workspace
        if workspace is None or self.open is None or not workspace.focus.identifier:
            self._say(problem="Look at a star first: click one in a plane or in the table.")
            return
        star = workspace.focus.identifier
        self._keep([kept for kept in self.picks if kept != star] if star in self.picks else [star, *self.picks])

    def drop(self, star: str) -> None:
        """Put a picked star back."""
        self._keep([kept for kept in self.picks if kept != star])

    async def pick_passing(self) -> None:
        """Pick all stars that pass the cuts, where they are few enough to have been looked at."""
        workspace = self.session.workspace
        if workspace is None or self.open is None:
            return
        rows, count = await workspace.pump.ask(lambda stage: stage.rows(MOST_MARKED_AT_ONCE))
        if count > MOST_MARKED_AT_ONCE:
            text = f"{count} stars pass: at most {MOST_MARKED_AT_ONCE} are picked at once. Cut further."
            self.in_document(lambda: self._say(problem=text))
            return
        stars = [workspace.catalogue.identify(int(row)) for row in rows]
        self.in_document(lambda: self._keep(list(dict.fromkeys([*self.picks, *stars]))))

    def _keep(self, picks: list[str]) -> None:
        self._kept[self.name] = picks
        self._say(picks=picks, problem="")

    # ------------------------------------------------------------------ handing in

    async def hand_in(self, reviewer: str) -> None:
        """Compare the picks with the truth, keep the result under the learner's name, and show the board."""
        workspace, challenge = self.session.workspace, self.open
        if workspace is None or challenge is None:
            return
        try:
            self.session.verdicts.call_reviewer(reviewer)
        except ValueError as error:
            self._say(problem=str(error))
            return
        reviewer = self.session.verdicts.reviewer
        if not reviewer or not self.picks:
            self._say(problem="Type your name first." if not reviewer else "Pick at least one star first.")
            return
        self._say(doing="Comparing your picks with the truth…", problem="")
        catalogue, cuts, picks = workspace.catalogue, dict(workspace.selection.active), list(self.picks)
        labels = {clause.name: clause.label or clause.cut.text for clause in workspace.selection.clauses}
        loop = asyncio.get_running_loop()
        result, missed, wrong = await loop.run_in_executor(None, _judge, catalogue, challenge, cuts, labels, picks)
        verdict = result_verdict(challenge, result, reviewer, workspace.selection.text[:5000], app_version())
        problem = ""
        try:
            await self.session.verdicts.book.ask(lambda store: store.append(verdict))
        except (StoreError, ValueError) as error:
            problem = f"Your result is not on the board: {error}"
        self.in_document(lambda: self._say(doing="", result=result, missed=missed, wrong=wrong, problem=problem))
        await self.read_board()

    async def read_board(self) -> None:
        """Take in what the class has handed in."""
        challenge = self.open
        if challenge is None:
            return
        try:
            records = await self.session.verdicts.book.ask(lambda store: store.history(challenge.dataset))
        except StoreError as error:
            text = f"The class board cannot be read: {error}"
            self.in_document(lambda: self._say(problem=text))
            return
        board = list(class_board(records))
        self.in_document(lambda: self._say(board=board))

    def _follow(self) -> None:
        challenge = self.open
        name = "" if challenge is None else challenge.name
        self._say(
            name=name, picks=self._kept.get(name, []), result=None, missed=[], wrong=[], board=[], problem="", doing=""
        )

    def _say(self, **values: object) -> None:
        with param.edit_constant(self):
            self.param.update(**values)


def _judge(
    catalogue: Catalogue, challenge: Challenge, cuts: dict[str, Any], labels: dict[str, str], picks: list[str]
) -> tuple[HandedIn, list[tuple[str, str]], list[tuple[str, str]]]:
    true = once(catalogue, "challenge truth").get(challenge.truth)
    wanted = wanted_rows(true["class_true"], catalogue.values("n_rv"))
    picked = [row for star in picks if (row := catalogue.row_of(star)) is not None]
    failing = {
        labels[name]: ~np.asarray(cut.mask(catalogue.table))
        for name, cut in cuts.items()
        if not (isinstance(cut, Range) and cut.is_open)
    }
    missed = []
    for row in np.setdiff1d(np.flatnonzero(wanted), picked):
        values = {
            name: _plain(true[name].iloc[row]) for name in ("semi_amplitude_true", "period_true", "inclination_true")
        }
        removed = [f"“{name}”" for name, fails in failing.items() if fails[row]]
        missed.append((catalogue.identify(int(row)), why_missed(catalogue.star(int(row)), values, removed)))
    classes = true["class_true"].astype(str)
    wrong = [
        (catalogue.identify(row), CLASS_TITLES.get(classes.iloc[row], classes.iloc[row]))
        for row in picked
        if not wanted[row]
    ]
    return score_picks(picked, wanted), missed, wrong


def _plain(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
