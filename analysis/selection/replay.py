"""A published selection beside one's own: which clause stands for which step, and where the two differ."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from analysis.selection.cuts import Cut, Range
from analysis.selection.preset import Preset, Step

CHANGED, SWITCHED_OFF, LEFT_OUT, ADDED = "changed", "switched off", "left out", "added"


class NamedCut(Protocol):
    """A line of a cut list: `SavedClause` of analysis.vetting, `Clause` of the workbench."""

    @property
    def name(self) -> str:
        """Name of the clause."""

    @property
    def cut(self) -> Cut:
        """What it asks."""

    @property
    def enabled(self) -> bool:
        """Whether it counts."""


@dataclass(frozen=True)
class Change:
    """One difference from the paper: the kind, the step's title (or the clause's own), both texts ("" where absent).

    `lacking` are the columns that the step needs and the catalogue has not.
    """

    kind: str
    title: str
    published: str
    present: str
    section: str = ""
    lacking: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The difference in words."""
        place = f" ({self.section})" if self.section else ""
        if self.kind == CHANGED:
            return f"{self.title}{place}: {self.present} instead of {self.published}"
        if self.kind == ADDED:
            return f"{self.title}: {self.present} is not in the paper"
        reason = f"; the catalogue has no {', '.join(self.lacking)}" if self.lacking else ""
        return f"{self.title}{place}: {self.published} {self.kind}{reason}"


def step_names(preset: Preset) -> tuple[str, ...]:
    """The clause name of every step: "slider:COLUMN" for the first range on a column, "preset:N" for any other."""
    names: list[str] = []
    for number, step in enumerate(preset.steps, start=1):
        slider = f"slider:{step.cut.column}" if isinstance(step.cut, Range) else ""
        names.append(slider if slider and slider not in names else f"preset:{number}")
    return tuple(names)


def present_cuts(preset: Preset, clauses: Iterable[NamedCut]) -> tuple[Cut | None, ...]:
    """For every step the cut that stands in its place now; None where its clause is gone, open or switched off."""
    by_name = {clause.name: clause for clause in clauses}
    cuts: list[Cut | None] = []
    for name in step_names(preset):
        clause = by_name.get(name)
        counts = clause is not None and clause.enabled and not _is_open(clause.cut)
        cuts.append(clause.cut if clause is not None and counts else None)
    return tuple(cuts)


def differences(
    preset: Preset,
    clauses: Sequence[NamedCut],
    upto: int | None = None,
    columns: Collection[str] | None = None,
) -> list[Change]:
    """Where a list of clauses differs from the published selection, in the order of its steps; [] where nowhere.

    With `upto` only the first so many steps are expected: the reader stopped there. With `columns`, those of the table,
    a step that lacks one says so. Clauses that stand for no step come last as "added"; open sliders and clauses that
    are switched off are none.
    """
    by_name = {clause.name: clause for clause in clauses}
    names = step_names(preset)
    found: list[Change] = []
    for number, (name, step) in enumerate(zip(names, preset.steps, strict=True)):
        if upto is not None and number >= upto:
            break
        lacking = () if columns is None else step.missing(columns)
        if lacking:
            found.append(Change(LEFT_OUT, step.title, step.cut.text, "", step.section, lacking))
        else:
            found += _change(step, by_name.get(name))
    expected = set(names if upto is None else names[:upto])
    for clause in clauses:
        if clause.name not in expected and clause.enabled and not _is_open(clause.cut):
            title = getattr(clause, "label", "") or "Another cut"
            found.append(Change(ADDED, title, "", clause.cut.text))
    return found


def differences_text(preset: Preset, changes: Sequence[Change]) -> str:
    """The list as lines of text under the name of the selection; one line says so where nothing differs."""
    head = f"{preset.title} ({preset.paper}, doi {preset.doi}; replay version {preset.version})"
    lines = [f"- {change.sentence}" for change in changes] or ["- as published"]
    return "\n".join([head, *lines])


def _change(step: Step, clause: NamedCut | None) -> list[Change]:
    published = step.cut.text
    if clause is None or _is_open(clause.cut):
        return [Change(LEFT_OUT, step.title, published, "", step.section)]
    if not clause.enabled:
        return [Change(SWITCHED_OFF, step.title, published, "", step.section)]
    if clause.cut != step.cut:
        return [Change(CHANGED, step.title, published, clause.cut.text, step.section)]
    return []


def _is_open(cut: Cut) -> bool:
    return isinstance(cut, Range) and cut.is_open
