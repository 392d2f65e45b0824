"""Close-ups of lines in velocity, and whether a profile has one or two peaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import least_squares

from analysis.spectra.lines import Line, line
from analysis.spectra.spectrum import C_KM_S, Spectrum, SpectrumError
from analysis.stars.units import FloatArray

Shape = Literal["none", "single", "double"]
HALF_WIDTH = 1500.0
# Bayesian information criterion by which a richer profile must win, "very strong" in Kass & Raftery 1995.
EVIDENCE = 10.0
LEAST_SEPARATION = 100.0
# Beyond these (km/s) metal lines of cool stars, such as one 640 km/s redward of Hβ, would pass for a second star.
FITTED_HALF_WIDTH = 600.0
FARTHEST_PEAK = 450.0
LEAST_RATIO = 0.35


@dataclass(frozen=True, eq=False)
class CloseUp:
    """A line against velocity (km/s from its rest wavelength, after taking off the star's own velocity).

    `flux` and `error` are relative to the local continuum. `shape` is "none" where no line is seen, else "single"
    or "double"; `velocities` (km/s), `heights` (above 1, negative in absorption) and `widths` (km/s, standard
    deviation) describe its peaks; `evidence` is by how much the chosen shape wins (difference of BIC). `model` is the
    fitted profile, NaN beyond what was fitted.
    `emission` tells whether the strongest peak stands above the continuum.
    """

    line: Line
    velocity: FloatArray
    flux: FloatArray
    error: FloatArray
    shape: Shape
    velocities: tuple[float, ...]
    heights: tuple[float, ...]
    widths: tuple[float, ...]
    evidence: float
    model: FloatArray

    @property
    def emission(self) -> bool:
        """Whether the strongest peak is above the continuum."""
        return bool(self.heights) and max(self.heights, key=abs) > 0

    @property
    def separation(self) -> float:
        """Distance of the two peaks (km/s); NaN for fewer than two."""
        return abs(self.velocities[1] - self.velocities[0]) if len(self.velocities) == 2 else np.nan


def close_up(spectrum: Spectrum, name: str = "Hα", velocity: float = 0.0, half_width: float = HALF_WIDTH) -> CloseUp:
    """Profile of the line `name` in velocity (km/s) within `half_width`, and whether it has one or two peaks.

    Fits a sloping continuum with no, one or two Gaussians and takes the richer profile only where its BIC is lower
    by 10. Two peaks count as double when they are at least 100 km/s apart, the weaker has 0.35 of the other's
    height, both point the same way and the flux turns back between them. At LAMOST's R = 1800 (167 km/s), closer
    pairs stay single. Only the inner 600 km/s are fitted, and peaks beyond 450 km/s are not counted, because metal
    lines lie there. Raises SpectrumError where fewer than 12 good pixels cover the line.
    """
    one = line(name)
    v = (spectrum.wavelength / one.wavelength - 1) * C_KM_S - velocity
    use = spectrum.good & (np.abs(v) <= half_width)
    if use.sum() < 12:
        problem = f"{int(use.sum())} good pixels within {half_width:g} km/s of {name}"
        raise SpectrumError(spectrum.name or "spectrum", problem, "12 are needed: the line may be outside")
    x, flux, error = v[use], spectrum.flux[use], spectrum.error[use]
    outer = np.abs(x) > 0.6 * half_width
    level = float(np.median(flux[outer])) if outer.any() else float(np.median(flux))
    if level <= 0:
        raise SpectrumError(spectrum.name or "spectrum", f"no positive flux beside {name}", "It is too faint there")
    y, sigma = flux / level, error / level
    inner = np.abs(x) <= FITTED_HALF_WIDTH
    fits = [_fit(x[inner], y[inner], sigma[inner], peaks) for peaks in (0, 1, 2)]
    scores = [cost + np.log(inner.sum()) * parameters.size for cost, parameters in fits]
    shape: Shape = "none"
    chosen, evidence = 0, scores[1] - scores[0]
    if scores[0] - min(scores[1], scores[2]) > EVIDENCE:
        shape, chosen, evidence = "single", 1, scores[2] - scores[1]
        if scores[1] - scores[2] > EVIDENCE and _is_double(fits[2][1]):
            shape, chosen, evidence = "double", 2, scores[1] - scores[2]
    peaks = _peaks(fits[chosen][1])
    ordered = sorted(peaks)
    velocities, heights, widths = zip(*ordered, strict=True) if ordered else ((), (), ())
    fitted = np.where(inner, _model(fits[chosen][1], x / FITTED_HALF_WIDTH), np.nan)
    return CloseUp(one, x, y, sigma, shape, velocities, heights, widths, float(evidence), fitted)


def _model(parameters: FloatArray, x: FloatArray) -> FloatArray:
    """Continuum c + s x and Gaussians (centre, height, log width), x in units of the half-width."""
    y = parameters[0] + parameters[1] * x
    for centre, height, log_width in parameters[2:].reshape(-1, 3):
        y = y + height * np.exp(-0.5 * ((x - centre) / np.exp(log_width)) ** 2)
    return np.asarray(y)


def _slopes(parameters: FloatArray, x: FloatArray) -> FloatArray:
    """Slope of the model along each parameter, shape (points, parameters)."""
    columns = [np.ones_like(x), x]
    for centre, height, log_width in parameters[2:].reshape(-1, 3):
        away = (x - centre) / np.exp(log_width)
        bell = np.exp(-0.5 * away**2)
        columns += [height * bell * away / np.exp(log_width), bell, height * bell * away**2]
    return np.stack(columns, axis=1)


def _fit(v: FloatArray, y: FloatArray, sigma: FloatArray, peaks: int) -> tuple[float, FloatArray]:
    """Lowest χ² and its parameters from a few starts."""
    x = v / FITTED_HALF_WIDTH

    def residual(parameters: FloatArray) -> FloatArray:
        return (y - _model(parameters, x)) / sigma

    def slopes(parameters: FloatArray) -> FloatArray:
        return _slopes(parameters, x) / -sigma[:, None]

    lower = np.array([-np.inf, -np.inf] + [-1.0, -np.inf, np.log(45.0 / FITTED_HALF_WIDTH)] * peaks)
    upper = np.array([np.inf, np.inf] + [1.0, np.inf, np.log(0.6)] * peaks)
    best: tuple[float, FloatArray] = (np.inf, np.array([1.0, 0.0]))
    for start in _starts(x, y, peaks):
        inner = np.clip(start, lower + 1e-6, upper - 1e-6)
        result = least_squares(residual, inner, jac=slopes, bounds=(lower, upper), max_nfev=100)
        if 2 * result.cost < best[0]:
            best = (2 * float(result.cost), np.asarray(result.x))
    return best


def _starts(x: FloatArray, y: FloatArray, peaks: int) -> list[FloatArray]:
    base = [1.0, 0.0]
    if peaks == 0:
        return [np.array(base)]
    core = np.abs(x) < 0.7
    extreme = int(np.argmax(np.where(core, np.abs(y - 1), -1)))
    centre, height = float(x[extreme]), float(y[extreme] - 1) or 1e-3
    width = np.log(120.0 / FITTED_HALF_WIDTH)
    if peaks == 1:
        return [np.array([*base, centre, height, log]) for log in (width, width + 1.2)]
    found = []
    for gap in (120.0, 250.0, 450.0):
        half = gap / FITTED_HALF_WIDTH
        for left, right in ((centre - half, centre), (centre, centre + half), (centre - half / 2, centre + half / 2)):
            ends = [float(np.interp(place, x, y)) - 1 for place in (left, right)]
            found.append(np.array([*base, left, ends[0] or 1e-3, width, right, ends[1] or 1e-3, width]))
    return found


def _peaks(parameters: FloatArray) -> list[tuple[float, float, float]]:
    """Velocity (km/s), height and width (km/s) of each Gaussian."""
    return [
        (float(centre * FITTED_HALF_WIDTH), float(height), float(np.exp(log_width) * FITTED_HALF_WIDTH))
        for centre, height, log_width in parameters[2:].reshape(-1, 3)
    ]


def _is_double(parameters: FloatArray) -> bool:
    (first, one, _), (second, other, _) = sorted(_peaks(parameters))
    if second - first < LEAST_SEPARATION or one * other <= 0 or max(abs(first), abs(second)) > FARTHEST_PEAK:
        return False
    if min(abs(one), abs(other)) < LEAST_RATIO * max(abs(one), abs(other)):
        return False
    x = np.linspace(first, second, 200) / FITTED_HALF_WIDTH
    signed = np.sign(one) * (_model(parameters, x) - parameters[0] - parameters[1] * x)
    return bool(signed.min() < 0.95 * min(signed[0], signed[-1]))
