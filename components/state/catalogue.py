"""One open catalogue: a read-only table with its derived columns, shared by all sessions of a process."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.catalogue import COLUMNS, Column
from analysis.catalogue.column import PRINTED_UNITS
from analysis.selection import Prepared
from components.state.planes import Figure, default_figures, figures_for
from components.state.ranges import robust_range, slider_range

ID_COLUMNS = ("source_id", "hip", "designation", "tic", "obsid")
POINT_LIMIT = 4000


@dataclass(frozen=True)
class Label:
    """How a column is named on the screen."""

    name: str
    text: str
    short: str
    unit: str
    meaning: str
    scale: str

    @property
    def printed_unit(self) -> str:
        """Return the unit as people write it: km/s, M☉."""
        return PRINTED_UNITS.get(self.unit, self.unit)


class Catalogue:
    """A table in schema units with what every view asks of it.

    ``table`` is never changed after construction; its arrays are read-only where it was memory-mapped.
    """

    def __init__(self, table: pd.DataFrame, name: str, title: str) -> None:
        self.table = table
        self.name = name
        self.title = title
        self.attrs: dict[str, Any] = dict(table.attrs)
        self.prepared = Prepared(table)
        self._limits: dict[str, tuple[float, float] | None] = {}

    def __len__(self) -> int:
        return len(self.table)

    @property
    def is_simulated(self) -> bool:
        """Tell whether the stars are made by `analysis.simulate`, so that series and truth can be made too."""
        return isinstance(self.attrs.get("simulated"), dict)

    @property
    def is_made_up(self) -> bool:
        """Tell whether the stars are no real ones, simulated with series or without."""
        return bool(self.attrs.get("simulated"))

    @property
    def has_truth(self) -> bool:
        """Tell whether it is known what each star really is."""
        return self.is_simulated or "population" in self.attrs

    @property
    def notes(self) -> list[str]:
        """Return what a reader should know of the catalogue, one sentence each."""
        return [str(note) for note in self.attrs.get("notes", ())]

    @cached_property
    def numeric_columns(self) -> tuple[str, ...]:
        """Return the columns that can be an axis or a slider: real numbers, not identifiers."""
        return tuple(
            name for name in self.table.columns if self.table[name].dtype.kind in "fiu" and name not in ID_COLUMNS
        )

    @cached_property
    def text_columns(self) -> tuple[str, ...]:
        """Return the columns of texts and truth values."""
        return tuple(name for name in self.table.columns if self.table[name].dtype.kind not in "fiu")

    @cached_property
    def id_column(self) -> str | None:
        """Return the column that names a star, or None when only the row number does."""
        if "id_column" in self.attrs:
            named: str | None = self.attrs["id_column"]
            return named
        return next((name for name in ID_COLUMNS if name in self.table.columns), None)

    def values(self, column: str) -> np.ndarray:
        """Return the values of a column as the array the table holds."""
        return self.table[column].to_numpy()

    def label(self, column: str) -> Label:
        """Return how the column is named, from the schema or from the file it came in."""
        known: Column | None = COLUMNS.get(column)
        if known is not None:
            return Label(column, known.label, known.short, known.unit, known.meaning, known.scale)
        own = self.attrs.get("columns", {}).get(column, {})
        unit = str(own.get("unit") or "")
        text = f"{column} ({PRINTED_UNITS.get(unit, unit)})" if unit else column
        return Label(column, text, column, unit, str(own.get("description") or ""), "linear")

    def identify(self, row: int) -> str:
        """Return the text that names the star of a row."""
        if self.id_column is None:
            return str(row)
        return str(self.table[self.id_column].iloc[row])

    def name_of(self, row: int) -> str:
        """Return the star's name with its kind, as a reader says it."""
        text = self.identify(row)
        if self.is_simulated:
            return f"Simulated star {text}"
        if self.is_made_up:
            return f"Simulated source {text}"
        prefix = {"source_id": "Gaia DR3 ", "hip": "HIP ", "tic": "TIC ", None: "row "}
        return prefix.get(self.id_column, "") + text

    def row_of(self, identifier: str) -> int | None:
        """Return the row of the star so named, or None."""
        if self.id_column is None:
            return int(identifier) if identifier.isdigit() and int(identifier) < len(self) else None
        values = self.values(self.id_column)
        wanted: object = identifier
        if values.dtype.kind in "iu":
            if not identifier.lstrip("-").isdigit():
                return None
            wanted = int(identifier)
        found = np.flatnonzero(values == wanted)
        return int(found[0]) if len(found) else None

    @cached_property
    def figures(self) -> list[Figure]:
        """Return the named figures this catalogue can show."""
        return figures_for(self.usable_columns)

    @cached_property
    def default_figures(self) -> dict[str, Figure]:
        """Return the figure each slot opens with."""
        return default_figures(self.usable_columns, self.numeric_columns)

    @cached_property
    def usable_columns(self) -> frozenset[str]:
        """Return the numeric columns with at least one finite value."""
        return frozenset(name for name in self.numeric_columns if self.slider_limits(name) is not None)

    def axis_range(self, column: str, scale: str) -> tuple[float, float] | None:
        """Return the range an axis of this column opens with."""
        return robust_range(self.values(column), scale)

    def slider_limits(self, column: str) -> tuple[float, float] | None:
        """Return the ends of the slider of this column, or None where it has no finite value."""
        if column not in self._limits:
            self._limits[column] = slider_range(self.values(column), self.slider_scale(column))
        return self._limits[column]

    def slider_scale(self, column: str) -> str:
        """Return ``log10`` for columns of many decades with positive values, else ``linear``."""
        if self.label(column).scale != "log10":
            return "linear"
        return "log10" if robust_range(self.values(column), "log10") is not None else "linear"

    def cell(self, column: str, row: int) -> Any:
        """Return one value as a plain Python number, text or None for missing."""
        value = self.table[column].iloc[row]
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
            return None
        known = COLUMNS.get(column)
        if isinstance(value, float) and known is not None and not known.is_text and value.is_integer():
            # Gaps make whole numbers floats; a reader still expects TIC 38846515.
            return int(value) if np.dtype(known.dtype).kind in "iu" else value
        return value

    def star(self, row: int) -> dict[str, Any]:
        """Return the values of one star by column; None where missing."""
        return {name: self.cell(name, row) for name in self.table.columns}
