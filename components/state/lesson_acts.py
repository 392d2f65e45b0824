"""What a lesson does to a page and sees of it: acts performed in the learner's place, and the snapshot to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.lessons import Acts, Lesson, Snapshot
from analysis.selection import PRESETS, And, Cut, Inside, Range
from components.state.planes import FIGURES
from components.state.workspace import Workspace

if TYPE_CHECKING:
    from components.state.session import Session


def perform(session: Session, acts: Acts) -> None:
    """Do what a lesson asks for in the learner's place; raises ValueError for what this catalogue does not allow."""
    workspace = session.workspace
    if workspace is None:
        return
    selection = workspace.selection
    if acts.open_cuts:
        selection.reset_all()
    for column in acts.sliders:
        if column not in workspace.catalogue.usable_columns:
            raise ValueError(f"{workspace.catalogue.title} has no slider for {column}.")
        selection.add_slider(column)
    if acts.preset:
        workspace.apply_preset(acts.preset)
    for text in acts.cuts:
        workspace.cut_by_text(text)
    known = {figure.key: figure for figure in workspace.catalogue.figures}
    for slot, key in acts.figures.items():
        if key not in known:
            raise ValueError(f"{workspace.catalogue.title} has no plane {key}.")
        workspace.choose_figure(slot, key)
    if acts.star and not workspace.focus.pick(acts.star):
        raise ValueError(f"{workspace.catalogue.title} has no star {acts.star}.")
    if acts.fold is not None:
        workspace.folding.fold_at(acts.fold)
    if acts.layout:
        session.layout = acts.layout
    if acts.page:
        session.page = acts.page


def look(session: Session, **known: Any) -> Snapshot:
    """Return the snapshot of a page; ``known`` adds what the session does not hold."""
    workspace = session.workspace
    if workspace is None:
        return Snapshot(**known)
    focus, cuts = workspace.focus, workspace.selection.active
    answer = workspace.stage.answer
    return Snapshot(
        dataset=workspace.catalogue.name,
        cuts=cuts,
        sliders=frozenset(clause.column for clause in workspace.selection.clauses if clause.column is not None),
        figures={slot: figure.key for slot, figure in workspace.planes.figures.items()},
        shapes=tuple(axes for cut in cuts.values() if (axes := _shape(cut)) is not None),
        star=focus.identifier,
        star_values={} if focus.row is None else workspace.catalogue.star(focus.row),
        fold=workspace.folding.period,
        page=session.page,
        layout=session.layout,
        passing=None if answer is None else int(answer.count),
        verdicts={star: record.verdict for star, record in session.verdicts.mine.items()},
        presets=frozenset(name for name in PRESETS if _is_applied(name, workspace, cuts)),
        **known,
    )


def obstacle(lesson: Lesson, workspace: Workspace) -> str:
    """Return why a lesson cannot be done with this catalogue; empty where it can."""
    title = workspace.catalogue.title
    absent = sorted(lesson.columns - set(workspace.catalogue.table.columns))
    if absent:
        return f"“{lesson.title}” needs {', '.join(absent)}, which {title} lacks."
    known = {figure.key for figure in FIGURES}
    for number, step in enumerate(lesson.steps, start=1):
        acts = (step.prepare, *([step.show_me] if step.show_me else []))
        for key in (key for act in acts for key in act.figures.values()):
            if key not in known:
                return f"“{lesson.title}”, step {number}: there is no plane {key}."
    return ""


def _shape(cut: Cut) -> tuple[str, str] | None:
    if isinstance(cut, Inside):
        return cut.x, cut.y
    if isinstance(cut, And) and len(cut.terms) == 2:
        x, y = cut.terms
        if isinstance(x, Range) and isinstance(y, Range):
            return x.column, y.column
    return None


def _is_applied(name: str, workspace: Workspace, cuts: dict[str, Cut]) -> bool:
    columns = set(workspace.catalogue.table.columns)
    wanted = [step.cut for step in PRESETS[name].steps if step.cut.columns <= columns]
    present = list(cuts.values())
    return bool(wanted) and all(cut in present for cut in wanted)
