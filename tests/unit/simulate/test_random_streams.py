"""Random numbers by row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.simulate.random_streams import Streams

ROWS = np.arange(100_000, dtype=np.int64)


@given(seed=st.integers(0, 2**63 - 1), row=st.integers(0, 2**27 - 1))
def test_a_row_draws_the_same_number_alone_as_in_a_block(seed, row):
    streams = Streams(seed)
    block = np.arange(row, row + 7, dtype=np.int64)
    alone = np.array([row], dtype=np.int64)
    assert streams.uniform("mass", block)[0] == streams.uniform("mass", alone)[0]
    assert streams.normal("mass", block)[0] == pytest.approx(streams.normal("mass", alone)[0], rel=1e-13)


def test_the_generator_is_splitmix64():
    # First outputs for state 1234567, from the reference C code of S. Vigna (prng.di.unimi.it/splitmix64.c).
    class Fixed(Streams):
        def _start(self, name):
            return np.uint64(1234567)

    bits = Fixed(0).bits("any", np.arange(3, dtype=np.int64))
    assert bits.tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_uniform_numbers_are_uniform_and_inside_their_limits():
    u = Streams(3).uniform("u", ROWS, -2.0, 5.0)
    assert u.min() > -2.0 and u.max() < 5.0
    assert stats.kstest((u + 2) / 7, "uniform").pvalue > 1e-3


def test_normal_numbers_are_normal():
    assert stats.kstest(Streams(3).normal("z", ROWS), "norm").pvalue > 1e-3


@pytest.mark.parametrize("freedom", [1.0, 4.0, 40.0, 400.0])
def test_chi_squared_numbers_follow_their_distribution(freedom):
    x = Streams(4).chi_squared("x", ROWS, np.full(ROWS.size, freedom))
    assert stats.kstest(x, stats.chi2(freedom).cdf).pvalue > 1e-3


def test_no_degrees_of_freedom_give_zero():
    assert Streams(4).chi_squared("x", ROWS[:3], np.array([0.0, -1.0, 2.0]))[:2].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("mean", [0.0, 0.3, 4.0, 30.0])
def test_poisson_numbers_have_the_mean_and_variance_of_poisson(mean):
    k = Streams(5).poisson("k", ROWS, np.full(ROWS.size, mean))
    assert k.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / ROWS.size) + 1e-12)
    assert k.var() == pytest.approx(mean, rel=0.03, abs=1e-12)


def test_streams_of_different_names_and_seeds_do_not_correlate():
    a = Streams(1).normal("a", ROWS)
    for other in (Streams(1).normal("b", ROWS), Streams(2).normal("a", ROWS), Streams(1).normal("a", ROWS + 1)):
        assert abs(np.corrcoef(a, other)[0, 1]) < 0.015
