"""Spectra of LAMOST: low resolution as image or table, medium resolution; coadded and single exposures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.spectra.fits_files import FitsSpectrum, Table
from analysis.spectra.spectrum import Spectrum, SpectrumError

# header keys of the releases, pilot survey last, and the catalogue's name for each
KEYS: Mapping[str, tuple[str, ...]] = {
    "obsid": ("OBSID",),
    "planid": ("PLANID",),
    "spid": ("SPID",),
    "fiberid": ("FIBERID",),
    "designation": ("DESIG",),
    "ra": ("RA", "RA_OBS"),
    "dec": ("DEC", "DEC_OBS"),
    "mjd": ("MJD",),
    "lmjd": ("LMJD",),
    "time": ("DATE-OBS",),
    "class": ("CLASS",),
    "subclass": ("SUBCLASS",),
    "z": ("Z",),
    "z_error": ("Z_ERR",),
    "snru": ("SNRU", "SN_U"),
    "snrg": ("SNRG", "SN_G"),
    "snrr": ("SNRR", "SN_R"),
    "snri": ("SNRI", "SN_I"),
    "snrz": ("SNRZ", "SN_Z"),
    "heliocentric_correction": ("HELIO_RV",),
    "release": ("DATA_V",),
    "pipeline": ("VERSPIPE",),
    "exposure_minutes": ("LMJMLIST",),
}


def describe(header: Mapping[str, Any], product: str) -> dict[str, Any]:
    """Facts of a LAMOST header under the catalogue's names; a key that the header lacks is left out."""
    meta: dict[str, Any] = {"product": product, "heliocentric": bool(header.get("HELIO", False))}
    meta["vacuum"] = bool(header.get("VACUUM", True))
    for name, keys in KEYS.items():
        value = next((header[key] for key in keys if header.get(key) is not None), None)
        if value is not None and value != "" and value != -9999.0:
            meta[name] = value.strip() if isinstance(value, str) else value
    return meta


def is_image(file: FitsSpectrum) -> bool:
    """Whether the file is a low-resolution spectrum of DR1 to DR9: an image of five rows."""
    rows = file.image
    return rows is not None and rows.ndim == 2 and rows.shape[0] == 5 and _is_lamost(file)


def read_image(file: FitsSpectrum) -> Spectrum:
    """Spectrum of an image with rows flux, inverse variance, wavelength, and-mask and or-mask.

    Files of the pilot survey hold the continuum-free flux in the third row: their wavelengths come from the
    header's COEFF0 and COEFF1. A pixel is bad where the and-mask says so, that is, in every exposure.
    """
    rows, header = file.image, file.header
    if rows is None:
        raise SpectrumError(file.path, "no image", "Give a LAMOST spectrum of five rows")
    wavelength = rows[2]
    content = str(header.get("EXTEN0", "")).lower()
    if "subcontinuum" in content or not (np.diff(wavelength) > 0).all():
        if "COEFF0" not in header or "COEFF1" not in header:
            raise SpectrumError(file.path, "row 3 is no wavelength, and COEFF0, COEFF1 are missing", "Fetch it again")
        steps = np.arange(rows.shape[1])
        wavelength = 10 ** (float(header["COEFF0"]) + float(header["COEFF1"]) * steps)
    meta = describe(header, "LAMOST LRS")
    return file.spectrum(wavelength, rows[0], rows[1], rows[3] != 0, meta)


def is_table(file: FitsSpectrum) -> bool:
    """Whether the file is a LAMOST spectrum in tables: low resolution since DR8 v2, or medium resolution."""
    return _is_lamost(file) and any("FLUX" in table.columns for table in file.tables)


def read_table(file: FitsSpectrum) -> Spectrum:
    """Coadded spectrum of a file of tables; the blue and red one of a medium-resolution file joined.

    A medium-resolution file without coadded spectra gives its first blue and first red exposure.
    """
    coadded = [table for table in file.tables if table.name.startswith("COADD")]
    chosen = coadded or _first_of_each_arm(file)
    parts = [_columns(file, table) for table in chosen]
    medium = any(table.name.split("_")[-1][:1] in ("B", "R") for table in chosen)
    joined = (np.concatenate(column) for column in zip(*parts, strict=True))
    meta = describe(file.header, "LAMOST MRS" if medium else "LAMOST LRS")
    if not coadded:
        meta["exposure"] = "+".join(table.name for table in chosen)
    wavelength, flux, ivar, bad = joined
    return file.spectrum(wavelength, flux, ivar, bad, meta)


def read_exposures(file: FitsSpectrum) -> list[Spectrum]:
    """Single exposures of a file of tables, one spectrum an arm, in the file's order."""
    found = []
    for table in file.tables:
        if table.name.startswith("COADD") or "FLUX" not in table.columns:
            continue
        header = {**file.header, **table.header}
        meta = describe(header, "LAMOST MRS" if table.name[:1] in ("B", "R") else "LAMOST LRS")
        minute = table.name.split("-")[-1]
        if minute.isdigit():
            meta["exposure_minutes"] = minute
        meta["exposure"] = table.name
        found.append(file.spectrum(*_columns(file, table), meta))
    return found


def _is_lamost(file: FitsSpectrum) -> bool:
    return "LAMOST" in f"{file.header.get('TELESCOP', '')} {file.header.get('ORIGIN', '')}".upper()


def _first_of_each_arm(file: FitsSpectrum) -> list[Table]:
    tables = [table for table in file.tables if "FLUX" in table.columns]
    arms = {table.name[:1]: table for table in reversed(tables)}
    chosen = [arms[arm] for arm in ("B", "R") if arm in arms]
    return chosen or tables[:1]


def _columns(file: FitsSpectrum, table: Table) -> tuple[Any, Any, Any, Any]:
    linear = "WAVELENGTH" in table.columns
    wavelength = table.column("WAVELENGTH") if linear else np.asarray(10 ** table.column("LOGLAM"))
    flux, ivar = table.column("FLUX"), table.column("IVAR")
    masks = [table.column(name) for name in ("ANDMASK", "PIXMASK") if name in table.columns]
    bad = np.any([mask != 0 for mask in masks], axis=0) if masks else np.zeros(flux.shape, np.bool_)
    return wavelength, flux, ivar, bad
