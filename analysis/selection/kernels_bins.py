"""Bins, pixels and drag buckets of rows, and the bits of ranges: one pass over one column each."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.selection.kernels_pointers import kernel


@kernel
def write_range(values: Any, low: Any, high: Any, bit: Any, fails: Any) -> Any:
    """Set the bit where the value is outside [low, high] or NaN, and clear it elsewhere."""
    for i in range(len(values)):
        value = values[i]
        outside = not ((value >= low) & (value <= high))
        fails[i] = (fails[i] & ~bit) | (bit if outside else bit ^ bit)


@kernel
def write_mask(passes: Any, bit: Any, fails: Any) -> Any:
    """Set the bit where the row does not pass, and clear it elsewhere."""
    for i in range(len(passes)):
        fails[i] = (fails[i] & ~bit) | (bit ^ bit if passes[i] else bit)


@kernel
def _rough_log2(value: Any) -> Any:
    """log2 of a positive number to 1e-5: the exponent, and a polynomial in the mantissa (Chebyshev fit)."""
    bits = np.float32(value).view(np.int32)
    mantissa = np.float64(np.int32((bits & 0x7FFFFF) | 0x3F800000).view(np.float32))
    t = 2.0 * mantissa - 3.0
    p = t * (-0.07993727 + t * (0.01771477 + t * (-0.00500068 + t * 0.00137277)))
    return np.float64((bits >> 23) - 127) + 0.5849505 + t * (0.4809106 + p)


@kernel
def bin_of(value: Any, edges: Any, origin: Any, per_bin: Any, logarithmic: Any) -> Any:
    """The bin with edges[bin] <= value < edges[bin + 1], the last one closed; the number of bins if none.

    The guess from origin and per_bin only has to be near; the edges decide.
    """
    last = len(edges) - 2
    number = np.float64(value)
    if not (number >= edges[0]) or not (number <= edges[last + 1]):
        return last + 1
    guess = (_rough_log2(number) - origin) * per_bin if logarithmic else (number - origin) * per_bin
    place: Any = min(max(np.int64(guess), 0), last)
    while place > 0 and number < edges[place]:
        place -= 1
    while place < last and number >= edges[place + 1]:
        place += 1
    return place


@kernel
def write_bins(values: Any, edges: Any, origin: Any, per_bin: Any, logarithmic: Any, bins: Any) -> Any:
    """Write the bin of each value; the number of bins stands for none."""
    for i in range(len(values)):
        bins[i] = bin_of(values[i], edges, origin, per_bin, logarithmic)


@kernel
def write_pixels(
    columns: Any, width: Any, values: Any, edges: Any, origin: Any, per_bin: Any, logarithmic: Any, codes: Any
) -> Any:
    """Write line * width + column of each row, with the lines binned here; lines * width stands for none."""
    lines = len(edges) - 1
    for i in range(len(values)):
        column = columns[i]
        line = lines if column == width else bin_of(values[i], edges, origin, per_bin, logarithmic)
        codes[i] = lines * width if line == lines else line * width + column


@kernel
def key_of(value: Any) -> Any:
    """An integer that grows with the value: the bits of a float32, the negative ones turned round."""
    bits = np.float32(value).view(np.int32)
    return np.int64(bits ^ ((bits >> 31) & 0x7FFFFFFF))


@kernel
def write_keys(values: Any, keys: Any) -> Any:
    """Write the key of each value, of which none is NaN."""
    for i in range(len(values)):
        keys[i] = key_of(values[i])


@kernel
def write_buckets(values: Any, first: Any, shift: Any, bucket_of_cell: Any, nan_bucket: Any, buckets: Any) -> Any:
    """Write the bucket of each value, looked up by the cell of its key; NaN has a bucket of its own."""
    last = len(bucket_of_cell) - 1
    for i in range(len(values)):
        value = values[i]
        if value != value:
            buckets[i] = nan_bucket
        else:
            cell = (key_of(value) - first) >> shift
            buckets[i] = bucket_of_cell[min(max(cell, 0), last)]


@kernel
def count_codes(codes: Any, counts: Any) -> Any:
    """Count how many rows have each code."""
    for i in range(len(codes)):
        counts[codes[i]] += 1
