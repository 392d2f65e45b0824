"""Where the light curve and the single velocities of a star come from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import light_curves, simulate
from analysis.catalogue import velocities as published_velocities
from analysis.light_curves import CleanLightCurve, LightCurve, LightCurvePeriod, SeriesIndex
from components.state.catalogue import Catalogue

ID_KINDS = ("source_id", "tic", "kepler_id", "epic")


@dataclass(frozen=True)
class SearchedLightCurve:
    """A light curve as it came, cleaned, and with what the period search found."""

    raw: LightCurve
    clean: CleanLightCurve
    found: LightCurvePeriod


class SeriesSource:
    """Finds the series of a star: the simulated survey makes them, a folder of files may hold them."""

    def __init__(self, folder: Path | None = None) -> None:
        self._index: SeriesIndex | None = None
        if folder is not None:
            self._index = SeriesIndex.from_folder(folder) if folder.is_dir() else SeriesIndex.from_file(folder)

    @property
    def files(self) -> int:
        """Return how many files with a known star the folder holds."""
        return 0 if self._index is None else len(self._index)

    def velocities(self, catalogue: Catalogue, row: int) -> pd.DataFrame | None:
        """Return time (d), velocity and velocity_error (km/s) of a star, or None."""
        if catalogue.is_simulated:
            epochs = simulate.velocities(_simulated_star(catalogue, row))
            if not len(epochs.time):
                return None
            return pd.DataFrame(
                {"time": epochs.time, "velocity": epochs.velocity, "velocity_error": epochs.velocity_error}
            )
        number = catalogue.cell("mu_number", row) if "mu_number" in catalogue.table.columns else None
        if number is None:
            return None
        table = published_velocities(int(number))
        return None if table is None or not len(table) else table

    def light_curve(self, catalogue: Catalogue, row: int) -> LightCurve | None:
        """Return the light curve of a star, or None; raises SeriesError for a file that cannot be read."""
        if catalogue.is_simulated:
            return simulate.light_curve(_simulated_star(catalogue, row))
        if self._index is None:
            return None
        ids = {
            kind: value
            for kind in ID_KINDS
            if kind in catalogue.table.columns and (value := catalogue.cell(kind, row)) is not None
        }
        return self._index.load(**ids) if ids else None

    def searched(self, catalogue: Catalogue, row: int, detrend: float | None) -> SearchedLightCurve | None:
        """Return the light curve cleaned as Mu et al. 2022 do, and its period; None without one."""
        raw = self.light_curve(catalogue, row)
        if raw is None or not len(raw.time):
            return None
        clean = light_curves.clean(raw, detrend=detrend)
        return SearchedLightCurve(raw, clean, light_curves.find_period(clean))


def _simulated_star(catalogue: Catalogue, row: int) -> dict[str, object]:
    return {
        "source_id": int(catalogue.values("source_id")[row]),
        "simulated": catalogue.attrs["simulated"],
    }


def thin(length: int, most: int) -> np.ndarray:
    """Return at most ``most`` evenly spaced indices below ``length``."""
    return np.arange(length) if length <= most else np.linspace(0, length - 1, most).astype(int)
