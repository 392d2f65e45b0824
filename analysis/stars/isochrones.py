"""Isochrone files of MIST and PARSEC, read as main sequences."""

import gzip
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.stars.main_sequence import MainSequence

HEADER_LINES_READ = 200


@dataclass(frozen=True)
class IsochroneColumns:
    """Names of the columns that matter in one family of files, and its mark of the main sequence."""

    bp: str
    rp: str
    g: str
    phase: str
    log_age: str
    on_main_sequence: int


KNOWN_COLUMNS = (
    *(
        IsochroneColumns(bp, rp, g, "phase", "log10_isochrone_age_yr", 0)
        for bp, rp, g in (
            ("Gaia_BP_EDR3", "Gaia_RP_EDR3", "Gaia_G_EDR3"),
            ("Gaia_BP_DR2Rev", "Gaia_RP_DR2Rev", "Gaia_G_DR2Rev"),
            ("Gaia_BP_MAWf", "Gaia_RP_MAW", "Gaia_G_MAW"),
            ("Gaia_BP_MAWb", "Gaia_RP_MAW", "Gaia_G_MAW"),
        )
    ),
    IsochroneColumns("G_BPmag", "G_RPmag", "Gmag", "label", "logAge", 1),
)


def read_isochrone(path: str | Path, log_age: float | None = None) -> MainSequence:
    """Main sequence (BP-RP and M_G in mag) of a MIST or PARSEC isochrone file with Gaia magnitudes.

    A text file, plain or gzipped. `log_age` (log10 of years) chooses the nearest of several ages, by default
    the first. Points marked as main sequence (MIST phase 0, PARSEC label 1), from the reddest on as far as
    BP-RP falls steadily, so up to the turn-off. Raises ValueError naming the file where it holds no Gaia
    magnitudes or no main sequence.
    """
    table = _read_table(Path(path))
    columns = next(
        (known for known in KNOWN_COLUMNS if {known.bp, known.rp, known.g, known.phase} <= set(table.columns)),
        None,
    )
    if columns is None:
        raise ValueError(f"{path}: no Gaia BP, RP and G magnitudes with a phase, as MIST and PARSEC name them")
    if columns.log_age in table:
        ages = table[columns.log_age].to_numpy()
        wanted = ages[0] if log_age is None else ages[np.argmin(np.abs(ages - log_age))]
        table = table[ages == wanted]
    star = table[table[columns.phase] == columns.on_main_sequence]
    bp_rp, absolute_g = (star[columns.bp] - star[columns.rp]).to_numpy(), star[columns.g].to_numpy()
    start = int(np.argmax(bp_rp)) if bp_rp.size else 0
    bp_rp, absolute_g = bp_rp[start:], absolute_g[start:]
    turns = np.flatnonzero(np.diff(bp_rp) >= 0)
    end = int(turns[0]) + 1 if turns.size else bp_rp.size
    if end < 2:
        raise ValueError(f"{path}: no main sequence ({columns.phase} {columns.on_main_sequence}) of 2 or more points")
    return MainSequence(bp_rp[:end][::-1].copy(), absolute_g[:end][::-1].copy(), str(path))


def _read_table(path: Path) -> pd.DataFrame:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        head = [line.split() for line in islice(lines, HEADER_LINES_READ)]
    first = next((i for i, words in enumerate(head) if words and all(map(_is_number, words))), None)
    names = [word for word in head[first - 1] if word != "#"] if first else []
    names = [name.lstrip("#") for name in names]
    if not first or len(names) != len(head[first]):
        raise ValueError(f"{path}: not an isochrone table: no line of column names above the numbers")
    return pd.read_csv(path, sep=r"\s+", comment="#", skiprows=first, header=None, names=names)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
