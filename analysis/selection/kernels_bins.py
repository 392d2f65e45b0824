"""Bins, pixels and drag buckets of rows, and the bits of ranges: one pass over one column each."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.selection.kernels_pointers import kernel

_BLOCK = 1024


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
def _step_to_bin(number: Any, place: Any, edges: Any, last: Any) -> Any:
    """The bin that holds the number, from a place near it."""
    while place > 0 and number < edges[place]:
        place -= 1
    while place < last and number >= edges[place + 1]:
        place += 1
    return place


@kernel
def write_bins(values: Any, edges: Any, origin: Any, per_bin: Any, logarithmic: Any, bins: Any) -> Any:
    """Write the bin with edges[bin] <= value < edges[bin + 1], the last one closed; the number of bins for none.

    The place guessed from origin and per_bin only has to be near; the edges decide. Guess and check are loops
    without branches, which the compiler turns into vector instructions; only wrong guesses are looked at singly.
    """
    last = len(edges) - 2
    low, high = edges[0], edges[last + 1]
    numbers, guesses = np.empty(_BLOCK), np.empty(_BLOCK, dtype=np.uint32)
    wrong = np.zeros(_BLOCK, dtype=np.uint8)
    eights = wrong.view(np.uint64)
    for base in range(0, len(values), _BLOCK):
        count = min(_BLOCK, len(values) - base)
        wrong[count:] = 0
        for i in range(count):
            numbers[i] = np.float64(values[base + i])
        _guess_bins(numbers, count, origin, per_bin, logarithmic, low, high, last, guesses)
        for i in range(count):
            place = guesses[i]
            here = min(place, np.uint32(last))
            off = (numbers[i] < edges[here]) | (numbers[i] >= edges[here + np.uint32(1)])
            wrong[i] = np.uint8(off & (place <= np.uint32(last)))
            bins[base + i] = place
        for k in range((count + 7) // 8):
            if eights[k] == 0:
                continue
            for i in range(8 * k, 8 * k + 8):
                if wrong[i]:
                    bins[base + i] = _step_to_bin(numbers[i], np.int64(guesses[i]), edges, last)


@kernel
def _guess_bins(
    numbers: Any,
    count: Any,
    origin: Any,
    per_bin: Any,
    logarithmic: Any,
    low: Any,
    high: Any,
    last: Any,
    guesses: Any,
) -> Any:
    """Write the likely bin of each number, last + 1 for those outside [low, high] and NaN."""
    none = np.uint32(last + 1)
    highest = np.float64(last)
    if logarithmic:
        for i in range(count):
            number = numbers[i]
            inside = (number >= low) & (number <= high)
            place = (_rough_log2(number if inside else low) - origin) * per_bin
            place = min(max(place, 0.0), highest)
            guesses[i] = np.uint32(np.int32(place)) if inside else none
    else:
        for i in range(count):
            number = numbers[i]
            inside = (number >= low) & (number <= high)
            place = ((number if inside else low) - origin) * per_bin
            place = min(max(place, 0.0), highest)
            guesses[i] = np.uint32(np.int32(place)) if inside else none


@kernel
def write_pixels(columns: Any, lines: Any, width: Any, height: Any, codes: Any) -> Any:
    """Write line * width + column of each row; height * width where it is in no line or no column."""
    none = np.uint32(width * height)
    for i in range(len(codes)):
        outside = (columns[i] == width) | (lines[i] == height)
        code = np.uint32(lines[i]) * np.uint32(width) + np.uint32(columns[i])
        codes[i] = none if outside else code


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
def write_buckets(
    values: Any, first: Any, shift: Any, bucket_of_cell: Any, nan_bucket: Any, buckets: Any, lows: Any, highs: Any
) -> Any:
    """Write the bucket of each value, looked up by the cell of its key, and widen the ends of the bucket to hold it.

    NaN has a bucket of its own, without ends.
    """
    last = len(bucket_of_cell) - 1
    for i in range(len(values)):
        value = values[i]
        if value != value:
            buckets[i] = nan_bucket
        else:
            cell = (key_of(value) - first) >> shift
            bucket = bucket_of_cell[min(max(cell, 0), last)]
            buckets[i] = bucket
            if value < lows[bucket]:
                lows[bucket] = value
            if value > highs[bucket]:
                highs[bucket] = value


@kernel
def count_codes(codes: Any, counts: Any) -> Any:
    """Count how many rows have each code; the many rows outside take turns in eight counters."""
    none: Any = np.uint32(len(counts) - 1)
    spread = np.zeros(len(counts) + 7, dtype=np.int64)
    for i in range(len(codes)):
        code = np.uint32(codes[i])
        spread[code + (np.uint32(i & 7) if code == none else np.uint32(0))] += 1
    for seen in range(none):
        counts[seen] += spread[seen]
    counts[none] += spread[none:].sum()
