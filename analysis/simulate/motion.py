"""How the stars of a system move, and which velocity a spectrograph measures where their lines blend."""

from __future__ import annotations

import numpy as np
from numba import njit

from analysis.stars.units import FloatArray

# Columns of the orbits that the kernels read. The last two belong to the companion: its light relative to the visible
# star's, as far as it has lines like the star's, and its speed relative to that of the body or pair that it orbits.
PERIOD, ECCENTRICITY, PERIASTRON, OMEGA, SEMI_AMPLITUDE, TI_A, TI_B, TI_F, TI_G, LIGHT, SPEED_RATIO = range(11)
COLUMNS = 11


def orbit_velocity(time: FloatArray, orbits: FloatArray) -> FloatArray:
    """Velocities (km/s) at `time` (JD), shape (n, m), that `orbits` (n, 2, 11) give to the visible star."""
    return np.ascontiguousarray(component_velocities(time, orbits)[..., 0])


def component_velocities(time: FloatArray, orbits: FloatArray) -> FloatArray:
    """Velocities (km/s) of the visible star, its companion and the outer one, shape (n, m, 3), at `time` (JD, (n, m)).

    `orbits` (n, 2, 11) are the inner and the outer orbit of each system; velocities are relative to its centre of mass.
    A companion that is not there moves with the star.
    """
    out = np.zeros((*time.shape, 3))
    _fill_components(np.ascontiguousarray(time, dtype=np.float64), np.ascontiguousarray(orbits), out)
    return out


def blended_velocity(components: FloatArray, light: FloatArray, width: float) -> FloatArray:
    """Velocities (km/s, (n, m)) measured where the lines of up to three stars blend.

    `components` (n, m, 3) are their velocities in km/s, `light` (n, 2) the light of the second and the third relative
    to the first. The cross-correlation is a sum of Gaussians of standard deviation `width` (km/s) as high as the
    light; what is measured is its peak, sought from the brightest star: the mean weighted by light where the stars
    part by much less than `width`, the brightest star alone where they part by much more.
    """
    out = np.empty(components.shape[:2])
    _blend(np.ascontiguousarray(components), np.ascontiguousarray(light, dtype=np.float64), width, out)
    return out


def eccentric_anomaly(mean_anomaly: FloatArray, eccentricity: FloatArray) -> FloatArray:
    """Eccentric anomaly (radians) of Kepler's equation, elementwise over arrays of one shape."""
    mean, e = np.broadcast_arrays(mean_anomaly, eccentricity)
    out = np.empty(mean.shape)
    _solve_many(np.ascontiguousarray(mean).ravel(), np.ascontiguousarray(e).ravel(), out.reshape(-1))
    return out


@njit(nogil=True, cache=True)
def _solve(mean, e):  # type: ignore[no-untyped-def]
    mean = mean - 2 * np.pi * np.floor(mean / (2 * np.pi) + 0.5)
    anomaly = mean + e * np.sin(mean) / (1 - e * np.cos(mean) + 0.3 * e) if e < 0.8 else np.copysign(np.pi, mean) * 0.9
    for _ in range(30):
        step = (anomaly - e * np.sin(anomaly) - mean) / (1 - e * np.cos(anomaly))
        anomaly -= min(max(step, -1.0), 1.0)
        if abs(step) < 1e-10:
            break
    return anomaly


@njit(nogil=True, cache=True)
def _solve_many(mean, e, out):  # type: ignore[no-untyped-def]
    for i in range(mean.size):
        out[i] = _solve(mean[i], e[i])


@njit(nogil=True, cache=True)
def displacement_and_velocity(time, orbit):  # type: ignore[no-untyped-def]
    """Displacements of the photocentre to the east and north (mas) and velocity of the visible body (km/s)."""
    e = orbit[ECCENTRICITY]
    anomaly = _solve(2 * np.pi * (time - orbit[PERIASTRON]) / orbit[PERIOD], e)
    cosine, sine = np.cos(anomaly), np.sin(anomaly)
    flat = np.sqrt(1 - e * e)
    x, y = cosine - e, flat * sine
    distance = 1 - e * cosine
    # cos(nu) = x / distance, sin(nu) = y / distance
    along = (x * np.cos(orbit[OMEGA]) - y * np.sin(orbit[OMEGA])) / distance
    velocity = orbit[SEMI_AMPLITUDE] * (along + e * np.cos(orbit[OMEGA]))
    return orbit[TI_B] * x + orbit[TI_G] * y, orbit[TI_A] * x + orbit[TI_F] * y, velocity


@njit(nogil=True, cache=True)
def each_velocity(inner, outer, orbits):  # type: ignore[no-untyped-def]
    """Velocities of the three stars from those that the two orbits give to the bodies inside of them."""
    return inner + outer, outer - inner * orbits[0, SPEED_RATIO], -outer * orbits[1, SPEED_RATIO]


@njit(nogil=True, cache=True)
def _fill_components(time, orbits, out):  # type: ignore[no-untyped-def]
    for i in range(time.shape[0]):
        if orbits[i, 0, PERIOD] > 0 or orbits[i, 1, PERIOD] > 0:
            for j in range(time.shape[1]):
                inner, outer = 0.0, 0.0
                if orbits[i, 0, PERIOD] > 0:
                    inner = displacement_and_velocity(time[i, j], orbits[i, 0])[2]
                if orbits[i, 1, PERIOD] > 0:
                    outer = displacement_and_velocity(time[i, j], orbits[i, 1])[2]
                out[i, j, 0], out[i, j, 1], out[i, j, 2] = each_velocity(inner, outer, orbits[i])


@njit(nogil=True, cache=True)
def highest_peak(first, second, third, second_light, third_light, width):  # type: ignore[no-untyped-def]
    """Peak of the summed Gaussians by mean shift, from the brightest of the three."""
    if second_light <= 0 and third_light <= 0:
        return first
    peak, brightest = first, 1.0
    if second_light > brightest:
        peak, brightest = second, second_light
    if third_light > brightest:
        peak = third
    for _ in range(500):
        a = np.exp(-0.5 * ((peak - first) / width) ** 2)
        b = second_light * np.exp(-0.5 * ((peak - second) / width) ** 2) if second_light > 0 else 0.0
        c = third_light * np.exp(-0.5 * ((peak - third) / width) ** 2) if third_light > 0 else 0.0
        moved = (a * first + b * second + c * third) / (a + b + c)
        if abs(moved - peak) < 1e-5 * width:
            return moved
        peak = moved
    return peak


@njit(nogil=True, cache=True)
def _blend(components, light, width, out):  # type: ignore[no-untyped-def]
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = highest_peak(
                components[i, j, 0], components[i, j, 1], components[i, j, 2], light[i, 0], light[i, 1], width
            )
