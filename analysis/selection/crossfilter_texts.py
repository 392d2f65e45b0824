"""Columns of text as numbers: every distinct text once, and its number in each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.selection.table_columns import BoolArray, read_column, text_or_number_column


@dataclass(frozen=True, eq=False)
class TextCodes:
    """The distinct texts of a column in alphabetical order, and the number of each row's text, -1 if missing."""

    rows: npt.NDArray[np.int64]
    texts: npt.NDArray[np.object_]
    is_text: bool = True

    @property
    def nbytes(self) -> int:
        """Bytes of the numbers."""
        return self.rows.nbytes

    def pick(self, passes: BoolArray) -> BoolArray:
        """True in the rows whose text passes; a missing text does not."""
        return np.asarray(np.append(passes, False)[self.rows], dtype=np.bool_)


_NO_TEXT = TextCodes(np.empty(0, np.int64), np.empty(0, object), is_text=False)


def text_codes(column: Any) -> TextCodes:
    """The column's texts as numbers; `is_text` is False for a column of numbers or truth values."""
    dtype = getattr(column, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
        return _NO_TEXT
    table = {"column": column}
    if not isinstance(dtype, pd.StringDtype):
        if text_or_number_column(table, "column").dtype.kind != "O":
            return _NO_TEXT
        column = text_or_number_column(table, "column")
    numbers, texts = pd.factorize(column if isinstance(column, pd.Series) else read_column(table, "column"))
    known = np.asarray(texts, dtype=object)
    order = np.argsort(known.astype(str), kind="stable")
    rank = np.empty(len(known) + 1, dtype=np.int64)
    rank[order] = np.arange(len(known))
    rank[-1] = -1
    rows = rank[numbers]
    rows.flags.writeable = False
    return TextCodes(rows, known[order])
