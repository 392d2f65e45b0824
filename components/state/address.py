"""The whole state of a workspace as the query of an address, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from analysis.selection import parse
from components.state.planes import ALL_SLOTS, FIGURES, Figure
from components.state.selection import Clause

if TYPE_CHECKING:
    from components.state.workspace import Workspace


def query_of(workspace: Workspace) -> str:
    """Return the state of a workspace as the query part of an address."""
    pairs: dict[str, str] = {"dataset": workspace.catalogue.name}
    if workspace.focus.identifier:
        pairs["star"] = workspace.focus.identifier
    if workspace.real is not None and workspace.real.identifier:
        pairs["candidate"] = workspace.real.identifier
    if not workspace.is_at_first:
        pairs["cuts"] = _compact([_cut_as_list(clause) for clause in workspace.selection.clauses])
    planes = {
        slot: figure.key if figure in FIGURES else asdict(figure)
        for slot, figure in workspace.planes.figures.items()
        if figure != workspace.catalogue.default_figures.get(slot)
    }
    if planes:
        pairs["planes"] = _compact(planes)
    name, upto = workspace.replay.applied
    if name:
        pairs["paper"] = _compact([name, upto])
    if workspace.windows:
        pairs["views"] = _compact(
            {slot: [float(f"{end:.6g}") for end in ends] for slot, ends in workspace.windows.items()}
        )
    return "?" + urlencode(pairs)


def restore(workspace: Workspace, query: str) -> None:
    """Bring a workspace to the state of an address; what cannot be used goes to its notices, a sentence each."""
    asked = {name: values[-1] for name, values in parse_qs(query.lstrip("?")).items()}
    parts: Mapping[str, Callable[[Any], None]] = {
        "cuts": lambda saved: _restore_cuts(workspace, saved),
        "planes": lambda saved: _restore_planes(workspace, saved),
        "views": lambda saved: _restore_views(workspace, saved),
        "paper": lambda saved: workspace.replay.restore(str(saved[0]), int(saved[1])),
    }
    for part, restore_part in parts.items():
        if part in asked:
            try:
                restore_part(json.loads(asked[part]))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                workspace.notices.append(f"The {part} that were asked for could not be used: {error}")
    if "star" in asked and not workspace.focus.pick(asked["star"]):
        workspace.notices.append(f"No star {asked['star']} in {workspace.catalogue.title}.")
    real = workspace.real
    if "candidate" in asked and real is not None and not real.pick(asked["candidate"]):
        workspace.notices.append(f"No candidate {asked['candidate']} in {real.catalogue.title}.")


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _cut_as_list(clause: Clause) -> list[Any]:
    label = [clause.label] if clause.label or not clause.enabled else []
    return [clause.name, clause.cut.text, *label, *([] if clause.enabled else [0])]


def _restore_cuts(workspace: Workspace, saved: list[list[Any]]) -> None:
    columns = workspace.catalogue.table.columns
    clauses, absent = [], set()
    for name, text, *rest in saved:
        lacking = parse(str(text)).columns - set(columns)
        absent |= lacking
        if not lacking:
            label = str(rest[0]) if rest else ""
            cut = parse(str(text), columns)
            clauses.append(Clause(str(name), cut, label, bool(rest[1]) if len(rest) > 1 else True))
    workspace.selection.replace_all(clauses)
    if absent:
        lost = len(saved) - len(clauses)
        cuts = "one cut was" if lost == 1 else f"{lost} cuts were"
        names = ", ".join(sorted(absent))
        workspace.notices.append(f"{workspace.catalogue.title} has no column {names}: {cuts} left out.")


def _restore_planes(workspace: Workspace, saved: dict[str, Any]) -> None:
    known = {figure.key: figure for figure in FIGURES}
    for slot, value in saved.items():
        if isinstance(value, str) and value not in known:
            raise ValueError(f"there is no figure {value!r}")
        figure = (
            known[value]
            if isinstance(value, str)
            else Figure(**{name: tuple(v) if isinstance(v, list) else v for name, v in value.items()})
        )
        absent = figure.missing(workspace.catalogue.table.columns)
        if absent:
            raise ValueError(f"{figure.title} needs {', '.join(absent)}")
        if slot in ALL_SLOTS:
            workspace.planes.show(slot, figure)


def _restore_views(workspace: Workspace, saved: dict[str, list[float]]) -> None:
    windows = {slot: tuple(map(float, ends)) for slot, ends in saved.items() if slot in ALL_SLOTS}
    if any(len(ends) != 4 for ends in windows.values()):
        raise ValueError("a view needs four numbers")
    workspace.show_windows(windows)
