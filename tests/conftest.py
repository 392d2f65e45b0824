"""What every test may ask for."""

from pathlib import Path

import pytest

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
