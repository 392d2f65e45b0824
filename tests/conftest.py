"""What every test may ask for."""

import asyncio
import os
import tempfile
import warnings
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Cores are shared where these tests run: what an example takes says nothing of the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
# A small survey is enough for tests; the million stars of the real one are for people.
os.environ.setdefault("PENUMBRA_SURVEY_STARS", "20000")
# What tests convert stays out of the user's own cache.
CACHE = tempfile.TemporaryDirectory(prefix="penumbra-tests-")
os.environ.setdefault("PENUMBRA_CACHE", CACHE.name)
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with the papers' tables and real files is not here")
    return folder


@pytest.fixture(scope="session")
def real_dir(shared_dir: Path) -> Path:
    folder = shared_dir / "real"
    if not folder.is_dir():
        pytest.skip("the folder ../shared/real with real Gaia, TESS, LAMOST files is not here")
    return folder


@pytest.fixture(scope="session")
def golden(shared_dir: Path) -> dict:
    import json

    return json.loads((shared_dir / "tables" / "golden.json").read_text())


@pytest.fixture(autouse=True)
def _close_the_loop() -> Iterator[None]:
    """Close the event loop that Panel makes in a thread without one, before a later test stumbles over it."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            loop = asyncio.get_event_loop()
        except RuntimeError:
            return
    if not loop.is_running():
        loop.close()
        asyncio.set_event_loop(None)


@pytest.fixture
def run_async() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine in a loop of its own; the browser tests leave one running in this thread."""

    def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, coroutine).result()

    return run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the browser tests come last: their driver keeps an event loop running in this thread."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
