"""The index of a drag: rows that only the dragged cut decides, in buckets of its column, and moves over it.

Each deciding row is one record: its pixel in every layer as 32-bit words, then its bin in every histogram as
bytes or 16-bit words. A near miss, which fails one other cut, needs only that cut's bit and its bin there.
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
    LAYER_CODES,
    LAYER_COUNTS,
    MEAN_DOUBLE,
    MEAN_VALUES,
    bit_number,
    sum_rows,
)


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
def _list_marked(marks: Any, number: Any, deciding: Any, near: Any) -> Any:
    """List the marked rows of a block; returns how many decide and how many nearly pass."""
    marks[number:] = 0
    eights = marks.view(np.uint64)
    n_deciding, n_near = 0, 0
    for k in range(len(eights)):
        if eights[k] == 0:
            continue
        for i in range(8 * k, 8 * k + 8):
            deciding[n_deciding] = i
            n_deciding += marks[i] & 1
            near[n_near] = i
            n_near += marks[i] >> 1
    return n_deciding, n_near


@kernel
def count_buckets(
    fails: Any, kept: Any, unit: Any, buckets: Any, start: Any, stop: Any, deciding: Any, near: Any
) -> Any:
    """Count the deciding rows and the near misses of each bucket, from start to stop."""
    marks = np.zeros(BLOCK, dtype=np.uint8)
    rows = np.empty(BLOCK + 8, dtype=np.uint32)
    near_rows = np.empty(BLOCK + 8, dtype=np.uint32)
    for base in range(start, stop, BLOCK):
        number = min(BLOCK, stop - base)
        if _sort_out(fails[base : base + number], kept, unit, marks, number) == 0:
            continue
        here = buckets[base : base + number]
        n_rows, n_near = _list_marked(marks, number, rows, near_rows)
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
def _copy(source: Any, rows: Any, places: Any, number: Any, target: Any, stride: Any, offset: Any) -> Any:
    for j in range(number):
        target[places[j] * stride + offset] = source[rows[j]]


@kernel
def _copy_keys(
    item_bytes: Any, source: Any, target: Any, base: Any, size: Any, rows: Any, places: Any, number: Any
) -> Any:
    """Copy values of one, two, four or eight bytes to their places."""
    if item_bytes == 4:
        _copy(
            carray(pointer(source, np.uint32), size)[base:],
            rows,
            places,
            number,
            carray(pointer(target, np.uint32), size),
            1,
            0,
        )
    elif item_bytes == 8:
        _copy(
            carray(pointer(source, np.uint64), size)[base:],
            rows,
            places,
            number,
            carray(pointer(target, np.uint64), size),
            1,
            0,
        )
    elif item_bytes == 2:
        _copy(
            carray(pointer(source, np.uint16), size)[base:],
            rows,
            places,
            number,
            carray(pointer(target, np.uint16), size),
            1,
            0,
        )
    else:
        _copy(
            carray(pointer(source, np.uint8), size)[base:],
            rows,
            places,
            number,
            carray(pointer(target, np.uint8), size),
            1,
            0,
        )


@kernel
def _copy_records(
    layers: Any,
    bins: Any,
    base: Any,
    size: Any,
    rows: Any,
    places: Any,
    number: Any,
    words: Any,
    shorts: Any,
    octets: Any,
    record_words: Any,
    wide: Any,
) -> Any:
    for layer in range(len(layers)):
        _copy(
            carray(pointer(layers[layer, LAYER_CODES], np.uint32), size)[base:],
            rows,
            places,
            number,
            words,
            record_words,
            layer,
        )
    for h in range(len(bins)):
        if bins[h, BIN_WIDE]:
            _copy(
                carray(pointer(bins[h, BIN_CODES], np.uint16), size)[base:],
                rows,
                places,
                number,
                shorts,
                2 * record_words,
                2 * len(layers) + h,
            )
        elif wide:
            _copy(
                carray(pointer(bins[h, BIN_CODES], np.uint8), size)[base:],
                rows,
                places,
                number,
                shorts,
                2 * record_words,
                2 * len(layers) + h,
            )
        else:
            _copy(
                carray(pointer(bins[h, BIN_CODES], np.uint8), size)[base:],
                rows,
                places,
                number,
                octets,
                4 * record_words,
                4 * len(layers) + h,
            )


@kernel
def _copy_near(
    fails: Any,
    kept: Any,
    rows: Any,
    places: Any,
    number: Any,
    base: Any,
    size: Any,
    bins: Any,
    bin_of_bit: Any,
    near_words: Any,
) -> Any:
    for j in range(number):
        bit = bit_number(fails[rows[j]] & kept)
        place = bin_of_bit[bit]
        code: Any = 0
        if place >= 0:
            if bins[place, BIN_WIDE]:
                code = np.int64(carray(pointer(bins[place, BIN_CODES], np.uint16), size)[base + rows[j]])
            else:
                code = np.int64(carray(pointer(bins[place, BIN_CODES], np.uint8), size)[base + rows[j]])
        near_words[places[j]] = (bit << 16) | code


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
    keys: Any,
    layers: Any,
    bins: Any,
    means: Any,
    mean_targets: Any,
    bin_of_bit: Any,
    words: Any,
    shorts: Any,
    octets: Any,
    record_words: Any,
    wide: Any,
    near_words: Any,
) -> Any:
    """Write the records of the rows from start to stop; `following` holds the next free place of each bucket.

    `keys` is (bytes a value, address of the column, of the deciding rows' values, of the near misses').
    """
    size = len(fails)
    marks = np.zeros(BLOCK, dtype=np.uint8)
    rows = np.empty(BLOCK + 8, dtype=np.uint32)
    near_rows = np.empty(BLOCK + 8, dtype=np.uint32)
    places = np.empty(BLOCK, dtype=np.int64)
    for base in range(start, stop, BLOCK):
        number = min(BLOCK, stop - base)
        here = fails[base : base + number]
        if _sort_out(here, kept, unit, marks, number) == 0:
            continue
        n_rows, n_near = _list_marked(marks, number, rows, near_rows)
        if n_rows:
            _take_places(buckets[base : base + number], rows, n_rows, following, places)
            _copy_keys(keys[0], keys[1], keys[2], base, size, rows, places, n_rows)
            _copy_records(layers, bins, base, size, rows, places, n_rows, words, shorts, octets, record_words, wide)
            for m in range(len(means)):
                bytes_each = 8 if means[m, MEAN_DOUBLE] else 4
                _copy_keys(bytes_each, means[m, MEAN_VALUES], mean_targets[m], base, size, rows, places, n_rows)
        if n_near:
            _take_places(buckets[base : base + number], near_rows, n_near, near_following, places)
            _copy_keys(keys[0], keys[1], keys[3], base, size, near_rows, places, n_near)
            _copy_near(here, kept, near_rows, places, n_near, base, size, bins, bin_of_bit, near_words)


@kernel
def _move_records(
    places: Any,
    number: Any,
    sign: Any,
    words: Any,
    shorts: Any,
    octets: Any,
    record_words: Any,
    wide: Any,
    layers: Any,
    layer_of_mean: Any,
    bins: Any,
    means: Any,
    scales: Any,
    strided: Any,
    pixel: Any,
    local: Any,
) -> Any:
    """Move the records at the places into (1) or out of (-1) all totals."""
    pixels = np.int64(1) << 40
    for layer in range(len(layers)):
        counts = carray(pointer(layers[layer, LAYER_COUNTS], np.int32), pixels)
        for j in range(number):
            counts[words[places[j] * record_words + layer]] += np.int32(sign)
    for h in range(len(bins)):
        stride = bins[h, BIN_STRIDE]
        totals = carray(pointer(bins[h, BIN_TOTALS], np.int64), COPIES * stride)
        if wide:
            for j in range(number):
                code = shorts[places[j] * (2 * record_words) + (2 * len(layers) + h)]
                totals[(j & 3) * stride + code] += sign
        else:
            for j in range(number):
                code = octets[places[j] * (4 * record_words) + (4 * len(layers) + h)]
                totals[(j & 3) * stride + code] += sign
    for m in range(len(means)):
        for j in range(number):
            pixel[j] = words[places[j] * record_words + layer_of_mean[m]]
        if means[m, MEAN_DOUBLE]:
            doubles = carray(pointer(means[m, MEAN_VALUES], np.float64), pixels)
            for j in range(number):
                strided[j] = doubles[places[j]]
        else:
            singles = carray(pointer(means[m, MEAN_VALUES], np.float32), pixels)
            for j in range(number):
                strided[j] = singles[places[j]]
        sum_rows(means[m], scales[m], pixel, strided, pixels, local, number, sign)


@kernel
def move_records(
    segments: Any,
    single: Any,
    words: Any,
    shorts: Any,
    octets: Any,
    record_words: Any,
    wide: Any,
    layers: Any,
    layer_of_mean: Any,
    bins: Any,
    means: Any,
    scales: Any,
) -> Any:
    """Move runs of records, rows (start, stop, sign), and single ones, rows (place, sign).

    Returns by how many the passing rows grew. `means` holds the addresses of the index's own values.
    """
    places = np.empty(BLOCK, dtype=np.int64)
    strided = np.empty(BLOCK, dtype=np.float64)
    pixel = np.empty(BLOCK, dtype=np.uint32)
    local = np.arange(BLOCK).astype(np.uint32)
    grown = 0
    for s in range(len(segments)):
        sign = segments[s, 2]
        grown += sign * (segments[s, 1] - segments[s, 0])
        for base in range(segments[s, 0], segments[s, 1], BLOCK):
            number = min(BLOCK, segments[s, 1] - base)
            for j in range(number):
                places[j] = base + j
            _move_records(
                places,
                number,
                sign,
                words,
                shorts,
                octets,
                record_words,
                wide,
                layers,
                layer_of_mean,
                bins,
                means,
                scales,
                strided,
                pixel,
                local,
            )
    for sign in (-1, 1):
        number = 0
        for s in range(len(single)):
            if single[s, 1] == sign:
                places[number] = single[s, 0]
                number += 1
            if number and (number == BLOCK or s == len(single) - 1):
                grown += sign * number
                _move_records(
                    places,
                    number,
                    sign,
                    words,
                    shorts,
                    octets,
                    record_words,
                    wide,
                    layers,
                    layer_of_mean,
                    bins,
                    means,
                    scales,
                    strided,
                    pixel,
                    local,
                )
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
def move_near(segments: Any, single: Any, near_words: Any, bins: Any, bin_of_bit: Any, removed: Any) -> Any:
    """Move near misses in and out of the histogram and the count of the cut that they fail."""
    for s in range(len(segments)):
        for place in range(segments[s, 0], segments[s, 1]):
            _move_near_one(near_words[place], segments[s, 2], bins, bin_of_bit, removed)
    for s in range(len(single)):
        _move_near_one(near_words[single[s, 0]], single[s, 1], bins, bin_of_bit, removed)
