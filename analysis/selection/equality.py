"""Values that a column may equal, and the comparison itself: exact, whatever the column's type."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from analysis.selection.table_columns import BoolArray, number_text, text_text
from analysis.selection.thresholds import round_to

Value: TypeAlias = float | int | str | bool


def value_text(value: Value) -> str:
    """A value as `parse` reads it: true, 0.14, 'K7'."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return text_text(value) if isinstance(value, str) else number_text(value)


def plain_value(column: str, value: Any) -> Value:
    """The value as a plain bool, int, float or str; raises ValueError for NaN, infinities and the rest."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return float(value)
    raise ValueError(
        f"{value!r} cannot be a value that column {column!r} equals; give finite numbers, text, or Missing"
    )


def equals_a_number(column: np.ndarray[Any, Any], numbers: list[Any]) -> BoolArray:
    """True where the number column equals, exactly, one of the numbers."""
    if column.dtype.kind in "iu" and all(isinstance(number, int) for number in numbers):
        limits = np.iinfo(column.dtype)
        held = [number for number in numbers if limits.min <= number <= limits.max]
        return np.isin(column, np.array(held, dtype=column.dtype))
    passes = np.zeros(len(column), dtype=np.bool_)
    for number in numbers:
        low, high = round_to(column.dtype, number + 0, 1), round_to(column.dtype, number + 0, -1)
        if low is not None and high is not None:
            passes |= (column >= low) & (column <= high)
    return passes
