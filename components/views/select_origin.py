"""Shown for a table that was exported: where it came from, and its cuts to restore."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import param

from analysis.selection import PRESETS
from analysis.vetting import Provenance, SavedSession
from components.state.exports import origin_session
from components.state.session import Session
from components.state.workspace import Workspace
from components.tool_card import ToolCard, card_script


class SelectOrigin(ToolCard):
    """Offers the selection of an exported file, on the file or on the dataset it came from."""

    lines = param.List(default=[], doc="what is known of the export; empty for other tables")
    source = param.String(default="", doc="title of the dataset it came from, where that is on offer here")

    _esm = card_script("select_origin")

    def __init__(
        self, session: Session, workspace: Workspace, theme: str, on_open: Callable[[SavedSession], None]
    ) -> None:
        super().__init__(session, theme)
        self._workspace, self._on_open = workspace, on_open
        self._origin = session.origin
        if self._origin is not None:
            self._describe(self._origin)

    def do_restore(self, _: Mapping[str, Any]) -> None:
        """Set the cuts of the export on the table that is open."""
        if self._origin is not None:
            self._on_open(origin_session(self._origin, self._workspace.catalogue.name))

    def do_source(self, _: Mapping[str, Any]) -> None:
        """Open the dataset that the export came from, with its cuts."""
        if self._origin is not None:
            self._on_open(origin_session(self._origin, self._origin.dataset_name))

    def _describe(self, origin: Provenance) -> None:
        titles = self._session.library.titles
        title = titles.get(origin.dataset_name, origin.dataset_name)
        version = f", Penumbra {origin.app_version}" if origin.app_version else ""
        self.param.update(
            lines=[
                f"{origin.n_rows} of {origin.n_rows_dataset} stars of {title}",
                f"exported {origin.exported:%Y-%m-%d %H:%M} UTC{version}",
                f"cuts: {origin.cut_text or 'none'}",
                *([f"replays {PRESETS[origin.paper].title}"] if origin.paper in PRESETS else []),
                *(f"differs: {sentence}" for sentence in origin.differences),
            ],
            source=titles.get(origin.dataset_name, ""),
        )
