"""Labels of a folder of M dwarfs, with the columns of Li et al. 2021, Table 2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.spectra.batch import BatchResult, Progress, find_spectra, run_batch
from analysis.spectra.m_dwarf_labels import (
    CATALOGUE_COLUMNS,
    cross_validate_labels,
    label_catalogue,
    simulated_m_dwarfs,
)
from analysis.spectra.reading import read
from analysis.spectra.slam import Slam
from analysis.spectra.slam_training import Hyper
from analysis.spectra.spectrum import C_KM_S, Spectrum, SpectrumError, logarithmic_grid
from analysis.spectra.stacks import SpectrumStack, stack_spectra
from analysis.spectra.templates import simulated_templates
from analysis.spectra.velocity import measure_velocity
from analysis.stars.units import FloatArray

# Coarser than LAMOST's pixels by four: a regression a pixel takes a fifth of a second to train.
STEP = 4e-4
SIMULATED = 200
SIMULATED_SNR = 100.0
FOLDS = 5
GRID = (Hyper(1.0, 0.1, 0.3), Hyper(10.0, 0.1, 0.3), Hyper(10.0, 0.05, 1.0))
FACTS = {
    "source_id": "source_id", "obsid": "obsid", "ra": "ra_obs", "dec": "dec_obs", "snru": "snru", "snrg": "snrg",
    "snrr": "snrr", "snri": "snri", "snrz": "snrz", "subclass": "type",
}  # fmt: skip


def label_folder(
    folder: str | Path,
    output: str | Path | None = None,
    training: str | Path | None = None,
    model: str | Path | None = None,
    least_snr: float = 5.0,
    jobs: int = 1,
    progress: Progress | None = None,
) -> BatchResult:
    """Temperature (K) and [M/H] (dex) of every spectrum below a folder, one row each, resumable with `output` (CSV).

    `training` is a CSV of path, teff, m_h (paths from its own folder); without one the model learns from simulated M
    dwarfs, which shows what the method does and nothing of real stars. A `model` file is read where it is there,
    else written. Columns as in Li et al. 2021, Table 2 (TEFF_AP, M_H_AP and their errors), with rv and chi2_per_pixel.
    Spectra below `least_snr` in i, or not covering the grid, are failures. Raises SpectrumError, ValueError, KeyError
    for a training table that cannot be used.
    """
    slam = slam_model(training, model, jobs, progress)
    templates = simulated_templates(first="K5", last="M8")

    def work(path: Path) -> list[dict[str, Any]]:
        spectrum = read(path)
        snr = float(spectrum.meta.get("snri") or spectrum.snr(7000, 8500))
        if not snr >= least_snr:
            raise SpectrumError(path, f"S/N {snr:.1f} in i is below {least_snr:g}", "Lower --least-snr to try it")
        rv = measure_velocity(spectrum, templates).velocity
        if not np.isfinite(rv):
            raise SpectrumError(path, "no velocity was found", "It is perhaps no M dwarf")
        stack = stack_spectra([spectrum.described(rv=rv)], slam.wavelength_, velocity="rv")
        labels = slam.predict(stack)
        facts = pd.DataFrame([{new: spectrum.meta[old] for old, new in FACTS.items() if old in spectrum.meta}])
        facts = facts.assign(z=rv / C_KM_S, rv=rv, chi2_per_pixel=labels.chi2)
        rows = label_catalogue(labels, facts).to_dict("records")
        return [{str(name): value for name, value in row.items()} for row in rows]

    return run_batch(find_spectra(folder), work, output, progress)


def slam_model(
    training: str | Path | None, model: str | Path | None, jobs: int = 1, progress: Progress | None = None
) -> Slam:
    """The model in a file, or one trained on a table of spectra with labels, or on simulated M dwarfs.

    Its errors are scaled to a cross-validation (`Slam.calibrate`). Written to `model` where that is not there yet.
    """
    if model is not None and Path(model).exists():
        return Slam.load(model)
    grid = logarithmic_grid(5000.0, 8900.0, STEP)
    stack, labels = _simulated(grid) if training is None else _trained_on(Path(training), grid)
    slam = Slam(GRID, FOLDS).fit(stack, labels, jobs, progress)
    slam.calibrate(
        cross_validate_labels(Slam(GRID[-1:], 2), stack, labels, FOLDS, jobs=jobs, progress=progress), labels
    )
    if model is not None:
        slam.save(model)
    return slam


def _simulated(grid: FloatArray) -> tuple[SpectrumStack, pd.DataFrame]:
    spectra, labels = simulated_m_dwarfs(SIMULATED, SIMULATED_SNR, wavelength=logarithmic_grid(4900.0, 9000.0, 2e-4))
    return stack_spectra(spectra, grid, velocity=""), labels


def _trained_on(path: Path, grid: FloatArray) -> tuple[SpectrumStack, pd.DataFrame]:
    table = pd.read_csv(path)
    names = list(CATALOGUE_COLUMNS["apogee"])
    missing = [name for name in ("path", *names) if name not in table]
    if missing:
        raise KeyError(f"{path.name}: no column {missing[0]}; it has {', '.join(map(str, table.columns))}")
    templates = simulated_templates(first="K5", last="M8")
    spectra: list[Spectrum] = []
    for name in table["path"]:
        one = read(path.parent / str(name))
        spectra.append(one.described(rv=measure_velocity(one, templates).velocity))
    return stack_spectra(spectra, grid, velocity="rv"), table[names]
