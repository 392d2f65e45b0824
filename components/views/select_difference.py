"""Two selections beside each other: how many stars only one of them has, painted on the planes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import param

from analysis.catalogue import DataError
from analysis.selection import Cut
from analysis.vetting import SessionShelf, combined_cut
from components.state.session import Session
from components.state.workspace import Workspace
from components.theme import THEMES
from components.tool_card import ToolCard, card_script

NOW, ALL, SAVED = "now", "all", "saved:"


class SelectDifference(ToolCard):
    """Chooses two selections among the saved ones, the present one and no cuts at all."""

    choices = param.List(default=[], doc="key and words of each selection that can be compared")
    colours = param.List(default=[], doc="of only A, only B, both")
    shown = param.Boolean(default=False)

    _esm = card_script("select_difference")

    def __init__(self, session: Session, workspace: Workspace, theme: str, shelf: SessionShelf) -> None:
        super().__init__(session, theme)
        self._workspace, self._shelf = workspace, shelf
        self.refresh()

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        super().show_theme(name)
        self.colours = list(THEMES[name].difference)

    def refresh(self) -> None:
        """List anew what can be compared: sessions of other catalogues cannot."""
        name = self._workspace.catalogue.name
        saved = [[SAVED + kept.name, kept.name] for kept in self._shelf.saved() if kept.dataset_name == name]
        self.choices = [*saved, [NOW, "The cuts as they are now"], [ALL, "All stars, without cuts"]]

    def do_compare(self, message: Mapping[str, Any]) -> None:
        """Paint the difference of two selections."""
        keys = str(message["first"]), str(message["second"])
        if keys[0] == keys[1]:
            raise ValueError("Both are the same selection: there is no difference to paint.")
        words = dict(map(tuple, self.choices))
        sides: dict[str, Cut | str | None] = {
            side: self._cut(key) for side, key in zip(("first", "second"), keys, strict=True)
        }
        names = words.get(keys[0], keys[0]), words.get(keys[1], keys[1])
        self._workspace.pump.change(lambda stage: stage.compare(sides, names))
        self.shown = True

    def do_stop(self, _: Mapping[str, Any]) -> None:
        """Paint the passing stars again."""
        self._workspace.pump.change(lambda stage: stage.compare(None))
        self.shown = False

    def _cut(self, key: str) -> Cut | str | None:
        if key in (NOW, ALL):
            return NOW if key == NOW else None
        cut = combined_cut(self._shelf.open(key.removeprefix(SAVED)).clauses)
        absent = sorted(set() if cut is None else cut.columns - set(self._workspace.catalogue.table.columns))
        if absent:
            title = self._workspace.catalogue.title
            problem = f"“{key.removeprefix(SAVED)}” cuts on {', '.join(absent)}, which {title} lacks"
            raise DataError(problem, hint="Choose another session")
        return cut
