"""The door for spectra: which reader a file needs is seen from the file."""

from __future__ import annotations

import gzip
from pathlib import Path

from analysis.spectra import lamost, sdss
from analysis.spectra.fits_files import FitsSpectrum, open_fits_spectrum
from analysis.spectra.other_formats import read_other
from analysis.spectra.spectrum import Spectrum, SpectrumError
from analysis.spectra.text_files import read_text

PRODUCTS = "LAMOST low resolution (image or table), LAMOST medium resolution, SDSS/BOSS spec files, ECSV, CSV"


def read(path: str | Path) -> Spectrum:
    """Spectrum of a file: flux against vacuum wavelength (Å), the coadded one where there are several.

    FITS of LAMOST (low resolution as image or table, medium resolution) and of SDSS or BOSS; ECSV and CSV; FITS
    gzipped or not. FITS of other kinds are left to specutils where it is installed. Raises SpectrumError naming the
    file and the remedy.

    >>> read("spec-58783-S82048N00B2_sp10-148.fits.gz").meta["subclass"]  # doctest: +SKIP
    'F2'
    """
    path = Path(path)
    if not _is_fits(path):
        if path.suffix.lower() in (".fits", ".fit", ".fts"):
            raise SpectrumError(path, "named as FITS but its content is not", "Rename it or fetch it again")
        return read_text(path)
    file = open_fits_spectrum(path)
    if lamost.is_image(file):
        return lamost.read_image(file)
    if lamost.is_table(file):
        return lamost.read_table(file)
    if sdss.is_sdss(file):
        return sdss.read_sdss(file)
    return read_other(path, _unknown(file), PRODUCTS)


def read_exposures(path: str | Path) -> list[Spectrum]:
    """Single exposures of a file, one spectrum an arm and exposure; empty where the file keeps only their sum."""
    path = Path(path)
    if not _is_fits(path):
        return []
    file = open_fits_spectrum(path)
    if lamost.is_image(file):
        return []
    if lamost.is_table(file):
        return lamost.read_exposures(file)
    if sdss.is_sdss(file):
        return sdss.read_exposures(file)
    return []


def _unknown(file: FitsSpectrum) -> str:
    tables = ", ".join(f"{t.name or 'a table'} ({', '.join(t.columns)})" for t in file.tables) or "no table"
    return f"a FITS file of unknown kind with {tables}"


def _is_fits(path: Path) -> bool:
    if not path.is_file():
        problem = "is a folder, not a file" if path.is_dir() else "no such file"
        raise SpectrumError(path, problem, "Check the path")
    try:
        with path.open("rb") as file:
            start = file.read(9)
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(path, "rb") as unpacked:
                start = unpacked.read(9)
    except (OSError, EOFError) as error:
        raise SpectrumError(path, f"cannot be read ({error})", "Fetch the file again") from error
    if not start:
        raise SpectrumError(path, "the file is empty", "Fetch the file again")
    return start.startswith(b"SIMPLE  =")
