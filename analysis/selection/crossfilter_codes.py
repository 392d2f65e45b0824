"""Per-row codes of a table: pixels, bins, drag buckets, and the columns that means are taken of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.selection.crossfilter_views import Axis, FloatArray
from analysis.selection.crossfilter_workers import Work, Workers
from analysis.selection.kernels_bins import (
    count_codes,
    write_bins,
    write_buckets,
    write_keys,
    write_pixels,
)

NumberArray = npt.NDArray[Any]

_ROWS_A_BUCKET, _FEWEST, _MOST = 4096, 2048, 8192
_CELLS = 65_536
_SAMPLE = 200_000
_STEP = 65_536  # rows binned at a time, so that the first axis' bins are still in the cache for the second


@dataclass(frozen=True, eq=False)
class Codes:
    """The code of each row, and how many rows have each; the last code stands for rows outside."""

    rows: NumberArray
    counts: npt.NDArray[np.int64]

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self.rows.nbytes + self.counts.nbytes


@dataclass(frozen=True, eq=False)
class Buckets:
    """The drag bucket of each row (uint16); the last bucket holds the missing values.

    `lows` and `highs` are the least and the greatest value of the others, in ascending order.
    """

    rows: npt.NDArray[np.uint16]
    lows: NumberArray
    highs: NumberArray

    @property
    def number(self) -> int:
        """Number of buckets, that of the missing values included."""
        return len(self.lows) + 1

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self.rows.nbytes + self.lows.nbytes + self.highs.nbytes


@dataclass(frozen=True, eq=False)
class Measured:
    """A column as means are taken of it, in whole multiples of 1 / scale.

    The scale is the greatest power of two at which no sum over all rows leaves an int64, so sums do not
    depend on the order of rows. It resolves the column's largest finite absolute value to about
    62 - log2(rows) bits (39 at 6.25 million rows). Where the typical value would not keep the 24 bits of a
    float32 that way, the remainder is summed at a second, `fine_scale`, with as many bits again.
    """

    values: NumberArray
    scale: float
    fine_scale: float
    has_gaps: bool

    @property
    def scales(self) -> FloatArray:
        """Scale, its inverse, and the scale of the remainder (0: not needed)."""
        return np.array([self.scale, 1.0 / self.scale, self.fine_scale])

    @cached_property
    def nbytes(self) -> int:
        """Bytes that are kept for it beside the table."""
        return self.values.nbytes if self.values.base is None else 0


def make_bins(values: NumberArray, axis: Axis, workers: Workers) -> Codes:
    """The bin of each row: uint8 up to 255 bins, else uint16; the number of bins stands for none."""
    rows = np.empty(len(values), dtype=np.uint8 if axis.bins <= 255 else np.uint16)
    parts: list[npt.NDArray[np.int64]] = []

    def make_work(_: int) -> Work:
        counts = np.zeros(axis.bins + 1, dtype=np.int64)
        parts.append(counts)

        def work(start: int, stop: int) -> None:
            write_bins(values[start:stop], *axis.guess, rows[start:stop])
            count_codes(rows[start:stop], counts)

        return work

    workers.run(len(values), make_work)
    return _finish(rows, parts)


def make_pixels(x: NumberArray, y: NumberArray, axes: tuple[Axis, Axis], workers: Workers) -> Codes:
    """The pixel of each row (uint32), line * columns + column; lines * columns stands for none."""
    across, along = axes
    if across.bins * along.bins >= 2**31:
        raise ValueError(f"a grid of {across.bins} × {along.bins} pixels is too large; give fewer than 2**31")
    rows = np.empty(len(x), dtype=np.uint32)
    parts: list[npt.NDArray[np.int64]] = []

    def make_work(_: int) -> Work:
        counts = np.zeros(across.bins * along.bins + 1, dtype=np.int64)
        columns, lines = np.empty((2, _STEP), dtype=np.uint16)
        parts.append(counts)

        def work(start: int, stop: int) -> None:
            for first in range(start, stop, _STEP):
                here = slice(first, min(first + _STEP, stop))
                column, line = columns[: here.stop - first], lines[: here.stop - first]
                write_bins(x[here], *across.guess, column)
                write_bins(y[here], *along.guess, line)
                write_pixels(column, line, across.bins, along.bins, rows[here])
            count_codes(rows[start:stop], counts)

        return work

    workers.run(len(x), make_work)
    return _finish(rows, parts)


def type_limits(dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """The least and the greatest value of a type of numbers."""
    if dtype.kind == "f":
        return dtype.type(-np.inf), dtype.type(np.inf)
    return dtype.type(np.iinfo(dtype).min), dtype.type(np.iinfo(dtype).max)


def make_buckets(values: NumberArray, workers: Workers) -> Buckets:
    """Buckets of about equal numbers of rows, in the order of the values; frequent values have their own."""
    first, shift, bucket_of_cell = _cells(values)
    missing = int(bucket_of_cell[-1]) + 1
    rows = np.empty(len(values), dtype=np.uint16)
    least, greatest = type_limits(values.dtype)
    parts: list[tuple[NumberArray, NumberArray]] = []

    def make_work(_: int) -> Work:
        lows, highs = np.full(missing, greatest), np.full(missing, least)
        parts.append((lows, highs))

        def work(start: int, stop: int) -> None:
            write_buckets(values[start:stop], first, shift, bucket_of_cell, missing, rows[start:stop], lows, highs)

        return work

    workers.run(len(values), make_work)
    lows = np.minimum.reduce([lows for lows, _ in parts])
    highs = np.maximum.reduce([highs for _, highs in parts])
    filled = np.flatnonzero(lows <= highs)
    if len(filled):  # an empty bucket takes its neighbour's ends
        neighbour = filled[np.maximum(np.searchsorted(filled, np.arange(missing), side="right") - 1, 0)]
        lows, highs = lows[neighbour], highs[neighbour]
    for array in (rows, lows, highs):
        array.flags.writeable = False
    return Buckets(rows, lows, highs)


def measure(values: NumberArray) -> Measured:
    """The column (float32 or float64) with the scale at which it is summed."""
    largest, gaps = 0.0, False
    for start in range(0, len(values), _STEP):
        size = np.abs(values[start : start + _STEP])
        finite = np.isfinite(size)
        gaps = gaps or not finite.all()
        largest = max(largest, float(size.max(initial=0.0, where=finite)))
    bits = 62 - max(len(values), 1).bit_length()
    power = min(bits - math.frexp(largest)[1], 900)
    scale = 2.0**power
    sample = np.abs(_sample(values).astype(np.float64))
    typical = float(np.median(sample[sample > 0])) if (sample > 0).any() else largest
    needs_fine = typical * scale < 2.0**24
    return Measured(values, scale, 2.0 ** min(power + bits, 1000) if needs_fine else 0.0, gaps)


def _finish(rows: NumberArray, parts: list[npt.NDArray[np.int64]]) -> Codes:
    counts = parts[0]
    for part in parts[1:]:
        counts += part
    rows.flags.writeable = False
    counts.flags.writeable = False
    return Codes(rows, counts)


def _sample(values: NumberArray) -> NumberArray:
    """Finite values from all over the column."""
    some = values[:: max(1, len(values) // _SAMPLE)]
    return some[np.isfinite(some)]


def _cells(values: NumberArray) -> tuple[int, int, npt.NDArray[np.uint16]]:
    """First key, shift and bucket of each cell: cells are equal steps of the bits of a float32."""
    sample = _sample(values)
    if not len(sample):
        return 0, 0, np.zeros(1, dtype=np.uint16)
    keys = np.empty(len(sample), dtype=np.int64)
    write_keys(sample, keys)
    low, high = (int(key) for key in np.quantile(keys, (0.0005, 0.9995), method="nearest"))
    shift = max((high - low).bit_length() - (_CELLS.bit_length() - 1), 0)
    number = ((high - low) >> shift) + 1
    counts = np.bincount(np.clip((keys - low) >> shift, 0, number - 1), minlength=number)
    buckets = min(max(len(values) // _ROWS_A_BUCKET, _FEWEST), _MOST)
    step = max(len(sample) / buckets, 1.0)
    before = np.cumsum(counts) - counts
    place = np.floor(before / step).astype(np.int64) + np.cumsum(counts >= step)
    _, bucket = np.unique(place, return_inverse=True)
    return low, shift, bucket.astype(np.uint16)
