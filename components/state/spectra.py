"""Where the spectra of a star come from, and what is worked out from them; in threads, never on the event loop."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import simulate
from analysis.spectra import (
    HalphaFlags,
    PcaReconstruction,
    Reconstruction,
    Spectrum,
    SpectrumError,
    SpectrumEvidence,
    SpectrumIndex,
    TemplateLibrary,
    as_spectrum,
    read,
    read_templates,
    rebuild,
    simulated_templates,
    spectrum_evidence,
    velocity_ranges,
    white_dwarf_templates,
)
from analysis.spectra.emission import LIMIT_STEPS
from analysis.spectra.folders import folder_templates
from components.state.catalogue import Catalogue
from components.state.once import once
from components.state.pca_models import Progress, told_shares, train_on_folder, train_on_survey

MOST_EPOCHS = 24
# Stability of LAMOST's wavelengths, found from repeats; see docs/spectra.md.
LAMOST_SYSTEMATIC = 3.0
# Numbers of components to choose from: those at which a model keeps its Hα limits.
STEPS = LIMIT_STEPS
FIRST_COMPONENTS = 20


@dataclass(frozen=True, eq=False)
class FoundSpectra:
    """The spectra of one star, oldest first, with a label each; `found_by` tells how they were found.

    `problems` are files that could not be used.
    """

    spectra: tuple[Spectrum, ...]
    labels: tuple[str, ...]
    found_by: str
    problems: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class MeasuredSpectra:
    """What the spectra of a star tell, in their order, against `templates` (where those are from).

    `delta_vr` and `delta_vr_error` (km/s) from the epochs that are not double-lined, `systematic_error` (km/s) added
    to each; NaN for fewer than two.
    """

    evidence: tuple[SpectrumEvidence, ...]
    templates: str
    delta_vr: float
    delta_vr_error: float
    systematic_error: float


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """PCA reconstruction of one spectrum with its Hα flags; None and the reason in `text` where there is none.

    Otherwise `text` tells which model it is. `steps` are the numbers of components to choose from, `explained` the
    part of the variance that `components` of them explain.
    """

    reconstruction: Reconstruction | None
    flags: HalphaFlags | None
    text: str
    steps: tuple[int, ...] = ()
    components: int = 0
    explained: float = np.nan


class SpectrumSource:
    """Finds the spectra of a star: the simulated survey makes them, a folder or the visitor's files hold them.

    With a ``parent`` the folder, model and templates are the parent's; the files a visitor gave are this one's own.
    """

    def __init__(
        self,
        folder: Path | None = None,
        model: Path | None = None,
        templates: Path | None = None,
        parent: SpectrumSource | None = None,
    ) -> None:
        self.folder, self._model_path, self._templates_path = folder, model, templates
        self._parent = parent
        self._lock = threading.Lock()
        self._index: SpectrumIndex | None = None
        self._trained: tuple[PcaReconstruction | None, str] | None = None
        self._library: TemplateLibrary | None = None
        self._own: dict[tuple[str, int], tuple[Path, ...]] = {}

    @property
    def shared(self) -> SpectrumSource:
        """Return the source that all visitors share."""
        return self if self._parent is None else self._parent.shared

    # ------------------------------------------------------------------ a visitor's own files

    def add(self, catalogue: Catalogue, row: int, path: Path) -> None:
        """Use this file as a spectrum of a star, beside those added before."""
        with self._lock:
            key = (catalogue.name, row)
            self._own[key] = (*self._own.get(key, ()), path)

    def own(self, catalogue: Catalogue, row: int) -> tuple[Path, ...]:
        """Return the files the visitor gave for a star."""
        return self._own.get((catalogue.name, row), ())

    # ------------------------------------------------------------------ one star

    def can_have(self, catalogue: Catalogue, row: int) -> bool:
        """Tell whether there is any place where spectra of this star could be."""
        return catalogue.is_simulated or self.shared.folder is not None or bool(self.own(catalogue, row))

    def find(self, catalogue: Catalogue, row: int, progress: Progress | None = None) -> FoundSpectra | None:
        """Return the spectra of a star; None where there are none.

        Raises SpectrumError for a folder that cannot be used, and where no file of the star can be.
        """
        spectra, found_by, problems = self._spectra(catalogue, row, progress or _silent)
        if not spectra:
            if problems:
                raise ValueError(" ".join(problems))
            return None
        labels = tuple(_label(one, number) for number, one in enumerate(spectra))
        return FoundSpectra(tuple(spectra), labels, found_by, problems)

    def measure(self, catalogue: Catalogue, found: FoundSpectra, progress: Progress | None = None) -> MeasuredSpectra:
        """Return velocities, types and profiles of a star's spectra. Slow: run it in a thread.

        The template of the best spectrum measures the velocities of all, so that they compare.
        """
        say, spectra = progress or _silent, found.spectra
        library, dwarfs = self.templates(catalogue, say), white_dwarf_templates()
        best = int(np.argmax([one.snr() if one.good.any() else -1.0 for one in spectra]))
        say(0.0, f"Measuring spectrum 1 of {len(spectra)}")
        first = spectrum_evidence(spectra[best], library, None, dwarfs)
        names = dict.fromkeys([name for name in (first.template, first.told.star if first.told else "") if name])
        few = TemplateLibrary({name: library[name] for name in names}, library.source) if names else library
        evidence = []
        for number, one in enumerate(spectra):
            say((number + 1) / (len(spectra) + 1), f"Measuring spectrum {number + 1} of {len(spectra)}")
            alike = spectrum_evidence(one, few, None, dwarfs, velocity_template=first.template or None)
            evidence.append(first if number == best else alike)
        systematic = LAMOST_SYSTEMATIC if spectra[0].meta.get("product") == "LAMOST LRS" else 0.0
        span, error = _velocity_range(evidence, systematic)
        return MeasuredSpectra(tuple(evidence), library.source, span, error, systematic)

    def rebuild(
        self,
        catalogue: Catalogue,
        spectrum: Spectrum,
        velocity: float,
        components: int = 0,
        progress: Progress | None = None,
    ) -> Rebuilt:
        """Return a spectrum as the PCA model sees it at this velocity (km/s). Slow where the model must be made first.

        0 components stand for 20, or fewer where the model has no more.
        """
        model, text = self.model(catalogue, progress or _silent)
        if model is None:
            return Rebuilt(None, None, text)
        most = model.eigenvectors_.shape[0]
        steps = (*(step for step in STEPS if step < most), most)
        wanted = components or FIRST_COMPONENTS
        number = min(steps, key=lambda step: abs(step - wanted))
        try:
            rebuilt, flags = rebuild(spectrum, model, velocity, number)
        except ValueError as error:
            return Rebuilt(None, None, f"{text}. It cannot rebuild this spectrum: {error}")
        explained = float(model.explained_variance_ratio_[:number].sum())
        return Rebuilt(rebuilt, flags, text, steps, number, explained)

    def _spectra(self, catalogue: Catalogue, row: int, say: Progress) -> tuple[list[Spectrum], str, tuple[str, ...]]:
        if catalogue.is_simulated and not self.own(catalogue, row):
            return _simulated(catalogue, row), "made by the simulation", ()
        paths, found_by = list(self.own(catalogue, row)), "opened here"
        if not paths and self.shared.folder is not None:
            match = self.shared.index(say).find(**star_keys(catalogue, row))
            paths, found_by = list(match.paths), f"found by {', '.join(match.matched_by)}"
        spectra, problems = [], []
        for path in paths[:MOST_EPOCHS]:
            try:
                spectra.append(read(path))
            except SpectrumError as error:
                problems.append(str(error).replace(str(path), path.name))
        if len(paths) > MOST_EPOCHS:
            problems.append(f"{len(paths)} spectra were found; the first {MOST_EPOCHS} are shown.")
        return spectra, found_by, tuple(problems)

    # ------------------------------------------------------------------ shared by all stars

    def index(self, say: Progress) -> SpectrumIndex:
        """Return the index of the folder, made at the first call. Raises SpectrumError where it holds no spectra."""
        with self._lock:
            if self._index is None:
                assert self.folder is not None
                self._index = (
                    SpectrumIndex.from_folder(self.folder, told_shares(say, "Looking through spectra"))
                    if self.folder.is_dir()
                    else SpectrumIndex.from_file(self.folder)
                )
            return self._index

    def templates(self, catalogue: Catalogue, say: Progress) -> TemplateLibrary:
        """Return the templates: those given at start, else the simulated ones for simulated stars, else stacked from
        the folder where it has enough spectra of a class with velocities."""
        shared = self.shared
        if catalogue.is_simulated and shared._templates_path is None:
            return once(catalogue, "templates").get(simulated_templates)
        index = shared.index(say) if shared.folder is not None else None
        with shared._lock:
            if shared._library is None:
                if shared._templates_path is not None:
                    shared._library = read_templates(shared._templates_path)
                else:
                    files = [] if index is None else [file.path for file in index]
                    shared._library = folder_templates(files, progress=told_shares(say, "Stacking templates"))
            return shared._library

    def model(self, catalogue: Catalogue, say: Progress) -> tuple[PcaReconstruction | None, str]:
        """Return the PCA model and a text that tells which it is; None, and why, where there can be none."""
        shared = self.shared
        if catalogue.is_simulated and shared._model_path is None:
            made: tuple[PcaReconstruction, str] = once(catalogue, "pca").get(lambda: train_on_survey(catalogue, say))
            return made
        with shared._lock:
            if shared._trained is None:
                shared._trained = train_on_folder(shared.folder, shared._model_path, say)
            return shared._trained


def _silent(_share: float, _text: str) -> None:
    """Say nothing."""


def star_keys(catalogue: Catalogue, row: int) -> dict[str, object]:
    """Return what a catalogue knows of a star that a file of a spectrum may know too."""
    columns = catalogue.table.columns
    keys: dict[str, object] = {
        name: catalogue.cell(name, row)
        for name in ("source_id", "obsid", "designation", "ra", "dec")
        if name in columns
    }
    if {"planid", "spid", "fiberid"} <= set(columns):
        parts = [catalogue.cell(name, row) for name in ("planid", "spid", "fiberid")]
        if None not in parts:
            keys["fibre"] = f"{parts[0]}-{int(parts[1])}-{int(parts[2])}"
    return keys


def _simulated(catalogue: Catalogue, row: int) -> list[Spectrum]:
    star = {"source_id": int(catalogue.values("source_id")[row]), "simulated": catalogue.attrs["simulated"]}
    epochs = simulate.velocities(star)
    found = []
    for epoch in range(max(len(epochs.time), 1)):
        made = simulate.spectrum(star, epoch)
        if not made.wavelength.size:
            return []
        facts: dict[str, object] = {"snrg": catalogue.cell("snrg", row)}
        if "subclass" in catalogue.table.columns:
            facts["subclass"] = catalogue.cell("subclass", row) or ""
        if len(epochs.time):
            facts["mjd"] = float(epochs.time[epoch]) - 2400000.5
        found.append(as_spectrum(made, f"epoch {epoch + 1}").described(**facts))
    return found


def _velocity_range(evidence: Sequence[SpectrumEvidence], systematic_error: float) -> tuple[float, float]:
    rows = [
        {"star": 0, "rv": one.velocity, "rv_error": one.velocity_error, "double_lined": one.double_lined}
        for one in evidence
    ]
    table = velocity_ranges(pd.DataFrame(rows), "star", systematic_error)
    if not len(table):
        return np.nan, np.nan
    return float(table["delta_vr"].iloc[0]), float(table["delta_vr_error"].iloc[0])


def _label(spectrum: Spectrum, number: int) -> str:
    mjd = spectrum.meta.get("mjd")
    return f"MJD {float(mjd):.2f}".removesuffix(".00") if mjd is not None else spectrum.name or f"spectrum {number + 1}"
