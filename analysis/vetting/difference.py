"""Two selections of one table beside each other: only the first, only the second, both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.selection import Cut

NEITHER, ONLY_FIRST, ONLY_SECOND, BOTH = range(4)


@dataclass(frozen=True)
class Difference:
    """Where each row belongs: `codes` is one of NEITHER, ONLY_FIRST, ONLY_SECOND, BOTH a row (uint8)."""

    codes: NDArray[np.uint8]

    @property
    def only_first(self) -> NDArray[np.bool_]:
        """True for rows that pass the first selection alone."""
        return np.asarray(self.codes == ONLY_FIRST)

    @property
    def only_second(self) -> NDArray[np.bool_]:
        """True for rows that pass the second selection alone."""
        return np.asarray(self.codes == ONLY_SECOND)

    @property
    def both(self) -> NDArray[np.bool_]:
        """True for rows that pass both."""
        return np.asarray(self.codes == BOTH)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of rows in "only_first", "only_second" and "both"."""
        found = np.bincount(self.codes, minlength=4)
        names = {"only_first": ONLY_FIRST, "only_second": ONLY_SECOND, "both": BOTH}
        return {name: int(found[code]) for name, code in names.items()}


def difference(first: Cut | None, second: Cut | None, table: pd.DataFrame) -> Difference:
    """Which rows pass only the first cut, only the second, or both; None is the selection without cuts.

    Raises MissingColumnError where the table lacks a column.
    """
    codes = np.zeros(len(table), dtype=np.uint8)
    for cut, code in ((first, ONLY_FIRST), (second, ONLY_SECOND)):
        passes = np.ones(len(table), dtype=np.bool_) if cut is None else cut.mask(table)
        codes += passes.view(np.uint8) * np.uint8(code)
    codes.setflags(write=False)
    return Difference(codes)
