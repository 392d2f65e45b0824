"""Random cuts and tables on which two ways of answering can be compared."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from analysis.selection import And, Expression, Inside, Missing, Not, OneOf, Or, Range

NUMBERS = ("ruwe", "bp_rp", "rv_nb_transits", "odd name")
# Many equal and many boundary values, so that edges are met; 0.1 and 0.7 are no float32 numbers.
VALUES = (-2.5, -1.0, 0.0, 0.1, 0.7, 1.0, 1.25, 2.0, 3.0, 10.0)
TYPES = ("K7", "M0", "M3", "it's", "")

numbers = st.one_of(st.sampled_from(VALUES), st.floats(-20, 20, allow_nan=False))
bounds = st.one_of(st.none(), numbers)


def ranges(columns=NUMBERS):
    return st.builds(Range, st.sampled_from(columns), bounds, bounds)


def sets(columns=NUMBERS):
    numeric = st.builds(OneOf, st.sampled_from(columns), st.lists(numbers, max_size=3).map(tuple))
    texts = st.builds(OneOf, st.just("subclass"), st.lists(st.sampled_from(TYPES), max_size=3).map(tuple))
    truths = st.builds(OneOf, st.just("single_lined"), st.sampled_from(((True,), (False,))))
    return st.one_of(numeric, texts, truths)


def polygons(scales=("linear", "log10")):
    def build(x, y, vertices, x_scale, y_scale):
        low = min(min(vertex) for vertex in vertices)
        if "log10" in (x_scale, y_scale):
            vertices = [(a - low + 0.1, b - low + 0.1) for a, b in vertices]
        return Inside(x, y, tuple(vertices), x_scale, y_scale)

    vertices = st.lists(st.tuples(numbers, numbers), min_size=3, max_size=7)
    return st.builds(
        build,
        st.sampled_from(NUMBERS),
        st.sampled_from(NUMBERS),
        vertices,
        st.sampled_from(scales),
        st.sampled_from(scales),
    )


expressions = st.sampled_from(
    [
        "ruwe + bp_rp > 2",
        "ruwe * 0.5 <= rv_nb_transits",
        "ruwe ** 2 - bp_rp < 3",
        "abs(bp_rp) >= 0.7",
        '"odd name" == ruwe',
        "hypot(ruwe, bp_rp) > 1.5",
        "rv_nb_transits / 2 > 1.25",
        "-bp_rp - -ruwe < 1",
        "(ruwe - bp_rp) - (1 - ruwe) > 0",
    ]
).map(Expression)
missing = st.builds(Missing, st.sampled_from((*NUMBERS, "subclass")))


def cuts(scales=("linear", "log10"), columns=NUMBERS, with_expressions=True):
    """Cuts of every kind, combined."""
    leaves = [ranges(columns), sets(columns), polygons(scales), missing]
    if with_expressions:
        leaves.append(expressions)
    return st.recursive(
        st.one_of(*leaves),
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
            st.builds(lambda a, b: a & b, inner, inner),
            st.builds(lambda a, b: a | b, inner, inner),
        ),
        max_leaves=6,
    )


@st.composite
def tables(draw, dtype=None):
    """A DataFrame of up to 12 rows with missing values in every column but the truth value."""
    n = draw(st.integers(0, 12))

    def column(values):
        return draw(st.lists(values, min_size=n, max_size=n))

    number = st.one_of(st.just(np.nan), numbers)
    kind = dtype or draw(st.sampled_from((np.float32, np.float64)))
    return pd.DataFrame(
        {
            "ruwe": np.array(column(number), dtype=kind),
            "bp_rp": np.array(column(number), dtype=np.float64),
            "rv_nb_transits": np.array(column(st.integers(-3, 12)), dtype=np.int32),
            "odd name": np.array(column(number), dtype=np.float64),
            "subclass": pd.Series(column(st.one_of(st.none(), st.sampled_from(TYPES))), dtype=object),
            "single_lined": np.array(column(st.booleans()), dtype=np.bool_),
        }
    )
