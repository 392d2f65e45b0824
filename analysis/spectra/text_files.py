"""Spectra in text: ECSV and CSV, read and written."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from astropy import units as u
from astropy.io.ascii import InconsistentTableError
from astropy.table import Table
from astropy.table.column import MaskedColumn

from analysis.spectra.spectrum import Spectrum, SpectrumError, vacuum_from_air
from analysis.stars.units import FloatArray

WAVELENGTHS = ("wavelength", "wave", "lambda", "lam", "wavelength_vacuum", "loglam", "log_wavelength")
AIR = ("wavelength_air", "wave_air", "air_wavelength")
FLUXES = ("flux", "normalised_flux", "normalized_flux", "flux_density")
IVARS = ("ivar", "inverse_variance", "invvar")
ERRORS = ("flux_error", "error", "err", "sigma", "uncertainty", "flux_err", "e_flux")
MASKS = ("mask", "andmask", "and_mask", "bad", "pixmask")


def read_text(path: str | Path) -> Spectrum:
    """Spectrum of an ECSV or CSV table with columns for wavelength and flux, and perhaps ivar or error and mask.

    Names are taken without regard to case. A column `loglam` holds log10 of the wavelength, `wavelength_air` (or
    the header line `medium: air`) air wavelengths, which are converted. Units of an ECSV are converted to Å.
    Raises SpectrumError naming the columns that there are.
    """
    path = Path(path)
    try:
        table = Table.read(path, format="ascii.ecsv" if _is_ecsv(path) else "ascii.csv", comment="#")
    except (OSError, UnicodeDecodeError, ValueError, InconsistentTableError) as error:
        raise SpectrumError(path, f"cannot be read as a table ({error})", "Give CSV or ECSV with one header") from error
    names = {name.lower(): name for name in table.colnames}
    meta = {str(key): value for key, value in table.meta.items() if key != "comments"}
    found = _first(names, WAVELENGTHS + AIR)
    flux_name = _first(names, FLUXES)
    if found is None or flux_name is None or len(table) == 0:
        missing = "no rows" if not len(table) else "no column for the " + ("wavelength" if found is None else "flux")
        raise SpectrumError(path, missing, f"It has {', '.join(table.colnames)}: name them wavelength and flux", found)
    wavelength = _values(table, found, u.AA)
    if found.lower() in ("loglam", "log_wavelength"):
        wavelength = 10**wavelength
    if found.lower() in AIR or str(meta.get("medium", "vacuum")).lower() == "air":
        wavelength = vacuum_from_air(wavelength)
    ivar_name, error_name, mask_name = (_first(names, choice) for choice in (IVARS, ERRORS, MASKS))
    ivar: FloatArray | None = None
    if ivar_name:
        ivar = _values(table, ivar_name)
    elif error_name:
        sigma = _values(table, error_name)
        ivar = np.where(sigma > 0, 1 / np.where(sigma > 0, sigma, 1.0) ** 2, 0.0)
    mask = _values(table, mask_name) != 0 if mask_name else None
    facts = {"product": "table", **meta, "path": str(path), "medium": "vacuum"}
    return Spectrum.from_arrays(wavelength, _values(table, flux_name), ivar, mask, path.name, facts)


def write(spectrum: Spectrum, path: str | Path) -> Path:
    """Write a spectrum as ECSV with its units and meta; returns the path. `read` gives the same back."""
    path = Path(path)
    meta = {key: value for key, value in spectrum.meta.items() if isinstance(value, (str, int, float, bool))}
    table = Table(
        {
            "wavelength": spectrum.wavelength * u.AA,
            "flux": spectrum.flux,
            "ivar": spectrum.ivar,
            "mask": spectrum.mask.astype(np.int8),
        },
        meta={**meta, "medium": "vacuum"},
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table.write(path, format="ascii.ecsv", overwrite=True)
    return path


def _is_ecsv(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(8).startswith(b"# %ECSV")


def _first(names: dict[str, str], choices: tuple[str, ...]) -> str | None:
    return next((names[choice] for choice in choices if choice in names), None)


def _values(table: Any, name: str, unit: u.UnitBase | None = None) -> FloatArray:
    column = table[name]
    if isinstance(column, MaskedColumn):
        column = column.astype(float).filled(np.nan)
    if unit is not None and getattr(column, "unit", None) is not None:
        return np.asarray(u.Quantity(column).to_value(unit), dtype=np.float64)
    return np.asarray(column, dtype=np.float64)
