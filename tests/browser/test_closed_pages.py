"""A page that is closed leaves nothing behind but the shared catalogue."""

import gc
import socket
import sys
import time
import weakref

import panel as pn
import pytest
from playwright.sync_api import expect

import app
from components.page import Page
from components.state.library import Library


@pytest.fixture
def open_pages(monkeypatch):
    """Serve the app in this process, and hold weak references to what its pages are made of."""
    alive: list[weakref.ref] = []
    make = Page.__init__

    def remember(self, *arguments, **named) -> None:
        make(self, *arguments, **named)
        alive.extend((weakref.ref(self), weakref.ref(self.session), weakref.ref(self.stream)))
        self.session.param.watch(
            lambda *events: events[0].new is None or alive.append(weakref.ref(events[0].new)), "workspace"
        )

    monkeypatch.setattr(Page, "__init__", remember)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    library = Library()
    server = pn.serve(
        {"/": lambda: app.build(library)},
        port=port,
        address="127.0.0.1",
        threaded=True,
        show=False,
        websocket_origin=[f"127.0.0.1:{port}"],
        unused_session_lifetime=300,
        check_unused_sessions=200,
    )
    time.sleep(1)
    yield f"http://127.0.0.1:{port}/", alive
    server.stop()


def test_closed_pages_free_their_engine_and_views(visit, open_pages) -> None:
    url, alive = open_pages
    for _ in range(3):
        page = visit(url=url).open("?dataset=mu2022")
        field = page.page.locator('[data-cut="slider:ruwe"] .field').first
        field.fill("1.25")
        field.press("Enter")
        page.wait_for_count(12)
        page.page.get_by_role("gridcell", name="J121046.90+303403.2").click()
        expect(page.page.get_by_role("heading", name="J121046.90+303403.2")).to_be_visible()
        # The last panel: a page closed while it is written to leaves a logged error that holds it.
        expect(page.page.get_by_role("heading", name="In or out of the selection")).to_be_visible()
        page.page.wait_for_timeout(3000)
        page.page.close()
    for _ in range(100):
        gc.collect()
        left = [ref() for ref in alive if ref() is not None]
        if not left:
            break
        names = [type(thing).__name__ for thing in left]
        counts = [sys.getrefcount(thing) for thing in left]
        del left
        time.sleep(0.2)
    else:
        pytest.fail(f"still alive 20 s after closing: {list(zip(names, counts, strict=True))}")
    assert len(alive) >= 12


def test_panel_serve_runs_the_same_page_over_its_own_connection(visit, start_server) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "panel", "serve", "app.py", "--address", "127.0.0.1", "--port", str(port)]
    server = start_server(command=[*command, "--allow-websocket-origin", f"127.0.0.1:{port}"])
    page = visit(url=server.url).open("?dataset=mu2022")
    assert page.page.evaluate("window.penumbra.transport") == "bokeh"
    page.drag_knob("delta_vr", "low", 80)
    page.page.wait_for_function("window.penumbra.last.header.count < 81")
    page.page.get_by_role("button", name="Undo").click()
    page.wait_for_count(81)


def test_a_page_without_its_token_gets_no_frames(visit, server) -> None:
    page = visit().open("?dataset=mu2022")
    code = page.page.evaluate(
        """() => new Promise((done) => {
          const socket = new WebSocket(`ws://${location.host}/penumbra/frames?token=guess`)
          socket.onclose = (event) => done(event.code)
          socket.onmessage = () => done("a frame")
        })"""
    )
    assert code == 4401
    page.page.evaluate("window.penumbra.send({kind: 'no such thing'})")
    page.page.evaluate("window.penumbra.send({kind: 'move', name: 'slider:none', low: 'x', high: null})")
    page.settle()
    assert page.count == 81
