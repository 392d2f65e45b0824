"""VOTable and ECSV, read by astropy."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import votable
from astropy.io.votable.exceptions import VOTableSpecError, VOTableSpecWarning
from astropy.table import Table
from astropy.units import UnitsWarning
from astropy.utils.exceptions import AstropyUserWarning

from analysis.catalogue.errors import DataError
from analysis.catalogue.raw import Progress, RawColumn, RawTable, arrow_text


def read_votable(path: Path, progress: Progress) -> RawTable:
    """The first table of a VOTable that has rows; nulls are missing, arrays left out with a note.

    Raises DataError for broken XML, for an archive's error answer (with its words) and where there is no table.
    """
    progress(0.0, "Reading the VOTable")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VOTableSpecWarning)
        warnings.simplefilter("ignore", UnitsWarning)
        warnings.simplefilter("ignore", AstropyUserWarning)
        try:
            document = votable.parse(str(path), verify="ignore")
        except (VOTableSpecError, ValueError, OSError, EOFError, IndexError, KeyError) as error:
            raise DataError(
                f"the VOTable cannot be read ({_first_line(error)})", path=path, hint="Fetch or write it again"
            ) from error
        found = next((table for table in document.iter_tables() if len(table.array)), None)
        if found is None:
            raise DataError(_why_empty(document), path=path, hint="Run the query again, or open another file")
        return _from_votable(found)


def _from_votable(found: Any) -> RawTable:
    raw = RawTable([], "VOTable", title=str(found.description or found.name or ""))
    dropped: list[str] = []
    for field, key in zip(found.fields, found.array.dtype.names, strict=True):
        column = _column(field.name or key, found.array[key])
        if column is None:
            dropped.append(field.name)
            continue
        column.unit = "" if field.unit is None else str(getattr(field.unit, "name", None) or field.unit)
        column.ucd, column.description = str(field.ucd or ""), str(field.description or "")
        raw.columns.append(column)
    return _noted(raw, dropped)


def read_ecsv(path: Path, progress: Progress) -> RawTable:
    """The table of an ECSV file, units, UCDs and descriptions from its header.

    Raises DataError where header and rows do not fit together.
    """
    progress(0.0, "Reading the ECSV table")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnitsWarning)
        try:
            table = Table.read(path, format="ascii.ecsv")
        except (ValueError, KeyError, TypeError, OSError, EOFError, IndexError) as error:
            raise DataError(
                f"the ECSV file cannot be read ({_first_line(error)})", path=path, hint="Check its header and rows"
            ) from error
    raw = RawTable([], "ECSV", title=str(table.meta.get("title", "")))
    dropped: list[str] = []
    for name in table.colnames:
        found = table[name]
        column = _column(name, found)
        if column is None:
            dropped.append(name)
            continue
        column.unit = "" if found.unit is None else str(found.unit)
        column.ucd, column.description = str(found.meta.get("ucd", "")), str(found.description or "")
        raw.columns.append(column)
    return _noted(raw, dropped)


def _column(name: str, found: Any) -> RawColumn | None:
    mask = np.ma.getmaskarray(found) if isinstance(found, np.ma.MaskedArray) else None
    values = np.asarray(found.data if mask is not None else found)
    if values.ndim != 1:
        return None
    if values.dtype.kind in "US" or _is_text(values, mask):
        texts = [value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in values.tolist()]
        gaps = np.zeros(len(texts), dtype=bool) if mask is None else mask
        return RawColumn(name, arrow_text([None if gap else text for text, gap in zip(texts, gaps, strict=True)]))
    if values.dtype.kind not in "biuf":
        return None
    missing = mask if mask is not None and mask.any() else None
    return RawColumn(name, values.astype(values.dtype.newbyteorder("=")), missing)


def _is_text(values: Any, mask: Any) -> bool:
    if values.dtype.kind != "O":
        return False
    present = values if mask is None else values[~mask]
    return all(isinstance(value, str | bytes | None) for value in present)


def _noted(raw: RawTable, dropped: list[str]) -> RawTable:
    if dropped:
        raw.notes.append(f"left out columns with more than one value a row: {', '.join(dropped)}")
    return raw


def _why_empty(document: Any) -> str:
    for resource in document.resources:
        for info in resource.infos:
            if info.name == "QUERY_STATUS" and str(info.value).upper() == "ERROR":
                return f"the VOTable holds no rows but an archive's error: {str(info.content or '').strip()}"
    return "the VOTable has no table with rows"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
