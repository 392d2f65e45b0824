"""Distances from parallax and luminosity together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.stars.parallaxes import INTRINSIC_SCATTER
from analysis.stars.units import MAGNITUDE, MILLIARCSECOND, FloatArray, Values, in_unit

NEAREST, FARTHEST = 0.1, 1e5
COARSE_POINTS, FINE_POINTS = 3000, 3000
STARS_PER_BLOCK = 256
LEVELS = (0.16, 0.84)
NEGLIGIBLE = 20.0


@dataclass(frozen=True, eq=False)
class DistancePosterior:
    """Distances in pc: `mode`, `low` and `high` (16 and 84 %); `log_mean` and `log_error` of ln(distance).

    Floats for one star, arrays for many; NaN for a star with neither parallax nor luminosity.
    """

    mode: Values
    low: Values
    high: Values
    log_mean: Values
    log_error: Values


def distance_posterior(
    parallax: Any = np.nan,
    parallax_error: Any = np.nan,
    absolute_k: Any = np.nan,
    absolute_k_error: Any = 0.0,
    k: Any = np.nan,
    k_error: Any = 0.0,
    extinction_k: Any = 0.0,
    extinction_k_error: Any = 0.0,
    intrinsic_scatter: float = INTRINSIC_SCATTER,
    prior: Callable[[FloatArray], FloatArray] | None = None,
    farthest: float = FARTHEST,
) -> DistancePosterior:
    """Mode and 16 to 84 % interval of the distance in pc from parallax (mas) and luminosity (mag).

    Xiang et al. 2021, eqs. 18-24: N(parallax | 1000/d) times N(k - extinction_k - absolute_k | 5 log10(d/10)),
    the latter with all magnitude errors and `intrinsic_scatter` in quadrature. `prior` gives the relative
    density at distances in pc; default flat in d, as in the paper, up to `farthest`. Arguments broadcast. A
    star lacking the parallax or the luminosity rests on the other one; give absolute_k = NaN for binaries, as
    the paper does. Raises ValueError for an error that is negative, or a parallax error that is 0.
    """
    angles = [in_unit(value, MILLIARCSECOND) for value in (parallax, parallax_error)]
    magnitudes = [
        in_unit(value, MAGNITUDE)
        for value in (absolute_k, absolute_k_error, k, k_error, extinction_k, extinction_k_error)
    ]
    columns = [c.astype(np.float64) for c in np.broadcast_arrays(*angles, *magnitudes)]
    shape = columns[0].shape
    _, angle_error, _, *_ = columns = [column.ravel() for column in columns]
    for name, error in (("parallax_error", angle_error), *_magnitude_errors(columns)):
        if (error < 0).any() or (name == "parallax_error" and (error == 0).any()):
            raise ValueError(f"{name} is {np.nanmin(error)}: give a positive error")
    modulus = columns[4] - columns[6] - columns[2]
    modulus_error = np.sqrt(columns[3] ** 2 + columns[5] ** 2 + columns[7] ** 2 + intrinsic_scatter**2)
    result = np.empty((5, columns[0].size))
    for start in range(0, columns[0].size, STARS_PER_BLOCK):
        rows = slice(start, start + STARS_PER_BLOCK)
        result[:, rows] = _summaries(
            columns[0][rows], angle_error[rows], modulus[rows], modulus_error[rows], prior, farthest
        )
    if shape == ():
        return DistancePosterior(*(float(value[0]) for value in result))
    return DistancePosterior(*(value.reshape(shape) for value in result))


def distance_likelihoods(
    distance: FloatArray,
    parallax: float = np.nan,
    parallax_error: float = np.nan,
    absolute_k: float = np.nan,
    absolute_k_error: float = 0.0,
    k: float = np.nan,
    k_error: float = 0.0,
    extinction_k: float = 0.0,
    extinction_k_error: float = 0.0,
    intrinsic_scatter: float = INTRINSIC_SCATTER,
) -> tuple[FloatArray, FloatArray]:
    """The two factors of `distance_posterior` at distances in pc for one star: of the parallax and of the light.

    Arrays shaped as `distance`, 1 where the distance agrees best; NaN all over for a factor whose data are missing.
    Parallax in mas, magnitudes in mag. Xiang et al. 2021, eqs. 18-24.
    """
    modulus = k - extinction_k - absolute_k
    error = np.sqrt(absolute_k_error**2 + k_error**2 + extinction_k_error**2 + intrinsic_scatter**2)
    by_parallax = _by_parallax(distance, parallax, parallax_error)
    return np.exp(by_parallax), np.exp(_by_light(np.log(distance), modulus, error))


def _by_parallax(distance: FloatArray, parallax: Any, error: Any) -> FloatArray:
    return np.asarray(-0.5 * ((parallax - 1000 / distance) / error) ** 2)


def _by_light(log_distance: FloatArray, modulus: Any, error: Any) -> FloatArray:
    expected = 5 * (log_distance / np.log(10) - 1)
    return np.asarray(-0.5 * ((modulus - expected) / error) ** 2)


def _magnitude_errors(columns: list[FloatArray]) -> tuple[tuple[str, FloatArray], ...]:
    names = ("absolute_k_error", "k_error", "extinction_k_error")
    return tuple((name, columns[3 + 2 * i]) for i, name in enumerate(names))


def _summaries(
    parallax: FloatArray,
    parallax_error: FloatArray,
    modulus: FloatArray,
    modulus_error: FloatArray,
    prior: Callable[[FloatArray], FloatArray] | None,
    farthest: float,
) -> FloatArray:
    """Rows mode, low, high, log mean, log error: first on a coarse grid in ln d, then on one that fits."""

    def log_density(log_distance: FloatArray) -> FloatArray:
        distance = np.exp(log_distance)
        by_parallax = _by_parallax(distance, parallax[:, None], parallax_error[:, None])
        by_light = _by_light(log_distance, modulus[:, None], modulus_error[:, None])
        total = np.nan_to_num(by_parallax) + np.nan_to_num(by_light)
        if prior is None:
            return np.asarray(total)
        with np.errstate(divide="ignore"):
            return np.asarray(total + np.log(prior(distance)))

    informed = (np.isfinite(parallax) & np.isfinite(parallax_error)) | (
        np.isfinite(modulus) & np.isfinite(modulus_error)
    )
    grid = _first_grid(parallax, parallax_error, modulus, farthest)
    for _ in range(2):
        density = log_density(grid)
        kept = density > density.max(axis=1, keepdims=True) - NEGLIGIBLE
        first, last = np.argmax(kept, axis=1), kept.shape[1] - 1 - np.argmax(kept[:, ::-1], axis=1)
        low = np.take_along_axis(grid, np.maximum(first - 1, 0)[:, None], axis=1)
        high = np.take_along_axis(grid, np.minimum(last + 1, grid.shape[1] - 1)[:, None], axis=1)
        grid = low + (high - low) * np.linspace(0, 1, FINE_POINTS)
    return np.where(informed, _summarise(grid, log_density(grid)), np.nan)


def _first_grid(parallax: FloatArray, parallax_error: FloatArray, modulus: FloatArray, farthest: float) -> FloatArray:
    """Coarse grid in ln d with the two single estimates added, so that no narrow peak is stepped over."""
    coarse = np.linspace(np.log(NEAREST), np.log(farthest), COARSE_POINTS)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_parallax = np.log(1000 / parallax)
    by_light = (modulus / 5 + 1) * np.log(10)
    extra = np.stack([by_parallax, by_light], axis=1)
    extra = np.clip(np.where(np.isfinite(extra), extra, coarse[0]), coarse[0], coarse[-1])
    everywhere = np.broadcast_to(coarse, (parallax.size, coarse.size))
    return np.asarray(np.sort(np.concatenate([everywhere, extra], axis=1), axis=1))


def _summarise(log_distance: FloatArray, log_density: FloatArray) -> FloatArray:
    peak = np.argmax(log_density, axis=1)
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    mode = np.exp(_parabola_peak(log_distance, log_density, peak))
    # the grid is even in ln d, so a cell's weight is the density in d times d
    weight = density * np.exp(log_distance - log_distance.max(axis=1, keepdims=True))
    steps = np.diff(log_distance, axis=1) * 0.5 * (weight[:, 1:] + weight[:, :-1])
    total = np.concatenate([np.zeros((weight.shape[0], 1)), np.cumsum(steps, axis=1)], axis=1)
    total /= total[:, -1:]
    bounds = np.stack([_inverse(total, log_distance, level) for level in LEVELS])
    mass = weight / weight.sum(axis=1, keepdims=True)
    mean = (mass * log_distance).sum(axis=1)
    error = np.sqrt((mass * (log_distance - mean[:, None]) ** 2).sum(axis=1))
    return np.stack([mode, *np.exp(bounds), mean, error])


def _parabola_peak(x: FloatArray, y: FloatArray, peak: np.ndarray[Any, Any]) -> FloatArray:
    """Abscissa of the maximum of a parabola through the highest point and its neighbours."""
    inner = np.clip(peak, 1, x.shape[1] - 2)
    rows = np.arange(x.shape[0])
    left, middle, right = y[rows, inner - 1], y[rows, inner], y[rows, inner + 1]
    curvature = left - 2 * middle + right
    curved = np.isfinite(curvature) & (curvature < 0)
    slope = np.where(curved, left, 0.0) - np.where(curved, right, 0.0)
    shift = 0.5 * slope / np.where(curved, curvature, 1.0)
    fitted = x[rows, inner] + np.clip(shift, -1, 1) * (x[rows, inner + 1] - x[rows, inner])
    return np.asarray(np.where(peak == inner, fitted, x[rows, peak]))


def _inverse(total: FloatArray, x: FloatArray, level: float) -> FloatArray:
    """x at which each row of `total`, rising from 0 to 1, reaches `level`; linear in between."""
    above = np.clip(np.argmax(total >= level, axis=1), 1, x.shape[1] - 1)
    rows = np.arange(x.shape[0])
    low, high = total[rows, above - 1], total[rows, above]
    fraction = (level - low) / np.where(high > low, high - low, 1.0)
    return np.asarray(x[rows, above - 1] + fraction * (x[rows, above] - x[rows, above - 1]))
