"""Training of SLAM: a support-vector regression of flux on labels for every pixel, chosen by cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from analysis.stars.units import FloatArray

Progress = Callable[[int, int, str], None]
PIXELS_PER_TASK = 25


class Hyper(NamedTuple):
    """Settings of one regression: penalty C, tube radius ε and kernel width γ (labels and flux standardised)."""

    penalty: float
    tube: float
    gamma: float


DEFAULT_GRID: tuple[Hyper, ...] = tuple(
    Hyper(penalty, tube, gamma) for penalty in (1.0, 10.0) for tube in (0.05, 0.1) for gamma in (0.1, 0.3, 1.0)
)


@dataclass(frozen=True, eq=False)
class PixelModel:
    """Regressions of all pixels over the same training labels.

    `anchors` (training spectra, labels), dual coefficients `dual` (pixels, training spectra), `intercept`,
    `gamma` and flux units (`mean`, `scale`) of each pixel; `mse` is the cross-validated mean squared error in flux².
    """

    anchors: FloatArray
    dual: FloatArray
    intercept: FloatArray
    gamma: FloatArray
    mean: FloatArray
    scale: FloatArray
    mse: FloatArray

    def evaluate(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Flux (stars, pixels) at standardised labels `theta` (stars, labels), and its slope along each label."""
        stars, labels = theta.shape
        away = theta[:, None, :] - self.anchors[None, :, :]
        squared = (away**2).sum(axis=2)
        value = np.empty((stars, self.intercept.size))
        slope = np.empty((stars, self.intercept.size, labels))
        for gamma in np.unique(self.gamma):
            pixels = np.flatnonzero(self.gamma == gamma)
            kernel = np.exp(-gamma * squared)
            weights = self.dual[pixels].T
            value[:, pixels] = kernel @ weights
            for label in range(labels):
                slope[:, pixels, label] = (-2 * gamma * kernel * away[:, :, label]) @ weights
        value = (value + self.intercept) * self.scale + self.mean
        return value, slope * self.scale[None, :, None]

    def arrays(self) -> dict[str, Any]:
        """The model as named arrays, for a file."""
        return {f"model_{name}": getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def of_arrays(cls, arrays: dict[str, Any]) -> Self:
        """The model that `arrays` gave."""
        return cls(**{name: np.asarray(arrays[f"model_{name}"]) for name in cls.__dataclass_fields__})


def train_pixels(
    labels: FloatArray,
    flux: FloatArray,
    grid: Sequence[Hyper],
    folds: int,
    seed: int,
    jobs: int = 1,
    progress: Progress | None = None,
) -> PixelModel:
    """Model of `flux` (spectra, pixels) over standardised `labels`, each pixel with its best setting of `grid`.

    Raises ImportError naming the extra "learn" where scikit-learn is missing.
    """
    parallel, delayed = _joblib()
    order = np.random.default_rng(seed).permutation(labels.shape[0])
    fold = np.empty(labels.shape[0], dtype=np.int64)
    fold[order] = np.arange(labels.shape[0]) % folds
    mean, scale = flux.mean(axis=0), flux.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    standard = (flux - mean) / scale
    starts = range(0, flux.shape[1], PIXELS_PER_TASK)
    tasks = (delayed(_train_some)(labels, standard[:, i : i + PIXELS_PER_TASK], tuple(grid), fold) for i in starts)
    parts = []
    for count, part in enumerate(parallel(n_jobs=jobs, return_as="generator")(tasks), start=1):
        parts.append(part)
        if progress is not None:
            progress(min(count * PIXELS_PER_TASK, flux.shape[1]), flux.shape[1], "pixels trained")
    dual, intercept, gamma, mse = (np.concatenate(column) for column in zip(*parts, strict=True))
    return PixelModel(labels, dual, intercept, gamma, np.asarray(mean), np.asarray(scale), mse * scale**2)


_Part = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def _train_some(
    labels: FloatArray, standard: FloatArray, grid: tuple[Hyper, ...], fold: npt.NDArray[np.int64]
) -> _Part:
    """Dual coefficients, intercept, γ and standardised CV error of some pixels; kernels are shared among them."""
    squared = ((labels[:, None, :] - labels[None, :, :]) ** 2).sum(axis=2)
    kernels = {gamma: np.exp(-gamma * squared) for gamma in {hyper.gamma for hyper in grid}}
    pixels, spectra = standard.shape[1], labels.shape[0]
    dual, intercept = np.zeros((pixels, spectra)), np.empty(pixels)
    gamma, mse = np.empty(pixels), np.empty(pixels)
    for pixel in range(pixels):
        y = standard[:, pixel]
        errors = [_cross_validated(kernels[hyper.gamma], y, hyper, fold) for hyper in grid]
        best = grid[int(np.argmin(errors))]
        machine = _machine(best).fit(kernels[best.gamma], y)
        dual[pixel, machine.support_] = machine.dual_coef_[0]
        intercept[pixel], gamma[pixel], mse[pixel] = machine.intercept_[0], best.gamma, min(errors)
    return dual, intercept, gamma, mse


def _cross_validated(kernel: FloatArray, y: FloatArray, hyper: Hyper, fold: npt.NDArray[np.int64]) -> float:
    """Mean squared error over the folds (Li et al. 2021, eq. 1)."""
    total = 0.0
    for number in range(int(fold.max()) + 1):
        held = fold == number
        machine = _machine(hyper).fit(kernel[np.ix_(~held, ~held)], y[~held])
        total += float(((machine.predict(kernel[np.ix_(held, ~held)]) - y[held]) ** 2).sum())
    return total / y.size


def _machine(hyper: Hyper) -> Any:
    from sklearn.svm import SVR  # type: ignore[import-untyped]

    return SVR(kernel="precomputed", C=hyper.penalty, epsilon=hyper.tube)


def _joblib() -> tuple[Any, Any]:
    try:
        import sklearn  # type: ignore[import-untyped]  # noqa: F401
        from joblib import Parallel, delayed  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportError('training needs scikit-learn: install "penumbra-vetting[learn]"') from error
    return Parallel, delayed
