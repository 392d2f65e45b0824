"""PCA models of spectra: read from a file, or made of a folder's or of a simulated survey's spectra."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from analysis import simulate
from analysis.catalogue.cache import cache_folder
from analysis.spectra import PcaReconstruction, SpectrumError, as_spectrum
from analysis.spectra.emission import fit_without_emission
from analysis.spectra.folders import stack_folder
from analysis.spectra.stacks import stack_spectra
from components.state.catalogue import Catalogue

Progress = Callable[[float, str], None]
SIMULATED_TRAINING = 400
FOLDER_TRAINING = 2000
LEAST_TRAINING = 30
COMPONENTS = 50
MODEL_VERSION = 1


def told_shares(say: Progress, text: str) -> Callable[[int, int, str], None]:
    """Return what turns numbers of files done into a share and a text."""
    return lambda done, total, _name: say(done / max(total, 1), f"{text}: {done} of {total}")


def train_on_folder(folder: Path | None, given: Path | None, say: Progress) -> tuple[PcaReconstruction | None, str]:
    """Return the model of a file, else one of the folder's spectra, with a text that tells which; None, and why.

    Raises SpectrumError where the file given is no model.
    """
    if given is not None:
        model = PcaReconstruction.load(given)
        made_of = f"{model.provenance_['n_spectra']} spectra of {model.provenance_['source'] or 'unnamed origin'}"
        return model, f"the file {given.name}, {made_of}"
    if folder is None or not folder.is_dir():
        return None, "there is none: start with --pca FILE, a model that penumbra pca made"
    try:
        told = told_shares(say, "Preparing spectra for the PCA model")
        stack, _ = stack_folder(folder, progress=told, most=FOLDER_TRAINING)
    except SpectrumError as error:
        return None, f"there is none: {error.problem} ({error.hint})"
    if len(stack) < LEAST_TRAINING:
        return None, f"there is none: the folder has {len(stack)} usable spectra, and {LEAST_TRAINING} are needed"
    say(-1.0, f"Learning components from {len(stack)} spectra")
    model, _ = fit_without_emission(stack, min(COMPONENTS, len(stack) // 4), source=folder.name)
    return model, f"trained on {len(stack)} spectra of the folder {folder.name}"


def train_on_survey(catalogue: Catalogue, say: Progress) -> tuple[PcaReconstruction, str]:
    """Return a model of a sample of the survey's own spectra, kept in the cache folder, and a text that tells so.

    Raises ValueError where the survey has too few spectra.
    """
    recipe = catalogue.attrs["simulated"]
    tag = "-".join(str(recipe.get(key, "")) for key in ("n", "seed", "version"))
    path = cache_folder() / f"pca-simulated-{tag}-{len(catalogue)}-v{MODEL_VERSION}.npz"
    if path.is_file():
        try:
            model = PcaReconstruction.load(path)
        except SpectrumError:
            path.unlink()
        else:
            return model, _simulated_text(model)
    snr = catalogue.values("snrg")
    bright = np.flatnonzero(np.isfinite(snr) & (snr > 30))
    rng = np.random.default_rng(0)
    chosen = rng.permutation(bright)[:SIMULATED_TRAINING]
    spectra = []
    for count, row in enumerate(chosen, start=1):
        star = {"source_id": int(catalogue.values("source_id")[row]), "simulated": recipe}
        spectra.append(as_spectrum(simulate.spectrum(star), str(star["source_id"])))
        say(count / len(chosen), f"Making spectrum {count} of {len(chosen)} for the PCA model")
    if len(spectra) < LEAST_TRAINING:
        raise ValueError(f"{len(spectra)} simulated spectra are too few for a PCA model")
    say(-1.0, f"Learning components from {len(spectra)} spectra")
    stack = stack_spectra(spectra, velocity="true_velocity")
    model, _ = fit_without_emission(stack, min(COMPONENTS, len(spectra) // 4), source="simulated survey")
    path.parent.mkdir(parents=True, exist_ok=True)
    model.save(path)
    return model, _simulated_text(model)


def _simulated_text(model: PcaReconstruction) -> str:
    return f"trained on {model.provenance_['n_spectra']} spectra of this simulated survey"
