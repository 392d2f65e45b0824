"""The SAMP connection of one session: the passing stars out, picked stars and tables in."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import param

from analysis.catalogue import DataError
from analysis.vetting.samp import Message, SampError, SampLink
from components.state.session import Session
from components.state.workspace import Workspace

log = logging.getLogger(__name__)
POLL_S = 0.4
MOST_SENT = 1_000_000


class SampDesk(param.Parameterized):
    """Talks to TOPCAT or Aladin on the visitor's own machine.

    ``on_table`` is called with the name of a catalogue that came in, ``in_document`` runs changes of state.
    """

    connected = param.Boolean(default=False, constant=True)
    said = param.String(default="", constant=True, doc="what happened last")

    def __init__(
        self, session: Session, workspace: Workspace, on_table: Callable[[str], None],
        in_document: Callable[[Callable[[], Any]], None], link: SampLink | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._session, self._workspace = session, workspace
        self._on_table, self._in_document = on_table, in_document
        self._link = link or SampLink()
        self._rows = np.zeros(0, np.int64)
        self._table_id, self._url = "", ""
        self._heard: int | None = None
        self._task: asyncio.Task[None] | None = None
        workspace.focus.param.watch(lambda *_: self._point(), "row")

    async def connect(self) -> None:
        """Join the hub; raises SampError where none runs."""
        if not self._session.site.is_local:
            raise SampError("SAMP is off, since this server can be reached from other machines.")
        await self._run(self._link.connect)
        self._tell("Connected to the SAMP hub.", connected=True)
        self._task = asyncio.get_running_loop().create_task(self._listen())

    async def disconnect(self) -> None:
        """Leave the hub."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        await self._run(self._link.close)
        self._tell("Not connected.", connected=False)

    def close(self) -> None:
        """Leave the hub without waiting, when the page is closed."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._link.is_connected:
            self._link.close()

    async def send_table(self) -> None:
        """Send the passing stars to all programs that take tables; raises SampError or DataError."""
        rows, count = await self._workspace.pump.ask(lambda stage: stage.rows(MOST_SENT + 1))
        if count == 0:
            raise SampError("No star passes the cuts, so there is nothing to send.")
        if count > MOST_SENT:
            raise SampError(f"{count} stars are more than SAMP carries well. Cut to {MOST_SENT} or export a file.")
        catalogue = self._workspace.catalogue
        table = catalogue.table.iloc[rows].reset_index(drop=True)
        table.attrs = dict(catalogue.table.attrs)
        table_id = f"penumbra-{catalogue.name}-{self._session.token[:8]}"
        name = f"{catalogue.title}: {count} passing"
        url = await self._run(partial(self._link.send_table, table, table_id, name))
        self._rows, self._table_id, self._url = rows, table_id, url
        self._tell(f"{count} stars sent as “{name}”.")

    async def send_star(self) -> None:
        """Highlight the star in focus in other programs, and point at its place."""
        row = self._workspace.focus.row
        if row is None:
            raise SampError("Pick a star first.")
        told = await self._show_star(row)
        self._tell(f"{self._workspace.catalogue.name_of(row)}: {told}.")

    async def _show_star(self, row: int) -> str:
        columns, cell = self._workspace.catalogue.table.columns, self._workspace.catalogue.cell
        ra, dec = (cell(name, row) if name in columns else None for name in ("ra", "dec"))
        told = []
        if ra is not None and dec is not None:
            await self._run(partial(self._link.point_at, ra, dec))
            told.append("its place was sent")
        place = np.flatnonzero(self._rows == row)
        if len(place):
            await self._run(partial(self._link.highlight_row, self._table_id, self._url, int(place[0])))
            told.append("its row was highlighted")
        if not told:
            raise SampError("This star has no place on the sky, and the table was not sent yet.")
        return " and ".join(told)

    # ------------------------------------------------------------------ what comes in

    async def _listen(self) -> None:
        while self._link.is_connected and not self._workspace.pump.closed:
            message = self._link.receive()
            if message is None:
                await asyncio.sleep(POLL_S)
                continue
            try:
                await self._take(message)
            except (SampError, DataError, OSError) as error:
                log.info("SAMP: %s", error)
                self._tell(str(error))

    async def _take(self, message: Message) -> None:
        if message.kind.startswith("table.load"):
            path = await self._run(partial(self._receive_table, message))
            name = self._session.library.add_file(path, title=f"{message.name or path.name} (SAMP)")
            self._tell(f"Received the table “{message.name or path.name}”.")
            self._in_document(partial(self._on_table, name))
        elif message.rows and message.table_id == self._table_id and self._table_id:
            row = message.rows[0]
            if row < len(self._rows):
                self._heard = picked = int(self._rows[row])
                self._in_document(partial(self._workspace.focus.pick_row, picked))
                self._tell(f"{self._workspace.catalogue.name_of(picked)} was picked in another program.")
        elif message.rows:
            self._tell("Another program highlighted a row of a table that did not come from this page.")
        elif message.ra is not None and message.dec is not None:
            self._tell(f"Another program points at RA {message.ra:.5f}°, Dec {message.dec:+.5f}°.")

    def _receive_table(self, message: Message) -> Path:
        found = self._link.fetch(message)
        kept = self._session.files.place(found.name)
        shutil.copyfile(found, kept)
        return kept

    def _point(self) -> None:
        row = self._workspace.focus.row
        if row is None or not self.connected or row == self._heard or not len(self._rows):
            self._heard = None
            return
        try:
            asyncio.get_running_loop().create_task(self._point_quietly(row))
        except RuntimeError:  # picked outside the server
            return

    async def _point_quietly(self, row: int) -> None:
        try:
            await self._show_star(row)
        except SampError as error:
            log.info("SAMP: %s", error)

    async def _run(self, ask: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, ask)

    def _tell(self, text: str, connected: bool | None = None) -> None:
        def change() -> None:
            with param.edit_constant(self):
                self.param.update(said=text, connected=self.connected if connected is None else connected)

        self._in_document(change)
