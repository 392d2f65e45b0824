"""Circular orbits fitted to radial velocities at a given period."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.stars.units import DAY, KILOMETRE_PER_SECOND, FloatArray, in_unit

PARAMETERS_AT_FIXED_PERIOD = 3
BLOCK_ELEMENTS = 1 << 20


@dataclass(frozen=True, eq=False)
class CircularOrbit:
    """V(t) = K1 sin(2 pi (t - epoch) / P) + V0; days and km/s, times on the scale of the data.

    `epoch` is the time nearest to the middle of the data at which the velocity rises through V0.
    `covariance` (3, 3) is that of (semi_amplitude, systemic_velocity, epoch), from the errors as given.
    `residuals` are observed minus model, NaN where an observation was missing. `epoch` and its error are NaN
    where the semi-amplitude is exactly 0.
    """

    period: float
    semi_amplitude: float
    systemic_velocity: float
    epoch: float
    chi2: float
    dof: int
    covariance: FloatArray
    residuals: FloatArray

    @property
    def semi_amplitude_error(self) -> float:
        """Standard error of the semi-amplitude in km/s."""
        return float(np.sqrt(self.covariance[0, 0]))

    @property
    def systemic_velocity_error(self) -> float:
        """Standard error of the systemic velocity in km/s."""
        return float(np.sqrt(self.covariance[1, 1]))

    @property
    def epoch_error(self) -> float:
        """Standard error of the epoch in days."""
        return float(np.sqrt(self.covariance[2, 2]))

    def phase(self, time: npt.ArrayLike) -> FloatArray:
        """Orbital phase in [0, 1) at `time` (d), 0 where the velocity rises through V0."""
        turns = (in_unit(time, DAY).astype(np.float64) - self.epoch) / self.period
        phase = turns - np.floor(turns)
        return np.where(phase >= 1.0, 0.0, phase)

    def velocity(self, time: npt.ArrayLike) -> FloatArray:
        """Model velocity in km/s at `time` (d)."""
        wave = self.semi_amplitude * np.sin(2 * np.pi * self.phase(time)) if self.semi_amplitude else 0.0
        return np.asarray(self.systemic_velocity + wave + np.zeros_like(np.asarray(time, dtype=np.float64)))


@dataclass(frozen=True, eq=False)
class CircularOrbits:
    """Circular fits at many periods; arrays of one shape, in days and km/s."""

    period: FloatArray
    semi_amplitude: FloatArray
    systemic_velocity: FloatArray
    chi2: FloatArray
    dof: int


@dataclass(frozen=True, eq=False)
class Velocities:
    """Radial velocities without missing rows: days, km/s, km/s; `used` marks the rows kept of those given."""

    time: FloatArray
    velocity: FloatArray
    error: FloatArray
    used: npt.NDArray[np.bool_]

    @property
    def weights(self) -> FloatArray:
        """Inverse variances."""
        return self.error**-2.0

    @property
    def middle(self) -> float:
        """Weighted mean time."""
        return float(np.average(self.time, weights=self.weights))

    @property
    def baseline(self) -> float:
        """Time from the first to the last observation in days."""
        return float(np.ptp(self.time))


def observed_velocities(time: Any, velocity: Any, velocity_error: Any, at_least: int) -> Velocities:
    """The observations that carry a time, a velocity and an error, checked (d, km/s; Quantities converted).

    Raises ValueError where lengths differ, an error is not positive, or fewer than `at_least` remain.
    """
    t = np.atleast_1d(in_unit(time, DAY).astype(np.float64))
    v = np.atleast_1d(in_unit(velocity, KILOMETRE_PER_SECOND).astype(np.float64))
    e = np.atleast_1d(in_unit(velocity_error, KILOMETRE_PER_SECOND).astype(np.float64))
    if e.size == 1:
        e = np.broadcast_to(e, v.shape)
    if t.ndim != 1 or not t.shape == v.shape == e.shape:
        raise ValueError(
            f"time, velocity and velocity_error have shapes {t.shape}, {v.shape}, {e.shape}: "
            "give three 1-d arrays of one length"
        )
    used = np.isfinite(t) & np.isfinite(v) & np.isfinite(e)
    wrong = np.flatnonzero(used & (e <= 0))
    if wrong.size:
        raise ValueError(f"velocity_error[{wrong[0]}] is {e[wrong[0]]} km/s: errors must be positive")
    if used.sum() < at_least:
        raise ValueError(f"{used.sum()} usable velocities, at least {at_least} are needed for this fit")
    return Velocities(t[used], v[used], e[used], used)


def fit_circular_orbit(time: Any, velocity: Any, velocity_error: Any, period: float) -> CircularOrbit:
    """Circular orbit (km/s, d) that fits the velocities best at a fixed `period` (d); a linear fit.

    `time` (d), `velocity` and `velocity_error` (km/s) are 1-d; rows with a missing value are left
    out. Errors by the delta method from the velocity errors. Raises ValueError for fewer than 3
    velocities, a period that is not positive, or phases that do not determine the orbit.
    """
    data = observed_velocities(time, velocity, velocity_error, PARAMETERS_AT_FIXED_PERIOD)
    days = float(in_unit(period, DAY))
    if not days > 0 or not np.isfinite(days):
        raise ValueError(f"period is {days} d: give a positive number of days")
    angle = 2 * np.pi * (data.time - data.middle) / days
    design = np.column_stack([np.sin(angle), np.cos(angle), np.ones_like(angle)])
    root_weights = 1.0 / data.error
    left, scales, right = np.linalg.svd(design * root_weights[:, None], full_matrices=False)
    if scales[-1] < 1e-10 * scales[0]:
        raise ValueError(f"at the period {days} d the velocities fall on too few phases to determine an orbit")
    solution = right.T @ ((left.T @ (data.velocity * root_weights)) / scales)
    covariance = (right.T / scales**2) @ right
    residuals = np.full(data.used.shape, np.nan)
    residuals[data.used] = data.velocity - design @ solution
    sine, cosine, systemic = (float(x) for x in solution)
    return CircularOrbit(
        period=days,
        semi_amplitude=float(np.hypot(sine, cosine)),
        systemic_velocity=systemic,
        epoch=_epoch(sine, cosine, data.middle, days),
        chi2=float(np.sum((residuals[data.used] / data.error) ** 2)),
        dof=int(data.used.sum()) - PARAMETERS_AT_FIXED_PERIOD,
        covariance=_covariance(sine, cosine, days, covariance),
        residuals=residuals,
    )


def fit_circular_orbits(time: Any, velocity: Any, velocity_error: Any, periods: Any) -> CircularOrbits:
    """Circular fits at each of `periods` (d): arrays of semi-amplitude, systemic velocity (km/s) and chi2.

    The batched form of `fit_circular_orbit`. A period at which the phases do not determine the orbit gets the
    chi2 of the best constant velocity and NaN as semi-amplitude.
    """
    data = observed_velocities(time, velocity, velocity_error, PARAMETERS_AT_FIXED_PERIOD)
    days = np.atleast_1d(in_unit(periods, DAY).astype(np.float64))
    return batched_fits(data, days)


def batched_fits(data: Velocities, days: FloatArray) -> CircularOrbits:
    """`fit_circular_orbits` on checked observations."""
    amplitude, systemic, chi2 = (np.empty(days.shape) for _ in range(3))
    step = max(1, BLOCK_ELEMENTS // data.time.size)
    for start in range(0, days.size, step):
        piece = slice(start, start + step)
        amplitude[piece], systemic[piece], chi2[piece] = _solve_block(data, days[piece])
    return CircularOrbits(days, amplitude, systemic, chi2, data.time.size - PARAMETERS_AT_FIXED_PERIOD)


def _solve_block(data: Velocities, days: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Weighted least squares with the means taken out, which leaves two unknowns and a closed form."""
    weights = data.weights / data.weights.sum()
    angle = (2 * np.pi * (data.time - data.middle)) / days[:, None]
    sine, cosine = np.sin(angle), np.cos(angle)
    mean_sine, mean_cosine = sine @ weights, cosine @ weights
    mean_velocity = float(data.velocity @ weights)
    sine -= mean_sine[:, None]
    cosine -= mean_cosine[:, None]
    velocity = data.velocity - mean_velocity
    ss, cc, sc = sine**2 @ weights, cosine**2 @ weights, (sine * cosine) @ weights
    sv, cv = sine @ (weights * velocity), cosine @ (weights * velocity)
    determinant = ss * cc - sc**2
    solvable = determinant > 1e-12
    safe = np.where(solvable, determinant, 1.0)
    a = np.where(solvable, (sv * cc - cv * sc) / safe, 0.0)
    b = np.where(solvable, (cv * ss - sv * sc) / safe, 0.0)
    residuals = velocity - a[:, None] * sine - b[:, None] * cosine
    chi2 = residuals**2 @ data.weights
    systemic = mean_velocity - a * mean_sine - b * mean_cosine
    return np.where(solvable, np.hypot(a, b), np.nan), systemic, chi2


def _epoch(sine: float, cosine: float, middle: float, period: float) -> float:
    if sine == 0 and cosine == 0:
        return np.nan
    return float(middle - np.arctan2(cosine, sine) * period / (2 * np.pi))


def _covariance(sine: float, cosine: float, period: float, covariance: FloatArray) -> FloatArray:
    """Covariance of (K, V0, epoch) from that of (sine, cosine, constant)."""
    squared = sine**2 + cosine**2
    if squared == 0:
        return np.full((3, 3), np.nan)
    amplitude = np.sqrt(squared)
    days_per_radian = period / (2 * np.pi)
    jacobian = np.array(
        [
            [sine / amplitude, cosine / amplitude, 0.0],
            [0.0, 0.0, 1.0],
            [days_per_radian * cosine / squared, -days_per_radian * sine / squared, 0.0],
        ]
    )
    return np.asarray(jacobian @ covariance @ jacobian.T)
