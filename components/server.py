"""Serves the workbench: the page, and the WebSocket that carries its frames."""

from __future__ import annotations

import ipaddress
import json
import logging
import socket
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import panel as pn
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from analysis.lessons import LessonShelf
from components.file_server import FILES_PATH, FileHandler
from components.state.library import Library
from components.state.offered_files import OfferedFiles
from components.state.series import SeriesSource
from components.state.site import Site
from components.state.spectra import SpectrumSource
from components.state.verdict_book import VerdictBook
from components.views.stream import Stream

log = logging.getLogger(__name__)
SOCKET_PATH = "penumbra/frames"
MESSAGE_LIMIT = 512 * 1024
ALIVE_PATH = "penumbra/alive"


class Streams:
    """The open pages by their secret token; one object a server."""

    def __init__(self, site: Site | None = None) -> None:
        self.site = site or Site()
        self._streams: weakref.WeakValueDictionary[str, Stream] = weakref.WeakValueDictionary()

    def add(self, stream: Stream) -> None:
        """Let the page with this stream's token connect."""
        self._streams[stream.token] = stream

    def find(self, token: str) -> Stream | None:
        """Return the stream of a token, or None when its page is gone."""
        return self._streams.get(token)

    def find_files(self, token: str) -> OfferedFiles | None:
        """Return the files that the page of this token may download."""
        stream = self.find(token)
        return None if stream is None else stream.files


class FrameSocket(WebSocketHandler):
    """One page's connection. Refuses other origins and unknown tokens."""

    def initialize(self, streams: Streams, origins: Sequence[str]) -> None:
        """Take the server's streams and the extra origins it allows."""
        self._streams = streams
        self._origins = set(origins)
        self._stream: Stream | None = None

    def check_origin(self, origin: str) -> bool:
        """Allow the page's own host, and those named when the server was started."""
        host = urlparse(origin).netloc.lower()
        return host == self.request.host.lower() or host in self._origins

    async def open(self) -> None:
        """Bind the connection to the session of its token."""
        self._stream = self._streams.find(self.get_query_argument("token", ""))
        if self._stream is None:
            self.close(4401, "unknown token")
            return
        self.set_nodelay(True)
        await self._stream.connect(self._send_frame, self._send_text)

    async def on_message(self, message: str | bytes) -> None:
        """Pass a wish on; one that is not JSON is dropped."""
        if self._stream is None or isinstance(message, bytes) or len(message) > MESSAGE_LIMIT:
            return
        try:
            wish = json.loads(message)
        except json.JSONDecodeError as error:
            log.warning("a message of the page is not JSON: %s", error)
            return
        if isinstance(wish, dict):
            await self._stream.receive(wish)

    def on_close(self) -> None:
        """Stop sending frames here."""
        if self._stream is not None and self._stream.workspace is not None:
            self._stream.workspace.pump.disconnect(self._send_frame)

    async def _send_frame(self, frame: bytes) -> None:
        await self.write_message(frame, binary=True)

    async def _send_text(self, message: dict[str, Any]) -> None:
        try:
            await self.write_message(json.dumps(message))
        except WebSocketClosedError:
            log.info("the page was closed before an answer reached it")


class Alive(RequestHandler):
    """Tells a page that lost its connection whether the server runs, and whether it still knows the page."""

    def initialize(self, streams: Streams) -> None:
        """Take the server's streams."""
        self._streams = streams

    def get(self) -> None:
        """Answer with the words known or unknown."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/plain")
        self.finish("unknown" if self._streams.find(self.get_query_argument("token", "")) is None else "known")


def is_loopback(address: str) -> bool:
    """Tell whether only this machine can reach a server that listens there."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def free_port(address: str) -> int:
    """Return a port of this address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
    return port


def serve(
    build: Callable[[Library, Streams | None], pn.viewable.Viewable],
    files: Sequence[Path] = (),
    *,
    address: str = "127.0.0.1",
    port: int = 5006,
    show: bool = False,
    origins: Sequence[str] = (),
    series: Path | None = None,
    spectra: SpectrumSource | None = None,
    lessons: LessonShelf | None = None,
    first_lesson: str = "",
    verdicts: VerdictBook | None = None,
    login: Mapping[str, Any] | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Run the server until it is interrupted. ``build`` makes one page; ``origins`` are extra hosts allowed,
    ``series`` is a folder (or an index file) of light curves, ``spectra`` finds spectra; ``first_lesson`` begins on
    a page that asks for nothing else; ``login`` goes to Panel's own login."""
    site = Site(FILES_PATH, is_local=is_loopback(address) and not origins)
    library = Library(
        files,
        series=SeriesSource(series, spectra=spectra),
        lessons=lessons,
        first_lesson=first_lesson,
        verdicts=verdicts,
    )
    streams = Streams(site)
    port = port or free_port(address)
    allowed = [origin.lower() for origin in origins]
    server = pn.serve(
        {"/": lambda: build(library, streams)},
        title="Penumbra",
        address=address,
        port=port,
        show=False,
        start=False,
        threaded=False,
        websocket_origin=[f"{address}:{port}", f"localhost:{port}", *allowed],
        websocket_max_message_size=128 * 1024 * 1024,
        extra_patterns=[
            (f"/{SOCKET_PATH}", FrameSocket, {"streams": streams, "origins": allowed}),
            (f"/{ALIVE_PATH}", Alive, {"streams": streams}),
            (rf"/{FILES_PATH}/([\w-]+)/([\w-]+)/[\w.+-]*", FileHandler, {"find": streams.find_files}),
        ],
        unused_session_lifetime=60_000,
        check_unused_sessions=15_000,
        **(login or {}),
    )
    server.start()
    url = f"http://{address}:{server.port}/"
    if on_ready is not None:
        on_ready(url)
    if show:
        server.io_loop.add_callback(lambda: server.show("/"))
    loop: IOLoop = server.io_loop
    try:
        loop.start()
    except KeyboardInterrupt:
        log.info("stopped")
    finally:
        server.stop()
        library.verdicts.close()
