"""Roche lobes and the shortest period that they allow."""

from typing import Literal

import numpy as np

from analysis.binaries.orbits import ORBIT_CONSTANT
from analysis.stars.radii import radius_from_mass
from analysis.stars.units import DIMENSIONLESS, SOLAR_MASS, SOLAR_RADIUS, FloatArray, Values, elementwise

PACZYNSKI_COEFFICIENT = 0.462
MINIMUM_PERIOD_COEFFICIENT, MINIMUM_PERIOD_EXPONENT = 0.403, 0.9175


@elementwise(mass_ratio=DIMENSIONLESS)
def roche_lobe_radius(mass_ratio: Values) -> Values:
    """Volume radius of a star's Roche lobe in units of the separation (Eggleton 1983, ApJ 268, 368, eq. 2).

    `mass_ratio` is Eggleton's: the mass of the star inside the lobe over the mass of the other one. For the
    visible star 1 that is m1/m2, the inverse of q = m2/m1. NaN where it is NaN or not positive.
    """
    return _eggleton(np.asarray(mass_ratio))


@elementwise(mass_ratio=DIMENSIONLESS)
def roche_lobe_radius_paczynski(mass_ratio: Values) -> Values:
    """Roche lobe radius in units of the separation, 0.462 (m / (m + m_other))^(1/3) (Paczyński 1971).

    `mass_ratio` as in `roche_lobe_radius`; meant for values below about 0.8. NaN where NaN or not positive.
    """
    return _paczynski(np.asarray(mass_ratio))


@elementwise(primary_mass=SOLAR_MASS)
def minimum_period(primary_mass: Values) -> Values:
    """Shortest orbital period in days at which a main-sequence star of `primary_mass` fits its Roche lobe.

    0.403 m1^0.9175 (Mu et al. 2022, eq. 6: Paczyński's lobe, in which the companion's mass drops out, and the
    radius of Demircan & Kahraman, so meant for m1 < 1.66 solar masses). NaN where not positive or NaN.
    """
    m1 = np.where(np.asarray(primary_mass) > 0, primary_mass, np.nan)
    return np.asarray(MINIMUM_PERIOD_COEFFICIENT * m1**MINIMUM_PERIOD_EXPONENT)


@elementwise(primary_mass=SOLAR_MASS, companion_mass=SOLAR_MASS, radius=SOLAR_RADIUS)
def roche_minimum_period(
    primary_mass: Values,
    companion_mass: Values,
    radius: Values | None = None,
    lobe: Literal["eggleton", "paczynski"] = "eggleton",
) -> Values:
    """Orbital period in days at which star 1 just fills its Roche lobe, for a given companion mass.

    Masses in solar masses; `radius` in solar radii, by default that of a main-sequence star of the primary's
    mass. Circular orbit. With "paczynski" this is eq. 4 of Mu et al. 2022, 0.369 (density / solar)^(-1/2) d.
    """
    m1, m2 = np.asarray(primary_mass), np.asarray(companion_mass)
    r1 = np.asarray(radius_from_mass(m1)) if radius is None else np.asarray(radius)
    if lobe not in ("eggleton", "paczynski"):
        raise ValueError(f"unknown Roche lobe formula {lobe!r}: use 'eggleton' or 'paczynski'")
    relative = _eggleton(m1 / m2) if lobe == "eggleton" else _paczynski(m1 / m2)
    return np.asarray(np.sqrt((r1 / relative / ORBIT_CONSTANT) ** 3 / (m1 + m2)))


def _eggleton(q: FloatArray) -> FloatArray:
    root = np.cbrt(np.where(q > 0, q, np.nan))
    return 0.49 * root**2 / (0.6 * root**2 + np.log1p(root))


def _paczynski(q: FloatArray) -> FloatArray:
    return PACZYNSKI_COEFFICIENT * np.cbrt(np.where(q > 0, q / (1 + q), np.nan))
