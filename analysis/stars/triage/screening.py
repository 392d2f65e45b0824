"""The triage of Wu et al. 2024: classes by BP/RP excess, three steps, and a grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from analysis.selection.table_columns import Table, number_column
from analysis.stars.extended_sources import blending_fraction, contaminated_transits, extended_source_grade
from analysis.stars.triage.noise_line import ExponentialNoiseLine, NoiseLine

LARGE, MEDIUM, SMALL, ORDINARY, UNKNOWN = "above 5", "2.37 to 5", "1.8 to 2.37", "below 1.8", ""
M31_WINDOW = (9.5, 12.5, 40.0, 42.5)  # RA and Dec in degrees, Sect. 4.1

SEARCHES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"single source": (1, 2, 3), "several sources, without step 3": (1, 2), "several sources, without step 2": (1, 3)}
)
SEARCH_NOTE = (
    "The text removes step 3 (excess noise) for clusters resolved into several sources, but the reason that it gives, "
    "contamination by neighbours, fits step 2: both readings are here."
)


@dataclass(frozen=True)
class TriageLimits:
    """Every threshold of the triage. The printed comparison signs are lost; these reproduce the paper's tables."""

    large_excess: float = 5.0
    medium_excess: float = 2.37
    small_excess: float = 1.8
    multi_peak: float = 10.0
    harmonic_amplitude: float = 0.2
    blended: float = 0.5
    contaminated: float = 0.0
    noise: NoiseLine = field(default_factory=ExponentialNoiseLine)
    strict_harmonic_amplitude: float = 0.14
    strict_multi_peak: float = 0.0
    strict_ruwe: float = 1.25


def excess_class(phot_bp_rp_excess_factor: Any, limits: TriageLimits | None = None) -> Any:
    """LARGE, MEDIUM, SMALL or ORDINARY by BRExcess (Sects. 3.1, 4.2.2), UNKNOWN where it is missing: a Categorical."""
    limits = limits or TriageLimits()
    excess = np.asarray(phot_bp_rp_excess_factor, dtype=np.float64)
    codes = np.digitize(excess, (limits.small_excess, limits.medium_excess, limits.large_excess), right=True)
    codes = np.where(np.isnan(excess), 4, codes)
    kinds = pd.CategoricalDtype([ORDINARY, SMALL, MEDIUM, LARGE, UNKNOWN])
    return pd.Categorical.from_codes(codes.astype(np.int64), dtype=kinds)  # type: ignore[arg-type]


def in_m31(ra: Any, dec: Any) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether a position (degrees) lies in the window round M31 whose 116 sources the paper leaves out."""
    west, east, south, north = M31_WINDOW
    a, d = np.asarray(ra), np.asarray(dec)
    return np.asarray((a > west) & (a < east) & (d > south) & (d < north))


def triage(table: Table, limits: TriageLimits | None = None, search: str = "single source") -> pd.DataFrame:
    """One row a source: "excess_class", "in_m31", "step_1" to "step_3", "grade" (0 to 3) and "candidate".

    A candidate is of class MEDIUM and passes the steps of the `search` (a key of SEARCHES): 1 IFMP and IGHA, 2 β and
    NCT, 3 excess noise above the line. A missing value passes no step and meets no criterion of the grade. Needs the
    Gaia columns of Sect. 2.1; raises MissingColumnError where one is absent, KeyError for an unknown search.
    """
    limits = limits or TriageLimits()
    steps = SEARCHES[search]

    def column(name: str) -> Any:
        return number_column(table, name)

    amplitude, peaks, ruwe = (column(name) for name in ("ipd_gof_harmonic_amplitude", "ipd_frac_multi_peak", "ruwe"))
    beta = blending_fraction(
        *(column(f"phot_{band}_n_blended_transits") for band in ("bp", "rp")),
        *(column(f"phot_{band}_n_obs") for band in ("bp", "rp")),
    )
    transits = contaminated_transits(*(column(f"phot_{band}_n_contaminated_transits") for band in ("bp", "rp")))
    noise = np.asarray(column("astrometric_excess_noise"), dtype=np.float64)
    found = pd.DataFrame(
        {
            "excess_class": excess_class(column("phot_bp_rp_excess_factor"), limits),
            "in_m31": in_m31(column("ra"), column("dec")),
            "step_1": (peaks < limits.multi_peak) & (amplitude < limits.harmonic_amplitude),
            "step_2": (np.asarray(beta) < limits.blended) & (np.asarray(transits) <= limits.contaminated),
            "step_3": noise > limits.noise.limit(column("phot_g_mean_mag")),
            "grade": extended_source_grade(
                amplitude, peaks, ruwe, limits.strict_harmonic_amplitude, limits.strict_multi_peak, limits.strict_ruwe
            ),
        }
    )
    taken = [found[f"step_{number}"].to_numpy() for number in steps]
    found["candidate"] = np.logical_and.reduce([np.asarray(found["excess_class"] == MEDIUM), *taken])
    return found
