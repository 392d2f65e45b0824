"""Files to tables and back: the door through which every catalogue enters and leaves."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa

from analysis.catalogue.conform import conform
from analysis.catalogue.errors import DataError
from analysis.catalogue.raw import Progress
from analysis.catalogue.readers.detect import READERS, detect
from analysis.catalogue.writing import pack, writer_for

__all__ = ["DataError", "read", "write"]


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


def write(table: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write the table to a file in the format that its name ends in, complete or not at all.

    .fits, .vot (.xml, .votable), .ecsv, .csv (.txt), .parquet, .arrow (.feather), each also with .gz behind it.
    Units, UCDs and meanings come from `COLUMNS` or, for other columns, from `attrs["columns"]`; CSV has none. Missing
    text is null or blank. The row index is not written. Raises DataError for another name, for what the format
    cannot hold, and where the folder cannot be written.
    """
    place = Path(path).expanduser()
    writer, packed = writer_for(place)
    repeated = table.columns[table.columns.duplicated()]
    if len(repeated):
        raise DataError(f"the table has two columns named {repeated[0]!r}", path=place, hint="Rename one of them")
    try:
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as folder:
            plain = Path(folder) / "table"
            writer(table, plain)
            if packed:
                pack(plain, Path(folder) / "packed")
                plain = Path(folder) / "packed"
            plain.replace(place)
    except DataError as error:
        raise error.at(place) from error
    except (OSError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"the file cannot be written ({reason})", path=place, hint="Choose another folder") from error


def _silent(_fraction: float, _text: str) -> None:
    pass
