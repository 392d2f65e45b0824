"""Extended sources among stars by Gaia's quality flags, their neighbours and Pan-STARRS (Wu et al. 2024)."""

from analysis.stars.triage.apertures import PointSourceLine, fit_point_sources
from analysis.stars.triage.contamination import ContaminationLimits, Surroundings, inspect_surroundings
from analysis.stars.triage.neighbours import CompanionLimits, Sky, companions
from analysis.stars.triage.noise_line import (
    ExponentialNoiseLine,
    MeasuredNoiseLine,
    NoiseLine,
    measure_noise_line,
    share_above,
)
from analysis.stars.triage.plates import plate_signal_deviation
from analysis.stars.triage.screening import SEARCH_NOTE, SEARCHES, TriageLimits, excess_class, in_m31, triage

__all__ = [
    "SEARCHES",
    "SEARCH_NOTE",
    "CompanionLimits",
    "ContaminationLimits",
    "ExponentialNoiseLine",
    "MeasuredNoiseLine",
    "NoiseLine",
    "PointSourceLine",
    "Sky",
    "Surroundings",
    "TriageLimits",
    "companions",
    "excess_class",
    "fit_point_sources",
    "in_m31",
    "inspect_surroundings",
    "measure_noise_line",
    "plate_signal_deviation",
    "share_above",
    "triage",
]
