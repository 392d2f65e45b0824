"""How well spectra tell luminosities: slope, offset and scatters (Xiang et al. 2021, Sect. 5.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from analysis.stars.units import FloatArray

LN10 = np.log(10.0)
PARAMETERS = ("slope", "offset", "intrinsic", "at_100")
MODULUS_POINTS = 41
REACH = 5.0


@dataclass(frozen=True, eq=False)
class LuminosityScatter:
    """E[M_spec] = (1 + slope) M_geo + offset, with scatter `intrinsic` (mag) and measurement error `at_100` (mag)
    at S/N 100; `errors` of the four in that order, and their `covariance`, from the curvature of the likelihood.

    `log_likelihood` at the maximum, of `number` stars.
    """

    slope: float
    offset: float
    intrinsic: float
    at_100: float
    errors: FloatArray
    covariance: FloatArray
    log_likelihood: float
    number: int


@dataclass(frozen=True, eq=False)
class _Stars:
    estimated: FloatArray
    snr: FloatArray
    geometric: FloatArray
    magnitude_error: FloatArray
    parallax_part: FloatArray
    parallax_weight: FloatArray


def fit_luminosity_scatter(
    estimated: npt.ArrayLike,
    snr: npt.ArrayLike,
    k: npt.ArrayLike,
    k_error: npt.ArrayLike,
    parallax: npt.ArrayLike,
    parallax_error: npt.ArrayLike,
    extinction_k: npt.ArrayLike = 0.0,
    extinction_k_error: npt.ArrayLike = 0.0,
    exact: bool = True,
) -> LuminosityScatter:
    """Slope, offset, intrinsic and measurement scatter of spectroscopic against geometric luminosities (mag).

    `estimated` M_Ks of spectra with `snr` a pixel, against `k`, `extinction_k` (mag) and zero-point corrected
    `parallax` (mas). Maximum of the likelihood of Xiang et al. 2021, eqs. 7-14, with flat priors: the geometric
    magnitude integrated over its posterior (`exact`), or its error added in quadrature, which is enough above a
    parallax over error of 10. Rows with a NaN, or a parallax or snr that is not positive, are left out. Raises
    ValueError for fewer than ten stars.
    """
    stars = _stars(estimated, snr, k, k_error, parallax, parallax_error, extinction_k, extinction_k_error, exact)

    def cost(vector: FloatArray) -> float:
        return -_log_likelihood(vector, stars)

    difference = stars.estimated - stars.geometric
    spread = float(np.clip(1.4826 * np.median(np.abs(difference - np.median(difference))), 0.02, 3.0))
    start = np.array([0.0, float(np.median(difference)), np.log(0.8 * spread), np.log(0.5 * spread)])
    found = minimize(cost, start, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-5, "fatol": 1e-5})
    covariance = _covariance(cost, found.x)
    slope, offset, intrinsic, at_100 = found.x[0], found.x[1], np.exp(found.x[2]), np.exp(found.x[3])
    # the scatters were fitted as logarithms
    jacobian = np.diag([1.0, 1.0, intrinsic, at_100])
    covariance = jacobian @ covariance @ jacobian
    return LuminosityScatter(
        float(slope),
        float(offset),
        float(intrinsic),
        float(at_100),
        np.sqrt(np.maximum(np.diag(covariance), 0.0)),
        covariance,
        -float(found.fun),
        stars.estimated.size,
    )


def sample_luminosity_scatter(
    fit: LuminosityScatter, log_posterior: LogPosterior, steps: int = 4000, seed: int = 0
) -> FloatArray:
    """Posterior draws of slope, offset, intrinsic and at_100, shape (steps, 4), by Metropolis steps from `fit`."""
    rng = np.random.default_rng(seed)
    here = np.array([fit.slope, fit.offset, fit.intrinsic, fit.at_100])
    root = np.linalg.cholesky(fit.covariance + 1e-12 * np.eye(4)) * 2.38 / 2.0
    value = log_posterior(here)
    draws = np.empty((steps, 4))
    for step in range(steps):
        trial = here + root @ rng.normal(size=4)
        new = log_posterior(trial)
        if np.log(rng.uniform()) < new - value:
            here, value = trial, new
        draws[step] = here
    return draws


class LogPosterior:
    """Log posterior density of (slope, offset, intrinsic, at_100) with flat priors, for `sample_luminosity_scatter`.

    Takes what `fit_luminosity_scatter` takes.
    """

    def __init__(
        self,
        estimated: npt.ArrayLike,
        snr: npt.ArrayLike,
        k: npt.ArrayLike,
        k_error: npt.ArrayLike,
        parallax: npt.ArrayLike,
        parallax_error: npt.ArrayLike,
        extinction_k: npt.ArrayLike = 0.0,
        extinction_k_error: npt.ArrayLike = 0.0,
        exact: bool = True,
    ) -> None:
        self._stars = _stars(
            estimated, snr, k, k_error, parallax, parallax_error, extinction_k, extinction_k_error, exact
        )

    def __call__(self, parameters: FloatArray) -> float:
        """Log density at the four parameters; minus infinity where a scatter is not positive."""
        if parameters[2] <= 0 or parameters[3] <= 0:
            return -np.inf
        return _log_likelihood(np.concatenate([parameters[:2], np.log(parameters[2:])]), self._stars)


def _stars(
    estimated: npt.ArrayLike,
    snr: npt.ArrayLike,
    k: npt.ArrayLike,
    k_error: npt.ArrayLike,
    parallax: npt.ArrayLike,
    parallax_error: npt.ArrayLike,
    extinction_k: npt.ArrayLike,
    extinction_k_error: npt.ArrayLike,
    exact: bool,
) -> _Stars:
    given = (estimated, snr, k, k_error, parallax, parallax_error, extinction_k, extinction_k_error)
    columns = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in given))
    table = np.stack([column.ravel() for column in columns])
    table = table[:, np.isfinite(table).all(axis=0) & (table[1] > 0) & (table[4] > 0) & (table[5] > 0)]
    if table.shape[1] < 10:
        raise ValueError(f"{table.shape[1]} stars with spectrum, magnitude and positive parallax: 10 are the least")
    estimate, ratio, apparent, apparent_error, angle, angle_error, absorbed, absorbed_error = table
    geometric = apparent - absorbed + 5 * np.log10(angle) - 10
    error = np.hypot(apparent_error, absorbed_error)
    part = 5 / LN10 * angle_error / angle
    if not exact:
        nothing = np.zeros((geometric.size, 1))
        return _Stars(estimate, ratio, geometric, np.hypot(error, part), nothing, nothing)
    # steps in distance modulus, in which the posterior of the parallax is integrated with a flat prior
    steps = np.linspace(-REACH, REACH, MODULUS_POINTS)[None, :] * part[:, None]
    predicted = angle[:, None] * 10 ** (0.2 * steps)
    log_weight = -0.5 * ((angle[:, None] - predicted) / angle_error[:, None]) ** 2
    log_weight -= np.log(np.exp(log_weight).sum(axis=1, keepdims=True))
    return _Stars(estimate, ratio, geometric, error, steps, log_weight)


def _log_likelihood(vector: FloatArray, stars: _Stars) -> float:
    slope, offset, log_intrinsic, log_at_100 = vector
    variance = np.exp(2 * log_intrinsic) + (np.exp(log_at_100) * 100 / stars.snr) ** 2
    variance = variance + ((1 + slope) * stars.magnitude_error) ** 2
    expected = (1 + slope) * (stars.geometric[:, None] + stars.parallax_part) + offset
    exponent = -0.5 * (stars.estimated[:, None] - expected) ** 2 / variance[:, None] + stars.parallax_weight
    highest = exponent.max(axis=1)
    total = highest + np.log(np.exp(exponent - highest[:, None]).sum(axis=1)) - 0.5 * np.log(2 * np.pi * variance)
    return float(total.sum())


def _covariance(cost: Callable[[FloatArray], float], at: FloatArray) -> FloatArray:
    """Inverse of the matrix of second derivatives, by central differences."""
    size, steps = at.size, np.array([1e-3, 1e-3, 1e-3, 1e-3])
    matrix = np.empty((size, size))
    for i in range(size):
        for j in range(i + 1):
            one, other = np.eye(size)[i] * steps[i], np.eye(size)[j] * steps[j]
            second = cost(at + one + other) - cost(at + one - other) - cost(at - one + other) + cost(at - one - other)
            matrix[i, j] = matrix[j, i] = second / (4 * steps[i] * steps[j])
    return np.asarray(np.linalg.pinv(matrix), dtype=np.float64)
