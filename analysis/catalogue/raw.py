"""A file's table as it was found: before its names, units and types are those of the schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Progress = Callable[[float, str], None]


@dataclass
class RawColumn:
    """One column as found in a file.

    `entries` is one-dimensional, of a native numpy type: numbers, truth values, or objects that are text or None.
    `missing` marks the entries without value, or is None where there is none; NaN needs no mark.
    """

    name: str
    entries: NDArray[Any]
    missing: NDArray[np.bool_] | None = None
    unit: str = ""
    ucd: str = ""
    description: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the values are words."""
        return self.entries.dtype.kind == "O"

    @property
    def missing_mask(self) -> NDArray[np.bool_]:
        """True where the entry has no value."""
        if self.missing is not None:
            return self.missing
        if self.is_text:
            return np.array([value is None for value in self.entries], dtype=bool)
        if self.entries.dtype.kind == "f":
            return np.asarray(np.isnan(self.entries))
        return np.zeros(len(self.entries), dtype=bool)


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
        return len(self.columns[0].entries) if self.columns else 0


def text_values(values: Any) -> NDArray[np.object_]:
    """Objects that are text or None: trailing blanks taken off, the empty text is None."""
    out = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        text = None if text is None else str(text).rstrip(" \0")
        out[row] = text or None
    return out
