"""A file's table as it was found: before its names, units and types are those of the schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Progress = Callable[[float, str], None]


@dataclass
class RawColumn:
    """One column as found in a file.

    `content` is one-dimensional: numbers or truth values of a native numpy type, or text as Arrow strings, where null
    is missing. `missing` marks the numbers without value, or is None where there is none; NaN needs no mark.
    """

    name: str
    content: NDArray[Any] | pa.ChunkedArray
    missing: NDArray[np.bool_] | None = None
    unit: str = ""
    ucd: str = ""
    description: str = ""

    def __len__(self) -> int:
        return len(self.content)

    @property
    def is_text(self) -> bool:
        """Whether the column holds words."""
        return isinstance(self.content, pa.ChunkedArray)

    @property
    def kind(self) -> str:
        """The numpy kind of the numbers, or "O" for text."""
        return self.content.dtype.kind if isinstance(self.content, np.ndarray) else "O"

    @property
    def numbers(self) -> NDArray[Any]:
        """The numbers or truth values. Raises TypeError for text."""
        if not isinstance(self.content, np.ndarray):
            raise TypeError(f"column {self.name!r} holds text")
        return self.content

    @property
    def texts(self) -> list[str | None]:
        """The words, None where missing; numbers as Python prints them."""
        if isinstance(self.content, np.ndarray):
            missing = self.missing_mask
            return [None if gap else str(value) for value, gap in zip(self.content.tolist(), missing, strict=True)]
        words: list[str | None] = self.content.to_pylist()
        return words

    @property
    def missing_mask(self) -> NDArray[np.bool_]:
        """True where the entry has no value."""
        if not isinstance(self.content, np.ndarray):
            return np.asarray(self.content.is_null().to_numpy())
        if self.missing is not None:
            return self.missing
        if self.content.dtype.kind == "f":
            return np.asarray(np.isnan(self.content))
        return np.zeros(len(self.content), dtype=bool)


@dataclass
class RawTable:
    """Columns of one length in file order, with what was left out and why."""

    columns: list[RawColumn]
    kind: str
    notes: list[str] = field(default_factory=list)
    title: str = ""

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0


def arrow_text(values: Any) -> pa.ChunkedArray:
    """Arrow strings from bytes, texts or None: blanks at the end are taken off, the empty text is missing.

    Bytes are UTF-8, or Latin-1 where they cannot be.
    """
    array = pa.array(values)
    if pa.types.is_null(array.type):
        return pa.chunked_array([array.cast(pa.large_string())])
    try:
        words = array.cast(pa.large_string())
    except pa.ArrowInvalid:
        words = pa.array([None if value is None else value.decode("latin-1") for value in array.to_pylist()])
        words = words.cast(pa.large_string())
    words = pc.utf8_rtrim(words, characters=" \0")
    empty = pc.equal(pc.binary_length(words), 0)
    return pa.chunked_array([pc.if_else(empty, pa.scalar(None, pa.large_string()), words)])
