"""Planes for those who do not point at them: keys to walk and zoom, and each plane in words."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from components.browser_script import browser_script
from components.documents import run_in_document
from components.state.plane_text import describe_plane, star_words, step_from
from components.state.session import Session
from components.state.workspace import Workspace
from components.theme import THEMES, css_variables

_CSS = Path(__file__).with_name("plane_access.css")
REST_S = 0.7
DIRECTIONS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, 1), "ArrowDown": (0, -1)}


class PlaneAccess(JSComponent):
    """Makes the planes reachable by keyboard, says what is picked, and shows the text of a plane while it is open."""

    titles = param.Dict(default={}, doc="slot to what the plane shows")
    said = param.String(default="", doc="what a screen reader is told")
    text = param.Dict(default={}, doc="the plane in words whose text is open")
    sheet = param.String(default="")

    _esm = browser_script("views/plane_access.js")

    def __init__(self, session: Session) -> None:
        super().__init__(width=0, height=0, margin=0)
        self._session = session
        self._document = pn.state.curdoc
        self._open = ""
        self._task: asyncio.Task[None] | None = None
        self._walked = ""
        session.param.watch(lambda *_: self._follow(), "workspace")
        session.param.watch(lambda *_: self._show_theme(), "theme")
        self._show_theme()

    def _follow(self) -> None:
        workspace = self._session.workspace
        if workspace is None:
            return
        self._open = ""
        self.text = {}
        workspace.planes.param.watch(lambda *_: self._name(workspace), "figures")
        workspace.focus.param.watch(lambda *_: self._tell(workspace), "row")
        workspace.pump.on_frame(lambda: self._refresh(workspace))
        self._name(workspace)

    def _name(self, workspace: Workspace) -> None:
        label = workspace.catalogue.label
        self.titles = {
            slot: f"{figure.title}: {label(figure.y).text} against {label(figure.x).text}"
            for slot, figure in workspace.planes.figures.items()
        }

    def _tell(self, workspace: Workspace) -> None:
        row = workspace.focus.row
        if row is None or workspace is not self._session.workspace:
            return
        figures = workspace.planes.figures
        figure = figures.get(self._walked) or next(iter(figures.values()), None)
        said = workspace.catalogue.name_of(row) if figure is None else star_words(workspace.catalogue, figure, row)
        run_in_document(self._document, partial(self._say, f"Picked {said}"))
        self._refresh(workspace)

    def _say(self, text: str) -> None:
        self.said = text

    # ------------------------------------------------------------------ the text of a plane

    def _refresh(self, workspace: Workspace) -> None:
        """Write the open text anew once the page is at rest."""
        if not self._open or workspace is not self._session.workspace:
            return
        if self._task is not None and not self._task.done():
            self._task.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no server yet
            return
        self._task = loop.create_task(self._describe(workspace, REST_S))

    async def _describe(self, workspace: Workspace, wait: float = 0.0) -> None:
        await asyncio.sleep(wait)
        slot = self._open
        if not slot or workspace.pump.closed:
            return
        row = workspace.focus.row
        text = await workspace.pump.ask(lambda stage: describe_plane(stage, slot, row))
        if slot == self._open:
            run_in_document(self._document, partial(self._show_text, {"slot": slot, **text.to_dict()}))

    def _show_text(self, text: dict[str, Any]) -> None:
        self.text = text

    # ------------------------------------------------------------------ messages

    def _handle_msg(self, data: Any) -> None:
        workspace, kind = self._session.workspace, data.get("kind")
        if workspace is None:
            return
        if kind == "open":
            self._open = str(data["slot"]) if data.get("slot") in workspace.planes.figures else ""
            if self._open:
                pn.state.execute(partial(self._describe, workspace))
            else:
                self.text = {}
        elif kind == "walk" and data.get("key") in DIRECTIONS and data.get("slot") in workspace.planes.figures:
            self._walked = str(data["slot"])
            pn.state.execute(partial(self._walk, workspace, self._walked, *DIRECTIONS[data["key"]]))
        elif kind == "pick":
            workspace.focus.pick(str(data["star"]))

    async def _walk(self, workspace: Workspace, slot: str, right: int, up: int) -> None:
        row = workspace.focus.row
        found = await workspace.pump.ask(lambda stage: step_from(stage, slot, row, right, up))
        if found is None:
            run_in_document(self._document, partial(self._say, "No passing star in that direction"))
        else:
            run_in_document(self._document, partial(workspace.focus.pick_row, found))

    def _show_theme(self) -> None:
        self.sheet = f":host{{{css_variables(THEMES[self._session.theme])}}}" + _CSS.read_text()
