"""Depths, durations and odd-even differences of eclipses, measured with trapezoids."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from analysis.light_curves.harmonics import Points, correlation_length
from analysis.light_curves.quality import IntArray
from analysis.stars.units import FloatArray

LEAST_SIGNIFICANCE = 5.0
LARGEST_DURATION = 0.45
WINDOW_DURATIONS = 1.5


@dataclass(frozen=True)
class Eclipse:
    """One eclipse of the phase curve: phase of its middle, depth (relative flux), duration in phase (T14).

    Errors are standard errors with the correlation of the residuals. `flat_fraction` is the part of the
    duration at full depth.
    """

    phase: float
    depth: float
    depth_error: float
    duration: float
    duration_error: float
    flat_fraction: float
    points: int

    @property
    def significance(self) -> float:
        """Depth over its error."""
        return self.depth / self.depth_error if self.depth_error > 0 else 0.0


@dataclass(frozen=True)
class EclipseMeasurement:
    """Primary and, where there is one, secondary eclipse at a period (d); `epoch` (d) is mid primary.

    `odd_even_difference` is the depth in odd minus that in even cycles, with its error (NaN where one of the
    two is not covered). `out_of_eclipse` is the semi-amplitude left between the eclipses, from two harmonics.
    `cycles` is the number of primary eclipses with data.
    """

    period: float
    epoch: float
    primary: Eclipse
    secondary: Eclipse | None
    odd_even_difference: float
    odd_even_error: float
    out_of_eclipse: float
    cycles: int

    @property
    def odd_even_significance(self) -> float:
        """Odd-even difference in its errors; 0 where it is unknown."""
        known = self.odd_even_error > 0
        return abs(self.odd_even_difference) / self.odd_even_error if known else 0.0


def trapezoid(phase: FloatArray, middle: float, depth: float, duration: float, flat_fraction: float) -> FloatArray:
    """Relative flux lost at `phase` (cycles): `depth` in the flat part, falling linearly to 0 at the contacts."""
    away = np.abs((phase - middle + 0.5) % 1 - 0.5)
    half = 0.5 * duration
    ramp = max(half * (1 - flat_fraction), 1e-9)
    return np.asarray(depth * np.clip((half - away) / ramp, 0.0, 1.0))


def measure_eclipses(points: Points, period: float, epoch: float, duration: float) -> EclipseMeasurement | None:
    """Eclipses at `period` near `epoch` (d) and `duration` (in phase); None where no dip can be fitted.

    The deeper of the two becomes the primary.
    """
    phase = ((points.time - epoch) / period + 0.5) % 1 - 0.5
    primary = fit_eclipse(points, phase, 0.0, duration)
    if primary is None or primary.depth <= 0:
        return None
    middle = primary.phase
    phase = (phase - middle + 0.5) % 1 - 0.5
    primary = replace(primary, phase=0.0)
    secondary = _secondary(points, phase, primary)
    if secondary is not None and secondary.depth > primary.depth:
        deeper = secondary
        phase = (phase - deeper.phase + 0.5) % 1 - 0.5
        middle += deeper.phase
        primary, secondary = replace(deeper, phase=0.0), replace(primary, phase=1 - deeper.phase)
    cycle = np.round((points.time - epoch - middle * period) / period).astype(np.int64)
    difference, error = _odd_even(points, phase, cycle, primary)
    inside = np.abs(phase) < 0.5 * primary.duration
    return EclipseMeasurement(
        period=period,
        epoch=epoch + middle * period,
        primary=primary,
        secondary=secondary,
        odd_even_difference=difference,
        odd_even_error=error,
        out_of_eclipse=_out_of_eclipse(points, phase, primary, secondary),
        cycles=int(np.unique(cycle[inside]).size),
    )


def fit_eclipse(points: Points, phase: FloatArray, middle: float, duration: float) -> Eclipse | None:
    """Trapezoid on a sloping level fitted around `middle`; None where too few points lie in the window."""
    width = min(duration, LARGEST_DURATION)
    reach = min(WINDOW_DURATIONS * width, 0.5)
    offset = (phase - middle + 0.5) % 1 - 0.5
    rows = np.abs(offset) < reach
    if rows.sum() < 12 or (np.abs(offset) < 0.5 * width).sum() < 4:
        return None
    x, y, root = offset[rows], points.flux[rows], np.sqrt(points.weight[rows])
    outside, deep = np.abs(x) > 0.5 * width, np.abs(x) < 0.25 * width
    outside, deep = np.abs(x) > 0.5 * width, np.abs(x) < 0.25 * width
    level = float(np.median(y[outside])) if outside.any() else float(y.max())
    depth = max(level - float(np.median(y[deep])), 1e-9) if deep.any() else 1e-9
    start = np.array([0.0, depth, width, 0.4, level, 0.0])
    lower = [-0.5 * width, -2.0, 0.3 * width, 0.0, -np.inf, -np.inf]
    upper = [0.5 * width, 2.0, min(2.5 * width, 2 * reach), 0.98, np.inf, np.inf]

    def residuals(p: FloatArray) -> FloatArray:
        return np.asarray(root * (p[4] + p[5] * x - trapezoid(x, p[0], p[1], p[2], p[3]) - y))

    scale = np.array([0.1 * width, depth, width, 0.3, 1.0, depth / reach])
    found = least_squares(residuals, np.clip(start, lower, upper), bounds=(lower, upper), x_scale=scale, max_nfev=100)
    variance = 2 * found.cost / max(x.size - 6, 1) * correlation_length(found.fun[np.argsort(points.time[rows])])
    jacobian = np.asarray(found.jac, dtype=np.float64)
    error = np.sqrt(np.maximum(np.diag(np.linalg.pinv(jacobian.T @ jacobian)) * variance, 0))
    p = found.x
    return Eclipse(
        float(middle + p[0]), float(p[1]), float(error[1]), float(p[2]), float(error[2]), float(p[3]), int(x.size)
    )


def _secondary(points: Points, phase: FloatArray, primary: Eclipse) -> Eclipse | None:
    """The deepest further dip of about the primary's duration, where it is significant."""
    width = primary.duration
    outside = np.abs(phase) > 0.75 * width
    if outside.sum() < 30:
        return None
    bins = int(np.clip(np.round(4 / width), 8, 400))
    number = ((phase % 1) * bins).astype(np.int64) % bins
    count = np.bincount(number[outside], minlength=bins)
    total = np.bincount(number[outside], points.flux[outside], bins)
    four = np.ones(4)
    wrapped = np.concatenate([total, total[:3]]), np.concatenate([count, count[:3]])
    box_count = np.convolve(wrapped[1], four, "valid")
    box = np.convolve(wrapped[0], four, "valid") / np.maximum(box_count, 1)
    box[box_count < max(4, 0.3 * np.median(box_count))] = np.inf
    start = int(np.argmin(box))
    found = fit_eclipse(points, phase, (start + 2) / bins, width)
    if found is None or found.significance < LEAST_SIGNIFICANCE or found.depth > 3 * primary.depth:
        return None
    apart = abs((found.phase + 0.5) % 1 - 0.5)
    return replace(found, phase=found.phase % 1) if apart > 0.75 * width else None


def _odd_even(points: Points, phase: FloatArray, cycle: IntArray, primary: Eclipse) -> tuple[float, float]:
    """Depth in odd minus depth in even cycles with the primary's own shape, and its error."""
    depths, variances = [], []
    shape = trapezoid(phase, 0.0, 1.0, primary.duration, primary.flat_fraction)
    near = np.abs(phase) < WINDOW_DURATIONS * primary.duration
    for parity in (1, 0):
        rows = near & (cycle % 2 == parity)
        if (shape[rows] > 0.5).sum() < 4 or (shape[rows] == 0).sum() < 4:
            return np.nan, np.nan
        design = np.column_stack([np.ones(rows.sum()), -shape[rows]]) * np.sqrt(points.weight[rows])[:, None]
        flux = points.flux[rows] * np.sqrt(points.weight[rows])
        inverse = np.linalg.inv(design.T @ design)
        solution = inverse @ (design.T @ flux)
        rest = flux - design @ solution
        variance = float(rest @ rest) / max(rest.size - 2, 1) * correlation_length(rest)
        depths.append(float(solution[1]))
        variances.append(float(inverse[1, 1]) * variance)
    return depths[0] - depths[1], float(np.sqrt(sum(variances)))


def _out_of_eclipse(points: Points, phase: FloatArray, primary: Eclipse, secondary: Eclipse | None) -> float:
    """Semi-amplitude of two harmonics fitted outside the eclipses; NaN where little is left outside."""
    outside = np.abs(phase) > 0.55 * primary.duration
    if secondary is not None:
        outside &= np.abs((phase - secondary.phase + 0.5) % 1 - 0.5) > 0.55 * secondary.duration
    if outside.sum() < 20:
        return np.nan
    angle = 2 * np.pi * phase[outside]
    design = np.column_stack([np.ones(angle.size), np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])
    root = np.sqrt(points.weight[outside])
    solution = np.linalg.lstsq(design * root[:, None], points.flux[outside] * root, rcond=None)[0]
    seen = design @ solution
    return float(0.5 * np.ptp(seen))


def refine_ephemeris(points: Points, measured: EclipseMeasurement) -> tuple[float, float, float]:
    """Period (d), its standard error and epoch (d) with which the measured eclipses fit the points best.

    The shapes stay as measured; the error counts correlated residuals once.
    """
    dips = [dip for dip in (measured.primary, measured.secondary) if dip is not None]
    phase = (points.time - measured.epoch) / measured.period
    near = np.zeros(phase.size, dtype=bool)
    for dip in dips:
        near |= np.abs((phase - dip.phase + 0.5) % 1 - 0.5) < dip.duration
    time, flux, root = points.time[near], points.flux[near], np.sqrt(points.weight[near])
    turns = np.round((time - measured.epoch) / measured.period)
    cadence = float(np.median(np.diff(points.time)))
    scale = np.array([cadence, cadence / max(np.abs(turns).max(), 1.0), 1.0])

    def residuals(p: FloatArray) -> FloatArray:
        x = (time - measured.epoch - p[0]) / (measured.period + p[1])
        lost = sum((trapezoid(x, d.phase, d.depth, d.duration, d.flat_fraction) for d in dips), np.zeros(x.size))
        return np.asarray(root * (p[2] - lost - flux))

    start = np.array([0.0, 0.0, float(np.median(points.flux))])
    found = least_squares(residuals, start, x_scale=scale, diff_step=[1e-3] * 3)
    jacobian = np.asarray(found.jac, dtype=np.float64)
    variance = 2 * found.cost / max(time.size - 3, 1) * correlation_length(np.asarray(found.fun))
    error = float(np.sqrt(np.linalg.pinv(jacobian.T @ jacobian)[1, 1] * variance))
    return measured.period + float(found.x[1]), error, measured.epoch + float(found.x[0])
