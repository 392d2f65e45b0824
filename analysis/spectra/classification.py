"""Spectral types by χ² over templates, and over mixtures of a white dwarf with a cool star."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from analysis.spectra.lines import TELLURIC_WINDOWS, Window, inside
from analysis.spectra.spectrum import BoolArray, Spectrum, SpectrumError, SpectrumLike, as_spectrum
from analysis.stars.units import FloatArray

FIRST, LAST = 3900.0, 8900.0
# Degree of the polynomial that stands for reddening and errors of the flux calibration, the same for all fits.
DEGREE = 3
# How much χ², in units of χ² per degree of freedom of the better fit, must fall before a white dwarf is believed,
# and the share of the light at 4500 Å that it must have. Limits of this program.
LEAST_GAIN = 60.0
LEAST_SHARE = 0.05
SHARE_WINDOW: Window = (4400.0, 4600.0)


@dataclass(frozen=True, eq=False)
class SpectralType:
    """Best template `star`, or mixture of it with `white_dwarf` ("" for a single star), and how well it fits.

    `white_dwarf_share` is the white dwarf's part of the light at 4400-4600 Å (0 for a single star). `gain` tells
    by how much χ² falls with a white dwarf, in units of the mixture's χ² per degree of freedom. `model` is the
    fitted flux at the spectrum's `wavelength` (NaN outside what was fitted); `ranking` has the χ² of each template.
    """

    star: str
    white_dwarf: str
    white_dwarf_share: float
    chi2: float
    dof: int
    gain: float
    wavelength: FloatArray
    model: FloatArray
    ranking: pd.DataFrame

    @property
    def composite(self) -> bool:
        """Whether a white dwarf is needed."""
        return bool(self.white_dwarf)

    @property
    def name(self) -> str:
        """Type as text: "M3", or "DA2.5+M3"."""
        return f"{self.white_dwarf}+{self.star}" if self.composite else self.star


def classify(
    spectrum: SpectrumLike,
    templates: Mapping[str, Spectrum],
    white_dwarfs: Mapping[str, Spectrum] | None = None,
    velocity: float = 0.0,
    window: Window = (FIRST, LAST),
    degree: int = DEGREE,
) -> SpectralType:
    """Type of a star that recedes at `velocity` (km/s): the template, or template and white dwarf, of lowest χ².

    Flux against a sum of templates with factors that are not negative, times a polynomial of `degree` for
    reddening and calibration that is fitted in turns with them. A mixture is taken where χ² falls by 60 times its
    own χ² per degree of freedom and the white dwarf gives 5 % of the light at 4400-4600 Å. Without
    `white_dwarfs` only single stars are tried. Raises SpectrumError for fewer than 100 good pixels.
    """
    seen = as_spectrum(spectrum)
    x = seen.wavelength
    telluric = inside(x, tuple((band.first, band.last) for band in TELLURIC_WINDOWS))
    use = seen.good & (x >= window[0]) & (x <= window[1]) & ~telluric
    stars = {name: _placed(one, x, velocity) for name, one in templates.items()}
    dwarfs = {name: _placed(one, x, velocity) for name, one in (white_dwarfs or {}).items()}
    use &= np.isfinite(np.stack([*stars.values(), *dwarfs.values()])).all(axis=0)
    if use.sum() < 100:
        problem = f"{int(use.sum())} good pixels that the templates cover too"
        raise SpectrumError(seen.name or "spectrum", problem, "100 are needed for a type")
    fitter = _Fitter.of(seen, use, degree)
    single = {(star, ""): fitter.fit([flux[use]]) for star, flux in stars.items()}
    best_single = min(single, key=lambda key: single[key][0])
    mixed = _mixtures(fitter, stars, dwarfs, single, use)
    chosen, gain, share = best_single, np.nan, 0.0
    dof = int(use.sum()) - degree - 1
    if mixed:
        best = min(mixed, key=lambda key: mixed[key][0])
        chi2, factors, _ = mixed[best]
        gain = (single[best_single][0] - chi2) / max(chi2 / (dof - 1), 1e-300)
        light = (x >= SHARE_WINDOW[0]) & (x <= SHARE_WINDOW[1])
        parts = np.array([np.median(stars[best[0]][light]), np.median(dwarfs[best[1]][light])]) * factors
        if gain >= LEAST_GAIN and parts[1] / parts.sum() >= LEAST_SHARE:
            chosen, share, dof = best, float(parts[1] / parts.sum()), dof - 1
    chi2, factors, polynomial = {**single, **mixed}[chosen]
    shapes = [stars[chosen[0]], *([dwarfs[chosen[1]]] if chosen[1] else [])]
    model = np.where(use, fitter.basis_everywhere @ polynomial * (np.stack(shapes, axis=1) @ factors), np.nan)
    ranking = pd.DataFrame(
        [{"star": s, "white_dwarf": w, "chi2": fit[0]} for (s, w), fit in {**single, **mixed}.items()]
    ).sort_values("chi2", ignore_index=True)
    return SpectralType(chosen[0], chosen[1], share, float(chi2), dof, float(gain), x, model, ranking)


_Fit = tuple[float, FloatArray, FloatArray]


def _mixtures(
    fitter: _Fitter,
    stars: Mapping[str, FloatArray],
    dwarfs: Mapping[str, FloatArray],
    single: Mapping[tuple[str, str], _Fit],
    use: BoolArray,
) -> dict[tuple[str, str], _Fit]:
    """Fits of star and white dwarf: first every second star with every second dwarf, then around the best."""
    if not dwarfs:
        return {}
    names, whites = list(stars), list(dwarfs)
    found: dict[tuple[str, str], _Fit] = {}

    def try_pair(star: int, white: int) -> None:
        if not (0 <= star < len(names) and 0 <= white < len(whites)):
            return
        key = (names[star], whites[white])
        if key not in found:
            found[key] = fitter.fit([stars[key[0]][use], dwarfs[key[1]][use]])

    for star in range(0, len(names), 2):
        for white in range(0, len(whites), 2):
            try_pair(star, white)
    for _ in range(2):
        star_name, white_name = min(found, key=lambda key: found[key][0])
        here, there = names.index(star_name), whites.index(white_name)
        for star in (here - 1, here, here + 1):
            for white in (there - 1, there, there + 1):
                try_pair(star, white)
    return found


@dataclass(frozen=True, eq=False)
class _Fitter:
    """Pixels in use, and the polynomials at them and everywhere."""

    flux: FloatArray
    root_weight: FloatArray
    basis: FloatArray
    basis_everywhere: FloatArray

    @classmethod
    def of(cls, seen: Spectrum, use: BoolArray, degree: int) -> _Fitter:
        x = seen.wavelength
        first, last = x[use][0], x[use][-1]
        everywhere = np.polynomial.chebyshev.chebvander(np.clip((2 * x - first - last) / (last - first), -1, 1), degree)
        return cls(seen.flux[use], np.sqrt(seen.ivar[use]), everywhere[use], everywhere)

    def fit(self, shapes: list[FloatArray], turns: int = 4) -> _Fit:
        """χ², factors of the shapes (not negative) and coefficients of the polynomial."""
        columns = np.stack(shapes, axis=1)
        polynomial: FloatArray = np.zeros(self.basis.shape[1])
        polynomial[0] = 1.0
        data = self.flux * self.root_weight
        factors, chi2 = np.ones(columns.shape[1]), np.inf
        for _ in range(1 if columns.shape[1] == 1 else turns):
            correction = self.basis @ polynomial
            if columns.shape[1] > 1:
                factors, _ = nnls(columns * (correction * self.root_weight)[:, None], data)
            summed = columns @ factors
            if not (summed > 0).any():
                return np.inf, factors, polynomial
            design = self.basis * (summed * self.root_weight)[:, None]
            # the correction is a shape: the factors alone carry the brightness
            polynomial = np.asarray(np.linalg.lstsq(design, data, rcond=None)[0], dtype=np.float64)
            chi2 = float(((data - design @ polynomial) ** 2).sum())
            if columns.shape[1] > 1:
                polynomial = polynomial / max(abs(polynomial[0]), 1e-300)
        if columns.shape[1] > 1:
            correction = self.basis @ polynomial
            factors, residual = nnls(columns * (correction * self.root_weight)[:, None], data)
            chi2 = float(residual**2)
        return chi2, factors, polynomial


def _placed(template: Spectrum, wavelength: FloatArray, velocity: float) -> FloatArray:
    """Flux of a template that recedes at `velocity` on a spectrum's pixels; NaN outside it."""
    shifted = template.shifted(velocity)
    good = shifted.good
    return np.interp(wavelength, shifted.wavelength[good], shifted.flux[good], left=np.nan, right=np.nan)
