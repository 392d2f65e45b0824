"""Makes the pictures of README and docs from the running app: ``make pictures``."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from browser import ADVICE, find_browser  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

STAR_7 = "J074432.30+395421.5"
DARK_COMPANION = "228520885164871517"
SIX_EPOCHS = "2752639423760839941"


def start() -> tuple[subprocess.Popen[bytes], str]:
    log = Path(tempfile.mkdtemp()) / "log.txt"
    command = [sys.executable, "-m", "components.command", "serve", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=log.open("wb"), stderr=subprocess.STDOUT,
        env={**os.environ, "PENUMBRA_DATA": str(log.parent / "data")},
    )  # fmt: skip
    for _ in range(600):
        found = re.search(r"is at (http\S+)", log.read_text())
        if found:
            return process, found.group(1)
        time.sleep(0.1)
    raise SystemExit(f"the server did not start: {log.read_text()}")


def settle(page: Page, seconds: float = 2.0) -> None:
    page.wait_for_function("window.penumbra?.last", timeout=120_000)
    page.wait_for_timeout(seconds * 1000)


def picture_workbench(page: Page, url: str) -> None:
    """The survey of a million stars with a cut, and a star of it with its evidence."""
    page.goto(url + f"?dataset=simulated&star={DARK_COMPANION}")
    settle(page, 3)
    page.get_by_label("Lower limit of ΔV_R/2", exact=False).first.fill("60")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Evidence").wait_for(timeout=60_000)
    settle(page, 12)
    page.screenshot(path=PICTURES / "workbench.png")


def picture_star(page: Page, url: str) -> None:
    """All panels of a star of Mu et al. 2022 side by side."""
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(url + "?dataset=mu2022&star=" + STAR_7.replace("+", "%2B"))
    settle(page, 3)
    page.get_by_role("button", name="Star", exact=True).first.click()
    page.get_by_role("heading", name="Radial velocities").wait_for(timeout=60_000)
    settle(page, 8)
    page.screenshot(path=PICTURES / "star.png")
    page.set_viewport_size({"width": 1440, "height": 900})


def picture_spectra(page: Page, url: str) -> None:
    """The spectra of a simulated M dwarf, beside everything else known of it."""
    page.goto(url + f"?dataset=simulated&star={SIX_EPOCHS}")
    page.wait_for_function("window.penumbra?.last", timeout=120_000)
    page.get_by_text("components explain").wait_for(timeout=180_000)
    page.get_by_role("heading", name="Spectra").scroll_into_view_if_needed()
    page.get_by_role("heading", name="Spectra").hover()
    page.mouse.wheel(0, 520)
    page.wait_for_timeout(1500)
    page.screenshot(path=PICTURES / "spectra.png")


def picture_select(page: Page, url: str) -> None:
    """The difference of two selections on the planes, chosen on the Select page."""
    page.goto(url + '?dataset=hipparcos&cuts=[["slider:parallax","5 < parallax < 20"],["slider:v_i","v_i < 1.5"]]')
    settle(page, 3)
    page.get_by_role("button", name="Select", exact=True).click()
    page.get_by_label("Selection A", exact=True).select_option("all")
    page.get_by_label("Selection B", exact=True).select_option("now")
    page.get_by_role("button", name="Paint the difference").click()
    settle(page, 3)
    page.screenshot(path=PICTURES / "select.png")


def picture_judging(page: Page, url: str) -> None:
    """A star of Mu et al. 2022 with velocities, being judged."""
    page.goto(url + "?dataset=mu2022&star=" + STAR_7.replace("+", "%2B"))
    settle(page, 3)
    page.keyboard.press("v")
    page.get_by_label("Your name").fill("anna")
    page.keyboard.press("Enter")
    settle(page, 4)
    for key in ("4", "p", "f", "/"):
        page.keyboard.press(key)
    page.keyboard.type("ellipsoidal, no second light in the spectrum")
    page.keyboard.press("Enter")
    settle(page, 3)
    page.screenshot(path=PICTURES / "judging.png")


def picture_papers(page: Page, url: str) -> None:
    """The selection of Wu et al. 2024 on the simulated survey, one threshold changed, with its six planes."""
    page.goto(url + "?dataset=simulated")
    page.wait_for_function("window.penumbra?.last", timeout=120_000)
    page.get_by_role("button", name="Papers", exact=True).click()
    page.get_by_label("Paper", exact=True).select_option("wu2024")
    page.get_by_role("button", name="Fig. 12", exact=False).click()
    page.wait_for_function("Object.keys(window.penumbra.last.header.planes).length === 6", timeout=120_000)
    page.get_by_role("button", name="Apply up to step 5").click()
    threshold = page.get_by_label("Number 1 of step 3", exact=False)
    threshold.fill("0.14")
    threshold.press("Enter")
    page.get_by_text("put back").first.wait_for(timeout=60_000)
    settle(page, 6)
    page.screenshot(path=PICTURES / "papers.png")


def main() -> None:
    path = find_browser()
    if path is None:
        raise SystemExit(ADVICE)
    PICTURES.mkdir(exist_ok=True)
    process, url = start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            picture_workbench(page, url)
            picture_star(page, url)
            page.goto(url + "?dataset=simulated")
            settle(page, 3)
            page.get_by_label("Lower limit of ΔV_R/2", exact=False).first.fill("60")
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Truth").click()
            settle(page, 4)
            page.screenshot(path=PICTURES / "truth.png")
            picture_spectra(page, url)
            picture_judging(page, url)
            page.goto(url + "?dataset=hipparcos&theme=light")
            settle(page, 3)
            page.screenshot(path=PICTURES / "hipparcos.png")
            picture_select(page, url)
            picture_papers(page, url)
            browser.close()
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
