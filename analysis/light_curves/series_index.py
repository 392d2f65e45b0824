"""Where the light curves of a star are: a folder of files, or an index file of stars and paths."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from analysis.light_curves.products import identifiers, open_fits_series
from analysis.light_curves.reading import is_fits, read
from analysis.light_curves.series import LightCurve, SeriesError, stitch
from analysis.light_curves.text_tables import read_text_table

SUFFIXES = (".fits", ".fit", ".fits.gz", ".csv", ".csv.gz", ".ecsv", ".ecsv.gz", ".txt", ".txt.gz", ".dat")
# File names of the archives; a plain "tic123" or a Gaia id of 15 to 19 digits counts too.
NAME_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        r"tess\d{13}-s\d{4}-(\d{16})-": "tic",
        r"hlsp_tess-spoc_tess_phot_(\d{16})-": "tic",
        r"hlsp_qlp_tess_ffi_s\d{4}-(\d{16})_": "tic",
        r"hlsp_(?:gsfc-)?eleanor(?:-lite)?_tess_ffi_.*?(?:tic|-)0*(\d{5,})": "tic",
        r"gaiatwo0*(\d{10,19})": "gaia_dr2_source_id",
        r"kplr(\d{9})-": "kepler_id",
        r"ktwo(\d{9})-": "epic",
        r"tic[ _-]?0*(\d{1,11})(?!\d)": "tic",
        r"(?:gaia|source_?id|dr3)[ _a-z0-9]{0,6}?[ _-]0*(\d{10,19})(?!\d)": "source_id",
        r"(?<!\d)(\d{15,19})(?!\d)": "source_id",
    }
)
ID_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "source_id": ("source_id", "gaia_source_id", "gaia_dr3_source_id", "gaia", "gaiadr3"),
        "gaia_dr2_source_id": ("gaia_dr2_source_id", "gaiadr2", "dr2_source_id"),
        "tic": ("tic", "ticid", "tic_id", "tess_id"),
        "kepler_id": ("kepler_id", "kic", "kepid"),
        "epic": ("epic",),
    }
)
STAR_COLUMNS = ("name", "star", "star_name", "object", "designation")
PATH_COLUMNS = ("path", "file", "filename", "file_name")
# What stands behind a star's name in the names of its files.
_ENDINGS = re.compile(
    r"[ _-]+(tess|kepler|k2|ffi|ll?c|light[ _-]?curves?|flux|phot(ometry)?|s(ector)?[ _-]?\d{1,4})$", re.IGNORECASE
)


@dataclass(frozen=True)
class SeriesFile:
    """A light-curve file, the identifiers of its star and, where an index tells it, the star's name."""

    path: Path
    ids: Mapping[str, int]
    name: str = ""


@dataclass(frozen=True)
class SeriesMatch:
    """Files of one star and the identifier that matched them (its kind), e.g. "tic"; None for no file."""

    paths: tuple[Path, ...]
    matched_by: str | None


@dataclass(frozen=True)
class SeriesIndex:
    """Which light-curve files belong to which star; `unmatched` are files without any identifier.

    These are found by the star's name, where it is the file's: "THOR 42" by THOR42_TESS.txt.
    """

    files: tuple[SeriesFile, ...]
    unmatched: tuple[Path, ...] = ()
    _rows: Mapping[tuple[str, int], tuple[int, ...]] = field(init=False, repr=False, compare=False)
    _named: Mapping[str, tuple[Path, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named: dict[str, tuple[Path, ...]] = {}
        for name, path in (
            *((file.name, file.path) for file in self.files if file.name),
            *((star_of_file(path), path) for path in self.unmatched),
        ):
            named[plain_name(name)] = (*named.get(plain_name(name), ()), path)
        object.__setattr__(self, "_named", MappingProxyType(named))
        rows: dict[tuple[str, int], tuple[int, ...]] = {}
        for row, file in enumerate(self.files):
            for key in file.ids.items():
                rows[key] = (*rows.get(key, ()), row)
        object.__setattr__(self, "_rows", MappingProxyType(rows))

    @classmethod
    def from_folder(cls, folder: str | Path, read_headers: bool = True) -> "SeriesIndex":
        """Index of all light-curve files below `folder`, by their names and, where those say nothing, headers.

        Files that cannot be opened go to `unmatched`. Raises SeriesError where `folder` is none.
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise SeriesError(folder, "no such folder", "Give the folder that holds the light curves")
        paths = sorted(path for path in folder.rglob("*") if path.name.lower().endswith(SUFFIXES))
        found, unmatched = [], []
        for path in paths:
            ids = ids_from_name(path.name) or (_ids_from_header(path) if read_headers else {})
            if ids:
                found.append(SeriesFile(path, ids))
            else:
                unmatched.append(path)
        return cls(tuple(found), tuple(unmatched))

    @classmethod
    def from_file(cls, path: str | Path) -> "SeriesIndex":
        """Index from a text table with a column path (or file) and any of source_id, tic, kepler_id, epic, name.

        Relative paths count from the table's folder. Raises SeriesError for missing columns or bad numbers.
        """
        table = read_text_table(path, as_text=True)
        path_column = table.find(PATH_COLUMNS)
        id_columns = {kind: table.find(names) for kind, names in ID_COLUMNS.items()}
        star_column = table.find(STAR_COLUMNS)
        if path_column is None or not (star_column or any(id_columns.values())):
            names = ", ".join(str(name) for name in table.columns.columns)
            hint = f"It has {names}: it needs 'path' and one of {', '.join(ID_COLUMNS)}, name"
            raise SeriesError(table.path, "not an index of light curves", hint)
        files = []
        for number, row in enumerate(table.columns.to_dict("records"), start=1):
            ids = {}
            for kind, column in id_columns.items():
                text = "" if column is None else str(row[column]).strip()
                if text and not text.isdigit():
                    problem = f"column {column}: {text!r} in data row {number} is not an identifier"
                    raise SeriesError(table.path, problem, "Write it as digits only", column)
                if text:
                    ids[kind] = int(text)
            star = "" if star_column is None else str(row[star_column]).strip()
            files.append(SeriesFile(table.path.parent / str(row[path_column]).strip(), ids, star))
        return cls(tuple(files))

    def without(self, paths: Iterable[Path]) -> "SeriesIndex":
        """The index without these files, such as those of velocities."""
        other = set(paths)
        files = tuple(file for file in self.files if file.path not in other)
        return SeriesIndex(files, tuple(path for path in self.unmatched if path not in other))

    def __len__(self) -> int:
        return len(self.files)

    def __iter__(self) -> Iterator[SeriesFile]:
        return iter(self.files)

    def find(self, names: Iterable[str] = (), **ids: int | str | None) -> SeriesMatch:
        """Files of the star with any of these identifiers: source_id, tic, kepler_id, epic, gaia_dr2_source_id.

        The first kind that matches decides. A source_id that is not found as Gaia DR3 is tried as DR2, whose
        numbers are mostly the same; `matched_by` then says so. Last come the star's `names`, compared without
        capitals, blanks and underscores.
        """
        wanted = {kind: int(value) for kind, value in ids.items() if value is not None}
        if "source_id" in wanted:
            wanted.setdefault("gaia_dr2_source_id", wanted["source_id"])
        for kind, value in wanted.items():
            rows = self._rows.get((kind, value))
            if rows:
                return SeriesMatch(tuple(self.files[row].path for row in rows), kind)
        for name in names:
            paths = self._named.get(plain_name(name))
            if paths:
                return SeriesMatch(paths, "name")
        return SeriesMatch((), None)

    def load(self, names: Iterable[str] = (), **ids: int | str | None) -> LightCurve | None:
        """Stitched light curve of a star (see `find`); None where the index has no file of it."""
        match = self.find(names, **ids)
        return stitch(read(path) for path in match.paths) if match.paths else None


def plain_name(name: str) -> str:
    """A star's name as it is compared: in small letters, without blanks and underscores."""
    return re.sub(r"[\s_]+", "", name.lower())


def star_of_file(path: Path) -> str:
    """The star's name in a file's name, freed of what instruments and sectors add to it."""
    stem = path.name.split(".")[0]
    while (shorter := _ENDINGS.sub("", stem)) not in ("", stem):
        stem = shorter
    return stem


def ids_from_name(name: str) -> dict[str, int]:
    """Identifiers that a file's name gives; empty if it gives none."""
    for pattern, kind in NAME_PATTERNS.items():
        match = re.search(pattern, name, re.IGNORECASE)
        if match and int(match[1]) > 0:
            return {kind: int(match[1])}
    return {}


def _ids_from_header(path: Path) -> dict[str, int]:
    try:
        return identifiers(open_fits_series(path)) if is_fits(path) else {}
    except SeriesError:
        return {}
