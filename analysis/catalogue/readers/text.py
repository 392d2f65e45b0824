"""Tables in plain text: comma, tab, semicolon, bar or blank separated, with or without a header line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from analysis.catalogue.columns import match_column
from analysis.catalogue.errors import DataError
from analysis.catalogue.raw import Progress, RawColumn, RawTable
from analysis.catalogue.readers.arrow import raw_from_arrow
from analysis.catalogue.readers.packed import is_gzip, open_unpacked

NULLS = ("", "nan", "NaN", "NAN", "null", "NULL", "Null", "None", "none", "N/A", "n/a", "NA", "--", "-", "---", "#N/A")
_HEAD_BYTES = 1 << 18
_FIRST_LOOK = 1000
_DASHES = re.compile(r"^[-\s|,;]*-[-\s|,;]*$")


@dataclass(frozen=True)
class Layout:
    """How the rows of a text file are laid out, judged from its first lines."""

    encoding: str
    separator: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    skipped_lines: int
    has_header: bool


def read_text(path: Path, progress: Progress) -> RawTable:
    """The table of a text file (gzip too), numbers where a whole column is numbers.

    Lines before the table that start with # are comments; where the table has no header line, the last of them
    is taken as one if it has as many words. A row of units over a row of dashes (VizieR) gives units.
    Raises DataError for rows of uneven length.
    """
    progress(0.0, "Reading the text table")
    try:
        layout = judge(*_head(path), path)
        table = _blank_separated(path, layout) if layout.separator == " " else _separated(path, layout)
    except (pa.ArrowException, OSError, EOFError, UnicodeError) as error:
        problem = " ".join(str(error).split())[:300]
        raise DataError(
            f"the text table cannot be read ({problem})",
            path=path,
            hint="Give every row as many values as the header has names",
        ) from error
    raw = raw_from_arrow(table, "text")
    for column, unit in zip(raw.columns, layout.units, strict=False):
        column.unit = unit
    raw.columns = [_numbers_where_all_are(column) for column in raw.columns]
    if not layout.has_header:
        raw.notes.append(f"the file has no header line: its columns are named {', '.join(layout.names)}")
    return raw


def judge(head: str, encoding: str, path: Path) -> Layout:
    """The layout of a text table from its first lines. Raises DataError where it is comments only."""
    lines = head.splitlines()
    comments = 0
    while comments < len(lines) and (lines[comments].startswith(("#", "%")) or not lines[comments].strip()):
        comments += 1
    if comments == len(lines):
        raise DataError("the file holds no table", path=path, hint="Give it a header line and one star a row")
    body = lines[comments : comments + 200]
    separator = _separator(body)
    first = _split(body[0], separator)
    words = _split(lines[comments - 1].lstrip("#% "), separator) if comments else []
    if len(words) == len(first) and any(map(_is_number, first)) and not any(map(_is_number, words)):
        return Layout(encoding, separator, tuple(_told_apart(words)), (), comments, True)
    if _all_numbers(first):
        numbered = tuple(f"column_{number}" for number in range(1, len(first) + 1))
        return Layout(encoding, separator, numbered, (), comments, False)
    units: tuple[str, ...] = ()
    skipped = comments + 1
    if len(body) > 2 and _DASHES.match(body[2]) and not _DASHES.match(body[1]):
        units, skipped = tuple(_split(body[1], separator)), comments + 3
    names = [name or f"column_{number}" for number, name in enumerate(first, 1)]
    return Layout(encoding, separator, tuple(_told_apart(names)), units, skipped, True)


def _head(path: Path) -> tuple[str, str]:
    """The first lines and their encoding."""
    with open_unpacked(path) as file:
        found = file.read(_HEAD_BYTES)
    if len(found) == _HEAD_BYTES:
        found = found[: found.rfind(b"\n") + 1] or found
    try:
        return found.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return found.decode("latin-1"), "latin-1"


def _separator(body: list[str]) -> str:
    for candidate in (",", "\t", ";", "|"):
        if candidate in body[0]:
            return candidate
    return " "


def _split(line: str, separator: str) -> list[str]:
    words = line.split() if separator == " " else line.split(separator)
    return [word.strip().strip('"').strip() for word in words]


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return word.casefold() not in ("nan", "inf", "infinity")


def _all_numbers(words: list[str]) -> bool:
    present = [word for word in words if word not in NULLS]
    return bool(present) and all(_is_number(word) for word in present)


def _told_apart(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return out


def _is_text_column(name: str) -> bool:
    known = match_column(name)
    return known is not None and known.is_text


def _separated(path: Path, layout: Layout) -> pa.Table:
    with pa.input_stream(path, compression="gzip" if is_gzip(path) else None) as stream:
        return pa.csv.read_csv(
            stream,
            pa.csv.ReadOptions(
                column_names=list(layout.names), skip_rows=layout.skipped_lines, encoding=layout.encoding
            ),
            pa.csv.ParseOptions(delimiter=layout.separator, newlines_in_values=True),
            pa.csv.ConvertOptions(
                null_values=list(NULLS),
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                column_types={name: pa.string() for name in layout.names if _is_text_column(name)},
            ),
        )


def _blank_separated(path: Path, layout: Layout) -> pa.Table:
    columns: list[list[str | None]] = [[] for _ in layout.names]
    with TextIOWrapper(open_unpacked(path), encoding=layout.encoding, errors="replace") as file:
        for number, line in enumerate(file, 1):
            words = line.split()
            if number <= layout.skipped_lines or not words or words[0].startswith("#"):
                continue
            if len(words) != len(columns):
                raise DataError(
                    f"line {number} has {len(words)} values for {len(columns)} columns",
                    path=path,
                    hint="Separate the values by commas where some are missing or hold blanks",
                )
            for column, word in zip(columns, words, strict=True):
                column.append(None if word in NULLS else word)
    return pa.table([pa.array(column, pa.string()) for column in columns], names=list(layout.names))


def _numbers_where_all_are(column: RawColumn) -> RawColumn:
    """The column as numbers where every text in it is one: padded, blank-separated or partly quoted columns."""
    if not column.is_text or _is_text_column(column.name) or not _starts_with_number(column.content):
        return column
    texts = [None if text is None or text.strip() in NULLS else text.strip() for text in column.texts]
    missing = np.array([text is None for text in texts], dtype=bool)
    present = [text for text in texts if text is not None]
    if not present:
        return RawColumn(column.name, np.full(len(missing), np.nan), None, column.unit)
    if not all(_is_number(text) or text.casefold() in ("inf", "-inf") for text in present):
        return column
    try:
        numbers = np.array([int(text) for text in present], dtype=np.int64)
    except (ValueError, OverflowError):
        numbers = np.array([float(text) for text in present], dtype=np.float64)
    values = np.zeros(len(missing), dtype=numbers.dtype)
    values[~missing] = numbers
    return RawColumn(column.name, values, missing if missing.any() else None, column.unit)


def _starts_with_number(texts: Any) -> bool:
    """Whether the first text that is not blank is a number: spares long columns of words a second look."""
    for first in texts.slice(0, _FIRST_LOOK).to_pylist():
        if first is not None and first.strip() not in NULLS:
            return _is_number(first) or first.strip().casefold() in ("inf", "-inf")
    return True
