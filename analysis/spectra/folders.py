"""Whole folders of spectra: velocities, types and PCA models, with bad files passed over and reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.spectra.batch import BatchResult, Progress, find_spectra, run_batch
from analysis.spectra.classification import classify
from analysis.spectra.emission import EmissionFlags, fit_without_emission
from analysis.spectra.epochs import measure_file
from analysis.spectra.lines import Window
from analysis.spectra.pca import COMPONENTS, PcaReconstruction
from analysis.spectra.reading import read
from analysis.spectra.spectrum import Spectrum, SpectrumError
from analysis.spectra.stacks import SpectrumStack, stack_spectra
from analysis.spectra.templates import TemplateLibrary, build_templates, simulated_templates
from analysis.spectra.velocity import measure_velocity
from analysis.stars.units import FloatArray

MOST_STACKED = 2000


def measure_velocities(
    folder: str | Path,
    templates: Mapping[str, Spectrum],
    output: str | Path | None = None,
    bands: tuple[Window, ...] | None = None,
    single_exposures: bool = True,
    progress: Progress | None = None,
) -> BatchResult:
    """Velocities (km/s) of every spectrum below a folder, one row a spectrum or single exposure.

    Columns of `velocity_row` after `path`. With `output` (CSV) an interrupted batch goes on where it stopped.
    """

    def work(path: Path) -> list[dict[str, Any]]:
        return measure_file(path, templates, bands, single_exposures)

    return run_batch(find_spectra(folder), work, output, progress)


def classify_folder(
    folder: str | Path,
    templates: Mapping[str, Spectrum],
    white_dwarfs: Mapping[str, Spectrum] | None = None,
    output: str | Path | None = None,
    progress: Progress | None = None,
) -> BatchResult:
    """Type of every spectrum below a folder, at the velocity (km/s) measured first; see `classify`."""

    def work(path: Path) -> list[dict[str, Any]]:
        spectrum = read(path)
        measured = measure_velocity(spectrum, templates)
        velocity = measured.velocity if np.isfinite(measured.velocity) else 0.0
        told = classify(spectrum, templates, white_dwarfs, velocity)
        facts = {key: spectrum.meta[key] for key in ("obsid", "subclass", "snrg") if key in spectrum.meta}
        found = {"type": told.name, "white_dwarf_share": told.white_dwarf_share, "gain": told.gain}
        quality = {"chi2_per_dof": told.chi2 / max(told.dof, 1), "double_lined": measured.double_lined}
        return [
            {"file": spectrum.name, **facts, "rv": measured.velocity, "rv_error": measured.error, **found, **quality}
        ]

    return run_batch(find_spectra(folder), work, output, progress)


def folder_templates(
    paths: Sequence[str | Path], least: int = 4, most: int = MOST_STACKED, progress: Progress | None = None
) -> TemplateLibrary:
    """Templates stacked from files by subclass at their header velocities; the simulated ones where too few agree.

    From `most` evenly chosen files; files that cannot be read do not count. `source` tells which it is.
    """
    files = [Path(path) for path in paths]
    if len(files) > most:
        files = [files[number] for number in np.linspace(0, len(files) - 1, most).astype(int)]
    spectra = []
    for count, path in enumerate(files, start=1):
        try:
            spectra.append(read(path))
        except SpectrumError:
            continue
        if progress is not None:
            progress(count, len(files), path.name)
    try:
        stacked = build_templates(spectra, least=least)
    except ValueError:
        return TemplateLibrary(dict(simulated_templates()), "simulated main sequence: rough against real spectra")
    return TemplateLibrary(dict(stacked), f"{stacked.source}, of the folder")


def stack_folder(
    folder: str | Path,
    wavelength: FloatArray | None = None,
    velocity: str = "z",
    progress: Progress | None = None,
    most: int | None = None,
) -> tuple[SpectrumStack, pd.DataFrame]:
    """Spectra below a folder as a stack, and the files (path, problem) that could not join it.

    With `most`, that many evenly chosen files. Raises SpectrumError where none could.
    """
    paths = find_spectra(folder)
    if most is not None and len(paths) > most:
        paths = [paths[number] for number in np.linspace(0, len(paths) - 1, most).astype(int)]
    rows: list[SpectrumStack] = []
    failures = []
    for count, path in enumerate(paths, start=1):
        try:
            one = read(path)
            rows.append(stack_spectra({path.name: one}, wavelength, velocity=velocity))
        except (SpectrumError, ValueError) as error:
            failures.append({"path": str(path), "problem": str(error)})
        if progress is not None:
            progress(count, len(paths), path.name)
    if not rows:
        raise SpectrumError(folder, f"none of {len(paths)} files could be used", failures[0]["problem"])
    whole = SpectrumStack(
        rows[0].wavelength,
        np.concatenate([row.flux for row in rows]),
        np.concatenate([row.ivar for row in rows]),
        tuple(name for row in rows for name in row.names),
        rows[0].normalisation,
        rows[0].width,
        velocity,
    )
    return whole, pd.DataFrame(failures, columns=["path", "problem"])


def train_pca(
    folder: str | Path,
    output: str | Path | None = None,
    components: int = COMPONENTS,
    velocity: str = "z",
    progress: Progress | None = None,
) -> tuple[PcaReconstruction, EmissionFlags, SpectrumStack, pd.DataFrame]:
    """PCA model of the spectra below a folder, trained without emission stars and bad spectra.

    With it the flags of all spectra, their stack, and the files that were passed over. `output` keeps the model (.npz).
    """
    stack, failures = stack_folder(folder, velocity=velocity, progress=progress)
    model, flags = fit_without_emission(stack, components, source=str(Path(folder).name))
    if output is not None:
        model.save(output)
    return model, flags, stack, failures
