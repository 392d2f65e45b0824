"""Spectra rebuilt from principal components that were learnt in clean windows only (Xiang et al. 2021, Sect. 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, cast

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh

from analysis.spectra.lines import always_clean, free_of_emission
from analysis.spectra.normalise import Method
from analysis.spectra.pca_file import read_model, write_model
from analysis.spectra.spectrum import BoolArray, SpectrumLike
from analysis.spectra.stacks import SpectrumStack, stack_spectra
from analysis.stars.units import FloatArray

COMPONENTS = 100
ROWS_PER_BLOCK = 1000
WINDOWS: Mapping[str, Callable[[FloatArray], BoolArray]] = MappingProxyType(
    {"emission_free": free_of_emission, "all": always_clean}
)


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A spectrum as the components see it: `flux` (normalised) against `wavelength` (Å), beside what was `observed`.

    `ivar` is 0 where a pixel is missing, `used` marks the pixels that set the `coefficients`; `chi2` and `dof` are
    those of the used pixels.
    """

    wavelength: FloatArray
    flux: FloatArray
    observed: FloatArray
    ivar: FloatArray
    used: BoolArray
    coefficients: FloatArray
    chi2: float
    dof: int

    @property
    def residual(self) -> FloatArray:
        """Observed minus rebuilt flux; NaN where a pixel is missing."""
        return np.asarray(np.where(self.ivar > 0, self.observed - self.flux, np.nan))

    def mean_residual(self, first: float, last: float) -> float:
        """Mean of the residual between two wavelengths (Å); NaN where no pixel is there."""
        here = (self.ivar > 0) & (self.wavelength >= first) & (self.wavelength <= last)
        return float((self.observed - self.flux)[here].mean()) if here.any() else np.nan

    def reduced_chi2(self, first: float, last: float) -> float:
        """χ² per pixel between two wavelengths (Å); NaN where no pixel is there."""
        here = (self.ivar > 0) & (self.wavelength >= first) & (self.wavelength <= last)
        return float(np.mean((self.observed - self.flux)[here] ** 2 * self.ivar[here])) if here.any() else np.nan


class PcaReconstruction:
    """Principal components from clean windows, carried over to the whole spectrum.

    After `fit`: `wavelength_` (Å), `mean_` and `scale_` of each pixel, `pixels_` (the windows), `eigenvectors_`
    (components, window pixels; orthonormal), `pseudo_eigenbases_` (components, all pixels),
    `explained_variance_` and `explained_variance_ratio_` (of the windows), `provenance_`.
    """

    wavelength_: FloatArray
    mean_: FloatArray
    scale_: FloatArray
    pixels_: BoolArray
    eigenvectors_: FloatArray
    pseudo_eigenbases_: FloatArray
    explained_variance_: FloatArray
    explained_variance_ratio_: FloatArray
    provenance_: dict[str, Any]

    def __init__(self, components: int = COMPONENTS, windows: str = "emission_free", refills: int = 1) -> None:
        """Keep `components` at most; `windows` is "emission_free" or "all" (outside telluric bands).

        Missing pixels of the training spectra start at their mean and are filled `refills` times from the model.
        """
        if windows not in WINDOWS:
            raise ValueError(f"windows {windows!r}: use one of {', '.join(WINDOWS)}")
        if components < 1:
            raise ValueError(f"components is {components}: give at least 1")
        self.components, self.windows, self.refills = components, windows, refills

    def fit(self, stack: SpectrumStack, source: str = "") -> Self:
        """Learn the components of a stack of spectra (Xiang et al. 2021, eqs. 1-2, rebuilt from their words).

        Every pixel is standardised over the sample; the first right singular vectors P_r of the window pixels S_r
        give coefficients C = S_r P_r, and least squares S ≈ C P_f the pseudo-eigenbases P_f of the whole
        spectrum. `source` is kept as provenance. Raises ValueError for fewer than three spectra.
        """
        if len(stack) < 3:
            raise ValueError(f"{len(stack)} spectra: at least 3 are needed to learn components")
        present = stack.ivar > 0
        self._standardise(stack, present)
        self.wavelength_ = stack.wavelength
        self.pixels_ = WINDOWS[self.windows](stack.wavelength) & (present.mean(axis=0) > 0.5)
        if self.pixels_.sum() < 3:
            raise ValueError("fewer than 3 pixels lie in the windows: take a longer grid of wavelengths")
        standard: npt.NDArray[np.float32] = np.asarray(
            (stack.flux - self.mean_.astype(np.float32)) / self.scale_.astype(np.float32), dtype=np.float32
        )
        standard[~present] = 0.0
        for round_ in range(self.refills + 1):
            coefficients = self._decompose(standard)
            if round_ < self.refills and not present.all():
                self._refill(standard, present, coefficients)
        self.provenance_ = self._provenance(stack, source)
        return self

    def reconstruct(self, spectrum: SpectrumLike, components: int | None = None) -> Reconstruction:
        """The spectrum as the first `components` rebuild it, its coefficients weighted by ivar.

        Prepared as the training spectra were. Masked pixels have no weight; with equal weights the coefficients
        are the plain projections of the paper. Raises ValueError before `fit`, or where the spectrum has fewer
        pixels in the windows than components.
        """
        how = self._fitted().provenance_
        prepared = stack_spectra(
            [spectrum], self.wavelength_, cast(Method, how["normalisation"]), how["width"], how["velocity"]
        )
        return self.reconstruct_row(prepared, 0, components)

    def reconstruct_row(self, stack: SpectrumStack, number: int, components: int | None = None) -> Reconstruction:
        """Row `number` of a prepared stack, rebuilt; see `reconstruct`."""
        kept = self._kept(components)
        flux = stack.flux[number].astype(np.float64)
        ivar = stack.ivar[number].astype(np.float64)
        used = self.pixels_ & (ivar > 0)
        if used.sum() <= kept:
            problem = f"{int(used.sum())} pixels in the windows for {kept} components"
            raise ValueError(f"{stack.names[number]}: {problem}; use fewer components or leave it out")
        standard = (flux - self.mean_) / self.scale_
        inside = used[self.pixels_]
        basis = self.eigenvectors_[:kept, inside]
        weight = (ivar * self.scale_**2)[used]
        weighted = basis * weight
        normal = weighted @ basis.T
        normal[np.diag_indices(kept)] += 1e-9 * np.trace(normal) / kept
        coefficients = np.linalg.solve(normal, weighted @ standard[used])
        rebuilt = (coefficients @ self.pseudo_eigenbases_[:kept]) * self.scale_ + self.mean_
        chi2 = float(((flux - rebuilt)[used] ** 2 * ivar[used]).sum())
        dof = int(used.sum()) - kept
        return Reconstruction(self.wavelength_, rebuilt, flux, ivar, used, coefficients, chi2, dof)

    def coefficients(self, stack: SpectrumStack, components: int | None = None) -> FloatArray:
        """Coefficients of every row of a prepared stack, shape (spectra, components)."""
        rows = (self.reconstruct_row(stack, i, components).coefficients for i in range(len(stack)))
        return np.stack(list(rows))

    def save(self, path: str | Path) -> Path:
        """Write the model as a small .npz with its provenance; returns the path. `load` reads it."""
        return write_model(self._fitted().__dict__, path)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The model in a file that `save` wrote. Raises SpectrumError for any other file."""
        state = read_model(path)
        model = cls(int(state["components"]), str(state["windows"]), int(state["refills"]))
        for name, value in state.items():
            setattr(model, name, value)
        return model

    def _fitted(self) -> Self:
        if not hasattr(self, "pseudo_eigenbases_"):
            raise ValueError("the model has learnt nothing yet: call fit with a stack of spectra, or load one")
        return self

    def _kept(self, components: int | None) -> int:
        most = self._fitted().eigenvectors_.shape[0]
        if components is not None and not 1 <= components <= most:
            raise ValueError(f"components is {components}: the model has 1 to {most}")
        return most if components is None else components

    def _standardise(self, stack: SpectrumStack, present: BoolArray) -> None:
        count = np.maximum(present.sum(axis=0), 1)
        self.mean_ = np.asarray(np.sum(stack.flux, axis=0, where=present, dtype=np.float64) / count)
        squares = np.zeros(stack.wavelength.size)
        for rows in _blocks(len(stack)):
            away = np.where(present[rows], stack.flux[rows] - self.mean_, 0.0)
            squares += (away**2).sum(axis=0)
        scale = np.sqrt(squares / np.maximum(count - 1, 1))
        self.scale_ = np.asarray(np.where(scale > 0, scale, 1.0), dtype=np.float64)

    def _decompose(self, standard: npt.NDArray[np.float32]) -> FloatArray:
        spectra = standard.shape[0]
        window = np.flatnonzero(self.pixels_)
        kept = min(self.components, window.size, spectra - 1)
        values, vectors, total = _principal(standard, window, kept)
        positive = np.flatnonzero(values > 1e-12 * max(total, 1e-300))
        self.explained_variance_ = values[positive]
        self.explained_variance_ratio_ = np.asarray(self.explained_variance_ / total, dtype=np.float64)
        self.eigenvectors_ = np.ascontiguousarray(vectors[positive])
        coefficients: FloatArray = np.empty((spectra, positive.size))
        right = np.zeros((positive.size, standard.shape[1]))
        for rows in _blocks(spectra):
            block = standard[rows].astype(np.float64)
            coefficients[rows] = block[:, window] @ self.eigenvectors_.T
            right += coefficients[rows].T @ block
        self.pseudo_eigenbases_ = np.asarray(np.linalg.solve(coefficients.T @ coefficients, right), dtype=np.float64)
        return coefficients

    def _refill(self, standard: npt.NDArray[np.float32], present: BoolArray, coefficients: FloatArray) -> None:
        for rows in _blocks(standard.shape[0]):
            missing = ~present[rows]
            if missing.any():
                rebuilt = coefficients[rows] @ self.pseudo_eigenbases_
                standard[rows] = np.where(missing, rebuilt, standard[rows])

    def _provenance(self, stack: SpectrumStack, source: str) -> dict[str, Any]:
        names = hashlib.sha256("\n".join(stack.names).encode()).hexdigest()
        try:
            program = version("penumbra-vetting")
        except PackageNotFoundError:
            program = "not installed"
        return {
            "source": source,
            "n_spectra": len(stack),
            "names_sha256": names,
            "flux_sha256": hashlib.sha256(np.ascontiguousarray(stack.flux).tobytes()).hexdigest(),
            "normalisation": stack.normalisation,
            "width": stack.width,
            "velocity": stack.velocity,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": program,
        }


def _principal(
    standard: npt.NDArray[np.float32], window: npt.NDArray[np.int64], kept: int
) -> tuple[FloatArray, FloatArray, float]:
    """First `kept` eigenvalues and eigenvectors (rows) of the covariance of the window pixels, and its trace.

    By the smaller of the two product matrices, which have the same eigenvalues.
    """
    spectra, pixels = standard.shape[0], window.size
    few = spectra < pixels
    product = np.zeros((spectra, spectra) if few else (pixels, pixels))
    if few:
        block = standard[:, window].astype(np.float64)
        product += block @ block.T
    else:
        for rows in _blocks(spectra):
            block = standard[rows][:, window].astype(np.float64)
            product += block.T @ block
    product /= spectra - 1
    total = float(np.trace(product))
    last = product.shape[0] - 1
    values, vectors = eigh(product, subset_by_index=[last - kept + 1, last], overwrite_a=True, check_finite=False)
    values, vectors = values[::-1], vectors[:, ::-1].T
    if few:
        vectors = vectors @ standard[:, window].astype(np.float64)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-300)
    return np.asarray(values, dtype=np.float64), np.asarray(vectors, dtype=np.float64), total


def _blocks(rows: int) -> list[slice]:
    return [slice(start, start + ROWS_PER_BLOCK) for start in range(0, rows, ROWS_PER_BLOCK)]
