"""The Truth tab of a simulated survey: what the cuts cost, and inferred against true orbits."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.state.inferred_truth import can_be_compared
from components.state.tuning import Tuning
from components.state.workspace import Workspace
from components.views.inferred_truth_panel import InferredTruthPanel
from components.views.truth_panel import TruthPanel


class TruthPage(pn.viewable.Viewer):
    """All that the truth of a simulated survey tells; at work only while it is shown."""

    def __init__(self, workspace: Workspace, tuning: Tuning | None, theme: str) -> None:
        super().__init__()
        self._parts: list[Any] = [TruthPanel(workspace, theme, tuning)]
        if can_be_compared(workspace.catalogue):
            self._parts.append(InferredTruthPanel(workspace, theme))
        self._layout = pn.Column(*self._parts, margin=0, sizing_mode="stretch_width", styles={"max-height": "none"})

    def __panel__(self) -> pn.Column:
        return self._layout

    def set_shown(self, shown: bool) -> None:
        """Work only while somebody looks."""
        for part in self._parts:
            part.set_shown(shown)

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        for part in self._parts:
            part.show_theme(name)
