"""The radial velocities of a star, and the orbits that fit them: near a known period, and all that they allow."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
from scipy.stats import chi2 as chi2_distribution

from analysis.binaries import (
    Alias,
    CircularOrbit,
    OrbitComparison,
    OrbitPosterior,
    PeriodSearch,
    RadialVelocities,
    StarVelocities,
    double_lined_mass_ratio,
    fit_circular_orbit,
    fit_orbit,
    period_window,
    sample_orbits,
    search_period,
)
from components.state.catalogue import Catalogue
from components.state.series import SeriesSource

FEWEST_FOR_FIT = 4
FEWEST_FOR_SEARCH = 5
FEWEST_FOR_POSTERIOR = 3
# Catalogues give more digits than their periods are good to: photometric ones of one sector to about this.
LEAST_PERIOD_ERROR = 1e-4
COARSE_ALIASES = 10.0
# Chance of so much scatter from a constant velocity, above which the velocities do not show any orbit.
CONSTANT_CHANCE = 1e-3


@dataclass(frozen=True)
class Orbit:
    """Velocities (d, km/s) with the fits around the catalogue's period.

    ``window`` is what the printed period allows; ``search`` looked a little beyond it, so that a minimum
    just outside is seen. ``search`` is None when there are too few velocities for a search.
    """

    velocities: pd.DataFrame
    printed_period: float | None
    window: tuple[float, float] | None
    search: PeriodSearch | None
    reason: str = ""

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """Return the candidate periods, best first."""
        return self.search.aliases if self.search is not None else ()

    def fit_at(self, period: float) -> CircularOrbit:
        """Return the circular fit at exactly this period; raises ValueError when it cannot be made."""
        table = self.velocities
        return fit_circular_orbit(
            table["time"].to_numpy(), table["velocity"].to_numpy(), table["velocity_error"].to_numpy(), period
        )

    def within_print(self, period: float) -> bool:
        """Tell whether a period rounds to the printed one."""
        return self.window is not None and self.window[0] <= period <= self.window[1]


def decimals_of(number: float) -> int:
    """Return how many decimals the shortest text of a number has."""
    exponent = Decimal(repr(float(number))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def find_orbit(velocities: pd.DataFrame, period: float | None) -> Orbit:
    """Return the orbits of these velocities near a catalogue period, or say why there is none.

    The search covers the printed precision of the period, at least 1e-4 of it, and one alias spacing P²/T beyond where
    the period is not so well known that it tells the aliases apart by itself.
    """
    usable = int(np.isfinite(velocities[["time", "velocity", "velocity_error"]]).all(axis=1).sum())
    if period is None or not period > 0:
        return Orbit(velocities, None, None, None, "The catalogue has no period for this star to fold at.")
    if usable < FEWEST_FOR_FIT:
        return Orbit(velocities, period, None, None, f"{usable} velocities are too few for an orbit (4 at least).")
    window = period_window(period, max(decimals_of(period), 1))
    half_width = max(0.5 * (window[1] - window[0]), LEAST_PERIOD_ERROR * period)
    window = (period - half_width, period + half_width)
    baseline = float(np.ptp(velocities["time"]))
    spacing = period**2 / baseline if baseline > 0 else 0.0
    beyond = spacing if spacing < COARSE_ALIASES * half_width else 0.0
    wide = (max(window[0] - beyond, period * 0.5), window[1] + beyond)
    if usable < FEWEST_FOR_SEARCH:
        return Orbit(velocities, period, window, None, "Four velocities allow a fit at a given period, not a search.")
    return Orbit(velocities, period, window, search_period(
        velocities["time"].to_numpy(), velocities["velocity"].to_numpy(),
        velocities["velocity_error"].to_numpy(), *wide,
    ))  # fmt: skip


@dataclass(frozen=True, eq=False)
class OrbitFit:
    """Circular and Keplerian orbit at one period, those of the second star, and the mass ratio q with its error.

    ``jittered``: each instrument got the extra scatter that its residuals ask for.
    """

    comparison: OrbitComparison
    second: OrbitComparison | None = None
    mass_ratio: tuple[float, float] | None = None
    jittered: bool = False


@dataclass(frozen=True, eq=False)
class StarOrbit:
    """All that the velocities of a star say: circular orbits near the catalogue's period, and every orbit allowed.

    ``posterior`` is None for fewer than three velocities; ``fit`` is the one at the best period, None where there are
    too few velocities for it.
    """

    velocities: StarVelocities
    near: Orbit
    posterior: OrbitPosterior | None
    fit: OrbitFit | None
    constant_chance: float = 0.0

    @property
    def varies(self) -> bool:
        """Tell whether the velocities vary beyond their errors, so that a period of them means something."""
        return self.constant_chance < CONSTANT_CHANCE

    @property
    def period(self) -> float | None:
        """Return the period (d) that the velocities settle: the best near the catalogue's, or the only one allowed."""
        if not self.varies:
            return None
        if self.near.search is not None and self.fit is not None:
            return self.near.search.period
        if self.posterior is not None and not self.posterior.ambiguous and self.fit is not None:
            return self.fit.comparison.best.period
        return None

    @property
    def likeliest(self) -> float | None:
        """Return the most probable period (d) of those that the velocities allow, None for too few of them."""
        if self.posterior is None:
            return None
        mode = self.posterior.modes.iloc[0]
        inside = (self.posterior.period >= mode["period_lower"]) & (self.posterior.period <= mode["period_upper"])
        best = np.flatnonzero(inside)[int(np.argmin(self.posterior.chi2[inside]))]
        return float(self.posterior.period[best])


def find_star_orbit(catalogue: Catalogue, source: SeriesSource, row: int) -> StarOrbit | None:
    """Return what the velocities of a star say, None where there are none; about a second.

    Raises SeriesError for a file that cannot be used.
    """
    velocities = source.star_velocities(catalogue, row)
    if velocities is None or not len(velocities.primary):
        return None
    data = velocities.primary
    names = ("time", "velocity", "velocity_error")
    table = pd.DataFrame({name: getattr(data, name) for name in names})
    near = find_orbit(table, measured_period(catalogue, row))
    posterior = sample_orbits(data) if len(data) >= FEWEST_FOR_POSTERIOR else None
    chance = constant_velocity_chance(data)
    found = StarOrbit(velocities, near, posterior, None)
    period = near.search.period if near.search is not None else near.printed_period or found.likeliest
    fit = None if period is None else fit_star_orbit(velocities, period, 0.0 if near.search is not None else None)
    return StarOrbit(velocities, near, posterior, fit, chance)


def constant_velocity_chance(data: RadialVelocities) -> float:
    """Return the probability that a constant velocity of each instrument scatters by chance as much as these do."""
    chi2, free = 0.0, 0
    for name in data.instruments:
        rows = data.instrument == name
        value, weight = data.velocity[rows], data.velocity_error[rows] ** -2.0
        chi2 += float(np.sum(weight * (value - np.average(value, weights=weight)) ** 2))
        free += int(rows.sum()) - 1
    return float(chi2_distribution.sf(chi2, free)) if free > 0 else 1.0


def fit_star_orbit(velocities: StarVelocities, period: float, reach: float | None = 0.0) -> OrbitFit | None:
    """Return the orbits of both stars at a period (d), or within ``reach`` of it; None for too few velocities.

    Where chi2 is more than twice the degrees of freedom, each instrument gets a jitter.
    """
    data = velocities.primary
    if len(data) < len(data.instruments) + 3:
        return None
    comparison = fit_orbit(data, period, reach)
    best = comparison.best
    jittered = best.dof > 2 and best.chi2 > 2 * best.dof and max(_counts(data)) >= FEWEST_FOR_SEARCH
    if jittered:
        comparison = fit_orbit(data, period, reach, fit_jitter=True)
    other = velocities.secondary
    if other is None or len(other) < len(other.instruments) + 3:
        return OrbitFit(comparison, jittered=jittered)
    second = fit_orbit(other, comparison.best.period, 0.0, fit_jitter=jittered)
    alike = second.circular if comparison.best is comparison.circular else second.keplerian or second.circular
    return OrbitFit(comparison, second, double_lined_mass_ratio(comparison.best, alike), jittered)


def measured_period(catalogue: Catalogue, row: int) -> float | None:
    """Return the measured period (d) of a star; the shortest possible one of Mu et al. 2022 is none."""
    if "period" not in catalogue.numeric_columns:
        return None
    kind = catalogue.cell("period_kind", row) if "period_kind" in catalogue.table.columns else None
    period = catalogue.cell("period", row)
    return None if period is None or kind == "roche_minimum" or not period > 0 else float(period)


def _counts(data: RadialVelocities) -> list[int]:
    return [int(np.count_nonzero(data.instrument == name)) for name in data.instruments]
