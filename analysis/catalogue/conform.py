"""From a file's table to the schema's: names, units, types, identifiers. The one door for units."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.catalogue.columns import COLUMNS, Column, match_column
from analysis.catalogue.entries import numbers_from_text, text_series, truth_from, without_mask
from analysis.catalogue.errors import DataError
from analysis.catalogue.identifiers import find_id_column, looks_like_ids, refuse_duplicates, whole_ids
from analysis.catalogue.raw import RawColumn, RawTable
from analysis.catalogue.units import conversion, is_unit, plain_unit

_MOST_NAMED = 12


@dataclass
class _Conformed:
    """What the table will hold, and what was done to it."""

    columns: dict[str, Any] = field(default_factory=dict)
    described: dict[str, dict[str, str]] = field(default_factory=dict)
    renamed: list[str] = field(default_factory=list)
    converted: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def conform(raw: RawTable, path: Path) -> pd.DataFrame:
    """The file's table in the schema's names, units and types.

    Columns are matched by name, then by letter case, then by alias; unknown ones are kept as they are. NaN is
    missing in number columns. `attrs`: "path", "origin" (the kind of file), "title", "notes" (what was renamed,
    converted, left out), "columns" (unit, UCD and description of the unknown ones), "id_column".
    Raises DataError for a table without rows or numbers, broken or repeated ids, words where numbers belong.
    """
    if not raw.n_rows:
        raise DataError("the table has no rows", path=path, hint="Give it at least one star")
    done = _Conformed(notes=list(raw.notes))
    try:
        for column, known in _matched(raw.columns):
            _take(column, known, done)
        if "source_id" in done.columns:
            refuse_duplicates(done.columns["source_id"])
    except DataError as error:
        raise error.at(path) from error
    _check_usable(done, path)
    table = pd.DataFrame(done.columns, copy=False)
    id_column, notes = find_id_column(table)
    table.attrs = {
        "path": str(path),
        "origin": raw.kind,
        "title": raw.title,
        "notes": [*_change_notes(done), *done.notes, *_missing_notes(table), *notes],
        "columns": done.described,
        "id_column": id_column,
    }
    return table


def _matched(columns: list[RawColumn]) -> list[tuple[RawColumn, Column | None]]:
    """Each column with the schema's one that it means; of two that mean the same the better spelled one."""
    meant = [match_column(column.name) for column in columns]

    def distance(place: int) -> int:
        known, name = meant[place], columns[place].name
        return 0 if known is None or known.name == name else 1 if known.name.casefold() == name.casefold() else 2

    owner: dict[str, int] = {}
    for place in sorted(range(len(columns)), key=distance):
        known = meant[place]
        if known is not None:
            owner.setdefault(known.name, place)
    return [
        (column, known if known is not None and owner[known.name] == place else None)
        for place, (column, known) in enumerate(zip(columns, meant, strict=True))
    ]


def _take(column: RawColumn, known: Column | None, done: _Conformed) -> None:
    values = None if known is None else _as_known(column, known, done)
    if known is None or values is None:
        _keep(column, done)
        return
    if column.name.casefold() != known.name.casefold():
        done.renamed.append(f"{column.name} to {known.name}")
    done.columns[known.name] = values


def _keep(column: RawColumn, done: _Conformed) -> None:
    """Take a column that the schema does not know, or not in this form, under a name of its own."""
    name = column.name
    if name in COLUMNS or name in done.columns:
        number = 1
        while (name := f"{column.name}_as_given" + (f"_{number}" if number > 1 else "")) in done.columns:
            number += 1
        done.notes.append(f"kept the file's {column.name} as {name}")
    done.columns[name] = text_series(column) if column.is_text else without_mask(column)
    facts = {"unit": plain_unit(column.unit), "ucd": column.ucd, "description": " ".join(column.description.split())}
    if any(facts.values()):
        done.described[name] = facts


def _as_known(column: RawColumn, known: Column, done: _Conformed) -> Any:
    """The values as the schema wants them, or None where an alias or a unit turned out to mean something else."""
    spelled = column.name.casefold() == known.name.casefold()
    if known.name == "source_id":
        return whole_ids(column) if spelled or looks_like_ids(column) else None
    if known.is_text:
        return text_series(column)
    if known.dtype == "bool":
        return truth_from(column, known.name)
    if column.is_text:
        numbers = numbers_from_text(column, known)
        if numbers is None and not spelled:
            return None
        if numbers is None:
            _refuse_words(column)
        column = numbers if numbers is not None else column
    return _in_unit(column, known, done)


def _in_unit(column: RawColumn, known: Column, done: _Conformed) -> Any:
    values = without_mask(column)
    if not is_unit(column.unit) or (not known.unit and column.unit.strip() in ("1", "count", "ct")):
        return values
    try:
        factor = conversion(column.unit, known.unit)
    except LookupError:
        wanted = known.unit or "a pure number"
        done.notes.append(f"the unit {column.unit!r} of {column.name} is unknown: taken to be {wanted}")
        return values
    if factor is None:
        wanted = known.unit or "a pure number"
        done.notes.append(f"{column.name} is in {column.unit}, which is no form of {wanted}, so it is not {known.name}")
        return None
    if factor == 1.0:
        return values
    done.converted.append(f"{known.name} from {column.unit} to {known.unit or 'a pure number'}")
    return values * (factor if values.dtype.kind == "f" else np.float64(factor))


def _refuse_words(column: RawColumn) -> None:
    for row, value in enumerate(column.texts):
        if value is not None and not _reads_as_number(value):
            raise DataError(
                f"column {column.name!r} has {value!r} in row {row + 1} where a number belongs",
                column=column.name,
                hint="Mend the value, leave it empty if it is missing, or rename the column",
            )


def _reads_as_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _check_usable(done: _Conformed, path: Path) -> None:
    numeric = [name for name, values in done.columns.items() if values.dtype.kind in "fiu"]
    if not any(name != "source_id" for name in numeric):
        names = ", ".join(list(done.columns)[:_MOST_NAMED]) or "none"
        raise DataError(
            f"the table has no column of numbers to look at (its columns: {names})",
            path=path,
            hint="Check the separator and the decimal sign, or add columns such as parallax and phot_g_mean_mag",
        )


def _change_notes(done: _Conformed) -> list[str]:
    notes = []
    for what, changes in (("renamed", done.renamed), ("converted", done.converted)):
        if changes:
            more = f" and {len(changes) - _MOST_NAMED} more" if len(changes) > _MOST_NAMED else ""
            notes.append(f"{what} {', '.join(changes[:_MOST_NAMED])}{more}")
    return notes


def _missing_notes(table: pd.DataFrame) -> list[str]:
    empty = [str(name) for name in table if table[name].isna().all()]
    return [f"columns without any value: {', '.join(empty)}"] if empty else []
