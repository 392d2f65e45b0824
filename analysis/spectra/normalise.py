"""Spectra divided by their continuum."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from scipy.interpolate import make_lsq_spline
from scipy.ndimage import gaussian_filter1d

from analysis.spectra.spectrum import BoolArray, Spectrum, SpectrumError
from analysis.stars.units import FloatArray

Method = Literal["spline", "smooth"]
KNOT_SPACING = 350.0
SMOOTHING_WIDTH = 50.0
REJECT_BELOW, REJECT_ABOVE = 1.5, 3.0
ITERATIONS = 5


def normalise(spectrum: Spectrum, method: Method = "spline", width: float | None = None) -> Spectrum:
    """Spectrum divided by its continuum, so that the flux is 1 between the lines.

    "spline": cubic spline with knots every `width` (350 Å) through the upper part of the flux; points more than 1.5
    robust standard deviations below or 3 above leave it. "smooth": Gaussian running mean with a standard
    deviation of `width` (50 Å), weighted by ivar, as used with data-driven models of LAMOST spectra (Ho et al. 2017,
    ApJ 836, 5); linear, the same for strong and weak lines, but lines do not start at 1. `meta["normalised"]` names
    the method. Where the continuum is not positive, pixels are masked. Raises SpectrumError if nothing is left.
    """
    level = continuum(spectrum, method, width)
    usable = np.isfinite(level) & (level > 0)
    if not (usable & spectrum.good).any():
        name = spectrum.name or "spectrum"
        raise SpectrumError(name, "the continuum is not positive anywhere", "Its flux is too faint: leave it out")
    safe = np.where(usable, level, 1.0)
    return replace(
        spectrum,
        flux=np.where(usable, spectrum.flux / safe, np.nan),
        ivar=np.where(usable, spectrum.ivar * safe**2, 0.0),
        mask=spectrum.mask | ~usable,
        meta={**spectrum.meta, "normalised": method},
    )


def continuum(spectrum: Spectrum, method: Method = "spline", width: float | None = None) -> FloatArray:
    """Continuum of a spectrum in its own flux unit, one value a pixel; see `normalise`.

    Raises SpectrumError for fewer than ten good pixels, ValueError for an unknown method.
    """
    if spectrum.good.sum() < 10:
        name = spectrum.name or "spectrum"
        raise SpectrumError(name, f"has {int(spectrum.good.sum())} good pixels", "Ten are the least for a continuum")
    if method == "spline":
        return _spline(spectrum, KNOT_SPACING if width is None else width)
    if method == "smooth":
        return _smooth(spectrum, SMOOTHING_WIDTH if width is None else width)
    raise ValueError(f"method {method!r}: use 'spline' or 'smooth'")


def _spline(spectrum: Spectrum, spacing: float) -> FloatArray:
    x = spectrum.wavelength
    use = spectrum.good & _within_reach(spectrum)
    weight = np.sqrt(spectrum.weight)
    # one saturated weight must not steer the curve: errors below a hundredth of the flux count as that
    cap = np.median(weight[use]) * 3
    weight = np.minimum(weight, cap)
    kept = use.copy()
    curve = np.full(x.shape, np.nan)
    for _ in range(ITERATIONS):
        curve = _fit(x, spectrum.flux, weight, kept, spacing)
        ratio = spectrum.flux / np.where(curve > 0, curve, np.nan) - 1
        scatter = 1.4826 * np.nanmedian(np.abs(ratio[kept]))
        if not np.isfinite(scatter) or scatter == 0:
            break
        with np.errstate(invalid="ignore"):
            kept = use & (ratio > -REJECT_BELOW * scatter) & (ratio < REJECT_ABOVE * scatter)
        if kept.sum() < 10:
            break
    return curve


def _fit(x: FloatArray, flux: FloatArray, weight: FloatArray, kept: BoolArray, spacing: float) -> FloatArray:
    first, last = x[kept][0], x[kept][-1]
    inner = np.linspace(first, last, max(int((last - first) / spacing), 1) + 1)[1:-1]
    # a knot without points between it and the next one would leave the fit undetermined
    counts = np.diff(np.searchsorted(x[kept], np.concatenate([[first], inner, [last]])))
    inner = inner[(counts[:-1] > 4) & (counts[1:] > 4)]
    knots = np.concatenate([[first] * 4, inner, [last] * 4])
    spline = make_lsq_spline(x[kept], flux[kept], knots, k=3, w=weight[kept])
    return np.asarray(spline(np.clip(x, first, last)), dtype=np.float64)


def _within_reach(spectrum: Spectrum) -> BoolArray:
    """Pixels that are not absurd spikes against a running median of the flux."""
    good = spectrum.good
    flux = np.interp(spectrum.wavelength, spectrum.wavelength[good], spectrum.flux[good])
    count = max(len(spectrum) // 60, 1)
    blocks = np.array_split(np.arange(len(spectrum)), count)
    middles = np.concatenate([np.full(block.size, np.median(flux[block])) for block in blocks])
    spread = 1.4826 * np.median(np.abs(flux - middles)) or 1.0
    return np.asarray(np.abs(flux - middles) < 50 * spread)


def _smooth(spectrum: Spectrum, width: float) -> FloatArray:
    step = float(np.median(np.diff(spectrum.wavelength)))
    grid = np.arange(spectrum.wavelength[0], spectrum.wavelength[-1] + step, step)
    weight = spectrum.weight
    flux = np.where(spectrum.good, spectrum.flux, 0.0)
    above = gaussian_filter1d(np.interp(grid, spectrum.wavelength, weight * flux), width / step, mode="constant")
    below = gaussian_filter1d(np.interp(grid, spectrum.wavelength, weight), width / step, mode="constant")
    with np.errstate(divide="ignore", invalid="ignore"):
        smooth = above / below
    return np.asarray(np.interp(spectrum.wavelength, grid, np.where(below > 1e-12 * below.max(), smooth, np.nan)))
