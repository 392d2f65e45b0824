"""Catalogues converted once to Arrow and opened memory-mapped ever after."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import platformdirs
import pyarrow as pa
from numpy.typing import NDArray

from analysis.catalogue.arrow_tables import attrs_from, attrs_metadata, field_for
from analysis.catalogue.columns import COLUMNS
from analysis.catalogue.entries import arrow_words, is_words, plain_array
from analysis.catalogue.raw import Progress
from analysis.catalogue.tables import read

CACHE_VARIABLE = "PENUMBRA_CACHE"
# Raise when readers change what a file becomes; a change of COLUMNS counts by itself.
READERS_VERSION = 2
_BYTES_PER_READ = 1 << 24
_IS_TRUTH = b"truth values"


def cache_folder(cache_dir: str | os.PathLike[str] | None = None) -> Path:
    """Folder of the converted files: the one given, else $PENUMBRA_CACHE, else the user's cache folder."""
    chosen = cache_dir or os.environ.get(CACHE_VARIABLE)
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("penumbra", appauthor=False))


def open_table(
    path: str | os.PathLike[str],
    cache_dir: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The catalogue in a file, as `read` gives it, with read-only columns mapped from disk.

    The first time it is read and converted to an Arrow file in `cache_folder`; a later call opens that file, as long
    as the path, size and change time of the original and the schema stay the same. `attrs["hash"]` is the SHA-256 of
    the file. Where the folder cannot be written the table is read anew each time, and a note says so.
    `progress(fraction, text)`. Raises DataError as `read` does.
    """
    place = Path(path).expanduser()
    report = progress or (lambda _fraction, _text: None)

    def build() -> pd.DataFrame:
        table = read(place, lambda fraction, text: report(0.6 * fraction, text))
        report(0.6, "Checking the content")
        table.attrs["hash"] = content_hash(place)
        return table

    if not place.is_file():
        return build()
    return open_converted(_family(str(place.resolve())), _file_identity(place), build, cache_dir, report)


def open_converted(
    family: str,
    identity: str,
    build: Callable[[], pd.DataFrame],
    cache_dir: str | os.PathLike[str] | None,
    report: Progress,
) -> pd.DataFrame:
    """The table that `build` makes, from its converted file where there is one of this `identity`.

    `family` names the original: files of another identity are removed. A broken converted file is made anew.
    """
    folder = cache_folder(cache_dir)
    digest = hashlib.sha256(f"{identity} {_schema_version()}".encode()).hexdigest()[:16]
    target = folder / f"{family}-{digest}.arrow"
    if target.is_file():
        try:
            table = open_mapped(target)
            report(1.0, "Opened the converted file")
            return table
        except (pa.ArrowException, OSError, ValueError, KeyError):
            report(0.0, "The converted file is broken: reading the original again")
    table = build()
    report(0.7, "Converting the columns")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        convert(table, target, report)
    except OSError as error:
        table.attrs["notes"] = [
            *table.attrs.get("notes", ()),
            f"the cache folder {folder} cannot be written ({error.strerror}): the file is read anew each time",
        ]
        return table
    for other in folder.glob(f"{family}-*.arrow"):
        if other != target:
            _remove(other)
    report(1.0, "Converted")
    return open_mapped(target)


def convert(table: pd.DataFrame, target: Path, report: Progress) -> None:
    """Write the table to an Arrow file of one record batch; it appears under its name only when complete."""
    arrays, fields = [], []
    for number, name in enumerate(table.columns):
        report(0.7 + 0.1 * number / len(table.columns), "Converting the columns")
        array, field = _stored(table, str(name))
        arrays.append(array)
        fields.append(field)
    schema = pa.schema(fields, metadata=attrs_metadata(table))
    unfinished = target.with_name(f".{target.name}-{os.getpid()}-{os.urandom(4).hex()}")
    report(0.8, "Writing the converted file")
    try:
        with pa.OSFile(str(unfinished), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            writer.write_batch(pa.record_batch(arrays, schema=schema))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def open_mapped(path: Path) -> pd.DataFrame:
    """The table of a converted file: number columns are read-only views of the mapped file, text is pandas' own."""
    with pa.memory_map(str(path)) as source:
        reader = pa.ipc.open_file(source)
        if reader.num_record_batches != 1:
            raise ValueError(f"{path} has {reader.num_record_batches} record batches where one is meant")
        batch = reader.get_batch(0)
    columns: dict[str, Any] = {}
    for index, field in enumerate(batch.schema):
        column = batch.column(index)
        if pa.types.is_large_string(field.type):
            columns[field.name] = column.to_pandas()
            continue
        values: NDArray[Any] = column.to_numpy(zero_copy_only=True)
        columns[field.name] = values.view(np.bool_) if _IS_TRUTH in (field.metadata or {}) else values
    table = pd.DataFrame(columns, copy=False)
    table.attrs = attrs_from(batch.schema)
    return table


def content_hash(path: Path) -> str:
    """SHA-256 of the file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BYTES_PER_READ):
            digest.update(block)
    return digest.hexdigest()


def _stored(table: pd.DataFrame, name: str) -> tuple[pa.Array, pa.Field]:
    if is_words(table[name]):
        words = arrow_words(table[name])
        return words, field_for(table, name, words.type)
    values = plain_array(table[name])
    is_truth = values.dtype.kind == "b"
    # Arrow packs truth values into bits, which numpy cannot map.
    array = pa.array(np.ascontiguousarray(values.view(np.uint8) if is_truth else values))
    field = field_for(table, name, array.type)
    return array, field.with_metadata({**(field.metadata or {}), _IS_TRUTH: b"yes"}) if is_truth else field


def _family(name: str) -> str:
    stem = "".join(letter if letter.isalnum() else "_" for letter in Path(name).name)[:40]
    return f"{stem}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _file_identity(path: Path) -> str:
    status = path.stat()
    return f"{path.resolve()} {status.st_size} {status.st_mtime_ns}"


def _schema_version() -> str:
    known = [(column.name, column.unit, column.dtype, column.aliases) for column in COLUMNS.values()]
    return f"{READERS_VERSION} {hashlib.sha256(json.dumps(known).encode()).hexdigest()}"


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        return  # Windows keeps a mapped file until its last reader is gone; the next conversion removes it.
