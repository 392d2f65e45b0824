"""What a published selection is made of: steps with their cut, the paper's section and its own count."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from analysis.selection.cuts import Cut, all_of
from analysis.selection.expression import parse
from analysis.selection.table_columns import Table, row_count

MARKS: Mapping[str, str] = MappingProxyType(
    {
        "printed": "as printed in the paper",
        "derived": "follows from the paper's words or tables; not printed in this form",
        "corrected": "the paper prints it wrongly; corrected here",
        "recollected": "from memory, not found in a source; a default that you may change",
        "lost": "the paper's number is not known here; a default that you may change",
    }
)


@dataclass(frozen=True)
class Step:
    """One step of a published selection.

    `section` is where the paper describes it, `published_count` how many sources the paper has after this step
    (None where it does not say), `note` what a reader would stumble on, `mark` a key of MARKS: where the
    threshold comes from.
    """

    title: str
    cut: Cut
    section: str
    published_count: int | None = None
    note: str = ""
    mark: str = "printed"

    def __post_init__(self) -> None:
        if self.mark not in MARKS:
            raise ValueError(f"the mark of step {self.title!r} is {self.mark!r}; it must be one of {', '.join(MARKS)}")

    def missing(self, columns: Collection[str]) -> tuple[str, ...]:
        """Names of the columns that the step needs and a table with these columns lacks, sorted."""
        return tuple(sorted(self.cut.columns - set(columns)))


@dataclass(frozen=True)
class Preset:
    """A published selection: its steps in the paper's order.

    `parent` says what the steps are applied to, `parent_count` how many sources that is in the paper.
    `grading` are criteria that grade the sources which pass, instead of removing any. `version` counts the changes to
    the steps after the first release.
    """

    name: str
    title: str
    paper: str
    doi: str
    steps: tuple[Step, ...]
    note: str = ""
    parent: str = ""
    parent_count: int | None = None
    grading: tuple[Step, ...] = ()
    version: int = 1

    @property
    def columns(self) -> frozenset[str]:
        """Names of the columns that the steps read; the grading not counted."""
        return frozenset().union(*(step.cut.columns for step in self.steps))

    def applicable(self, columns: Collection[str]) -> tuple[tuple[Step, tuple[str, ...]], ...]:
        """Every step with the columns that it lacks in a table with these columns: () where it can be applied."""
        return tuple((step, step.missing(columns)) for step in self.steps)

    def cut(self, columns: Collection[str] | None = None) -> Cut | None:
        """All steps as one cut; with `columns`, only the steps that such a table allows, None where there is none."""
        steps = [step for step in self.steps if columns is None or not step.missing(columns)]
        return all_of(step.cut for step in steps) if steps else None

    def grade(self, table: Table) -> npt.NDArray[np.int64]:
        """Number of grading criteria that each row meets; a missing value meets none.

        Raises MissingColumnError where the table lacks a column.
        """
        grade = np.zeros(row_count(table), dtype=np.int64)
        for step in self.grading:
            grade += step.cut.mask(table)
        return grade


def step(title: str, cut: str | Cut, section: str, count: int | None = None, note: str = "", **more: str) -> Step:
    """A step whose cut may be given as text; `count` is the published one."""
    return Step(title, parse(cut) if isinstance(cut, str) else cut, section, count, note, **more)
