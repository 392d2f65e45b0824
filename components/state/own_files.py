"""Light curves and velocities that a visitor gives for single stars."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from analysis.binaries import holds_velocities, read_velocities, stars_with_velocities
from analysis.light_curves import ArchiveError, FetchedFile, SeriesError, fetch_light_curves, read
from components.state.catalogue import Catalogue
from components.state.series import SeriesSource
from components.state.uploads import UploadFolder, plain_name

LARGEST_MB = 100
FETCH_SECONDS = 60.0


@dataclass(frozen=True)
class Taken:
    """What became of a file: a light curve or velocities of the star, or a table of several stars to choose from."""

    name: str
    kind: str
    stars: tuple[str, ...] = ()
    path: Path = field(default=Path())


class OwnFiles:
    """Keeps a visitor's files and gives them to the star that they are of; several threads may take files at once."""

    def __init__(self, catalogue: Catalogue, source: SeriesSource) -> None:
        self._catalogue = catalogue
        self._source = source
        self._folder = UploadFolder()
        self._lock = threading.Lock()
        self.names: dict[int, tuple[str, ...]] = {}

    def take(self, row: int, given_name: str, content: bytes) -> Taken:
        """Use a file for the star of a row; raises ValueError, with a readable message, for one that cannot be used.

        A table of velocities of several stars is kept and its stars are returned, for `choose`.
        """
        name = plain_name(given_name)
        if len(content) > LARGEST_MB * 1024 * 1024:
            raise ValueError(f"{name} is larger than {LARGEST_MB} MB. Start with: penumbra serve --series FOLDER")
        path = self._folder.keep(name, content)
        try:
            return self._use(row, path)
        except SeriesError as error:
            path.unlink()
            raise ValueError(f"{name}: {error.problem}. {error.hint}") from error

    def choose(self, row: int, taken: Taken, star: str) -> Taken:
        """Use the velocities of one star of a file that `take` kept; raises ValueError where they cannot be used."""
        read_velocities(taken.path, star)
        self._source.add_velocities(self._catalogue, row, taken.path, star)
        self._note(row, f"{taken.name} ({star})")
        return Taken(taken.name, "velocities")

    def fetch(self, row: int, tic: int, fetcher: Callable[..., list[FetchedFile]] = fetch_light_curves) -> int:
        """Fetch the light curves of a TIC star from MAST for the star of a row; returns how many files came.

        Raises ValueError, with a sentence on what to do, without lightkurve, without a network, or in time.
        """
        try:
            found = fetcher(tic, self._folder.make_place(), timeout=FETCH_SECONDS)
        except ArchiveError as error:
            text = str(error)
            raise ValueError(text[:1].upper() + text[1:] + ".") from error
        paths = [file.path for file in found]
        if paths:
            self._source.add_light_curve(self._catalogue, row, paths)
            self._note(row, *(path.name for path in paths))
        return len(paths)

    def drop(self, row: int) -> None:
        """Use no file of the visitor for this star any more."""
        self._source.drop_own(self._catalogue, row)
        with self._lock:
            self.names.pop(row, None)

    def close(self) -> None:
        """Remove all files."""
        self._folder.close()

    def _use(self, row: int, path: Path) -> Taken:
        if holds_velocities(path):
            stars = tuple(stars_with_velocities(path))
            if len(stars) > 1:
                return Taken(path.name, "choice", stars, path)
            read_velocities(path)
            self._source.add_velocities(self._catalogue, row, path)
            self._note(row, path.name)
            return Taken(path.name, "velocities")
        read(path)
        self._source.add_light_curve(self._catalogue, row, [path])
        self._note(row, path.name)
        return Taken(path.name, "light curve")

    def _note(self, row: int, *names: str) -> None:
        with self._lock:
            self.names[row] = (*self.names.get(row, ()), *names)
