"""A spectrum: flux against vacuum wavelength with its inverse variance, bad pixels and origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
from astropy import units as u

from analysis.stars.units import FloatArray, in_unit

BoolArray = npt.NDArray[np.bool_]
C_KM_S = 299792.458
_ANGSTROM = u.AA


class SpectrumError(ValueError):
    """A spectrum or its file cannot be used: which, why, and what to do."""

    def __init__(self, path: str | Path, problem: str, hint: str, column: str | None = None) -> None:
        super().__init__(f"{path}: {problem}. {hint}")
        self.path, self.problem, self.hint, self.column = str(path), problem, hint, column

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.problem, self.hint, self.column)


class SpectrumLike(Protocol):
    """Whatever has `wavelength`, `flux` and `ivar`: a Spectrum, or a simulated one."""

    @property
    def wavelength(self) -> FloatArray:
        """Vacuum wavelength (Å)."""

    @property
    def flux(self) -> FloatArray:
        """Flux."""

    @property
    def ivar(self) -> FloatArray:
        """Inverse variance of the flux."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Flux against wavelength (Å, in vacuum, ascending), one value a pixel.

    1-d arrays of one length: `wavelength`, `flux` (any unit), `ivar` (1/flux², 0 where unknown) and `mask` (true
    where the pixel is bad). `meta` tells what the file tells, under the names of the catalogue where it has them:
    product, path, obsid, planid, class, subclass, z, z_error, snru snrg snrr snri snrz, mjd, ra, dec,
    heliocentric (whether the wavelengths are), heliocentric_correction (km/s, that was applied), exposure. Raises
    ValueError for lengths that differ or wavelengths that do not ascend. The arrays are made read-only.
    """

    wavelength: FloatArray
    flux: FloatArray
    ivar: FloatArray
    mask: BoolArray
    name: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in ("wavelength", "flux", "ivar", "mask"):
            values = np.array(getattr(self, column), dtype=np.bool_ if column == "mask" else np.float64)
            values.setflags(write=False)
            object.__setattr__(self, column, values)
            if values.shape != self.wavelength.shape or values.ndim != 1:
                raise ValueError(
                    f"{column} has shape {values.shape}, wavelength {self.wavelength.shape}: give 1-d arrays"
                )
        if not (np.diff(self.wavelength) > 0).all() or not (self.wavelength[:1] > 0).all():
            raise ValueError("wavelengths (Å) must be positive and ascend: sort the pixels and drop repeated ones")

    @classmethod
    def from_arrays(
        cls,
        wavelength: Any,
        flux: Any,
        ivar: Any = None,
        mask: Any = None,
        name: str = "",
        meta: Mapping[str, Any] | None = None,
    ) -> Self:
        """Spectrum from plain arrays or a Quantity of wavelength (Å), sorted by wavelength.

        Without `ivar` every pixel weighs 1. Pixels without a wavelength are left out, repeated ones but the first.
        """
        from_door = np.atleast_1d(np.asarray(in_unit(wavelength, _ANGSTROM), dtype=np.float64))
        values = np.atleast_1d(np.asarray(flux, dtype=np.float64))
        weight = np.ones(values.shape) if ivar is None else np.atleast_1d(np.asarray(ivar, dtype=np.float64))
        bad = np.zeros(values.shape, np.bool_) if mask is None else np.atleast_1d(np.asarray(mask)).astype(np.bool_)
        if not from_door.shape == values.shape == weight.shape == bad.shape:
            lengths = f"{from_door.size}, {values.size}, {weight.size}, {bad.size}"
            raise ValueError(f"wavelength, flux, ivar and mask have lengths {lengths}: give equal ones")
        _, first = np.unique(from_door, return_index=True)
        first = first[from_door[first] > 0]
        return cls(from_door[first], values[first], weight[first], bad[first], name, dict(meta or {}))

    def __len__(self) -> int:
        return int(self.wavelength.size)

    @property
    def good(self) -> BoolArray:
        """Whether a pixel has a flux, an error, and is not masked."""
        return ~self.mask & np.isfinite(self.flux) & np.isfinite(self.ivar) & (self.ivar > 0)

    @property
    def error(self) -> FloatArray:
        """Error of the flux of each pixel; NaN where the pixel is not good."""
        return np.asarray(np.where(self.good, 1 / np.sqrt(np.where(self.good, self.ivar, 1.0)), np.nan))

    @property
    def weight(self) -> FloatArray:
        """Inverse variance, 0 where the pixel is not good."""
        return np.asarray(np.where(self.good, self.ivar, 0.0))

    def snr(self, first: float = 0.0, last: float = np.inf) -> float:
        """Median signal-to-noise ratio a pixel between two wavelengths (Å); NaN where no pixel is good."""
        use = self.good & (self.wavelength >= first) & (self.wavelength <= last)
        return float(np.median(self.flux[use] * np.sqrt(self.ivar[use]))) if use.any() else np.nan

    def between(self, first: float, last: float) -> Self:
        """The pixels from `first` to `last` (Å)."""
        return self.select((self.wavelength >= first) & (self.wavelength <= last))

    def select(self, pixels: npt.NDArray[Any]) -> Self:
        """The chosen pixels (a mask or pixel numbers)."""
        columns = ("wavelength", "flux", "ivar", "mask")
        return replace(self, **{column: getattr(self, column)[pixels] for column in columns})

    def shifted(self, velocity: float) -> Self:
        """The same light from a source that recedes by `velocity` (km/s) more; give minus v for the rest frame."""
        return replace(self, wavelength=self.wavelength * doppler_factor(velocity))

    def on(self, wavelength: FloatArray) -> Self:
        """Spectrum on another grid (Å, vacuum), flux and variance interpolated linearly.

        Pixels outside the spectrum, or beside a bad pixel, are masked. Neighbouring errors become correlated where
        the new pixels are finer than the old; on coarser ones nothing is averaged.
        """
        grid = np.asarray(wavelength, dtype=np.float64)
        good = self.good
        if not good.any():
            return replace(
                self,
                wavelength=grid,
                flux=np.zeros(grid.shape),
                ivar=np.zeros(grid.shape),
                mask=np.ones(grid.shape, np.bool_),
            )
        flux = np.interp(grid, self.wavelength[good], self.flux[good])
        variance = np.interp(grid, self.wavelength[good], 1 / self.ivar[good])
        doubt = np.interp(grid, self.wavelength, (~good).astype(np.float64), left=1.0, right=1.0)
        bad = doubt > 0.5
        return replace(self, wavelength=grid, flux=flux, ivar=np.where(bad, 0.0, 1 / variance), mask=bad)

    def described(self, **facts: Any) -> Self:
        """The same with `facts` added to `meta`."""
        return replace(self, meta={**self.meta, **facts})


def as_spectrum(source: SpectrumLike, name: str = "") -> Spectrum:
    """Spectrum of anything with wavelength (Å, vacuum), flux and ivar, such as `analysis.simulate.spectrum`.

    A Spectrum is handed on as it is. A `velocity` of the source is kept as `meta["true_velocity"]` (km/s).
    """
    if isinstance(source, Spectrum):
        return source
    meta: dict[str, Any] = {"product": "simulated", "heliocentric": True}
    velocity = getattr(source, "velocity", None)
    if isinstance(velocity, (int, float, np.floating)):
        meta["true_velocity"] = float(velocity)
    return Spectrum.from_arrays(source.wavelength, source.flux, source.ivar, name=name, meta=meta)


def doppler_factor(velocity: float | FloatArray) -> Any:
    """Observed over emitted wavelength of a source that recedes at `velocity` (km/s): 1 + v/c, as surveys print z."""
    return 1.0 + np.asarray(velocity) / C_KM_S if np.ndim(velocity) else 1.0 + float(velocity) / C_KM_S


def vacuum_from_air(wavelength: npt.ArrayLike) -> FloatArray:
    """Vacuum wavelength (Å) of an air wavelength (Å): Ciddor 1996, in the form of N. Piskunov for VALD3.

    Below 2000 Å, where none is defined, the wavelength stays as it is.
    """
    air = np.asarray(wavelength, dtype=np.float64)
    s = (1e4 / air) ** 2
    index = 1 + 8.336624212083e-5 + 2.408926869968e-2 / (130.1065924522 - s) + 1.599740894897e-4 / (38.92568793293 - s)
    return np.where(air < 2000.0, air, air * index)


def logarithmic_grid(first: float, last: float, step: float = 1e-4) -> FloatArray:
    """Wavelengths (Å) from `first` up to `last`, `step` apart in log10, as LAMOST and SDSS bin theirs.

    The pixels lie at whole multiples of `step`, so that grids of different ends share their pixels.
    """
    low, high = np.ceil(np.log10(first) / step - 1e-6), np.floor(np.log10(last) / step + 1e-6)
    return np.asarray(10 ** (np.arange(low, high + 1) * step))
