"""Generalised Lomb-Scargle periodogram with its false-alarm level."""

import importlib
import importlib.util
from dataclasses import dataclass

import numpy as np
from astropy.timeseries import LombScargle

from analysis.light_curves.harmonics import Points
from analysis.light_curves.series import LightCurve
from analysis.stars.units import FloatArray

SHORTEST_PERIOD = 0.04
OVERSAMPLING = 8.0
MOST_FREQUENCIES = 2_000_000


def _fastest_method() -> str:
    """astropy's name of the fastest method here; importing nifty_ls is what registers its own."""
    if importlib.util.find_spec("nifty_ls") is None:
        return "fast"
    importlib.import_module("nifty_ls")
    return "fastnifty"


FAST_METHOD = _fastest_method()


@dataclass(frozen=True, eq=False)
class Periodogram:
    """Power (0 to 1, the part of the variance that a sine explains) against frequency (1/d)."""

    frequency: FloatArray
    power: FloatArray
    points: int
    baseline: float

    @property
    def period(self) -> FloatArray:
        """Periods in days, from long to short."""
        return 1 / self.frequency

    @property
    def best_period(self) -> float:
        """Period of the highest power in days."""
        return float(1 / self.frequency[self.power.argmax()])

    def false_alarm(self, power: float) -> float:
        """Probability that white noise alone has a peak as high anywhere in the band (Baluev 2008).

        Red noise makes it too small; compare `signal_to_noise` of the period.
        """
        z = min(max(power, 0.0), 1 - 1e-15)
        n = self.points
        if n < 6:
            return 1.0
        single = (1 - z) ** (0.5 * (n - 3))
        bandwidth = self.frequency[-1] * np.sqrt(4 * np.pi / 12) * self.baseline
        upcrossings = bandwidth * (1 - z) ** (0.5 * (n - 4)) * np.sqrt(0.5 * n * z)
        return float(1 - (1 - single) * np.exp(-upcrossings)) if upcrossings > 1e-12 else float(single + upcrossings)

    def signal_to_noise(self, frequency: float) -> float:
        """Amplitude at `frequency` (1/d) over the typical amplitude of the frequencies around it.

        Around: within a factor 3, farther than 6 / baseline; typical: the mean of a Rayleigh distribution
        with the median power found there, so that harmonics do not count. Unlike `false_alarm` it knows red
        noise. 0 where nothing lies around. Breger et al. 1993 ask for 4 from the ground; 5 is usual in space.
        """
        f = self.frequency
        around = (f > frequency / 3) & (f < 3 * frequency) & (np.abs(f - frequency) > 6 / self.baseline)
        if around.sum() < 10:
            return 0.0
        noise = 0.25 * np.pi * float(np.median(self.power[around])) / np.log(2)
        peak = float(np.interp(frequency, f, self.power))
        return float(np.sqrt(peak / max(noise, 1e-12)))

    def level(self, probability: float) -> float:
        """Power that white noise exceeds with `probability`, e.g. 0.001; by bisection."""
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self.false_alarm(middle) > probability else (low, middle)
        return 0.5 * (low + high)

    def aliases(self, least_power: float = 0.7, number: int = 9) -> list[float]:
        """Periods (d) of the local maxima with at least `least_power` of the highest, the highest first.

        More than one where gaps in the data leave the number of cycles across them open.
        """
        p = np.concatenate([[-1.0], self.power, [-1.0]])
        tops = np.flatnonzero((p[1:-1] > p[:-2]) & (p[1:-1] >= p[2:]) & (self.power > least_power * self.power.max()))
        best = tops[np.argsort(-self.power[tops], kind="stable")][:number]
        return [float(1 / self.frequency[top]) for top in best]

    def peaks(self, number: int = 5) -> list[tuple[float, float]]:
        """(period in days, power) of the highest separate peaks, the highest first."""
        p = np.concatenate([[-1.0], self.power, [-1.0]])
        tops = np.flatnonzero((p[1:-1] > p[:-2]) & (p[1:-1] >= p[2:]))
        tops = tops[np.argsort(-self.power[tops], kind="stable")]
        chosen: list[int] = []
        for top in tops:
            apart = [abs(self.frequency[top] - self.frequency[c]) > 1.5 / self.baseline for c in chosen]
            if all(apart):
                chosen.append(int(top))
            if len(chosen) == number:
                break
        return [(float(1 / self.frequency[c]), float(self.power[c])) for c in chosen]


def period_range(
    light_curve: LightCurve, shortest: float | None = None, longest: float | None = None
) -> tuple[float, float]:
    """Shortest and longest period (d) that a light curve can tell about.

    By default from twice the cadence (at least 0.04 d) to half of the longest sector, within which alone the
    normalisation is common. Raises ValueError for a range that is empty.
    """
    rows = light_curve.good
    time, sector = light_curve.time[rows], light_curve.sector[rows]
    if time.size < 2:
        raise ValueError(f"{time.size} good points: a period needs more")
    if shortest is None:
        shortest = max(2 * float(np.median(np.diff(time))), SHORTEST_PERIOD)
    if longest is None:
        longest = max(np.ptp(time[sector == number]) for number in np.unique(sector)) / 2
    if not 0 < shortest < longest:
        raise ValueError(f"periods from {shortest:.4g} to {longest:.4g} d: give 0 < shortest < longest")
    return float(shortest), float(longest)


def lomb_scargle(points: Points, shortest: float, longest: float, oversampling: float = OVERSAMPLING) -> Periodogram:
    """Generalised (floating-mean) Lomb-Scargle periodogram for periods of `shortest` to `longest` days.

    Zechmeister & Kürster 2009, in astropy, with nifty-ls where that is installed. `oversampling` frequencies
    per 1/baseline, fewer where that would be more than two million.
    """
    baseline = points.baseline
    low, high = 1 / longest, 1 / shortest
    steps = int(min(np.ceil((high - low) * baseline * oversampling), MOST_FREQUENCIES)) + 2
    frequency = np.linspace(low, high, steps)
    model = LombScargle(points.time - points.time[0], points.flux, points.weight**-0.5)
    power = model.power(frequency, method=FAST_METHOD, assume_regular_frequency=True)
    return Periodogram(frequency, np.clip(np.nan_to_num(power), 0, 1), points.time.size, baseline)
