"""Axes open on ranges that hold the data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from components.state.ranges import robust_range, slider_range

FINITE = st.floats(-1e6, 1e6, width=32)


@given(hnp.arrays(np.float64, st.integers(1, 300), elements=FINITE))
def test_up_to_a_thousand_values_none_is_left_out(values) -> None:
    low, high = robust_range(values)
    assert low < high
    assert low <= values.min()
    assert high >= values.max()


@given(hnp.arrays(np.float64, st.integers(1, 300), elements=FINITE))
def test_slider_ends_enclose_the_values(values) -> None:
    low, high = slider_range(values)
    assert low <= values.min() + 1e-9 * abs(values.min())
    assert high >= values.max() - 1e-9 * abs(values.max())


@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [np.inf, -np.inf]])
def test_nothing_finite_has_no_range(values) -> None:
    assert robust_range(np.array(values, float)) is None
    assert slider_range(np.array(values, float)) is None


def test_a_log_axis_looks_at_positive_values_only() -> None:
    low, high = robust_range(np.array([-5.0, 0.0, 0.01, 1.0, 100.0, np.nan]), "log10")
    assert 0 < low < 0.01
    assert high > 100
    assert robust_range(np.array([-1.0, 0.0]), "log10") is None


def test_one_far_outlier_among_many_does_not_squeeze_the_axis() -> None:
    values = np.append(np.random.default_rng(1).normal(size=50_000), 1e9)
    low, high = robust_range(values)
    assert high < 10
    assert low > -10
