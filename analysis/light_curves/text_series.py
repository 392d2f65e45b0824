"""Light curves from text tables with a time and a flux or a magnitude."""

from pathlib import Path

import numpy as np

from analysis.light_curves.series import LightCurve, SeriesError
from analysis.light_curves.text_tables import TextTable, guess_time_scale, read_text_table
from analysis.stars.units import FloatArray

TIME_NAMES = ("time", "btjd", "bkjd", "bjd", "bjd_tdb", "tmid_bjd", "hjd", "jd", "mjd", "t", "date", "epoch")
FLUX_NAMES = (
    "flux",
    "relative_flux",
    "rel_flux",
    "norm_flux",
    "normalized_flux",
    "pdcsap_flux",
    "corr_flux",
    "sap_flux",
    "f",
)
MAGNITUDE_NAMES = ("magnitude", "mag", "m", "tmag", "gmag", "g_mag", "vmag", "v_mag", "imag", "rmag")
ERROR_SUFFIXES = ("_error", "_err", "_unc", "_uncertainty", "err", "error")
PLAIN_ERRORS = ("error", "err", "sigma", "uncertainty", "e")
MAGNITUDE_RANGE = (3.0, 30.0)
ERROR_PER_MAGNITUDE = 0.4 * np.log(10)


def flux_of_magnitude(magnitude: FloatArray, magnitude_error: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Relative flux (1 at the median magnitude) and its error; the error is NaN where there is none."""
    finite = magnitude[np.isfinite(magnitude)]
    middle = float(np.median(finite)) if finite.size else np.nan
    flux = 10 ** (-0.4 * (magnitude - middle))
    error = np.full(flux.shape, np.nan) if magnitude_error is None else magnitude_error
    return flux, flux * error * ERROR_PER_MAGNITUDE


def read_text(path: str | Path, flux_column: str | None = None) -> LightCurve:
    """Light curve of a CSV, ECSV or plain text table; relative flux, days.

    Time, flux (or magnitude) and error columns are known by their names; without names the columns are time,
    flux, error. `flux_column` chooses another one. Optional columns quality and sector are used. Raises
    SeriesError where a column is missing, or where unnamed values could be magnitudes.
    """
    table = read_text_table(path)
    if not table.named:
        return _unnamed(table)
    time_column = table.find(TIME_NAMES)
    value_column = flux_column and table.find((flux_column,))
    value_column = value_column or (None if flux_column else table.find(FLUX_NAMES + MAGNITUDE_NAMES))
    for wanted, found in (("time", time_column), (flux_column or "flux or magnitude", value_column)):
        if found is None:
            names = ", ".join(str(name) for name in table.columns.columns)
            hint = f"It has {names}: name one 'time', one 'flux'"
            raise SeriesError(table.path, f"no column of {wanted}", hint)
    assert time_column is not None and value_column is not None
    error_column = _error_column(table, value_column)
    value = table.numbers(value_column)
    error = table.numbers(error_column) if error_column else None
    if _is_magnitude(value_column):
        value, error = flux_of_magnitude(value, error)
    quality, sector = table.find(("quality",)), table.find(("sector", "quarter", "campaign"))
    time = table.numbers(time_column)
    return _light_curve(
        table,
        time,
        value,
        error,
        guess_time_scale(time_column, time, table.comments),
        value_column,
        None if quality is None else np.nan_to_num(table.numbers(quality)).astype(np.int64),
        None if sector is None else np.nan_to_num(table.numbers(sector)).astype(np.int64),
    )


def _is_magnitude(column: str) -> bool:
    name = column.lower()
    return name in MAGNITUDE_NAMES or name.endswith(("mag", "magnitude"))


def _error_column(table: TextTable, value_column: str) -> str | None:
    own = tuple(value_column + suffix for suffix in ERROR_SUFFIXES)
    return table.find((*own, f"e_{value_column}", f"sigma_{value_column}", *PLAIN_ERRORS))


def _unnamed(table: TextTable) -> LightCurve:
    names = [str(name) for name in table.columns.columns]
    if len(names) < 2:
        raise SeriesError(table.path, "only one column", "Give a time and a flux in each row")
    time, value = table.numbers(names[0]), table.numbers(names[1])
    low, high = MAGNITUDE_RANGE
    if low < np.nanmedian(value) < high:
        hint = "Put a first line with the names in it: 'time flux error' or 'time mag error'"
        raise SeriesError(table.path, "columns have no names and could hold magnitudes", hint, names[1])
    error = table.numbers(names[2]) if len(names) > 2 else None
    scale = guess_time_scale("", time, table.comments)
    return _light_curve(table, time, value, error, scale, "the second column", None, None)


def _light_curve(
    table: TextTable,
    time: FloatArray,
    value: FloatArray,
    error: FloatArray | None,
    time_scale: str,
    value_column: str,
    quality: np.ndarray | None,  # type: ignore[type-arg]
    sector: np.ndarray | None,  # type: ignore[type-arg]
) -> LightCurve:
    meta = {"product": "text table", "mission": None, "flux_column": value_column, "path": str(table.path)}
    return LightCurve.from_arrays(
        time,
        value,
        error,
        quality,
        0 if sector is None else sector,
        time_scale=time_scale,
        name=table.path.name.split(".")[0],
        meta=meta,
    )
