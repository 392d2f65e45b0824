"""Which stars emit in Hα, and which spectra are bad, from PCA residuals (Xiang et al. 2021, Sect. 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.spectra.lines import line
from analysis.spectra.pca import PcaReconstruction
from analysis.spectra.spectrum import BoolArray
from analysis.spectra.stacks import SpectrumStack
from analysis.stars.units import FloatArray

# The paper draws its lines in a figure only: these are this program's defaults.
EXCESS_FACTOR = 3.0
CHI2_FACTOR = 10.0
# Leaving out too many from the training costs little, keeping emission in it hides emission.
TRAINING_FACTOR = 1.5
EXCESS_HALF_WIDTH = 5.0
CHI2_HALF_WIDTH = 30.0
MAD_TO_SIGMA = 1.4826


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
    model: PcaReconstruction, stack: SpectrumStack, components: int | None = None
) -> tuple[FloatArray, FloatArray]:
    """Mean residual within 5 Å of Hα and reduced χ² within 30 Å, of each spectrum against its reconstruction."""
    centre = line("Hα").wavelength
    excess, chi2 = np.empty(len(stack)), np.empty(len(stack))
    for number in range(len(stack)):
        rebuilt = model.reconstruct_row(stack, number, components)
        excess[number] = rebuilt.mean_residual(centre - EXCESS_HALF_WIDTH, centre + EXCESS_HALF_WIDTH)
        chi2[number] = rebuilt.reduced_chi2(centre - CHI2_HALF_WIDTH, centre + CHI2_HALF_WIDTH)
    return excess, chi2


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
        measured = measure_halpha(model, stack)
        flags = flag_emission(*measured)
        suspect = flag_emission(*measured, excess_factor=TRAINING_FACTOR)
        kept = ~suspect.emission & ~suspect.bad
    return model, flags
