"""The truth of a simulated catalogue, kept apart from its columns, and what the present cuts cost of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import simulate
from analysis.selection import Cut, Range
from analysis.selection.table_columns import number_column
from analysis.selection.tuning import Curve, Score, curve_along
from analysis.simulate.surveys import LARGEST, ROW_BITS
from components.state.catalogue import Catalogue
from components.state.once import once

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
MARK = 0xFF
# Classes that the survey holds more of than nature does, by the enrichment of its recipe.
ENRICHED = ("ms_ns", "ms_bh")
# What is looked for at first, in the survey and among extended sources.
DARK_COMPANIONS = ("ms_ns", "ms_bh")
CLUSTERS = ("star cluster", "M31 cluster")
CLASS_TITLES = {
    "single": "single star",
    "ms_ms": "MS + MS",
    "ms_wd": "MS + white dwarf",
    "ms_ns": "MS + neutron star",
    "ms_bh": "MS + black hole",
    "triple": "triple",
    "spotted": "spotted star",
    "pulsating": "pulsating star",
    "blend": "blend",
    "extended": "galaxy or cluster",
}


@dataclass(frozen=True, eq=False)
class TrueClasses:
    """The true class of each star: the rows of the catalogue sorted by class.

    ``rows[starts[i]:starts[i + 1]]`` are the rows of ``classes[i]``; ``unknown`` rows are of no known class.
    """

    classes: tuple[str, ...]
    rows: np.ndarray
    starts: np.ndarray
    unknown: int

    @classmethod
    def from_codes(cls, classes: tuple[str, ...], codes: np.ndarray) -> TrueClasses:
        """Return the classes from one code a row; a negative code is a row without truth."""
        rows = np.argsort(codes, kind="stable").astype(np.int32)
        unknown = int(np.count_nonzero(codes < 0))
        counts = np.bincount(codes[codes >= 0], minlength=len(classes))
        return cls(classes, rows[unknown:], np.concatenate(([0], np.cumsum(counts))), unknown)

    @property
    def totals(self) -> np.ndarray:
        """Return the number of stars of each class."""
        return np.diff(self.starts)

    def sort(self, values: np.ndarray) -> np.ndarray:
        """Return the values of all rows in the order of ``rows``."""
        return values[self.rows]

    def count(self, sorted_mask: np.ndarray) -> np.ndarray:
        """Return how many stars of each class a mask holds that is in the order of ``rows``."""
        return np.array(
            [np.count_nonzero(sorted_mask[a:b]) for a, b in zip(self.starts, self.starts[1:], strict=False)]
        )

    def are(self, wanted: Collection[str]) -> np.ndarray:
        """Return a mask, in the order of ``rows``, of the stars of these classes."""
        mask = np.zeros(len(self.rows), bool)
        for number, name in enumerate(self.classes):
            mask[self.starts[number] : self.starts[number + 1]] = name in wanted
        return mask


def class_titles(catalogue: Catalogue) -> dict[str, str]:
    """Return each true class that the catalogue's stars can have, with its title."""
    return dict(CLASS_TITLES) if catalogue.is_simulated else {kind: kind for kind in simulate.KINDS}


def first_wanted(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the classes that are looked for at first."""
    return DARK_COMPANIONS if catalogue.is_simulated else CLUSTERS


def true_classes(catalogue: Catalogue, progress: Progress | None = None) -> TrueClasses | None:
    """Return the true classes of a catalogue whose truth is known, None for any other; made once for all sessions."""
    if not catalogue.has_truth:
        return None
    return once(catalogue, "true classes").get(lambda: _read_classes(catalogue, progress))


def true_values(catalogue: Catalogue, row: int) -> dict[str, Any]:
    """Return the truth of one simulated star by column, texts for classes; raises ValueError for any other star."""
    star = simulate.as_star(
        {"source_id": int(catalogue.values("source_id")[row]), "simulated": catalogue.attrs["simulated"]}
    )
    return {name: texts[int(star[name])] if texts else star[name] for name, _, _, _, texts in simulate.TRUTH}


def true_rows(
    catalogue: Catalogue, rows: np.ndarray, columns: Collection[str], progress: Progress | None = None
) -> pd.DataFrame:
    """Return some columns of the truth for these rows of a simulated catalogue, without those whose truth is unknown.

    The index is the row in the catalogue. Raises ValueError for a catalogue that is not simulated.
    """
    if not catalogue.is_simulated:
        raise ValueError(f"{catalogue.title} is no simulated catalogue: the truth of its stars is not known")
    known, places, table = _truth_of(catalogue, rows, progress)
    return table[list(columns)].iloc[places[known]].set_axis(rows[known], axis=0)


def _truth_of(
    catalogue: Catalogue, rows: np.ndarray | slice, progress: Progress | None
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Which of the rows have a truth, their places in the table of the truth, and that table."""
    about = catalogue.attrs["simulated"]
    table = _open_or_make(catalogue, about, progress)
    ids = catalogue.values("source_id")[rows].astype(np.int64, copy=False)
    recipe = simulate.Recipe(int(about["seed"]), float(about["enrichment"]))
    places, marks = ids & (LARGEST - 1), (ids >> ROW_BITS) & MARK
    return (marks == recipe.mark) & (places < len(table)), places, table


def _read_classes(catalogue: Catalogue, progress: Progress | None) -> TrueClasses:
    if not catalogue.is_simulated:
        return _population_classes(catalogue)
    known, places, table = _truth_of(catalogue, slice(None), progress)
    labels = table["class_true"].cat
    codes = np.full(len(places), -1, np.int8)
    codes[known] = labels.codes.to_numpy()[places[known]]
    return TrueClasses.from_codes(tuple(map(str, labels.categories)), codes)


def _population_classes(catalogue: Catalogue) -> TrueClasses:
    """The kinds of simulated extended sources, found by their identifiers; other rows are of no known kind."""
    about = catalogue.attrs["population"]
    made = simulate.extended_population(int(about["n"]), int(about["seed"]))
    kinds = simulate.extended_population_truth(int(about["n"]), int(about["seed"]))["kind_true"].cat
    places = pd.Index(made["source_id"]).get_indexer(catalogue.values("source_id"))
    codes = np.where(places >= 0, kinds.codes.to_numpy()[places], -1).astype(np.int8)
    return TrueClasses.from_codes(tuple(map(str, kinds.categories)), codes)


def _open_or_make(catalogue: Catalogue, about: Mapping[str, Any], progress: Progress | None) -> pd.DataFrame:
    path = catalogue.attrs.get("path")
    if path is not None and simulate.truth_path(Path(path)).is_file():
        try:
            found = simulate.open_truth(Path(path))
        except simulate.SurveyFileError as error:
            log.warning("the truth is simulated again: %s", error)
        else:
            if found.attrs["simulated"] == dict(about):
                return found
            log.warning("the truth beside %s is of another survey: it is simulated again", path)
    return simulate.truth(int(about["n"]), int(about["seed"]), float(about["enrichment"]), progress)


@dataclass(frozen=True, eq=False)
class CutCost:
    """What one cut takes from each class: on its own, and of the stars that pass all other cuts."""

    name: str
    removed: np.ndarray
    removed_only: np.ndarray


@dataclass(frozen=True, eq=False)
class Tally:
    """What the present cuts leave of each class (arrays in the order of ``classes``), and what each cut costs."""

    classes: tuple[str, ...]
    totals: np.ndarray
    passing: np.ndarray
    costs: tuple[CutCost, ...]
    unknown: int
    enrichment: float = 1.0

    def purity_in_nature(self, wanted: Collection[str]) -> float:
        """Return the purity with neutron stars and black holes at their natural number; NaN where nothing passes."""
        natural = self.passing / np.where([name in ENRICHED for name in self.classes], self.enrichment, 1.0)
        total = float(natural.sum())
        chosen = [name in wanted for name in self.classes]
        return float(natural[chosen].sum()) / total if total > 0 else float("nan")

    def score(self, wanted: Collection[str]) -> Score:
        """Return how complete and pure the selection is for the wanted classes; rows without truth do not count."""
        chosen = [name in wanted for name in self.classes]
        return Score(int(self.passing.sum()), int(self.totals[chosen].sum()), int(self.passing[chosen].sum()))


class TruthCounter:
    """Counts the cuts of one session against the truth; remembers what each cut removed. One thread at a time."""

    def __init__(self, catalogue: Catalogue, truth: TrueClasses) -> None:
        self.truth = truth
        self.enrichment = float(catalogue.attrs["simulated"]["enrichment"]) if catalogue.is_simulated else 1.0
        self._table = catalogue.table
        self._fails: dict[str, tuple[Cut, np.ndarray]] = {}
        self._values: tuple[str, np.ndarray] | None = None

    def tally(self, cuts: Mapping[str, Cut]) -> Tally:
        """Return what the cuts leave and what each costs; open sliders are left out."""
        fails = self.failing(cuts)
        truth = self.truth
        number = self.number_of_fails(fails.values())
        decided = number == 1
        costs = tuple(
            CutCost(name, truth.count(failed), truth.count(failed & decided)) for name, failed in fails.items()
        )
        return Tally(truth.classes, truth.totals, truth.count(number == 0), costs, truth.unknown, self.enrichment)

    def curve(
        self,
        cuts: Mapping[str, Cut],
        name: str,
        end: str,
        thresholds: np.ndarray,
        wanted: Collection[str],
        only: Collection[str] | None = None,
    ) -> Curve:
        """Return completeness and purity as one end of the slider ``name`` moves, all other cuts applied.

        With ``only``, of the stars of these classes alone.
        """
        moving = cuts[name]
        if not isinstance(moving, Range):
            raise TypeError(f"{name} is no slider; a curve follows the limits of one column")
        others = {other: cut for other, cut in cuts.items() if other != name}
        passing = self.number_of_fails(self.failing(others, keep=name).values()) == 0
        values = self._sorted_values(moving.column)
        still = Range("still", high=moving.high) if end == "low" else Range("still", low=moving.low)
        if not still.is_open:
            passing &= still.mask({"still": values})
        if only is not None:
            passing &= self.truth.are(only)
        return curve_along(values, passing, self.truth.are(wanted), thresholds, end)

    def failing(self, cuts: Mapping[str, Cut], keep: str = "") -> dict[str, np.ndarray]:
        """Return the stars, in the order of classes, that each cut removes; open sliders are left out."""
        known = {name: kept for name, kept in self._fails.items() if name in cuts or name == keep}
        failing: dict[str, np.ndarray] = {}
        for name, cut in cuts.items():
            if isinstance(cut, Range) and cut.is_open:
                continue
            if name not in known or known[name][0] != cut:
                known[name] = cut, self.truth.sort(~cut.mask(self._table))
            failing[name] = known[name][1]
        self._fails = known
        return failing

    def number_of_fails(self, fails: Collection[np.ndarray]) -> np.ndarray:
        """Return how many of the cuts remove each star, in the order of classes."""
        number = np.zeros(len(self.truth.rows), np.uint16 if len(fails) > 255 else np.uint8)
        for failed in fails:
            number += failed
        return number

    def _sorted_values(self, column: str) -> np.ndarray:
        if self._values is None or self._values[0] != column:
            self._values = column, self.truth.sort(number_column(self._table, column))
        return self._values[1]
