"""The fused pass: rows whose verdict changed move in or out of every grid, mean and histogram at once.

A row's verdict is its word of fail bits, one bit for each active cut: 0 passes, a single bit is a near miss
that only that cut's own histogram counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.selection.kernels_pointers import carray, kernel, pointer

BLOCK = 2048
"""Rows handled together: small enough that their lists stay in the first-level cache."""

COPIES = 4
"""Copies of each histogram, so that neighbouring rows in one bin do not wait for each other."""

# Columns of the address tables.
LAYER_CODES, LAYER_COUNTS = 0, 1
BIN_CODES, BIN_WIDE, BIN_TOTALS, BIN_STRIDE = 0, 1, 2, 3
MEAN_CODES, MEAN_VALUES, MEAN_DOUBLE, MEAN_SUMS, MEAN_FINE, MEAN_MISSING = 0, 1, 2, 3, 4, 5
SCALE, INVERSE, FINE_SCALE = 0, 1, 2

_LOWEST_BIT = np.array([0] + [(value & -value).bit_length() - 1 for value in range(1, 256)], dtype=np.int64)


@kernel
def bit_number(word: Any) -> Any:
    """The number of the only bit that is set."""
    shift = 0
    rest = np.uint64(word)
    while rest > np.uint64(255):
        rest >>= np.uint64(8)
        shift += 8
    return shift + _LOWEST_BIT[rest]


@kernel
def count_rows(counts: Any, codes: Any, rows: Any, number: Any, change: Any) -> Any:
    """Add the change to the pixel of each row of the list."""
    for j in range(number):
        counts[codes[rows[j]]] += change


@kernel
def count_bins(totals: Any, stride: Any, codes: Any, rows: Any, number: Any, change: Any) -> Any:
    """Add the change to the bin of each row of the list, in turn in each copy of the histogram."""
    whole = number - number % 4
    first, second = totals[:stride], totals[stride : 2 * stride]
    third, fourth = totals[2 * stride : 3 * stride], totals[3 * stride :]
    for j in range(0, whole, 4):
        first[codes[rows[j]]] += change
        second[codes[rows[j + 1]]] += change
        third[codes[rows[j + 2]]] += change
        fourth[codes[rows[j + 3]]] += change
    for j in range(whole, number):
        first[codes[rows[j]]] += change


@kernel
def sum_rows(table: Any, scales: Any, codes: Any, values: Any, pixels: Any, rows: Any, number: Any, sign: Any) -> Any:
    """Add each row's value, as whole multiples of a power of two, to the sum of its pixel."""
    sums = carray(pointer(table[MEAN_SUMS], np.int64), pixels)
    missing = carray(pointer(table[MEAN_MISSING], np.int32), pixels)
    fine = carray(pointer(table[MEAN_FINE], np.int64), pixels)
    scale, inverse, fine_scale = scales[SCALE], scales[INVERSE], scales[FINE_SCALE]
    for j in range(number):
        value = np.float64(values[rows[j]])
        pixel = codes[rows[j]]
        if value - value == 0.0:
            whole = np.rint(value * scale)
            sums[pixel] += sign * np.int64(whole)
            if fine_scale != 0.0:
                fine[pixel] += sign * np.int64(np.rint((value - whole * inverse) * fine_scale))
        else:
            missing[pixel] += np.int32(sign)


@kernel
def _classify(before: Any, after: Any, unit: Any, change: Any, number: Any) -> Any:
    """Mark rows that begin to pass (1), stop passing (2), become or were a near miss (4).

    Returns all marks found, and 8 where any verdict differs.
    """
    found = np.uint8(0)
    any_differs = np.uint8(0)
    for i in range(number):
        old, new = before[i], after[i]
        differs = old != new
        old_single = (old != 0) & ((old & (old - unit)) == 0)
        new_single = (new != 0) & ((new & (new - unit)) == 0)
        mark = np.uint8(differs & (new == 0)) | (np.uint8(differs & (old == 0)) << np.uint8(1))
        mark |= np.uint8(differs & (old_single | new_single)) << np.uint8(2)
        change[i] = mark
        found |= mark
        any_differs |= np.uint8(differs)
    return found | (any_differs << np.uint8(3))


@kernel
def _near_misses(
    before: Any,
    after: Any,
    unit: Any,
    rows: Any,
    number: Any,
    base: Any,
    size: Any,
    bins: Any,
    bin_of_bit: Any,
    removed: Any,
) -> Any:
    """Move near misses in and out of the histogram and the count of the one cut that they fail.

    `bin_of_bit` has two rows, for the verdicts before and after: a bit may have changed hands between them.
    """
    for j in range(number):
        row = rows[j]
        for side in range(2):
            word = before[row] if side == 0 else after[row]
            if word == 0 or (word & (word - unit)) != 0:
                continue
            change = -1 if side == 0 else 1
            bit = bit_number(word)
            removed[bit] += change
            place = bin_of_bit[side, bit]
            if place < 0:
                continue
            totals = carray(pointer(bins[place, BIN_TOTALS], np.int64), bins[place, BIN_STRIDE])
            if bins[place, BIN_WIDE]:
                totals[carray(pointer(bins[place, BIN_CODES], np.uint16), size)[base + row]] += change
            else:
                totals[carray(pointer(bins[place, BIN_CODES], np.uint8), size)[base + row]] += change


@kernel
def _move_list(
    rows: Any,
    number: Any,
    sign: Any,
    base: Any,
    size: Any,
    pixels: Any,
    layers: Any,
    bins: Any,
    means: Any,
    scales: Any,
) -> Any:
    """Move the rows of the list, relative to the base, into (1) or out of (-1) all that is counted."""
    for layer in range(len(layers)):
        codes = carray(pointer(layers[layer, LAYER_CODES], np.uint32), size)[base:]
        counts = carray(pointer(layers[layer, LAYER_COUNTS], np.int32), pixels)
        count_rows(counts, codes, rows, number, np.int32(sign))
    for m in range(len(means)):
        codes = carray(pointer(means[m, MEAN_CODES], np.uint32), size)[base:]
        if means[m, MEAN_DOUBLE]:
            doubles = carray(pointer(means[m, MEAN_VALUES], np.float64), size)[base:]
            sum_rows(means[m], scales[m], codes, doubles, pixels, rows, number, sign)
        else:
            singles = carray(pointer(means[m, MEAN_VALUES], np.float32), size)[base:]
            sum_rows(means[m], scales[m], codes, singles, pixels, rows, number, sign)
    for h in range(len(bins)):
        stride = bins[h, BIN_STRIDE]
        totals = carray(pointer(bins[h, BIN_TOTALS], np.int64), COPIES * stride)
        if bins[h, BIN_WIDE]:
            wide = carray(pointer(bins[h, BIN_CODES], np.uint16), size)[base:]
            count_bins(totals, stride, wide, rows, number, sign)
        else:
            narrow = carray(pointer(bins[h, BIN_CODES], np.uint8), size)[base:]
            count_bins(totals, stride, narrow, rows, number, sign)


@kernel
def list_marked(eights: Any, bit: Any, rows: Any) -> Any:
    """List the rows of a block whose mark has the bit; eight marks are read at once."""
    number: Any = 0
    for k in range(len(eights)):
        marks = (eights[k] >> np.uint64(bit)) & np.uint64(0x0101010101010101)
        if marks == 0:
            continue
        for i in range(8):
            rows[number] = 8 * k + i
            number += np.int64(marks & np.uint64(1))
            marks >>= np.uint64(8)
    return number


@kernel
def advance(
    before: Any,
    after: Any,
    reference: Any,
    unit: Any,
    start: Any,
    stop: Any,
    layers: Any,
    bins: Any,
    means: Any,
    scales: Any,
    bin_of_bit: Any,
    removed: Any,
) -> Any:
    """Bring the totals from the verdicts `before` to those `after`, for the rows from start to stop.

    With `reference` >= 0 every row is taken to have had that verdict before; else `before` is brought up to
    date as well. Returns by how many the passing rows grew.
    """
    size = len(after)
    pixels = np.int64(1) << 40  # the codes were made for these grids; the true length is not needed here
    constant = np.empty(BLOCK, dtype=after.dtype)
    constant[:] = unit * 0 if reference < 0 else after.dtype.type(reference)
    change = np.zeros(BLOCK, dtype=np.uint8)
    words = change.view(np.uint64)
    gained = np.empty(BLOCK + 8, dtype=np.uint32)
    lost = np.empty(BLOCK + 8, dtype=np.uint32)
    near = np.empty(BLOCK + 8, dtype=np.uint32)
    grown = 0
    for base in range(start, stop, BLOCK):
        number = min(BLOCK, stop - base)
        then = before[base : base + number] if reference < 0 else constant[:number]
        now = after[base : base + number]
        found = _classify(then, now, unit, change, number)
        if found == 0:
            continue
        if found == 8:
            if reference < 0:
                then[:] = now
            continue
        change[number:] = 0
        n_gained = list_marked(words, 0, gained) if found & 1 else 0
        n_lost = list_marked(words, 1, lost) if found & 2 else 0
        n_near = list_marked(words, 2, near) if found & 4 else 0
        if n_near:
            _near_misses(then, now, unit, near, n_near, base, size, bins, bin_of_bit, removed)
        if n_gained:
            _move_list(gained, n_gained, 1, base, size, pixels, layers, bins, means, scales)
        if n_lost:
            _move_list(lost, n_lost, -1, base, size, pixels, layers, bins, means, scales)
        if reference < 0:
            then[:] = now
        grown += n_gained - n_lost
    return grown


@kernel
def sum_all(table: Any, scales: Any, codes: Any, values: Any) -> Any:
    """Add every row to the sum of its pixel."""
    rows = np.arange(BLOCK).astype(np.uint32)
    for base in range(0, len(codes), BLOCK):
        number = min(BLOCK, len(codes) - base)
        sum_rows(table, scales, codes[base:], values[base:], np.int64(1) << 40, rows, number, 1)
