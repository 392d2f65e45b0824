"""Plain text tables of a time series: comma, semicolon, tab or blank separated, or ECSV."""

import csv
import gzip
import re
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from astropy.table import MaskedColumn, Table

from analysis.light_curves.series import UNKNOWN_SCALE, SeriesError
from analysis.stars.units import FloatArray

_OFFSET = re.compile(r"\b(BJD|HJD|JD)(?:_?TDB)?\s*[-−]\s*(24\d{5}(?:\.\d+)?)", re.IGNORECASE)
_BYTES_READ = 1 << 30


@dataclass(frozen=True, eq=False)
class TextTable:
    """Columns of a text file by name, and the comment lines above them; `named` if the file names them."""

    path: Path
    columns: pd.DataFrame
    comments: tuple[str, ...]
    named: bool

    def find(self, names: tuple[str, ...]) -> str | None:
        """The file's own spelling of the first of `names` that it has; None if there is none."""
        known = {_plain(str(column)): str(column) for column in self.columns.columns}
        return next((known[_plain(name)] for name in names if _plain(name) in known), None)

    def numbers(self, column: str) -> FloatArray:
        """Float column; blanks and "nan" become NaN. Raises SeriesError naming the first other entry."""
        values = self.columns[column]
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)
        text = values.astype(str).str.strip().str.lower()
        blank = values.isna() | text.isin(["", "nan", "null", "none", "--", "<na>"])
        wrong = np.flatnonzero(np.isnan(numbers) & ~blank.to_numpy())
        if wrong.size:
            raise SeriesError(
                self.path,
                f"column {column}: {values.iloc[wrong[0]]!r} in data row {wrong[0] + 1} is not a number",
                "Correct it or leave it empty",
                column,
            )
        return numbers


def _plain(name: str) -> str:
    """Column name without its unit, in small letters."""
    return re.sub(r"[\[(].*$", "", name).strip().lower()


def read_text_table(path: str | Path, as_text: bool = False) -> TextTable:
    """Columns of a text table, gzipped or not; ECSV is recognised. Raises SeriesError if it is no table.

    `as_text` keeps the entries as text, for identifiers beyond the whole numbers that floats can hold.
    """
    path = Path(path)
    text = _text(path)
    lines = [line.strip() for line in text.splitlines()]
    if lines and lines[0].replace(" ", "").startswith("#%ECSV"):
        return _ecsv(path, text)
    data = [line for line in lines if line and not line.startswith("#")]
    comments = tuple(line.lstrip("# ").rstrip() for line in lines if line.startswith("#"))
    if not data:
        raise SeriesError(path, "no data rows", "Give a table with a time and a value in each row")
    separator = next((mark for mark in (",", ";", "\t", "|") if mark in data[0]), None)
    header = _header(data, comments, separator)
    rows = data[1:] if header is not None and header == _tokens(data[0], separator) else data
    if not rows:
        raise SeriesError(path, "column names but no data rows", "Give at least one row")
    width = len(_tokens(rows[0], separator))
    names = header if header is not None else [f"column {number + 1}" for number in range(width)]
    cells = [_tokens(row, separator) for row in rows]
    wrong = next((row for row, cell in zip(rows, cells, strict=True) if len(cell) != len(names)), None)
    if wrong is not None:
        hint = f"Give {len(names)} columns ({', '.join(names)}) in every row"
        raise SeriesError(path, f"the row {wrong[:60]!r} has another number of columns than the others", hint)
    if as_text:
        frame = pd.DataFrame(cells, columns=names, dtype=str)
    else:
        kind = separator or r"\s+"
        frame = pd.read_csv(StringIO("\n".join(rows)), sep=kind, names=names, skipinitialspace=True)
    return TextTable(path, frame, comments, named=header is not None)


def _text(path: Path) -> str:
    if not path.is_file():
        problem = "is a folder, not a file" if path.is_dir() else "no such file"
        raise SeriesError(path, problem, "Check the path")
    with path.open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path, "rb") if compressed else path.open("rb") as stream:
            raw = stream.read(_BYTES_READ)
    except (OSError, EOFError) as error:
        raise SeriesError(path, f"cannot be read ({error})", "Fetch the file again") from error
    if b"\0" in raw[:4096]:
        raise SeriesError(path, "not a text table", "Give FITS, CSV, ECSV or a plain text table")
    return raw.decode("utf-8-sig", errors="replace")


def _tokens(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    words = next(csv.reader([line], delimiter=separator, skipinitialspace=True))
    return [word.strip() for word in words]


def _is_number(token: str) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return True


def _header(data: list[str], comments: tuple[str, ...], separator: str | None) -> list[str] | None:
    """Column names from the first line, or from the last comment with as many words as the rows have."""
    first = _tokens(data[0], separator)
    if first and not any(_is_number(token) for token in first if token):
        return first
    for comment in reversed(comments):
        for words in (_tokens(comment, separator), comment.split()):
            if len(words) == len(first) and len(set(words)) == len(words) and not _is_number(words[0]):
                return words
    return None


def _ecsv(path: Path, text: str) -> TextTable:
    try:
        table = Table.read(text, format="ascii.ecsv")
    except Exception as error:  # the reader's own error classes share no base but Exception
        raise SeriesError(path, f"not a valid ECSV table ({error})", "Write the file again") from error
    if len(table) == 0:
        raise SeriesError(path, "0 rows", "Give at least one row")
    frame = pd.DataFrame({name: _column(table[name]) for name in table.colnames if table[name].ndim == 1})
    comments = tuple(str(comment) for comment in table.meta.get("comments", ()))
    units = tuple(f"{name} [{table[name].unit}]" for name in table.colnames if table[name].unit is not None)
    return TextTable(path, frame, comments + units, named=True)


def _column(column: MaskedColumn) -> npt.NDArray[np.generic]:
    if isinstance(column, MaskedColumn):
        column = column.astype(object).filled(np.nan)
    return np.asarray(column)


def guess_time_scale(column: str, time: FloatArray, comments: tuple[str, ...] = ()) -> str:
    """Time scale that a column's name, the comments and the size of its numbers point to.

    A written offset ("BJD - 2457000") counts first. Names BTJD, BKJD, MJD speak for themselves; BJD, HJD and
    JD are completed by the numbers (full dates, minus 2400000, minus 2450000). Else "unknown".
    """
    for text in (column, *comments):
        match = _OFFSET.search(text)
        if match:
            zero = float(match[2])
            named = {2457000.0: "BTJD", 2454833.0: "BKJD"} if match[1].upper() == "BJD" else {}
            return named.get(zero, f"{match[1].upper()}-{zero:.10g}")
    name = _plain(column)
    for word in ("btjd", "bkjd", "mjd"):
        if word in name:
            return word.upper()
    middle = float(np.nanmedian(time)) if np.isfinite(time).any() else np.nan
    kind = next((word.upper() for word in ("bjd", "hjd", "jd") if word in name), None)
    if middle > 2.3e6:
        return kind or "JD"
    if kind is None:
        return UNKNOWN_SCALE
    if 4e4 < middle < 8e4:
        return f"{kind}-2400000"
    return f"{kind}-2450000" if 4500 < middle < 15000 else UNKNOWN_SCALE
