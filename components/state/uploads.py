"""Reading a file that a visitor gave as bytes, by code that reads files from the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TypeVar

T = TypeVar("T")
LARGEST_MB = 20


def read_upload(name: str, content: bytes, read: Callable[[Path], T]) -> T:
    """Return ``read(path)`` of a file of this content, which is gone afterwards.

    Raises ValueError beyond 20 MB, and that of ``read`` with the file's name in place of where it lay.
    """
    plain = PureWindowsPath(PurePosixPath(name).name).name.lstrip(".") or "upload"
    if len(content) > LARGEST_MB * 1024 * 1024:
        raise ValueError(f"{plain} is larger than {LARGEST_MB} MB, too large for such a file")
    with tempfile.TemporaryDirectory(prefix="penumbra-") as folder:
        path = Path(folder) / plain
        path.write_bytes(content)
        try:
            return read(path)
        except ValueError as error:
            raise ValueError(str(error).replace(str(path), plain)) from error
