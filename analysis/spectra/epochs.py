"""Velocity range of each star from its epochs, for the ΔV_R/2 against period plane."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.spectra.lines import Window
from analysis.spectra.reading import read, read_exposures
from analysis.spectra.spectrum import Spectrum
from analysis.spectra.templates import TemplateLibrary
from analysis.spectra.velocity import Velocity, measure_velocity


def velocity_ranges(table: pd.DataFrame, by: str = "source_id", systematic_error: float = 0.0) -> pd.DataFrame:
    """Per star `n_rv`, `rv` (weighted mean), `rv_error`, `delta_vr` and `delta_vr_error` (km/s), indexed by `by`.

    `table` has one row an epoch with columns `by`, `rv` and `rv_error` (km/s); rows without a velocity, or with one
    that `double_lined` marks, do not count. delta_vr is the highest minus the lowest velocity, its error the
    quadratic sum of theirs (Mu et al. 2022: Table 1's errors follow from it); NaN for fewer than two epochs.
    `systematic_error` (km/s) is added to each epoch's in quadrature. Raises KeyError naming a missing column.
    """
    missing = [column for column in (by, "rv", "rv_error") if column not in table]
    if missing:
        raise KeyError(f"no column {missing[0]}: the table has {', '.join(map(str, table.columns))}")
    usable = table["rv"].notna() & table["rv_error"].notna() & table[by].notna()
    if "double_lined" in table:
        usable &= ~table["double_lined"].fillna(False).astype(bool)
    rows = []
    for star, epochs in table[usable].groupby(by, sort=True):
        velocity = epochs["rv"].to_numpy(dtype=np.float64)
        error = np.hypot(epochs["rv_error"].to_numpy(dtype=np.float64), systematic_error)
        rows.append({by: star, **_range(velocity, error)})
    columns = [by, "n_rv", "rv", "rv_error", "delta_vr", "delta_vr_error"]
    return pd.DataFrame(rows, columns=columns).set_index(by)


def _range(velocity: np.ndarray[Any, Any], error: np.ndarray[Any, Any]) -> dict[str, Any]:
    weight = 1 / np.maximum(error, 1e-6) ** 2
    # the last of equal velocities, so that two equal epochs keep their two errors
    high, low = int(np.argmax(velocity)), velocity.size - 1 - int(np.argmin(velocity[::-1]))
    several = velocity.size > 1
    return {
        "n_rv": velocity.size,
        "rv": float(np.average(velocity, weights=weight)),
        "rv_error": float(weight.sum() ** -0.5),
        "delta_vr": float(velocity[high] - velocity[low]) if several else np.nan,
        "delta_vr_error": float(np.hypot(error[high], error[low])) if several else np.nan,
    }


def velocity_row(spectrum: Spectrum, velocity: Velocity) -> dict[str, Any]:
    """One row of a velocity table: the spectrum's identifiers and time, and what was measured (km/s)."""
    meta = spectrum.meta
    facts = {key: meta[key] for key in ("obsid", "designation", "ra", "dec", "mjd", "subclass") if key in meta}
    return {
        "file": spectrum.name,
        "exposure": meta.get("exposure", ""),
        "exposure_minutes": str(meta.get("exposure_minutes", "")),
        **facts,
        "rv": velocity.velocity,
        "rv_error": velocity.error,
        "template": velocity.template,
        "chi2_per_dof": velocity.chi2 / max(velocity.dof, 1),
        "snr": velocity.snr,
        "heliocentric": velocity.heliocentric,
        "double_lined": velocity.double_lined,
        "second_rv": velocity.second.velocity if velocity.double_lined else np.nan,
    }


def measure_file(
    path: str | Path,
    templates: Mapping[str, Spectrum],
    bands: tuple[Window, ...] | None = None,
    single_exposures: bool = True,
) -> list[dict[str, Any]]:
    """Rows of velocities (km/s) of a file: one a single exposure where it keeps them, else that of the sum.

    Of a `TemplateLibrary` those near the file's subclass take part, all where it names none.
    Raises SpectrumError for a file that cannot be read or has too few good pixels.
    """
    found = read_exposures(path) if single_exposures else []
    spectra = found or [read(path)]
    rows = []
    for one in spectra:
        near = templates
        if isinstance(templates, TemplateLibrary):
            near = templates.near(str(one.meta.get("subclass", "")))
        rows.append(velocity_row(one, measure_velocity(one, near, bands)))
    return rows
