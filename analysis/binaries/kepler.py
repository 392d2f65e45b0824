"""Kepler's equation."""

import numpy as np

from analysis.stars.units import DIMENSIONLESS, RADIAN, Values, elementwise

NEWTON_STEPS = 12


@elementwise(mean_anomaly=RADIAN, eccentricity=DIMENSIONLESS)
def eccentric_anomaly(mean_anomaly: Values, eccentricity: Values) -> Values:
    """Eccentric anomaly in radians in [-pi, pi], the E of E - e sin E = M for 0 <= e < 1.

    Newton steps of third order from a start that converges for every M and e (Danby 1987); good to 1e-12 for
    e < 0.999. `mean_anomaly` (rad) may be any angle. NaN for e outside [0, 1).
    """
    e = np.asarray(eccentricity)
    e = np.where((e >= 0) & (e < 1), e, np.nan)
    m = np.asarray(mean_anomaly)
    m = m - 2 * np.pi * np.round(m / (2 * np.pi))
    eccentric = m + 0.85 * e * np.sign(np.sin(m))
    for _ in range(NEWTON_STEPS):
        sine, slope = e * np.sin(eccentric), 1 - e * np.cos(eccentric)
        excess = eccentric - sine - m
        step = excess / (slope - 0.5 * excess * sine / slope)
        eccentric = eccentric - step
        if not np.any(np.abs(step) > 1e-13):
            break
    return np.asarray(eccentric)
