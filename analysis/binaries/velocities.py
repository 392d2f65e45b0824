"""Radial velocities of a star from files: tables of one star or many, several instruments, APOGEE visits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.light_curves.products import open_fits_series
from analysis.light_curves.reading import is_fits
from analysis.light_curves.series import UNKNOWN_SCALE, SeriesError
from analysis.light_curves.text_tables import TextTable, guess_time_scale, read_text_table
from analysis.stars.units import DAY, KILOMETRE_PER_SECOND, FloatArray, in_unit

TIME_NAMES = ("time", "bjd", "bjd_tdb", "hjd", "jd", "mjd", "rjd", "date", "t")
VELOCITY_STEMS = ("velocity", "rv", "vr", "vrad", "radial_velocity", "vhelio", "vel", "v")
ERROR_FORMS = ("{0}_error", "{0}_err", "e_{0}", "sigma_{0}", "{0}err", "err_{0}", "{0}_unc")
PLAIN_ERRORS = ("error", "err", "sigma", "vrelerr", "uncertainty", "verr")
INSTRUMENT_NAMES = ("instrument", "telescope", "inst", "survey", "spectrograph", "source")
STAR_NAMES = ("star", "apogee_id", "source_id", "designation", "name", "object", "target", "no", "id")
FLAG_NAMES = ("flag", "flags", "bad")
KILOMETRE_UNITS, METRE_UNITS = ("_km_s", "_kms", "_km/s"), ("_m_s", "_ms", "_m/s")
SUFFIXES = ("", *KILOMETRE_UNITS, *METRE_UNITS)
# Errors at and above this (km/s) mark a velocity as unusable in the tables of several surveys.
USELESS_ERROR = 900.0


@dataclass(frozen=True, eq=False)
class RadialVelocities:
    """Radial velocities (km/s) of one star against time (d, on `time_scale`), with the instrument of each.

    1-d arrays of one length without missing values, sorted by time. Different instruments may have different
    zero points. `meta` holds the path and how many rows were left out and why.
    """

    time: FloatArray
    velocity: FloatArray
    velocity_error: FloatArray
    instrument: npt.NDArray[np.str_]
    time_scale: str = UNKNOWN_SCALE
    name: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_arrays(
        cls,
        time: Any,
        velocity: Any,
        velocity_error: Any,
        instrument: npt.ArrayLike = "",
        **described: Any,
    ) -> Self:
        """Velocities from arrays or Quantities; rows with a missing value or a useless error are left out.

        `instrument` may be one name. `described`: time_scale, name, meta. Raises ValueError where lengths
        differ or an error is not positive.
        """
        t, v, e = (
            np.atleast_1d(in_unit(value, unit).astype(np.float64))
            for value, unit in ((time, DAY), (velocity, KILOMETRE_PER_SECOND), (velocity_error, KILOMETRE_PER_SECOND))
        )
        e = np.broadcast_to(e, v.shape) if e.size == 1 else e
        label = np.asarray(instrument, dtype=np.str_)
        label = np.broadcast_to(label, t.shape) if label.ndim == 0 else label
        if not t.shape == v.shape == e.shape == label.shape:
            raise ValueError(f"lengths {t.size}, {v.size}, {e.size}, {label.size}: give equal ones")
        rows = np.isfinite(t) & np.isfinite(v) & np.isfinite(e) & (e < USELESS_ERROR)
        wrong = np.flatnonzero(rows & (e <= 0))
        if wrong.size:
            raise ValueError(f"velocity_error[{wrong[0]}] is {e[wrong[0]]} km/s: errors must be positive")
        order = np.flatnonzero(rows)[np.argsort(t[rows], kind="stable")]
        meta = {**described.pop("meta", {}), "missing_rows": int(np.count_nonzero(~rows))}
        return cls(t[order], v[order], e[order], label[order], meta=meta, **described)

    def __len__(self) -> int:
        return int(self.time.size)

    @property
    def instruments(self) -> tuple[str, ...]:
        """Names of the instruments, the one with most velocities first."""
        names, counts = np.unique(self.instrument, return_counts=True)
        return tuple(str(name) for name in names[np.argsort(-counts, kind="stable")])

    @property
    def baseline(self) -> float:
        """Time from the first to the last velocity in days."""
        return float(np.ptp(self.time)) if len(self) else 0.0

    @property
    def half_delta_vr(self) -> float:
        """Half of the range of the velocities in km/s, a lower limit of K; NaN for fewer than two.

        Within each instrument, and the largest of these, since zero points differ.
        """
        ranges = [np.ptp(self.velocity[self.instrument == name]) for name in self.instruments]
        return 0.5 * float(max(ranges)) if len(self) > 1 else np.nan

    def select(self, rows: npt.NDArray[Any]) -> Self:
        """The velocities of the chosen rows (a mask or row numbers)."""
        columns = ("time", "velocity", "velocity_error", "instrument")
        return replace(self, **{column: getattr(self, column)[rows] for column in columns})


def read_velocities(
    path: str | Path, star: str | int | None = None, component: int = 1, keep_flagged: bool = False
) -> RadialVelocities:
    """Radial velocities of a file: km/s against days on the file's own time scale.

    CSV, ECSV, plain text or FITS with columns of time, velocity and error, and where present of instrument,
    star and flag; APOGEE allVisit (JD, VHELIO, VRELERR). `star` picks one of several, `component` 2 the
    second velocity of a double-lined binary (rv2). Rows with a flag other than 0 are left out unless
    `keep_flagged`; `meta` counts them. Raises SeriesError naming the file, the column and the remedy.
    """
    table = _table(path)
    frame = table.columns
    time, velocity, error = _columns(table, component)
    rows, name = _rows_of_star(table, star)
    flag = table.find(FLAG_NAMES)
    flagged = np.zeros(rows.size, dtype=bool)
    if flag is not None and not keep_flagged:
        flagged = np.nan_to_num(table.numbers(flag)) != 0
    instrument = table.find(INSTRUMENT_NAMES)
    use = rows & ~flagged
    labels = "" if instrument is None else frame[instrument][use].astype(str).str.strip().to_numpy(dtype=np.str_)
    times, factor = table.numbers(time), _kilometres(velocity, table.comments)
    velocities = RadialVelocities.from_arrays(
        times[use],
        table.numbers(velocity)[use] * factor,
        table.numbers(error)[use] * factor,
        labels,
        time_scale=guess_time_scale(time, times[use], table.comments),
        name=name or table.path.name.split(".")[0],
        meta={"path": str(table.path), "flagged_rows": int(np.count_nonzero(flagged & rows)), "column": velocity},
    )
    if not len(velocities):
        raise SeriesError(path, "no row has a time, a velocity and an error", "Check the columns and flags")
    return velocities


def stars_with_velocities(path: str | Path) -> dict[str, int]:
    """Names of the stars in a velocity file and how many rows each has; {} where it has no star column."""
    table = _table(path)
    column = table.find(STAR_NAMES)
    if column is None:
        return {}
    return {str(name): int(count) for name, count in _star_labels(table, column).value_counts(sort=False).items()}


def velocity_column(path: str | Path, component: int = 1) -> str | None:
    """Name of the column of velocities of the first or second star of a file; None where it has none.

    Raises SeriesError for a file that is no table.
    """
    table = _table(path)
    return table.find(tuple(_spellings(component)))


def _table(path: str | Path) -> TextTable:
    if not is_fits(path):
        return read_text_table(path)
    series = open_fits_series(path)
    columns = pd.DataFrame(dict(series.columns))
    units = tuple(
        f"{value} [{series.header.get('TUNIT' + key[5:])}]"
        for key, value in series.header.items()
        if key.startswith("TTYPE") and series.header.get("TUNIT" + key[5:])
    )
    return TextTable(Path(path), columns, units, named=True)


def _columns(table: TextTable, component: int) -> tuple[str, str, str]:
    """Names of the columns of time, velocity and error."""
    spelt = _spellings(component)
    time = table.find(TIME_NAMES)
    velocity = table.find(tuple(spelt))
    error = None
    if velocity is not None:
        stem = spelt[velocity.split("[")[0].split("(")[0].strip().lower()]
        forms = tuple(f"{form.format(stem)}{suffix}" for form in ERROR_FORMS for suffix in SUFFIXES)
        error = table.find(forms + (PLAIN_ERRORS if component == 1 else ()))
    for wanted, found in (("time", time), ("velocity", velocity), ("velocity error", error)):
        if found is None:
            names = ", ".join(str(name) for name in table.columns.columns)
            hint = f"It has {names[:300]}: name them time, velocity, velocity_error"
            raise SeriesError(table.path, f"no column of {wanted} (component {component})", hint)
    assert time is not None and velocity is not None and error is not None
    return time, velocity, error


def _spellings(component: int) -> dict[str, str]:
    """Names that a column of velocities may have, each with what it is called without the unit."""
    numbers = ("", "1", "_1") if component == 1 else (str(component), f"_{component}")
    stems = [f"{stem}{number}" for stem in VELOCITY_STEMS for number in numbers]
    return {f"{stem}{suffix}": stem for suffix in SUFFIXES for stem in stems}


def _star_labels(table: TextTable, column: str) -> "pd.Series[str]":
    return table.columns[column].astype(str).str.strip()


def _rows_of_star(table: TextTable, star: str | int | None) -> tuple[npt.NDArray[np.bool_], str]:
    """Rows of the wanted star and its name; all rows where the file has no star column."""
    column = table.find(STAR_NAMES)
    if column is None:
        return np.ones(len(table.columns), dtype=bool), "" if star is None else str(star)
    labels = _star_labels(table, column)
    names = labels.unique()
    known = ", ".join(names[:8]) + (", ..." if names.size > 8 else "")
    if star is None and names.size > 1:
        raise SeriesError(table.path, f"{names.size} stars in column {column}", f"Choose one: {known}", column)
    wanted = names[0] if star is None else str(star)
    rows = (labels == wanted).to_numpy()
    if not rows.any():
        raise SeriesError(table.path, f"no star {wanted} in column {column}", f"It has {known}", column)
    return rows, str(wanted)


def _kilometres(column: str, comments: tuple[str, ...]) -> float:
    """Factor from the column's unit to km/s, from its name or the units noted above the table."""
    start = f"{column.lower()} ["
    texts = [column.lower(), *(text.lower() for text in comments if text.lower().startswith(start))]
    for text in (text.replace(" ", "") for text in texts):
        if any(mark in text for mark in ("[m/s]", "(m/s)", "[ms-1]")) or text.endswith(METRE_UNITS):
            return 1e-3
    return 1.0
