"""What a selection costs and brings where the truth is known: completeness, purity, and both along a slider."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.selection.cuts import Cut, Range
from analysis.selection.table_columns import BoolArray, Table, number_column, row_count
from analysis.selection.thresholds import round_to

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Truth:
    """The true class of every row: names of the classes, and a code a row that counts into them (-1: unknown)."""

    classes: tuple[str, ...]
    codes: npt.NDArray[np.intp]

    @classmethod
    def from_labels(cls, labels: Any) -> Truth:
        """The truth from one label a row; a missing label makes the class unknown. Classes are sorted by name."""
        codes, names = pd.factorize(pd.Series(labels), sort=True)
        return cls(tuple(str(name) for name in names), np.asarray(codes, dtype=np.intp))

    def is_any_of(self, classes: Collection[str]) -> BoolArray:
        """True for the rows of these classes; raises ValueError where a class is not known."""
        for name in classes:
            if name not in self.classes:
                raise ValueError(f"there is no class {name!r}; there are {', '.join(self.classes) or 'none'}")
        chosen = np.array([name in classes for name in self.classes] + [False], dtype=np.bool_)
        return chosen[self.codes]

    def count(self, mask: BoolArray | None = None) -> IntArray:
        """Number of rows of each class, of those that pass the mask."""
        codes = self.codes if mask is None else self.codes[mask]
        return np.bincount(codes + 1, minlength=len(self.classes) + 1)[1:].astype(np.int64)


@dataclass(frozen=True)
class Score:
    """How well a selection finds the wanted rows: how many it selects, and how many of the wanted it finds."""

    selected: int
    wanted: int
    found: int

    @property
    def completeness(self) -> float:
        """Fraction of the wanted rows that are selected; NaN where none is wanted."""
        return self.found / self.wanted if self.wanted else float("nan")

    @property
    def purity(self) -> float:
        """Fraction of the selected rows that are wanted; NaN where none is selected."""
        return self.found / self.selected if self.selected else float("nan")


@dataclass(frozen=True, eq=False)
class Curve:
    """Scores along one end of a range: arrays with one value a threshold, all other cuts applied."""

    thresholds: FloatArray
    selected: IntArray
    found: IntArray
    wanted: int

    @property
    def completeness(self) -> FloatArray:
        """Fraction of the wanted rows that are selected; NaN where none is wanted."""
        return _ratio(self.found, np.full(len(self.found), self.wanted))

    @property
    def purity(self) -> FloatArray:
        """Fraction of the selected rows that are wanted; NaN where none is selected."""
        return _ratio(self.found, self.selected)


def purity_in_nature(all_rows: Curve, enriched: Curve, enrichment: float) -> FloatArray:
    """Purity along a curve with the rows of enriched classes counted at their natural number.

    `enriched` is the curve of those rows alone, which are `enrichment` times as common as in nature; NaN where nothing
    is selected. Raises ValueError for an enrichment that is not positive or curves of other thresholds.
    """
    if not enrichment > 0:
        raise ValueError(f"an enrichment of {enrichment:g} is not positive")
    if not np.array_equal(all_rows.thresholds, enriched.thresholds):
        raise ValueError("the two curves have different thresholds")
    surplus = 1 - 1 / enrichment
    return _ratio(all_rows.found - surplus * enriched.found, all_rows.selected - surplus * enriched.selected)


def score(mask: BoolArray, wanted: BoolArray) -> Score:
    """Counts, completeness and purity of the rows that pass a mask against those that are wanted."""
    found = np.count_nonzero(mask & wanted)
    return Score(int(np.count_nonzero(mask)), int(np.count_nonzero(wanted)), int(found))


def class_costs(cuts: Mapping[str, Cut], table: Table, truth: Truth) -> pd.DataFrame:
    """What each cut takes from each class: a table with one row for each cut and class.

    Columns: `cut`, `class`, `total` (rows of the class), `removed` (by this cut, whatever the others do) and
    `removed_only` (rows that pass all other cuts, so that this one alone decides).
    """
    masks = {name: cut.mask(table) for name, cut in cuts.items()}
    failures = np.zeros(row_count(table), dtype=np.int32)
    for mask in masks.values():
        failures += ~mask
    total = truth.count()
    blocks = [
        pd.DataFrame(
            {
                "cut": name,
                "class": list(truth.classes),
                "total": total,
                "removed": truth.count(~mask),
                "removed_only": truth.count(~mask & (failures == 1)),
            }
        )
        for name, mask in masks.items()
    ]
    columns = ["cut", "class", "total", "removed", "removed_only"]
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=columns)


def tuning_curve(
    cuts: Mapping[str, Cut], name: str, table: Table, wanted: BoolArray, thresholds: Any, end: str = "low"
) -> Curve:
    """Completeness and purity as one end of the range `cuts[name]` moves over the thresholds.

    The other end stays where it is and all other cuts stay applied. `wanted` is a boolean a row; `thresholds`
    are in the column's unit, in any order; `end` is "low" or "high". A missing value passes at no threshold.

    Raises TypeError where the cut is no Range, ValueError for another end or thresholds that are not finite.
    """
    moving = cuts[name]
    if not isinstance(moving, Range):
        raise TypeError(f"the cut {name!r} is a {type(moving).__name__}; a curve needs a Range, one column's limits")
    others = np.ones(row_count(table), dtype=np.bool_)
    for other, cut in cuts.items():
        if other != name:
            others &= cut.mask(table)
    fixed = Range(moving.column, high=moving.high) if end == "low" else Range(moving.column, low=moving.low)
    others &= fixed.mask(table)
    return curve_along(number_column(table, moving.column), others, wanted, thresholds, end)


def curve_along(
    values: npt.NDArray[Any], passing: BoolArray, wanted: BoolArray, thresholds: Any, end: str = "low"
) -> Curve:
    """The curve for a column's values, given the rows that pass all that does not move; see `tuning_curve`."""
    steps = np.asarray(thresholds, dtype=np.float64)
    if steps.ndim != 1 or not np.isfinite(steps).all():
        raise ValueError("thresholds are a list of finite numbers")
    order = np.argsort(steps, kind="stable")
    candidates = np.flatnonzero(passing & (values == values))
    places = places_among(values[candidates], steps[order], end)
    everything = np.ones(candidates.size, dtype=np.bool_)
    found = curve_of_places(places, everything, wanted[candidates], steps[order], end, np.count_nonzero(wanted))
    selected, of_wanted = np.empty_like(found.selected), np.empty_like(found.found)
    selected[order], of_wanted[order] = found.selected, found.found
    return Curve(steps, selected, of_wanted, found.wanted)


def places_among(values: npt.NDArray[Any], thresholds: FloatArray, end: str = "low") -> npt.NDArray[Any]:
    """Where each value lies among ascending thresholds: what a curve needs to know of a column, a byte a row.

    The number of thresholds that a value passes as a lower limit (`end` "low"), or does not pass as an upper one
    ("high"); one more than there are thresholds for a missing value. Raises ValueError for another end.
    """
    if end not in ("low", "high"):
        raise ValueError(f"the end of a range is 'low' or 'high', not {end!r}")
    limits = thresholds
    if values.dtype.kind == "f":
        direction = 1 if end == "low" else -1
        limits = np.array([round_to(values.dtype, float(step), direction) for step in thresholds], dtype=values.dtype)
    places = np.searchsorted(limits, values, side="right" if end == "low" else "left")
    places[values != values] = len(limits) + 1
    return places.astype(np.uint8 if len(limits) < 255 else np.uint32)


def curve_of_places(
    places: npt.NDArray[Any], passing: BoolArray, wanted: BoolArray, thresholds: FloatArray, end: str,
    of_wanted: int | np.integer[Any] | None = None,
) -> Curve:  # fmt: skip
    """The curve of `curve_along` from `places_among` ascending thresholds; `of_wanted` rows are wanted in all.

    One pass counts the rows at each place; sums of the counts from the end do the rest.
    """
    candidates = np.flatnonzero(passing)
    number = len(thresholds) + 2
    codes = 2 * places[candidates].astype(np.intp) + wanted[candidates]
    counts = np.bincount(codes, minlength=2 * number).reshape(-1, 2)[: number - 1]
    # Up to a threshold, or from it on: the sum that includes the rows at the threshold.
    sums = np.cumsum(counts[::-1], axis=0)[-2::-1] if end == "low" else np.cumsum(counts, axis=0)[:-1]
    total = np.count_nonzero(wanted) if of_wanted is None else of_wanted
    return Curve(thresholds, sums.sum(axis=1), sums[:, 1], int(total))


def _ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> FloatArray:
    result = np.full(len(above), np.nan)
    np.divide(above, below, out=result, where=below > 0)
    return result
