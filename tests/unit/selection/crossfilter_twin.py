"""The slow, obvious way to answer what Crossfilter answers, and random tables and views to compare the two on."""

import warnings

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from analysis.selection import Axis, Grid, Histogram, Range

VALUES = (-np.inf, -2.5, -1.0, -0.0, 0.0, 0.1, 0.7, 1.0, 1.25, 2.0, 3.0, 10.0, np.inf)


def random_table(n, seed, dtype=np.float32):
    """Columns with many equal values, NaN and infinities; one without any, one of text, one of truth values."""
    random = np.random.default_rng(seed)

    def column(kind):
        values = np.where(random.random(n) < 0.5, random.choice(VALUES, n), random.normal(0.5, 2, n))
        return np.where(random.random(n) < 0.1, np.nan, values).astype(kind)

    return pd.DataFrame(
        {
            "ruwe": column(dtype),
            "bp_rp": column(np.float64),
            "rv_nb_transits": random.integers(-3, 12, n).astype(np.int32),
            "odd name": random.lognormal(0, 1, n).astype(np.float32),
            "empty": np.full(n, np.nan, dtype=np.float32),
            "source_id": random.integers(2**61, 2**62, n),
            "subclass": pd.Series(random.choice(["K7", "M0", "M3", "it's", "", None], n), dtype=object),
            "single_lined": random.random(n) < 0.5,
        }
    )


def bins_of(values, axis):
    """The bin of each value on the axis, -1 for none."""
    values = np.asarray(values, dtype=np.float64)
    bins = np.searchsorted(axis.edges, values, side="right") - 1
    bins[values == axis.edges[-1]] = axis.bins - 1
    return np.where((values >= axis.edges[0]) & (values <= axis.edges[-1]), bins, -1)


def planes_of(table, grid, passes):
    """(counts, values or None) of the rows that pass, one pixel after the other."""
    x, y = bins_of(table[grid.x.column], grid.x), bins_of(table[grid.y.column], grid.y)
    inside = passes & (x >= 0) & (y >= 0)
    counts = np.zeros(grid.shape, dtype=int)
    np.add.at(counts, (y[inside], x[inside]), 1)
    if grid.value is None:
        return counts, None
    value = np.asarray(table[grid.value], dtype=np.float64)
    finite = inside & np.isfinite(value)
    reduce = {"mean": np.mean, "min": np.min, "max": np.max}[grid.reduce]
    values = np.full(grid.shape, np.nan)
    pixels = pd.Series(value[finite]).groupby([y[finite], x[finite]])
    for (line, column), group in pixels:
        values[line, column] = reduce(group.to_numpy())
    return counts, values


class SlowTwin:
    """Keeps clauses and views, and answers from masks of whole columns."""

    def __init__(self, table):
        self.table = table
        self.clauses, self.grids, self.histograms = {}, {}, {}

    def passes(self, without=None):
        passes = np.ones(len(self.table), dtype=bool)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            for name, cut in self.clauses.items():
                if name != without:
                    passes &= cut.mask(self.table)
        return passes

    def check(self, answer):
        """Assert that the answer is the right one."""
        passes = self.passes()
        assert answer.count == passes.sum()
        assert set(answer.grids) == set(self.grids)
        assert set(answer.histograms) == set(self.histograms)
        for name, grid in self.grids.items():
            counts, values = planes_of(self.table, grid, passes)
            np.testing.assert_array_equal(answer.grids[name].count, counts)
            if values is not None:
                np.testing.assert_allclose(answer.grids[name].value, values.astype(np.float32), rtol=3e-7, atol=1e-6)
        for name, histogram in self.histograms.items():
            bins = bins_of(self.table[histogram.axis.column], histogram.axis)
            here = bins[self.passes(without=name) & (bins >= 0)]
            np.testing.assert_array_equal(answer.histograms[name], np.bincount(here, minlength=histogram.axis.bins))
        assert answer.removed == {name: self.passes(without=name).sum() - passes.sum() for name in self.clauses}


NUMBERS = ("ruwe", "bp_rp", "rv_nb_transits", "odd name", "empty", "source_id", "single_lined")


@st.composite
def axes(draw, columns=NUMBERS):
    column = draw(st.sampled_from(columns))
    bins = draw(st.sampled_from((1, 3, 8, 300)))
    if draw(st.booleans()):
        low = draw(st.sampled_from((0.1, 0.7, 1.0)))
        return Axis(column, low, low * draw(st.sampled_from((1.5, 10.0, 1000.0))), bins, "log10")
    low = draw(st.sampled_from((-3.0, -1.0, 0.0, 0.1)))
    return Axis(column, low, low + draw(st.sampled_from((0.5, 3.0, 13.0))), bins)


@st.composite
def grids(draw, names=("first", "second", "third")):
    reduce = draw(st.sampled_from(("count", "count", "mean", "min", "max")))
    value = None if reduce == "count" else draw(st.sampled_from(NUMBERS))
    return Grid(draw(st.sampled_from(names)), draw(axes()), draw(axes()), reduce, value)


def histograms(names):
    return st.builds(Histogram, st.sampled_from(names), axes())


ends = st.one_of(st.none(), st.sampled_from([value for value in VALUES if np.isfinite(value)]), st.floats(-4, 12))


def ranges(columns=NUMBERS):
    return st.builds(Range, st.sampled_from(columns), ends, ends)
