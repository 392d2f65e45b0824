"""A server of its own and a real browser for every browser test."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import ADVICE, find_browser
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
expect.set_options(timeout=20_000)  # cores are shared where these tests run
CLOSED = "WebSocketClosedError|StreamClosedError|assert self._session is not None"
HARMLESS = ("GPU stall", "GroupMarkerNotSet", "swiftshader", "WebGL")


class Server:
    """A running ``penumbra serve``."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str]) -> None:
        self.log = log
        self.file = log.open("w")
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=self.file, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
        self.url = self.wait()

    def wait(self) -> str:
        for _ in range(1200):
            found = re.search(r"http://127\.0\.0\.1:\d+/\S*", self.log.read_text())
            if found and re.search("is at|running at", self.log.read_text()):
                return found.group()
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.file.close()

    def failures(self, start: int) -> list[str]:
        """Return the tracebacks in the log from this place on, but for those of a page that was closed meanwhile."""
        text = self.log.read_text()[start:]
        blocks = re.split(r"(?m)^(?=\S.*\nTraceback|Traceback)", text)
        return [block for block in blocks if "Traceback" in block and not re.search(CLOSED, block)]


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*arguments: str, command: list[str] | None = None) -> Server:
        command = command or [sys.executable, "-m", "components.command", "serve", "--port", "0", *arguments]
        log = tmp_path_factory.mktemp("server") / "log.txt"
        servers.append(
            Server(
                command,
                log,
                {"PENUMBRA_CACHE": str(cache_dir), "PENUMBRA_DATA": str(cache_dir / "data"), "PYTHONUNBUFFERED": "1"},
            )
        )
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    return start_server()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.fail(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A page with what a visitor does on it; errors of the page fail the test that made it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)
        page.on("request", lambda request: self.requests.append(request.url))

    def _console(self, message: object) -> None:
        text = message.text  # type: ignore[attr-defined]
        if message.type == "error" and not any(word in text for word in HARMLESS):  # type: ignore[attr-defined]
            self.errors.append(text)

    def open(self, query: str = "") -> "Visit":
        self.page.goto(self.url.rstrip("/") + query)
        self.page.wait_for_function("window.penumbra?.last", timeout=60_000)
        self.page.wait_for_function("[...document.querySelectorAll('*')].length > 20")
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until a drag's last wish is answered and no frame has come for a while."""
        self.page.evaluate(
            """() => new Promise((done, fail) => {
              let last = -1
              const end = performance.now() + 30_000
              const look = () => {
                const {frames, asked, answered} = window.penumbra.stats
                if (frames === last && (asked === null || asked === answered)) done()
                else if (performance.now() > end) fail(new Error(`no rest: wish ${asked}, answer ${answered}`))
                else { last = frames; setTimeout(look, 450) }
              }
              look()
            })"""
        )

    @property
    def count(self) -> int:
        return int(self.page.evaluate("window.penumbra.last.header.count"))

    @property
    def header(self) -> str:
        return self.page.locator("output.count").inner_text().replace("\u2009", "")

    def wait_for_address(self, part: str) -> None:
        self.page.wait_for_function("(part) => location.search.includes(part)", arg=part, timeout=10_000)

    def wait_for_count(self, count: int) -> None:
        self.page.wait_for_function(f"window.penumbra.last.header.count === {count}", timeout=15_000)

    def painted_pixels(self, slot: str) -> int:
        """Return how many pixels of a plane's canvas differ from its background."""
        return int(
            self.page.evaluate(
                """(slot) => {
                  const frame = window.penumbra.last
                  const image = frame.arrays[`${slot}.image`]
                  return image ? image.reduce((n, level) => n + (level > 0), 0) : frame.arrays[`${slot}.x`].length
                }""",
                slot,
            )
        )

    def screen_place(self, slot: str, x: float, y: float) -> tuple[float, float]:
        """Return the screen position of a point of a plane given in data units."""
        place = self.page.wait_for_function(
            """([slot, x, y]) => {
              for (const doc of Bokeh.documents) for (const model of doc.all_models)
                if (model.name === `${slot}:figure`) {
                  const view = [...Bokeh.index].map((root) => root.owner.find_one(model)).find(Boolean)
                  if (!view?.frame) return null
                  const box = view.canvas_view.el.getBoundingClientRect()
                  return [box.x + view.frame.x_scale.compute(x), box.y + view.frame.y_scale.compute(y)]
                }
            }""",
            arg=[slot, x, y],
        ).json_value()
        return place[0], place[1]

    def drag_knob(self, column: str, side: str, by: float, steps: int = 12, release: bool = True) -> None:
        knob = self.page.locator(f'[data-cut="slider:{column}"] .knob.{side}').bounding_box()
        assert knob is not None
        x, y = knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for step in range(1, steps + 1):
            self.page.mouse.move(x + by * step / steps, y)
            time.sleep(0.02)
        if release:
            self.page.mouse.up()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Visit]]:
    contexts, visits = [], []
    start = len(server.log.read_text())

    def begin(url: str | None = None, width: int = 1440, height: int = 900) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        contexts.append(context)
        visits.append(Visit(context.new_page(), url or server.url))
        return visits[-1]

    yield begin
    errors = [error for visited in visits for error in visited.errors]
    for context in contexts:
        context.close()
    assert not errors, errors
    failures = server.failures(start)
    assert not failures, "\n".join(failures)
