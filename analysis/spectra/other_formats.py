"""FITS spectra of products that only specutils knows."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from astropy import units as u
from astropy.nddata import InverseVariance

from analysis.spectra.spectrum import Spectrum, SpectrumError, vacuum_from_air
from analysis.stars.units import FloatArray

PACKAGE = 'specutils (install "penumbra-vetting[spectra]")'
HANDED_ON = {"OBJECT": "designation", "RA": "ra", "DEC": "dec", "MJD": "mjd"}


def read_other(path: Path, problem: str, known: str) -> Spectrum:
    """Spectrum of a FITS file by the reader of specutils that takes it, in vacuum Å, with its errors and mask.

    Frequencies and energies are converted; air wavelengths too where the file's axis is named AWAV. Without errors
    every pixel weighs 1. `problem` and `known` are what to say of a file that no reader takes. Raises SpectrumError
    for it, also where specutils is not installed, and for files of several spectra.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from specutils import Spectrum as Other
        except ImportError as error:
            raise SpectrumError(path, problem, f"Known are {known}; for more formats add {PACKAGE}") from error
        try:
            found = Other.read(str(path))
        except Exception as error:  # a reader of any product may fail in its own way
            why = f"Known are {known}; specutils cannot read it either ({str(error).splitlines()[0][:200]})"
            raise SpectrumError(path, problem, why) from error
        return _converted(path, found)


def _converted(path: Path, found: Any) -> Spectrum:
    flux = np.asarray(found.flux.value, dtype=np.float64)
    if flux.ndim != 1:
        raise SpectrumError(path, f"holds spectra of shape {flux.shape}", "Give a file of one spectrum")
    try:
        wavelength = np.asarray(found.spectral_axis.to_value(u.AA, equivalencies=u.spectral()), dtype=np.float64)
    except u.UnitConversionError as error:
        unit = found.spectral_axis.unit
        raise SpectrumError(path, f"its spectral axis is in {unit or 'no unit'}", "Give wavelengths in Å") from error
    if _in_air(found):
        wavelength = vacuum_from_air(wavelength)
    ivar: FloatArray | None = None
    if found.uncertainty is not None:
        ivar = np.asarray(found.uncertainty.represent_as(InverseVariance).array, dtype=np.float64)
        ivar = np.where(np.isfinite(ivar), ivar, 0.0)
    mask = None if found.mask is None else np.asarray(found.mask) != 0
    header = _header(found)
    facts = {name: header[key] for key, name in HANDED_ON.items() if header.get(key) not in (None, "")}
    meta = {"product": "read by specutils", **facts, "path": str(path), "medium": "vacuum"}
    return Spectrum.from_arrays(wavelength, flux, ivar, mask, path.name, meta)


def _header(found: Any) -> Mapping[str, Any]:
    header = (found.meta or {}).get("header")
    return dict(header) if header is not None else {}


def _in_air(found: Any) -> bool:
    return any(str(_header(found).get(f"CTYPE{axis}", "")).strip().startswith("AWAV") for axis in (1, 2, 3))
