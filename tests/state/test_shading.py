"""Counts and means become levels that a colour bar can be held to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from components.state.shading import (
    FAINT,
    PASSING,
    MeanScale,
    count_scale,
    mean_scale,
    paint,
    spread_radius,
    widen,
)

COUNTS = hnp.arrays(np.int32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.integers(0, 900))


@given(COUNTS, st.sampled_from(["log", "linear", "equalised"]))
def test_levels_rise_with_the_count_and_nothing_is_transparent_but_empty_pixels(counts, kind) -> None:
    scale = count_scale(counts, kind)
    for table, (first, last) in ((scale.faint, FAINT), (scale.passing, PASSING)):
        assert table[0] == 0
        assert len(table) == max(counts.max(), 1) + 1
        assert (np.diff(table[1:].astype(int)) >= 0).all()
        assert table[1:].min() >= first
        assert table[1:].max() <= last


def test_a_log_scale_puts_the_geometric_middle_in_the_middle() -> None:
    scale = count_scale(np.array([[0, 1, 100, 10_000]]), "log")
    low, high = PASSING
    assert scale.passing[1] == low
    assert scale.passing[10_000] == high
    assert scale.passing[100] == pytest.approx((low + high) / 2, abs=1)


def test_an_equalised_scale_ranks_pixels_by_how_many_are_fainter() -> None:
    counts = np.array([[1, 1, 2, 7, 7, 50]])
    levels = count_scale(counts, "equalised").passing[counts][0].astype(int)
    low, high = PASSING
    expected = [low, low, low + (high - low) * 2 / 5, low + (high - low) * 3 / 5, None, high]
    for level, wanted in zip(levels, expected, strict=True):
        assert wanted is None or level == pytest.approx(wanted, abs=1)


def test_an_unknown_colour_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="rainbow"):
        count_scale(np.ones((1, 1), np.int32), "rainbow")


def test_the_ticks_of_the_colour_bar_stand_at_the_colour_of_their_count() -> None:
    scale = count_scale(np.array([[1, 20, 3000]]), "log")
    for at, count in scale.ticks():
        assert at == pytest.approx(np.log(count) / np.log(3000), abs=0.01)


def test_a_mean_at_the_centre_has_the_middle_colour_and_nan_is_transparent() -> None:
    levels = MeanScale(0.9, 1.25, 2.0).levels(np.array([0.5, 0.9, 1.25, 2.0, 9.0, np.nan]))
    low, high = PASSING
    assert list(levels) == [low, low, 160, high, high, 0]


def test_without_a_centre_the_median_is_in_the_middle() -> None:
    scale = mean_scale(np.array([1.0, 2.0, 3.0, np.nan, 100.0, 2.5]), None, None)
    assert scale.centre == 2.5
    assert scale.low < 2.5 < scale.high


@given(COUNTS, st.integers(0, 2))
def test_widening_grows_discs_and_keeps_the_strongest(levels, radius) -> None:
    levels = (levels % 256).astype(np.uint8)
    grown = widen(levels, radius)
    height, width = levels.shape
    for y in range(height):
        for x in range(width):
            near = [
                levels[j, i]
                for j in range(height)
                for i in range(width)
                if (j - y) ** 2 + (i - x) ** 2 <= radius**2 + (0.5 if radius else 0)
            ]
            assert grown[y, x] == max(near)


def test_few_passing_stars_are_widened_and_many_are_not() -> None:
    assert [spread_radius(n, 100_000) for n in (0, 5, 1500, 50_000)] == [0, 2, 1, 0]


def test_passing_stars_cover_faint_ones() -> None:
    faint = np.full((40, 50), 20, np.uint8)
    strong = np.zeros_like(faint)
    strong[10, 10] = 200
    painted = paint(faint, strong)
    assert painted[10, 10] == 200
    assert painted[30, 30] == 20
    assert (painted == 200).sum() > 1
