"""Where cuts run on a plane, and how many planes there are."""

import numpy as np
import pytest

from analysis.selection import PRESETS, Inside, Range, parse
from components.state.cut_curves import cut_curves, cut_limits
from components.state.figure import Figure
from components.state.planes import FIGURES, figures_for, shown_slots, slot_rows, with_planes

NOISE = Figure("n", "", "phot_g_mean_mag", "astrometric_excess_noise", y_scale="log10")
BOUNDS = (10.0, 20.0, 0.01, 10.0)


def test_the_noise_line_follows_its_parameters() -> None:
    (x, y), *rest = cut_curves(parse("astrometric_excess_noise > 0.5 + 1e-8 * exp(phot_g_mean_mag)"), NOISE, BOUNDS)
    assert not rest
    np.testing.assert_allclose(y, 0.5 + 1e-8 * np.exp(x))
    assert (x[0], x[-1]) == pytest.approx((10, 20))


def test_a_curve_that_gives_no_y_is_found_where_both_sides_are_equal() -> None:
    (x, y), *_ = cut_curves(parse("a * b > 2"), Figure("p", "", "a", "b"), (0.5, 4, 0.5, 4))
    np.testing.assert_allclose(x * y, 2, atol=0.01)


def test_a_limit_on_a_logarithmic_plane_is_that_of_eq_3_of_mu_et_al() -> None:
    step = PRESETS["mu2022"].steps[-1].cut
    lines = cut_curves(step, Figure("v", "", "period", "half_delta_vr", "log10", "log10"), (0.1, 10, 50, 500))
    assert len(lines) == 2  # 0.6 solar masses for K, 0.2 for M
    for (x, y), mass in zip(lines, (0.6, 0.2), strict=True):
        np.testing.assert_allclose(y, 81.24 * (mass / x) ** (1 / 3), rtol=1e-9)


def test_outlines_close_and_other_planes_stay_empty() -> None:
    lasso = Inside("a", "b", ((0, 0), (1, 0), (1, 1)))
    ((x, y),) = cut_curves(lasso, Figure("p", "", "a", "b"), (0, 1, 0, 1))
    assert (x[0], y[0]) == (x[-1], y[-1])
    assert cut_curves(lasso, NOISE, BOUNDS) == []
    assert cut_curves(parse("ruwe > 1 or parallax > 2"), NOISE, BOUNDS) == []


def test_ranges_are_straight_lines() -> None:
    assert cut_limits(Range("phot_g_mean_mag", 12, 15), NOISE) == [("x", 12), ("x", 15)]
    inside = parse("astrometric_excess_noise > 1 and subclass = 'K1'")
    assert [axis for axis, _ in cut_limits(inside, NOISE)] == ["y"]
    assert cut_limits(Range("phot_g_mean_mag", 1, 2) & Range("astrometric_excess_noise", 1, 2), NOISE) == []


def test_six_planes_stand_three_by_two_and_four_two_by_two() -> None:
    known = figures_for({column for figure in FIGURES for column in figure.columns})
    four = dict(zip(("first", "second", "third", "fourth"), known, strict=False))
    six = with_planes(four, 6, known)
    assert slot_rows(four) == (("first", "second"), ("third", "fourth"))
    assert slot_rows(six) == (("first", "second", "third"), ("fourth", "fifth", "sixth"))
    assert len({figure.key for figure in six.values()}) == 6
    assert with_planes(six, 4, known) == four
    assert shown_slots(with_planes(four, 6, known[:4])) == ("first", "second", "third", "fourth")
