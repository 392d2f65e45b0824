"""Walks a lesson once, without a visitor: the numbers of each step, and its pictures."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from analysis.lessons import Lesson, LessonShelf, Step
from analysis.lessons.export import StepPage
from analysis.lessons.plane_svg import PlaneAxis, plane_svg
from components.state.library import Library
from components.state.session import Session
from components.state.workspace import Workspace

log = logging.getLogger(__name__)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
START_S, STEP_S = 300.0, 120.0
Tell = Callable[[str], None]


async def walk(shelf: LessonShelf, name: str, draw: bool) -> list[StepPage]:
    """Return numbers, and with ``draw`` a drawn plane, for each step of a lesson as if it had been done.

    Raises LessonError for an unknown lesson, ValueError for one that cannot be done.
    """
    lesson, session = shelf[name], Session(Library(lessons=shelf))
    learning = session.learning
    try:
        if not await learning.begin(name):
            raise ValueError(learning.remark)
        pages = []
        for step in lesson.steps:
            learning.show_me()
            workspace = session.workspace
            assert workspace is not None
            await workspace.pump.settled()
            count = await workspace.pump.ask(lambda stage: stage.rows(1)[1])
            pictures = (_drawn(workspace, step),) if draw else ()
            pages.append(StepPage(tuple(p for p in pictures if p), _numbers(workspace, step, int(count))))
            learning.next()
        return pages
    finally:
        session.close()


def _numbers(workspace: Workspace, step: Step, count: int) -> tuple[tuple[str, str], ...]:
    catalogue, pairs = workspace.catalogue, []
    shown = (step.show_me.answer or step.show_me.choice) if step.show_me else ""
    if step.question and shown:
        pairs.append(("Answer", f"{shown} {step.unit}".strip()))
    pairs.append(("Stars that pass", f"{count:,} of {len(catalogue):,}"))
    if workspace.selection.text:
        pairs.append(("Cuts", workspace.selection.text))
    if workspace.focus.row is not None:
        pairs.append(("Star", catalogue.name_of(workspace.focus.row)))
    if workspace.folding.period is not None and step.show_me is not None and step.show_me.fold is not None:
        pairs.append(("Folded at", f"{workspace.folding.period:.6g} d"))
    return tuple(pairs)


def _drawn(workspace: Workspace, step: Step) -> bytes:
    figures, catalogue = workspace.planes.figures, workspace.catalogue
    keys = [anchor.partition(":")[2] for anchor in (*step.point_at, *step.look_at) if anchor.startswith("plane:")]
    slot = next((slot for slot, figure in figures.items() if slot in keys or figure.key in keys), None)
    slot = slot or next((slot for slot in ("second", "first") if slot in figures), "")
    figure = figures.get(slot)
    home = None if figure is None else workspace.stage.home_window(slot, figure)
    if figure is None or home is None:
        return b""
    passing = np.ones(len(catalogue), bool)
    for cut in workspace.selection.active.values():
        passing &= np.asarray(cut.mask(catalogue.table))
    label = catalogue.label
    axes = (
        PlaneAxis(label(figure.x).text, home.x_low, home.x_high, figure.x_scale == "log10", figure.invert_x),
        PlaneAxis(label(figure.y).text, home.y_low, home.y_high, figure.y_scale == "log10", figure.invert_y),
    )
    xs, ys = (np.asarray(catalogue.values(name), np.float64) for name in (figure.x, figure.y))
    return plane_svg(figure.title, *axes, xs, ys, passing, workspace.focus.row)


# ------------------------------------------------------------------ pictures of the running page


def find_browser() -> str | None:
    """Return the path of a browser that can take pictures, None without one or without the package playwright."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: F401
    except ImportError:
        return None
    named = os.environ.get("PENUMBRA_BROWSER")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def take_pictures(lesson: Lesson, folders: Sequence[Path], browser: str, theme: str, tell: Tell) -> list[bytes]:
    """Return a PNG of the running page for each step, once it is done; starts a server of its own and stops it.

    Raises RuntimeError where the server does not start or a step is not done in time.
    """
    from playwright.sync_api import Error, sync_playwright

    with tempfile.TemporaryDirectory() as scratch:
        said = Path(scratch) / "server.txt"
        command = [sys.executable, "-m", "components.command", "serve", "--port", "0"]
        command += [part for folder in folders for part in ("--lessons", str(folder))]
        with said.open("wb") as file:
            server = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        try:
            url = _address(server, said)
            with sync_playwright() as playwright:
                opened = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
                page = opened.new_page(viewport={"width": 1440, "height": 900})
                page.goto(f"{url}?lesson={lesson.name}&theme={theme}")
                page.locator(".pen-lesson .card h2").wait_for(timeout=1000 * START_S)
                pictures = []
                for number, step in enumerate(lesson.steps, start=1):
                    tell(f"step {number} of {len(lesson.steps)}")
                    pictures.append(_one(page, step))
                    page.locator(".pen-lesson button.next").click()
                opened.close()
                return pictures
        except Error as error:
            raise RuntimeError(f"the pictures could not be taken: {error}") from error
        finally:
            server.terminate()
            server.wait(20)


def _address(server: subprocess.Popen[bytes], said: Path) -> str:
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        text = said.read_text(encoding="utf-8", errors="replace")
        if "Penumbra is at " in text:
            return text.split("Penumbra is at ")[1].split()[0]
        time.sleep(0.2)
    raise RuntimeError(f"the server for the pictures did not start: {said.read_text(errors='replace')[-500:]}")


def _one(page: object, step: Step) -> bytes:
    wait = 1000 * STEP_S
    page.wait_for_timeout(1500)  # type: ignore[attr-defined]
    if step.show_me is not None:
        page.locator(".pen-lesson button", has_text="Show me").click()  # type: ignore[attr-defined]
        page.locator(".pen-lesson .card.done").wait_for(timeout=wait)  # type: ignore[attr-defined]
    page.wait_for_timeout(4000)  # type: ignore[attr-defined]
    hide = "(how) => { document.querySelector('.pen-lesson').shadowRoot.querySelector('.card').style.visibility = how }"
    page.evaluate(hide, "hidden")  # type: ignore[attr-defined]
    picture: bytes = page.screenshot()  # type: ignore[attr-defined]
    page.evaluate(hide, "")  # type: ignore[attr-defined]
    return picture
