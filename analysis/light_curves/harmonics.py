"""Fourier series fitted to a light curve at a period, and which of two periods the data prefer."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from analysis.light_curves.series import LightCurve
from analysis.stars.units import FloatArray

REFINING_STEPS_PER_CYCLE = 10
LONGEST_CORRELATION_POINTS = 200


@dataclass(frozen=True, eq=False)
class Points:
    """Good points of a light curve: time (d), relative flux, weights with mean 1 (equal if errors are missing)."""

    time: FloatArray
    flux: FloatArray
    weight: FloatArray

    @property
    def baseline(self) -> float:
        """Time from the first to the last point in days."""
        return float(np.ptp(self.time))


def good_points(light_curve: LightCurve) -> Points:
    """The points of a light curve that a fit may use; weights are inverse variances where all errors are known."""
    rows = light_curve.good
    error = light_curve.flux_error[rows]
    weight = error**-2.0 if error.size and np.all(error > 0) else np.ones(error.size)
    return Points(light_curve.time[rows], light_curve.flux[rows], weight / weight.mean() if weight.size else weight)


def bin_points(points: Points, width: float) -> Points:
    """Weighted means of the points over bins of `width` days; weights add. Fewer points, same periods."""
    if points.time.size == 0:
        return points
    number = np.floor((points.time - points.time[0]) / width).astype(np.int64)
    starts = np.flatnonzero(np.r_[True, np.diff(number) != 0])
    total = np.add.reduceat(points.weight, starts)
    zero = points.time[0]
    time = zero + np.add.reduceat(points.weight * (points.time - zero), starts) / total
    return Points(time, np.add.reduceat(points.weight * points.flux, starts) / total, total / total.mean())


@dataclass(frozen=True, eq=False)
class HarmonicFit:
    """flux = mean + sum over k of cosine[k-1] cos(k x) + sine[k-1] sin(k x), x = 2 pi (t - epoch) / period.

    Relative flux, days. `covariance` is that of (mean, cosine..., sine...) for the scatter about the fit and
    `correlation_points`, the number of neighbouring points whose residuals go together (1 for white noise).
    """

    period: float
    epoch: float
    mean: float
    cosine: FloatArray
    sine: FloatArray
    covariance: FloatArray
    sum_of_squares: float
    points: int
    correlation_points: float

    @property
    def harmonics(self) -> int:
        """Number of harmonics fitted."""
        return int(self.cosine.size)

    @property
    def amplitudes(self) -> FloatArray:
        """Semi-amplitude of each harmonic."""
        return np.hypot(self.cosine, self.sine)

    @cached_property
    def amplitude_errors(self) -> FloatArray:
        """Standard error of each amplitude, by the delta method."""
        n = self.harmonics
        variance = np.diag(self.covariance)[1:]
        both = np.diag(self.covariance[1 : n + 1, n + 1 :])
        c, s, a2 = self.cosine, self.sine, np.maximum(self.amplitudes**2, 1e-300)
        return np.sqrt((c**2 * variance[:n] + s**2 * variance[n:] + 2 * c * s * both) / a2)

    @property
    def effective_points(self) -> float:
        """Number of independent points."""
        return self.points / self.correlation_points

    def bic(self, correlation_points: float | None = None) -> float:
        """Bayesian information criterion; differences count for fits to the same points."""
        effective = self.points / (correlation_points or self.correlation_points)
        parameters = 2 * self.harmonics + 1
        return float(effective * np.log(self.sum_of_squares / self.points) + parameters * np.log(effective))

    def at_phase(self, phase: npt.ArrayLike) -> FloatArray:
        """Model flux at phases in cycles."""
        return _design(2 * np.pi * np.asarray(phase, dtype=np.float64), self.harmonics) @ self._coefficients

    def flux(self, time: npt.ArrayLike) -> FloatArray:
        """Model flux at times in days."""
        return self.at_phase((np.asarray(time, dtype=np.float64) - self.epoch) / self.period)

    def combination(self, phases: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[float, float]:
        """Weighted sum of the model fluxes at some phases, and its standard error."""
        row = np.asarray(weights) @ _design(2 * np.pi * np.asarray(phases, dtype=np.float64), self.harmonics)
        return float(row @ self._coefficients), float(np.sqrt(row @ self.covariance @ row))

    @property
    def _coefficients(self) -> FloatArray:
        return np.concatenate([[self.mean], self.cosine, self.sine])


def fit_harmonics(points: Points, period: float, harmonics: int, epoch: float | None = None) -> HarmonicFit:
    """Weighted least-squares Fourier series of `harmonics` terms at a fixed `period` (d).

    `epoch` (d) is phase 0, the first point by default. Raises ValueError for too few points or a period that
    is not positive.
    """
    if points.time.size < 2 * harmonics + 2:
        raise ValueError(f"{points.time.size} points are too few for {harmonics} harmonics")
    if not 0 < period < np.inf:
        raise ValueError(f"period is {period} d: give a positive number of days")
    zero = float(points.time[0]) if epoch is None else epoch
    solution, inverse, residuals = _least_squares(points, period, harmonics, zero)
    squares = float(np.sum(points.weight * residuals**2))
    correlation = correlation_length(np.sqrt(points.weight) * residuals)
    variance = squares / max(points.time.size - solution.size, 1) * correlation
    return HarmonicFit(
        period=float(period),
        epoch=zero,
        mean=float(solution[0]),
        cosine=solution[1 : harmonics + 1],
        sine=solution[harmonics + 1 :],
        covariance=inverse * variance,
        sum_of_squares=max(squares, np.finfo(float).tiny),
        points=points.time.size,
        correlation_points=correlation,
    )


def _least_squares(
    points: Points, period: float, harmonics: int, epoch: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Coefficients, inverse normal matrix and residuals."""
    design = _design(2 * np.pi * (points.time - epoch) / period, harmonics)
    weighted = design * points.weight[:, None]
    inverse = np.linalg.pinv(design.T @ weighted, hermitian=True).astype(np.float64)
    solution = inverse @ (weighted.T @ points.flux)
    return solution, inverse, points.flux - design @ solution


def sum_of_squares(points: Points, period: float, harmonics: int) -> float:
    """Weighted sum of squares about the best Fourier series: `fit_harmonics` without its errors."""
    residuals = _least_squares(points, period, harmonics, float(points.time[0]))[2]
    return float(np.sum(points.weight * residuals**2))


def sine_amplitude(points: Points, period: float) -> float:
    """Amplitude of the best single sine: `fit_harmonics` without its errors."""
    solution = _least_squares(points, period, 1, float(points.time[0]))[0]
    return float(np.hypot(solution[1], solution[2]))


def _design(angle: FloatArray, harmonics: int) -> FloatArray:
    turn = np.exp(1j * angle)
    powers = np.empty((angle.size, harmonics), dtype=np.complex128)
    power = np.ones_like(turn)
    for k in range(harmonics):
        power = power * turn
        powers[:, k] = power
    return np.concatenate([np.ones((angle.size, 1)), powers.real, powers.imag], axis=1)


def correlation_length(residuals: FloatArray) -> float:
    """Number of neighbouring points that carry one independent residual: 1 + 2 sum of the autocorrelation.

    Summed up to its first value below 0.05, at most 200 points; at least 1.
    """
    n = residuals.size
    centred = residuals - residuals.mean()
    size = 1 << int(np.ceil(np.log2(2 * n)))
    power = np.abs(np.fft.rfft(centred, size)) ** 2
    autocorrelation = np.fft.irfft(power, size)[: min(n, LONGEST_CORRELATION_POINTS)]
    if not autocorrelation[0] > 0:
        return 1.0
    autocorrelation = autocorrelation / autocorrelation[0]
    below = np.flatnonzero(autocorrelation < 0.05)
    end = int(below[0]) if below.size else autocorrelation.size
    return float(max(1.0, 1 + 2 * autocorrelation[1:end].sum()))


def refine_period(points: Points, period: float, harmonics: int, width: float = 1.0) -> tuple[float, float]:
    """Period (d) near `period` that a Fourier series fits best, and its standard error.

    Searched within `width` / baseline in frequency to either side. The error follows from the curvature of
    the sum of squares there, for the independent points; it is infinite where there is no minimum inside.
    """
    reach = width / points.baseline

    def squares(frequency: float) -> float:
        return sum_of_squares(points, 1 / frequency, harmonics)

    steps = 2 * int(np.ceil(REFINING_STEPS_PER_CYCLE * width)) + 1
    grid = 1 / period + np.linspace(-reach, reach, steps)
    grid = grid[grid > 0.2 / period]
    values = np.array([squares(f) for f in grid])
    best = int(values.argmin())
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)])
    tolerance = 1e-7 / points.baseline
    found = minimize_scalar(squares, bounds=bounds, method="bounded", options={"xatol": tolerance})
    frequency = float(found.x)
    step = 0.05 / points.baseline
    fit = fit_harmonics(points, 1 / frequency, harmonics)
    curvature = squares(frequency + step) + squares(frequency - step) - 2 * fit.sum_of_squares
    if best in (0, grid.size - 1) or curvature <= 0:
        return 1 / frequency, np.inf
    variance = fit.sum_of_squares / fit.points * fit.correlation_points
    error = np.sqrt(2 * variance * step**2 / curvature)
    return 1 / frequency, float(error / frequency**2)


def double_period_evidence(points: Points, period: float, harmonics: int = 2) -> float:
    """BIC of `harmonics` terms at `period` minus BIC of twice as many at twice the period; days.

    Above about 10 the data demand the double period, as an ellipsoidal curve with unequal minima does.
    Independent points are counted with the residuals of the richer fit.
    """
    single = fit_harmonics(points, period, harmonics)
    double = fit_harmonics(points, 2 * period, 2 * harmonics)
    return single.bic(double.correlation_points) - double.bic()
