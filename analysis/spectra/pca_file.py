"""The file of a PCA model: arrays and provenance in one .npz, nothing that runs code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from analysis.spectra.spectrum import SpectrumError

ARRAYS = (
    "wavelength_",
    "mean_",
    "scale_",
    "pixels_",
    "eigenvectors_",
    "pseudo_eigenbases_",
    "explained_variance_",
    "explained_variance_ratio_",
)
SINGLE_PRECISION = ("eigenvectors_", "pseudo_eigenbases_")
FORMAT = "penumbra pca 1"


def write_model(state: Mapping[str, Any], path: str | Path) -> Path:
    """Write a fitted model's state; the large arrays in single precision. Returns the path."""
    path = Path(path)
    arrays = {name: np.asarray(state[name], dtype=np.float32 if name in SINGLE_PRECISION else None) for name in ARRAYS}
    about = {key: state[key] for key in ("components", "windows", "refills", "provenance_")}
    with path.open("wb") as file:
        arrays["about"] = np.array(json.dumps({"format": FORMAT, **about}))
        np.savez_compressed(file, allow_pickle=False, **arrays)
    return path


def read_model(path: str | Path) -> dict[str, Any]:
    """State of a model that `write_model` wrote. Raises SpectrumError for any other file."""
    path = Path(path)
    hint = "Give a file that PcaReconstruction.save wrote"
    try:
        with np.load(path, allow_pickle=False) as held:
            about = json.loads(str(held["about"]))
            state: dict[str, Any] = {name: held[name] for name in ARRAYS}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise SpectrumError(path, f"is no PCA model ({error})", hint) from error
    if about.pop("format", None) != FORMAT:
        raise SpectrumError(path, "is of another format", hint)
    for name in SINGLE_PRECISION:
        state[name] = state[name].astype(np.float64)
    return {**state, **about}
