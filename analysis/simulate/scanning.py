"""What Gaia's scans make of a star: transits, the five-parameter fit of a moving photocentre, velocity scatter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.simulate.motion import LIGHT, PERIOD, displacement_and_velocity, each_velocity, highest_peak
from analysis.stars.units import FloatArray

# Data of DR3: 2014-07-25 to 2017-05-28 (Gaia Collaboration, Vallenari et al. 2023, A&A 674, A1), as JD.
START, END = 2456863.94, 2457901.9
BASELINE_YR = (END - START) / 365.25
MID_TIME = 0.5 * (START + END)
STEP = 0.5  # d
MAX_TRANSITS = 160
CCDS_PER_TRANSIT = 8.8
# Nominal scanning law: Gaia Collaboration, Prusti et al. 2016 (A&A 595, A1), Sect. 5.2.
SOLAR_ASPECT = np.radians(45.0)
PRECESSION_PERIOD = 62.97  # d
SPIN_PERIOD = 0.25  # d
FIELD_HEIGHT = np.radians(0.72)
LOST = 0.10  # dead time, decontamination, cosmic rays
# Standard deviation (km/s) of the cross-correlation of two lines at the spectrometer's R = 11,500.
LINE_WIDTH = 299792.458 / 11500.0 / 2.3548 * np.sqrt(2.0)


@dataclass(frozen=True)
class Scans:
    """One element a star. `misfit` is the sum over transits of squared residuals of the photocentre (mas^2) after
    the five-parameter fit; `velocity_sum` the sum of squared deviations of the epoch velocities (km^2/s^2).
    `covariance` (n, 5) and `shift` (n, 5) belong to (ra*, dec, parallax, pmra, pmdec) for unit error a transit.
    """

    transits: NDArray[np.int64]
    visibility_periods: NDArray[np.int64]
    rv_transits: NDArray[np.int64]
    misfit: FloatArray
    velocity_sum: FloatArray
    covariance: FloatArray
    shift: FloatArray


def scan(ra: FloatArray, dec: FloatArray, orbits: FloatArray, bits: NDArray[np.uint64]) -> Scans:
    """Gaia's scans of stars at `ra`, `dec` (deg) whose photocentres and velocities follow `orbits`.

    `orbits` has shape (n, 2, 11): period (d), e, time of periastron (JD), omega (radians), K (km/s), the
    Thiele-Innes constants A, B, F, G of the photocentre (mas), and light and relative speed of the companion
    (`motion.blended_velocity` says what they do); a row with period 0 is no orbit. `bits` decide
    which transits are lost and which the spectrometer saw. Simplification: the axis precesses at constant speed
    and all CCDs of a transit share one scan angle and time.
    """
    axis, sun = _attitude()
    alpha, delta = np.radians(ra), np.radians(dec)
    unit = np.stack([np.cos(delta) * np.cos(alpha), np.cos(delta) * np.sin(alpha), np.sin(delta)], axis=-1)
    out = np.zeros((unit.shape[0], 15))
    _scan_stars(unit, np.ascontiguousarray(orbits), bits, axis, sun, out)
    counts = out[:, :3].astype(np.int64)
    return Scans(counts[:, 0], counts[:, 1], counts[:, 2], out[:, 3], out[:, 4], out[:, 5:10], out[:, 10:15])


def transit_times(ra: float, dec: float, bits: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Times (JD), scan position angles (radians, east of north) and parallax factors of one star's transits."""
    axis, sun = _attitude()
    alpha, delta = np.radians(ra), np.radians(dec)
    unit = np.array([np.cos(delta) * np.cos(alpha), np.cos(delta) * np.sin(alpha), np.sin(delta)])
    table = np.empty((MAX_TRANSITS, 4))
    n, _ = _transits(unit, np.uint64(bits), axis, sun, table)
    return table[:n, 0].copy(), np.arctan2(table[:n, 1], table[:n, 2]), table[:n, 3].copy()


@cache
def _attitude() -> tuple[FloatArray, FloatArray]:
    """Spin axis and direction of the Sun (k, 3) in ICRS, each STEP days from START."""
    time = START + STEP * np.arange(int((END - START) / STEP) + 2)
    mean = np.radians(357.528 + 0.9856003 * (time - 2451545.0))
    longitude = np.radians(280.460 + 0.9856474 * (time - 2451545.0))
    longitude += np.radians(1.915) * np.sin(mean) + np.radians(0.020) * np.sin(2 * mean)
    sun = np.stack([np.cos(longitude), np.sin(longitude), np.zeros_like(longitude)], axis=-1)
    ahead = np.stack([-np.sin(longitude), np.cos(longitude), np.zeros_like(longitude)], axis=-1)
    phase = (2 * np.pi * (time - START) / PRECESSION_PERIOD)[:, None]
    across = np.cos(phase) * ahead + np.sin(phase) * np.array([0.0, 0.0, 1.0])
    axis = np.cos(SOLAR_ASPECT) * sun + np.sin(SOLAR_ASPECT) * across
    tilt = np.radians(23.43929111)
    turn = np.array([[1, 0, 0], [0, np.cos(tilt), np.sin(tilt)], [0, -np.sin(tilt), np.cos(tilt)]])
    return np.ascontiguousarray(axis @ turn), np.ascontiguousarray(sun @ turn)


@njit(nogil=True, cache=True)
def _next(state):  # type: ignore[no-untyped-def]
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state, (state >> np.uint64(11)) * 1.1102230246251565e-16


@njit(nogil=True, cache=True)
def _transits(unit, bits, axis, sun, table):  # type: ignore[no-untyped-def]
    """Fills (time, sin psi, cos psi, parallax factor) and returns the number of transits and of visits."""
    flat = max(np.sqrt(unit[0] ** 2 + unit[1] ** 2), 1e-9)
    east_x, east_y = -unit[1] / flat, unit[0] / flat
    north_x, north_y, north_z = -unit[2] * east_y, unit[2] * east_x, flat
    state, n, visits, last = bits | np.uint64(1), 0, 0, -1e9
    before = axis[0, 0] * unit[0] + axis[0, 1] * unit[1] + axis[0, 2] * unit[2]
    for i in range(1, axis.shape[0]):
        after = axis[i, 0] * unit[0] + axis[i, 1] * unit[1] + axis[i, 2] * unit[2]
        if (before < 0.0) != (after < 0.0):
            part = before / (before - after)
            rate = max(abs(after - before), 1e-4) / STEP
            state, u = _next(state)
            passes = int(min(FIELD_HEIGHT / rate / SPIN_PERIOD * 2.0, 16.0) + u)
            centre = START + STEP * (i - 1 + part)
            x = axis[i - 1, 0] + part * (axis[i, 0] - axis[i - 1, 0])
            y = axis[i - 1, 1] + part * (axis[i, 1] - axis[i - 1, 1])
            z = axis[i - 1, 2] + part * (axis[i, 2] - axis[i - 1, 2])
            along_x, along_y, along_z = y * unit[2] - z * unit[1], z * unit[0] - x * unit[2], x * unit[1] - y * unit[0]
            size = np.sqrt(along_x**2 + along_y**2 + along_z**2)
            sine = (along_x * east_x + along_y * east_y) / size
            cosine = (along_x * north_x + along_y * north_y + along_z * north_z) / size
            factor = (along_x * sun[i, 0] + along_y * sun[i, 1] + along_z * sun[i, 2]) / size
            for j in range(passes):
                state, u = _next(state)
                if u < LOST or n >= table.shape[0]:
                    continue
                # Two fields of view, 106.5 deg apart, pass in each turn of 6 hours.
                time = centre + SPIN_PERIOD * (0.5 * (j - 0.5 * (passes - 1)) + (0.046 if j % 2 else -0.046))
                if time - last > 4.0:
                    visits += 1
                last = time
                table[n, 0], table[n, 1], table[n, 2], table[n, 3] = time, sine, cosine, factor
                n += 1
        before = after
    return n, visits


@njit(nogil=True, cache=True)
def _scan_stars(unit, orbits, bits, axis, sun, out):  # type: ignore[no-untyped-def]
    table = np.empty((MAX_TRANSITS, 4))
    row, normal, right, speeds = np.empty(5), np.empty((5, 5)), np.empty(5), np.empty(2)
    for i in range(unit.shape[0]):
        n, visits = _transits(unit[i], bits[i], axis, sun, table)
        normal[:], right[:], power = 0.0, 0.0, 0.0
        n_rv, mean, spread = 0, 0.0, 0.0
        moving = orbits[i, 0, PERIOD] > 0 or orbits[i, 1, PERIOD] > 0
        state = (bits[i] * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)
        for j in range(n):
            years = (table[j, 0] - MID_TIME) / 365.25
            row[0], row[1], row[2] = table[j, 1], table[j, 2], table[j, 3]
            row[3], row[4] = row[0] * years, row[1] * years
            for a in range(5):
                for b in range(a + 1):
                    normal[a, b] += row[a] * row[b]
            state, u = _next(state)
            seen = u < 4.0 / 7.0  # the spectrometer has four of the seven rows of CCDs
            velocity = 0.0
            if moving:
                wobble, speeds[:] = 0.0, 0.0
                for k in range(2):
                    if orbits[i, k, PERIOD] > 0:
                        east, north, speeds[k] = displacement_and_velocity(table[j, 0], orbits[i, k])
                        wobble += east * row[0] + north * row[1]
                first, second, third = each_velocity(speeds[0], speeds[1], orbits[i])
                velocity = highest_peak(first, second, third, orbits[i, 0, LIGHT], orbits[i, 1, LIGHT], LINE_WIDTH)
                power += wobble * wobble
                for a in range(5):
                    right[a] += row[a] * wobble
            if seen:
                n_rv += 1
                step = velocity - mean
                mean += step / n_rv
                spread += step * (velocity - mean)
        out[i, 0], out[i, 1], out[i, 2], out[i, 4] = n, visits, n_rv, spread
        out[i, 3] = _solve_normal(normal, right, power, n, out[i, 5:10], out[i, 10:15])


@njit(nogil=True, cache=True)
def _solve_normal(normal, right, power, n, covariance, shift):  # type: ignore[no-untyped-def]
    """Cholesky in place: fills the diagonal of the inverse and the solution; returns the sum of squares left."""
    for a in range(5):
        for b in range(a + 1):
            total = normal[a, b]
            for c in range(b):
                total -= normal[a, c] * normal[b, c]
            if a == b:
                if n < 6 or total < 1e-6:
                    covariance[:] = np.nan
                    shift[:] = np.nan
                    return np.nan
                normal[a, a] = np.sqrt(total)
            else:
                normal[a, b] = total / normal[b, b]
    forward = np.empty(5)
    for unknown in range(6):
        for a in range(5):
            total = right[a] if unknown == 5 else (1.0 if a == unknown else 0.0)
            for c in range(a):
                total -= normal[a, c] * forward[c]
            forward[a] = total / normal[a, a]
        if unknown < 5:
            total = 0.0
            for a in range(5):
                total += forward[a] * forward[a]
            covariance[unknown] = total
    explained = 0.0
    for a in range(5):
        explained += forward[a] * forward[a]
    for a in range(4, -1, -1):
        total = forward[a]
        for c in range(a + 1, 5):
            total -= normal[c, a] * shift[c]
        shift[a] = total / normal[a, a]
    return max(power - explained, 0.0)
