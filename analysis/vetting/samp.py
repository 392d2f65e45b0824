"""Tables and rows to and from TOPCAT, Aladin and other programs on the same desk, by SAMP."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, Self, TypeVar
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import pandas as pd

from analysis.catalogue.tables import read, write

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 5.0
MAX_TABLE_BYTES = 2**31
_CHUNK = 1 << 20
_RECEIVED = (
    "table.load.votable",
    "table.load.fits",
    "table.highlight.row",
    "table.select.rowList",
    "coord.pointAt.sky",
)
_SUFFIXES = {"table.load.votable": ".vot", "table.load.fits": ".fits"}

Result = TypeVar("Result")


class SampError(RuntimeError):
    """SAMP could not do what was asked: what happened and what to do."""


@dataclass(frozen=True)
class Message:
    """What another program said.

    `kind` is SAMP's message type. `table_id` and `url` name a table; `rows` are row numbers from 0 (one for a
    highlight); `ra` and `dec` are in degrees, None where the message has none. `name` is the table's title.
    """

    kind: str
    sender: str
    table_id: str = ""
    url: str = ""
    name: str = ""
    rows: tuple[int, ...] = ()
    ra: float | None = None
    dec: float | None = None


@dataclass
class SampLink:
    """A connection to the running SAMP hub, for the user's own machine; leave it out of servers for many users.

    Received messages wait in a queue until `receive` asks for them; ones that cannot be understood are logged.
    Every call ends within `timeout` seconds. `hub_params` names a hub other than the user's own (a mapping as in its
    lock file).
    """

    timeout: float = TIMEOUT_SECONDS
    hub_params: Mapping[str, str] | None = None
    _client: Any = None
    _messages: Queue[Message] = field(default_factory=Queue)
    _folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the hub was reached and not left since."""
        return self._client is not None

    def connect(self) -> None:
        """Join the hub and listen. Raises SampError where no hub runs or answers."""
        if self.is_connected:
            return
        samp = samp_module()
        metadata = {
            "samp.name": "Penumbra",
            "samp.description.text": "A workbench for finding stars with unseen companions",
        }

        def join() -> Any:
            client = samp.SAMPIntegratedClient(metadata=metadata, addr="127.0.0.1")
            client.connect(hub_params=None if self.hub_params is None else dict(self.hub_params))
            for kind in _RECEIVED:
                client.bind_receive_notification(kind, self._take)
                client.bind_receive_call(kind, self._take_and_reply)
            return client

        self._client = self._within(join, "No SAMP hub answers. Start TOPCAT or Aladin, then connect again")
        self._folder = tempfile.TemporaryDirectory(prefix="penumbra-samp-")

    def close(self) -> None:
        """Leave the hub; tables that were sent can no longer be fetched."""
        client, self._client = self._client, None
        if client is not None:
            try:
                self._within(client.disconnect, "The SAMP hub did not say goodbye")
            except SampError as error:
                log.info("%s", error)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def send_table(self, table: pd.DataFrame, table_id: str, name: str) -> str:
        """The URL of the table sent to all programs that take VOTables, under this id and title.

        Raises SampError without a connection, DataError where the table cannot be written.
        """
        client = self._connected()
        assert self._folder is not None
        # A new file each time: a program may still read the last one.
        with tempfile.NamedTemporaryFile(dir=self._folder.name, suffix=".vot", delete=False) as file:
            path = Path(file.name)
        write(table, path)
        url = path.as_uri()
        self._notify(client, "table.load.votable", {"url": url, "table-id": table_id, "name": name})
        return url

    def highlight_row(self, table_id: str, url: str, row: int) -> None:
        """Ask other programs to mark row number `row` (from 0) of a table that was sent or received."""
        self._notify(self._connected(), "table.highlight.row", {"table-id": table_id, "url": url, "row": str(int(row))})

    def select_rows(self, table_id: str, url: str, rows: list[int]) -> None:
        """Ask other programs to select these rows (from 0) of a table that was sent or received."""
        texts = [str(int(row)) for row in rows]
        self._notify(self._connected(), "table.select.rowList", {"table-id": table_id, "url": url, "row-list": texts})

    def point_at(self, ra: float, dec: float) -> None:
        """Ask other programs to look at a place on the sky, in degrees (ICRS)."""
        self._notify(self._connected(), "coord.pointAt.sky", {"ra": repr(float(ra)), "dec": repr(float(dec))})

    def receive(self, timeout: float = 0.0) -> Message | None:
        """The next message that another program sent; None where none came within `timeout` seconds."""
        try:
            return self._messages.get(block=timeout > 0, timeout=timeout or None)
        except Empty:
            return None

    def read_table(self, message: Message, max_bytes: int = MAX_TABLE_BYTES) -> pd.DataFrame:
        """The table that a message announced. Raises SampError where it cannot be fetched or is larger than
        `max_bytes`, DataError where it cannot be read."""
        return read(self.fetch(message, max_bytes))

    def fetch(self, message: Message, max_bytes: int = MAX_TABLE_BYTES) -> Path:
        """The file of the table that a message announced, which is gone when the link is closed. Raises SampError
        where it cannot be fetched or is larger than `max_bytes`."""
        path = self._local_file(message, max_bytes)
        if path.stat().st_size > max_bytes:
            raise SampError(f"The table {message.name!r} has more than {max_bytes} bytes. Send a smaller one")
        return path

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _local_file(self, message: Message, max_bytes: int) -> Path:
        parts = urlsplit(message.url)
        if parts.scheme == "file" and parts.netloc in ("", "localhost"):
            path = Path(unquote(parts.path))
            if not path.is_file():
                raise SampError(f"The table {message.name!r} is not at {path}. Send it again")
            return path
        if parts.scheme not in ("http", "https") or self._folder is None:
            raise SampError(f"A table at {message.url!r:.80} cannot be fetched. Send it as a file or over http")
        suffix = _SUFFIXES.get(message.kind, ".vot")
        with tempfile.NamedTemporaryFile(dir=self._folder.name, suffix=suffix, delete=False) as file:
            try:
                with urlopen(message.url, timeout=self.timeout) as answer:
                    while file.tell() <= max_bytes and (chunk := answer.read(_CHUNK)):
                        file.write(chunk)
            except OSError as error:
                raise SampError(f"The table {message.name!r} cannot be fetched ({error}). Send it again") from error
        return Path(file.name)

    def _connected(self) -> Any:
        if self._client is None:
            raise SampError("There is no connection to a SAMP hub. Start TOPCAT or Aladin, then connect")
        return self._client

    def _notify(self, client: Any, kind: str, params: Mapping[str, Any]) -> None:
        message = {"samp.mtype": kind, "samp.params": dict(params)}
        self._within(lambda: client.notify_all(message), "The SAMP hub does not answer. Connect again")

    def _take(self, _key: str, sender: str, kind: str, params: Mapping[str, Any], _extra: Mapping[str, Any]) -> None:
        try:
            self._messages.put(understand(kind, sender, params))
        except (ValueError, TypeError) as error:
            log.warning("a SAMP message %s of %s was not understood: %s", kind, sender, error)

    def _take_and_reply(
        self, key: str, sender: str, call: str, kind: str, params: Mapping[str, Any], extra: Mapping[str, Any]
    ) -> None:
        self._take(key, sender, kind, params, extra)
        client = self._client
        if client is not None:  # a call may come while the link is being closed
            client.ereply(call, "samp.ok", result={})

    def _within(self, ask: Callable[[], Result], sorry: str) -> Result:
        """What `ask` gives, in a thread of its own since the protocol's calls know no time limit."""
        done: Queue[tuple[bool, Any]] = Queue()

        def run() -> None:
            try:
                done.put((True, ask()))
            except Exception as error:  # the caller's thread raises it
                done.put((False, error))

        Thread(target=run, name="samp-call", daemon=True).start()
        try:
            succeeded, outcome = done.get(timeout=self.timeout)
        except Empty:
            raise SampError(f"{sorry} (waited {self.timeout:g} s).") from None
        if not succeeded:
            raise SampError(f"{sorry} ({outcome}).") from outcome
        result: Result = outcome
        return result


def understand(kind: str, sender: str, params: Mapping[str, Any]) -> Message:
    """The message as values. Raises ValueError where a row or an angle is no number."""
    rows: tuple[int, ...] = ()
    if kind == "table.highlight.row":
        rows = (_row(params.get("row")),)
    elif kind == "table.select.rowList":
        rows = tuple(_row(text) for text in params.get("row-list", ()))
    ra = dec = None
    if kind == "coord.pointAt.sky":
        ra, dec = float(params.get("ra", "none")), float(params.get("dec", "none"))
        if not (0 <= ra <= 360 and -90 <= dec <= 90):
            raise ValueError(f"({ra}, {dec}) is no place on the sky in degrees")
    texts = {
        name: str(params.get(key, "")) for name, key in (("table_id", "table-id"), ("url", "url"), ("name", "name"))
    }
    return Message(kind, sender, rows=rows, ra=ra, dec=dec, **texts)


def _row(text: Any) -> int:
    row = int(str(text))
    if row < 0:
        raise ValueError(f"row {row} is below 0")
    return row


def samp_module() -> Any:
    """pyvo's SAMP where it is installed, otherwise the one that astropy has and will drop."""
    try:
        return import_module("pyvo.samp")
    except ImportError:
        pass
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return import_module("astropy.samp")
        except ImportError as error:
            raise SampError("SAMP needs the package pyvo, which is not installed: pip install pyvo") from error
