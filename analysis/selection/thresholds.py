"""Thresholds that lose nothing: exact in doubles, exact again in the narrower type of a column."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from analysis.selection.table_columns import number_text

# From here on every double is a whole number, so the next value after an integer is that integer plus one.
_WHOLE_FROM = 2**53


def as_bound(column: str, end: str, value: Any, open_value: float) -> float | int | None:
    """The threshold as a double (an int where a double cannot hold it), None where it is open.

    Raises TypeError for what is no number, ValueError for NaN and for the infinity that no value could reach.
    """
    if value is None or (isinstance(value, (float, np.floating)) and value == open_value):
        return None
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        raise TypeError(f"the {end} end of the range on {column!r} must be a number or None, not {value!r}")
    if isinstance(value, (int, np.integer)):
        return float(value) if abs(int(value)) <= _WHOLE_FROM else int(value)
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"the {end} end of the range on {column!r} is {number}; give a finite number or None for open")
    return number + 0.0  # -0.0 and 0.0 are one threshold


def next_after(value: float | int, direction: int) -> float | int:
    """The next number after the value, up (1) or down (-1), that a column of doubles or integers can hold."""
    if isinstance(value, (int, np.integer)) and abs(int(value)) >= _WHOLE_FROM:
        return int(value) + direction
    return math.nextafter(float(value), direction * math.inf)


def end_text(sign: str, bound: float | int, direction: int) -> tuple[str, str]:
    """The sign and the number of an inclusive bound: (">=", "10"), or (">", "10") where that is the shorter.

    Direction points out of the range: a range above 10 begins at the next double, 10.000000000000002.
    """
    inclusive = number_text(bound)
    beyond = next_after(bound, direction)
    strict = number_text(beyond)
    if len(strict) < len(inclusive) and math.isfinite(beyond) and next_after(beyond, -direction) == bound:
        return sign, strict
    return sign + "=", inclusive


def round_to(dtype: np.dtype[Any], bound: float | int, direction: int) -> Any:
    """The nearest value of dtype at or beyond the bound in the direction; None: an integer type has none."""
    if dtype.kind in "iu":
        whole = bound if isinstance(bound, int) else math.ceil(bound) if direction > 0 else math.floor(bound)
        limits = np.iinfo(dtype)
        if (whole > limits.max) if direction > 0 else (whole < limits.min):
            return None
        return np.array(min(max(whole, limits.min), limits.max), dtype)[()]
    with np.errstate(over="ignore"):
        near = np.array(bound, dtype=dtype)[()]
    if (float(near) < bound) if direction > 0 else (float(near) > bound):
        near = np.nextafter(near, np.array(direction * np.inf, dtype=dtype)[()])
    return near
