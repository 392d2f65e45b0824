"""Parquet, Arrow and Feather files."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
from astropy.io import votable
from astropy.io.votable.exceptions import VOTableSpecWarning
from astropy.table.meta import get_header_from_yaml
from numpy.typing import NDArray

from analysis.catalogue.errors import DataError
from analysis.catalogue.raw import Progress, RawColumn, RawTable

_HINT = "Fetch or write it again: the file is cut off or damaged"
_ASTROPY, _VOPARQUET = b"table_meta_yaml", b"IVOA.VOTable-Parquet.content"


def read_parquet(path: Path, progress: Progress) -> RawTable:
    """The table of a Parquet file; units and UCDs from its fields, or from astropy's metadata.

    Raises DataError for a damaged file.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow

            def column(index: int) -> pa.ChunkedArray:
                # One at a time: a long catalogue then never lies in memory twice.
                progress(index / len(schema), "Reading columns")
                return file.read(columns=[schema.names[index]]).column(0)

            return _raw(schema, column, "Parquet")
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(f"the Parquet file cannot be read ({error})", path=path, hint=_HINT) from error


def read_arrow(path: Path, progress: Progress) -> RawTable:
    """The table of an Arrow IPC file or stream, or a Feather file. Raises DataError for a damaged file."""
    progress(0.0, "Reading the Arrow table")
    try:
        with pa.memory_map(str(path)) as source:
            start = source.read(6)
            source.seek(0)
            if start == b"ARROW1":
                table = pa.ipc.open_file(source).read_all()
            elif start[:4] == b"FEA1":
                table = pyarrow.feather.read_table(path)
            else:
                table = pa.ipc.open_stream(source).read_all()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(f"the Arrow file cannot be read ({error})", path=path, hint=_HINT) from error
    return raw_from_arrow(table, "Arrow")


def raw_from_arrow(table: pa.Table, kind: str) -> RawTable:
    """Columns of an Arrow table; nulls are missing. Nested columns are left out with a note."""
    return _raw(table.schema, table.column, kind)


def _raw(schema: pa.Schema, column_at: Callable[[int], pa.ChunkedArray], kind: str) -> RawTable:
    raw = RawTable([], kind, title=_title(schema))
    described = _file_metadata(schema)
    dropped: list[str] = []
    for index, field in enumerate(schema):
        if field.name.startswith("__index_level_"):
            continue
        column = None if pa.types.is_nested(field.type) else _column(field.name, column_at(index))
        if column is None:
            dropped.append(f"{field.name} ({field.type})")
            continue
        own = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
        own = {**described.get(field.name, {}), **own}
        column.unit, column.ucd = own.get("unit", ""), own.get("ucd", "")
        column.description = own.get("description", own.get("meaning", ""))
        raw.columns.append(column)
    if dropped:
        raw.notes.append(f"left out columns that are no numbers, truth values or texts: {', '.join(dropped)}")
    return raw


def _column(name: str, chunks: pa.ChunkedArray) -> RawColumn | None:
    kind = chunks.type
    if pa.types.is_dictionary(kind):
        chunks, kind = chunks.cast(kind.value_type), kind.value_type
    if pa.types.is_temporal(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary(kind):
        chunks, kind = chunks.cast(pa.string()), pa.string()
    if pa.types.is_decimal(kind):
        chunks, kind = chunks.cast(pa.float64()), pa.float64()
    if pa.types.is_null(kind):
        return RawColumn(name, np.full(len(chunks), np.nan))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return RawColumn(name, chunks.cast(pa.large_string()))
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        return None
    missing = _nulls(chunks)
    if missing is not None:
        filler = pa.scalar(np.nan if pa.types.is_floating(kind) else 0).cast(kind)
        chunks = chunks.fill_null(filler)
    values = chunks.to_numpy()
    return RawColumn(name, values.astype(np.float32) if values.dtype == np.float16 else values, missing)


def _nulls(chunks: pa.ChunkedArray) -> NDArray[np.bool_] | None:
    if not chunks.null_count:
        return None
    nulls: NDArray[np.bool_] = chunks.is_null().to_numpy()
    return nulls


def _file_metadata(schema: pa.Schema) -> dict[str, dict[str, str]]:
    """Units, UCDs and descriptions that stand in the file's metadata instead of its fields."""
    metadata = schema.metadata or {}
    if _ASTROPY in metadata:
        entries = get_header_from_yaml(metadata[_ASTROPY].decode().splitlines())["datatype"]
        return {
            str(entry["name"]): {
                "unit": str(entry.get("unit") or ""),
                "ucd": str(dict(entry.get("meta") or {}).get("ucd", "")),
                "description": str(entry.get("description") or ""),
            }
            for entry in entries
        }
    if _VOPARQUET in metadata:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VOTableSpecWarning)
            document = votable.parse(BytesIO(metadata[_VOPARQUET]), verify="ignore")
        fields = document.get_first_table().fields
        return {
            field.name: {
                "unit": str(field.unit or ""),
                "ucd": str(field.ucd or ""),
                "description": str(field.description or ""),
            }
            for field in fields
        }
    return {}


def _title(schema: pa.Schema) -> str:
    text = (schema.metadata or {}).get(b"penumbra")
    return str(json.loads(text).get("title", "")) if text else ""
