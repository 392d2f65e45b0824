"""Small catalogues and files for the tests, made with libraries other than the code under test."""

from pathlib import Path

import numpy as np
import pandas as pd
from astropy.table import Table

IDS = np.array([3425577610762832385, 4373465352415301633, 5853498713190525696], dtype=np.int64)


def star_table(n: int = 3) -> pd.DataFrame:
    """A table with every kind of column; the last row has no value in `ruwe` and `subclass`."""
    table = pd.DataFrame(
        {
            "source_id": IDS[0] + 17 * np.arange(n, dtype=np.int64),
            "ra": np.linspace(0.1, 359.9, n),
            "parallax": np.linspace(-0.5, 20, n),
            "ruwe": np.linspace(0.9, 3, n).astype(np.float32),
            "rv_nb_transits": np.arange(n).astype(np.int16),
            "eclipsing": np.arange(n) % 2 == 0,
            "subclass": [f"M{i % 7}" for i in range(n)],
            "phot_g_mean_mag": np.linspace(8, 18, n).astype(np.float32),
            "wobble": np.linspace(1, 2, n),
        }
    )
    table.loc[n - 1, "ruwe"] = np.nan
    table.loc[n - 1, "subclass"] = None
    table.attrs = {
        "columns": {"wobble": {"unit": "um", "ucd": "stat.value", "description": "A column of our own"}},
        "title": "Three stars",
    }
    return table


def write_fits_stars(path: Path, **columns: object) -> Path:
    """A FITS table by astropy."""
    Table(columns).write(path, format="fits", overwrite=True)
    return path


def write_lines(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
