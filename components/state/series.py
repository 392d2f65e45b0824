"""Where the light curve and the single velocities of a star come from."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import light_curves, simulate
from analysis.binaries import RadialVelocities, StarVelocities, VelocityIndex, read_star_velocities
from analysis.catalogue import velocities as published_velocities
from analysis.light_curves import CleanLightCurve, LightCurve, LightCurvePeriod, SeriesIndex
from components.state.catalogue import Catalogue
from components.state.spectra import SpectrumSource

ID_KINDS = ("source_id", "tic", "kepler_id", "epic")
NAME_COLUMNS = (*ID_KINDS, "designation", "apogee_id", "name", "obsid")


@dataclass(frozen=True)
class Cleaning:
    """How a light curve is cleaned; the defaults are those of Mu et al. 2022 with eclipses kept. Widths in days."""

    sigma: float | None = light_curves.SIGMA
    drop_error_fraction: float = light_curves.DROP_ERROR_FRACTION
    detrend: float | None = None
    bin: float | None = None
    keep_dips: bool = True


@dataclass(frozen=True)
class SearchedLightCurve:
    """A light curve as it came, cleaned, and with what the period search found."""

    raw: LightCurve
    clean: CleanLightCurve
    found: LightCurvePeriod


class SeriesSource:
    """Finds the series of a star: the simulated survey makes them, a folder or files of the visitor hold them.

    With a ``parent``, one visitor's own files come before those of the parent.
    """

    def __init__(
        self,
        folder: Path | None = None,
        parent: SeriesSource | None = None,
        spectra: SpectrumSource | None = None,
    ) -> None:
        self._parent = parent
        self.spectra = spectra or SpectrumSource(parent=parent.spectra if parent is not None else None)
        self._lock = threading.Lock()
        self._index: SeriesIndex | None = None
        self._velocity_index: VelocityIndex | None = None
        self._own_curves: dict[tuple[str, int], tuple[Path, ...]] = {}
        self._own_velocities: dict[tuple[str, int], tuple[Path, str | None]] = {}
        if folder is not None and folder.is_dir():
            self._velocity_index = VelocityIndex.from_folder(folder)
            self._index = SeriesIndex.from_folder(folder).without(self._velocity_index.files)
        elif folder is not None:
            index = SeriesIndex.from_file(folder)
            self._velocity_index = VelocityIndex.from_listed(index)
            self._index = index.without(self._velocity_index.files)

    @property
    def files(self) -> int:
        """Return how many files with a known star the folder holds."""
        own = sum(map(len, (index for index in (self._index, self._velocity_index) if index is not None)))
        return own + (self._parent.files if self._parent is not None else 0)

    # ------------------------------------------------------------------ a visitor's own files

    def add_light_curve(self, catalogue: Catalogue, row: int, paths: Sequence[Path]) -> None:
        """Use these files as the light curve of a star, beside those added before."""
        with self._lock:
            key = (catalogue.name, row)
            self._own_curves[key] = (*self._own_curves.get(key, ()), *paths)

    def add_velocities(self, catalogue: Catalogue, row: int, path: Path, star: str | None = None) -> None:
        """Use a file as the velocities of a star; ``star`` is its name where the file holds several."""
        with self._lock:
            self._own_velocities[catalogue.name, row] = (path, star)

    def drop_own(self, catalogue: Catalogue, row: int) -> None:
        """Use no file of the visitor for this star any more."""
        with self._lock:
            self._own_curves.pop((catalogue.name, row), None)
            self._own_velocities.pop((catalogue.name, row), None)

    # ------------------------------------------------------------------ velocities

    def star_velocities(self, catalogue: Catalogue, row: int) -> StarVelocities | None:
        """Return the velocities of a star, or None; raises SeriesError for a file that cannot be used."""
        own = self._own_velocities.get((catalogue.name, row))
        if own is not None:
            return read_star_velocities(*own)
        if catalogue.is_simulated:
            epochs = simulate.velocities(_simulated_star(catalogue, row))
            if not len(epochs.time):
                return None
            made = (epochs.time, epochs.velocity, epochs.velocity_error, epochs.instrument)
            return StarVelocities(RadialVelocities.from_arrays(*made, time_scale="BJD"))
        names = names_of(catalogue, row)
        for source in (self, self._parent):
            index = source._velocity_index if source is not None else None
            found = index.load(*names) if index is not None else None
            if found is not None:
                return found
        number = catalogue.cell("mu_number", row) if "mu_number" in catalogue.table.columns else None
        table = published_velocities(int(number)) if number is not None else None
        if table is None or not len(table):
            return None
        columns = (table[name].to_numpy() for name in ("time", "velocity", "velocity_error"))
        return StarVelocities(RadialVelocities.from_arrays(*columns, "LAMOST LRS", time_scale="JD"))

    def velocities(self, catalogue: Catalogue, row: int) -> pd.DataFrame | None:
        """Return time (d), velocity and velocity_error (km/s) and instrument of a star, or None."""
        found = self.star_velocities(catalogue, row)
        if found is None:
            return None
        data = found.primary
        names = ("time", "velocity", "velocity_error", "instrument")
        return pd.DataFrame({name: getattr(data, name) for name in names})

    # ------------------------------------------------------------------ light curves

    def light_curve(self, catalogue: Catalogue, row: int) -> LightCurve | None:
        """Return the light curve of a star, its sectors stitched, or None.

        Raises SeriesError for a file that cannot be read, ValueError for files that do not belong together.
        """
        own = self._own_curves.get((catalogue.name, row))
        if own:
            return light_curves.stitch([light_curves.read(path) for path in own])
        if catalogue.is_simulated:
            return simulate.light_curve(_simulated_star(catalogue, row))
        ids = {
            kind: value
            for kind in ID_KINDS
            if kind in catalogue.table.columns and (value := catalogue.cell(kind, row)) is not None
        }
        names = names_of(catalogue, row)
        for source in (self, self._parent):
            index = source._index if source is not None else None
            found = index.load(map(str, names), **ids) if index is not None else None
            if found is not None:
                return found
        return None

    def searched(self, catalogue: Catalogue, row: int, cleaning: Cleaning | None = None) -> SearchedLightCurve | None:
        """Return the light curve cleaned, and its period; None without one."""
        raw = self.light_curve(catalogue, row)
        if raw is None or not len(raw.time):
            return None
        how = cleaning or Cleaning()
        clean = light_curves.clean(
            raw, how.sigma, how.drop_error_fraction, bin=how.bin, detrend=how.detrend, keep_dips=how.keep_dips
        )
        return SearchedLightCurve(raw, clean, light_curves.find_period(clean))


def names_of(catalogue: Catalogue, row: int) -> list[object]:
    """Return the identifiers and names that a star has in its catalogue."""
    columns = dict.fromkeys((*NAME_COLUMNS, *filter(None, (catalogue.id_column,))))
    return [
        value
        for column in columns
        if column in catalogue.table.columns and (value := catalogue.cell(column, row)) is not None
    ]


def _simulated_star(catalogue: Catalogue, row: int) -> dict[str, object]:
    return {
        "source_id": int(catalogue.values("source_id")[row]),
        "simulated": catalogue.attrs["simulated"],
    }


def thin(length: int, most: int) -> np.ndarray:
    """Return at most ``most`` evenly spaced indices below ``length``."""
    return np.arange(length) if length <= most else np.linspace(0, length - 1, most).astype(int)
