"""Which files of spectra belong to which star: by identifiers in their names and headers, and by place on the sky."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from astropy.io import fits
from scipy.spatial import cKDTree

from analysis.spectra import lamost
from analysis.spectra.batch import find_spectra
from analysis.spectra.spectrum import SpectrumError
from analysis.spectra.text_files import read_text

MATCH_ARCSEC = 3.0
KEYS = ("source_id", "obsid", "designation", "fibre")
PATH_COLUMNS = ("path", "file", "filename", "file_name", "fitsname")
# spec-55859-F5902_sp03-232.fits.gz of LAMOST, and spec-4055-55359-0012.fits of SDSS
LAMOST_NAME = re.compile(r"(?:spec|med)-(\d{5})-(.+?)_sp(\d{2})-(\d{3})", re.IGNORECASE)
SDSS_NAME = re.compile(r"spec-(\d{4,5})-(\d{5})-(\d{4})", re.IGNORECASE)
GAIA_NAME = re.compile(r"(?<!\d)(\d{17,19})(?!\d)")
DESIGNATION = re.compile(r"J\d{6}\.\d{2}[+-]\d{6}\.\d")
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class SpectrumFile:
    """A file of a spectrum: its star's identifiers by kind, its place (deg; NaN where unknown) and day (MJD)."""

    path: Path
    ids: Mapping[str, str]
    ra: float = np.nan
    dec: float = np.nan
    mjd: float = np.nan


@dataclass(frozen=True)
class SpectrumMatch:
    """Files of one star in the order of their days, and by what they were found ("obsid", "position"...)."""

    paths: tuple[Path, ...]
    matched_by: tuple[str, ...]


@dataclass(frozen=True)
class SpectrumIndex:
    """Which files belong to which star; `failures` tells of files that cannot be used, by path."""

    files: tuple[SpectrumFile, ...]
    failures: Mapping[Path, str] = field(default_factory=dict)
    _rows: Mapping[tuple[str, str], tuple[int, ...]] = field(init=False, repr=False, compare=False)
    _tree: Any = field(init=False, repr=False, compare=False)
    _placed: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows: dict[tuple[str, str], tuple[int, ...]] = {}
        for row, file in enumerate(self.files):
            for key in file.ids.items():
                rows[key] = (*rows.get(key, ()), row)
        place = np.array([(file.ra, file.dec) for file in self.files], dtype=np.float64).reshape(-1, 2)
        placed = np.flatnonzero(np.isfinite(place).all(axis=1))
        object.__setattr__(self, "_rows", MappingProxyType(rows))
        object.__setattr__(self, "_placed", placed)
        object.__setattr__(self, "_tree", cKDTree(unit_vectors(*place[placed].T)) if placed.size else None)

    @classmethod
    def from_folder(cls, folder: str | Path, progress: Progress | None = None) -> SpectrumIndex:
        """Index of all spectra below a folder, from names and headers; raises SpectrumError where there are none.

        `progress` is told files done, of how many, and the name.
        """
        paths = find_spectra(folder)
        files, failures = [], {}
        for count, path in enumerate(paths, start=1):
            try:
                files.append(describe_file(path))
            except SpectrumError as error:
                failures[path] = error.problem
            if progress is not None:
                progress(count, len(paths), path.name)
        return cls(tuple(files), failures)

    @classmethod
    def from_file(cls, path: str | Path) -> SpectrumIndex:
        """Index from a CSV table: a column path (or file), and any of source_id, obsid, designation, ra, dec, mjd.

        Relative paths count from the table's folder. Raises SpectrumError where the columns are missing.
        """
        path = Path(path)
        try:
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
        except (OSError, ValueError) as error:
            raise SpectrumError(
                path, f"cannot be read as a table ({error})", "Give a folder, or a CSV index"
            ) from error
        names = {str(name).lower(): str(name) for name in table.columns}
        files_in = next((names[name] for name in PATH_COLUMNS if name in names), None)
        known = [name for name in (*KEYS, "ra", "dec") if name in names]
        if files_in is None or not known:
            hint = "It needs 'path' and any of source_id, obsid, designation, ra and dec"
            raise SpectrumError(path, f"no index of spectra: it has {', '.join(map(str, table.columns))}", hint)
        files = []
        for record in table.to_dict("records"):
            values = {name: str(record[column]).strip() for name, column in names.items()}
            ids = {kind: text for kind in KEYS if (text := _as_key(kind, values.get(kind, "")))}
            numbers = (_number(values.get(name, "")) for name in ("ra", "dec", "mjd"))
            files.append(SpectrumFile(path.parent / str(record[files_in]).strip(), ids, *numbers))
        return cls(tuple(files))

    def __len__(self) -> int:
        return len(self.files)

    def __iter__(self) -> Iterator[SpectrumFile]:
        return iter(self.files)

    def find(self, ra: float | None = None, dec: float | None = None, **ids: object) -> SpectrumMatch:
        """Files of the star with any of these identifiers (source_id, obsid, designation, fibre) or at this place.

        `ra`, `dec` in deg, within 3 arcsec; `fibre` is "planid-spid-fiberid". All ways count together, because one
        identifier of a survey often names one observation of several.
        """
        found: dict[int, str] = {}
        for kind, value in ids.items():
            key = _as_key(kind, value)
            for row in self._rows.get((kind, key), ()) if key else ():
                found.setdefault(row, kind)
        if self._tree is not None and ra is not None and dec is not None and np.isfinite([ra, dec]).all():
            reach = 2 * np.sin(np.radians(MATCH_ARCSEC / 3600) / 2)
            for near in self._tree.query_ball_point(unit_vectors(np.array([ra]), np.array([dec]))[0], reach):
                found.setdefault(int(self._placed[near]), "position")
        ordered = sorted(found, key=lambda row: (np.nan_to_num(self.files[row].mjd), str(self.files[row].path)))
        return SpectrumMatch(tuple(self.files[row].path for row in ordered), tuple(sorted({*found.values()})))


def describe_file(path: Path) -> SpectrumFile:
    """Identifiers, place and day of a file, from its header and name, without reading its pixels.

    Raises SpectrumError for a file whose header cannot be read.
    """
    facts = _text_facts(path) if path.name.lower().endswith((".ecsv", ".csv")) else _header_facts(path)
    ids = {kind: text for kind in ("source_id", "obsid", "designation") if (text := _as_key(kind, facts.get(kind)))}
    match = LAMOST_NAME.search(path.name)
    if match:
        ids["fibre"] = f"{match[2]}-{int(match[3])}-{int(match[4])}"
    elif (match := SDSS_NAME.search(path.name)) is not None:
        ids["fibre"] = f"{int(match[1])}-0-{int(match[3])}"
    if "source_id" not in ids and (match := GAIA_NAME.search(path.name)):
        ids["source_id"] = match[1]
    return SpectrumFile(path, ids, *(_number(facts.get(name)) for name in ("ra", "dec", "mjd")))


def _header_facts(path: Path) -> dict[str, Any]:
    try:
        header = fits.getheader(path, 0)
    except (OSError, EOFError, TypeError, ValueError, IndexError) as error:
        raise SpectrumError(path, f"its header cannot be read ({error})", "Fetch the file again") from error
    facts = lamost.describe(header, "")
    for name, key in (("ra", "PLUG_RA"), ("dec", "PLUG_DEC")):
        if header.get(key) is not None:
            facts[name] = header[key]
    return facts


def _text_facts(path: Path) -> dict[str, Any]:
    return dict(read_text(path).meta)


def _as_key(kind: str, value: object) -> str:
    """Identifier as text; a designation without its prefix, so that LAMOST J... and J... are one."""
    text = "" if value is None else str(value).strip()
    if kind == "designation":
        match = DESIGNATION.search(text)
        return match[0] if match else text
    if kind in ("source_id", "obsid"):
        digits = text.removeprefix("Gaia DR3").removeprefix("Gaia EDR3").strip().removesuffix(".0")
        return digits if digits.isdigit() and int(digits) > 0 else ""
    return text


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return np.nan


def unit_vectors(ra: Any, dec: Any) -> Any:
    """Directions to places on the sky (deg), shape (n, 3)."""
    a, d = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], axis=-1)
