"""Files that a visitor gave as bytes, for code that reads files from the disk."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TypeVar

T = TypeVar("T")
LARGEST_MB = 20


def read_upload(name: str, content: bytes, read: Callable[[Path], T]) -> T:
    """Return ``read(path)`` of a file of this content, which is gone afterwards.

    Raises ValueError beyond 20 MB, and that of ``read`` with the file's name in place of where it lay.
    """
    plain = plain_name(name)
    if len(content) > LARGEST_MB * 1024 * 1024:
        raise ValueError(f"{plain} is larger than {LARGEST_MB} MB, too large for such a file")
    with tempfile.TemporaryDirectory(prefix="penumbra-") as folder:
        path = Path(folder) / plain
        path.write_bytes(content)
        try:
            return read(path)
        except ValueError as error:
            raise ValueError(str(error).replace(str(path), plain)) from error


class UploadFolder:
    """Keeps what a visitor gave, outside the served tree, until it is closed or forgotten; threads may share it."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.Lock()

    def make_place(self) -> Path:
        """Return a new, empty folder in it."""
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="penumbra-")
            place = Path(self._folder.name) / secrets.token_hex(6)
            place.mkdir()
        return place

    def keep(self, name: str, content: bytes) -> Path:
        """Write a file of this content, in a folder of its own, and return its path; only the last part of the name
        counts."""
        path = self.make_place() / plain_name(name)
        path.write_bytes(content)
        return path

    def close(self) -> None:
        """Remove all that was kept."""
        with self._lock:
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None


def plain_name(name: str) -> str:
    """Return the last part of a file's name as a browser gives it, whatever system it comes from."""
    return PureWindowsPath(PurePosixPath(name).name).name.lstrip(".") or "upload"
