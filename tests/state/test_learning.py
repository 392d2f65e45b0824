"""Walking a lesson without a page: steps wait, are done by what the learner does, and can be resumed."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from analysis.catalogue.cache import cache_folder
from analysis.catalogue.simulated import SURVEY_STARS, survey_stars
from analysis.lessons import Lesson, LessonShelf
from components.state.library import Library
from components.state.session import Session

SHELF = LessonShelf()
Run = Callable[[Coroutine[Any, Any, Any]], Any]


def session() -> Session:
    return Session(Library(lessons=SHELF))


async def settled(visitor: Session) -> None:
    assert visitor.workspace is not None
    await visitor.workspace.pump.settled()
    await visitor.workspace.pump.ask(lambda stage: stage.rows(1))
    visitor.learning.check()


async def walk(visitor: Session, lesson: Lesson) -> list[tuple[bool, bool]]:
    """Whether each step was done before and after it was shown."""
    learning = visitor.learning
    assert await learning.begin(lesson.name), learning.remark
    seen = []
    for step in lesson.steps:
        await settled(visitor)
        before = learning.met
        learning.show_me()
        await settled(visitor)
        if learning._tuning is not None:
            await learning._tuning.settled()
            learning.check()
        seen.append((before, learning.met or not step.waits))
        learning.next()
    return seen


@pytest.mark.parametrize("name", [lesson.name for lesson in SHELF])
def test_every_step_waits_and_show_me_does_it(name: str) -> None:
    lesson = SHELF[name]
    whole = any(cache_folder(None).glob(f"simulated-{SURVEY_STARS}-stars*"))
    if lesson.dataset == "simulated" and (survey_stars() != SURVEY_STARS or not whole):
        pytest.skip("needs the survey of a million stars: PENUMBRA_SURVEY_STARS unset, and penumbra warm --all")

    async def run() -> list[tuple[bool, bool]]:
        visitor = session()
        try:
            return await walk(visitor, lesson)
        finally:
            visitor.close()

    seen = asyncio.run(run())
    assert [before for before, _ in seen] == [False] * len(lesson.steps)
    assert [after for _, after in seen] == [True] * len(lesson.steps)


def test_a_step_is_done_by_the_learners_own_acts_and_stays_done() -> None:
    async def run() -> None:
        visitor = session()
        learning = visitor.learning
        await learning.begin("grade-a-triage")
        assert visitor.address == {"lesson": "grade-a-triage", "step": "1"}
        learning.next()
        assert visitor.workspace is not None
        assert not learning.met
        visitor.workspace.limit("slider:ipd_gof_harmonic_amplitude", None, 0.2)
        await settled(visitor)
        assert not learning.met
        assert learning.missing
        visitor.workspace.limit("slider:ipd_gof_harmonic_amplitude", None, 0.14)
        await settled(visitor)
        assert learning.met
        visitor.workspace.selection.reset_all()
        await settled(visitor)
        assert learning.met
        learning.next()
        learning.answer("8")
        assert not learning.met
        assert learning.remark
        learning.answer("9")
        await settled(visitor)
        assert learning.met
        learning.leave()
        assert visitor.address == {}
        assert learning.progress == {"grade-a-triage": [0, 1, 2]}
        assert learning.next_step("grade-a-triage") == 3
        visitor.close()

    asyncio.run(run())


def test_resuming_brings_the_page_to_where_the_learner_was() -> None:
    async def run() -> None:
        visitor = session()
        learning = visitor.learning
        learning.remember({"grade-a-triage": [0, 1, 99], "gone": [0], "why-ruwe": "x"})
        assert learning.progress == {"grade-a-triage": [0, 1]}
        await learning.begin("grade-a-triage", 5)
        await settled(visitor)
        assert visitor.workspace is not None
        answer = visitor.workspace.stage.answer
        assert answer is not None
        assert answer.count == 1
        visitor.close()

    asyncio.run(run())


def test_a_lesson_that_cannot_be_done_says_why(tmp_path: Path) -> None:
    text = 'title="T"\nsummary="S"\ndataset="mu2022"\nneeds=["nothing_like_it"]\n[[step]]\ntitle="A"\ntext="B"\n'
    (tmp_path / "odd.toml").write_text(text)
    (tmp_path / "lost.toml").write_text(text.replace("mu2022", "no-such-data"))

    async def run() -> None:
        visitor = Session(Library(lessons=LessonShelf([tmp_path])))
        assert not await visitor.learning.begin("odd")
        assert "nothing_like_it" in visitor.learning.remark
        assert not await visitor.learning.begin("lost")
        assert "no-such-data" in visitor.learning.remark
        assert not await visitor.learning.begin("grade-a-triag")
        assert "grade-a-triage" in visitor.learning.remark
        visitor.close()

    asyncio.run(run())
