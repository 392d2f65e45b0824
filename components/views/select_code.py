"""The present cuts as text, Python, ADQL and TOPCAT; the text can be edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import param

from analysis.selection import SelectionTextError
from components.state.selection_text import clauses_from_text, write_selection
from components.state.session import Session
from components.state.workspace import Workspace
from components.tool_card import ToolCard, card_script


class SelectCode(ToolCard):
    """Shows the selection in four languages and applies the text that was edited."""

    forms = param.Dict(default={})
    notes = param.Dict(default={})
    dataset = param.String(default="")
    position = param.Integer(default=-1, doc="where the text is wrong, in characters; -1 for nowhere")
    applied = param.Integer(default=0, doc="how many edited texts were applied")

    _esm = card_script("select_code")

    def __init__(self, session: Session, workspace: Workspace, theme: str) -> None:
        super().__init__(session, theme, dataset=workspace.catalogue.name)
        self._workspace = workspace
        workspace.selection.param.watch(lambda *_: self._show(), "clauses")
        self._show()

    def do_apply(self, message: Mapping[str, Any]) -> None:
        """Make the edited text the selection; where it is wrong, say where."""
        selection = self._workspace.selection
        self.position = -1
        try:
            clauses = clauses_from_text(selection, str(message["text"]), self._workspace.catalogue.table.columns)
        except SelectionTextError as error:
            self.position = error.position
            raise ValueError(" ".join(str(error).split())) from error
        selection.replace_all(clauses)
        self.applied += 1

    def _show(self) -> None:
        written = write_selection(self._workspace.selection)
        forms = {"text": written.text, "python": written.python, "adql": written.adql, "topcat": written.topcat}
        self.param.update(forms=forms, notes=written.notes, complaint="", position=-1)
