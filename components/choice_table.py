"""A short table whose rows are chosen: by a click anywhere in the row, or by its button from the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import param
from panel.custom import JSComponent

from components.browser_script import browser_script
from components.theme import THEMES, css_variables

_CSS = Path(__file__).parent / "styles" / "choice_table.css"


class ChoiceTable(JSComponent):
    """Shows a table of texts; ``choose`` is called with the number of the row that was chosen."""

    label = param.String(default="", doc="what screen readers call the table")
    columns = param.List(default=[])
    rows = param.List(default=[], doc="a list of texts for each row")
    chosen = param.Integer(default=-1, doc="the row that is marked; -1: none")
    sheet = param.String(default="")

    _esm = browser_script("choice_table.js")

    def __init__(self, label: str, theme: str, choose: Callable[[int], Any]) -> None:
        super().__init__(label=label, sizing_mode="stretch_width", margin=(4, 0), visible=False)
        self._choose = choose
        self.show_theme(theme)

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self.sheet = f":host{{{css_variables(THEMES[name])}}}" + _CSS.read_text(encoding="utf-8")

    def show(self, frame: pd.DataFrame) -> None:
        """Show a table; an empty one is hidden."""
        rows = [[str(value) for value in row] for row in frame.itertuples(index=False)]
        self.param.update(columns=[str(name) for name in frame.columns], rows=rows, visible=bool(rows))

    def mark(self, number: int | None) -> None:
        """Mark one row, or none."""
        self.chosen = -1 if number is None else number

    def _handle_msg(self, data: Any) -> None:
        number = data.get("row") if isinstance(data, dict) and data.get("kind") == "choose" else None
        if isinstance(number, int) and 0 <= number < len(self.rows):
            self._choose(number)
