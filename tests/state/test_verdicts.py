"""A reviewer's verdicts: given, taken back, seen by others, and never lost."""

import asyncio
import itertools

import param
import pytest
from test_workspace import table

from analysis.selection import Range
from analysis.vetting import StoreError, VerdictStore
from components.state.catalogue import Catalogue
from components.state.lesson_acts import look
from components.state.library import Library
from components.state.session import Session
from components.state.verdict_book import VerdictBook
from components.state.workspace import Workspace

NUMBERS = itertools.count()


class Desk:
    """One reviewer at one catalogue, with what the page would do."""

    def __init__(self, book: VerdictBook, name: str, catalogue: Catalogue) -> None:
        self.session = Session(Library(verdicts=book), user=name)
        self.verdicts, self.queue = self.session.verdicts, self.session.queue
        self.workspace = Workspace(catalogue)
        self.verdicts.follow(self.workspace)
        self.queue.follow(self.workspace)

    def message(self, row: int, word: str, **more) -> dict:
        return {
            "kind": "verdict",
            "token": f"t{next(NUMBERS)}",
            "star": self.workspace.catalogue.identify(row),
            "dataset": self.workspace.catalogue.name,
            "word": word,
            **more,
        }

    async def give(self, row: int, word: str, **more) -> dict:
        return await self.verdicts.receive(self.message(row, word, **more))

    async def settle(self) -> None:
        while self.verdicts._tasks or self.queue._task is not None:
            await asyncio.sleep(0.005)

    def close(self) -> None:
        self.session.close()
        self.workspace.close()


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(table(40), "test", "Test stars")


@pytest.fixture
def book(tmp_path):
    book = VerdictBook(tmp_path / "verdicts.sqlite")
    yield book
    book.close()


@pytest.fixture
def desks(book, catalogue):
    desks = [Desk(book, name, catalogue) for name in ("anna", "ben")]
    yield desks
    for desk in desks:
        desk.close()


def test_a_verdict_is_on_the_disk_when_it_is_acknowledged_with_all_that_was_on_the_screen(
    run_async, desks, tmp_path
) -> None:
    anna = desks[0]
    anna.workspace.selection.publish("slider:ruwe", Range("ruwe", None, 2.0))
    anna.verdicts.panels = ("Companion", "Light curve")
    said = {"confidence": 0.8, "priority": "high", "tags": ["flagged"], "comment": "deep"}
    answer = run_async(anna.give(3, "eclipsing", **said))
    assert answer["ok"], answer
    with VerdictStore(tmp_path / "verdicts.sqlite") as store:
        (record,) = store.records()
    assert record.token == answer["token"]
    assert record.source_id == anna.workspace.catalogue.identify(3) == "4373465352415301635"
    assert (record.reviewer, record.verdict, record.confidence, record.priority) == ("anna", "eclipsing", 0.8, "high")
    assert (record.tags, record.comment) == (("flagged",), "deep")
    assert (record.dataset_name, record.cut_text) == ("test", "(ruwe <= 2)")
    planes = tuple(figure.title for figure in anna.workspace.planes.figures.values())
    assert len(planes) == 4
    assert record.panels == (*planes, "Companion", "Light curve")
    assert record.app_version


def test_what_cannot_be_stored_is_refused_for_good_with_the_reason(run_async, desks) -> None:
    anna = desks[0]
    for message, reason in (
        (anna.message(1, "black hole"), "no verdict of this vocabulary"),
        (anna.message(1, "triple") | {"star": "123"}, "has no star 123"),
        (anna.message(1, "triple", confidence=7), "confidence"),
        (anna.message(1, "triple", reviewer="ben"), "anna is logged in"),
        (anna.message(1, "triple", tags="abc"), "tags"),
    ):
        answer = run_async(anna.verdicts.receive(message))
        assert not answer["ok"]
        assert answer["final"]
        assert reason in answer["error"]
    assert run_async(anna.give(1, "triple"))["ok"]


def test_a_verdict_sent_again_after_the_page_was_loaded_anew_is_stored_once(run_async, desks, book) -> None:
    anna = desks[0]

    async def twice() -> list[dict]:
        message = anna.message(2, "triple", comment="x")
        first = await anna.verdicts.receive(message)
        anna.workspace.selection.publish("slider:ruwe", Range("ruwe", 1.0))
        again = {**message, "retried": True, "context": {"cut_text": "", "dataset_hash": "", "panels": []}}
        return [first, await anna.verdicts.receive(again)]

    answers = run_async(twice())
    assert [answer["ok"] for answer in answers] == [True, True]
    assert len(book.store.records()) == 1


def test_undo_withdraws_redo_gives_again_and_cuts_are_on_the_same_stack(run_async, desks, book) -> None:
    anna = desks[0]
    star = anna.workspace.catalogue.identify(5)

    async def walk() -> list[str]:
        seen = []
        anna.workspace.selection.publish("slider:ruwe", Range("ruwe", 1.0))
        await anna.give(5, "triple", comment="third light")
        anna.workspace.selection.publish("slider:ruwe", Range("ruwe", 1.2))
        history = anna.workspace.history
        for step in (history.undo, history.undo, history.redo, history.redo):
            step()
            await anna.settle()
            seen.append(f"{anna.workspace.selection.text} {anna.verdicts.summary(star)}".strip())
        return seen

    assert run_async(walk()) == ["(ruwe >= 1) Triple", "(ruwe >= 1)", "(ruwe >= 1) Triple", "(ruwe >= 1.2) Triple"]
    assert [record.kind for record in book.store.records()] == ["verdict", "withdrawal", "verdict"]
    assert anna.workspace.focus.identifier == star


def test_what_was_taken_back_is_there_to_be_said_better(run_async, desks) -> None:
    anna = desks[0]

    async def walk() -> dict:
        await anna.give(5, "triple", comment="third light", tags=["blend"])
        anna.workspace.history.undo()
        await anna.settle()
        return anna.verdicts.star

    star = run_async(walk())
    assert star["mine"] is None
    assert (star["draft"]["comment"], star["draft"]["tags"]) == ("third light", ["blend"])
    assert [(r["kind"], r["withdrawn"]) for r in star["records"]] == [("verdict", True), ("withdrawal", False)]


def test_a_store_that_fails_is_one_sentence_and_what_it_could_not_undo_can_be_tried_again(
    run_async, desks, book, monkeypatch
) -> None:
    anna = desks[0]

    def full(*_, **__):
        raise StoreError("verdicts.sqlite", "the disk is full", "Free some space and save again")

    async def walk() -> dict:
        await anna.give(5, "triple")
        with monkeypatch.context() as broken:
            broken.setattr(VerdictStore, "withdraw", full)
            anna.workspace.history.undo()
            await anna.settle()
        assert "the disk is full" in anna.verdicts.problem
        assert anna.workspace.history.can_undo
        assert not anna.workspace.history.can_redo
        with monkeypatch.context() as broken:
            broken.setattr(VerdictStore, "append", full)
            refused = await anna.give(6, "single")
        assert not refused["ok"]
        assert not refused["final"]
        assert "the disk is full" in refused["error"]
        anna.workspace.history.undo()
        await anna.settle()
        return refused

    run_async(walk())
    assert [record.kind for record in book.store.records()] == ["verdict", "withdrawal"]


def test_a_draft_outlives_the_server_and_goes_with_the_verdict(run_async, desks, book, catalogue, tmp_path) -> None:
    anna = desks[0]
    place = {"star": catalogue.identify(7), "dataset": "test"}
    draft = {"comment": "half a th", "tags": [], "priority": "", "confidence": 0.4, "at": 1.0}

    async def look(desk: Desk) -> dict | None:
        desk.workspace.focus.pick_row(7)
        await desk.settle()
        return desk.verdicts.star["draft"]

    assert run_async(anna.verdicts.receive({"kind": "draft", "token": "d1", **place, "draft": draft}))["ok"]
    book.close()
    later = VerdictBook(tmp_path / "verdicts.sqlite")
    again, other = Desk(later, "anna", catalogue), Desk(later, "ben", catalogue)
    assert run_async(look(again)) == draft
    assert run_async(look(other)) is None
    run_async(again.give(7, "unsure"))
    assert run_async(look(again)) is None
    for desk in (again, other):
        desk.close()
    later.close()


def test_blind_reviewers_see_what_others_said_once_they_have_judged(run_async, desks, catalogue) -> None:
    anna, ben = desks
    ben.verdicts.blind = True
    star = catalogue.identify(4)

    async def look() -> tuple[int, str, int]:
        ben.workspace.focus.clear()
        ben.workspace.focus.pick_row(4)
        await ben.settle()
        return len(ben.verdicts.star["records"]), ben.verdicts.summary(star), len(ben.verdicts.visible_records())

    run_async(anna.give(4, "triple", comment="clearly"))
    assert run_async(look()) == (0, "", 0)
    assert "clearly" not in repr(ben.verdicts.star)
    run_async(ben.give(4, "single"))
    assert run_async(look()) == (2, "Single or variable, disputed", 2)


def test_sessions_hear_of_each_others_verdicts_and_another_process_is_read(run_async, desks, catalogue, tmp_path):
    anna, ben = desks
    star = catalogue.identify(4)
    run_async(anna.give(4, "triple"))
    assert ben.verdicts.summary(star) == "Triple (1)"
    run_async(ben.give(4, "triple"))
    assert anna.verdicts.summary(star) == "Triple (2)"
    elsewhere = VerdictBook(tmp_path / "verdicts.sqlite")
    carl = Desk(elsewhere, "carl", catalogue)
    run_async(carl.give(4, "eclipsing"))
    run_async(anna.verdicts.book.refresh())
    assert anna.verdicts.summary(star) == "Triple, disputed"
    carl.close()
    elsewhere.close()


def test_verdicts_of_another_catalogue_with_the_same_identifiers_stay_there(run_async, desks, book, catalogue) -> None:
    run_async(desks[0].give(4, "triple"))
    other = Desk(book, "anna", Catalogue(table(40), "other", "Other stars"))
    assert other.verdicts.mine == {}
    assert other.verdicts.summary(catalogue.identify(4)) == ""
    other.close()


def test_nobody_judges_without_a_name_and_a_login_cannot_be_renamed(run_async, book, desks, catalogue) -> None:
    stranger = Desk(book, "", catalogue)
    assert "name" in run_async(stranger.give(1, "triple"))["error"]
    stranger.verdicts.call_reviewer("  dora   maar ")
    assert stranger.verdicts.reviewer == "dora maar"
    assert run_async(stranger.give(1, "triple"))["ok"]
    desks[0].verdicts.call_reviewer("somebody else")
    assert desks[0].verdicts.reviewer == "anna"
    stranger.close()


def test_lessons_see_the_learners_own_verdicts_and_no_others(run_async, desks) -> None:
    anna, ben = desks

    async def judge() -> dict[str, str]:
        with param.edit_constant(anna.session):
            anna.session.workspace = anna.workspace
        await anna.give(3, "triple")
        await ben.give(4, "eclipsing")
        await anna.settle()
        return dict(look(anna.session).verdicts)

    assert run_async(judge()) == {anna.workspace.catalogue.identify(3): "triple"}
