"""The tour a visitor is on: which step, whether it is done, and how far they came in each lesson."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import param

from analysis.lessons import Acts, Lesson, LessonError, LessonShelf, Step
from components.state.lesson_acts import look, obstacle, perform
from components.state.tuning import Tuning

if TYPE_CHECKING:
    from components.state.session import Session

log = logging.getLogger(__name__)


class Learning(param.Parameterized):
    """Follows what the learner does and checks it against the present step."""

    lesson = param.ClassSelector(class_=Lesson, default=None, allow_None=True, constant=True, doc="the tour, or None")
    step = param.Integer(default=0, constant=True, doc="the present step, from 0")
    met = param.Boolean(default=False, constant=True, doc="whether the present step is done")
    missing = param.List(default=[], constant=True, doc="what is still waited for, a sentence each")
    remark = param.String(default="", constant=True, doc="what is said of the last answer, or of a lesson refused")
    progress = param.Dict(default={}, constant=True, doc="lesson name to the steps that were done, from 0")
    away = param.Boolean(default=False, constant=True, doc="whether the callout is put aside")

    def __init__(self, session: Session, shelf: LessonShelf) -> None:
        super().__init__()
        self.session, self.shelf = session, shelf
        self.in_document: Callable[[Callable[[], Any]], None] = lambda action: action()
        self._answer = self._choice = ""
        self._tuning: Tuning | None = None
        self._watched: Any = None
        session.param.watch(lambda *_: self._follow_workspace(), "workspace")
        session.param.watch(lambda *_: self.check(), ["page", "layout"])
        session.verdicts.param.watch(lambda *_: self.check(), "revision")
        self._follow_workspace()

    @property
    def present(self) -> Step | None:
        """Return the step the learner is at, None outside a lesson."""
        return None if self.lesson is None else self.lesson.steps[self.step]

    # ------------------------------------------------------------------ walking

    async def begin_asked(self) -> bool:
        """Start the lesson named in the address, or the one the server was started with; False without one.

        An address that holds more of the page's state is taken as it is; a bare one begins as a learner would be.
        """
        asked = {name: values[-1] for name, values in parse_qs(self.session.first_query.lstrip("?")).items()}
        name = asked.get("lesson", self.session.library.first_lesson if not asked else "")
        if not name:
            return False
        step = int(asked["step"]) - 1 if asked.get("step", "").isdigit() else 0
        if "dataset" not in asked:
            return await self.begin(name, step)
        opened = await self.session.open(asked["dataset"], self.session.first_query)
        return opened and await self.begin(name, step, replay=False)

    async def begin(self, name: str, step: int = 0, replay: bool = True) -> bool:
        """Start a lesson, or go on at a step; False, with a remark, where it cannot be done.

        With ``replay`` the page is brought to where a learner would be: the lesson's start, then what the earlier
        steps show. Without it the page is taken as it is, for it came with the address.
        """
        try:
            lesson = self.shelf[name]
        except LessonError as error:
            self._say(remark=error.text)
            return False
        workspace = self.session.workspace
        if workspace is None or workspace.catalogue.name != lesson.dataset:
            await self.session.open(lesson.dataset)
            workspace = self.session.workspace
        if workspace is None or workspace.catalogue.name != lesson.dataset:
            self._say(remark=f"The data of “{lesson.title}” could not be opened. {self.session.notice}")
            return False
        reason = obstacle(lesson, workspace)
        if reason:
            self._say(remark=reason)
            return False
        self.in_document(lambda: self._stand(lesson, step, replay))
        return True

    def _stand(self, lesson: Lesson, step: int, replay: bool) -> None:
        workspace = self.session.workspace
        if workspace is None or workspace.catalogue.name != lesson.dataset:
            return
        step = min(max(step, 0), len(lesson.steps) - 1)
        if replay:
            workspace.focus.clear()
            self._perform(lesson.start)
            for earlier in lesson.steps[:step]:
                self._perform(earlier.prepare)
                self._perform(earlier.show_me or Acts())
        self._say(lesson=lesson, away=False, remark="")
        self.go_to(step)

    def go_to(self, step: int) -> None:
        """Stand at a step of the present lesson."""
        if self.lesson is None:
            return
        step = min(max(step, 0), len(self.lesson.steps) - 1)
        self._answer = self._choice = ""
        self._perform(self.lesson.steps[step].prepare)
        self._say(step=step, remark="", away=False)
        self._follow_truth()
        self._tell_address()
        self._say(met=step in self.progress.get(self.lesson.name, []), missing=[])
        self.check()

    def next(self) -> None:
        """Go on; a step that only is to be read counts as done. After the last one the lesson is over."""
        step = self.present
        if step is None or self.lesson is None:
            return
        if not step.waits:
            self._mark_done()
        if self.step + 1 < len(self.lesson.steps):
            self.go_to(self.step + 1)
        else:
            self.leave()

    def back(self) -> None:
        """Go to the step before."""
        self.go_to(self.step - 1)

    def leave(self) -> None:
        """End the tour; how far it went is kept."""
        self._say(lesson=None, step=0, met=False, missing=[], remark="", away=False)
        self._follow_truth()
        self._tell_address()

    def put_away(self, away: bool) -> None:
        """Hide the callout, or show it again."""
        self._say(away=away)

    def show_me(self) -> None:
        """Do what the step waits for in the learner's place."""
        step = self.present
        if step is None or step.show_me is None:
            return
        self._perform(step.show_me)
        if step.show_me.answer or step.show_me.choice:
            self.answer(step.show_me.answer, step.show_me.choice)
        self.check()

    def answer(self, text: str, choice: str = "") -> None:
        """Take the learner's answer to the step's question."""
        self._answer, self._choice = text[:200], choice[:200]
        self.check()
        if not self.met and (text.strip() or choice):
            self._say(remark="Not that. Look again, or ask for the hint.")
        else:
            self._say(remark="")

    def remember(self, progress: Mapping[str, Any]) -> None:
        """Take up what an earlier visit had done; lessons and steps that are no longer there are left out."""
        kept = dict(self.progress)
        for name, steps in progress.items():
            if name in self.shelf and isinstance(steps, list):
                count = len(self.shelf[name].steps)
                found = {step for step in steps if isinstance(step, int) and 0 <= step < count}
                kept[name] = sorted(found | set(kept.get(name, [])))
        if kept != self.progress:
            self._say(progress=kept)

    def next_step(self, name: str) -> int:
        """Return the first step of a lesson that was not done; 0 where all were."""
        done = set(self.progress.get(name, []))
        return next((step for step in range(len(self.shelf[name].steps)) if step not in done), 0)

    # ------------------------------------------------------------------ checking

    def check(self) -> None:
        """Look whether the present step is done now."""
        step = self.present
        if step is None or self.met or self.session.workspace is None or not step.waits:
            return
        snapshot = look(self.session, **self._known())
        if step.done(snapshot):
            self._mark_done()
            self._say(met=True, missing=[], remark="")
        else:
            self._say(missing=list(step.missing(snapshot)))

    def _known(self) -> dict[str, Any]:
        known: dict[str, Any] = {"answer": self._answer, "choice": self._choice}
        answer = None if self._tuning is None else self._tuning.answer
        if answer is not None:
            known |= {"completeness": answer.score.completeness, "purity": answer.score.purity}
        return known

    def _mark_done(self) -> None:
        assert self.lesson is not None
        done = sorted({*self.progress.get(self.lesson.name, []), self.step})
        self._say(progress={**self.progress, self.lesson.name: done})

    def _perform(self, acts: Acts) -> None:
        try:
            perform(self.session, acts)
        except ValueError as error:
            log.warning("a lesson could not prepare its step: %s", error)
            self._say(remark=str(error))

    # ------------------------------------------------------------------ following

    def _follow_workspace(self) -> None:
        workspace = self.session.workspace
        if workspace is None or workspace is self._watched:
            return
        self._watched = workspace
        self._tuning = None
        see = self._seeing(workspace)
        for state, names in (
            (workspace.selection, ["clauses"]),
            (workspace.planes, ["figures"]),
            (workspace.focus, ["row"]),
            (workspace.folding, ["period"]),
        ):
            state.param.watch(see, names)
        workspace.pump.on_frame(see)
        if self.lesson is not None and workspace.catalogue.name != self.lesson.dataset:
            self._say(remark=f"This step is about another catalogue: open {self.lesson.dataset} to go on.")
        self._follow_truth()

    def _seeing(self, workspace: Any) -> Callable[..., None]:
        def see(*_: Any) -> None:
            if self.session.workspace is workspace:
                self.check()

        return see

    def _follow_truth(self) -> None:
        step, workspace = self.present, self.session.workspace
        if step is None or workspace is None or not step.needs_truth or not workspace.catalogue.is_simulated:
            return
        if self._tuning is None:
            self._tuning = Tuning(workspace)
            self._tuning.param.watch(self._seeing(workspace), "answer")

    def _tell_address(self) -> None:
        kept = {name: value for name, value in self.session.address.items() if name not in ("lesson", "step")}
        if self.lesson is not None:
            kept |= {"lesson": self.lesson.name, "step": str(self.step + 1)}
        self.session.address = kept

    def _say(self, **values: object) -> None:
        with param.edit_constant(self):
            self.param.update(**values)
