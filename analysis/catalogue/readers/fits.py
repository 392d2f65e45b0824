"""FITS binary and ASCII tables."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.utils.exceptions import AstropyUserWarning
from numpy.typing import NDArray

from analysis.catalogue.errors import DataError
from analysis.catalogue.raw import Progress, RawColumn, RawTable, arrow_text
from analysis.catalogue.readers.packed import is_gzip

_BROKEN = "Fetch or write it again: the end of the file is missing"


def read_fits(path: Path, progress: Progress) -> RawTable:
    """The first table of a FITS file that has rows and columns of one value each.

    Big-endian numbers become native, TNULL entries are missing. Columns of arrays are left out with a note.
    Raises DataError for a cut-off file and for one without a table.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AstropyUserWarning)
            with fits.open(path, memmap=not is_gzip(path)) as hdus:
                return _first_table(hdus, path, progress)
    except (OSError, EOFError, TypeError, KeyError, IndexError, fits.VerifyError) as error:
        raise DataError(f"the FITS file cannot be read ({error})", path=path, hint=_BROKEN) from error


def _first_table(hdus: Any, path: Path, progress: Progress) -> RawTable:
    seen: list[str] = []
    for number, hdu in enumerate(hdus):
        if not isinstance(hdu, fits.BinTableHDU | fits.TableHDU):
            seen.append(f"HDU {number} is {'an image' if hdu.header.get('NAXIS') else 'empty'}")
            continue
        _check_length(hdu, number, path)
        if not hdu.header["NAXIS2"]:
            seen.append(f"the table in HDU {number} has no rows")
            continue
        table = _table(hdu, progress)
        if table.columns:
            later = sum(isinstance(other, fits.BinTableHDU | fits.TableHDU) for other in hdus[number + 1 :])
            if later:
                table.notes.append(f"read the table of HDU {number}; {later} further tables were not read")
            return table
        seen.append(f"the table in HDU {number} has only columns of arrays")
    raise DataError(
        f"the FITS file has no table with usable rows ({'; '.join(seen)})",
        path=path,
        hint="Give it a binary table with one star a row",
    )


def _check_length(hdu: Any, number: int, path: Path) -> None:
    place = hdu.fileinfo()
    if is_gzip(path) or place is None:
        return
    end = place["datLoc"] + hdu.header["NAXIS1"] * hdu.header["NAXIS2"] + hdu.header.get("PCOUNT", 0)
    size = path.stat().st_size
    if size < end:
        raise DataError(
            f"the FITS file is cut off: the table in HDU {number} needs {end} bytes, the file has {size}",
            path=path,
            hint="Fetch it again",
        )


def _table(hdu: Any, progress: Progress) -> RawTable:
    raw = RawTable([], "FITS", title=str(hdu.header.get("EXTNAME", "")))
    dropped: list[str] = []
    for index, definition in enumerate(hdu.columns):
        progress(index / len(hdu.columns), "Reading columns")
        column = _column(hdu, index, definition)
        if column is None:
            dropped.append(definition.name)
        else:
            raw.columns.append(column)
    if dropped:
        raw.notes.append(f"left out columns with more than one value a row: {', '.join(dropped)}")
    return raw


def _column(hdu: Any, index: int, definition: Any) -> RawColumn | None:
    is_binary = isinstance(hdu, fits.BinTableHDU)
    if is_binary and any(letter in definition.format for letter in "PQXCM"):
        return None
    is_text = is_binary and "A" in definition.format
    # As bytes: astropy decodes text as ASCII and refuses the UTF-8 that other programs write.
    found = np.asarray(np.recarray.field(hdu.data, index) if is_text else hdu.data.field(index))
    if found.ndim != 1 or found.dtype.kind not in "biufUS":
        return None
    number = index + 1
    unit, ucd, comment = (str(value or "") for value in (definition.unit, *_notes(hdu.header, number)))
    if found.dtype.kind in "US":
        return RawColumn(definition.name, arrow_text(found), None, unit, ucd, comment)
    missing = _missing(hdu, definition, found, number)
    native = found.astype(found.dtype.newbyteorder("="))
    return RawColumn(definition.name, native, missing, unit, ucd, comment)


def _notes(header: Any, number: int) -> tuple[str, str]:
    return header.get(f"TUCD{number}", ""), header.get(f"TCOMM{number}", header.comments[f"TTYPE{number}"])


def _missing(hdu: Any, definition: Any, found: NDArray[Any], number: int) -> NDArray[np.bool_] | None:
    if definition.null is None or found.dtype.kind not in "iuf" or not isinstance(definition.null, int | np.integer):
        return None
    zero, scale = hdu.header.get(f"TZERO{number}", 0), hdu.header.get(f"TSCAL{number}", 1)
    missing = np.asarray(found == definition.null * scale + zero)
    return missing if missing.any() else None
