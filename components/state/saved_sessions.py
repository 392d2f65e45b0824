"""What a page shows as a session that can be kept, and a kept session as the state of a page."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from analysis.catalogue import DataError
from analysis.vetting import QueueOrder, SavedSession, SessionShelf, app_version, data_folder
from components.state.library import Library
from components.state.planes import FIGURES
from components.state.selection_text import saved_clauses
from components.state.workspace import Workspace

_FIGURE = "figure"


def user_shelf() -> SessionShelf:
    """Return the shelf in the folder of the user's own data."""
    return SessionShelf(Path(data_folder()) / "sessions")


def session_now(
    workspace: Workspace, name: str, *, reviewer: str = "", draft: str = "", order: QueueOrder | None = None
) -> SavedSession:
    """Return all that the page shows, but the data, under a name."""
    catalogue = workspace.catalogue
    return SavedSession(
        name=name,
        dataset_name=catalogue.name,
        dataset_hash=str(catalogue.attrs.get("hash") or ""),
        clauses=saved_clauses(workspace.selection),
        planes={
            slot: {_FIGURE: figure.key} if figure in FIGURES else _plain(asdict(figure))
            for slot, figure in workspace.planes.figures.items()
        },
        windows=dict(workspace.windows),
        order=order,
        place=workspace.focus.identifier,
        reviewer=reviewer,
        draft=draft,
        app_version=app_version(),
    )


def session_query(saved: SavedSession) -> str:
    """Return the session as the query part of an address, which a workspace restores."""
    cuts = [[c.name, c.cut.text, c.label, *([] if c.enabled else [0])] for c in saved.clauses]
    planes = {slot: figure.get(_FIGURE, dict(figure)) for slot, figure in saved.planes.items()}
    pairs = {"dataset": saved.dataset_name, "cuts": json.dumps(cuts), "planes": json.dumps(planes)}
    if saved.place:
        pairs["star"] = saved.place
    if saved.windows:
        pairs["views"] = json.dumps({slot: list(bounds) for slot, bounds in saved.windows.items()})
    return "?" + urlencode(pairs)


def check_dataset(saved: SavedSession, library: Library) -> None:
    """Raise DataError, with what to do, where the session's catalogue is not to be had."""
    if not library.offers(saved.dataset_name):
        raise DataError(
            f"the session {saved.name!r} looks at the catalogue {saved.dataset_name!r}, which is not on offer here",
            hint="Open that file first, then the session",
        )


def changed_data(saved: SavedSession, workspace: Workspace) -> str:
    """Return a sentence where the catalogue is not what it was when the session was saved, else nothing."""
    present = str(workspace.catalogue.attrs.get("hash") or "")
    if not saved.dataset_hash or not present or saved.dataset_hash == present:
        return ""
    return f"{workspace.catalogue.title} has changed since this session was saved: the same cuts may pick other stars."


def _plain(figure: dict[str, Any]) -> dict[str, Any]:
    """A figure's fields as TOML holds them: no None, lists for tuples."""
    lists = {name: list(value) if isinstance(value, tuple) else value for name, value in figure.items()}
    return {name: value for name, value in lists.items() if value is not None}
