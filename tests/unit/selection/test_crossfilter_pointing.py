"""The star at the pointer and the stars in a window, against distances taken one by one."""

import numpy as np
import pytest
from crossfilter_twin import random_table
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.selection import Axis, Crossfilter, Grid, Prepared, Range, crossfilter_workers

PLANE = Grid("plane", Axis("bp_rp", -2, 3, 500), Axis("odd name", 0.1, 10, 400, "log10"))
STEPS = (5 / 500, 2 / 400)  # data units and dex a pixel


def distances(table, x, y):
    """Pixels from the pointer to each star in the plane's window, infinite outside it."""
    across, along = table["bp_rp"].to_numpy(float), table["odd name"].to_numpy(float)
    dx = (across - x) / STEPS[0]
    dy = (np.log10(along) - np.log10(y)) / STEPS[1]
    shown = (across >= -2) & (across <= 3) & (along >= 0.1) & (along <= 10)
    return np.where(shown, np.hypot(dx, dy), np.inf)


@pytest.fixture(scope="module")
def table():
    return random_table(20_000, 4)


@settings(deadline=None)
@given(st.floats(-2.1, 3.1), st.floats(0.08, 12), st.sampled_from((3.0, 12.0, 80.0)))
def test_the_nearest_star_in_screen_distance_is_picked(table, x, y, reach):
    engine = Crossfilter(table, [PLANE])
    pixels = distances(table, x, y)
    found = engine.nearest("plane", x, y, *STEPS, max_pixels=reach)
    if pixels.min() > reach:
        assert found is None
    else:
        row, distance = found
        assert distance == pytest.approx(pixels.min(), abs=1e-9)
        assert pixels[row] == pytest.approx(pixels.min(), abs=1e-9)


def test_a_passing_star_goes_before_a_nearer_one_that_does_not_pass(table):
    engine = Crossfilter(table, [PLANE])
    pixels = distances(table, 0.5, 1.0)
    engine.set("ruwe", Range.above("ruwe", float(table["ruwe"][pixels.argmin()])))
    passes = engine.mask()
    row, distance = engine.nearest("plane", 0.5, 1.0, *STEPS)
    assert passes[row]
    assert distance == pytest.approx(pixels[passes].min())
    nearest = engine.nearest("plane", 0.5, 1.0, *STEPS, passing=False)
    assert nearest[1] == pytest.approx(pixels.min())
    assert not passes[nearest[0]]


def test_where_no_star_passes_nearby_the_nearest_of_all_is_picked(table):
    engine = Crossfilter(table, [PLANE])
    engine.set("ruwe", Range("ruwe", 1e6, 2e6))
    row, distance = engine.nearest("plane", 0.5, 1.0, *STEPS)
    assert distance == pytest.approx(distances(table, 0.5, 1.0).min())
    assert not engine.mask()[row]


def test_of_equally_near_stars_the_first_is_picked_also_by_several_threads(monkeypatch):
    monkeypatch.setattr(crossfilter_workers, "SERIAL_BELOW", 0)
    values = np.zeros(30_000, dtype=np.float32)
    values[[20_000, 7, 25_000]] = 1.0
    axis = Axis("x", 0.5, 2, 10)
    engine = Crossfilter(Prepared({"x": values}, threads=3), [Grid("plane", axis, axis)])
    assert engine.nearest("plane", 1.1, 1.1, 0.1, 0.1)[0] == 7


def test_a_pointer_beside_the_plane_finds_nothing(table):
    engine = Crossfilter(table, [PLANE])
    assert engine.nearest("plane", 0.5, -1.0, *STEPS) is None
    assert engine.nearest("plane", np.nan, 1.0, *STEPS) is None
    assert engine.nearest("plane", 100.0, 1.0, *STEPS) is None
    with pytest.raises(ValueError, match="above zero"):
        engine.nearest("plane", 0.5, 1.0, 0.0, 1.0)


def test_the_star_follows_the_cut_that_is_being_dragged(table):
    engine = Crossfilter(table, [PLANE])
    engine.set("ruwe", Range("ruwe", None, 3))
    engine.begin_drag(engine.prepare_drag("ruwe"))
    engine.move(1.0, 2.0)
    passes = Range("ruwe", 1.0, 2.0).mask(table)
    row, distance = engine.nearest("plane", 0.5, 1.0, *STEPS)
    assert passes[row]
    assert distance == pytest.approx(distances(table, 0.5, 1.0)[passes].min())


def test_rows_in_a_window_come_in_the_tables_order_up_to_a_limit(table):
    engine = Crossfilter(table, [PLANE])
    engine.set("ruwe", Range("ruwe", 0, None))
    x, y = table["bp_rp"], table["odd name"]
    inside = ((x >= 0) & (x <= 1) & (y >= 0.5) & (y <= 0.75)).to_numpy()
    assert inside.sum() > 100
    np.testing.assert_array_equal(engine.inside("plane", 0, 1, 0.5, 0.75), np.flatnonzero(inside))
    np.testing.assert_array_equal(engine.inside("plane", 0, 1, 0.5, 0.75, 50), np.flatnonzero(inside)[:50])
    passing = np.flatnonzero(inside & engine.mask())
    np.testing.assert_array_equal(engine.inside("plane", 0, 1, 0.5, 0.75, passing=True), passing)
    assert len(engine.inside("plane", 0, 1, 0.5, 0.75, 0)) == 0


def test_ordered_rows_put_missing_values_last_either_way():
    table = {
        "v": np.array([2.0, np.nan, 1.0, 2.0, np.inf, np.nan]),
        "t": np.array(["b", None, "a", "b", "c", "a"], object),
    }
    engine = Crossfilter(table)
    np.testing.assert_array_equal(engine.rows(order_by="v"), [2, 0, 3, 4, 1, 5])
    np.testing.assert_array_equal(engine.rows(order_by="v", ascending=False), [4, 0, 3, 2, 1, 5])
    np.testing.assert_array_equal(engine.rows(5, "v", ascending=False), [4, 0, 3, 2, 1])
    np.testing.assert_array_equal(engine.rows(order_by="t"), [2, 5, 0, 3, 4, 1])
    np.testing.assert_array_equal(engine.rows(2, order_by="t", ascending=False), [4, 0])


@pytest.mark.parametrize("ascending", [True, False])
def test_the_first_rows_of_a_long_table_are_found_without_sorting_all(ascending):
    random = np.random.default_rng(0)
    values = np.where(random.random(700_000) < 0.3, 5.0, random.normal(0, 3, 700_000)).astype(np.float32)
    values[:400_000:3] = np.nan
    engine = Crossfilter({"v": values})
    engine.set("v", Range("v", None, 5))
    rows = np.flatnonzero(values <= 5)
    key = values[rows] if ascending else -values[rows]
    expected = rows[np.argsort(key, kind="stable")]
    np.testing.assert_array_equal(engine.rows(3000, "v", ascending), expected[:3000])
