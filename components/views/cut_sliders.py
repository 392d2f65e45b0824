"""The panel of cuts on the left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from analysis.selection import Range
from components.browser_script import browser_script
from components.cut_truth_text import cut_truths
from components.documents import run_in_document
from components.state.selection import Clause
from components.state.tuning import Tuning
from components.state.workspace import Workspace
from components.theme import THEMES, css_variables, series_variables

_CSS = Path(__file__).with_name("cut_sliders.css")


class CutSliders(JSComponent):
    """A slider over the histogram of its column for every range, a line for every other clause."""

    clauses = param.List(default=[])
    columns = param.List(default=[])
    error = param.String(default="")
    typed_taken = param.Integer(default=0)
    sheet = param.String(default="")
    truth = param.Dict(default={}, doc="what the cuts cost where the truth is told; see `cut_truths`")

    _esm = browser_script("views/cut_truths.js", "views/cut_slider.js", "views/cut_sliders.js")

    def __init__(self, workspace: Workspace, theme: str, tuning: Tuning | None = None) -> None:
        super().__init__(sizing_mode="stretch_both", margin=0)
        self._workspace = workspace
        self.show_theme(theme)
        catalogue = workspace.catalogue
        self.columns = [
            [name, catalogue.label(name).text] for name in catalogue.numeric_columns if name in catalogue.usable_columns
        ]
        self._show()
        workspace.selection.param.watch(lambda *_: self._show(), "clauses")
        workspace.param.watch(
            lambda *_: self.param.update(error=workspace.complaint, typed_taken=workspace.typed_taken),
            ["complaint", "typed_taken"],
        )
        if tuning is not None:
            document = pn.state.curdoc
            tuning.param.watch(
                lambda *_: run_in_document(document, lambda: self._tell_truth(tuning)), ["answer", "active"]
            )

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        look = THEMES[name]
        self.sheet = f":host{{{css_variables(look)}{series_variables(look)}}}" + _CSS.read_text()

    def _tell_truth(self, tuning: Tuning) -> None:
        self.truth = cut_truths(tuning.answer) if tuning.active else {}

    def _show(self) -> None:
        self.clauses = [self._describe(clause) for clause in self._workspace.selection.clauses]

    def _describe(self, clause: Clause) -> dict[str, Any]:
        catalogue = self._workspace.catalogue
        described: dict[str, Any] = {
            "name": clause.name,
            "enabled": clause.enabled,
            "text": clause.cut.text,
            "label": clause.label or clause.cut.text,
        }
        if isinstance(clause.cut, Range) and clause.column in catalogue.usable_columns:
            label = catalogue.label(clause.column)
            limits = catalogue.slider_limits(clause.column)
            assert limits is not None
            hint = f"{clause.column}: {label.meaning}" if label.meaning else clause.column
            described.update(
                label=label.text,
                hint=f"{hint}\n{clause.label}" if clause.label else hint,
                limits=list(limits),
                scale=catalogue.slider_scale(clause.column),
                low=clause.cut.low,
                high=clause.cut.high,
            )
        return described
