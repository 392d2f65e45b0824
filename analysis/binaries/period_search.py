"""The orbital period from radial velocities, with all the aliases that fit."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.binaries.velocity_fits import (
    CircularOrbit,
    Velocities,
    batched_fits,
    fit_circular_orbit,
    observed_velocities,
)
from analysis.stars.units import DAY, FloatArray, in_unit

PARAMETERS_WITH_PERIOD = 4
FEWEST_GRID_POINTS = 65
REFINEMENT_STEPS = 40
GOLDEN = (np.sqrt(5) - 1) / 2


@dataclass(frozen=True, eq=False)
class Alias:
    """One local chi2 minimum: its period (d), the orbit there, and chi2 above the best one.

    `at_edge`: chi2 still falls at the border of the window, so the true minimum lies outside it.
    """

    period: float
    fit: CircularOrbit
    delta_chi2: float
    at_edge: bool


@dataclass(frozen=True, eq=False)
class PeriodSearch:
    """Result of `search_period`; `aliases` are sorted by chi2, the first one being the best period itself."""

    aliases: tuple[Alias, ...]
    grid_periods: FloatArray
    grid_chi2: FloatArray

    @property
    def period(self) -> float:
        """Best period in days."""
        return self.aliases[0].period

    @property
    def fit(self) -> CircularOrbit:
        """Orbit at the best period; its dof counts the period as fitted."""
        return self.aliases[0].fit

    @property
    def at_edge(self) -> bool:
        """Whether the best period is only the border of the window."""
        return self.aliases[0].at_edge


def period_window(printed_period: float, decimals: int, last_digits: float = 0.5) -> tuple[float, float]:
    """Shortest and longest period (d) that a period printed with `decimals` decimals stands for.

    Half a unit of the last digit to either side; `last_digits` widens or narrows that.
    """
    if not printed_period > 0 or decimals < 0:
        raise ValueError(f"period {printed_period} d with {decimals} decimals: give a positive period as printed")
    half_width = last_digits * 10.0**-decimals
    if half_width >= printed_period:
        raise ValueError(f"period {printed_period} d is smaller than its own rounding of {half_width} d")
    return printed_period - half_width, printed_period + half_width


def search_period(
    time: Any,
    velocity: Any,
    velocity_error: Any,
    low: float,
    high: float,
    oversampling: float = 20.0,
    max_aliases: int = 200,
) -> PeriodSearch:
    """Best circular orbit with a period between `low` and `high` (d), and all the aliases in that window.

    Every local chi2 minimum of a frequency grid (`oversampling` points per 1/baseline), refined by
    golden-section search between its neighbours; at most `max_aliases` of them, best first. Border points
    count where chi2 falls towards them, marked `at_edge`. Rows with a missing value are left out. Raises
    ValueError for a window that is not 0 < low < high or fewer than 4 velocities.
    Two groups of exposures a time T apart give aliases spaced by P^2 / T.
    """
    data = observed_velocities(time, velocity, velocity_error, PARAMETERS_WITH_PERIOD)
    low, high = float(in_unit(low, DAY)), float(in_unit(high, DAY))
    if not 0 < low < high < np.inf:
        raise ValueError(f"period window {low} to {high} d: give 0 < low < high")
    frequency = _grid(data.baseline, 1 / high, 1 / low, oversampling)
    chi2 = _chi2_at(data)(frequency)
    padded = np.concatenate([[np.inf], chi2, [np.inf]])
    minima = np.flatnonzero((chi2 <= padded[:-2]) & (chi2 < padded[2:]))
    minima = minima[np.argsort(chi2[minima], kind="stable")][:max_aliases]
    refined = _refine(
        _chi2_at(data),
        frequency[np.maximum(minima - 1, 0)],
        frequency[np.minimum(minima + 1, frequency.size - 1)],
    )
    aliases = _aliases(data, refined, minima, frequency)
    full = np.full(data.used.shape, np.nan)
    return PeriodSearch(
        tuple(_with_all_rows(alias, data, full) for alias in aliases),
        grid_periods=1 / frequency[::-1],
        grid_chi2=chi2[::-1],
    )


def _grid(baseline: float, lowest: float, highest: float, oversampling: float) -> FloatArray:
    steps = int(np.ceil((highest - lowest) * baseline * oversampling)) + 1
    return np.linspace(lowest, highest, max(steps, FEWEST_GRID_POINTS))


def _chi2_at(data: Velocities) -> Callable[[FloatArray], FloatArray]:
    return lambda frequency: batched_fits(data, 1 / frequency).chi2


def _refine(chi2_at: Callable[[FloatArray], FloatArray], left: FloatArray, right: FloatArray) -> FloatArray:
    """Frequencies of least chi2 between `left` and `right`: golden-section search on all brackets at once."""
    inner_left, inner_right = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    chi2_left, chi2_right = chi2_at(inner_left), chi2_at(inner_right)
    for _ in range(REFINEMENT_STEPS):
        go_left = chi2_left < chi2_right
        right = np.where(go_left, inner_right, right)
        left = np.where(go_left, left, inner_left)
        probe = np.where(go_left, right - GOLDEN * (right - left), left + GOLDEN * (right - left))
        chi2_probe = chi2_at(probe)
        inner_left, inner_right = np.where(go_left, probe, inner_right), np.where(go_left, inner_left, probe)
        chi2_left, chi2_right = (
            np.where(go_left, chi2_probe, chi2_right),
            np.where(go_left, chi2_left, chi2_probe),
        )
    return np.asarray(np.where(chi2_left < chi2_right, inner_left, inner_right))


def _aliases(data: Velocities, refined: FloatArray, minima: np.ndarray[Any, Any], frequency: FloatArray) -> list[Alias]:
    """Aliases on the used rows, best first; a bracket at the border keeps the border where that is better."""
    borders = {0: frequency[0], frequency.size - 1: frequency[-1]}
    spacing = frequency[1] - frequency[0]
    found = []
    for index, value in zip(minima, refined, strict=True):
        border = borders.get(int(index))
        at_edge = border is not None and bool(abs(value - border) < 1e-3 * spacing)
        period = float(1 / (border if at_edge and border is not None else value))
        fit = fit_circular_orbit(data.time, data.velocity, data.error, period)
        found.append(Alias(period, replace(fit, dof=data.time.size - PARAMETERS_WITH_PERIOD), 0.0, at_edge))
    found.sort(key=lambda alias: alias.fit.chi2)
    best = found[0].fit.chi2
    return [replace(alias, delta_chi2=alias.fit.chi2 - best) for alias in found]


def _with_all_rows(alias: Alias, data: Velocities, full: FloatArray) -> Alias:
    residuals = full.copy()
    residuals[data.used] = alias.fit.residuals
    return replace(alias, fit=replace(alias.fit, residuals=residuals))
