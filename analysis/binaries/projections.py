"""Projection terms of an orbit's scatter in velocity and position, and the scatter that a binary causes."""

import numpy as np

from analysis.stars.units import (
    DIMENSIONLESS,
    MILLIARCSECOND,
    RADIAN,
    SOLAR_MASS,
    YEAR,
    FloatArray,
    Values,
    elementwise,
)

# 1 au/yr in km/s.
AU_PER_YEAR = 1.495978707e8 / (365.25 * 86400.0)
# G Msun yr^2 / (4 pi^2 au^3): the Julian year is a little shorter than that of the Kepler orbit.
KEPLER_CONSTANT = 1.3271244e20 * (365.25 * 86400.0) ** 2 / (4 * np.pi**2 * 1.495978707e11**3)


@elementwise(eccentricity=DIMENSIONLESS, theta=RADIAN, phi=RADIAN)
def spectroscopic_projection(eccentricity: Values, theta: Values, phi: Values) -> Values:
    """Projection term zeta_0 of the velocity scatter over whole orbits, dimensionless.

    `theta` (rad) between the line of sight and the orbit's normal, `phi` (rad) between periapse and the line
    of sight projected on the orbit. Equals eq. 4 of Andrew et al. 2022 in a form that holds for e = 0 too:
    zeta_0^2 = sin^2 theta (cos^2 phi + sqrt(1-e^2) sin^2 phi) / (1 + sqrt(1-e^2)). NaN for e outside [0, 1).
    """
    e, sine, azimuth = _checked(eccentricity), np.sin(theta), np.asarray(phi)
    root = np.sqrt(1 - e**2)
    across, along = sine * np.cos(azimuth), sine * np.sin(azimuth)
    return np.asarray(np.sqrt((across**2 + root * along**2) / (1 + root)))


@elementwise(eccentricity=DIMENSIONLESS, theta=RADIAN, phi=RADIAN)
def astrometric_projection(eccentricity: Values, theta: Values, phi: Values) -> Values:
    """Projection term beta_0 of the astrometric scatter over whole orbits, dimensionless.

    Angles as in `spectroscopic_projection`; Andrew et al. 2022, eq. 7. NaN for e outside [0, 1).
    """
    e, sine_squared = _checked(eccentricity), np.sin(theta) ** 2
    shape = 3 + sine_squared * (np.cos(phi) ** 2 - 2)
    return np.asarray(np.sqrt(1 - sine_squared / 2 - e**2 / 4 * shape))


@elementwise(primary_mass=SOLAR_MASS, period_yr=YEAR, mass_ratio=DIMENSIONLESS, spectroscopic_projection=DIMENSIONLESS)
def binary_rv_scatter(
    primary_mass: Values, period_yr: Values, mass_ratio: Values, spectroscopic_projection: Values
) -> Values:
    """Standard deviation of the primary's velocity in km/s that its orbit causes.

    Masses in solar masses, period in years, zeta as last argument. Andrew et al. 2022, eqs. 2 and 3.
    """
    speed = 2 * np.pi * _separation(primary_mass, period_yr, mass_ratio) / period_yr * AU_PER_YEAR
    return np.asarray(mass_ratio / (1 + np.asarray(mass_ratio)) * speed * spectroscopic_projection)


@elementwise(
    primary_mass=SOLAR_MASS,
    period_yr=YEAR,
    mass_ratio=DIMENSIONLESS,
    parallax=MILLIARCSECOND,
    astrometric_projection=DIMENSIONLESS,
    light_ratio=DIMENSIONLESS,
)
def binary_astrometric_scatter(
    primary_mass: Values,
    period_yr: Values,
    mass_ratio: Values,
    parallax: Values,
    astrometric_projection: Values,
    light_ratio: Values = 0.0,
) -> Values:
    """Astrometric scatter in mas of the photocentre that a binary's orbit causes.

    Masses in solar masses, period in years, parallax in mas, beta, and the light ratio l (0: dark companion).
    Andrew et al. 2022, eqs. 2, 5 and 6.
    """
    q, light = np.asarray(mass_ratio), np.asarray(light_ratio)
    offset = np.abs(q - light) / ((1 + q) * (1 + light))
    separation = _separation(primary_mass, period_yr, mass_ratio)
    return np.asarray(offset * parallax * separation * astrometric_projection)


def _separation(primary_mass: Values, period_yr: Values, mass_ratio: Values) -> FloatArray:
    """Semi-major axis in au."""
    return np.asarray(np.cbrt(KEPLER_CONSTANT * primary_mass * (1 + np.asarray(mass_ratio)) * np.square(period_yr)))


def _checked(eccentricity: Values) -> FloatArray:
    e = np.asarray(eccentricity)
    return np.where((e >= 0) & (e < 1), e, np.nan)
