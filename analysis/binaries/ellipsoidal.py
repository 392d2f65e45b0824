"""Light variation of a star that its companion's tide draws out."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analysis.binaries.orbits import separation
from analysis.stars.units import DIMENSIONLESS, FloatArray, Values, elementwise

LIMB_DARKENING = 0.6
GRAVITY_DARKENING = 0.32


class Harmonics(NamedTuple):
    """Amplitudes of cos(phi) and cos(3 phi) relative to the cos(2 phi) term."""

    first: Values
    third: Values


@elementwise(mass_ratio=DIMENSIONLESS, relative_radius=DIMENSIONLESS, sin_i=DIMENSIONLESS)
def ellipsoidal_amplitude(
    mass_ratio: Values,
    relative_radius: Values,
    sin_i: Values = 1.0,
    limb_darkening: float = LIMB_DARKENING,
    gravity_darkening: float = GRAVITY_DARKENING,
) -> Values:
    """Relative flux amplitude A of the cos(2 phi) term, alpha_2 q (R/a)^3 sin^2 i (half peak to peak).

    `mass_ratio` q = m2/m1 for the tide on star 1, `relative_radius` R1/a, linear `limb_darkening` u and
    `gravity_darkening` exponent. Morris 1985 (ApJ 295, 143), Morris & Naftilan 1993 (ApJ 419, 344); leading
    order, so about 10 % low for stars that nearly fill their Roche lobe. NaN where an input is NaN.
    """
    alpha_2 = _second_coefficient(limb_darkening, gravity_darkening)
    return np.asarray(alpha_2 * mass_ratio * np.asarray(relative_radius) ** 3 * np.square(sin_i))


@elementwise(amplitude=DIMENSIONLESS, relative_radius=DIMENSIONLESS)
def mass_ratio_sin_squared(
    amplitude: Values,
    relative_radius: Values,
    limb_darkening: float = LIMB_DARKENING,
    gravity_darkening: float = GRAVITY_DARKENING,
) -> Values:
    """q sin^2 i (q = m2/m1) of a star whose cos(2 phi) flux amplitude is `amplitude`.

    The inverse of `ellipsoidal_amplitude`, for a companion that gives no light; its light would dilute the
    amplitude, so that the result is then a lower bound.
    """
    alpha_2 = _second_coefficient(limb_darkening, gravity_darkening)
    return np.asarray(amplitude / (alpha_2 * np.asarray(relative_radius) ** 3))


@dataclass(frozen=True)
class TidalConstraint:
    """What an ellipsoidal amplitude says of q = m2/m1 and i: `value` is q sin^2 i / (1 + q), with its error.

    `possible` is False from 1 on, where no companion could raise such a tide: the star is then larger than assumed,
    or the light does not vary by tides alone.
    """

    value: float
    error: float
    limb_darkening: float
    gravity_darkening: float

    @property
    def possible(self) -> bool:
        """Whether a companion of any mass can raise such a tide."""
        return self.value < 1

    @property
    def least_mass_ratio(self) -> float:
        """Mass ratio if seen edge-on; NaN where the tide is impossible."""
        return self.value / (1 - self.value) if self.possible else np.nan


def tidal_constraint(
    amplitude: float,
    amplitude_error: float,
    period: float,
    mass: float,
    radius: float,
    limb_darkening: float = LIMB_DARKENING,
    gravity_darkening: float = GRAVITY_DARKENING,
) -> TidalConstraint:
    """Constraint from a cos(2 phi) flux amplitude at an orbital `period` (d) of a star of `mass` and `radius` (solar).

    A = alpha_2 q (R/a)^3 sin^2 i with a^3 = a_1^3 (1 + q), where a_1 is the separation for m2 = 0 (Kepler's third law).
    For a dark companion. Raises ValueError for a period, mass or radius that is not positive.
    """
    if not (period > 0 and mass > 0 and radius > 0):
        raise ValueError(f"period {period} d, mass {mass}, radius {radius}: give positive numbers")
    cube = (radius / float(separation(mass, period))) ** 3
    unit = _second_coefficient(limb_darkening, gravity_darkening) * cube
    return TidalConstraint(amplitude / unit, amplitude_error / unit, limb_darkening, gravity_darkening)


def ellipsoidal_harmonics(
    relative_radius: Values,
    sin_i: Values = 1.0,
    limb_darkening: float = LIMB_DARKENING,
    gravity_darkening: float = GRAVITY_DARKENING,
) -> Harmonics:
    """Amplitudes of cos(phi) and cos(3 phi) relative to the cos(2 phi) term (Morris & Naftilan 1993).

    f1 = 3 alpha_1 (R/a) (5 sin^2 i - 4) / sin i and f2 = 5 alpha_1 (R/a) sin i. The two prefactors are
    recollected, not read in a source.
    """
    s, size = np.asarray(sin_i, dtype=np.float64), np.asarray(relative_radius, dtype=np.float64)
    u, g = limb_darkening, gravity_darkening
    alpha_1 = 25 * u / (24 * (15 + u)) * (g + 2) / (g + 1)
    return Harmonics(3 * alpha_1 * size * (5 * s**2 - 4) / s, 5 * alpha_1 * size * s)


def ellipsoidal_flux(
    phase: FloatArray,
    mass_ratio: float,
    relative_radius: float,
    sin_i: float = 1.0,
    limb_darkening: float = LIMB_DARKENING,
    gravity_darkening: float = GRAVITY_DARKENING,
) -> FloatArray:
    """Relative flux change at `phase` (in cycles, 0 where star 1 is behind its companion).

    -A (cos 2 phi + f1 cos phi + f2 cos 3 phi), with the terms of `ellipsoidal_amplitude` and
    `ellipsoidal_harmonics`. `phase` is an array; the other arguments are single numbers.
    """
    angle = 2 * np.pi * np.asarray(phase)
    darkening = (limb_darkening, gravity_darkening)
    amplitude = ellipsoidal_amplitude(mass_ratio, relative_radius, sin_i, *darkening)
    first, third = ellipsoidal_harmonics(relative_radius, sin_i, *darkening)
    return np.asarray(-amplitude * (np.cos(2 * angle) + first * np.cos(angle) + third * np.cos(3 * angle)))


def _second_coefficient(u: float, g: float) -> float:
    return 3 * (15 + u) / (20 * (3 - u)) * (g + 1)
