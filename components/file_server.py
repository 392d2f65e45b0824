"""Hands offered files to the page they were made for, in pieces, so that large ones take no memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler

from components.state.offered_files import OfferedFiles

FILES_PATH = "penumbra/files"
PIECE = 1 << 20


class FileHandler(RequestHandler):
    """Answers /penumbra/files/PAGE/KEY/NAME; anything but the key of a page that is open is not found."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def initialize(self, find: Callable[[str], OfferedFiles | None]) -> None:
        """Take the way from a page's token to its files."""
        self._find = find

    async def get(self, token: str, key: str) -> None:
        """Send the file as an attachment that no browser runs or keeps."""
        path = self._path(token, key)
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Content-Disposition", f'attachment; filename="{path.name}"')
        self.set_header("Content-Length", str(path.stat().st_size))
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        if self.request.method == "HEAD":
            return
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                self.write(piece)
                try:
                    await self.flush()
                except StreamClosedError:
                    return

    async def head(self, token: str, key: str) -> None:
        """Say how large the file is."""
        await self.get(token, key)

    def _path(self, token: str, key: str) -> Path:
        files = self._find(token)
        path = None if files is None else files.find(key)
        if path is None or not path.is_file():
            raise HTTPError(404)
        return path
