"""Orbits, limits and companion masses."""

from analysis.binaries.limits import (
    LimitVerdict,
    MassBand,
    half_delta_vr_error,
    limit_verdict,
    mass_band,
    semi_amplitude_limit,
)
from analysis.binaries.orbits import companion_mass, mass_function, mass_ratio, semi_amplitude, separation
from analysis.binaries.period_search import Alias, PeriodSearch, period_window, search_period
from analysis.binaries.roche import (
    minimum_period,
    roche_lobe_radius,
    roche_lobe_radius_paczynski,
    roche_minimum_period,
)
from analysis.binaries.velocity_fits import (
    CircularOrbit,
    CircularOrbits,
    fit_circular_orbit,
    fit_circular_orbits,
)

__all__ = [
    "Alias",
    "CircularOrbit",
    "CircularOrbits",
    "LimitVerdict",
    "MassBand",
    "PeriodSearch",
    "companion_mass",
    "fit_circular_orbit",
    "fit_circular_orbits",
    "half_delta_vr_error",
    "limit_verdict",
    "mass_band",
    "mass_function",
    "mass_ratio",
    "minimum_period",
    "period_window",
    "roche_lobe_radius",
    "roche_lobe_radius_paczynski",
    "roche_minimum_period",
    "search_period",
    "semi_amplitude",
    "semi_amplitude_limit",
    "separation",
]
