"""Light curves on orbital phase."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.light_curves.series import LightCurve
from analysis.stars.units import FloatArray


@dataclass(frozen=True, eq=False)
class FoldedLightCurve:
    """Relative flux against phase in [0, 1), sorted by phase; `time` (d) and `cycle` of each point.

    Phase 0 is at `epoch` (d, on the light curve's time scale).
    """

    phase: FloatArray
    flux: FloatArray
    flux_error: FloatArray
    time: FloatArray
    cycle: npt.NDArray[np.int64]
    period: float
    epoch: float

    def two_cycles(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Phase from 0 to 2, flux and error with every point shown twice, as light curves are drawn."""
        phase = np.concatenate([self.phase, self.phase + 1])
        return phase, np.tile(self.flux, 2), np.tile(self.flux_error, 2)


@dataclass(frozen=True, eq=False)
class PhaseCurve:
    """Binned phase curve: bin centres in phase, mean flux, error of the mean, points a bin.

    Empty bins have NaN flux and error, bins with one point a NaN error.
    """

    phase: FloatArray
    flux: FloatArray
    flux_error: FloatArray
    count: npt.NDArray[np.int64]


def phase_of(time: npt.ArrayLike, period: float, epoch: float = 0.0) -> FloatArray:
    """Phase in [0, 1) at `time` (d), 0 at `epoch`. Raises ValueError for a period that is not positive."""
    if not 0 < period < np.inf:
        raise ValueError(f"period is {period} d: give a positive number of days")
    turns = (np.asarray(time, dtype=np.float64) - epoch) / period
    phase = turns - np.floor(turns)
    return np.where(phase >= 1.0, 0.0, phase)


def fold(light_curve: LightCurve, period: float, epoch: float | None = None) -> FoldedLightCurve:
    """The good points of a light curve on phase in [0, 1) of `period` (d), sorted by phase.

    `epoch` (d) is phase 0, the first good point by default. Raises ValueError for a period that is not
    positive. Empty light curves give empty folds.
    """
    rows = light_curve.good
    time = light_curve.time[rows]
    zero = float(time[0]) if epoch is None and time.size else float(epoch or 0.0)
    phase = phase_of(time, period, zero)
    order = np.argsort(phase, kind="stable")
    cycle = np.round((time - zero) / period - phase).astype(np.int64)
    return FoldedLightCurve(
        phase[order],
        light_curve.flux[rows][order],
        light_curve.flux_error[rows][order],
        time[order],
        cycle[order],
        float(period),
        zero,
    )


def bin_phases(folded: FoldedLightCurve, bins: int = 100) -> PhaseCurve:
    """Mean flux in `bins` equal bins of phase; errors of the means from the scatter within each bin."""
    if bins < 1:
        raise ValueError(f"bins is {bins}: give at least 1")
    number = np.minimum((folded.phase * bins).astype(np.int64), bins - 1)
    count = np.bincount(number, minlength=bins)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(number, folded.flux, bins) / count
        squares = np.bincount(number, (folded.flux - mean[number]) ** 2, bins)
        error = np.where(count > 1, np.sqrt(squares / (count - 1) / count), np.nan)
    return PhaseCurve((np.arange(bins) + 0.5) / bins, mean, error, count)
