"""What a FITS file of a spectrum holds, in native byte order, before anyone knows the product."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from astropy.io import fits
from astropy.io.fits.verify import VerifyWarning

from analysis.spectra.spectrum import Spectrum, SpectrumError
from analysis.stars.units import FloatArray


@dataclass(frozen=True, eq=False)
class Table:
    """Columns (by upper-case name) and header of one table of a file."""

    name: str
    path: Path
    header: Mapping[str, Any]
    columns: Mapping[str, npt.NDArray[Any]]

    def column(self, name: str) -> FloatArray:
        """Float column, one value a pixel; raises SpectrumError naming the columns that there are."""
        if name not in self.columns:
            hint = f"It has {', '.join(self.columns)}"
            raise SpectrumError(self.path, f"table {self.name or '1'} has no column {name}", hint, name)
        return np.asarray(self.columns[name], dtype=np.float64).ravel()


@dataclass(frozen=True, eq=False)
class FitsSpectrum:
    """Primary header, primary image (None without one) and tables of a FITS file."""

    path: Path
    header: Mapping[str, Any]
    image: FloatArray | None
    tables: tuple[Table, ...]

    def spectrum(
        self,
        wavelength: FloatArray,
        flux: FloatArray,
        ivar: FloatArray,
        bad: npt.NDArray[Any],
        meta: Mapping[str, Any],
    ) -> Spectrum:
        """Spectrum of these columns with the file's name; raises SpectrumError where no pixel is usable."""
        facts = {**meta, "path": str(self.path)}
        made = Spectrum.from_arrays(wavelength, flux, ivar, bad, self.path.name, facts)
        if not made.good.any():
            raise SpectrumError(self.path, "no pixel has a flux and a positive inverse variance", "Leave it out")
        return made


def open_fits_spectrum(path: str | Path) -> FitsSpectrum:
    """Headers, image and tables of a FITS file, gzipped or not, in native byte order.

    Raises SpectrumError for a file that is damaged, cut off or holds no data.
    """
    path = Path(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VerifyWarning)
            warnings.filterwarnings("error", message=".*truncated.*")
            with path.open("rb") as file, fits.open(file, memmap=False) as hdus:
                first = hdus[0]
                image = None if first.data is None else np.asarray(first.data, dtype=np.float64)
                header = dict(first.header)
                tables = tuple(_table(path, hdu) for hdu in hdus[1:] if isinstance(hdu, fits.BinTableHDU))
    except (OSError, EOFError, TypeError, ValueError, IndexError, Warning) as error:
        raise SpectrumError(path, f"cannot be read as FITS ({error})", "Fetch the file again") from error
    if image is None and not tables:
        raise SpectrumError(path, "holds neither an image nor a table", "Give a file of a spectrum")
    return FitsSpectrum(path, header, image, tables)


def _table(path: Path, hdu: fits.BinTableHDU) -> Table:
    columns = {}
    for name in hdu.columns.names:
        values = np.asarray(hdu.data[name])
        columns[name.upper()] = values.astype(values.dtype.newbyteorder("="))
    return Table(str(hdu.name).strip().upper(), path, dict(hdu.header), columns)
