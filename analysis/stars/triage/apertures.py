"""Pan-STARRS PSF minus aperture magnitudes: the line of point sources, and who lies off it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import curve_fit

FloatArray = npt.NDArray[np.float64]
BELOW, WITHIN, ABOVE = -1, 0, 1
BRIGHTEST = 14.0
LEAST_STARS = 30
_PASSES, _CLIP = 4, 5.0


@dataclass(frozen=True)
class PointSourceLine:
    """PSF − aperture (mag) of point sources: intercept + slope × PSF magnitude, with standard deviation sigma.

    `n_stars` of the comparison sample made it.
    """

    slope: float
    intercept: float
    sigma: float
    n_stars: int
    brightest: float = BRIGHTEST

    def expected(self, psf_magnitude: Any) -> FloatArray:
        """PSF − aperture of a point source of that PSF magnitude."""
        return np.asarray(self.intercept + self.slope * np.asarray(psf_magnitude, dtype=np.float64))

    def deviation(self, psf_magnitude: Any, aperture_magnitude: Any) -> FloatArray:
        """PSF − aperture above the line in standard deviations; NaN for missing and for over-bright magnitudes."""
        psf, aperture = (np.asarray(values, dtype=np.float64) for values in (psf_magnitude, aperture_magnitude))
        usable = (psf > self.brightest) & (aperture > self.brightest)
        return np.where(usable, (psf - aperture - self.expected(psf)) / self.sigma, np.nan)

    def place(self, psf_magnitude: Any, aperture_magnitude: Any, n_sigma: float = 3.0) -> FloatArray:
        """ABOVE (1, extended), WITHIN (0) or BELOW (-1) the band of ±`n_sigma`; NaN without usable magnitudes."""
        off = self.deviation(psf_magnitude, aperture_magnitude)
        return np.where(np.isnan(off), np.nan, np.where(off > n_sigma, ABOVE, np.where(off < -n_sigma, BELOW, WITHIN)))


def fit_point_sources(
    psf_magnitude: Any, aperture_magnitude: Any, brightest: float = BRIGHTEST
) -> PointSourceLine | None:
    """The line of a comparison sample fainter than `brightest` in both magnitudes (Wu et al. 2024, Sect. 4.2.1).

    A linear regression, repeated without what lies 5 robust standard deviations off, and a Gaussian fitted to the
    histogram of the residuals. None with fewer than 30 such stars.
    """
    psf, aperture = (np.asarray(values, dtype=np.float64) for values in (psf_magnitude, aperture_magnitude))
    usable = np.isfinite(psf) & np.isfinite(aperture) & (psf > brightest) & (aperture > brightest)
    x, y = psf[usable], (psf - aperture)[usable]
    if len(x) < LEAST_STARS:
        return None
    kept = np.ones(len(x), dtype=np.bool_)
    residual, spread = y, 0.0
    slope = intercept = 0.0
    for _ in range(_PASSES):
        slope, intercept = np.polyfit(x[kept], y[kept], 1)
        residual = y - intercept - slope * x
        spread = 1.4826 * float(np.median(np.abs(residual - np.median(residual))))
        kept = np.abs(residual) <= _CLIP * max(spread, 1e-9)
    return PointSourceLine(
        float(slope), float(intercept), _gaussian_width(residual, spread), int(kept.sum()), brightest
    )


def _gaussian_width(residual: FloatArray, spread: float) -> float:
    """Standard deviation of the Gaussian that fits the residuals' histogram; the robust one where none does."""
    if spread <= 0:
        return 1e-9
    counts, edges = np.histogram(residual, bins=60, range=(-4 * spread, 4 * spread))
    middles = (edges[:-1] + edges[1:]) / 2

    def gaussian(x: FloatArray, height: float, centre: float, width: float) -> FloatArray:
        return np.asarray(height * np.exp(-0.5 * ((x - centre) / width) ** 2))

    try:
        found, _ = curve_fit(gaussian, middles, counts, p0=(counts.max(), 0.0, spread), maxfev=2000)
    except RuntimeError:
        return spread
    return float(abs(found[2]))
