"""Columns of a table as plain arrays, and names and values as the selection's text spells them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

Table: TypeAlias = pd.DataFrame | Mapping[str, Any]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

RESERVED_WORDS = frozenset({"and", "or", "not", "in", "between", "is", "null", "true", "false"})
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class MissingColumnError(KeyError):
    """A table lacks the column that a cut reads: `.column`, and `.near`, the nearest names that it has."""

    def __init__(self, column: str, known: Collection[str]) -> None:
        self.column = column
        self.near = near_names(column, known)
        hint = f"; did you mean {' or '.join(self.near)}?" if self.near else ""
        self.message = f"the table has no column {column!r}{hint}"
        super().__init__(column, tuple(known))

    def __str__(self) -> str:
        return self.message


def near_names(name: str, known: Collection[str]) -> tuple[str, ...]:
    """The up to three known names most like the given one, best first; letter case counts for nothing."""
    by_folded = {str(other).casefold(): str(other) for other in known}
    return tuple(by_folded[near] for near in get_close_matches(name.casefold(), list(by_folded), n=3, cutoff=0.6))


def row_count(table: Table) -> int:
    """Number of rows of the table."""
    if isinstance(table, pd.DataFrame):
        return len(table)
    return next((len(column) for column in table.values()), 0)


def read_column(table: Table, name: str) -> npt.NDArray[Any]:
    """The column as a one-dimensional array, not copied where it already is one; masked is NaN.

    Raises MissingColumnError where the table lacks it.
    """
    if name not in table:
        raise MissingColumnError(name, [str(column) for column in table])
    column = table[name]
    if isinstance(column, pd.DataFrame):
        raise ValueError(f"the table has {column.shape[1]} columns named {name!r}; rename all but one")
    if isinstance(column, pd.Series):
        return _series_array(column)
    if isinstance(column, np.ma.MaskedArray):
        return _masked_array(column)
    return np.asarray(column)


def number_column(table: Table, name: str) -> npt.NDArray[Any]:
    """The column as floats or integers (truth values as 0 and 1), without a copy where it already is numbers.

    Raises MissingColumnError where the table lacks it, ValueError where it holds text.
    """
    column = text_or_number_column(table, name)
    if column.dtype.kind == "O":
        if pd.isna(column).all():
            return np.full(len(column), np.nan)
        first = next(value for value in column if not pd.isna(value))
        raise ValueError(f"column {name!r} holds text such as {first!r}; a comparison of size needs numbers")
    return column


def text_or_number_column(table: Table, name: str) -> npt.NDArray[Any]:
    """The column as floats, integers (truth values as 0 and 1) or, for text, as objects."""
    column = read_column(table, name)
    if column.dtype.kind == "b":
        return column.view(np.uint8)
    if column.dtype.kind in "iuf":
        return column
    if column.dtype.kind in "US":
        return column.astype(str).astype(object)
    if column.dtype.kind == "O":
        if pd.api.types.infer_dtype(column, skipna=True) in (
            "boolean",
            "integer",
            "floating",
            "mixed-integer-float",
        ):
            return np.array([np.nan if pd.isna(value) else float(value) for value in column])
        return column
    raise ValueError(f"column {name!r} is of type {column.dtype}; cuts work on numbers, truth values and text")


def name_text(name: str, quote: str = '"') -> str:
    """The column's name as the selection's text spells it: between quotes where it is no plain word."""
    if _PLAIN_NAME.fullmatch(name) and name.casefold() not in RESERVED_WORDS and not name.startswith("NULL_"):
        return name
    return quote + name.replace(quote, quote * 2) + quote


def number_text(value: float | int) -> str:
    """The shortest text that reads back to exactly this number."""
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def text_text(value: str) -> str:
    """Text between single quotes, as in SQL: a quote inside is doubled."""
    return "'" + value.replace("'", "''") + "'"


def _series_array(column: pd.Series[Any]) -> npt.NDArray[Any]:
    if isinstance(column.dtype, np.dtype):
        return column.to_numpy()
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.astype(column.cat.categories.dtype).to_numpy())
    if pd.api.types.is_numeric_dtype(column.dtype) and column.isna().any():
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=getattr(column.dtype, "numpy_dtype", None))
    return column.to_numpy(dtype=object)


def _masked_array(column: np.ma.MaskedArray[Any, Any]) -> npt.NDArray[Any]:
    if not np.ma.getmaskarray(column).any():
        return np.asarray(column.data)
    if column.dtype.kind in "biuf":
        dtype = column.dtype if column.dtype.kind == "f" else np.dtype(np.float64)
        return np.asarray(np.ma.filled(column.astype(dtype), np.nan))
    return np.asarray(np.ma.filled(column.astype(object), None))
