"""Writers: one a format, each keeping units, UCDs and meanings where the format can."""

from __future__ import annotations

import gzip
import shutil
import warnings
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from astropy.io import fits, votable
from astropy.io.votable.exceptions import VOTableSpecWarning
from astropy.table import MaskedColumn, Table
from astropy.units import UnrecognizedUnit
from numpy.typing import NDArray

from analysis.catalogue.arrow_tables import described, to_arrow
from analysis.catalogue.entries import plain_array
from analysis.catalogue.errors import DataError
from analysis.catalogue.units import plain_unit, unit_text
from analysis.catalogue.votable_rows import data_element

Writer = Callable[[pd.DataFrame, Path], None]

_FITS_FORMATS = {"b1": "L", "u1": "B", "i2": "I", "i4": "J", "i8": "K", "f4": "E", "f8": "D"}
_WIDENED = {"i1": np.int16, "u2": np.int32, "u4": np.int64, "f2": np.float32, "f16": np.float64}
_ROW_GROUP = 1 << 20


def _widened(values: NDArray[Any]) -> NDArray[Any]:
    """The values in the next wider type that FITS and VOTable have."""
    code = f"{values.dtype.kind}{values.dtype.itemsize}"
    if code == "u8":
        if len(values) and values.max() > np.iinfo(np.int64).max:
            raise DataError("a column has integers beyond 64 bits with sign", hint="Write Parquet or Arrow instead")
        return values.astype(np.int64)
    return values.astype(_WIDENED[code]) if code in _WIDENED else values


def write_fits(table: pd.DataFrame, path: Path) -> None:
    """A binary table with TUNIT, TUCD and TCOMM. Raises DataError for text that is not ASCII."""
    columns = []
    for name in table.columns:
        values, unit = plain_array(table[name]), described(table, str(name))["unit"]
        if values.dtype.kind == "O":
            texts = _ascii(values, str(name))
            columns.append(fits.Column(str(name), f"{max(texts.dtype.itemsize, 1)}A", array=texts, unit=unit or None))
            continue
        values = _widened(values)
        code = _FITS_FORMATS[f"{values.dtype.kind}{values.dtype.itemsize}"]
        columns.append(fits.Column(str(name), code, array=values, unit=unit_text(unit, "fits") or None))
    hdu = fits.BinTableHDU.from_columns(columns)
    for number, name in enumerate(table.columns, 1):
        facts = described(table, str(name))
        if facts["ucd"]:
            hdu.header[f"TUCD{number}"] = facts["ucd"]
        if facts["description"]:
            hdu.header[f"TCOMM{number}"] = _ascii_words(facts["description"])
    hdu.writeto(path, output_verify="exception")


def _ascii(values: NDArray[Any], name: str) -> NDArray[np.bytes_]:
    texts = ["" if value is None else value for value in values]
    strange = next((text for text in texts if not text.isascii() or not text.isprintable()), None)
    if strange is not None:
        raise DataError(
            f"column {name!r} has {strange!r}, and FITS holds only plain ASCII text",
            column=name,
            hint="Write VOTable, ECSV or Parquet, or leave the column out",
        )
    return np.array(texts, dtype=np.bytes_)


def _ascii_words(text: str) -> str:
    plain = text.translate(str.maketrans("−ϖ₁₂₀″ₛ≤σβ", '-p120"s<sb'))
    return plain.encode("ascii", "ignore").decode()


def _astropy_table(table: pd.DataFrame, style: str) -> Table:
    out = Table(meta={"name": "stars", "title": str(table.attrs.get("title") or "")})
    for name in table.columns:
        values, facts = plain_array(table[name]), described(table, str(name))
        if values.dtype.kind == "O":
            missing = np.array([value is None for value in values], dtype=bool)
            texts = np.array(["" if value is None else value for value in values], dtype=str)
            found: Any = MaskedColumn(texts, mask=missing) if missing.any() else texts
        else:
            found = _widened(values)
        out[str(name)] = found
        spelled = plain_unit(facts["unit"]) if style == "generic" else unit_text(facts["unit"], style)
        out[str(name)].unit = UnrecognizedUnit(spelled) if spelled else None
        out[str(name)].description = facts["description"] or None
        if facts["ucd"]:
            out[str(name)].meta["ucd"] = facts["ucd"]
    return out


def write_votable(table: pd.DataFrame, path: Path) -> None:
    """A VOTable 1.4 with units, UCDs and descriptions, rows in BINARY2."""
    with warnings.catch_warnings():
        # astropy warns of units that only VizieR and the Gaia archive write: %, log(cm.s**-2).
        warnings.simplefilter("ignore", VOTableSpecWarning)
        whole = _astropy_table(table, "vounit")
        document = votable.from_table(whole[:0])
        rows = data_element(whole, document.get_first_table().fields)
        head = BytesIO()
        document.to_xml(head)
    before, end, after = head.getvalue().rpartition(b"</TABLE>")
    with path.open("wb") as file:
        file.writelines((before, rows, end, after))


def write_ecsv(table: pd.DataFrame, path: Path) -> None:
    """An ECSV file with units, descriptions and UCDs in its header."""
    _astropy_table(table, "generic").write(path, format="ascii.ecsv", delimiter=",")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Comma separated text with a header line; missing is empty, text stands in quotes."""
    pa.csv.write_csv(to_arrow(table, empty_for_nan=True), path)


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """A Parquet file with unit, UCD and description in the metadata of each field."""
    pq.write_table(to_arrow(table), path, row_group_size=_ROW_GROUP)


def write_arrow(table: pd.DataFrame, path: Path) -> None:
    """An Arrow IPC file with unit, UCD and description in the metadata of each field."""
    arrow = to_arrow(table)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, arrow.schema) as writer:
        writer.write_table(arrow)


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        ".fits": write_fits,
        ".vot": write_votable,
        ".xml": write_votable,
        ".votable": write_votable,
        ".ecsv": write_ecsv,
        ".csv": write_csv,
        ".txt": write_csv,
        ".parquet": write_parquet,
        ".arrow": write_arrow,
        ".feather": write_arrow,
    }
)


def writer_for(path: Path) -> tuple[Writer, bool]:
    """The writer that the file's name asks for, and whether gzip is to follow. Raises DataError for another name."""
    packed = path.suffix.casefold() == ".gz"
    suffix = (path.with_suffix("") if packed else path).suffix.casefold()
    if suffix not in WRITERS:
        raise DataError(
            f"the name ends in {path.suffix or 'nothing'!r}, which is no known format",
            path=path,
            hint=f"End it in {', '.join(WRITERS)}, or one of them and .gz",
        )
    return WRITERS[suffix], packed


def pack(plain: Path, packed: Path) -> None:
    """Write the gzip of one file into another."""
    with plain.open("rb") as source, gzip.open(packed, "wb") as sink:
        shutil.copyfileobj(source, sink)
