"""The bar at the top of the page."""

from __future__ import annotations

from pathlib import Path

import panel as pn
import param
from panel.custom import JSComponent

from components.browser_script import browser_script
from components.documents import run_in_document
from components.state.session import Session
from components.theme import THEMES, css_variables

_CSS = Path(__file__).with_name("header.css")


class Header(JSComponent):
    """Shows and changes what is open; what needs more than the session is passed on as ``asked``."""

    datasets = param.List(default=[])
    dataset = param.String(default="")
    simulated = param.Boolean(default=False)
    can_undo = param.Boolean(default=False)
    can_redo = param.Boolean(default=False)
    notice = param.String(default="")
    notice_is_error = param.Boolean(default=False)
    doing = param.String(default="")
    progress = param.Number(default=-1.0)
    theme = param.String(default="dark")
    layout = param.String(default="planes")
    sheet = param.String(default="")

    _esm = browser_script("views/header.js")

    def __init__(self, session: Session) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0)
        self._session = session
        self._show_session()
        self._show_theme()
        document = pn.state.curdoc
        session.param.watch(
            lambda *_: run_in_document(document, self._show_session),
            ["notice", "notice_is_error", "doing", "progress", "workspace"],
        )
        session.param.watch(lambda *_: self._show_theme(), ["theme", "layout"])

    def follow_history(self) -> None:
        """Enable undo and redo as the open workspace allows."""
        workspace = self._session.workspace
        if workspace is not None:
            history = workspace.history
            self.param.update(can_undo=history.can_undo, can_redo=history.can_redo)

    def _show_session(self) -> None:
        session = self._session
        name = session.workspace.catalogue.name if session.workspace else session.asked_dataset
        self.param.update(
            datasets=[list(pair) for pair in session.library.titles.items()],
            dataset=name,
            simulated=session.workspace is not None and session.workspace.catalogue.is_made_up,
            notice=session.notice,
            notice_is_error=session.notice_is_error,
            doing=session.doing,
            progress=session.progress,
        )

    def _show_theme(self) -> None:
        name = self._session.theme
        self.param.update(
            theme=name, layout=self._session.layout, sheet=f":host{{{css_variables(THEMES[name])}}}" + _CSS.read_text()
        )
