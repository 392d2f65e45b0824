"""The files that one page may download: made in a folder of its own, removed with the page."""

from __future__ import annotations

import re
import secrets
import tempfile
import threading
from pathlib import Path

KEPT = 24


class OfferedFiles:
    """Files by an unguessable key; safe to use from several threads. The oldest go when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._files: dict[str, Path] = {}
        self._closed = False

    def place(self, name: str) -> Path:
        """Return where a new file of about this name may be written; raises RuntimeError once the page is gone."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the page was closed")
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="penumbra-offered-")
            folder = Path(self._folder.name) / secrets.token_hex(8)
        folder.mkdir()
        return folder / plain_name(name)

    def offer(self, path: Path) -> str:
        """Return the key under which `find` gives this file from now on."""
        key = secrets.token_urlsafe(24)
        with self._lock:
            self._files[key] = path
            oldest = list(self._files)[:-KEPT]
            gone = [self._files.pop(old) for old in oldest]
        for old_path in gone:
            old_path.unlink(missing_ok=True)
        return key

    def find(self, key: str) -> Path | None:
        """Return the file of a key, or None."""
        with self._lock:
            return self._files.get(key)

    def close(self) -> None:
        """Remove all files; none can be offered any more."""
        with self._lock:
            self._closed = True
            self._files.clear()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None


def plain_name(name: str) -> str:
    """Return a file name of letters, digits, dots and dashes that every system takes."""
    stem = re.sub(r"[^A-Za-z0-9._+-]+", "-", name).strip(".-")
    return stem[-120:] or "penumbra"
