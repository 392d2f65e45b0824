"""Files that may be packed with gzip, whatever their name says."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import BinaryIO, cast

GZIP = b"\x1f\x8b"


def is_gzip(path: Path) -> bool:
    """Whether the file's first bytes are gzip's."""
    with path.open("rb") as file:
        return file.read(2) == GZIP


def open_unpacked(path: Path) -> BinaryIO:
    """The file's bytes for reading, unpacked where it is gzip."""
    return cast(BinaryIO, gzip.open(path, "rb")) if is_gzip(path) else path.open("rb")
