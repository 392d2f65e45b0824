"""Radii of main-sequence stars."""

import numpy as np

from analysis.stars.units import SOLAR_MASS, Values, elementwise

LOW_MASS_COEFFICIENT, LOW_MASS_EXPONENT = 1.06, 0.945
BREAK_MASS = 1.66
HIGH_MASS_COEFFICIENT, HIGH_MASS_EXPONENT = 1.33, 0.555


@elementwise(mass=SOLAR_MASS)
def radius_from_mass(
    mass: Values,
    high_mass_coefficient: float = HIGH_MASS_COEFFICIENT,
    high_mass_exponent: float = HIGH_MASS_EXPONENT,
) -> Values:
    """Radius in solar radii of a main-sequence star of `mass` (solar masses).

    1.06 m^0.945 below 1.66 solar masses (Demircan & Kahraman 1991, Ap&SS 181, 313; eq. 5 of Mu et al. 2022).
    Above it 1.33 m^0.555: recollected, not read in a source, hence the two arguments. NaN for NaN and for
    masses that are not positive.
    """
    m = np.where(np.asarray(mass) > 0, mass, np.nan)
    return np.where(
        m < BREAK_MASS,
        LOW_MASS_COEFFICIENT * m**LOW_MASS_EXPONENT,
        high_mass_coefficient * m**high_mass_exponent,
    )
