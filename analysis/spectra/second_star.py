"""Whether a correlation function is that of one star or of two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.stars.units import FloatArray

LEAST_SEPARATION = 150.0
LEAST_SHARE = 0.25
LEAST_SIGNIFICANCE = 40.0
LEAST_GAIN = 0.05
LARGEST_CHI2 = 4.0


@dataclass(frozen=True)
class SecondStar:
    """A second peak in the correlation function: `found` when it passes all limits.

    `velocity` (km/s) and `share` of its lines' strength in the stronger star's; `significance` is by how much χ²
    falls, over χ² per degree of freedom, and `gain` the same relative to what the first star explains. NaN where
    no second peak improves the fit at all.
    """

    found: bool
    velocity: float
    share: float
    significance: float
    gain: float


def correlate(
    normal: FloatArray, weight: FloatArray, lines: FloatArray, basis: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Normalised correlation with each row of `lines`, the projections behind it, and the rows' Gram matrix.

    `normal` is flux over continuum minus 1, `weight` its inverse variance; polynomials `basis` are projected out of
    both, so that a wrong continuum correlates with nothing.
    """
    root = np.sqrt(weight)
    q, _ = np.linalg.qr(basis * root[:, None])
    data = normal * root
    data = data - q @ (q.T @ data)
    rows = lines * root
    rows = rows - (rows @ q) @ q.T
    projections = rows @ data
    gram = rows @ rows.T
    length = np.sqrt(np.maximum(np.diag(gram) * (data @ data), 1e-300))
    return projections / length, projections, gram


def find_second_star(
    velocity: FloatArray,
    projections: FloatArray,
    gram: FloatArray,
    chi2_per_dof: float = 1.0,
    separation: float = LEAST_SEPARATION,
) -> SecondStar:
    """Best pair of shifted templates against the best single one, from the correlation function alone.

    The template's own correlation (`gram`) is the shape that one star has, so this asks whether two such shapes of
    positive height fit better than one. A pair counts at least `separation` km/s apart, when the weaker lines have
    a quarter of the stronger ones' strength, χ² falls by 40 times χ² per degree of freedom and by 5 % of what
    one star explains. Where the template does not fit (χ² per degree of freedom above 4), nothing is found: its shape
    is then no measure. The limits are this program's.
    """
    power = np.diag(gram)
    single = float(np.max(np.where(projections > 0, projections, 0.0) ** 2 / power))
    first, second = np.triu_indices(velocity.size, k=1)
    apart = np.abs(velocity[second] - velocity[first]) >= separation
    first, second = first[apart], second[apart]
    a, b, c = power[first], power[second], gram[first, second]
    determinant = a * b - c**2
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (b * projections[first] - c * projections[second]) / determinant
        other = (a * projections[second] - c * projections[first]) / determinant
        gain = one * projections[first] + other * projections[second] - single
    gain = np.where((one > 0) & (other > 0) & (determinant > 1e-9 * a * b), gain, -np.inf)
    if not gain.size or not np.isfinite(gain.max()) or gain.max() <= 0:
        return SecondStar(False, np.nan, np.nan, np.nan, np.nan)
    best = int(np.argmax(gain))
    weaker_first = one[best] < other[best]
    at = velocity[first[best] if weaker_first else second[best]]
    share = float(min(one[best], other[best]) / max(one[best], other[best]))
    significance, relative = float(gain[best]) / chi2_per_dof, float(gain[best]) / max(single, 1e-300)
    fits = chi2_per_dof <= LARGEST_CHI2
    found = fits and share >= LEAST_SHARE and significance >= LEAST_SIGNIFICANCE and relative >= LEAST_GAIN
    return SecondStar(found, float(at), share, significance, relative)
