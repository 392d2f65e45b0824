"""Labels of M dwarfs by SLAM: support-vector regression of each pixel, then maximum likelihood (Li et al. 2021)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.spectra.lines import inside, line
from analysis.spectra.slam_training import DEFAULT_GRID, Hyper, PixelModel, train_pixels
from analysis.spectra.spectrum import BoolArray, SpectrumError
from analysis.spectra.stacks import SpectrumStack
from analysis.stars.units import FloatArray

HALPHA_HALF_WIDTH = 10.0
STARS_PER_BLOCK = 200
FORMAT = "penumbra slam 1"


@dataclass(frozen=True, eq=False)
class Labels:
    """`estimates` and `errors`, shape (stars, labels), in the units of the training labels; `chi2` per pixel of each.

    Errors are those of the likelihood (inverse of its curvature); NaN where the spectrum has fewer than ten pixels.
    They take the model's error as independent from pixel to pixel, which it is not: see `Slam.calibrate`.
    """

    names: tuple[str, ...]
    estimates: FloatArray
    errors: FloatArray
    chi2: FloatArray

    def table(self, rows: Sequence[str] | None = None) -> pd.DataFrame:
        """One row a star, a column a label and one with `_error`; `rows` becomes the index."""
        columns: dict[str, Any] = {}
        for position, name in enumerate(self.names):
            columns[name] = self.estimates[:, position]
            columns[f"{name}_error"] = self.errors[:, position]
        return pd.DataFrame({**columns, "chi2_per_pixel": self.chi2}, index=None if rows is None else list(rows))


class Slam:
    """Stellar labels from spectra by per-pixel support-vector regression with Gaussian kernels.

    After `fit`: `wavelength_` (Å), `labels_mean_`, `labels_scale_`, `training_labels_` (standardised),
    `training_flux_`, `pixels_`, `error_scale_` (1 until `calibrate`) and one `PixelModel` for all pixels
    (`model_`). Hα is masked, because magnetic activity fills it (Li et al. 2021, Sect. 5).
    """

    wavelength_: FloatArray
    label_names_: tuple[str, ...]
    labels_mean_: FloatArray
    labels_scale_: FloatArray
    training_labels_: FloatArray
    training_flux_: FloatArray
    pixels_: BoolArray
    error_scale_: FloatArray
    model_: PixelModel

    def __init__(self, grid: Sequence[Hyper] = DEFAULT_GRID, folds: int = 10, seed: int = 0) -> None:
        """Choose (C, ε, γ) of each pixel from `grid` by the least error of `folds`-fold cross-validation (eq. 1)."""
        if folds < 2 or not grid:
            raise ValueError(f"{folds} folds over {len(grid)} settings: at least 2 and 1 are needed")
        self.grid, self.folds, self.seed = tuple(grid), folds, seed

    def fit(
        self,
        stack: SpectrumStack,
        labels: pd.DataFrame,
        jobs: int = 1,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> Self:
        """Train on normalised spectra with known labels (one row a spectrum, such as columns teff and m_h).

        Labels and fluxes are standardised. `jobs` processes share the pixels; `progress` is told pixels done, of
        how many. Missing pixels of a training spectrum take that pixel's mean. Needs scikit-learn (the extra
        "learn"). Raises ValueError for labels that are missing, constant or of another length.
        """
        values = labels.to_numpy(dtype=np.float64)
        if len(labels) != len(stack):
            raise ValueError(f"{len(labels)} rows of labels for {len(stack)} spectra: give one a spectrum")
        if len(stack) < 2 * self.folds:
            raise ValueError(f"{len(stack)} spectra for {self.folds} folds: give twice as many spectra as folds")
        spread = values.std(axis=0)
        if not np.isfinite(values).all() or (spread == 0).any():
            raise ValueError("labels must be finite and vary: drop rows with NaN and columns of one value")
        self.label_names_ = tuple(str(name) for name in labels.columns)
        self.labels_mean_, self.labels_scale_ = np.asarray(values.mean(axis=0)), np.asarray(spread)
        self.training_labels_ = (values - self.labels_mean_) / self.labels_scale_
        self.wavelength_ = stack.wavelength
        present = stack.ivar > 0
        centre = line("Hα").wavelength
        halpha = inside(stack.wavelength, ((centre - HALPHA_HALF_WIDTH, centre + HALPHA_HALF_WIDTH),))
        self.pixels_ = np.asarray((present.mean(axis=0) > 0.5) & ~halpha)
        mean = np.sum(stack.flux, axis=0, where=present, dtype=np.float64) / np.maximum(present.sum(axis=0), 1)
        flux = np.where(present, stack.flux, mean)[:, self.pixels_].astype(np.float64)
        self.training_flux_ = flux
        self.error_scale_ = np.ones(len(self.label_names_))
        self.model_ = train_pixels(self.training_labels_, flux, self.grid, self.folds, self.seed, jobs, progress)
        return self

    def calibrate(self, cross_validated: pd.DataFrame, labels: pd.DataFrame) -> Self:
        """Scale the errors to what cross-validation shows; returns self.

        The likelihood takes the model's errors as independent from pixel to pixel, which makes its errors too small.
        `cross_validated` is what `cross_validate_labels` gives for `labels`: each error is multiplied by the robust
        deviation of (estimate - label) / error, at least 1. Raises KeyError for a label that is missing.
        """
        scales = []
        for name in self.label_names_:
            if f"{name}_error" not in cross_validated or name not in labels:
                raise KeyError(f"no label {name}: give the table of cross_validate_labels and its labels")
            pull = (cross_validated[name] - labels[name]) / cross_validated[f"{name}_error"]
            scales.append(max(1.0, 1.4826 * float((pull - pull.median()).abs().median())))
        self.error_scale_ = np.array(scales)
        return self

    def predict(self, stack: SpectrumStack, iterations: int = 12) -> Labels:
        """Labels of greatest likelihood (eqs. 2-3) of spectra prepared as the training set was.

        σ² of a pixel is that of the observation plus the cross-validated error of the model. Levenberg-Marquardt
        from the nearest training spectrum; a block of stars at a time.
        """
        if not hasattr(self, "model_"):
            raise ValueError("nothing is learnt yet: call fit, or load a model")
        if stack.wavelength.shape != self.wavelength_.shape or not np.allclose(stack.wavelength, self.wavelength_):
            raise ValueError("the spectra lie on another grid than the training set: stack them on its wavelength_")
        blocks = [self._predict(stack.select(np.arange(i, min(i + STARS_PER_BLOCK, len(stack)))), iterations)
                  for i in range(0, len(stack), STARS_PER_BLOCK)]  # fmt: skip
        values, errors, chi2 = (np.concatenate(column) for column in zip(*blocks, strict=True))
        return Labels(self.label_names_, values, errors, chi2)

    def _predict(self, stack: SpectrumStack, iterations: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        flux = stack.flux[:, self.pixels_].astype(np.float64)
        ivar = stack.ivar[:, self.pixels_].astype(np.float64)
        variance = np.where(ivar > 0, 1 / np.where(ivar > 0, ivar, 1.0), np.inf) + self.model_.mse
        weight = 1 / variance
        enough = (ivar > 0).sum(axis=1) >= 10
        nearest = _nearest(flux, weight, self.training_flux_)
        theta = self.training_labels_[nearest].copy()
        theta, curvature, chi2 = _climb(self.model_, theta, flux, weight, iterations)
        with np.errstate(invalid="ignore"):
            deviation = np.sqrt(np.diagonal(np.linalg.pinv(curvature), axis1=1, axis2=2))
        values = theta * self.labels_scale_ + self.labels_mean_
        errors = deviation * self.labels_scale_ * self.error_scale_
        values[~enough], errors[~enough] = np.nan, np.nan
        return values, errors, np.where(enough, chi2 / np.maximum((ivar > 0).sum(axis=1), 1), np.nan)

    def save(self, path: str | Path) -> Path:
        """Write the trained model as .npz, to predict without scikit-learn; returns the path."""
        path = Path(path)
        about = {"format": FORMAT, "labels": self.label_names_, "folds": self.folds, "seed": self.seed}
        arrays = {name: getattr(self, name) for name in _ARRAYS} | self.model_.arrays()
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, about=np.array(json.dumps(about)), **arrays)
        return path

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """A model that `save` wrote. Raises SpectrumError for any other file."""
        try:
            with np.load(path, allow_pickle=False) as held:
                about = json.loads(str(held["about"]))
                arrays = {name: held[name] for name in held.files if name != "about"}
            if about.get("format") != FORMAT:
                raise KeyError("format")
            model = cls(folds=int(about["folds"]), seed=int(about["seed"]))
            for name in _ARRAYS:
                setattr(model, name, arrays[name])
            model.label_names_ = tuple(about["labels"])
            model.model_ = PixelModel.of_arrays(arrays)
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise SpectrumError(path, f"is no SLAM model ({error})", "Give a file that Slam.save wrote") from error
        return model


_ARRAYS = (
    "wavelength_",
    "labels_mean_",
    "labels_scale_",
    "training_labels_",
    "training_flux_",
    "pixels_",
    "error_scale_",
)


def _nearest(flux: FloatArray, weight: FloatArray, training: FloatArray) -> npt.NDArray[np.int64]:
    """Number of the training spectrum of lowest χ² for each spectrum."""
    chi2 = weight @ (training**2).T - 2 * (weight * flux) @ training.T
    return np.asarray(np.argmin(chi2, axis=1))


def _climb(
    model: PixelModel, theta: FloatArray, flux: FloatArray, weight: FloatArray, iterations: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Levenberg-Marquardt for all stars at once: labels, curvature of the likelihood, χ²."""
    labels = theta.shape[1]
    damping = np.full(theta.shape[0], 1e-3)
    value, slope = model.evaluate(theta)
    chi2 = (weight * (flux - value) ** 2).sum(axis=1)
    for _ in range(iterations):
        curvature = np.einsum("spa,sp,spb->sab", slope, weight, slope, optimize=True)
        gradient = np.einsum("spa,sp->sa", slope, weight * (flux - value), optimize=True)
        diagonal = np.diagonal(curvature, axis1=1, axis2=2)
        damped = curvature + damping[:, None, None] * (diagonal[:, :, None] + 1e-9) * np.eye(labels)
        trial = theta + np.clip(np.linalg.solve(damped, gradient[..., None])[..., 0], -1, 1)
        new_value, new_slope = model.evaluate(trial)
        new_chi2 = (weight * (flux - new_value) ** 2).sum(axis=1)
        better = new_chi2 < chi2
        settled = np.abs(chi2 - new_chi2) < 1e-4
        theta = np.where(better[:, None], trial, theta)
        value = np.where(better[:, None], new_value, value)
        slope = np.where(better[:, None, None], new_slope, slope)
        chi2 = np.where(better, new_chi2, chi2)
        damping = np.where(better, damping / 5, damping * 5)
        if settled.all():
            break
    return theta, np.einsum("spa,sp,spb->sab", slope, weight, slope, optimize=True), chi2
