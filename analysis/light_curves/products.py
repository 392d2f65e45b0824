"""Light curves in FITS, one reader a product: SPOC and TESS-SPOC, QLP, CDIPS, eleanor, Kepler and K2."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from astropy.io import fits
from astropy.io.fits.verify import VerifyWarning

from analysis.light_curves.series import LightCurve, SeriesError
from analysis.light_curves.text_series import FLUX_NAMES, TIME_NAMES, flux_of_magnitude
from analysis.stars.units import FloatArray

LONGEST_SHORT_CADENCE_DAYS = 0.002
KNOWN_ZEROS: Mapping[float, str] = MappingProxyType({2457000.0: "BTJD", 2454833.0: "BKJD", 0.0: "BJD"})


@dataclass(frozen=True, eq=False)
class FitsSeries:
    """Columns (native byte order, by upper-case name) and joined header of the first usable table."""

    path: Path
    header: Mapping[str, Any]
    columns: Mapping[str, npt.NDArray[Any]]

    def column(self, name: str) -> FloatArray:
        """Float column; raises SeriesError naming the columns that there are."""
        if name not in self.columns:
            hint = f"It has {', '.join(self.columns)}"
            raise SeriesError(self.path, f"no column {name}", hint, name)
        return np.asarray(self.columns[name], dtype=np.float64)

    def first_of(self, *names: str) -> str:
        """The first of `names` that the file has; raises SeriesError if there is none."""
        for name in names:
            if name in self.columns:
                return name
        hint = f"It has {', '.join(self.columns)}: choose one of them with flux_column"
        raise SeriesError(self.path, f"none of the columns {', '.join(names)}", hint)

    def text(self, key: str) -> str:
        """Header value as text; "" where it is missing."""
        value = self.header.get(key)
        return "" if value is None else str(value)

    def number(self, key: str) -> int | None:
        """Header value as a whole number; None where it is missing or no number."""
        text = self.text(key).strip()
        return int(text) if text.lstrip("-").isdigit() else None


def open_fits_series(path: str | Path) -> FitsSeries:
    """First table extension with rows of a FITS file, big-endian columns converted, headers joined.

    Raises SeriesError for a file that is damaged, cut off, or holds no table.
    """
    path = Path(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VerifyWarning)
            warnings.filterwarnings("error", message=".*truncated.*")
            with fits.open(path, memmap=False) as hdus:
                tables = [hdu for hdu in hdus[1:] if isinstance(hdu, fits.BinTableHDU) and len(hdu.data)]
                if not tables:
                    raise SeriesError(path, "no table with rows in it", "Give a light curve, not an image")
                header = {**dict(hdus[0].header), **dict(tables[0].header)}
                for key, value in hdus[0].header.items():
                    if header.get(key) in (None, ""):
                        header[key] = value
                return FitsSeries(path, header, _native_columns(tables[0].data))
    except SeriesError:
        raise
    except (OSError, TypeError, ValueError, IndexError, KeyError, Warning, EOFError) as error:
        problem = f"cannot be read as FITS ({error})"
        raise SeriesError(path, problem, "The file may be cut off: fetch it again") from error


def _native_columns(data: fits.FITS_rec) -> dict[str, npt.NDArray[Any]]:
    columns = {}
    for name in data.names:
        values = np.asarray(data[name])
        if values.ndim == 1:
            columns[name.upper()] = values.astype(values.dtype.newbyteorder("="), copy=False)
    return columns


def read_spoc(series: FitsSeries, flux_column: str | None = None) -> LightCurve:
    """SPOC 2-min or 20-s, or TESS-SPOC full-frame light curve; PDCSAP_FLUX by default."""
    column = flux_column or series.first_of("PDCSAP_FLUX", "SAP_FLUX")
    exposure = _float(series.header.get("TIMEDEL"))
    slow = exposure is not None and exposure > LONGEST_SHORT_CADENCE_DAYS
    error = series.columns.get(f"{column}_ERR")
    return _light_curve(series, "TESS-SPOC" if slow else "SPOC", "TESS", column, series.column(column), error)


def read_qlp(series: FitsSeries, flux_column: str | None = None) -> LightCurve:
    """QLP full-frame light curve; undetrended SAP_FLUX by default, since detrending flattens binaries.

    The errors are those of the detrended flux, the only ones in the file (KSPSAP to sector 55, DET after).
    """
    column = flux_column or series.first_of("SAP_FLUX", "SYS_RM_FLUX", "KSPSAP_FLUX", "DET_FLUX")
    names = (f"{column}_ERR", "KSPSAP_FLUX_ERR", "DET_FLUX_ERR")
    error = next((series.columns[name] for name in names if name in series.columns), None)
    return _light_curve(series, "QLP", "TESS", column, series.column(column), error)


def read_cdips(series: FitsSeries, flux_column: str | None = None) -> LightCurve:
    """CDIPS full-frame light curve; the PCA-detrended magnitude with the least scatter by default.

    Scatter is that between neighbouring points over the apertures 1 to 3. Errors are those of the image
    subtraction in the same aperture.
    """
    if flux_column is None:
        choices = [name for name in ("PCA1", "PCA2", "PCA3") if name in series.columns]
        choices = choices or [series.first_of("IRM1", "IRM2", "IRM3")]
        flux_column = min(choices, key=lambda name: _scatter(series.column(name)))
    aperture = flux_column[-1]
    magnitude_error = series.columns.get(f"IRE{aperture}")
    values = series.column(flux_column)
    error = None if magnitude_error is None else np.asarray(magnitude_error, dtype=np.float64)
    if not flux_column.startswith("IFL"):
        values, error = flux_of_magnitude(values, error)
    flag = series.columns.get(f"IRQ{aperture}")
    quality = None if flag is None else (np.char.strip(flag.astype(str)) != "G").astype(np.int64)
    return _light_curve(series, "CDIPS", None, flux_column, values, error, "TMID_BJD", quality)


def read_eleanor(series: FitsSeries, flux_column: str | None = None) -> LightCurve:
    """eleanor full-frame light curve; CORR_FLUX by default, with the raw flux's relative errors."""
    column = flux_column or series.first_of("CORR_FLUX", "PCA_FLUX", "RAW_FLUX")
    flux, error = series.column(column), series.columns.get("FLUX_ERR")
    if error is not None and column != "RAW_FLUX" and "RAW_FLUX" in series.columns:
        raw = series.column("RAW_FLUX")
        error = np.abs(np.divide(error * flux, raw, out=np.full(flux.shape, np.nan), where=raw != 0))
    return _light_curve(series, "eleanor", "TESS", column, flux, error)


def read_kepler(series: FitsSeries, flux_column: str | None = None) -> LightCurve:
    """Kepler or K2 light curve; PDCSAP_FLUX by default."""
    column = flux_column or series.first_of("PDCSAP_FLUX", "SAP_FLUX")
    product = "K2" if "K2" in series.text("MISSION") or series.number("CAMPAIGN") is not None else "Kepler"
    error = series.columns.get(f"{column}_ERR")
    return _light_curve(series, product, "Kepler", column, series.column(column), error)


def read_fits_table(series: FitsSeries, flux_column: str | None = None) -> LightCurve:
    """Any other FITS table with a time and a flux column, known by their names."""
    column = flux_column or series.first_of(*(name.upper() for name in FLUX_NAMES))
    names = (f"{column}_ERR", f"{column}_ERROR", "FLUX_ERR", "FLUX_ERROR", "ERROR", "ERR")
    error = next((series.columns[name] for name in names if name in series.columns), None)
    time = series.first_of(*(name.upper() for name in TIME_NAMES))
    return _light_curve(series, "FITS table", None, column, series.column(column), error, time)


Reader = Callable[[FitsSeries, str | None], LightCurve]


def detect_product(series: FitsSeries) -> Reader:
    """The reader for this file, by its header and columns."""
    origin, telescope = series.text("ORIGIN").lower(), series.text("TELESCOP").lower()
    if "mit/qlp" in origin:
        return read_qlp
    if "cdips" in origin:
        return read_cdips
    if "CORR_FLUX" in series.columns and "RAW_FLUX" in series.columns:
        return read_eleanor
    if "SAP_FLUX" in series.columns and "kepler" in telescope + series.text("MISSION").lower():
        return read_kepler
    if "SAP_FLUX" in series.columns and telescope == "tess":
        return read_spoc
    return read_fits_table


def _light_curve(
    series: FitsSeries,
    product: str,
    mission: str | None,
    flux_column: str,
    flux: FloatArray,
    error: npt.NDArray[Any] | None,
    time_column: str = "TIME",
    quality: npt.NDArray[np.int64] | None = None,
) -> LightCurve:
    if quality is None and mission is not None:
        name = next((name for name in ("QUALITY", "SAP_QUALITY") if name in series.columns), None)
        quality = None if name is None else np.asarray(series.column(name), dtype=np.int64)
    numbers = (series.number(key) for key in ("SECTOR", "QUARTER", "CAMPAIGN"))
    sector = next((number for number in numbers if number is not None), 0)
    ids = identifiers(series)
    meta = {
        "product": product,
        "mission": mission,
        "flux_column": flux_column,
        "path": str(series.path),
        "tess_magnitude": _float(series.header.get("TESSMAG")),
    }
    name = series.text("OBJECT") or next((f"{kind} {value}" for kind, value in ids.items()), "")
    curve = LightCurve.from_arrays(
        series.column(time_column),
        flux,
        error,
        quality,
        sector,
        time_scale=_time_scale(series, product),
        name=name,
        ids=ids,
        meta=meta,
    )
    if not curve.good.any():
        hint = "Choose another flux_column"
        raise SeriesError(series.path, f"no good point in {flux_column}", hint, flux_column)
    return curve


def identifiers(series: FitsSeries) -> dict[str, int]:
    """Identifiers in the header: tic, kepler_id or epic, source_id, gaia_dr2_source_id (as CDIPS gives)."""
    kepler = "epic" if "K2" in series.text("MISSION") else "kepler_id"
    keys = {
        "TICID": "tic",
        "TIC_ID": "tic",
        "KEPLERID": kepler,
        "GAIADR3": "source_id",
        "Gaia-ID": "gaia_dr2_source_id",
    }
    found = [(kind, series.number(key)) for key, kind in keys.items()]
    return {kind: number for kind, number in found if number is not None and number > 0}


def _time_scale(series: FitsSeries, product: str) -> str:
    whole, rest = _float(series.header.get("BJDREFI")), _float(series.header.get("BJDREFF"))
    if whole is None:
        return "BTJD" if product == "eleanor" else "unknown"
    zero = whole + (rest or 0.0)
    return KNOWN_ZEROS.get(zero, f"BJD-{zero:.10g}")


def _float(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float | np.number) else None


def _scatter(values: FloatArray) -> float:
    steps = np.diff(values[np.isfinite(values)])
    return float(np.median(np.abs(steps))) if steps.size else np.inf
