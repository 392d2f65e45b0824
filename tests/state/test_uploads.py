"""A visitor's file is read under its own name and leaves nothing behind."""

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import panel as pn
import pytest
from panel.models.file_dropper import DeleteEvent, UploadEvent

from components.dropped_files import StarDropArea, take_dropped
from components.state.library import names_file
from components.state.uploads import LARGEST_MB, UploadFolder, read_upload


def test_the_reader_gets_the_file_and_nothing_stays() -> None:
    seen: list[Path] = []

    def read(path: Path) -> bytes:
        seen.append(path)
        return path.read_bytes()

    assert read_upload("../../etc/line.dat", b"words", read) == b"words"
    assert seen[0].name == "line.dat" and not seen[0].exists()


def test_an_error_names_the_file_and_not_where_it_lay() -> None:
    def read(path: Path) -> None:
        raise ValueError(f"{path}: no column")

    with pytest.raises(ValueError, match=r"^line\.dat: no column$"):
        read_upload("C:\\files\\line.dat", b"", read)


def test_a_file_that_is_far_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="larger than"):
        read_upload("big.csv", bytes(LARGEST_MB * 1024 * 1024 + 1), Path.read_bytes)


def test_files_are_kept_apart_under_their_own_names_until_the_end() -> None:
    folder = UploadFolder()
    first, second = folder.keep("../a/star.fits", b"one"), folder.keep("C:\\b\\star.fits", b"two")
    assert (first.name, second.name) == ("star.fits", "star.fits")
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    folder.close()
    assert not first.exists() and not second.exists()
    assert folder.keep(".hidden", b"three").read_bytes() == b"three"
    folder.close()


def test_each_dropped_file_is_taken_once_though_the_drop_area_tells_of_all_of_them() -> None:
    dropper = pn.widgets.FileDropper(multiple=True)
    taken: list[tuple[str, bytes]] = []
    dropper.param.watch(lambda *_: taken.extend(take_dropped(dropper)), "value")

    def drop(name: str, content: bytes, kind: str) -> None:
        data = {"name": name, "chunk": 1, "total_chunks": 1, "data": content, "type": kind}
        dropper._process_event(UploadEvent(None, data))

    drop("a.csv", "é,1\n".encode(), "text/csv")
    drop("b.fits", b"\xff\x00", "application/fits")
    dropper._process_event(DeleteEvent(None, {"name": "a.csv"}))
    drop("a.csv", b"again", "text/csv")
    assert taken == [("a.csv", "é,1\n".encode()), ("b.fits", b"\xff\x00"), ("a.csv", b"again")]


def test_a_file_belongs_to_the_star_it_was_dropped_on_however_late_it_comes() -> None:
    taken: list[tuple[int, str, bytes]] = []
    area = StarDropArea(lambda *came: taken.append(came), "pen-test", 10, 80)

    def send(dropper: pn.widgets.FileDropper, name: str, chunk: int, of: int) -> None:
        data = {"name": name, "chunk": chunk, "total_chunks": of, "data": b"x", "type": "application/fits"}
        dropper._process_event(UploadEvent(None, data))

    area.open(7)
    first = area.__panel__()[-1]
    send(first, "a.fits", 1, 2)
    for row in (8, 9, 10):
        area.open(row)
    assert [one.visible for one in area.__panel__()] == [False, False, False, True]
    send(area.__panel__()[-1], "b.fits", 1, 1)
    send(first, "a.fits", 2, 2)
    send(first, "late.fits", 1, 1)
    assert taken == [(10, "b.fits", b"x"), (7, "a.fits", b"xx"), (7, "late.fits", b"x")]
    send(first, "long.fits", 1, 2)
    for row in range(11, 20):
        area.open(row)
    assert len(area.__panel__()) == 4
    send(first, "long.fits", 2, 2)
    assert taken[-1] == (7, "long.fits", b"xx")
    area.close()
    assert not area.is_open


@pytest.mark.parametrize(
    ("name", "file", "same"),
    [
        ("file-gaia", "gaia.csv", True), ("file-gaia-2", "gaia.fits", True), ("file-run-1", "run-1.csv", True),
        ("file-run-1", "run-2.csv", False), ("file-gaia-2024", "gaia.csv", False), ("file-a.b", "aXb.csv", False),
    ],
)  # fmt: skip
def test_an_address_is_followed_for_its_own_file_only(name, file, same) -> None:
    assert names_file(name, Path(file)) is same


def test_threads_that_keep_files_at_once_share_one_folder() -> None:
    for _ in range(20):
        folder = UploadFolder()
        with ThreadPoolExecutor(8) as pool:
            paths = list(pool.map(folder.keep, [f"{number}.txt" for number in range(16)], [b"x"] * 16))
        gc.collect()
        assert all(path.exists() for path in paths)
        assert len({path.parent.parent for path in paths}) == 1
        folder.close()
