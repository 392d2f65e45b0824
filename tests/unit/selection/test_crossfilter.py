"""The cut engine, one promise at a time; test_crossfilter_sequences.py has them in every order."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from crossfilter_setup import CUTS, X, Y, assert_same, pair
from crossfilter_twin import random_table
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.selection import (
    Axis,
    Crossfilter,
    Expression,
    Grid,
    Histogram,
    Inside,
    Missing,
    MissingColumnError,
    OneOf,
    Prepared,
    Range,
)


@pytest.mark.parametrize("n", [0, 1, 2, 3000])
def test_it_answers_tables_of_any_length(n):
    engine, twin = pair(random_table(n, 1), CUTS)
    twin.check(engine.answer())
    assert engine.n_rows == n
    engine.begin_drag(engine.prepare_drag("ruwe"))
    twin.clauses["ruwe"] = Range("ruwe", 0, 1)
    twin.check(engine.move(0, 1))


def test_an_engine_without_views_or_clauses_passes_every_row():
    engine = Crossfilter(random_table(7, 0))
    answer = engine.answer()
    assert (answer.count, answer.grids, answer.histograms, answer.removed) == (7, {}, {}, {})
    assert engine.mask().all()


def test_a_nan_never_passes_a_range_but_passes_an_open_one():
    table = {"ruwe": np.array([np.nan, 1.0, np.inf, -np.inf], dtype=np.float32)}
    engine = Crossfilter(table, histograms=[Histogram("ruwe", Axis("ruwe", 0, 2, 2))])
    engine.set("ruwe", Range("ruwe", None, np.finfo(np.float64).max))
    np.testing.assert_array_equal(engine.mask(), [False, True, False, True])
    engine.begin_drag(engine.prepare_drag("ruwe"))
    assert engine.move(None, None).count == 4
    assert engine.move(-1e30, None).count == 2
    assert engine.answer().removed == {"ruwe": 2}


def test_a_column_without_any_value_passes_nothing():
    engine, twin = pair(random_table(100, 3), {"empty": Range("empty", 0, None)})
    answer = engine.answer()
    twin.check(answer)
    assert answer.count == 0
    assert answer.removed == {"empty": 100}
    engine.begin_drag(engine.prepare_drag("empty"))
    assert engine.move(None, None).count == 100


def test_a_range_of_one_value_keeps_it_and_an_inverted_one_keeps_nothing():
    table = {"rv_nb_transits": np.array([1, 2, 2, 3], dtype=np.int16)}
    engine = Crossfilter(table)
    engine.set("n", Range("rv_nb_transits", 2, 2))
    assert engine.answer().count == 2
    engine.set("n", Range("rv_nb_transits", 3, 2))
    assert engine.answer().count == 0


def test_identifiers_beyond_the_doubles_are_cut_exactly():
    ids = np.array([2**62, 2**62 + 1, 2**62 + 2], dtype=np.int64)
    engine = Crossfilter({"source_id": ids})
    engine.set("id", Range("source_id", 2**62 + 1, 2**62 + 1))
    np.testing.assert_array_equal(engine.rows(), [1])
    engine.begin_drag(engine.prepare_drag("id"))
    engine.move(2**62 + 2, None)
    np.testing.assert_array_equal(engine.rows(), [2])


def test_thresholds_are_compared_in_doubles_with_single_precision_columns():
    engine = Crossfilter({"ruwe": np.array([0.1, 0.7], dtype=np.float32)})
    engine.set("ruwe", Range("ruwe", 0.1, 0.7))  # 0.1 as float32 lies above 0.1, 0.7 below 0.7
    assert engine.answer().count == 2
    engine.set("ruwe", Range("ruwe", None, 0.1))
    assert engine.answer().count == 0


@pytest.mark.parametrize("number", [9, 17, 33, 64])
def test_any_number_of_cuts_up_to_64_is_answered(number):
    table = random_table(2000, 5)
    clauses = {f"cut {k}": Range("bp_rp", -2.5 + 0.01 * k, 9 - 0.01 * k) for k in range(number - 1)}
    engine, twin = pair(table, {"ruwe": Range("ruwe", -2, 2)} | clauses)
    twin.check(engine.answer())
    engine.begin_drag(engine.prepare_drag("ruwe"))
    twin.clauses["ruwe"] = Range("ruwe", 0, 1)
    twin.check(engine.move(0, 1))
    for name in list(clauses)[::2]:
        engine.set(name, None)
        del twin.clauses[name]
    twin.check(engine.answer())


def test_the_65th_cut_is_refused_and_nothing_changes():
    engine = Crossfilter(random_table(50, 5))
    engine.update({f"cut {k}": Range("bp_rp", -1, 1) for k in range(64)})
    before = engine.mask()
    with pytest.raises(ValueError, match="more than 64 cuts are active; join some"):
        engine.set("one more", Range("ruwe", 5, 6))
    assert "one more" not in engine.clauses
    np.testing.assert_array_equal(engine.mask(), before)
    engine.set("an open one", Range("ruwe"))
    assert engine.answer().removed["an open one"] == 0


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, np.float16])
def test_columns_of_every_type_are_cut_binned_averaged_and_dragged(dtype):
    random = np.random.default_rng(2)
    table = pd.DataFrame({"n": random.integers(0, 100, 500).astype(dtype), "x": random.normal(0, 1, 500)})
    grid = Grid("mean", Axis("x", -2, 2, 5), Axis("n", 0, 50, 5), "mean", "n")
    histogram = Histogram("n", Axis("n", 0, 80, 8))
    engine, twin = pair(table, {"n": Range("n", 10, 90), "x": Range("x", -1, 2)}, [grid], [histogram])
    twin.check(engine.answer())
    engine.begin_drag(engine.prepare_drag("n"))
    for ends in ((20, 30), (None, 30), (None, None), (99, 0)):
        twin.clauses["n"] = Range("n", *ends)
        twin.check(engine.move(*ends))


def test_columns_from_arrow_foreign_byte_order_and_strides_are_read():
    random = np.random.default_rng(4)
    values = random.normal(0, 1, (400, 3)).astype(np.float32)
    plain = pd.DataFrame({"a": values[:, 0], "b": values[:, 1], "t": random.choice(["K", "M"], 400)})
    arrow = pd.DataFrame(
        {
            "a": pa.chunked_array([values[:250, 0], values[250:, 0]]).to_pandas(types_mapper=pd.ArrowDtype),
            "b": values[:, 1].astype(">f4").view(np.ndarray).copy(),
            "t": pd.Categorical(plain["t"]),
        }
    )
    arrow["a"] = pd.Series(pa.chunked_array([values[:250, 0], values[250:, 0]]), dtype=pd.ArrowDtype(pa.float32()))
    grid = Grid("plane", Axis("a", -2, 2, 9), Axis("b", -2, 2, 9), "mean", "b")
    clauses = {"a": Range("a", -1, None), "t": OneOf("t", ("K",))}
    one, twin = pair(plain, clauses, [grid], [])
    other, _ = pair({name: arrow[name] for name in arrow}, clauses, [grid], [])
    twin.check(one.answer())
    assert_same(one.answer(), other.answer())


def test_the_tables_own_arrays_are_used_where_they_lie():
    values = np.linspace(0, 1, 1000, dtype=np.float32)
    prepared = Prepared({"x": values})
    assert np.shares_memory(prepared.column("x"), values)
    assert not prepared.column("x").flags.writeable
    assert values.flags.writeable


@pytest.mark.parametrize(
    "cut",
    [
        OneOf("subclass", ("M3", "it's", "G2")),
        ~OneOf("subclass", ("M3",)),
        OneOf("rv_nb_transits", (1, 2)),
        OneOf("single_lined", (True,)),
        Missing("subclass"),
        Missing("ruwe"),
        Inside("bp_rp", "odd name", ((-1, 0.2), (3, 0.2), (1, 8)), y_scale="log10"),
        Expression("ruwe + bp_rp > 1"),
        Range("ruwe", 0, 1) | OneOf("subclass", ("K7",)) & Range("bp_rp", 0, 2),
    ],
    ids=lambda cut: cut.text,
)
def test_cuts_of_every_kind_are_answered(cut, many_threads):
    table = random_table(9000, 8)
    engine, twin = pair(Prepared(table, threads=many_threads), {"cut": cut, "ruwe": Range("ruwe", -1, 5)})
    twin.table = table
    with np.errstate(invalid="ignore"):
        twin.check(engine.answer())
        np.testing.assert_array_equal(engine.mask(), twin.passes())


def test_text_compared_with_numbers_is_refused_and_the_clauses_stay():
    engine = Crossfilter(random_table(20, 0))
    engine.set("ruwe", Range("ruwe", 0, 1))
    with pytest.raises(ValueError, match="'subclass' holds text"):
        engine.set("type", OneOf("subclass", (3,)))
    with pytest.raises(ValueError, match="holds text"):
        engine.update({"ruwe": None, "type": Range("subclass", 0, 1)})
    assert engine.clauses == {"ruwe": Range("ruwe", 0, 1)}


@pytest.mark.parametrize(
    "request_",
    [
        lambda engine: engine.set("a", Range("ruwee", 0, 1)),
        lambda engine: engine.set("a", OneOf("ruwee", (1,))),
        lambda engine: engine.set("a", Inside("ruwee", "bp_rp", ((0, 0), (1, 0), (0, 1)))),
        lambda engine: engine.add_grid(Grid("a", Axis("ruwee", 0, 1, 2), X)),
        lambda engine: engine.add_grid(Grid("a", X, X, "mean", "ruwee")),
        lambda engine: engine.add_histogram(Histogram("a", Axis("ruwee", 0, 1, 2))),
        lambda engine: engine.rows(order_by="ruwee"),
    ],
)
def test_a_missing_column_is_named_with_the_nearest_one(request_):
    engine, twin = pair(random_table(30, 0), CUTS)
    with pytest.raises(MissingColumnError, match="no column 'ruwee'; did you mean ruwe"):
        request_(engine)
    twin.check(engine.answer())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Axis("ruwe", 1, 1, 5), "low < high"),
        (lambda: Axis("ruwe", np.nan, 1, 5), "low < high"),
        (lambda: Axis("ruwe", 0, np.inf, 5), "low < high"),
        (lambda: Axis("ruwe", 0, 1, 5, "log10"), "above zero"),
        (lambda: Axis("ruwe", 0, 1, 0), "bins"),
        (lambda: Axis("ruwe", 0, 1, 5, "log"), "scale"),
        (lambda: Grid("a", X, Y, "median", "ruwe"), "median"),
        (lambda: Grid("a", X, Y, "mean"), "needs a value"),
        (lambda: Grid("a", X, Y, "count", "ruwe"), "has no value"),
    ],
)
def test_views_that_make_no_sense_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_unknown_names_are_refused_with_the_nearest_known_one():
    engine, _ = pair(random_table(10, 0), CUTS)
    for request_ in (engine.remove_grid, engine.background, lambda name: engine.answer([name])):
        with pytest.raises(KeyError, match="no grid 'star'; did you mean stars"):
            request_("star")
    with pytest.raises(KeyError, match="no histogram 'elsewher'"):
        engine.remove_histogram("elsewher")
    with pytest.raises(KeyError, match="no clause 'typ'; did you mean type"):
        engine.begin_drag("typ")
    with pytest.raises(ValueError, match="only a range of one column can be dragged"):
        engine.begin_drag("type")
    with pytest.raises(RuntimeError, match="begin_drag"):
        engine.move(0, 1)


@settings(deadline=None)
@given(st.integers(0, 50), st.sampled_from(("linear", "log10")), st.sampled_from((1, 7, 64, 601)))
def test_bins_are_those_of_numpy(seed, scale, bins):
    random = np.random.default_rng(seed)
    low = random.lognormal(-2, 2)
    axis = Axis("x", low, low * (1 + random.lognormal(0, 3)), bins, scale)
    # Values on, just below and just above every edge, and far beyond both ends.
    values = np.concatenate(
        [axis.edges, np.nextafter(axis.edges, -np.inf), np.nextafter(axis.edges, np.inf), [0.0, -1.0, np.nan, np.inf]]
    )
    for dtype in (np.float64, np.float32):
        with np.errstate(over="ignore"):
            column = values.astype(dtype)
        engine = Crossfilter({"x": column}, histograms=[Histogram("x", axis)])
        expected, _ = np.histogram(column[np.isfinite(column)].astype(np.float64), axis.edges)
        np.testing.assert_array_equal(engine.answer().histograms["x"], expected)


def test_the_ends_of_an_axis_are_exact_and_the_right_one_is_closed():
    axis = Axis("period", 0.05, 8, 7, "log10")
    assert (axis.edges[0], axis.edges[-1]) == (0.05, 8)
    engine = Crossfilter({"period": np.array([0.05, 8.0])}, histograms=[Histogram("period", axis)])
    np.testing.assert_array_equal(engine.answer().histograms["period"], [1, 0, 0, 0, 0, 0, 1])


def test_a_histogram_leaves_out_the_clause_of_its_own_name_only():
    engine, twin = pair(random_table(3000, 6), CUTS)
    histogram = engine.answer().histograms["ruwe"]
    engine.set("ruwe", None)
    np.testing.assert_array_equal(engine.answer().histograms["ruwe"], histogram)
    del twin.clauses["ruwe"]
    twin.check(engine.answer())


def test_sums_of_a_mean_do_not_depend_on_threads_order_or_history(many_threads):
    table = random_table(9000, 7)
    serial, twin = pair(Prepared(table, threads=1), CUTS)
    threaded, _ = pair(Prepared(table, threads=many_threads), CUTS)
    twin.table = table
    twin.check(threaded.answer())
    assert_same(serial.answer(), threaded.answer())
    wandering, _ = pair(Prepared(table, threads=many_threads))
    wandering.set("ruwe", Range("ruwe", 0, 0.5))
    wandering.answer()
    wandering.begin_drag(wandering.prepare_drag("ruwe"))
    for low in (-3, 0.7, -0.2, -1.5):
        wandering.move(low, 2)
    wandering.update(CUTS)
    assert_same(serial.answer(), wandering.answer())


def test_long_moves_on_several_threads_are_right(many_threads):
    table = random_table(20_000, 7)
    engine, twin = pair(Prepared(table, threads=many_threads), CUTS)
    twin.table = table
    engine.begin_drag(engine.prepare_drag("ruwe"))
    for ends in ((None, None), (5, 6), (-2, 3), (0.7, 3), (None, 0), (None, None)):
        twin.clauses["ruwe"] = Range("ruwe", *ends)
        twin.check(engine.move(*ends))


def test_a_mean_survives_one_absurd_value_in_the_column():
    values = np.full(1000, 1.0, dtype=np.float32)
    values[:500] = np.linspace(0.9, 1.1, 500)
    values[-1] = 1e20
    table = {"x": np.r_[np.zeros(999), 1.0], "ruwe": values}
    grid = Grid("mean", Axis("x", -0.5, 1.5, 2), Axis("x", -0.5, 1.5, 2), "mean", "ruwe")
    mean = Crossfilter(table, [grid]).answer().grids["mean"].value
    assert mean[0, 0] == np.float32(values[:-1].astype(np.float64).mean())
    assert mean[1, 1] == np.float32(1e20)


@pytest.mark.parametrize("factor", [1e-300, 1e-30, 1.0, 1e30, 1e300])
def test_a_mean_of_one_value_is_that_value_at_any_size(factor):
    values = np.array([1.234567, -2.345678]) * factor
    table = {"x": np.array([0.0, 1.0]), "v": values}
    axis = Axis("x", 0, 1, 2)
    mean = Crossfilter(table, [Grid("mean", axis, axis, "mean", "v")]).answer().grids["mean"].value
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(np.diag(mean), values.astype(np.float32))
