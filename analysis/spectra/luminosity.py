"""Absolute magnitudes of hot stars from their spectra by two neural networks (Xiang et al. 2021, Sect. 5)."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.spectra.pca import PcaReconstruction
from analysis.spectra.pca_file import read_model
from analysis.spectra.spectrum import SpectrumError
from analysis.spectra.stacks import SpectrumStack
from analysis.stars import (
    absolute_k_measurement_error,
    binary_flag,
    geometric_absolute_magnitude,
    parallax_discrepancy,
    spectrophotometric_parallax,
    spectrophotometric_parallax_error,
)
from analysis.stars.units import FloatArray

NEURONS = (100, 100)
LEAST_SNR = 50.0
# The paper's cut on the parallax was lost from its text: this is the program's default.
LEAST_PARALLAX_OVER_ERROR = 10.0
TEST_PART = 0.2
LEAST_TRAINING = 30
FORMAT = "penumbra luminosity 1"
COLUMNS = ("k_m", "k_msigcom", "parallax", "parallax_error")


@dataclass(frozen=True, eq=False)
class Network:
    """A trained network of logistic neurons in plain arrays: `evaluate` needs no scikit-learn (eq. 6)."""

    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]
    centre: float
    scale: float
    input_scale: float

    def evaluate(self, coefficients: FloatArray) -> FloatArray:
        """Absolute magnitude (mag) for PCA coefficients, shape (stars, components)."""
        layer = np.asarray(coefficients) / self.input_scale
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            layer = 0.5 * (1 + np.tanh(0.5 * (layer @ weight + bias)))
        return np.asarray((layer @ self.weights[-1] + self.biases[-1])[:, 0] * self.scale + self.centre)


def train_network(coefficients: FloatArray, magnitude: FloatArray, seed: int = 0, penalty: float = 1e-3) -> Network:
    """Network with two hidden layers of 100 neurons from PCA coefficients to absolute magnitude (mag).

    The pixels of a rebuilt spectrum are a linear function of its coefficients, so a network of the coefficients is
    one of the denoised pixels with fewer weights. One common scale keeps their relative sizes. In place of the
    paper's dropout, a tenth of the stars stops the training early and `penalty` keeps weights small. Raises
    ImportError naming the extra "learn" without scikit-learn, ValueError for fewer than 30 stars.
    """
    if magnitude.size < LEAST_TRAINING:
        raise ValueError(f"{magnitude.size} training stars: {LEAST_TRAINING} are the least; loosen the cuts")
    try:
        from sklearn.exceptions import ConvergenceWarning  # type: ignore[import-untyped]
        from sklearn.neural_network import MLPRegressor  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportError('training needs scikit-learn: install "penumbra-vetting[learn]"') from error
    input_scale = float(np.sqrt((coefficients**2).mean()) or 1.0)
    centre, scale = float(magnitude.mean()), float(magnitude.std() or 1.0)
    machine = MLPRegressor(
        hidden_layer_sizes=NEURONS,
        activation="logistic",
        alpha=penalty,
        learning_rate_init=3e-3,
        max_iter=600,
        early_stopping=True,
        n_iter_no_change=30,
        random_state=seed,
    )
    with warnings.catch_warnings():
        # stopping at max_iter is a fit like any other: the scatter tells how good it is
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(coefficients / input_scale, (magnitude - centre) / scale)
    return Network(tuple(machine.coefs_), tuple(machine.intercepts_), centre, scale, input_scale)


class LuminosityEstimator:
    """M_Ks of hot stars: one network for spectra without emission, one for those with.

    After `fit`: `models_` and `networks_` by kind ("plain", "emission"), `tested_` (table of the stars that took part:
    estimate, geometric magnitude, whether in the training, whether left out as binary).
    """

    models_: dict[str, PcaReconstruction]
    networks_: dict[str, Network]
    tested_: pd.DataFrame

    def __init__(
        self,
        components: int = 100,
        rounds: int = 2,
        least_snr: float = LEAST_SNR,
        least_parallax_over_error: float = LEAST_PARALLAX_OVER_ERROR,
        seed: int = 0,
    ) -> None:
        """`rounds` times leave out the binaries (over-luminous by 2σ) and train anew, as in the paper."""
        self.components, self.rounds, self.seed = components, rounds, seed
        self.least_snr, self.least_parallax_over_error = least_snr, least_parallax_over_error

    def fit(
        self,
        stack: SpectrumStack,
        table: pd.DataFrame,
        emission: npt.ArrayLike,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> Self:
        """Train on spectra of stars with good parallaxes; `table` has one row a spectrum.

        Columns k_m, k_msigcom (mag), parallax (zero-point corrected), parallax_error (mas); extinction_k and
        extinction_k_error (mag, 0 where absent), snrg (measured where absent). `emission` marks the stars with
        emission lines. The plain network trains on stars without, from all pixels outside telluric bands; the
        other on all stars, from pixels free of emission. One star in five is kept for testing.
        """
        facts = _facts(stack, table)
        emits = np.asarray(emission, dtype=np.bool_)
        usable = (facts["snr"] > self.least_snr) & (facts["over_error"] > self.least_parallax_over_error)
        usable = (usable & np.isfinite(facts["geometric"])).to_numpy()
        training = usable & (np.random.default_rng(self.seed).uniform(size=len(stack)) >= TEST_PART)
        self.models_, self.networks_ = {}, {}
        estimate, binary = np.full(len(stack), np.nan), np.zeros(len(stack), np.bool_)
        kinds = (("plain", "all", ~emits), ("emission", "emission_free", np.ones(len(stack), np.bool_)))
        for position, (kind, windows, fits) in enumerate(kinds):
            chosen = training & fits
            if chosen.sum() < LEAST_TRAINING:
                raise ValueError(f"{int(chosen.sum())} {kind} stars pass the cuts: {LEAST_TRAINING} are the least")
            self.models_[kind] = PcaReconstruction(self.components, windows).fit(stack.select(chosen))
            coefficients = self.models_[kind].coefficients(stack)
            mine = emits if kind == "emission" else ~emits
            for round_ in range(self.rounds + 1):
                network = train_network(coefficients[chosen], facts["geometric"].to_numpy()[chosen], self.seed)
                found = network.evaluate(coefficients)
                double = np.asarray(_discrepancy(found, facts) > 2)
                chosen = training & fits & ~double
                if progress is not None:
                    progress(position * (self.rounds + 1) + round_ + 1, 2 * (self.rounds + 1), f"{kind} network")
            self.networks_[kind] = network
            estimate[mine], binary[mine] = found[mine], double[mine]
        self.tested_ = pd.DataFrame(
            {"M_Ks": estimate, "M_Ks_geo": facts["geometric"].to_numpy(), "snr": facts["snr"].to_numpy(),
             "usable": usable, "training": training, "emission": emits, "binary": binary}
        )  # fmt: skip
        return self

    def estimate(self, stack: SpectrumStack, emission: npt.ArrayLike) -> FloatArray:
        """M_Ks (mag) of each spectrum, by the network for its kind. Raises ValueError before `fit`."""
        if not hasattr(self, "networks_"):
            raise ValueError("nothing is learnt yet: call fit, or load a model")
        emits = np.broadcast_to(np.asarray(emission, dtype=np.bool_), (len(stack),))
        found = np.full(len(stack), np.nan)
        for kind, mine in (("plain", ~emits), ("emission", emits)):
            if mine.any():
                found[mine] = self.networks_[kind].evaluate(self.models_[kind].coefficients(stack.select(mine)))
        return found

    def save(self, folder: str | Path) -> Path:
        """Write both networks and their PCA models into `folder`; returns it. `load` needs no scikit-learn."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for kind, network in self.networks_.items():
            self.models_[kind].save(folder / f"{kind}_pca.npz")
            arrays: dict[str, Any] = {f"weight_{i}": weight for i, weight in enumerate(network.weights)}
            arrays |= {f"bias_{i}": bias for i, bias in enumerate(network.biases)}
            about = {"format": FORMAT, **{key: getattr(network, key) for key in ("centre", "scale", "input_scale")}}
            arrays["about"] = np.array(json.dumps(about))
            with (folder / f"{kind}_network.npz").open("wb") as file:
                np.savez_compressed(file, allow_pickle=False, **arrays)
        return folder

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """The estimator in a folder that `save` wrote. Raises SpectrumError for any other."""
        folder = Path(folder)
        made = cls()
        made.models_, made.networks_ = {}, {}
        for kind in ("plain", "emission"):
            read_model(folder / f"{kind}_pca.npz")
            made.models_[kind] = PcaReconstruction.load(folder / f"{kind}_pca.npz")
            made.networks_[kind] = _read_network(folder / f"{kind}_network.npz")
        return made


def _read_network(path: Path) -> Network:
    try:
        with np.load(path, allow_pickle=False) as held:
            about = json.loads(str(held["about"]))
            layers = range(sum(name.startswith("weight_") for name in held.files))
            weights = tuple(np.asarray(held[f"weight_{i}"]) for i in layers)
            biases = tuple(np.asarray(held[f"bias_{i}"]) for i in layers)
        if about.pop("format") != FORMAT:
            raise KeyError("format")
        return Network(weights, biases, about["centre"], about["scale"], about["input_scale"])
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise SpectrumError(path, f"is no network ({error})", "Give a folder that save wrote") from error


def _facts(stack: SpectrumStack, table: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise KeyError(f"no column {missing[0]}: the table has {', '.join(map(str, table.columns))}")
    if len(table) != len(stack):
        raise ValueError(f"{len(table)} rows for {len(stack)} spectra: give one a spectrum")
    facts = table[list(COLUMNS)].astype(np.float64).reset_index(drop=True)
    for name in ("extinction_k", "extinction_k_error"):
        facts[name] = table[name].to_numpy(dtype=np.float64) if name in table else 0.0
    facts["snr"] = table["snrg"].to_numpy(dtype=np.float64) if "snrg" in table else stack.snr()
    facts["over_error"] = facts["parallax"] / facts["parallax_error"]
    facts["geometric"] = geometric_absolute_magnitude(
        facts["k_m"].to_numpy(), facts["parallax"].to_numpy(), facts["extinction_k"].to_numpy()
    )
    return facts


def _discrepancy(estimate: FloatArray, facts: pd.DataFrame) -> FloatArray:
    """Spectro-photometric minus measured parallax over their error (eq. 16)."""
    k, absorbed = facts["k_m"].to_numpy(), facts["extinction_k"].to_numpy()
    spectroscopic = spectrophotometric_parallax(estimate, k, absorbed)
    error = spectrophotometric_parallax_error(
        spectroscopic,
        absolute_k_measurement_error(facts["snr"].to_numpy()),
        facts["k_msigcom"].to_numpy(),
        facts["extinction_k_error"].to_numpy(),
    )
    measured, measured_error = facts["parallax"].to_numpy(), facts["parallax_error"].to_numpy()
    return np.asarray(parallax_discrepancy(spectroscopic, measured, error, measured_error))


def flag_binaries(estimate: npt.ArrayLike, stack: SpectrumStack, table: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Parallax excess in units of its error, and binary flag (1, 0, NaN for unknown), of estimated M_Ks (mag)."""
    excess = _discrepancy(np.asarray(estimate, dtype=np.float64), _facts(stack, table))
    return excess, np.asarray(binary_flag(excess))
