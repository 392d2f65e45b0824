"""Many spectra on one grid of wavelengths, normalised and at rest, as data-driven models need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from analysis.spectra.normalise import Method, normalise
from analysis.spectra.spectrum import C_KM_S, Spectrum, SpectrumLike, as_spectrum, logarithmic_grid
from analysis.stars.units import FloatArray

FIRST, LAST = 3900.0, 8950.0
# Narrower running means follow broad Balmer lines and hide emission in them.
WIDTH = 400.0


@dataclass(frozen=True, eq=False)
class SpectrumStack:
    """Spectra as rows: `flux` and `ivar` have shape (spectra, pixels), `wavelength` is in Å (vacuum, at rest).

    A pixel of ivar 0 is missing; its flux is then without meaning but finite. `names` identify the rows,
    `normalisation`, its `width` (Å) and `velocity` tell how they were prepared, so that one more
    spectrum can be prepared alike.
    """

    wavelength: FloatArray
    flux: npt.NDArray[np.float32]
    ivar: npt.NDArray[np.float32]
    names: tuple[str, ...]
    normalisation: str = "smooth"
    width: float = WIDTH
    velocity: str = ""

    def __post_init__(self) -> None:
        shape = (len(self.names), self.wavelength.size)
        if self.flux.shape != shape or self.ivar.shape != shape:
            raise ValueError(f"flux has shape {self.flux.shape}, ivar {self.ivar.shape}: {shape} is needed")

    def __len__(self) -> int:
        return len(self.names)

    def select(self, rows: npt.NDArray[Any]) -> Self:
        """The chosen rows (a mask or row numbers)."""
        numbers = np.arange(len(self))[rows]
        names = tuple(self.names[i] for i in numbers)
        return replace(self, flux=self.flux[numbers], ivar=self.ivar[numbers], names=names)

    def row(self, number: int) -> Spectrum:
        """One of the spectra."""
        flux, ivar = self.flux[number], self.ivar[number]
        meta = {"normalised": self.normalisation}
        return Spectrum.from_arrays(self.wavelength, flux, ivar, ivar <= 0, self.names[number], meta)

    def snr(self) -> FloatArray:
        """Median signal-to-noise ratio a pixel of each spectrum; NaN where all pixels are missing."""
        ratio = np.where(self.ivar > 0, self.flux * np.sqrt(self.ivar), np.nan)
        with_pixels = np.isfinite(ratio).any(axis=1)
        found = np.full(len(self), np.nan)
        found[with_pixels] = np.nanmedian(ratio[with_pixels], axis=1)
        return found


def stack_spectra(
    spectra: Iterable[SpectrumLike] | Mapping[str, SpectrumLike],
    wavelength: FloatArray | None = None,
    normalisation: Method = "smooth",
    width: float = WIDTH,
    velocity: str = "z",
) -> SpectrumStack:
    """Spectra normalised, shifted to rest and brought on one grid (default 3900-8950 Å in steps of 1e-4 dex).

    `velocity` names the entry of `meta` with the star's own velocity: "z" (as c z), or one in km/s such as "rv"
    or "true_velocity"; with "" nothing is shifted. A spectrum that says it is normalised is not normalised again.
    Raises SpectrumError for one without light, ValueError where the velocity of one is missing.
    """
    grid = logarithmic_grid(FIRST, LAST) if wavelength is None else np.asarray(wavelength, dtype=np.float64)
    named = spectra.items() if isinstance(spectra, Mapping) else ((None, one) for one in spectra)
    names, flux, ivar = [], [], []
    for number, (name, source) in enumerate(named):
        one = as_spectrum(source)
        label = name or one.name or f"spectrum {number + 1}"
        prepared = _at_rest(one, velocity, label)
        if "normalised" not in prepared.meta:
            prepared = normalise(prepared, normalisation, width)
        placed = prepared.on(grid)
        names.append(label)
        flux.append(np.where(placed.good, placed.flux, 1.0).astype(np.float32))
        ivar.append(placed.weight.astype(np.float32))
    if not names:
        raise ValueError("no spectra to stack: give at least one")
    return SpectrumStack(grid, np.stack(flux), np.stack(ivar), tuple(names), normalisation, width, velocity)


def _at_rest(spectrum: Spectrum, velocity: str, label: str) -> Spectrum:
    if not velocity:
        return spectrum
    value = spectrum.meta.get(velocity)
    if value is None or not np.isfinite(value):
        raise ValueError(f"{label}: no {velocity!r} in its meta; measure its velocity first, or give velocity=''")
    return spectrum.shifted(-float(value) * (C_KM_S if velocity == "z" else 1.0))
