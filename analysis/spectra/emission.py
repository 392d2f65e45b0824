"""Which stars emit in Hα, and which spectra are bad, from PCA residuals (Xiang et al. 2021, Sect. 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.spectra.lines import Window, line
from analysis.spectra.pca import PcaReconstruction, Reconstruction
from analysis.spectra.spectrum import BoolArray
from analysis.spectra.stacks import SpectrumStack
from analysis.stars.units import FloatArray

# The paper draws its lines in a figure only: these are this program's defaults. Five deviations, because the residuals
# of stars without emission have wider wings than a Gaussian: three leave one false alarm in forty.
EXCESS_FACTOR = 5.0
CHI2_FACTOR = 10.0
# Leaving out too many from the training costs little, keeping emission in it hides emission.
TRAINING_FACTOR = 1.5
EXCESS_HALF_WIDTH = 5.0
CHI2_HALF_WIDTH = 30.0
MAD_TO_SIGMA = 1.4826
# Numbers of components at which the limits of the training sample are kept with a model.
LIMIT_STEPS = (1, 2, 3, 5, 10, 20, 35, 50, 75, 100)
MOST_MEASURED = 1000
# The trend of the Hα residual with the leading components, an addition of this program: see `measure_halpha`.
TREND_COMPONENTS = 3
FARTHEST = 4.0
LEAST_FOR_TREND = 60
CLIPPING_ROUNDS = 8
# A spectrum is of the model's kind where χ² a pixel of its windows is below this multiple of the sample's highest
# (95th percentile), and below it in any case where that is 1.
DESCRIBED_FACTOR = 4.0


@dataclass(frozen=True, eq=False)
class EmissionFlags:
    """Per spectrum the mean Hα residual `excess` (normalised flux), the reduced `chi2` around Hα, and two flags.

    `emission` where the excess is above `excess_limit`; `bad` where chi2 is above `chi2_limit` without emission.
    NaN excess or chi2, where Hα is missing, sets neither.
    """

    excess: FloatArray
    chi2: FloatArray
    excess_limit: float
    chi2_limit: float
    emission: BoolArray
    bad: BoolArray


@dataclass(frozen=True)
class HalphaFlags:
    """Hα of one spectrum against its reconstruction, with the limits of the model's training sample.

    Mean residual `excess` (normalised flux) with its photon `excess_error`, and reduced `chi2`, with their limits.
    `described` tells whether the model suits the spectrum at all; where it does not, or where Hα or the limits are
    missing, `emission` and `bad` are None.
    """

    excess: float
    excess_error: float
    excess_limit: float
    chi2: float
    chi2_limit: float
    described: bool

    @property
    def emission(self) -> bool | None:
        """Whether Hα emits: above the sample's limit, and above five times its own error."""
        if not self.described or not np.isfinite([self.excess, self.excess_limit]).all():
            return None
        return self.excess > max(self.excess_limit, EXCESS_FACTOR * self.excess_error)

    @property
    def bad(self) -> bool | None:
        """Whether χ² around Hα is above its limit without emission."""
        if self.emission is None or not np.isfinite([self.chi2, self.chi2_limit]).all():
            return None
        return self.chi2 > self.chi2_limit and not self.emission


def flag_halpha(model: PcaReconstruction, rebuilt: Reconstruction) -> HalphaFlags:
    """Flags of one reconstruction by the limits that `keep_limits` wrote into the model's provenance."""
    first, last = _around_halpha(EXCESS_HALF_WIDTH)
    here = (rebuilt.ivar > 0) & (rebuilt.wavelength >= first) & (rebuilt.wavelength <= last)
    error = float(np.sqrt((1 / rebuilt.ivar[here]).sum()) / here.sum()) if here.any() else np.nan
    excess, chi2 = _halpha(rebuilt)
    excess_limit, chi2_limit, usual = np.nan, np.nan, 1.0
    kept = model.provenance_.get("halpha_limits")
    if kept:
        nearest = int(np.argmin(np.abs(np.array(kept["components"]) - rebuilt.coefficients.size)))
        excess -= float((_terms(model, rebuilt.coefficients[None]) @ np.array(kept["trend"][nearest]))[0])
        excess_limit, chi2_limit, usual = (kept[name][nearest] for name in ("excess", "chi2", "windows"))
    described = rebuilt.chi2 / max(rebuilt.dof, 1) < DESCRIBED_FACTOR * max(usual, 1.0)
    return HalphaFlags(excess, error, excess_limit, chi2, chi2_limit, bool(described))


def keep_limits(
    model: PcaReconstruction, stack: SpectrumStack, kept: BoolArray | None = None, seed: int = 0
) -> PcaReconstruction:
    """The model with the limits of its sample in `provenance_["halpha_limits"]`, for `flag_halpha`; returns it.

    `kept` marks the training spectra. Limits for several numbers of components, from 1000 spectra at most: "excess",
    "chi2" (see `flag_emission`), the "trend" of the excess and "windows", the 95th percentile of χ² per degree of
    freedom. Raises ValueError where a spectrum has too few pixels.
    """
    chosen = np.arange(len(stack))
    if chosen.size > MOST_MEASURED:
        chosen = np.sort(np.random.default_rng(seed).choice(chosen, MOST_MEASURED, replace=False))
    trained = np.ones(chosen.size, np.bool_) if kept is None else kept[chosen]
    most = model.eigenvectors_.shape[0]
    limits: dict[str, list[Any]] = {"components": [], "excess": [], "chi2": [], "windows": [], "trend": []}
    for step in sorted({*(step for step in LIMIT_STEPS if step < most), most}):
        rebuilt = [model.reconstruct_row(stack, int(number), step) for number in chosen]
        raw = np.array([_halpha(one) for one in rebuilt])
        terms = _terms(model, np.stack([one.coefficients for one in rebuilt]))
        trend = _robust_trend(terms, raw[:, 0], trained)
        flags = flag_emission(raw[:, 0] - terms @ trend, raw[:, 1])
        windows = np.array([one.chi2 / max(one.dof, 1) for one in rebuilt])[trained]
        limits["components"].append(step)
        limits["excess"].append(flags.excess_limit)
        limits["chi2"].append(flags.chi2_limit)
        limits["windows"].append(float(np.percentile(windows, 95)))
        limits["trend"].append([float(value) for value in trend])
    model.provenance_["halpha_limits"] = limits
    return model


def flag_emission(
    excess: npt.ArrayLike,
    chi2: npt.ArrayLike,
    excess_factor: float = EXCESS_FACTOR,
    chi2_factor: float = CHI2_FACTOR,
) -> EmissionFlags:
    """Flags from the mean residual and reduced χ² around Hα of a sample.

    The excess limit is `excess_factor` robust standard deviations (1.4826 MAD) above 0; the χ² limit `chi2_factor` of
    those above the median, and 2 at least. Both are defaults of this program: the paper shows its lines in Fig. 3.
    """
    above, spread = np.asarray(excess, dtype=np.float64), np.asarray(chi2, dtype=np.float64)
    if not np.isfinite(above).any():
        empty = np.zeros(above.shape, np.bool_)
        return EmissionFlags(above, spread, np.nan, np.nan, empty, empty)
    limit = excess_factor * MAD_TO_SIGMA * float(np.nanmedian(np.abs(above - np.nanmedian(above))))
    middle = float(np.nanmedian(spread))
    ceiling = max(2.0, middle + chi2_factor * MAD_TO_SIGMA * float(np.nanmedian(np.abs(spread - middle))))
    emission = np.isfinite(above) & (above > limit)
    return EmissionFlags(above, spread, limit, ceiling, emission, np.isfinite(spread) & (spread > ceiling) & ~emission)


def measure_halpha(
    model: PcaReconstruction,
    stack: SpectrumStack,
    components: int | None = None,
    trend: bool = True,
    trained: BoolArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Mean residual within 5 Å of Hα and reduced χ² within 30 Å, of each spectrum against its reconstruction.

    Hα does not follow the components of the clean windows linearly. With `trend` the part of the residual that
    follows the first three coefficients and their squares and products is taken off, fitted to the bulk of the
    sample (or of the `trained` spectra) by clipping at 3σ; the paper's step is linear alone. Samples of fewer than 60
    spectra keep theirs.
    """
    rebuilt = [model.reconstruct_row(stack, number, components) for number in range(len(stack))]
    excess, chi2 = (np.array(column) for column in zip(*map(_halpha, rebuilt), strict=True))
    if trend:
        terms = _terms(model, np.stack([one.coefficients for one in rebuilt]))
        excess = excess - terms @ _robust_trend(terms, excess, trained)
    return excess, chi2


def _around_halpha(half_width: float) -> Window:
    centre = line("Hα").wavelength
    return centre - half_width, centre + half_width


def _halpha(rebuilt: Reconstruction) -> tuple[float, float]:
    """Mean residual and reduced χ² around Hα."""
    excess = rebuilt.mean_residual(*_around_halpha(EXCESS_HALF_WIDTH))
    return excess, rebuilt.reduced_chi2(*_around_halpha(CHI2_HALF_WIDTH))


def _terms(model: PcaReconstruction, coefficients: FloatArray) -> FloatArray:
    """1, the leading coefficients in standard deviations of the sample, and their squares and products."""
    leading = min(TREND_COMPONENTS, coefficients.shape[1])
    scaled = coefficients[:, :leading] / np.sqrt(model.explained_variance_[:leading])
    # a stranger's coefficients must not be followed where no star of the sample lies
    scaled = np.clip(scaled, -FARTHEST, FARTHEST)
    products = [scaled[:, a] * scaled[:, b] for b in range(leading) for a in range(b + 1)]
    return np.stack([np.ones(len(scaled)), *scaled.T, *products], axis=1)


def _robust_trend(terms: FloatArray, excess: FloatArray, trained: BoolArray | None = None) -> FloatArray:
    """Factors of the terms that the bulk of the sample follows; all 0 for a sample too small to tell."""
    allowed = np.isfinite(excess) if trained is None else np.isfinite(excess) & trained
    use = allowed
    factors: FloatArray = np.zeros(terms.shape[1])
    if use.sum() < LEAST_FOR_TREND:
        return factors
    for _ in range(CLIPPING_ROUNDS):
        factors = np.asarray(np.linalg.lstsq(terms[use], excess[use], rcond=None)[0])
        left = excess - terms @ factors
        middle = np.median(left[use])
        spread = MAD_TO_SIGMA * np.median(np.abs(left[use] - middle))
        with np.errstate(invalid="ignore"):
            use = allowed & (np.abs(left - middle) <= 3 * spread)
    return factors


def fit_without_emission(
    stack: SpectrumStack, components: int = 100, rounds: int = 3, source: str = ""
) -> tuple[PcaReconstruction, EmissionFlags]:
    """Model of the stars without emission, and the flags of all, found in `rounds` of fitting and leaving out.

    The paper finds one round enough; weak emission among few stars needs two or three. Raises ValueError where
    fewer than three stars are left.
    """
    kept = np.ones(len(stack), dtype=np.bool_)
    for _ in range(rounds + 1):
        model = PcaReconstruction(components).fit(stack.select(kept), source)
        measured = measure_halpha(model, stack, trained=kept)
        flags = flag_emission(*measured)
        trained = kept
        suspect = flag_emission(*measured, excess_factor=TRAINING_FACTOR)
        kept = ~suspect.emission & ~suspect.bad
    return keep_limits(model, stack, trained), flags
