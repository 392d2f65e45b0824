"""The JSON answer of the Gaia archive's TAP service: column metadata and rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from analysis.catalogue.errors import DataError
from analysis.catalogue.raw import Progress, RawColumn, RawTable, arrow_text
from analysis.catalogue.readers.packed import open_unpacked

_TYPES = {
    "long": "int64", "int": "int32", "short": "int16", "unsignedByte": "uint8", "double": "float64",
    "float": "float32", "boolean": "bool",
}  # fmt: skip
_HINT = "Only the JSON of the Gaia archive (with 'metadata' and 'data') is known; ask for VOTable, FITS or CSV"


def read_gaia_json(path: Path, progress: Progress) -> RawTable:
    """The table of a Gaia archive JSON file; null is missing.

    Raises DataError for broken JSON and for JSON of another layout.
    """
    progress(0.0, "Reading the JSON table")
    try:
        with open_unpacked(path) as file:
            document = json.load(file)
    except (ValueError, OSError, EOFError) as error:
        raise DataError(f"the JSON file cannot be read ({error})", path=path, hint="Fetch it again") from error
    if not isinstance(document, dict) or not {"metadata", "data"} <= document.keys():
        raise DataError("the JSON file is not a table of the Gaia archive", path=path, hint=_HINT)
    fields, rows = document["metadata"], document["data"]
    uneven = next((number for number, row in enumerate(rows) if len(row) != len(fields)), None)
    if uneven is not None:
        raise DataError(
            f"row {uneven + 1} has {len(rows[uneven])} values for {len(fields)} columns",
            path=path,
            hint="Fetch it again",
        )
    try:
        columns = [_column(field, [row[index] for row in rows]) for index, field in enumerate(fields)]
    except (KeyError, AttributeError, TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"a column of the JSON file has values of another type ({error})", path=path, hint=_HINT
        ) from error
    return RawTable(columns, "Gaia archive JSON")


def _column(field: dict[str, Any], values: list[Any]) -> RawColumn:
    unit, ucd, description = (str(field.get(key) or "") for key in ("unit", "ucd", "description"))
    dtype = _TYPES.get(str(field.get("datatype")))
    if dtype is None:
        return RawColumn(
            field["name"],
            arrow_text([None if value is None else str(value) for value in values]),
            None,
            unit,
            ucd,
            description,
        )
    missing = np.array([value is None for value in values], dtype=bool)
    filler = np.nan if dtype.startswith("float") else 0
    numbers = np.array([filler if value is None else value for value in values], dtype=dtype)
    return RawColumn(field["name"], numbers, missing if missing.any() else None, unit, ucd, description)
