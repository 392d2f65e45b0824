"""The door for light-curve files: which reader a file needs is seen from the file."""

import gzip
from pathlib import Path

from analysis.light_curves.products import detect_product, open_fits_series
from analysis.light_curves.series import LightCurve, SeriesError
from analysis.light_curves.text_series import read_text


def is_fits(path: str | Path) -> bool:
    """Whether a file, gzipped or not, starts as FITS does. Raises SeriesError for no or an empty file."""
    path = Path(path)
    if not path.is_file():
        problem = "is a folder, not a file" if path.is_dir() else "no such file"
        raise SeriesError(path, problem, "Check the path, or make a SeriesIndex of a folder")
    try:
        with path.open("rb") as file:
            start = file.read(9)
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(path, "rb") as unpacked:
                start = unpacked.read(9)
    except (OSError, EOFError) as error:
        raise SeriesError(path, f"cannot be read ({error})", "Fetch the file again") from error
    if not start:
        raise SeriesError(path, "the file is empty", "Fetch the file again")
    return start.startswith(b"SIMPLE  =")


def read(path: str | Path, flux_column: str | None = None) -> LightCurve:
    """Light curve of a file: relative flux against days on the file's own time scale.

    FITS of TESS SPOC, TESS-SPOC, QLP, CDIPS, eleanor, Kepler and K2 (or any table with time and flux); CSV,
    ECSV and plain text with time and flux or magnitude; gzipped or not. `flux_column` overrides the product's
    default. Missing values become NaN. Raises SeriesError naming the file, the column and the remedy.

    >>> read("hlsp_tess-spoc_tess_phot_0000000038846515-s0001_tess_v1_lc.fits").time_scale  # doctest: +SKIP
    'BTJD'
    """
    if is_fits(path):
        series = open_fits_series(path)
        return detect_product(series)(series, flux_column.upper() if flux_column else None)
    if Path(path).suffix.lower() in (".fits", ".fit", ".fts"):
        raise SeriesError(path, "named as FITS but its content is not", "Rename it or fetch it again")
    curve = read_text(path, flux_column)
    if not curve.good.any():
        raise SeriesError(path, "no row has both a time and a flux", "Check the columns")
    return curve
