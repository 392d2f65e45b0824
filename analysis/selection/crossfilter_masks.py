"""Masks of any cut over a prepared table: in slices on several threads, texts by number, lassos by their box."""

from __future__ import annotations

from functools import reduce

import numpy as np

from analysis.selection.cuts import And, Cut, Missing, Not, OneOf, Or
from analysis.selection.kernels_pointing import rows_in_box
from analysis.selection.polygons import Inside
from analysis.selection.prepared import Prepared
from analysis.selection.table_columns import BoolArray


def mask_of(cut: Cut, prepared: Prepared) -> BoolArray:
    """Boolean array, one value a row: the same as `cut.mask(prepared.table)`, sooner.

    Raises what the cut's own mask raises: MissingColumnError, and ValueError for text compared with numbers.
    """
    if isinstance(cut, And):
        return reduce(np.logical_and, (mask_of(term, prepared) for term in cut.terms))
    if isinstance(cut, Or):
        return reduce(np.logical_or, (mask_of(term, prepared) for term in cut.terms))
    if isinstance(cut, Not):
        return np.logical_not(mask_of(cut.cut, prepared))
    if isinstance(cut, (OneOf, Missing)):
        texts = prepared.texts(cut.column)
        if texts is not None:
            if isinstance(cut, Missing):
                return np.asarray(texts.rows < 0, dtype=np.bool_)
            return texts.pick(cut.mask({cut.column: texts.texts}))
    if isinstance(cut, Inside):
        return _inside(cut, prepared)
    return _sliced(cut, prepared)


def _sliced(cut: Cut, prepared: Prepared) -> BoolArray:
    columns = {name: prepared.raw_column(name) for name in sorted(cut.columns)}
    if not columns:
        return np.asarray(cut.mask(prepared.table), dtype=np.bool_)
    passes = np.empty(prepared.n_rows, dtype=np.bool_)

    def work(start: int, stop: int) -> None:
        passes[start:stop] = cut.mask({name: column[start:stop] for name, column in columns.items()})

    prepared.workers.run(prepared.n_rows, lambda _: work)
    return passes


def _inside(cut: Inside, prepared: Prepared) -> BoolArray:
    """Only the rows in the polygon's box, a little widened for rounding on log10 axes, can be inside."""
    x, y = prepared.column(cut.x), prepared.column(cut.y)
    corners = np.array(cut.vertices)
    margin = 1e-9 * np.abs(corners).max(axis=0)
    low, high = corners.min(axis=0) - margin, corners.max(axis=0) + margin
    if cut.x_scale == "log10":
        low[0], high[0] = corners[:, 0].min() * (1 - 1e-9), corners[:, 0].max() * (1 + 1e-9)
    if cut.y_scale == "log10":
        low[1], high[1] = corners[:, 1].min() * (1 - 1e-9), corners[:, 1].max() * (1 + 1e-9)
    box = (float(low[0]), float(high[0]), float(low[1]), float(high[1]))
    passes = np.zeros(prepared.n_rows, dtype=np.bool_)
    no_fails = np.empty(0, dtype=np.uint8)

    def work(start: int, stop: int) -> None:
        rows = np.empty(stop - start, dtype=np.int64)
        rows = rows[: rows_in_box(x, y, no_fails, False, box, start, stop, rows)]
        passes[rows] = cut.mask({cut.x: x[rows], cut.y: y[rows]})

    prepared.workers.run(prepared.n_rows, lambda _: work)
    return passes
