"""No message of a page stays behind, whatever the order in which sockets are busy and free."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from bokeh.document import Document
from panel.io import document as panel_document

from components.documents import send_what_was_put_off


class SlowSocket:
    """A socket that notes what it is given at once, and takes its time to say so."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.free = asyncio.Event()

    def write(self, message: str) -> list[Any]:
        self.given.append(message)
        return [asyncio.ensure_future(self.free.wait())]


class Connection:
    """What Panel needs of a connection of Bokeh's."""

    def __init__(self) -> None:
        self._socket = SlowSocket()
        self.protocol = self

    def create(self, _kind: str, events: list[str]) -> str:
        return events[0]


@pytest.fixture
def page(monkeypatch) -> Iterator[Any]:
    """A document with one connection of the slow kind."""
    monkeypatch.setattr(panel_document, "_dispatch_msgs", panel_document._dispatch_msgs)
    write = {SlowSocket: lambda connection, msg: connection._socket.write(msg)}
    monkeypatch.setattr(panel_document, "extra_socket_handlers", write)
    document = Document()
    yield document
    panel_document._WRITE_MSGS.pop(document, None)
    panel_document._WRITE_BLOCK.pop(document, None)


@pytest.mark.parametrize("turns", range(8))
def test_a_message_put_off_while_another_is_written_is_sent(page, run_async, turns) -> None:
    send_what_was_put_off()

    async def write_twice() -> list[str]:
        connection = Connection()
        panel_document.schedule_write_events(page, [connection], ["first"])
        await asyncio.sleep(0.01)  # the first is on its way
        connection._socket.free.set()
        for _ in range(turns):
            await asyncio.sleep(0)
        panel_document.schedule_write_events(page, [connection], ["second"])
        for _ in range(20):
            await asyncio.sleep(0.01)
        return connection._socket.given

    assert run_async(write_twice()) == ["first", "second"]


def test_patching_twice_changes_nothing_more(page) -> None:
    send_what_was_put_off()
    once = panel_document._dispatch_msgs
    send_what_was_put_off()
    assert panel_document._dispatch_msgs is once
