"""Views, snapshots, and what the sessions of one table share."""

import gc
import threading

import numpy as np
import pytest
from crossfilter_setup import CUTS, X, Y, pair
from crossfilter_twin import random_table

from analysis.selection import (
    Axis,
    Drag,
    Grid,
    Prepared,
    Range,
    crossfilter_workers,
    warm,
)


def test_the_background_is_every_row_whatever_is_cut():
    table = random_table(3000, 9)
    engine, twin = pair(table, CUTS)
    backgrounds = {name: engine.background(name) for name in engine.grids}
    engine.update(dict.fromkeys(CUTS))
    twin.clauses.clear()
    answer = engine.answer()
    twin.check(answer)
    for name, planes in answer.grids.items():
        np.testing.assert_array_equal(backgrounds[name].count, planes.count)
        if planes.value is not None:
            np.testing.assert_array_equal(backgrounds[name].value, planes.value)


def test_an_answer_is_a_snapshot_that_cannot_be_changed():
    engine, _ = pair(random_table(3000, 9), CUTS)
    answer = engine.answer()
    before = {name: planes.count.copy() for name, planes in answer.grids.items()}
    histogram = answer.histograms["ruwe"].copy()
    engine.set("ruwe", Range("ruwe", 5, 6))
    engine.answer()
    for name, counts in before.items():
        np.testing.assert_array_equal(answer.grids[name].count, counts)
        assert (answer.grids[name].count.dtype, counts.shape) == (np.int32, engine.grids[name].shape)
    np.testing.assert_array_equal(answer.histograms["ruwe"], histogram)
    with pytest.raises(ValueError, match="read-only"):
        answer.grids["stars"].count[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        engine.background("stars").count[0, 0] = 1


@pytest.mark.parametrize("number", [1, 7, 8, 9])
def test_a_cut_that_takes_the_place_of_another_takes_none_of_its_counts(number):
    clauses = {f"cut {k}": Range("odd name", 0.1 + 0.01 * k, None) for k in range(number - 1)}
    engine, twin = pair(random_table(3000, 4), clauses | {"bp_rp": Range("bp_rp", None, 1)})
    twin.check(engine.answer())
    engine.update({"bp_rp": None, "ruwe": Range("ruwe", None, 1)})
    twin.clauses = clauses | {"ruwe": Range("ruwe", None, 1)}
    twin.check(engine.answer())


def test_only_the_grids_asked_for_are_answered():
    engine, twin = pair(random_table(300, 9), CUTS)
    assert list(engine.answer(["mean ruwe"]).grids) == ["mean ruwe"]
    twin.check(engine.answer())


def test_zooming_gives_a_window_new_ranges_and_a_new_shape():
    engine, twin = pair(random_table(3000, 2), CUTS)
    engine.zoom("stars", (0, 1), (0.5, 2), (40, 50))
    zoomed = engine.grids["stars"]
    assert zoomed == Grid("stars", Axis("bp_rp", 0, 1, 50), Axis("odd name", 0.5, 2, 40, "log10"))
    twin.grids["stars"] = zoomed
    answer = engine.answer()
    assert answer.grids["stars"].count.shape == (40, 50)
    twin.check(answer)


def test_two_sessions_on_one_table_do_not_see_each_others_cuts():
    prepared = Prepared(random_table(3000, 2))
    one, twin = pair(prepared, CUTS)
    other, _ = pair(prepared)
    twin.table = prepared.table
    twin.check(one.answer())
    assert other.answer().count == 3000
    assert prepared.pixels(X, Y) is prepared.pixels(X, Y)


def test_what_a_session_does_not_use_any_more_is_dropped_when_room_is_short():
    prepared = Prepared(random_table(3000, 2), max_bytes=40_000)
    engine, twin = pair(prepared, CUTS)
    twin.table = prepared.table
    for step in range(20):
        engine.zoom("stars", (0, 1 + step), (0.5, 2), (10, 10))
        twin.grids["stars"] = engine.grids["stars"]
        twin.check(engine.answer())
        assert prepared.nbytes <= 40_000


def test_codes_wanted_by_many_threads_are_made_once():
    prepared = Prepared(random_table(20_000, 2))
    found, start = [], threading.Barrier(8)

    def ask():
        start.wait()
        found.append(prepared.pixels(X, Y))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(codes) for codes in found}) == 1


def test_an_error_in_a_worker_thread_is_raised_where_it_was_asked_for(many_threads):
    workers = crossfilter_workers.Workers(many_threads)

    def fail_at_the_end(start, stop):
        if stop == 100_000:
            raise ValueError("the last slice")

    with pytest.raises(ValueError, match="the last slice"):
        workers.run(100_000, lambda _: fail_at_the_end)


def test_compiling_ahead_says_how_long_it_took():
    assert warm() > 0


def test_a_drag_index_is_freed_with_the_drag():
    prepared = Prepared(random_table(3000, 2))
    engine, _ = pair(prepared, CUTS)
    drag = engine.prepare_drag("ruwe")
    assert isinstance(drag, Drag)
    assert prepared.drag_bytes == drag.nbytes > 0
    engine.begin_drag(drag)
    del drag
    engine.move(0, 1)
    assert prepared.drag_bytes > 0
    engine.end_drag()
    gc.collect()
    assert prepared.drag_bytes == 0


def test_without_room_for_an_index_a_drag_takes_the_full_update():
    table = random_table(3000, 2)
    engine, twin = pair(Prepared(table, max_drag_bytes=1000), CUTS)
    twin.table = table
    drag = engine.prepare_drag("ruwe")
    assert (drag.index, drag.nbytes) == (None, 0)
    engine.begin_drag(drag)
    twin.clauses["ruwe"] = Range("ruwe", 0, 1)
    twin.check(engine.move(0, 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda engine: engine.set("bp_rp", Range("bp_rp", None, 1)),
        lambda engine: engine.set("type", None),
        lambda engine: engine.set("new", Range("odd name", 1, 2)),
        lambda engine: engine.zoom("stars", (0, 1), (0.5, 2), (40, 50)),
        lambda engine: engine.add_grid(Grid("more", X, X)),
        lambda engine: engine.remove_histogram("bp_rp"),
    ],
    ids=["another cut", "a cut less", "a cut more", "a zoom", "a plane more", "a histogram less"],
)
@pytest.mark.parametrize("when", ["before the drag", "during it"])
def test_an_index_is_not_used_for_what_it_was_not_made_for(change, when):
    engine, twin = pair(random_table(3000, 2), CUTS)
    drag = engine.prepare_drag("ruwe")
    if when == "before the drag":
        change(engine)
        engine.begin_drag(drag)
    else:
        engine.begin_drag(drag)
        engine.move(-1, 1)
        change(engine)
    for ends in ((-1, 1.5), (0, 3), (None, None)):
        answer = engine.move(*ends)
        twin.clauses, twin.grids, twin.histograms = engine.clauses, engine.grids, engine.histograms
        twin.check(answer)


def test_a_slider_without_a_clause_can_be_dragged_by_its_histogram():
    engine, twin = pair(random_table(3000, 2), {"type": CUTS["type"]})
    engine.begin_drag(engine.prepare_drag("ruwe"))
    twin.clauses["ruwe"] = Range("ruwe", None, 1)
    twin.check(engine.move(None, 1))
    assert engine.clauses["ruwe"] == Range("ruwe", None, 1)


def test_the_index_may_be_prepared_while_the_session_moves_on():
    table = random_table(50_000, 3)
    engine, twin = pair(table, CUTS)
    stop, drags = threading.Event(), []

    def prepare():
        while not stop.is_set():
            drags.append(engine.prepare_drag("ruwe"))

    worker = threading.Thread(target=prepare)
    worker.start()
    try:
        engine.begin_drag("ruwe")
        for step in range(40):
            if drags:
                engine.begin_drag(drags.pop())
            low = -2 + 0.05 * step
            answer = engine.move(low, 2)
            if step % 4 == 0:
                engine.set("bp_rp", Range("bp_rp", None, 2.5 - 0.01 * step))
                answer = engine.answer()
            twin.clauses |= {"ruwe": Range("ruwe", low, 2), "bp_rp": engine.clauses["bp_rp"]}
            assert answer.count == twin.passes().sum()
    finally:
        stop.set()
        worker.join()
    twin.check(engine.answer())
