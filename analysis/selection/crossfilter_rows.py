"""Row numbers from the fail bits: those that pass, in any order, those in a window, the one at the pointer."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from analysis.selection.crossfilter_bits import Words
from analysis.selection.crossfilter_codes import NumberArray
from analysis.selection.crossfilter_views import Axis, Grid
from analysis.selection.kernels_pointing import nearest_row, rows_in_box
from analysis.selection.prepared import Prepared

RowArray = npt.NDArray[np.int64]

_STEP = 262_144
_WIDEN = 1e-9  # so that rounding at the edge of the box loses no row; the distance itself is then asked


def passing_rows(words: Words, limit: int | None) -> RowArray:
    """The rows that pass, in the table's order: all, or the first `limit` ones."""
    found: list[RowArray] = [np.empty(0, dtype=np.int64)]
    number = 0
    for start in range(0, len(words), _STEP):
        if limit is not None and number >= limit:
            break
        found.append(np.flatnonzero(words[start : start + _STEP] == 0) + start)
        number += len(found[-1])
    return np.concatenate(found)[:limit]


def ordered_rows(words: Words, values: NumberArray, limit: int | None, ascending: bool) -> RowArray:
    """The first rows that pass in the order of the values; equal values in the table's order, NaN last."""
    if limit is None:
        rows = passing_rows(words, None)
        return _sorted(rows, values[rows], ascending)
    best, worst = np.empty(0, dtype=np.int64), None
    waiting: list[RowArray] = []
    number = 0
    for start in range(0, len(words), _STEP):
        part = values[start : start + _STEP]
        passes = words[start : start + _STEP] == 0
        if worst is None:
            passes &= part == part
        else:
            passes &= (part < worst) if ascending else (part > worst)
        waiting.append(np.flatnonzero(passes) + start)
        number += len(waiting[-1])
        if number > 4 * limit:
            best = _best(np.concatenate((best, *waiting)), values, limit, ascending)
            worst = values[best[-1]] if limit and len(best) == limit else None
            waiting, number = [], 0
    best = _best(np.concatenate((best, *waiting)), values, limit, ascending)
    if len(best) < limit and values.dtype.kind == "f":
        nan_rows = np.flatnonzero((words == 0) & np.isnan(values))
        best = np.concatenate((best, nan_rows[: limit - len(best)]))
    return best


def _best(rows: RowArray, values: NumberArray, limit: int, ascending: bool) -> RowArray:
    """The first `limit` of the rows, none of which has a missing value."""
    here = values[rows]
    if 0 < limit < len(rows):
        place = limit - 1 if ascending else len(rows) - limit
        worst = np.partition(here, place)[place]
        near = np.flatnonzero(here <= worst if ascending else here >= worst)
        rows, here = rows[near], here[near]
    return _sorted(rows, here, ascending)[:limit]


def _sorted(rows: RowArray, values: NumberArray, ascending: bool) -> RowArray:
    """The rows, which come in ascending order among equals, by value; NaN last."""
    order = np.argsort(values, kind="stable")
    if not ascending:
        missing = int(np.count_nonzero(values != values))
        known, unknown = len(order) - missing, order[len(order) - missing :]
        backwards = len(values) - 1 - np.argsort(values[::-1], kind="stable")
        order = np.concatenate((backwards[:known][::-1], unknown))
    return rows[order]


def rows_in_window(
    prepared: Prepared, grid: Grid, window: tuple[float, float, float, float], words: Words | None, limit: int | None
) -> RowArray:
    """The first rows in the closed window x_low, x_high, y_low, y_high; with `words` only those that pass."""
    x, y = prepared.column(grid.x.column), prepared.column(grid.y.column)
    fails = np.empty(0, dtype=np.uint8) if words is None else words
    room = prepared.n_rows if limit is None else min(max(limit, 0), prepared.n_rows)
    found: dict[int, RowArray] = {}

    def work(start: int, stop: int) -> None:
        rows = np.empty(min(room, stop - start), dtype=np.int64)
        found[start] = rows[: rows_in_box(x, y, fails, words is not None, window, start, stop, rows)]

    prepared.workers.run(prepared.n_rows, lambda _: work)
    return np.concatenate([np.empty(0, dtype=np.int64), *(found[start] for start in sorted(found))])[:room]


def nearest_on_screen(
    prepared: Prepared,
    grid: Grid,
    point: tuple[float, float],
    per_pixel: tuple[float, float],
    words: Words | None,
    max_pixels: float,
) -> tuple[int, float] | None:
    """(row, distance in pixels) of the nearest row in the grid's window; with `words` of those that pass."""
    if not (per_pixel[0] > 0 and per_pixel[1] > 0):
        raise ValueError(f"a pixel spans {per_pixel} on the axes of grid {grid.name!r}; give two numbers above zero")
    spans = [
        _span(axis, value, step * max_pixels) for axis, value, step in zip(grid.axes, point, per_pixel, strict=True)
    ]
    if spans[0] is None or spans[1] is None:
        return None
    box = (*spans[0][1:], *spans[1][1:])
    centre = (spans[0][0], spans[1][0])
    logarithmic = (grid.x.is_logarithmic, grid.y.is_logarithmic)
    x, y = prepared.column(grid.x.column), prepared.column(grid.y.column)
    fails = np.empty(0, dtype=np.uint8) if words is None else words
    found: list[tuple[float, int]] = []

    def work(start: int, stop: int) -> None:
        row, squared = nearest_row(
            x, y, fails, words is not None, box, centre, per_pixel, logarithmic, float(max_pixels) ** 2, start, stop
        )
        if row >= 0:
            found.append((squared, row))

    prepared.workers.run(prepared.n_rows, lambda _: work)
    if not found:
        return None
    squared, row = min(found)
    return int(row), math.sqrt(squared)


def _span(axis: Axis, value: float, reach: float) -> tuple[float, float, float] | None:
    """The value on the axis' scale, and the ends in data units of what lies within reach and in the axis."""
    if not math.isfinite(value) or (axis.is_logarithmic and value <= 0):
        return None
    if axis.is_logarithmic:
        centre = math.log10(value)
        low = 10 ** max(centre - reach, -320.0) * (1 - _WIDEN)
        high = 10 ** min(centre + reach, 308.0) * (1 + _WIDEN)
    else:
        centre = float(value)
        margin = _WIDEN * (abs(centre) + reach)
        low, high = centre - reach - margin, centre + reach + margin
    return centre, max(low, axis.low), min(high, axis.high)
