"""Spectra of SDSS and BOSS: spec-PLATE-MJD-FIBER.fits with its coadded spectrum and single exposures."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.spectra.fits_files import FitsSpectrum, Table
from analysis.spectra.spectrum import Spectrum

# bits of spPixMask that spoil a pixel of the coadded spectrum (SDSS data model): no data, bad sky, bright sky line
BAD_BITS = (1 << 24) | (1 << 22) | (1 << 23)


def is_sdss(file: FitsSpectrum) -> bool:
    """Whether the first table has the columns flux, loglam and ivar of an SDSS spectrum."""
    return bool(file.tables) and {"FLUX", "LOGLAM", "IVAR"} <= set(file.tables[0].columns)


def read_sdss(file: FitsSpectrum) -> Spectrum:
    """Coadded spectrum of an SDSS file, with the class, z and S/N of its table of results."""
    table = file.tables[0]
    return file.spectrum(*_columns(table, "AND_MASK"), _describe(file))


def read_exposures(file: FitsSpectrum) -> list[Spectrum]:
    """Single exposures of an SDSS file, one spectrum an arm; empty for a "lite" file."""
    exposures = [table for table in file.tables[1:] if {"FLUX", "LOGLAM", "IVAR"} <= set(table.columns)]
    facts = _describe(file)
    return [
        file.spectrum(
            *_columns(table, "MASK"),
            {**facts, "exposure": table.name, "mjd": table.header.get("MJD", facts.get("mjd"))},
        )
        for table in exposures
    ]


def _columns(table: Table, mask: str) -> tuple[Any, Any, Any, Any]:
    flux = table.column("FLUX")
    bits = table.column(mask).astype(np.int64) if mask in table.columns else np.zeros(flux.shape, np.int64)
    return 10 ** table.column("LOGLAM"), flux, table.column("IVAR"), (bits & BAD_BITS) != 0


def _describe(file: FitsSpectrum) -> dict[str, Any]:
    header = file.header
    meta: dict[str, Any] = {"product": "SDSS", "heliocentric": True, "vacuum": True}
    for name, key in (
        ("planid", "PLATEID"),
        ("mjd", "MJD"),
        ("fiberid", "FIBERID"),
        ("ra", "PLUG_RA"),
        ("dec", "PLUG_DEC"),
    ):
        if header.get(key) is not None:
            meta[name] = header[key]
    for table in file.tables[1:]:
        if "SUBCLASS" not in table.columns or "Z" not in table.columns:
            continue
        for name, key in (("class", "CLASS"), ("subclass", "SUBCLASS"), ("z", "Z"), ("z_error", "Z_ERR")):
            value = np.atleast_1d(table.columns[key])[0] if key in table.columns else None
            if value is not None:
                meta[name] = str(value).strip() if isinstance(value, (str, bytes, np.str_)) else float(value)
        for position, name in enumerate(("snru", "snrg", "snrr", "snri", "snrz")):
            if "SN_MEDIAN" in table.columns:
                meta[name] = float(np.atleast_2d(table.columns["SN_MEDIAN"])[0, position])
        break
    return meta
