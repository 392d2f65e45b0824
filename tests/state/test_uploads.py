"""A visitor's file is read under its own name and leaves nothing behind."""

from pathlib import Path

import pytest

from components.state.uploads import LARGEST_MB, read_upload


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
