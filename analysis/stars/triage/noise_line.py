"""The line of astrometric excess noise against G that parts extended from point sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from analysis.stars.extended_sources import excess_noise_limit

FloatArray = npt.NDArray[np.float64]
LARGEST_SAMPLE = 200_000
LEAST_STARS_IN_BIN = 40
# Of a normal distribution the upper quartile lies 0.6745 standard deviations above the median.
SIGMA_PER_QUARTILE = 1.4826
_PASSES, _CLIP = 5, 5.0


class NoiseLine(Protocol):
    """Anything that gives the excess noise (mas) above which a source of magnitude G is no point."""

    def limit(self, phot_g_mean_mag: Any) -> FloatArray:
        """Excess noise in mas at each G, same shape."""


@dataclass(frozen=True)
class ExponentialNoiseLine:
    """floor + scale exp(steepness G) in mas: eq. 1 of Wu et al. 2024.

    The defaults are recollected (Hughes et al. 2021, made with Gaia DR2) and were found in no source: they are
    there to be changed.
    """

    floor: float = 0.297
    scale: float = 5.63e-8
    steepness: float = 0.895

    def limit(self, phot_g_mean_mag: Any) -> FloatArray:
        """Excess noise in mas at each G, same shape."""
        return np.asarray(excess_noise_limit(phot_g_mean_mag, self.floor, self.scale, self.steepness))


@dataclass(frozen=True)
class MeasuredNoiseLine:
    """Running median of the excess noise of a comparison sample plus `n_sigma` robust standard deviations.

    `magnitude` are the middles of the G bins, rising; `median` and `sigma` (mas) belong to them; linear between
    them, constant beyond.
    """

    magnitude: FloatArray
    median: FloatArray
    sigma: FloatArray
    n_sigma: float = 3.0

    def limit(self, phot_g_mean_mag: Any) -> FloatArray:
        """Excess noise in mas at each G, same shape."""
        g = np.asarray(phot_g_mean_mag, dtype=np.float64)
        return np.asarray(np.interp(g, self.magnitude, self.median + self.n_sigma * self.sigma))

    def deviation(self, phot_g_mean_mag: Any, astrometric_excess_noise: Any) -> FloatArray:
        """Excess noise above the running median in standard deviations of the comparison sample; NaN for NaN."""
        g = np.asarray(phot_g_mean_mag, dtype=np.float64)
        middle, width = (np.interp(g, self.magnitude, values) for values in (self.median, self.sigma))
        return np.asarray((np.asarray(astrometric_excess_noise, dtype=np.float64) - middle) / width)


def measure_noise_line(
    phot_g_mean_mag: Any, astrometric_excess_noise: Any, bin_width: float = 0.5, n_sigma: float = 3.0
) -> MeasuredNoiseLine | None:
    """The running median and scatter of the excess noise (mas) of a comparison sample in bins of G.

    The standard deviation is 1.4826 times the distance from the median to the upper quartile, as excess noise piles up
    at 0 and its lower side says nothing; both are taken again without what lies 5 of them above, so that binaries do
    little harm. Every k-th star is used beyond 200,000. None where no bin of G holds 40 stars.
    """
    g, noise = (np.asarray(values) for values in (phot_g_mean_mag, astrometric_excess_noise))
    step = max(1, -(-len(g) // LARGEST_SAMPLE))
    g, noise = g[::step].astype(np.float64), noise[::step].astype(np.float64)
    known = np.isfinite(g) & np.isfinite(noise)
    g, noise = g[known], noise[known]
    if not len(g):
        return None
    number = np.floor(g / bin_width).astype(np.int64)
    found = []
    for one in np.unique(number):
        inside = noise[number == one]
        if len(inside) >= LEAST_STARS_IN_BIN:
            found.append(((one + 0.5) * bin_width, *_middle_and_sigma(inside)))
    if not found:
        return None
    magnitude, median, sigma = np.array(found).T
    return MeasuredNoiseLine(magnitude, median, sigma, n_sigma)


def _middle_and_sigma(noise: FloatArray) -> tuple[float, float]:
    kept, middle, sigma = noise, 0.0, 0.0
    for _ in range(_PASSES):
        middle, upper = map(float, np.percentile(kept, (50, 75)))
        sigma = max(SIGMA_PER_QUARTILE * (upper - middle), 1e-3)
        kept = noise[noise <= middle + _CLIP * sigma]
    return middle, sigma


def share_above(line: NoiseLine, phot_g_mean_mag: Any, astrometric_excess_noise: Any) -> float:
    """Share (0 to 1) of the sources with both values that lie above the line; NaN where there is none.

    Wu et al. 2024, Sect. 3.2: 6.9 % of their comparison sample, 96.7 % of 453 clusters of M31.
    """
    g, noise = (np.asarray(values, dtype=np.float64) for values in (phot_g_mean_mag, astrometric_excess_noise))
    known = np.isfinite(g) & np.isfinite(noise)
    return float(np.mean(noise[known] > line.limit(g[known]))) if known.any() else float("nan")
