"""Periods and mass ratios that the errors of Gaia imply, against the true ones of a simulated survey."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.binaries import PlatingThresholds
from analysis.binaries.projection_draws import BASELINE_YEARS
from analysis.selection import Cut
from components.state.catalogue import Catalogue
from components.state.once import once
from components.state.truth import true_rows

Progress = Callable[[float, str], None]
DAYS_A_YEAR = 365.25
NEEDED = ("period_yr", "q", "ruwe", "ruwe_spec")
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "neutron star or black hole": ("ms_ns", "ms_bh"),
        "white dwarf": ("ms_wd",),
        "main-sequence star": ("ms_ms",),
        "triple": ("triple",),
    }
)
INNER, OUTER = "inner", "outer"
_TRUTH = ("class_true", "period_true", "outer_period_true", "mass_ratio_true")
_LIMITS = PlatingThresholds()


@dataclass(frozen=True, eq=False)
class InferredTruth:
    """Stars with an inferred companion and a true one, one a line of ``table``; its index is the row in the catalogue.

    Columns: group (code into GROUPS), period and outer_period (true, yr; NaN where there is none), q (true),
    period_inferred (yr), q_inferred, and noticed: whether RUWE_ast and RUWE_spec exceed the paper's thresholds.
    """

    table: pd.DataFrame

    def true_period(self, triples: str = INNER) -> np.ndarray:
        """Return the true periods (yr): of triples, those of the inner or of the outer orbit."""
        inner = self.table["period"].to_numpy()
        return inner if triples == INNER else np.where(self.table["group"] == 3, self.table["outer_period"], inner)

    def passing(self, catalogue: Catalogue, cuts: Mapping[str, Cut]) -> np.ndarray:
        """Return which of these stars pass the cuts."""
        rows = self.table.index.to_numpy()
        kept = np.ones(len(rows), bool)
        for cut in cuts.values():
            kept &= cut.mask({name: catalogue.values(name)[rows] for name in cut.columns})
        return kept


@dataclass(frozen=True)
class Agreement:
    """How well one group of stars is inferred: medians and half the 16 to 84 % width of log10(inferred / true)."""

    group: str
    stars: int
    beyond_baseline: int
    log_period: tuple[float, float]
    log_q: tuple[float, float]


def can_be_compared(catalogue: Catalogue) -> bool:
    """Tell whether the catalogue is simulated and has the inferred columns."""
    return catalogue.is_simulated and set(NEEDED) <= catalogue.usable_columns


def inferred_truth(catalogue: Catalogue, progress: Progress | None = None) -> InferredTruth:
    """Return inferred and true orbits of the catalogue; worked out once for all sessions.

    Raises ValueError where `can_be_compared` is not true.
    """
    if not can_be_compared(catalogue):
        raise ValueError(f"{catalogue.title} has no true orbits, or no inferred ones, to compare")
    return once(catalogue, "inferred truth").get(lambda: InferredTruth(_compare(catalogue, progress)))


def agreements(found: InferredTruth, chosen: np.ndarray, triples: str = INNER, fewest: int = 5) -> list[Agreement]:
    """Return the agreement of each group among the chosen stars; NaN where there are fewer than ``fewest``."""
    table, period = found.table[chosen], found.true_period(triples)[chosen]
    log_period = np.log10(table["period_inferred"].to_numpy() / period)
    log_q = np.log10(table["q_inferred"].to_numpy() / table["q"].to_numpy())
    made = []
    for number, group in enumerate(GROUPS):
        here = table["group"].to_numpy() == number
        beyond = int(np.count_nonzero(here & (period > BASELINE_YEARS)))
        widths = [_spread(values[here], fewest) for values in (log_period, log_q)]
        made.append(Agreement(group, int(np.count_nonzero(here)), beyond, widths[0], widths[1]))
    return made


def _spread(values: np.ndarray, fewest: int) -> tuple[float, float]:
    if len(values) < fewest:
        return np.nan, np.nan
    low, middle, high = np.percentile(values, (16, 50, 84))
    return float(middle), float((high - low) / 2)


def _compare(catalogue: Catalogue, progress: Progress | None) -> pd.DataFrame:
    inferred = {name: catalogue.values(name) for name in ("period_yr", "q")}
    rows = np.flatnonzero(np.isfinite(inferred["period_yr"]) & np.isfinite(inferred["q"]) & (inferred["q"] > 0))
    truth = true_rows(catalogue, rows, _TRUTH, progress)
    kind = truth["class_true"].astype(str)
    group = np.full(len(truth), -1, np.int8)
    for number, classes in enumerate(GROUPS.values()):
        group[kind.isin(classes).to_numpy()] = number
    period = truth["period_true"].to_numpy() / DAYS_A_YEAR
    outer = truth["outer_period_true"].to_numpy() / DAYS_A_YEAR
    at = truth.index.to_numpy()
    noticed = (catalogue.values("ruwe")[at] > _LIMITS.ruwe) & (catalogue.values("ruwe_spec")[at] > _LIMITS.ruwe_spec)
    table = pd.DataFrame(
        {
            "group": group,
            "period": period,
            "outer_period": np.where(outer > 0, outer, np.nan),
            "q": truth["mass_ratio_true"].to_numpy(np.float64),
            "period_inferred": inferred["period_yr"][at].astype(np.float64),
            "q_inferred": inferred["q"][at].astype(np.float64),
            "noticed": noticed,
        },
        index=truth.index,
    )
    return table[(table["group"] >= 0) & (table["period"] > 0) & (table["q"] > 0) & (table["period_inferred"] > 0)]
