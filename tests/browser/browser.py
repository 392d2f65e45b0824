"""Finds a browser for the tests, fetching one where none is there.

A Chromium or Chrome on the machine is used as it is; else Playwright's own download; else, for root on a
Debian system, the package ``chromium``. With none of these the tests must not pass silently: exit status 1.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/snap/bin/chromium")
ADVICE = (
    "No browser for the browser tests. Install Chromium or Chrome, or set PENUMBRA_BROWSER to its path; "
    "on Debian: apt-get install chromium."
)


def installed_browser() -> str | None:
    """Return the path of a browser on this machine, or None."""
    named = os.environ.get("PENUMBRA_BROWSER")
    if named:
        if not Path(named).is_file():
            raise SystemExit(f"PENUMBRA_BROWSER is {named}, where no file is.")
        return named
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in PLACES if Path(place).is_file()), None)


def downloaded_browser() -> str | None:
    """Return the path of Playwright's own Chromium, or None where it was not downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def find_browser() -> str | None:
    """Return the path of any usable browser, or None."""
    return installed_browser() or downloaded_browser()


def fetch_browser() -> None:
    """Try Playwright's download, then Debian's package."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        done = subprocess.run(command, timeout=300, check=False, capture_output=True).returncode == 0
    except subprocess.TimeoutExpired:
        done = False
    if done and downloaded_browser():
        return
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (
            ["update", "-qq"],
            ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
        ):
            subprocess.run(["apt-get", *step], check=False, env=quiet, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if find_browser() is None:
        fetch_browser()
    browser = find_browser()
    if browser is None:
        raise SystemExit(ADVICE)
    sys.stdout.write(f"browser: {browser}\n")
