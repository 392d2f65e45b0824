"""Light of others: wrong matches, and flux from neighbours that Gaia noticed or did not (Wu et al. 2024, Sect. 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.stars.triage.neighbours import Sky, companions

WRONG_MATCH, WIDE_BINARY = "wrong match", "wide binary"
CONTAMINATION_1, CONTAMINATION_2, CLEAN = "contamination I", "contamination II", "none found"
_ASTROMETRY = ("parallax", "parallax_error", "pmra", "pmra_error", "pmdec", "pmdec_error")


@dataclass(frozen=True)
class ContaminationLimits:
    """Thresholds of the rules. Printed: 5 mag, 0.1, 5 to 11 mag, 3 to 20 arcsec, 1 arcmin; β 0.5 with its sign lost.

    `bright_neighbour` (mag) is how much fainter than the source a neighbour may be and still count as bright in
    contamination I: the paper looked at each flux ratio by eye.
    """

    wrong_match: float = 5.0
    blended: float = 0.5
    hardly_blended: float = 0.1
    least_brighter: float = 5.0
    most_brighter: float = 11.0
    nearest: float = 3.0
    radius: float = 20.0
    companion_radius: float = 60.0
    bright_neighbour: float = 0.0


@dataclass(frozen=True)
class Surroundings:
    """What was found round one source: `verdict`, the reason in words, its neighbours and companions.

    Both tables have "row", "separation" (arcsec) and "magnitude_difference" (neighbour minus source in G, mag).
    `unchecked` names rules that could not be applied, with the column that is missing.
    """

    verdict: str
    reason: str
    neighbours: pd.DataFrame
    companions: pd.DataFrame
    unchecked: tuple[str, ...] = ()


def inspect_surroundings(
    table: pd.DataFrame | Mapping[str, Any], sky: Sky, row: int, limits: ContaminationLimits | None = None
) -> Surroundings:
    """Apply the rules to one row, in the order wrong match, wide binary, contamination I, contamination II.

    Uses what the table has of phot_g_mean_mag, lamost_input_mag, blended_fraction, contaminated_transits, parallax,
    pmra, pmdec and errors; the rules that lack a column are named in `unchecked`.
    """
    limits = limits or ContaminationLimits()
    unchecked: list[str] = []

    def value(name: str) -> float:
        return float(np.asarray(table[name])[row]) if name in table else float("nan")

    def has(rule: str, *names: str) -> bool:
        absent = [name for name in names if name not in table]
        if absent:
            unchecked.append(f"{rule} (needs {', '.join(absent)})")
        return not absent

    g = value("phot_g_mean_mag")
    near = _described(table, *sky.near(row, limits.radius), g)
    shared = near.iloc[:0]
    if has("wide binary", *_ASTROMETRY):
        shared = _described(table, *companions(table, sky, row, limits.companion_radius), g)
    brighter = -near["magnitude_difference"]

    def result(verdict: str, reason: str) -> Surroundings:
        return Surroundings(verdict, reason, near, shared, tuple(unchecked))

    if has("wrong match", "phot_g_mean_mag", "lamost_input_mag"):
        excess = g - value("lamost_input_mag")
        if excess > limits.wrong_match:
            return result(WRONG_MATCH, f"the spectrum's target is {excess:.1f} mag brighter than this source")
    if len(shared):
        first = shared.iloc[0]
        return result(WIDE_BINARY, f"shares parallax and proper motion with a source {first['separation']:.1f}″ away")
    if has("contamination", "blended_fraction", "contaminated_transits", "phot_g_mean_mag"):
        beta, transits = value("blended_fraction"), value("contaminated_transits")
        bright = near[near["magnitude_difference"] <= limits.bright_neighbour]
        if (transits > 0 or beta > limits.blended) and len(bright):
            return result(
                CONTAMINATION_1,
                f"{transits:g} contaminated transits, β = {beta:.2f}, and a bright source "
                f"{bright.iloc[0]['separation']:.1f}″ away",
            )
        far = near[
            (brighter >= limits.least_brighter)
            & (brighter <= limits.most_brighter)
            & (near["separation"] >= limits.nearest)
        ]
        if transits == 0 and beta < limits.hardly_blended and len(far):
            star = far.iloc[0]
            return result(
                CONTAMINATION_2,
                f"Gaia saw no contamination, but a star {-star['magnitude_difference']:.1f} mag brighter stands "
                f"{star['separation']:.1f}″ away",
            )
    return result(CLEAN, "no rule applies")


def _described(table: pd.DataFrame | Mapping[str, Any], rows: Any, apart: Any, g: float) -> pd.DataFrame:
    magnitude = np.asarray(table["phot_g_mean_mag"])[rows] if "phot_g_mean_mag" in table else np.full(len(rows), np.nan)
    return pd.DataFrame(
        {"row": rows, "separation": apart, "magnitude_difference": np.asarray(magnitude, dtype=np.float64) - g}
    )
