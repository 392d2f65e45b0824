"""A paper's selection replayed on the open catalogue: looked at, applied up to a step, changed, compared, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import param

from analysis.selection import (
    PRESETS,
    Change,
    FunnelStep,
    Preset,
    Range,
    count_cuts,
    count_funnel,
    differences,
    parse,
    present_cuts,
    step_names,
)
from components.state.catalogue import Catalogue
from components.state.layouts import Layout
from components.state.once import once
from components.state.planes import MORE_SLOTS, SLOTS
from components.state.selection import Clause

if TYPE_CHECKING:
    from components.state.workspace import Workspace

Applied = tuple[str, int]
NOTHING: Applied = ("", 0)


@dataclass(frozen=True)
class Counts:
    """What the catalogue gives of a selection: as published, and with the cuts as they are (None: not asked)."""

    preset: str
    published: tuple[FunnelStep, ...]
    present: tuple[int | None, ...] | None = None


class Replay(param.Parameterized):
    """Which selection is looked at, and which was applied last, up to which step."""

    chosen = param.String(default="", doc="name of the selection that is looked at")
    applied = param.Parameter(default=NOTHING, constant=True, doc="selection applied last and its number of steps")

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.chosen = first_choice(workspace.catalogue)
        workspace.history.keep(lambda: self.applied, self._show)

    @property
    def preset(self) -> Preset:
        """Return the selection that is looked at."""
        return PRESETS[self.chosen]

    @property
    def is_applied(self) -> bool:
        """Tell whether the cuts come from the selection that is looked at."""
        return bool(self.applied[0]) and self.applied[0] == self.chosen

    def restore(self, name: str, upto: int) -> None:
        """Take up what an address says was applied; raises KeyError for an unknown selection."""
        preset = PRESETS[name]
        self.chosen = name
        self._show((name, max(1, min(upto, len(preset.steps)))))

    def apply(self, name: str, upto: int | None = None) -> list[str]:
        """Put the first `upto` steps (all of them by default) in place of the cuts, as one step of the history.

        Returns a sentence for every step that is left out because the catalogue lacks its columns. Raises KeyError for
        an unknown selection and ValueError where no step can be applied.
        """
        preset, workspace = PRESETS[name], self._workspace
        upto = len(preset.steps) if upto is None else max(1, min(upto, len(preset.steps)))
        clauses: list[Clause] = []
        left_out: list[str] = []
        for clause_name, step in list(zip(step_names(preset), preset.steps, strict=True))[:upto]:
            absent = step.missing(workspace.catalogue.table.columns)
            if absent:
                left_out.append(f"“{step.title}” needs {', '.join(absent)}")
            else:
                clauses.append(Clause(clause_name, step.cut, step.title))
        if not clauses:
            title = workspace.catalogue.title
            raise ValueError(f"{preset.title} cannot be applied to {title}: {'; '.join(left_out)}.")
        kept = [
            replace(clause, cut=Range(clause.column), label="")
            for clause in workspace.selection.clauses
            if clause.column is not None and clause.name not in {wanted.name for wanted in clauses}
        ]
        drawn = [
            clause
            for clause in workspace.selection.clauses
            if clause.name.startswith("line:") and clause.cut not in [wanted.cut for wanted in clauses]
        ]
        workspace.selection.replace_all((*clauses, *kept, *drawn))
        self.chosen = name
        self._show((name, upto))
        return left_out

    def edit(self, number: int, text: str) -> None:
        """Put the cut of this text in place of step `number` (from 0); raises ValueError where it cannot be read."""
        name, step = step_names(self.preset)[number], self.preset.steps[number]
        cut = parse(text, self._workspace.catalogue.table.columns)
        if not isinstance(cut, Range) and name.startswith("slider:"):
            raise ValueError(f"{step.title} is a range of one column; type other cuts on the left")
        if isinstance(cut, Range) and name.startswith("slider:") and f"slider:{cut.column}" != name:
            raise ValueError(f"{step.title} is a range of {name.removeprefix('slider:')}, not of {cut.column}")
        self._workspace.selection.publish(name, cut, step.title)

    def put_back(self, number: int) -> None:
        """Give step `number` (from 0) its published cut again."""
        name, step = step_names(self.preset)[number], self.preset.steps[number]
        self._workspace.selection.publish(name, step.cut, step.title)
        self._workspace.selection.enable(name, True)

    def differences(self) -> list[Change]:
        """Return where the cuts differ from the selection that was applied, as far as it was applied."""
        name, upto = self.applied
        if not name:
            return []
        return differences(
            PRESETS[name], self._workspace.selection.clauses, upto, self._workspace.catalogue.table.columns
        )

    def show_figure(self, layout: Layout) -> list[str]:
        """Arrange the page as a paper's figure; returns what steps of its selection were left out."""
        workspace = self._workspace
        own = layout.own_lines(workspace.catalogue) if layout.own_lines else ()
        with workspace.history.as_one():
            if layout.planes:
                workspace.forget_windows()
                workspace.planes.arrange(layout.figures(workspace.planes.figures, SLOTS, MORE_SLOTS))
            left_out = self.apply(layout.preset, layout.upto) if layout.preset else []
            self._draw_lines(layout.key, (*layout.lines, *own))
        if layout.star:
            workspace.focus.pick(layout.star)
        return left_out

    def _draw_lines(self, key: str, lines: Sequence[tuple[str, str]]) -> None:
        """Add cuts that are switched off, so that the planes show where they would run; those in force stay."""
        workspace = self._workspace
        clauses = list(workspace.selection.clauses)
        in_force = {clause.name for clause in clauses if not _is_open(clause)}
        for number, (text, label) in enumerate(lines, start=1):
            cut = parse(text)
            name = f"slider:{cut.column}" if isinstance(cut, Range) else f"line:{key}:{number}"
            if name not in in_force and not cut.columns - set(workspace.catalogue.table.columns):
                clauses = [clause for clause in clauses if clause.name != name]
                clauses.append(Clause(name, cut, label, enabled=False))
        workspace.selection.replace_all(clauses)

    def counts(self, present: bool = True) -> Counts:
        """Count the selection that is looked at on the catalogue; may take a second, so call it in a thread."""
        catalogue, preset = self._workspace.catalogue, self.preset
        published = once(catalogue, f"funnel {preset.name}").get(lambda: count_funnel(preset, catalogue.table))
        if not (present and self.is_applied):
            return Counts(preset.name, published)
        cuts = present_cuts(preset, self._workspace.selection.clauses)
        return Counts(preset.name, published, count_cuts(cuts, catalogue.table))

    def _show(self, applied: Applied) -> None:
        with param.edit_constant(self):
            self.applied = applied


def first_choice(catalogue: Catalogue) -> str:
    """Return the selection to look at first: the one of the catalogue's own paper, else the one it lacks least for."""
    own = next((name for name in PRESETS if name.split("_")[0] == catalogue.name), None)
    columns = set(map(str, catalogue.table.columns))

    def lacking(preset: Preset) -> float:
        return sum(bool(step.missing(columns)) for step in preset.steps) / len(preset.steps)

    return own or min(PRESETS.values(), key=lacking).name


def left_out_note(name: str, left_out: list[str]) -> str:
    """Return a sentence about the steps that were left out, nothing where none was."""
    if not left_out:
        return ""
    return f"{PRESETS[name].title}: steps left out because this catalogue lacks their columns: {'; '.join(left_out)}."


def _is_open(clause: Clause) -> bool:
    return isinstance(clause.cut, Range) and clause.cut.is_open


def describe_steps(
    preset: Preset, counts: Counts | None, clauses: tuple[Clause, ...], applied: int
) -> list[dict[str, Any]]:
    """Return every step as plain values: the paper's words and number, the catalogue's, and the cut that stands for it.

    `applied` is the number of steps that were applied, 0 where another selection was.
    """
    by_name = {clause.name: clause for clause in clauses}
    described = []
    for number, (name, step) in enumerate(zip(step_names(preset), preset.steps, strict=True)):
        clause = by_name.get(name) if number < applied else None
        shown = clause.cut.text if clause is not None and clause.enabled and not _is_open(clause) else ""
        counted = counts.published[number] if counts is not None and counts.preset == preset.name else None
        present = counts.present[number] if counted is not None and counts is not None and counts.present else None
        described.append(
            {
                "title": step.title,
                "section": step.section,
                "published": step.published_count,
                "note": step.note,
                "mark": step.mark,
                "text": step.cut.text,
                "present_text": shown,
                "missing": [] if counted is None else list(counted.missing),
                "count": None if counted is None else counted.count,
                "present": present,
                "applied": number < applied,
                "changed": bool(shown) and shown != step.cut.text,
                "gone": number < applied and not shown,
            }
        )
    return described
