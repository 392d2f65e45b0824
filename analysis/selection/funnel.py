"""How many rows are left after each step of a published selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.selection.cuts import Cut
from analysis.selection.preset import Preset, Step
from analysis.selection.table_columns import Table, row_count


@dataclass(frozen=True)
class FunnelStep:
    """A step with the rows left after it and the rows that it removed from those before.

    Both are None where the table lacks the columns in `missing`: the step is then passed over, and the steps
    after it count without it.
    """

    step: Step
    count: int | None
    removed: int | None
    missing: tuple[str, ...] = ()

    @property
    def is_applied(self) -> bool:
        """True where the table has the columns of the step."""
        return not self.missing


def count_funnel(preset: Preset, table: Table) -> tuple[FunnelStep, ...]:
    """The steps of the preset in order, each with the number of rows of the table left after it."""
    columns = [str(column) for column in table]
    missing = [lacking for _, lacking in preset.applicable(columns)]
    cuts = [None if lacking else step.cut for step, lacking in zip(preset.steps, missing, strict=True)]
    before = row_count(table)
    counted: list[FunnelStep] = []
    for step, lacking, count in zip(preset.steps, missing, count_cuts(cuts, table), strict=True):
        counted.append(FunnelStep(step, count, None if count is None else before - count, lacking))
        before = before if count is None else count
    return tuple(counted)


def count_cuts(cuts: Sequence[Cut | None], table: Table) -> tuple[int | None, ...]:
    """Rows left after each of the cuts in order; None where the cut is None, which removes nothing.

    Each cut looks only at the rows that the ones before it left. Raises MissingColumnError where the table lacks a
    column.
    """
    rows: npt.NDArray[np.intp] | None = None
    counted: list[int | None] = []
    for cut in cuts:
        if cut is None:
            counted.append(None)
            continue
        if rows is None:
            rows = np.flatnonzero(cut.mask(table))
        elif all(name in table for name in cut.columns):
            rows = rows[cut.mask({name: _at(table[name], rows) for name in cut.columns})]
        else:
            cut.mask(table)  # says which column is missing
        counted.append(len(rows))
    return tuple(counted)


def _at(column: Any, rows: npt.NDArray[np.intp]) -> Any:
    return column.iloc[rows] if isinstance(column, pd.Series) else np.asarray(column)[rows]
