"""The faint-companion limit in the half-velocity-range against period plane, and a star's place in it."""

from dataclasses import dataclass

import numpy as np

from analysis.binaries.orbits import MASS_FUNCTION_CONSTANT
from analysis.binaries.roche import minimum_period
from analysis.stars.units import DAY, DIMENSIONLESS, KILOMETRE_PER_SECOND, SOLAR_MASS, Values, elementwise

DEFAULT_MASS_RATIO = 0.5
# Stars placed at their Roche minimum carry eq. 6 of a mass printed to two decimals: 1 % off at most.
ROCHE_MINIMUM_TOLERANCE = 0.02


@dataclass(frozen=True)
class MassBand:
    """Mass range (solar masses) that Mu et al. 2022 take for a spectral type."""

    low: float
    median: float
    high: float


K_DWARF_BAND = MassBand(0.6, 0.8, 1.0)
M_DWARF_BAND = MassBand(0.2, 0.4, 0.6)


@elementwise(primary_mass=SOLAR_MASS, period=DAY, mass_ratio=DIMENSIONLESS)
def semi_amplitude_limit(primary_mass: Values, period: Values, mass_ratio: Values = DEFAULT_MASS_RATIO) -> Values:
    """Largest semi-amplitude K1 (km/s) that a companion of `mass_ratio` times the primary's mass can cause.

    Seen edge-on, circular orbit; `primary_mass` m1 in solar masses, `period` in d. With the default 0.5, a
    main-sequence companion too faint to be seen, this is eq. 3 of Mu et al. 2022, 81.24 (m1 / P)^(1/3) km/s.
    NaN where an input is NaN or not positive.
    """
    m1, days, kappa = (np.where(np.asarray(x) > 0, x, np.nan) for x in (primary_mass, period, mass_ratio))
    return np.asarray(np.cbrt(kappa**3 / (1 + kappa) ** 2 / MASS_FUNCTION_CONSTANT * m1 / days))


@elementwise(highest_error=KILOMETRE_PER_SECOND, lowest_error=KILOMETRE_PER_SECOND)
def half_delta_vr_error(highest_error: Values, lowest_error: Values) -> Values:
    """Error of half the velocity range in km/s from the errors of the highest and the lowest velocity.

    Half their quadratic sum; reproduces the 124 +- 4 and 156 +- 17 km/s of Mu et al. 2022.
    """
    return 0.5 * np.hypot(highest_error, lowest_error)


def mass_band(spectral_type: str | None) -> MassBand | None:
    """Mass band of a K or M spectral type ("M3", "K7V", "dM0"); None for any other or a missing one."""
    letters = [letter for letter in spectral_type or "" if letter in "OBAFGKMLT"]
    return {"K": K_DWARF_BAND, "M": M_DWARF_BAND}.get(letters[0]) if letters else None


@dataclass(frozen=True)
class LimitVerdict:
    """One star against the faint-companion limit; km/s, d. None where the star lacks what a line needs.

    `limit` is the line at the star's own mass, `band_limits` those at the low edge, the median and the high
    edge of its type's mass band. `overfills_roche_lobe`: the period is below `period_min`.
    """

    half_delta_vr: float
    period: float
    mass_ratio: float
    limit: float | None
    above_own_limit: bool | None
    band: MassBand | None
    band_limits: tuple[float, float, float] | None
    above_low_edge: bool | None
    above_median: bool | None
    above_high_edge: bool | None
    period_min: float | None
    overfills_roche_lobe: bool | None

    @property
    def limit_ratio(self) -> float | None:
        """Half velocity range over the limit at the star's own mass; above 1 the companion is suspect."""
        return None if self.limit is None else self.half_delta_vr / self.limit


def limit_verdict(
    half_delta_vr: float,
    period: float,
    primary_mass: float | None,
    spectral_type: str | None = None,
    mass_ratio: float = DEFAULT_MASS_RATIO,
) -> LimitVerdict:
    """Where one star lies against the limit of Mu et al. 2022 (eq. 3) and against eq. 6.

    `half_delta_vr` in km/s, `period` in d, `primary_mass` in solar masses (None or NaN where unknown).
    Periods within 2 % of eq. 6, as of stars placed at their Roche minimum, do not count as overfilling.
    Raises ValueError where the velocity range or the period is missing or not positive.
    """
    for name, value in (("half_delta_vr", half_delta_vr), ("period", period), ("mass_ratio", mass_ratio)):
        if not value > 0:
            raise ValueError(f"{name} is {value}: the verdict needs a positive number")
    limit = period_min = None
    if primary_mass is not None and primary_mass > 0:
        limit = float(semi_amplitude_limit(primary_mass, period, mass_ratio))
        period_min = float(minimum_period(primary_mass))
    band = mass_band(spectral_type)
    lines = None
    if band is not None:
        low, median, high = (
            float(semi_amplitude_limit(mass, period, mass_ratio)) for mass in (band.low, band.median, band.high)
        )
        lines = (low, median, high)
    return LimitVerdict(
        half_delta_vr=half_delta_vr,
        period=period,
        mass_ratio=mass_ratio,
        limit=limit,
        above_own_limit=None if limit is None else half_delta_vr > limit,
        band=band,
        band_limits=lines,
        above_low_edge=None if lines is None else half_delta_vr > lines[0],
        above_median=None if lines is None else half_delta_vr > lines[1],
        above_high_edge=None if lines is None else half_delta_vr > lines[2],
        period_min=period_min,
        overfills_roche_lobe=None if period_min is None else period < period_min * (1 - ROCHE_MINIMUM_TOLERANCE),
    )
