"""Where the radial velocities of a star are: files of a folder, or of an index file, by star."""

import gzip
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.binaries.velocities import (
    KILOMETRE_UNITS,
    METRE_UNITS,
    VELOCITY_STEMS,
    RadialVelocities,
    read_velocities,
    stars_with_velocities,
    velocity_column,
)
from analysis.light_curves.series import SeriesError
from analysis.light_curves.series_index import SeriesFile, ids_from_name
from analysis.light_curves.text_series import FLUX_NAMES

NAMED_AS_VELOCITIES = re.compile(r"(?<![a-z])(rvs?|vrad|velocit\w*|allvisit)(?![a-z])", re.IGNORECASE)
FITS_SUFFIXES = (".fits", ".fit", ".fits.gz")
TEXT_SUFFIXES = (".csv", ".csv.gz", ".ecsv", ".ecsv.gz", ".txt", ".txt.gz", ".dat")
HEAD_BYTES = 16_384
VELOCITY_WORDS = {
    f"{stem}{number}{suffix}"
    for stem in VELOCITY_STEMS
    for number in ("", "1", "_1")
    for suffix in ("", *KILOMETRE_UNITS, *METRE_UNITS)
    if stem != "v"
}
FLUX_WORDS = set(FLUX_NAMES)


@dataclass(frozen=True, eq=False)
class StarVelocities:
    """Velocities of one star: those of the visible star, and of the second one where both have lines."""

    primary: RadialVelocities
    secondary: RadialVelocities | None = None

    @property
    def origin(self) -> str:
        """Name of the file they came from; empty where they came from none."""
        return Path(str(self.primary.meta.get("path", ""))).name


@dataclass(frozen=True)
class VelocityIndex:
    """Which velocity files belong to which star: names and numbers of stars, in small letters, to paths."""

    places: Mapping[str, tuple[Path, str | None]]
    files: tuple[Path, ...] = ()

    @classmethod
    def from_paths(cls, paths: Iterable[Path]) -> "VelocityIndex":
        """Index of those of `paths` that hold velocities; the others, and those that cannot be read, are passed over.

        A file with a column of stars belongs to all of them, any other to the star in its name.
        """
        return cls.from_listed(SeriesFile(path, ids_from_name(path.name)) for path in paths)

    @classmethod
    def from_listed(cls, listed: Iterable[SeriesFile]) -> "VelocityIndex":
        """Index of those of the listed files that hold velocities, with the identifiers that they are listed with."""
        places: dict[str, tuple[Path, str | None]] = {}
        files = []
        for file in listed:
            if not holds_velocities(file.path):
                continue
            files.append(file.path)
            try:
                stars = stars_with_velocities(file.path)
            except SeriesError:
                stars = {}
            for star in stars:
                places.setdefault(_plain(star), (file.path, star))
            if len(stars) < 2:
                only = next(iter(stars), None)
                for number in (*file.ids.values(), _stem(file.path)):
                    places.setdefault(_plain(number), (file.path, only))
        return cls(places, tuple(files))

    @classmethod
    def from_folder(cls, folder: str | Path) -> "VelocityIndex":
        """Index of all velocity files below a folder."""
        return cls.from_paths(sorted(path for path in Path(folder).rglob("*") if path.is_file()))

    def __len__(self) -> int:
        return len(self.files)

    def load(self, *names: object) -> StarVelocities | None:
        """Velocities of the star with any of these names or numbers, None where the index has none.

        Raises SeriesError for a file that cannot be used.
        """
        for name in names:
            place = self.places.get(_plain(name))
            if place is not None:
                return read_star_velocities(*place)
        return None


def read_star_velocities(path: str | Path, star: str | None = None) -> StarVelocities:
    """Velocities of a star in a file, and of the second star where the file has columns for it (rv2).

    Raises SeriesError for a file that cannot be used.
    """
    primary = read_velocities(path, star)
    second = None
    if velocity_column(path, 2) is not None:
        second = read_velocities(path, star, component=2)
    return StarVelocities(primary, second)


def holds_velocities(path: str | Path) -> bool:
    """Whether a file is one of radial velocities rather than of a light curve, from its name and its column names."""
    path = Path(path)
    name = path.name.lower()
    if name.endswith(FITS_SUFFIXES):
        return bool(NAMED_AS_VELOCITIES.search(name))
    if not name.endswith(TEXT_SUFFIXES):
        return False
    if not _column_words(path) & VELOCITY_WORDS or _column_words(path) & FLUX_WORDS:
        return False
    try:
        return velocity_column(path) is not None
    except SeriesError:
        return False


def _column_words(path: Path) -> set[str]:
    """Words of the first lines of a text file up to its first row of numbers, in small letters, without units."""
    words: set[str] = set()
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            head = file.read(HEAD_BYTES).decode("utf-8-sig", errors="replace")
    except (OSError, EOFError):
        return words
    for line in head.splitlines():
        found = [re.sub(r"[\[(].*$", "", word).strip("\"' ").lower() for word in re.split(r"[,;|\s]+", line)]
        words.update(found)
        if re.match(r"\s*[-+.\d]", line):
            break
    return words


def _stem(path: Path) -> str:
    words = NAMED_AS_VELOCITIES.sub("", path.name.split(".")[0])
    return words.strip(" _-")


def _plain(name: object) -> str:
    text = re.sub(r"^(gaia\s*e?dr[23]|tic|kic|epic|hip)\s*", "", str(name).strip().lower())
    return re.sub(r"\s+", "", text)
