"""What is dropped on the page is stored outside the served tree, or refused in words."""

import tempfile
from pathlib import Path

import panel as pn
import pytest

from components.state.library import Library
from components.state.session import Session
from components.views.file_opener import FileOpener

pn.extension("filedropper")


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def opener(opened):
    opener = FileOpener(Session(Library()), opened.append, limit_mb=1)
    yield opener
    opener.close()


def drop(opener: FileOpener, name: str, content: bytes | str) -> None:
    opener._dropper.value = {name: content}


def test_a_dropped_file_is_offered_and_opened_once(opener, opened) -> None:
    drop(opener, "stars.csv", "ra,dec\n1,2\n")
    (name,) = opened
    assert opener._session.library.titles[name] == "stars.csv (uploaded)"
    path = opener._session.library._paths[name]
    assert path.read_text() == "ra,dec\n1,2\n"
    assert Path(__file__).resolve().parents[2] not in path.parents


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\boot.csv", "/etc/cron.d/x.csv", "a/b.csv", ".."])
def test_a_name_cannot_leave_the_folder_of_uploads(opener, opened, name) -> None:
    drop(opener, name, b"ra,dec\n1,2\n")
    (opened_name,) = opened
    path = opener._session.library._paths[opened_name]
    uploads = path.resolve().parents[1]
    assert uploads.parent == Path(tempfile.gettempdir()).resolve()
    assert uploads.name.startswith("penumbra-")


def test_a_file_over_the_limit_is_refused_with_the_way_round(opener, opened) -> None:
    drop(opener, "big.csv", b"0" * (1024 * 1024 + 1))
    assert opened == []
    assert "big.csv is larger than 1 MB" in opener._session.notice
    assert "penumbra serve" in opener._session.notice


def test_closing_the_page_removes_its_uploads(opener, opened) -> None:
    drop(opener, "stars.csv", b"ra,dec\n1,2\n")
    path = opener._session.library._paths[opened[0]]
    opener.close()
    assert not path.exists()
