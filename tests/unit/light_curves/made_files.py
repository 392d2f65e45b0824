"""Small light-curve files with the header keywords and columns of the products that the archives hold."""

from pathlib import Path

import numpy as np
from astropy.io import fits


def write_product(path: Path, primary: dict, columns: dict, table_header: dict | None = None) -> Path:
    first = fits.PrimaryHDU()
    first.header.update(primary)
    kinds = {"f": "E", "d": "D", "i": "J", "l": "K", "U": "4A"}
    made = []
    for name, values in columns.items():
        values = np.asarray(values)
        kind = "D" if values.dtype == np.float64 else kinds[values.dtype.char]
        made.append(fits.Column(name, kind, array=values))
    table = fits.BinTableHDU.from_columns(made, name="LIGHTCURVE")
    table.header.update(table_header or {})
    fits.HDUList([first, table]).writeto(path)
    return path


def qlp(path: Path, sector: int = 14, detrended: str = "KSPSAP") -> Path:
    time = np.arange(1683.0, 1683.5, 0.02)
    wave = 1 + 0.02 * np.sin(2 * np.pi * time / 0.2)
    columns = {
        "TIME": time,
        "CADENCENO": np.arange(time.size, dtype=np.int32),
        "SAP_FLUX": wave.astype(np.float32),
        f"{detrended}_FLUX": np.ones(time.size, np.float32),
        f"{detrended}_FLUX_ERR": np.full(time.size, 0.001, np.float32),
        "QUALITY": np.where(np.arange(time.size) == 3, 128, 0).astype(np.int32),
    }
    primary = {"ORIGIN": "MIT/QLP", "TELESCOP": "TESS", "TICID": 277554109, "SECTOR": sector}
    return write_product(path, primary, columns, {"BJDREFI": 2457000, "BJDREFF": 0.0})


def eleanor(path: Path) -> Path:
    time = np.arange(1400.0, 1400.4, 0.02)
    columns = {
        "TIME": time,
        "QUALITY": np.zeros(time.size, np.int32),
        "RAW_FLUX": np.full(time.size, 200.0),
        "FLUX_ERR": np.full(time.size, 2.0),
        "CORR_FLUX": np.full(time.size, 100.0),
    }
    return write_product(path, {"TIC_ID": 38846515, "SECTOR": 3, "LITE": 0, "PCORIGIN": 1}, columns)


def kepler(path: Path, mission: str = "Kepler") -> Path:
    time = np.arange(539.0, 539.4, 0.0204)
    columns = {
        "TIME": time,
        "SAP_FLUX": np.full(time.size, 1000, np.float32),
        "PDCSAP_FLUX": np.full(time.size, 1100, np.float32),
        "PDCSAP_FLUX_ERR": np.full(time.size, 11, np.float32),
        "SAP_QUALITY": np.where(np.arange(time.size) == 2, 65536, 8192).astype(np.int32),
    }
    primary = {"TELESCOP": "Kepler", "MISSION": mission, "KEPLERID": 11904151, "OBJECT": "KIC 11904151"}
    primary |= {"CAMPAIGN": 5} if mission == "K2" else {"QUARTER": 5}
    return write_product(path, primary, columns, {"BJDREFI": 2454833, "BJDREFF": 0.0})
