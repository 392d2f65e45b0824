"""Completeness and purity along every slider at once, quick enough to follow a cut that is dragged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.selection import Cut, Range
from analysis.selection.table_columns import number_column
from analysis.selection.tuning import Curve, curve_of_places, places_among
from components.state.catalogue import Catalogue
from components.state.truth import TruthCounter

STEPS = 64
LOWER, UPPER = "low", "high"


@dataclass(frozen=True, eq=False)
class SliderCurve:
    """What the limit at one end of a slider would bring at evenly spaced places of it, all other cuts applied."""

    end: str
    curve: Curve


class SliderCurves:
    """Keeps each star's place on every slider (a byte), so that a curve is one look at the stars that pass."""

    def __init__(self, catalogue: Catalogue, counter: TruthCounter) -> None:
        self._catalogue = catalogue
        self._counter = counter
        self._places: dict[tuple[str, str], np.ndarray] = {}
        self._still: dict[str, tuple[Range, np.ndarray]] = {}

    def along(self, cuts: Mapping[str, Cut], wanted: Collection[str]) -> dict[str, SliderCurve]:
        """Return the curve of every slider among the cuts, open ones too: along the end that cuts, else the lower."""
        truth, fails = self._counter.truth, self._counter.failing(cuts)
        number = self._counter.number_of_fails(fails.values())
        are_wanted = truth.are(wanted)
        of_wanted = int(np.count_nonzero(are_wanted))
        found: dict[str, SliderCurve] = {}
        self._forget({cut.column for cut in cuts.values() if isinstance(cut, Range)})
        for name, cut in cuts.items():
            if not isinstance(cut, Range) or self._catalogue.slider_limits(cut.column) is None:
                continue
            end = cutting_end(cut)
            passing = number == fails.get(name, 0)
            passing &= self._passes_other_end(name, cut, end)
            steps = even_thresholds(self._catalogue, cut.column, STEPS)
            places = self._place(cut.column, end, steps)
            found[name] = SliderCurve(end, curve_of_places(places, passing, are_wanted, steps, end, of_wanted))
        return found

    def _forget(self, columns: Collection[str]) -> None:
        self._places = {key: places for key, places in self._places.items() if key[0] in columns}

    def _place(self, column: str, end: str, steps: np.ndarray) -> np.ndarray:
        key = column, end
        if key not in self._places:
            values = number_column(self._catalogue.table, column)
            self._places[key] = self._counter.truth.sort(places_among(values, steps, end))
        return self._places[key]

    def _passes_other_end(self, name: str, cut: Range, end: str) -> np.ndarray | bool:
        """Return the stars that the end that stays where it is lets pass; remembered while it does."""
        still = Range(cut.column, high=cut.high) if end == LOWER else Range(cut.column, low=cut.low)
        if still.is_open:
            self._still.pop(name, None)
            return True
        known = self._still.get(name)
        if known is None or known[0] != still:
            known = still, self._counter.truth.sort(still.mask(self._catalogue.table))
            self._still[name] = known
        return known[1]


def cutting_end(cut: Range) -> str:
    """Return the end of a slider that is looked at: the one that cuts, the lower where both or none do."""
    return UPPER if cut.low is None and cut.high is not None else LOWER


def even_thresholds(catalogue: Catalogue, column: str, steps: int) -> np.ndarray:
    """Return ascending thresholds over a slider's range, evenly spaced on its scale."""
    low, high = catalogue.slider_limits(column) or (0.0, 1.0)
    return (
        np.geomspace(low, high, steps) if catalogue.slider_scale(column) == "log10" else np.linspace(low, high, steps)
    )
