"""Engine and slow twin side by side, as the tests of the engine set them up."""

import numpy as np
from crossfilter_twin import SlowTwin

from analysis.selection import (
    Axis,
    Crossfilter,
    Grid,
    Histogram,
    OneOf,
    Range,
)

X, Y = Axis("bp_rp", -2, 4, 20), Axis("odd name", 0.1, 10, 30, "log10")
GRIDS = (
    Grid("stars", X, Y),
    Grid("mean ruwe", X, Y, "mean", "ruwe"),
    Grid("least ruwe", Y, X, "min", "ruwe"),
    Grid("most colour", Axis("ruwe", -3, 3, 300), X, "max", "bp_rp"),
)
HISTOGRAMS = (
    Histogram("ruwe", Axis("ruwe", -3, 3, 16)),
    Histogram("bp_rp", Axis("bp_rp", -3, 3, 300)),
    Histogram("elsewhere", Axis("odd name", 0.1, 10, 12, "log10")),
)


def pair(table, clauses=(), grids=GRIDS, histograms=HISTOGRAMS, **options):
    """An engine and its slow twin with the same clauses and views."""
    engine, twin = Crossfilter(table, grids, histograms, **options), SlowTwin(table)
    twin.grids = {grid.name: grid for grid in grids}
    twin.histograms = {histogram.name: histogram for histogram in histograms}
    twin.clauses = dict(clauses)
    engine.update(twin.clauses)
    return engine, twin


CUTS = {"ruwe": Range("ruwe", -1.5, 2), "bp_rp": Range("bp_rp", None, 2.5), "type": OneOf("subclass", ("K7", "M0"))}


def assert_same(one, other):
    """The two answers agree bit for bit."""
    assert (one.count, one.removed) == (other.count, other.removed)
    for name, planes in one.grids.items():
        np.testing.assert_array_equal(planes.count, other.grids[name].count)
        if planes.value is not None:
            np.testing.assert_array_equal(planes.value.view(np.uint32), other.grids[name].value.view(np.uint32))
    for name, counts in one.histograms.items():
        np.testing.assert_array_equal(counts, other.histograms[name])
