"""Box least squares for eclipses: over all periods at once by Fourier transforms, then refined exactly."""

from dataclasses import dataclass

import numpy as np
from astropy.timeseries import BoxLeastSquares
from scipy import fft

from analysis.light_curves.harmonics import Points
from analysis.stars.units import FloatArray

GRID_STEP_DAYS = 10 / 1440
MOST_GRID_STEPS = 400_000
BLOCK_ELEMENTS = 1 << 21
# Harmonics kept in a phase curve, and the boxes (width in phase) tried on it, by the band of periods.
SHORT_BAND = (24, (0.03, 0.06, 0.12))
LONG_BAND = (64, (0.01, 0.02, 0.04, 0.08))
BAND_BORDER_DAYS = 2.0
FREQUENCY_OVERSAMPLING = 1.5
REFINING_DURATIONS = 12
LARGEST_DURATION_IN_PHASE = 0.25


@dataclass(frozen=True, eq=False)
class BoxPeriodogram:
    """Part of the variance that the best box-shaped dip explains (0 to 1), at each trial period (d)."""

    period: FloatArray
    power: FloatArray

    def peaks(self, number: int, baseline: float) -> list[tuple[float, float]]:
        """(period, detection efficiency) of the best separate dips, best first.

        The efficiency is the power above the running median of its 500 neighbours in their scatter.
        """
        level, scatter = _running_level(self.power)
        efficiency = (self.power - level) / scatter
        chosen: list[int] = []
        for top in np.argsort(-efficiency, kind="stable")[: 200 * number]:
            apart = [abs(1 / self.period[top] - 1 / self.period[c]) > 1.0 / baseline for c in chosen]
            if all(apart):
                chosen.append(int(top))
            if len(chosen) == number:
                break
        return [(float(self.period[c]), float(efficiency[c])) for c in chosen]


@dataclass(frozen=True)
class BoxDip:
    """The box that fits best at one period: days and relative flux.

    `depth_snr` is the depth over its error for white noise of the series' own robust scatter.
    """

    period: float
    epoch: float
    duration: float
    depth: float
    depth_snr: float


def search_boxes(points: Points, shortest: float, longest: float) -> BoxPeriodogram:
    """Box periodogram for periods of `shortest` to `longest` days, whatever the number of points.

    The series is put on a regular grid of 10 min (or its own longer steps) and transformed once; the
    harmonics of each trial frequency then give its phase curve, on which boxes are a product with their
    own transform. Frequencies whose harmonics the cadence cannot carry use fewer of them.
    """
    border = BAND_BORDER_DAYS
    bands = ((*SHORT_BAND, shortest, min(longest, border)), (*LONG_BAND, max(shortest, border), longest))
    parts = [_search_band(points, harmonics, widths, low, high) for harmonics, widths, low, high in bands if low < high]
    period = np.concatenate([part.period for part in parts])
    order = np.argsort(period)
    return BoxPeriodogram(period[order], np.concatenate([part.power for part in parts])[order])


def _search_band(
    points: Points, harmonics: int, widths: tuple[float, ...], shortest: float, longest: float
) -> BoxPeriodogram:
    cadence = float(np.median(np.diff(points.time)))
    step = max(GRID_STEP_DAYS, cadence, points.baseline / MOST_GRID_STEPS)
    cells = np.round((points.time - points.time[0]) / step).astype(np.int64)
    size = int(cells[-1]) + 1
    weight = points.weight / points.weight.sum()
    flux = points.flux - float(weight @ points.flux)
    variance = float(weight @ flux**2)
    length = fft.next_fast_len(int(size * harmonics * FREQUENCY_OVERSAMPLING), real=True)
    of_flux = fft.rfft(np.bincount(cells, weight * flux, size), length).astype(np.complex64)
    of_weight = fft.rfft(np.bincount(cells, weight, size), length).astype(np.complex64)
    spacing = 1 / (length * step)
    trial = np.arange(int(np.ceil(1 / longest / spacing)), int(1 / shortest / spacing) + 1)
    power = np.empty(trial.size)
    block = max(1, BLOCK_ELEMENTS // (4 * harmonics))
    for start in range(0, trial.size, block):
        piece = trial[start : start + block]
        power[start : start + block] = _box_power(of_flux, of_weight, piece, harmonics, widths)
    return BoxPeriodogram(1 / (trial * spacing), power / variance if variance > 0 else power)


def _box_power(
    of_flux: np.ndarray,  # type: ignore[type-arg]
    of_weight: np.ndarray,  # type: ignore[type-arg]
    trial: np.ndarray,  # type: ignore[type-arg]
    harmonics: int,
    widths: tuple[float, ...],
) -> FloatArray:
    order = np.arange(harmonics + 1)
    index = trial[:, None] * order
    carried = index < of_flux.size
    index = np.where(carried, index, 0)
    flux = of_flux[index] * carried
    weight = of_weight[index] * carried
    bins = 4 * harmonics
    best = np.zeros(trial.size)
    for width in widths:
        box = (width * np.sinc(order * width) * bins).astype(np.float32)
        inside = fft.irfft(flux * box, bins, axis=1)
        covered = fft.irfft(weight * box, bins, axis=1)
        enough = (covered > 0.3 * width) & (inside < 0)
        covered = np.clip(covered, 0.3 * width, 0.9)
        gain = np.where(enough, inside**2 / (covered * (1 - covered)), 0.0)
        best = np.maximum(best, gain.max(axis=1))
    return best


def _running_level(power: FloatArray, cells: int = 500) -> tuple[FloatArray, FloatArray]:
    """Median and robust scatter of the power in blocks of neighbours, interpolated between the blocks."""
    starts = np.arange(0, power.size, cells)
    blocks = [power[start : start + cells] for start in starts]
    centre = np.array([start + 0.5 * block.size for start, block in zip(starts, blocks, strict=True)])
    level = np.array([np.median(block) for block in blocks])
    spread = np.array([1.4826 * np.median(np.abs(b - m)) for b, m in zip(blocks, level, strict=True)])
    everywhere = np.arange(power.size)
    scatter = np.interp(everywhere, centre, np.maximum(spread, 1e-12 + 0.2 * np.median(spread)))
    return np.interp(everywhere, centre, level), scatter


def refine_box(points: Points, period: float, reach: float | None = None) -> BoxDip:
    """Best box near `period` (d) by astropy's exact box least squares on the points themselves.

    Frequencies within `reach` (1/d, by default 0.3 / baseline) in steps of a fifth of the shortest box.
    """
    shortest = max(2 * float(np.median(np.diff(points.time))), 0.008 * period)
    longest = max(LARGEST_DURATION_IN_PHASE * period, 1.5 * shortest)
    if longest >= period:
        raise ValueError(f"period {period} d is too short for the cadence of {shortest / 2:.4g} d")
    durations = np.geomspace(shortest, longest, REFINING_DURATIONS)
    width = 0.3 / points.baseline if reach is None else reach
    steps = int(np.clip(np.ceil(2 * width * points.baseline / (0.2 * shortest / period)), 21, 401))
    frequency = np.linspace(max(1 / period - width, 0.5 / period), 1 / period + width, steps)
    zero = points.time[0]
    noise = 1.4826 * np.median(np.abs(points.flux - np.median(points.flux))) or 1.0
    model = BoxLeastSquares(points.time - zero, points.flux, noise * points.weight**-0.5)
    result = model.power(1 / frequency, durations, objective="likelihood", oversample=5)
    best = int(np.argmax(np.where(result.depth > 0, result.power, -np.inf)))
    return BoxDip(
        float(result.period[best]),
        float(result.transit_time[best] + zero),
        float(result.duration[best]),
        float(result.depth[best]),
        float(result.depth_snr[best]),
    )
