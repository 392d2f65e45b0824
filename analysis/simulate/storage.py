"""Survey files: Arrow IPC with units, the truth in a file beside it, opened without reading."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.simulate.multiplicity import ENRICHMENT
from analysis.simulate.schema import OBSERVABLES, TRUTH, SurveyColumn
from analysis.simulate.surveys import (
    BLOCK,
    VERSION,
    Block,
    Progress,
    Recipe,
    as_series_data,
    blocks,
    check_size,
    described,
    fill,
    storage_type,
)

_KEY = b"simulated"


class SurveyFileError(ValueError):
    """A file that is no survey of this version: which, why and what to do."""

    def __init__(self, path: Path, problem: str, hint: str) -> None:
        super().__init__(f"{path}: {problem}; {hint}")
        self.path, self.problem, self.hint = path, problem, hint


def truth_path(path: str | Path) -> Path:
    """Where the truth of the survey at `path` lies: survey.arrow -> survey.truth.arrow."""
    p = Path(path)
    return p.with_name(f"{p.stem}.truth{p.suffix or '.arrow'}")


def write_survey(
    path: str | Path, n: int, seed: int, progress: Progress | None = None, enrichment: float = ENRICHMENT
) -> Path:
    """Path of the Arrow file of `survey(n, seed)`, written with its truth beside it (`truth_path`).

    One record batch each, so that columns open without a copy; fields carry unit and UCD. Memory does not grow
    with `n`. Files appear under their names only when complete, the truth first. `progress(fraction, text)` is
    called after each block. Raises OSError where the folder cannot be written.
    """
    check_size(n)
    recipe, target = Recipe(seed, enrichment), Path(path)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.stem}-") as folder:
        files = {Path(folder) / "observables": OBSERVABLES, Path(folder) / "truth": TRUTH}
        _simulate_into(files, n, recipe, progress)
        (Path(folder) / "truth").replace(truth_path(target))
        (Path(folder) / "observables").replace(target)
    return target


def _simulate_into(
    files: Mapping[Path, tuple[SurveyColumn, ...]], n: int, recipe: Recipe, progress: Progress | None
) -> None:
    maps = {file: _allocate(file, columns, n, recipe) for file, columns in files.items()}
    for block in blocks(n, recipe, BLOCK):
        for file, columns in files.items():
            _fill_file(columns, maps[file], block)
        if progress is not None:
            progress((int(block.rows[-1]) + 1) / n, "simulating stars")
    for arrays in maps.values():
        for values in arrays.values():
            values.flush()


def open_survey(path: str | Path) -> pd.DataFrame:
    """Read-only table of the survey at `path`, memory-mapped: columns are read from disk when used.

    `attrs["simulated"]` is as in `survey`; boolean columns alone are copied. Raises FileNotFoundError, or
    SurveyFileError for a file of another kind or version.
    """
    return _open(Path(path), OBSERVABLES)


def open_truth(path: str | Path) -> pd.DataFrame:
    """Read-only truth table of the survey at `path` (the path of the survey, not of the truth file)."""
    return _open(truth_path(path), TRUTH)


def _allocate(
    path: Path, columns: tuple[SurveyColumn, ...], n: int, recipe: Recipe
) -> Mapping[str, np.memmap[Any, Any]]:
    """A complete Arrow file of zeros, and its columns mapped for writing; booleans as bits."""
    zeros = pa.py_buffer(bytes(max(n * 8, 1)))
    arrays = []
    for column in columns:
        size = (n + 7) // 8 if column.dtype == "bool" else n * storage_type(column).itemsize
        kind = _arrow_type(column)
        index = kind.index_type if column.dtype == "category" else kind
        array = pa.Array.from_buffers(index, n, [None, zeros.slice(0, size)])
        if column.dtype == "category":
            array = pa.DictionaryArray.from_arrays(array, pa.array(column.values), safe=False)
        arrays.append(array)
    schema = pa.schema([_field(c) for c in columns], metadata={_KEY: json.dumps(described(n, recipe)).encode()})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        writer.write_batch(pa.record_batch(arrays, schema=schema))
    if n == 0:
        return {}
    with pa.memory_map(str(path), "r") as source:
        start = source.read_buffer(source.size()).address
        source.seek(0)
        batch = pa.ipc.open_file(source).get_batch(0)
        offsets = {c.name: _data_buffer(batch.column(i)).address - start for i, c in enumerate(columns)}
        del batch
    return {
        c.name: np.memmap(
            path, dtype="uint8" if c.dtype == "bool" else storage_type(c), mode="r+", offset=offsets[c.name],
            shape=((n + 7) // 8,) if c.dtype == "bool" else (n,),
        )
        for c in columns
    }  # fmt: skip


def _fill_file(columns: tuple[SurveyColumn, ...], maps: Mapping[str, np.memmap[Any, Any]], block: Block) -> None:
    fill(tuple(c for c in columns if c.dtype != "bool"), maps, block)
    first = int(block.rows[0]) // 8
    for column in columns:
        if column.dtype == "bool":
            bits = np.packbits(block.observed[column.name], bitorder="little")
            maps[column.name][first : first + bits.size] = bits


def _open(path: Path, columns: tuple[SurveyColumn, ...]) -> pd.DataFrame:
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file; write_survey(path, n, seed) makes it")
    try:
        source = pa.memory_map(str(path), "r")
        reader = pa.ipc.open_file(source)
    except pa.ArrowInvalid as error:
        raise SurveyFileError(path, "not an Arrow file, or cut short", "write it again with write_survey") from error
    about = json.loads((reader.schema.metadata or {}).get(_KEY, b"{}"))
    if about.get("version") != VERSION or reader.schema.names != [c.name for c in columns]:
        raise SurveyFileError(path, f"not a survey of version {VERSION}", "write it again with write_survey")
    batch = reader.get_batch(0) if reader.num_record_batches else pa.record_batch([], schema=reader.schema)
    table = pd.DataFrame({c.name: _column(c, batch.column(i)) for i, c in enumerate(columns)}, copy=False)
    table.attrs["simulated"] = about
    table.attrs["units"] = {c.name: c.unit for c in columns if c.unit}
    return table


def _column(column: SurveyColumn, array: Any) -> Any:
    if column.dtype == "bool":
        values = array.to_numpy(zero_copy_only=False)
        values.setflags(write=False)
        return values
    if column.dtype == "category":
        return as_series_data(column, array.indices.to_numpy(zero_copy_only=True))
    return array.to_numpy(zero_copy_only=True)


def _data_buffer(array: Any) -> Any:
    return (array.indices if isinstance(array, pa.DictionaryArray) else array).buffers()[1]


def _arrow_type(column: SurveyColumn) -> Any:
    if column.dtype == "category":
        return pa.dictionary(pa.int8(), pa.string())
    return pa.bool_() if column.dtype == "bool" else pa.from_numpy_dtype(np.dtype(column.dtype))


def _field(column: SurveyColumn) -> Any:
    about = {"unit": column.unit, "ucd": column.ucd}
    return pa.field(column.name, _arrow_type(column), nullable=False, metadata={k: v for k, v in about.items() if v})
