"""The star nearest to the pointer, the rows in a window, and the extremes of the stars in each pixel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from analysis.selection.kernels_pointers import kernel
from analysis.selection.kernels_totals import BLOCK


@kernel
def _mark_inside(xs: Any, ys: Any, box: Any, marks: Any) -> Any:
    """Mark the rows in the closed box x_low, x_high, y_low, y_high; returns whether there is any."""
    x_low, x_high, y_low, y_high = box
    found = np.uint8(0)
    for i in range(len(xs)):
        x, y = np.float64(xs[i]), np.float64(ys[i])
        inside = np.uint8((x >= x_low) & (x <= x_high) & (y >= y_low) & (y <= y_high))
        marks[i] = inside
        found |= inside
    return found


@kernel
def nearest_row(
    xs: Any,
    ys: Any,
    fails: Any,
    use_fails: Any,
    box: Any,
    centre: Any,
    per_pixel: Any,
    logarithmic: Any,
    furthest: Any,
    start: Any,
    stop: Any,
) -> Any:
    """(row, squared distance in pixels) of the nearest row in the box, the first of equals; row -1: none.

    The box is x_low, x_high, y_low, y_high in data units; centre and per_pixel are on the axes' scales. With
    `use_fails` only rows that pass are looked at.
    """
    best_row, best = -1, furthest
    marks = np.zeros(BLOCK, dtype=np.uint8)
    for base in range(start, stop, BLOCK):
        last = min(base + BLOCK, stop)
        if not _mark_inside(xs[base:last], ys[base:last], box, marks):
            continue
        for i in range(base, last):
            if not marks[i - base] or (use_fails and fails[i] != 0):
                continue
            x, y = np.float64(xs[i]), np.float64(ys[i])
            dx = ((math.log10(x) if logarithmic[0] else x) - centre[0]) / per_pixel[0]
            dy = ((math.log10(y) if logarithmic[1] else y) - centre[1]) / per_pixel[1]
            distance = dx * dx + dy * dy
            if distance < best or (distance == best and best_row < 0):
                best_row, best = i, distance
    return best_row, best


@kernel
def rows_in_box(xs: Any, ys: Any, fails: Any, use_fails: Any, box: Any, start: Any, stop: Any, rows: Any) -> Any:
    """Write the numbers of the rows in the closed box, as many as there is room for; returns how many."""
    number = 0
    marks = np.zeros(BLOCK, dtype=np.uint8)
    for base in range(start, stop, BLOCK):
        last = min(base + BLOCK, stop)
        if not _mark_inside(xs[base:last], ys[base:last], box, marks):
            continue
        for i in range(base, last):
            if marks[i - base] and not (use_fails and fails[i] != 0):
                if number == len(rows):
                    return number
                rows[number] = i
                number += 1
    return number


@kernel
def spread_extremes(codes: Any, values: Any, fails: Any, sign: Any, start: Any, stop: Any, extremes: Any) -> Any:
    """Raise each pixel to the greatest value * sign among its rows that pass; values that are not finite skip."""
    for i in range(start, stop):
        if fails[i] == 0:
            value = values[i] * sign
            if value - value == 0 and value > extremes[codes[i]]:
                extremes[codes[i]] = value


@kernel
def mean_plane(counts: Any, missing: Any, sums: Any, fine: Any, inverse: Any, fine_inverse: Any, means: Any) -> Any:
    """Write the mean of each pixel, NaN where no value is."""
    for i in range(len(means)):
        number = counts[i] - missing[i]
        if number <= 0:
            means[i] = np.nan
        else:
            total = sums[i] * inverse
            if fine_inverse != 0.0:
                total += fine[i] * fine_inverse
            means[i] = total / number
