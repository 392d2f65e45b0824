"""What a visitor finds first: the simulated survey, the file named at start, or a message and real stars."""

import asyncio
import threading
from pathlib import Path

import pytest

from analysis.catalogue import DataError
from components.state import library as module
from components.state.library import Library
from components.state.session import Session


@pytest.fixture
def no_survey(monkeypatch):
    """A machine on which the survey cannot be made."""
    real = module.load_dataset

    def load(name, *arguments):
        if name == "simulated":
            raise OSError(28, "No space left on device")
        return real(name, *arguments)

    monkeypatch.setattr(module, "load_dataset", load)


def opened(run_async, library: Library, query: str = "") -> Session:
    session = Session(library, query)
    run_async(session.open_first())
    return session


def test_the_survey_is_first_where_no_file_was_named() -> None:
    assert Library().first == "simulated"


def test_a_file_named_at_start_opens_first(tmp_path: Path, run_async) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("ra,dec,ruwe\n1,2,1.0\n2,3,1.1\n")
    session = opened(run_async, Library([path]))
    assert session.workspace is not None
    assert session.workspace.catalogue.name == "file-mine"
    assert not session.notice_is_error
    session.close()


def test_where_the_survey_cannot_be_made_real_stars_open_with_the_reason(run_async, no_survey) -> None:
    session = opened(run_async, Library())
    assert session.workspace is not None
    assert session.workspace.catalogue.name == "mu2022"
    assert "No space left" in session.notice
    assert "Mu et al. 2022" in session.notice
    assert session.notice_is_error
    assert session.doing == ""
    session.close()


def test_a_broken_file_named_at_start_gives_way_to_real_stars(tmp_path: Path, run_async, no_survey) -> None:
    path = tmp_path / "broken.fits"
    path.write_bytes(b"nothing")
    session = opened(run_async, Library([path]))
    assert session.workspace is not None
    assert session.workspace.catalogue.name == "mu2022"
    assert "broken.fits" in session.notice
    session.close()


def test_an_unknown_catalogue_in_the_address_is_named_and_the_first_opens(tmp_path: Path, run_async) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("ra,dec,ruwe\n1,2,1.0\n2,3,1.1\n")
    session = opened(run_async, Library([path]), "?dataset=atlantis")
    assert session.workspace is not None
    assert session.workspace.catalogue.name == "file-mine"
    assert "atlantis" in session.notice
    session.close()


def test_a_catalogue_asked_for_while_another_is_made_is_the_one_that_stays(monkeypatch, run_async) -> None:
    asked_second = threading.Event()
    real = module.load_dataset

    def load(name, *arguments):
        if name == "simulated":
            assert asked_second.wait(30)
            raise DataError("the survey cannot be made")
        return real(name, *arguments)

    monkeypatch.setattr(module, "load_dataset", load)
    session = Session(Library())

    async def visit() -> None:
        first = asyncio.create_task(session.open_first())
        await asyncio.sleep(0.05)
        assert await session.open("mu2022")
        asked_second.set()
        await first

    run_async(visit())
    assert session.workspace is not None
    assert session.workspace.catalogue.name == "mu2022"
    assert session.notice == ""
    session.close()
