"""A lesson: a guided tour of steps that point at controls and wait for what the learner does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.lessons.conditions import Condition
from analysis.lessons.snapshot import Snapshot


@dataclass(frozen=True)
class Acts:
    """What may be done to a page in the learner's place: to prepare a step, or to show how it is done.

    `cuts` are texts as one types them, `open_cuts` opens all sliders and removes other cuts first, `figures` maps
    slots to figures, `fold` is a period in d, `answer` and `choice` answer the step's question.
    """

    open_cuts: bool = False
    sliders: tuple[str, ...] = ()
    preset: str = ""
    cuts: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    layout: str = ""
    page: str = ""
    star: str = ""
    fold: float | None = None
    answer: str = ""
    choice: str = ""


@dataclass(frozen=True)
class Step:
    """One step: what to read, what is pointed at, when it is done, and how the page is prepared for it.

    `point_at` names controls, the first that is on the screen counts; `look_at` what must stay in sight. Without
    `done_when` the step is to be read, and the learner goes on by the button. `afterwards` is shown once it
    is done.
    """

    title: str
    text: str
    point_at: tuple[str, ...] = ()
    look_at: tuple[str, ...] = ()
    done_when: tuple[Condition, ...] = ()
    hint: str = ""
    afterwards: str = ""
    question: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    prepare: Acts = Acts()
    show_me: Acts | None = None

    @property
    def waits(self) -> bool:
        """Whether something must be done before the next step."""
        return bool(self.done_when)

    @property
    def needs_truth(self) -> bool:
        """Whether completeness or purity must be counted for it."""
        return any(condition.needs_truth for condition in self.done_when)

    def done(self, snapshot: Snapshot) -> bool:
        """Whether the page shows that everything asked for was done."""
        return all(condition.met(snapshot) for condition in self.done_when)

    def missing(self, snapshot: Snapshot) -> tuple[str, ...]:
        """What is still waited for, a sentence each."""
        return tuple(condition.wants for condition in self.done_when if not condition.met(snapshot))


@dataclass(frozen=True)
class Lesson:
    """A tour: its name (the file's), title, what one learns, the dataset it opens, and its steps."""

    name: str
    title: str
    summary: str
    dataset: str
    steps: tuple[Step, ...]
    minutes: int = 10
    learn: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    start: Acts = Acts(open_cuts=True)
    path: Path | None = None

    @property
    def columns(self) -> frozenset[str]:
        """The columns without which the lesson cannot be done."""
        asked = (condition.columns for step in self.steps for condition in step.done_when)
        return frozenset(self.needs).union(*asked)
