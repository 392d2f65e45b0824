"""Velocities of eccentric orbits, for one orbit or for many at once."""

import numpy as np
import numpy.typing as npt

from analysis.binaries.kepler import eccentric_anomaly
from analysis.stars.units import FloatArray


def true_anomaly_terms(mean_anomaly: FloatArray, eccentricity: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    """Cosine and sine of the true anomaly at a mean anomaly in radians; arrays broadcast, 0 <= e < 1."""
    e = np.asarray(eccentricity, dtype=np.float64)
    anomaly = eccentric_anomaly(mean_anomaly, e)
    cosine, sine = np.cos(anomaly), np.sin(anomaly)
    distance = 1 - e * cosine
    return (cosine - e) / distance, np.sqrt(1 - e**2) * sine / distance


def keplerian_velocity(
    time: npt.ArrayLike,
    period: float,
    semi_amplitude: float,
    eccentricity: float = 0.0,
    argument_of_periastron: float = 0.0,
    periastron_time: float = 0.0,
) -> FloatArray:
    """Velocity relative to the systemic one in km/s: K [cos(omega + nu) + e cos omega].

    `time`, `period`, `periastron_time` in d, `argument_of_periastron` of the observed star in degrees,
    `semi_amplitude` in km/s.
    """
    omega = np.radians(argument_of_periastron)
    mean_anomaly = 2 * np.pi * (np.asarray(time, dtype=np.float64) - periastron_time) / period
    cosine, sine = true_anomaly_terms(mean_anomaly, eccentricity)
    return np.asarray(semi_amplitude * ((cosine + eccentricity) * np.cos(omega) - sine * np.sin(omega)))


def velocity_terms(
    time: FloatArray, period: FloatArray, eccentricity: FloatArray, periastron_time: FloatArray
) -> FloatArray:
    """The two terms that a Keplerian velocity is linear in, for many orbits: shape (orbits, 2, times).

    V = A (cos nu + e) + B (-sin nu), with A = K cos omega and B = K sin omega.
    """
    angle = (2 * np.pi * (time - periastron_time[:, None])) / period[:, None]
    e = eccentricity[:, None]
    cosine, sine = true_anomaly_terms(angle, np.broadcast_to(e, angle.shape))
    return np.stack([cosine + e, -sine], axis=1)


def normal_equations(
    terms: FloatArray, indicator: FloatArray, velocity: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Normal matrices (orbits, p, p) and right-hand sides (orbits, p) of (A, B, offset of each instrument).

    `terms` as of `velocity_terms`, `indicator` (times, instruments) of ones and zeros, `weight` the inverse
    variances.
    """
    orbits, instruments = terms.shape[0], indicator.shape[1]
    size = 2 + instruments
    matrix, right = np.empty((orbits, size, size)), np.empty((orbits, size))
    weighted = terms * weight
    matrix[:, :2, :2] = weighted @ terms.swapaxes(1, 2)
    cross = weighted @ indicator
    matrix[:, :2, 2:] = cross
    matrix[:, 2:, :2] = cross.swapaxes(1, 2)
    matrix[:, 2:, 2:] = indicator.T @ (indicator * weight[:, None])
    right[:, :2] = weighted @ velocity
    right[:, 2:] = indicator.T @ (weight * velocity)
    return matrix, right
