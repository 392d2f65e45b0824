"""Radial velocities by the lowest χ² against a template, and what the correlation says about a second star."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

from analysis.spectra.lines import TELLURIC_WINDOWS, VELOCITY_BANDS, Window, inside
from analysis.spectra.normalise import continuum
from analysis.spectra.second_star import SecondStar, correlate, find_second_star
from analysis.spectra.spectrum import C_KM_S, Spectrum, SpectrumError, SpectrumLike, as_spectrum
from analysis.spectra.templates import type_number
from analysis.stars.units import FloatArray

# Bands for stars hotter than K, without a source: blue metal lines and Balmer lines, and Hα.
HOT_BANDS: tuple[Window, ...] = ((3900.0, 5600.0), (6400.0, 6850.0))
K_TYPE = 50.0
ORDER = 4
COARSE_STEP = 20.0
LEAST_PIXELS = 60


@dataclass(frozen=True, eq=False)
class Velocity:
    """Radial velocity `velocity` and its `error` (km/s; NaN where χ² has no minimum inside the searched range).

    On the spectrum's own wavelength frame: `heliocentric` tells whether that is the Sun's. `chi2` and `dof` of the
    best fit; the error is scaled up by sqrt(chi2/dof) where that exceeds 1. `template` names the template;
    `ccf` over `ccf_velocity` (km/s) is the normalised correlation function; `second` says whether its shape needs
    a second star. `snr` is the median a pixel in the bands.
    """

    velocity: float
    error: float
    chi2: float
    dof: int
    template: str
    heliocentric: bool
    snr: float
    ccf_velocity: FloatArray
    ccf: FloatArray
    second: SecondStar

    @property
    def double_lined(self) -> bool:
        """Warning that the correlation function is that of two stars."""
        return self.second.found


def bands_for(subclass: str) -> tuple[Window, ...]:
    """Wavelength bands (Å) for velocities of a spectral type: those of Mu et al. 2022 for K, M and unknown types.

    Hotter stars get 3900-5600 and 6400-6850 Å, a choice of this program.
    """
    return HOT_BANDS if type_number(subclass) < K_TYPE else VELOCITY_BANDS


def measure_velocity(
    spectrum: SpectrumLike,
    template: Spectrum | Mapping[str, Spectrum],
    bands: tuple[Window, ...] | None = None,
    low: float = -800.0,
    high: float = 800.0,
    order: int = ORDER,
) -> Velocity:
    """Radial velocity (km/s) of a spectrum against one template at rest, or the best of a library.

    χ² of the flux against the shifted template times a polynomial of `order` in each band, from `low` to `high`
    km/s; telluric windows are left out. The template is interpolated, never the data, so pixels keep their
    errors. The minimum is that of a parabola on steps of half an error; the error is where χ² rises by 1. `bands`
    default to `bands_for` the template's type. Raises SpectrumError where fewer than 60 good pixels lie in them.
    """
    seen = as_spectrum(spectrum)
    library = {template.name: template} if isinstance(template, Spectrum) else template
    trials = [_Trial.of(seen, name, one, bands, low, high, order) for name, one in library.items()]
    grid = np.arange(low, high + COARSE_STEP / 2, COARSE_STEP)
    # templates may reach over different pixels, so that χ² a pixel decides
    coarse = [trial.chi2(grid) for trial in trials]
    scores = [float(chi2.min()) / trial.pixels for chi2, trial in zip(coarse, trials, strict=True)]
    best = int(np.argmin(scores))
    return _refine(seen, trials[best], grid, coarse[best])


def _refine(seen: Spectrum, trial: _Trial, grid: FloatArray, coarse: FloatArray) -> Velocity:
    at = int(np.argmin(coarse))
    inner = 0 < at < grid.size - 1
    velocity, error = (float(grid[at]), np.nan) if not inner else _minimum(trial, float(grid[at]))
    chi2 = float(trial.chi2(np.array([velocity]))[0])
    dof = trial.pixels - trial.terms - 1
    scale = max(1.0, chi2 / max(dof, 1)) ** 0.5
    normal, weight, shifted = trial.normalised(velocity)
    lags = np.arange(-600.0, 601.0, 30.0)
    ccf, projections, gram = correlate(normal, weight, shifted(velocity + lags), trial.basis)
    second = find_second_star(lags, projections, gram, scale**2)
    second = replace(second, velocity=second.velocity + velocity)
    return Velocity(
        velocity if inner else np.nan,
        error * scale,
        chi2,
        dof,
        trial.name,
        bool(seen.meta.get("heliocentric", False)),
        trial.snr,
        velocity + lags,
        ccf,
        second,
    )


def _minimum(trial: _Trial, start: float) -> tuple[float, float]:
    """Velocity of the lowest χ² and the error at which it rises by 1, from shrinking parabolas."""
    centre, step = start, COARSE_STEP / 2
    for _ in range(4):
        offsets = step * np.arange(-2, 3)
        chi2 = trial.chi2(np.asarray(centre + offsets, dtype=np.float64))
        curve, slope, _ = np.polyfit(offsets, chi2 - chi2.min(), 2)
        if curve <= 0:
            centre = float(centre + offsets[np.argmin(chi2)])
            continue
        centre += float(np.clip(-slope / (2 * curve), -2 * step, 2 * step))
        error = float(curve**-0.5)
        step = float(np.clip(error / 2, 0.05, COARSE_STEP / 2))
    return (centre, error) if curve > 0 else (centre, np.nan)


@dataclass(frozen=True, eq=False)
class _Trial:
    """One spectrum against one template: pixels in the bands, their polynomials, the template's spline in ln λ."""

    name: str
    log_wavelength: FloatArray
    flux: FloatArray
    weight: FloatArray
    basis: FloatArray
    pairs: npt.NDArray[np.int64]
    products: FloatArray
    template: Spectrum
    spline: CubicSpline

    @classmethod
    def of(
        cls,
        seen: Spectrum,
        name: str,
        template: Spectrum,
        bands: tuple[Window, ...] | None,
        low: float,
        high: float,
        order: int,
    ) -> _Trial:
        chosen = bands if bands is not None else bands_for(str(template.meta.get("subclass", name)))
        usable = template.good
        if not usable.any():
            raise SpectrumError(name, "the template has no good pixel", "Give another one")
        first = float(template.wavelength[usable][0]) * (1 + (high + 700) / C_KM_S)
        last = float(template.wavelength[usable][-1]) * (1 + (low - 700) / C_KM_S)
        windows = tuple((max(a, first), min(b, last)) for a, b in chosen if max(a, first) < min(b, last))
        x = seen.wavelength
        telluric = inside(x, tuple((band.first, band.last) for band in TELLURIC_WINDOWS))
        use = seen.good & inside(x, windows) & ~telluric
        if use.sum() < LEAST_PIXELS:
            problem = f"{int(use.sum())} good pixels in the bands {', '.join(f'{a:g}-{b:g}' for a, b in chosen)} Å"
            raise SpectrumError(seen.name or "spectrum", problem, f"{LEAST_PIXELS} are needed: choose other bands")
        basis = _polynomials(x[use], windows, order)
        pairs = np.array(
            [(p, q) for p in range(basis.shape[1]) for q in range(p + 1) if p // (order + 1) == q // (order + 1)]
        )
        products = basis[:, pairs[:, 0]] * basis[:, pairs[:, 1]] * seen.ivar[use][:, None]
        thinned = _thin(template.select(usable), float(np.median(np.diff(np.log(x)))))
        return cls(
            name,
            np.log(x[use]),
            seen.flux[use],
            seen.ivar[use],
            basis,
            pairs,
            products,
            thinned,
            CubicSpline(np.log(thinned.wavelength), thinned.flux),
        )

    @property
    def pixels(self) -> int:
        """Number of pixels that take part."""
        return int(self.flux.size)

    @property
    def terms(self) -> int:
        """Number of polynomial coefficients."""
        return int(self.basis.shape[1])

    @property
    def snr(self) -> float:
        """Median signal-to-noise ratio of those pixels."""
        return float(np.median(self.flux * np.sqrt(self.weight)))

    def chi2(self, velocities: FloatArray) -> FloatArray:
        """χ² at each velocity (km/s), the best polynomials taken."""
        shifted = self._shifted(self.spline, velocities)
        normal, right = self._equations(shifted)
        solved = np.linalg.solve(normal, right[..., None])[..., 0]
        return np.asarray((self.weight * self.flux**2).sum() - (right * solved).sum(axis=1))

    def normalised(self, velocity: float) -> tuple[FloatArray, FloatArray, _Shifter]:
        """Flux over its continuum minus 1, its weight, and the template's lines at any velocities."""
        one = np.array([velocity])
        lines = self._lines()
        shifted = self._shifted(self.spline, one)
        normal, right = self._equations(shifted)
        polynomial = self.basis @ np.linalg.solve(normal, right[..., None])[0, :, 0]
        level = polynomial * shifted[0] / (1 + self._shifted(lines, one)[0])
        level = np.where(np.abs(level) > 1e-12 * np.abs(level).max(), level, np.inf)
        return self.flux / level - 1, np.where(np.isfinite(level), self.weight * level**2, 0.0), _Shifter(self, lines)

    def _lines(self) -> CubicSpline:
        level = continuum(self.template)
        lines = self.template.flux / np.where(level > 0, level, np.nan) - 1
        return CubicSpline(np.log(self.template.wavelength), np.nan_to_num(lines))

    def _shifted(self, spline: CubicSpline, velocities: FloatArray) -> FloatArray:
        shifts = np.log1p(np.asarray(velocities) / C_KM_S)
        return np.asarray(spline(self.log_wavelength[None, :] - shifts[:, None]))

    def _equations(self, shifted: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Normal equations of the polynomials for each row of shifted templates, made safe against singularity."""
        terms = self.terms
        sums = (shifted**2) @ self.products
        normal = np.zeros((shifted.shape[0], terms, terms))
        normal[:, self.pairs[:, 0], self.pairs[:, 1]] = sums
        normal[:, self.pairs[:, 1], self.pairs[:, 0]] = sums
        ridge = 1e-10 * np.trace(normal, axis1=1, axis2=2)[:, None, None] / terms * np.eye(terms)
        return normal + ridge, shifted @ ((self.weight * self.flux)[:, None] * self.basis)


@dataclass(frozen=True, eq=False)
class _Shifter:
    """The lines of a template (flux over continuum minus 1) at given velocities."""

    trial: _Trial
    lines: CubicSpline

    def __call__(self, velocities: FloatArray) -> FloatArray:
        return self.trial._shifted(self.lines, velocities)


def _thin(template: Spectrum, log_step: float) -> Spectrum:
    """The template at six points a data pixel at most: finer ones only cost time."""
    spacing = max(1, int(log_step / float(np.median(np.diff(np.log(template.wavelength)))) / 6))
    return template.select(np.arange(0, len(template), spacing))


def _polynomials(wavelength: FloatArray, windows: tuple[Window, ...], order: int) -> FloatArray:
    """Chebyshev polynomials up to `order`, a set for each window, 0 in the others."""
    columns = []
    for first, last in windows:
        here = (wavelength >= first) & (wavelength <= last)
        if not here.any():
            continue
        x = (2 * wavelength - first - last) / (last - first)
        terms = np.polynomial.chebyshev.chebvander(np.clip(x, -1, 1), order)
        columns.append(np.where(here[:, None], terms, 0.0))
    return np.concatenate(columns, axis=1)
