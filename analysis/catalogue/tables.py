"""Files to tables and back: the door through which every catalogue enters and leaves."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from analysis.catalogue.conform import conform
from analysis.catalogue.errors import DataError
from analysis.catalogue.raw import Progress
from analysis.catalogue.readers.detect import READERS, detect

__all__ = ["DataError", "read"]


def read(path: str | os.PathLike[str], progress: Progress | None = None) -> pd.DataFrame:
    """The catalogue in a file, one row a star, in the schema's names and units (`COLUMNS`).

    FITS, VOTable, ECSV, CSV and other text, Parquet, Arrow and the Gaia archive's JSON, told apart by content; text,
    JSON and FITS may be packed by gzip. Names are matched in any letter case and by the aliases of other archives;
    units stated in the file are converted; unknown columns are kept as they are. NaN is missing. `source_id` is
    int64, exact and unique. `attrs` says what was renamed, converted or left out ("notes"), the units of unknown
    columns ("columns"), and "path", "origin", "title", "id_column".
    `progress(fraction, text)` is called while reading. Raises DataError with file, column and remedy for a file
    that cannot be used.

        >>> from analysis.catalogue import read, write
        >>> table = read("stars.fits")  # doctest: +SKIP
    """
    place = Path(path).expanduser()
    raw = READERS[detect(place)](place, progress or _silent)
    return conform(raw, place)


def _silent(_fraction: float, _text: str) -> None:
    pass
