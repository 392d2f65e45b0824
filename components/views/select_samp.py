"""TOPCAT, Aladin and other programs on the visitor's own machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import panel as pn
import param

from analysis.catalogue import DataError
from analysis.vetting.samp import SampError
from components.documents import run_in_document
from components.state.samp_desk import SampDesk
from components.state.session import Session
from components.state.workspace import Workspace
from components.tool_card import ToolCard, card_script


class SelectSamp(ToolCard):
    """Connects, sends, and says what came in; off where the server can be reached from elsewhere."""

    connected = param.Boolean(default=False)
    allowed = param.Boolean(default=False)
    busy = param.Boolean(default=False)
    has_star = param.Boolean(default=False)

    _esm = card_script("select_samp")

    def __init__(self, session: Session, workspace: Workspace, theme: str, on_table: Callable[[str], None]) -> None:
        super().__init__(session, theme, allowed=session.site.is_local)
        self._workspace = workspace
        self._page_document = pn.state.curdoc
        self.desk = SampDesk(session, workspace, on_table, partial(run_in_document, self._page_document))
        self.desk.param.watch(lambda *_: self._follow(), ["connected", "said"])
        workspace.focus.param.watch(lambda *_: self._follow(), "row")
        self._follow()

    def close(self) -> None:
        """Leave the hub."""
        self.desk.close()

    def do_connect(self, _: Mapping[str, Any]) -> None:
        """Join the hub."""
        self._start(self.desk.connect)

    def do_disconnect(self, _: Mapping[str, Any]) -> None:
        """Leave the hub."""
        self._start(self.desk.disconnect)

    def do_table(self, _: Mapping[str, Any]) -> None:
        """Send the passing stars."""
        self._start(self.desk.send_table)

    def do_star(self, _: Mapping[str, Any]) -> None:
        """Send the star in focus."""
        self._start(self.desk.send_star)

    def _start(self, act: Callable[[], Awaitable[None]]) -> None:
        self.busy = True
        pn.state.execute(partial(self._act, act))

    async def _act(self, act: Callable[[], Awaitable[None]]) -> None:
        problem: Exception | None = None
        try:
            await act()
        except (SampError, DataError, OSError) as error:
            problem = error
        run_in_document(self._page_document, partial(self._done, problem))

    def _done(self, problem: Exception | None) -> None:
        self.busy = False
        if problem is not None:
            self.refuse(problem)

    def _follow(self) -> None:
        self.param.update(
            connected=self.desk.connected, said=self.desk.said, complaint="",
            has_star=self._workspace.focus.row is not None,
        )  # fmt: skip
