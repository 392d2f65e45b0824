"""Mass functions, companion masses and the sizes of orbits."""

import numpy as np

from analysis.stars.units import (
    DAY,
    DIMENSIONLESS,
    KILOMETRE_PER_SECOND,
    SOLAR_MASS,
    FloatArray,
    Values,
    elementwise,
)

# d (km/s)^3 / (2 pi G) in solar masses, from the IAU 2015 GM of the Sun.
MASS_FUNCTION_CONSTANT = 86400.0 * 1e9 / (2 * np.pi * 1.3271244e20)
# (G Msun d^2 / 4 pi^2)^(1/3) in solar radii.
ORBIT_CONSTANT = (1.3271244e20 * 86400.0**2 / (4 * np.pi**2)) ** (1 / 3) / 6.957e8


@elementwise(semi_amplitude=KILOMETRE_PER_SECOND, period=DAY, eccentricity=DIMENSIONLESS)
def mass_function(semi_amplitude: Values, period: Values, eccentricity: Values = 0.0) -> Values:
    """Mass function m2^3 sin^3 i / (m1 + m2)^2 in solar masses, the least mass that the companion can have.

    `semi_amplitude` K1 of the visible star (km/s; half of delta_vr bounds it from below), `period` (d).
    Mu et al. 2022, eq. 1, times (1 - e^2)^(3/2). NaN where an input is NaN or e is outside [0, 1).
    """
    e = np.asarray(eccentricity)
    shape = np.where((e >= 0) & (e < 1), 1.0 - e**2, np.nan) ** 1.5
    return np.asarray(MASS_FUNCTION_CONSTANT * np.asarray(semi_amplitude) ** 3 * period * shape)


@elementwise(mass_function=SOLAR_MASS, primary_mass=SOLAR_MASS, sin_i=DIMENSIONLESS)
def companion_mass(mass_function: Values, primary_mass: Values, sin_i: Values = 1.0) -> Values:
    """Companion mass m2 in solar masses: the positive root of m2^3 sin^3 i = f (m1 + m2)^2.

    `mass_function` f and `primary_mass` m1 in solar masses; `sin_i` in (0, 1], 1 for the least companion.
    Closed form (see `mass_ratio`). 0 where f = 0; NaN where an input is NaN, f < 0, m1 <= 0 or sin i is
    outside (0, 1].
    """
    s = np.asarray(sin_i)
    m1 = np.where(np.asarray(primary_mass) > 0, primary_mass, np.nan)
    s = np.where((s > 0) & (s <= 1), s, np.nan)
    return np.asarray(m1 * _mass_ratio(mass_function / (m1 * s**3)))


@elementwise(alpha=DIMENSIONLESS)
def mass_ratio(alpha: Values) -> Values:
    """Mass ratio q = m2/m1 that solves q^3 / (1 + q)^2 = alpha, for a companion that gives no light.

    Andrew et al. 2022, eqs. 9 and 11, in a form whose terms are all positive, so that it keeps full precision
    for every alpha >= 0. NaN where alpha is NaN or negative.
    """
    return _mass_ratio(np.asarray(alpha))


def _mass_ratio(alpha: FloatArray) -> FloatArray:
    # Cardano with the difference of the two cube roots' arguments replaced through their product.
    a = np.where(alpha > 0, alpha, np.nan)
    root = np.cbrt(0.5 * a * ((27 + 18 * a + 2 * a**2) / 27 + np.sqrt(1 + 4 * a / 27)))
    return np.where(alpha == 0, 0.0, a / 3 + root + a * (6 + a) / (9 * root))


@elementwise(
    primary_mass=SOLAR_MASS,
    companion_mass=SOLAR_MASS,
    period=DAY,
    sin_i=DIMENSIONLESS,
    eccentricity=DIMENSIONLESS,
)
def semi_amplitude(
    primary_mass: Values,
    companion_mass: Values,
    period: Values,
    sin_i: Values = 1.0,
    eccentricity: Values = 0.0,
) -> Values:
    """Velocity semi-amplitude K1 of the primary in km/s (masses in solar masses, period in d).

    The inverse of `mass_function` for a known companion. NaN where an input is NaN.
    """
    m2 = np.asarray(companion_mass)
    f = (m2 * sin_i) ** 3 / (primary_mass + m2) ** 2
    circular = np.cbrt(f / (MASS_FUNCTION_CONSTANT * np.asarray(period)))
    return np.asarray(circular / np.sqrt(1 - np.square(eccentricity)))


@elementwise(total_mass=SOLAR_MASS, period=DAY)
def separation(total_mass: Values, period: Values) -> Values:
    """Semi-major axis of the relative orbit in solar radii (total mass in solar masses, period in d).

    Kepler's third law. NaN where an input is NaN.
    """
    return np.asarray(ORBIT_CONSTANT * np.cbrt(total_mass * np.square(period)))
