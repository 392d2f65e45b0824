"""Gaia source identifiers: 64-bit integers, whole and unique."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.catalogue.errors import DataError
from analysis.catalogue.raw import RawColumn

ID_COLUMNS = ("source_id", "hip", "tic", "obsid", "designation")
# Columns outside the schema that name stars in people's own tables, in small letters.
NAME_COLUMNS = ("name", "star_name", "star", "object", "object_name", "target", "main_id", "simbad_id", "id")
_TEXT_ID = re.compile(r"^(?:gaia\s*)?(?:e?dr\s*\d\s*)?(\d{1,19})$", re.IGNORECASE)
_EXACT_FLOATS = 2.0**53
_LARGEST = np.iinfo(np.int64).max
_WRITE_WHOLE = "Write the ids as integers or as text: a float keeps only 16 of their 19 digits"


def looks_like_ids(column: RawColumn) -> bool:
    """Whether a column whose name may mean Gaia ids holds any: integers, floats as large as ids, or text of them."""
    if column.is_text:
        return all(_TEXT_ID.match(text.strip()) for text in column.texts if text is not None)
    if column.kind == "f":
        present = column.numbers[~column.missing_mask]
        return bool(len(present)) and bool(np.nanmax(np.abs(present)) > _EXACT_FLOATS)
    return column.kind in "iu"


def whole_ids(column: RawColumn) -> NDArray[np.int64]:
    """The ids as int64, exact.

    Integers are taken as they are, text such as "Gaia DR3 123" by its digits. Raises DataError for floats, for text
    that is no id, and for rows without id (none, zero or negative).
    """
    if column.kind == "f":
        first = next((value for value in column.numbers.tolist() if not np.isnan(value)), np.nan)
        raise DataError(
            f"column {column.name!r} holds floating-point numbers such as {first!r} in place of ids",
            column=column.name,
            hint=_WRITE_WHOLE,
        )
    _refuse_rows(column, column.missing_mask, "have no id")
    if column.is_text:
        ids = _from_text(column)
    elif column.kind in "iu":
        _refuse_rows(column, np.asarray(column.numbers > _LARGEST), "have an id beyond 64 bits")
        ids = column.numbers.astype(np.int64, copy=False)
    else:
        problem = f"column {column.name!r} holds truth values in place of ids"
        raise DataError(problem, column=column.name, hint="Rename it")
    _refuse_rows(column, np.asarray(ids <= 0), "have an id that is zero or negative")
    return ids


def refuse_duplicates(ids: NDArray[np.int64], name: str = "source_id") -> None:
    """Raise DataError where an id stands in more than one row: a click could not tell which row is meant."""
    repeated = pd.Series(ids)[pd.Series(ids).duplicated(keep=False)]
    if repeated.empty:
        return
    counts = repeated.value_counts(sort=False)
    first = ", ".join(f"{value} ({count} times)" for value, count in list(counts.items())[:3])
    raise DataError(
        f"column {name!r} repeats {len(counts)} of its ids: {first}",
        column=name,
        hint="Keep one row a star, for velocities of several epochs with their range as delta_vr",
    )


def find_id_column(table: pd.DataFrame) -> tuple[str | None, list[str]]:
    """The column that names each row, or None, and a note on each that looked like one and is not.

    An identifier of the schema, else a column of texts or whole numbers that is called name, object, id or alike.
    """
    notes: list[str] = []
    own = {str(name).lower(): str(name) for name in reversed(table.columns.tolist())}
    for name in (*ID_COLUMNS, *(own[wanted] for wanted in NAME_COLUMNS if wanted in own)):
        if name not in table or table[name].dtype.kind == "f":
            continue
        if not table[name].isna().any() and table[name].is_unique:
            return name, notes
        notes.append(f"{name} has gaps or repeats, so it does not name the rows")
    return None, notes


def _from_text(column: RawColumn) -> NDArray[np.int64]:
    ids = np.empty(len(column), dtype=np.int64)
    for row, text in enumerate(column.texts):
        found = _TEXT_ID.match((text or "").strip())
        if found is None or int(found[1]) > _LARGEST:
            raise DataError(
                f"column {column.name!r} has {text!r} in row {row + 1}, which is no Gaia id",
                column=column.name,
                hint=_WRITE_WHOLE,
            )
        ids[row] = int(found[1])
    return ids


def _refuse_rows(column: RawColumn, bad: NDArray[Any], what: str) -> None:
    if bad.any():
        raise DataError(
            f"{int(bad.sum())} of {len(bad)} rows {what} in column {column.name!r}, first row {int(bad.argmax()) + 1}",
            column=column.name,
            hint="Leave these rows out, or rename the column if it does not name the rows",
        )
