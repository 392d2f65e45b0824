"""Marginal likelihoods of many orbits in one compiled loop; `posterior._Model.solve` is its slow twin."""

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from analysis.stars.units import FloatArray

NEWTON_STEPS = 12
CLOSE_ENOUGH = 1e-10


@njit(nogil=True, cache=True)
def anomaly_terms(mean: float, e: float) -> tuple[float, float]:
    """Cosine and sine of the true anomaly at a mean anomaly (rad)."""
    if e == 0.0:
        return math.cos(mean), math.sin(mean)
    m = mean - 2 * math.pi * round(mean / (2 * math.pi))
    eccentric = m + (0.85 * e if m > 0 else -0.85 * e)
    for _ in range(NEWTON_STEPS):
        sine, slope = e * math.sin(eccentric), 1 - e * math.cos(eccentric)
        excess = eccentric - sine - m
        step = excess / (slope - 0.5 * excess * sine / slope)
        eccentric -= step
        if abs(step) < CLOSE_ENOUGH:
            break
    cosine, distance = math.cos(eccentric), 1 - e * math.cos(eccentric)
    return (cosine - e) / distance, math.sqrt(1 - e * e) * math.sin(eccentric) / distance


@njit(nogil=True, cache=True)
def marginal_likelihoods(
    period: FloatArray,
    eccentricity: FloatArray,
    periastron: FloatArray,
    precision: FloatArray,
    offset_precision: float,
    time: FloatArray,
    velocity: FloatArray,
    weight: FloatArray,
    which: npt.NDArray[np.int64],
    instruments: int,
) -> FloatArray:
    """Logarithm of the likelihood of each orbit with (A, B, offsets) integrated out.

    `precision` is the inverse variance of the prior of A and B of each orbit, `velocity` is relative to the means of
    the instruments, `which` the instrument of each.
    """
    size = 2 + instruments
    out = np.empty(period.size)
    squares, constant = 0.0, 0.0
    for k in range(time.size):
        squares += weight[k] * velocity[k] ** 2
        constant += math.log(weight[k] / (2 * math.pi))
    matrix, right = np.empty((size, size)), np.empty(size)
    for i in range(period.size):
        matrix[:] = 0.0
        right[:] = 0.0
        e = eccentricity[i]
        for k in range(time.size):
            cosine, sine = anomaly_terms(2 * math.pi * (time[k] - periastron[i]) / period[i], e)
            a, b, w, j = cosine + e, -sine, weight[k], 2 + which[k]
            matrix[0, 0] += w * a * a
            matrix[1, 0] += w * a * b
            matrix[1, 1] += w * b * b
            matrix[j, 0] += w * a
            matrix[j, 1] += w * b
            matrix[j, j] += w
            right[0] += w * a * velocity[k]
            right[1] += w * b * velocity[k]
            right[j] += w * velocity[k]
        matrix[0, 0] += precision[i]
        matrix[1, 1] += precision[i]
        prior = 2 * math.log(precision[i]) + instruments * math.log(offset_precision)
        for j in range(2, size):
            matrix[j, j] += offset_precision
        explained, determinant = 0.0, 0.0
        for row in range(size):
            for column in range(row + 1):
                value = matrix[row, column]
                for k in range(column):
                    value -= matrix[row, k] * matrix[column, k]
                matrix[row, column] = math.sqrt(value) if row == column else value / matrix[column, column]
            value = right[row]
            for k in range(row):
                value -= matrix[row, k] * right[k]
            right[row] = value / matrix[row, row]
            explained += right[row] ** 2
            determinant += 2 * math.log(matrix[row, row])
        out[i] = 0.5 * (constant - (squares - explained) - determinant + prior)
    return out
