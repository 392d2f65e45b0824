"""The radial velocities of the star in focus, and the circular orbits that fit them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from analysis.binaries import (
    Alias,
    CircularOrbit,
    PeriodSearch,
    fit_circular_orbit,
    period_window,
    search_period,
)

FEWEST_FOR_FIT = 4
FEWEST_FOR_SEARCH = 5


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

    The search covers the printed precision of the period and one alias spacing P²/T beyond it.
    """
    usable = int(np.isfinite(velocities[["time", "velocity", "velocity_error"]]).all(axis=1).sum())
    if period is None or not period > 0:
        return Orbit(velocities, None, None, None, "The catalogue has no period for this star to fold at.")
    if usable < FEWEST_FOR_FIT:
        return Orbit(velocities, period, None, None, f"{usable} velocities are too few for an orbit (4 at least).")
    window = period_window(period, max(decimals_of(period), 1))
    baseline = float(np.ptp(velocities["time"]))
    beyond = period**2 / baseline if baseline > 0 else 0.0
    wide = (max(window[0] - beyond, period * 0.5), window[1] + beyond)
    if usable < FEWEST_FOR_SEARCH:
        return Orbit(velocities, period, window, None, "Four velocities allow a fit at a given period, not a search.")
    return Orbit(velocities, period, window, search_period(
        velocities["time"].to_numpy(), velocities["velocity"].to_numpy(),
        velocities["velocity_error"].to_numpy(), *wide,
    ))  # fmt: skip


def inclination_of(sin_i: float) -> float:
    """Return the inclination in degrees of a sine in (0, 1]."""
    return math.degrees(math.asin(min(max(sin_i, 0.0), 1.0)))
