"""A page without a browser: opens a session as Bokeh's own JavaScript does, and talks to the server's socket."""

import asyncio
import json
import re
from typing import Any
from uuid import uuid4

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

READY = {
    "events": [
        {
            "kind": "MessageSent",
            "msg_type": "bokeh_event",
            "msg_data": {"type": "event", "name": "document_ready", "values": {"type": "map", "entries": []}},
        }
    ]
}


class Lost(ConnectionError):
    """The server went away."""


class ThinClient:
    """One session; `ask` sends a message over the page's socket and waits for its answer."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.frames = 0
        self.last_frame: dict[str, Any] = {}
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._bokeh: WebSocketClientConnection | None = None
        self._socket: WebSocketClientConnection | None = None
        self._readers: list[asyncio.Task[None]] = []

    async def open(self, query: str = "") -> "ThinClient":
        """Open the page and wait for its first frame, which tells that a catalogue is open."""
        page = (await AsyncHTTPClient().fetch(f"{self.url}/{query}", request_timeout=120)).body.decode()
        found = re.search(r'"token":"([^"]+)"', page)
        assert found, page[:500]
        host = self.url.split("//")[1]
        origin = {"Origin": self.url}
        # The page's query travels in the address of Bokeh's socket, too.
        request = HTTPRequest(f"ws://{host}/ws{query}", headers=origin, connect_timeout=30)
        self._bokeh = await websocket_connect(request, subprotocols=["bokeh", found[1]], max_message_size=1 << 28)
        await self._bokeh_message("ACK")
        await self._say_bokeh("PULL-DOC-REQ", {})
        reply = await self._bokeh_message("PULL-DOC-REPLY")
        token = stream_token(json.loads(reply))
        request = HTTPRequest(f"ws://{host}/penumbra/frames?token={token}", headers=origin)
        self._socket = await websocket_connect(request, max_message_size=1 << 28)
        self._readers = [asyncio.create_task(self._listen()), asyncio.create_task(self._drain())]
        self.send({"kind": "hello"})
        await self._say_bokeh("PATCH-DOC", READY)
        for _ in range(6000):
            if self.frames:
                return self
            if self._readers[0].done():
                break
            await asyncio.sleep(0.02)
        raise Lost("no frame came")

    def send(self, message: dict[str, Any]) -> None:
        """Send a message; raises Lost where nobody hears it."""
        assert self._socket is not None
        try:
            self._socket.write_message(json.dumps(message)).add_done_callback(_forget)
        except WebSocketClosedError as error:
            raise Lost("closed") from error

    async def ask(self, message: dict[str, Any], timeout: float = 60) -> dict[str, Any]:
        """Return the answer to a message with a token; raises Lost where the server goes away before."""
        token = message["token"]
        self._answers[token] = asyncio.get_running_loop().create_future()
        self.send(message)
        try:
            return await asyncio.wait_for(self._answers[token], timeout)
        finally:
            self._answers.pop(token, None)

    async def close(self) -> None:
        """Leave as a closed tab does."""
        for reader in self._readers:
            reader.cancel()
        for connection in (self._socket, self._bokeh):
            if connection is not None:
                connection.close()
        await asyncio.sleep(0)

    async def _listen(self) -> None:
        assert self._socket is not None
        while (message := await self._socket.read_message()) is not None:
            if isinstance(message, bytes):
                size = int.from_bytes(message[:4], "little")
                self.last_frame = json.loads(message[4 : 4 + size])
                self.frames += 1
                self.send({"kind": "painted", "sequence": self.last_frame["sequence"]})
            else:
                answer = json.loads(message)
                waiting = self._answers.get(answer.get("token", ""))
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(Lost("the server went away"))

    async def _drain(self) -> None:
        """Take what Bokeh sends, as a browser would."""
        assert self._bokeh is not None
        while await self._bokeh.read_message() is not None:
            pass

    async def _say_bokeh(self, kind: str, content: dict[str, Any]) -> None:
        assert self._bokeh is not None
        for part in ({"msgid": uuid4().hex, "msgtype": kind}, {}, content):
            await self._bokeh.write_message(json.dumps(part))

    async def _bokeh_message(self, kind: str) -> str:
        """Return the content of the next message of this kind: header, metadata, content, then its buffers."""
        assert self._bokeh is not None
        while True:
            parts = [await self._bokeh.read_message() for _ in range(3)]
            if parts[0] is None:
                raise Lost("Bokeh's connection was closed")
            header = json.loads(parts[0])
            for _ in range(2 * header.get("num_buffers", 0)):
                await self._bokeh.read_message()
            if header["msgtype"] == kind:
                return str(parts[2])


def stream_token(document: Any) -> str:
    """Return the secret token of the page's stream, from the document that Bokeh sent."""
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            data = part.get("attributes", part)
            if isinstance(data, dict) and data.get("socket") == "penumbra/frames":
                return str(data["token"])
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    raise AssertionError("the document has no stream")


def _forget(future: Any) -> None:
    """Leave it to the reader to say that the connection is gone."""
    if not future.cancelled():
        future.exception()
