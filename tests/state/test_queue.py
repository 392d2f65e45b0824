"""The queue keeps its order while cuts move, and says where one stands in it."""

import asyncio

import pytest
from test_verdicts import Desk
from test_workspace import table

from analysis.selection import Range
from analysis.vetting import QueueOrder
from components.state.catalogue import Catalogue
from components.state.queue import PREFETCH_AFTER_S
from components.state.verdict_book import VerdictBook


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(table(60), "test", "Test stars")


@pytest.fixture
def desk(catalogue, tmp_path):
    book = VerdictBook(tmp_path / "verdicts.sqlite")
    desk = Desk(book, "anna", catalogue)
    yield desk
    desk.close()
    book.close()


def by_magnitude(catalogue: Catalogue, rows=None) -> list[int]:
    magnitudes = catalogue.values("phot_g_mean_mag")
    return sorted(range(len(catalogue)) if rows is None else rows, key=lambda row: magnitudes[row])


async def walk(desk: Desk, *steps: str) -> list[int | None]:
    met = []
    for step in steps:
        getattr(desk.queue, step)()
        await desk.settle()
        met.append(desk.workspace.focus.row)
    return met


def test_next_and_previous_walk_in_the_chosen_order(run_async, desk, catalogue) -> None:
    desk.queue.choose(QueueOrder("magnitude", "phot_g_mean_mag"))
    first, second, third = by_magnitude(catalogue)[:3]
    assert run_async(walk(desk, "next", "next", "next", "previous")) == [first, second, third, second]
    assert (desk.queue.place, desk.queue.length, desk.queue.judged, desk.queue.upcoming) == (2, 60, 0, third)
    assert run_async(walk(desk, "previous", "previous")) == [first, first]
    assert desk.queue.note == "This is the first star of the queue."


def test_the_order_stays_while_cuts_move_and_a_star_that_left_gives_way_to_the_one_after_it(
    run_async, desk, catalogue
) -> None:
    desk.queue.choose(QueueOrder("random", seed=5))

    async def order() -> list[int]:
        desk.queue.show(True)
        await desk.settle()
        return desk.queue.rows.tolist()

    before = run_async(order())
    run_async(walk(desk, "next", "next"))
    here = desk.workspace.focus.row
    assert here == before[1]
    parallax = catalogue.values("parallax")
    beyond = float(parallax[here]) * 1.0001

    async def cut() -> list[int]:
        desk.workspace.selection.publish("slider:parallax", Range("parallax", beyond))
        return await order()

    after = run_async(cut())
    assert after == [row for row in before if row in set(after)]
    assert sorted(after) == [row for row in range(60) if parallax[row] >= beyond]
    assert 0 < len(after) < 59
    assert desk.queue.place == 0
    following = next(row for row in before[2:] if row in set(after))
    assert desk.queue.upcoming == following
    assert run_async(walk(desk, "next")) == [following]


def test_judged_stars_are_counted_kept_in_place_and_passed_over_on_request(run_async, desk, catalogue) -> None:
    desk.queue.choose(QueueOrder("magnitude", "phot_g_mean_mag"))
    first, second, third, fourth = by_magnitude(catalogue)[:4]

    async def judge() -> None:
        await walk(desk, "next")
        assert (await desk.give(first, "triple", advance=True))["ok"]
        assert desk.workspace.focus.row == second
        await desk.give(third, "single")
        await desk.settle()

    run_async(judge())
    assert (desk.queue.judged, desk.queue.place) == (2, 2)
    assert run_async(walk(desk, "previous", "next", "next")) == [first, second, third]
    desk.queue.unjudged_only = True
    assert run_async(walk(desk, "previous", "next")) == [second, fourth]


def test_unjudged_stars_come_first_when_the_order_is_chosen_anew(run_async, desk, catalogue) -> None:
    order = by_magnitude(catalogue)
    run_async(desk.give(order[0], "triple"))
    desk.queue.choose(QueueOrder("magnitude", "phot_g_mean_mag"))
    assert run_async(walk(desk, "next")) == [order[1]]
    assert desk.queue.rows.tolist() == order[1:] + order[:1]


def test_an_empty_queue_and_an_impossible_order_are_said(run_async, desk) -> None:
    with pytest.raises(ValueError, match="cannot be sorted by 'subclass'"):
        desk.queue.choose(QueueOrder("score", "subclass"))
    desk.workspace.selection.publish("slider:ruwe", Range("ruwe", 1e9))
    run_async(walk(desk, "next"))
    assert desk.queue.note == "No star passes the cuts, so the queue is empty."


def test_a_catalogue_without_identifiers_is_judged_by_row(run_async, tmp_path) -> None:
    frame = table(20).drop(columns="source_id")
    book = VerdictBook(tmp_path / "verdicts.sqlite")
    desk = Desk(book, "anna", Catalogue(frame, "rows", "Rows"))
    desk.queue.choose(QueueOrder("magnitude", "phot_g_mean_mag"))
    (first,) = run_async(walk(desk, "next"))
    assert run_async(desk.give(first, "single"))["ok"]
    assert desk.queue.judged == 1
    desk.close()
    book.close()


def test_the_series_of_the_next_star_are_read_ahead(run_async, desk, catalogue, monkeypatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(desk.workspace.series_cache, "prefetch", asked.append)
    desk.queue.choose(QueueOrder("magnitude", "phot_g_mean_mag"))

    async def look() -> None:
        desk.queue.show(True)
        await walk(desk, "next")
        await asyncio.sleep(PREFETCH_AFTER_S + 0.1)

    run_async(look())
    assert asked[-1] == by_magnitude(catalogue)[1]


def test_a_step_is_not_lost_where_the_order_changes_just_before_the_queue_is_ready(run_async, desk, catalogue) -> None:
    desk.queue.choose(QueueOrder("magnitude", "phot_g_mean_mag"))
    late: list = []
    desk.verdicts.in_document = late.append

    async def hurry() -> None:
        desk.queue.next()
        while desk.queue._task is not None:
            await asyncio.sleep(0.005)
        desk.queue.choose(QueueOrder("score", "phot_g_mean_mag"))
        for _ in range(60):
            while late:
                late.pop(0)()
            await asyncio.sleep(0.01)

    run_async(hurry())
    assert desk.workspace.focus.row == by_magnitude(catalogue)[-1]
