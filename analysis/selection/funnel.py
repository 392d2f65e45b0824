"""How many rows are left after each step of a published selection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
    passing = np.ones(row_count(table), dtype=np.bool_)
    counted: list[FunnelStep] = []
    for step, missing in preset.applicable(columns):
        if missing:
            counted.append(FunnelStep(step, None, None, missing))
            continue
        before = int(np.count_nonzero(passing))
        passing &= step.cut.mask(table)
        after = int(np.count_nonzero(passing))
        counted.append(FunnelStep(step, after, before - after))
    return tuple(counted)


def count_cuts(cuts: Sequence[Cut | None], table: Table) -> tuple[int | None, ...]:
    """Rows left after each of the cuts in order; None where the cut is None, which removes nothing.

    Raises MissingColumnError where the table lacks a column.
    """
    passing = np.ones(row_count(table), dtype=np.bool_)
    counted: list[int | None] = []
    for cut in cuts:
        if cut is None:
            counted.append(None)
            continue
        passing &= cut.mask(table)
        counted.append(int(np.count_nonzero(passing)))
    return tuple(counted)
