"""The page's own WebSocket is for that page alone."""

import asyncio

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import websocket_connect

from components.server import Alive, FrameSocket, Streams


class Listener:
    """A stream that remembers what it was told."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.heard: list[dict] = []
        self.workspace = None

    async def connect(self, *_) -> None:
        self.heard.append({"kind": "connected"})

    async def receive(self, message: dict) -> None:
        self.heard.append(message)


def talk(run_async, origin: str | None, token: str, *messages: str) -> list[dict]:
    """Connect from an origin with a token, say these messages, and return what the stream heard."""

    async def meet() -> list[dict]:
        streams, stream = Streams(), Listener("secret")
        streams.add(stream)
        settings = {"streams": streams, "origins": ["lab.example:443"]}
        server = HTTPServer(Application([("/penumbra/frames", FrameSocket, settings)]))
        listening, port = bind_unused_port()
        server.add_sockets([listening])
        try:
            headers = {"Origin": origin.format(port=port)} if origin else {}
            request = HTTPRequest(f"ws://127.0.0.1:{port}/penumbra/frames?token={token}", headers=headers)
            socket = await websocket_connect(request)
            for message in messages:
                await socket.write_message(message)
            await asyncio.sleep(0.1)
            socket.close()
            return stream.heard
        finally:
            server.stop()

    return run_async(meet())


def test_the_pages_own_host_and_those_allowed_may_connect(run_async) -> None:
    for origin in ("http://127.0.0.1:{port}", "https://lab.example:443"):
        assert talk(run_async, origin, "secret", '{"kind": "hello"}') == [{"kind": "connected"}, {"kind": "hello"}]


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:1", "null", "https://lab.example.evil:443"]
)
def test_another_origin_is_refused(run_async, origin: str) -> None:
    with pytest.raises(HTTPClientError, match="403"):
        talk(run_async, origin, "secret", '{"kind": "verdict"}')


def test_a_wrong_token_is_not_listened_to(run_async) -> None:
    assert talk(run_async, None, "guessed", '{"kind": "verdict"}') == []
    assert talk(run_async, None, "", '{"kind": "verdict"}') == []


def test_what_is_no_message_is_dropped(run_async) -> None:
    heard = talk(run_async, None, "secret", "{broken", "[1, 2]", "x" * 600_000, '{"kind": "draft"}')
    assert heard == [{"kind": "connected"}, {"kind": "draft"}]


def test_a_page_learns_whether_the_server_still_knows_it(run_async) -> None:
    async def ask() -> list[str]:
        streams, stream = Streams(), Listener("secret")
        streams.add(stream)
        server = HTTPServer(Application([("/penumbra/alive", Alive, {"streams": streams})]))
        listening, port = bind_unused_port()
        server.add_sockets([listening])
        address = f"http://127.0.0.1:{port}/penumbra/alive?token="
        answers = [await AsyncHTTPClient().fetch(address + token) for token in ("secret", "other", "")]
        server.stop()
        return [answer.body.decode() for answer in answers]

    assert run_async(ask()) == ["known", "unknown", "unknown"]
