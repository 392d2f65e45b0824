"""Compiling the engine ahead of its first use, so that no one waits for it in front of the screen."""

from __future__ import annotations

import time

import numpy as np

from analysis.selection.crossfilter import Crossfilter
from analysis.selection.crossfilter_views import Axis, Grid, Histogram
from analysis.selection.cuts import OneOf, Range
from analysis.selection.polygons import Inside

_ROWS = 64
_WORDS_OF_8_BITS, _WORDS_OF_16_BITS = 2, 9  # clauses that make the fail bits take that room
_INTEGERS = (np.int64, np.int32, np.int16, np.uint8)


def warm() -> float:
    """Compile the engine for float32, float64 and integer columns and keep it on disk; returns the seconds taken."""
    begun = time.perf_counter()
    for dtype in (np.float32, np.float64):
        for clauses in (_WORDS_OF_8_BITS, _WORDS_OF_16_BITS):
            _use_everything(np.dtype(dtype), clauses)
    return time.perf_counter() - begun


def _use_everything(dtype: np.dtype[np.floating], clauses: int) -> None:
    ramp = np.arange(1, _ROWS + 1)
    table = {"x": ramp.astype(dtype), "y": ramp[::-1].astype(dtype), "flag": ramp % 2 == 0}
    table |= {np.dtype(integer).name: ramp.astype(integer) for integer in _INTEGERS}
    axes = Axis("x", 1, 50, 8), Axis("y", 1, 60, 300, "log10")
    reductions = ("mean", "min", "max")
    engine = Crossfilter(
        table,
        [Grid("count", *axes), *(Grid(reduce, *axes, reduce, "x") for reduce in reductions)],
        [Histogram("slider", axes[0]), Histogram("wide", axes[1])],
    )
    engine.set("slider", Range("x", 5, 40))
    for number in range(clauses):
        engine.set(f"clause {number}", Range(np.dtype(_INTEGERS[number % len(_INTEGERS)]).name, 2, 60))
    engine.set("flag", OneOf("flag", (True,)))
    engine.set("lasso", Inside("x", "y", ((0, 0), (70, 0), (0, 70))))
    engine.answer()
    engine.begin_drag(engine.prepare_drag("slider"))
    engine.move(6, 30)
    engine.end_drag()
    engine.nearest("count", 10, 10, 1, 1)
    engine.inside("count", 1, 10, 1, 10, passing=True)
    engine.rows(5, order_by="x")
