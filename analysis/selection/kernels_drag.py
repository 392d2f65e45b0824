"""The index of a drag: rows that only the dragged cut decides, in buckets of its column, and moves over it.

Each deciding row is one record of bytes: its value of the dragged column, its pixel in every layer, its bin in
every histogram, its value for every mean. A near miss, which fails one other cut, is a shorter record: its
value, and that cut's bit with its bin there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.selection.kernels_pointers import carray, kernel, pointer
from analysis.selection.kernels_totals import (
    BIN_CODES,
    BIN_STRIDE,
    BIN_TOTALS,
    BIN_WIDE,
    BLOCK,
    COPIES,
    LAYER_COUNTS,
    MEAN_DOUBLE,
    bit_number,
    list_marked,
    sum_rows,
)

# Columns of the table of fields: address of the column, bytes of one value, its place in the record in bytes.
SOURCE, ITEM, OFFSET = 0, 1, 2

_FEW = 512  # records put together at a time, in the first-level cache


@kernel
def _sort_out(words: Any, kept: Any, unit: Any, marks: Any, number: Any) -> Any:
    """Mark rows that fail nothing but ignored cuts (1) and rows that fail one other cut (2)."""
    found = np.uint8(0)
    for i in range(number):
        word = words[i] & kept
        single = (word != 0) & ((word & (word - unit)) == 0)
        mark = np.uint8(word == 0) | (np.uint8(single) << np.uint8(1))
        marks[i] = mark
        found |= mark
    return found


@kernel
def count_buckets(
    fails: Any, kept: Any, unit: Any, buckets: Any, start: Any, stop: Any, deciding: Any, near: Any
) -> Any:
    """Count the deciding rows and the near misses of each bucket, from start to stop."""
    marks = np.zeros(BLOCK, dtype=np.uint8)
    eights = marks.view(np.uint64)
    rows = np.empty(BLOCK + 8, dtype=np.uint32)
    near_rows = np.empty(BLOCK + 8, dtype=np.uint32)
    for base in range(start, stop, BLOCK):
        number = min(BLOCK, stop - base)
        if _sort_out(fails[base : base + number], kept, unit, marks, number) == 0:
            continue
        here = buckets[base : base + number]
        marks[number:] = 0
        n_rows, n_near = list_marked(eights, 0, rows), list_marked(eights, 1, near_rows)
        for j in range(n_rows):
            deciding[here[rows[j]]] += 1
        for j in range(n_near):
            near[here[near_rows[j]]] += 1


@kernel
def _take_places(buckets: Any, rows: Any, number: Any, following: Any, places: Any) -> Any:
    """Give each row of the list the next place in its bucket."""
    for j in range(number):
        bucket = buckets[rows[j]]
        places[j] = following[bucket]
        following[bucket] += 1


@kernel
def _collect(source: Any, rows: Any, number: Any, target: Any, stride: Any, offset: Any) -> Any:
    for j in range(number):
        target[j * stride + offset] = source[rows[j]]


@kernel
def _gather(fields: Any, base: Any, size: Any, rows: Any, number: Any, block: Any, stride: Any) -> Any:
    """Put the records of the listed rows together, one after the other, in a block of bytes."""
    for f in range(len(fields)):
        source, item, offset = fields[f, SOURCE], fields[f, ITEM], fields[f, OFFSET]
        if item == 1:
            _collect(carray(pointer(source, np.uint8), size)[base:], rows, number, block, stride, offset)
        elif item == 2:
            shorts, values = block.view(np.uint16), carray(pointer(source, np.uint16), size)[base:]
            _collect(values, rows, number, shorts, stride // 2, offset // 2)
        elif item == 4:
            words, singles = block.view(np.uint32), carray(pointer(source, np.uint32), size)[base:]
            _collect(singles, rows, number, words, stride // 4, offset // 4)
        else:
            longs, doubles = block.view(np.uint64), carray(pointer(source, np.uint64), size)[base:]
            _collect(doubles, rows, number, longs, stride // 8, offset // 8)


@kernel
def _put_away(block: Any, stride: Any, places: Any, number: Any, records: Any) -> Any:
    """Copy the records of a block to their places, eight bytes at a time."""
    longs, width = block.view(np.uint64), stride // 8
    for j in range(number):
        target = places[j] * width
        for w in range(width):
            records[target + w] = longs[j * width + w]


@kernel
def _write_near(
    words: Any,
    kept: Any,
    rows: Any,
    number: Any,
    base: Any,
    size: Any,
    bins: Any,
    bin_of_bit: Any,
    block: Any,
    stride: Any,
) -> Any:
    """Write bit and bin of each near miss into the last four bytes of its record."""
    targets = block.view(np.uint32)
    for j in range(number):
        bit = bit_number(words[rows[j]] & kept)
        place = bin_of_bit[bit]
        code: Any = 0
        if place >= 0:
            if bins[place, BIN_WIDE]:
                code = np.int64(carray(pointer(bins[place, BIN_CODES], np.uint16), size)[base + rows[j]])
            else:
                code = np.int64(carray(pointer(bins[place, BIN_CODES], np.uint8), size)[base + rows[j]])
        targets[(j + 1) * (stride // 4) - 1] = (bit << 16) | code


@kernel
def fill_index(
    fails: Any,
    kept: Any,
    unit: Any,
    buckets: Any,
    start: Any,
    stop: Any,
    following: Any,
    near_following: Any,
    fields: Any,
    near_fields: Any,
    records: Any,
    stride: Any,
    near_records: Any,
    near_stride: Any,
    bins: Any,
    bin_of_bit: Any,
) -> Any:
    """Write the records of the rows from start to stop; `following` holds the next free place of each bucket."""
    size = len(fails)
    marks = np.zeros(BLOCK, dtype=np.uint8)
    eights = marks.view(np.uint64)
    rows = np.empty(BLOCK + 8, dtype=np.uint32)
    near_rows = np.empty(BLOCK + 8, dtype=np.uint32)
    places = np.empty(_FEW, dtype=np.int64)
    block = np.zeros(_FEW * stride, dtype=np.uint8)
    near_block = np.zeros(_FEW * near_stride, dtype=np.uint8)
    for base in range(start, stop, BLOCK):
        number = min(BLOCK, stop - base)
        words, here = fails[base : base + number], buckets[base : base + number]
        if _sort_out(words, kept, unit, marks, number) == 0:
            continue
        marks[number:] = 0
        n_rows, n_near = list_marked(eights, 0, rows), list_marked(eights, 1, near_rows)
        for first in range(0, n_rows, _FEW):
            few = min(_FEW, n_rows - first)
            _take_places(here, rows[first:], few, following, places)
            _gather(fields, base, size, rows[first:], few, block, stride)
            _put_away(block, stride, places, few, records)
        for first in range(0, n_near, _FEW):
            few = min(_FEW, n_near - first)
            _take_places(here, near_rows[first:], few, near_following, places)
            _gather(near_fields, base, size, near_rows[first:], few, near_block, near_stride)
            _write_near(words, kept, near_rows[first:], few, base, size, bins, bin_of_bit, near_block, near_stride)
            _put_away(near_block, near_stride, places, few, near_records)


@kernel
def _move_places(
    places: Any,
    number: Any,
    sign: Any,
    records: Any,
    stride: Any,
    layers: Any,
    layer_offsets: Any,
    bins: Any,
    bin_offsets: Any,
    means: Any,
    mean_offsets: Any,
    scales: Any,
    work: Any,
) -> Any:
    """Move the records at the places into (1) or out of (-1) all totals."""
    pixels = np.int64(1) << 40
    values, pixel, in_turn = work
    octets, shorts = records.view(np.uint8), records.view(np.uint16)
    words, singles, doubles = records.view(np.uint32), records.view(np.float32), records.view(np.float64)
    for layer in range(len(layers)):
        counts = carray(pointer(layers[layer, LAYER_COUNTS], np.int32), pixels)
        offset = layer_offsets[layer] // 4
        for j in range(number):
            counts[words[places[j] * (stride // 4) + offset]] += np.int32(sign)
    for h in range(len(bins)):
        copy = bins[h, BIN_STRIDE]
        totals = carray(pointer(bins[h, BIN_TOTALS], np.int64), COPIES * copy)
        if bins[h, BIN_WIDE]:
            for j in range(number):
                totals[(j & 3) * copy + shorts[places[j] * (stride // 2) + bin_offsets[h] // 2]] += sign
        else:
            for j in range(number):
                totals[(j & 3) * copy + octets[places[j] * stride + bin_offsets[h]]] += sign
    for m in range(len(means)):
        offset = mean_offsets[m, 1]
        for j in range(number):
            pixel[j] = words[places[j] * (stride // 4) + mean_offsets[m, 0] // 4]
            if means[m, MEAN_DOUBLE]:
                values[j] = doubles[places[j] * (stride // 8) + offset // 8]
            else:
                values[j] = singles[places[j] * (stride // 4) + offset // 4]
        sum_rows(means[m], scales[m], pixel, values, pixels, in_turn, number, sign)


@kernel
def move_records(
    runs: Any,
    single: Any,
    records: Any,
    stride: Any,
    layers: Any,
    layer_offsets: Any,
    bins: Any,
    bin_offsets: Any,
    means: Any,
    mean_offsets: Any,
    scales: Any,
) -> Any:
    """Move runs of records, rows (start, stop, sign), and single ones, rows (place, sign).

    Returns by how many the passing rows grew. The offsets are the fields' places in a record, in bytes; those
    of a mean are its pixel's and its value's.
    """
    places = np.empty(BLOCK, dtype=np.int64)
    work = (np.empty(BLOCK, np.float64), np.empty(BLOCK, np.uint32), np.arange(BLOCK).astype(np.uint32))
    grown = 0
    for r in range(len(runs)):
        first, last, sign = runs[r]
        grown += sign * (last - first)
        for base in range(first, last, BLOCK):
            number = min(BLOCK, last - base)
            for j in range(number):
                places[j] = base + j
            _move_places(
                places, number, sign, records, stride, layers, layer_offsets, bins, bin_offsets, means, mean_offsets,
                scales, work,
            )  # fmt: skip
    for sign in (-1, 1):
        number = 0
        for s in range(len(single)):
            if single[s, 1] == sign:
                places[number] = single[s, 0]
                number += 1
            if number and (number == BLOCK or s == len(single) - 1):
                grown += sign * number
                _move_places(
                    places, number, sign, records, stride, layers, layer_offsets, bins, bin_offsets, means,
                    mean_offsets, scales, work,
                )  # fmt: skip
                number = 0
    return grown


@kernel
def _move_near_one(word: Any, sign: Any, bins: Any, bin_of_bit: Any, removed: Any) -> Any:
    bit = np.int64(word >> np.uint32(16))
    removed[bit] += sign
    place = bin_of_bit[bit]
    if place >= 0:
        totals = carray(pointer(bins[place, BIN_TOTALS], np.int64), bins[place, BIN_STRIDE])
        totals[np.int64(word & np.uint32(0xFFFF))] += sign


@kernel
def move_near(runs: Any, single: Any, records: Any, stride: Any, bins: Any, bin_of_bit: Any, removed: Any) -> Any:
    """Move near misses in and out of the histogram and the count of the cut that they fail."""
    words, width = records.view(np.uint32), stride // 4
    for r in range(len(runs)):
        for place in range(runs[r, 0], runs[r, 1]):
            _move_near_one(words[(place + 1) * width - 1], runs[r, 2], bins, bin_of_bit, removed)
    for s in range(len(single)):
        _move_near_one(words[(single[s, 0] + 1) * width - 1], single[s, 1], bins, bin_of_bit, removed)
