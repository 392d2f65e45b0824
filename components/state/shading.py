"""From counts and means to the 256 levels of a painted plane.

Level 0 is an empty pixel, 1–63 a pixel with stars of which none passes, 64–255 one with passing stars.
The scale of a window follows from all its stars, so it holds while cuts move.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FAINT = (1, 63)
PASSING = (64, 255)


@dataclass(frozen=True)
class CountScale:
    """How a count becomes a level: a look-up table, the same for faint and passing stars."""

    kind: str
    highest: int
    faint: np.ndarray
    passing: np.ndarray

    def ticks(self, count: int = 4) -> list[tuple[float, float]]:
        """Return pairs of position along the colour bar (0 to 1) and the count painted there."""
        span = PASSING[1] - PASSING[0]
        at = np.unique(np.round(np.geomspace(1, max(self.highest, 1), count)).astype(int))
        return [(float(self.passing[value] - PASSING[0]) / span, float(value)) for value in at]


def count_scale(background: np.ndarray, kind: str = "log") -> CountScale:
    """Return the scale of a window from the counts of all its stars, ``log``, ``linear`` or ``equalised``."""
    highest = max(int(background.max(initial=0)), 1)
    counts = np.arange(highest + 1, dtype=np.float64)
    if kind == "equalised":
        occupied = np.bincount(background[background > 0].ravel(), minlength=highest + 1).astype(float)
        occupied[0] = 0
        below = np.cumsum(occupied) - occupied[: highest + 1]
        others = max(below[-1], 1.0)
        fraction = below / others
    elif kind == "linear":
        fraction = (counts - 1) / max(highest - 1, 1)
    elif kind == "log":
        fraction = np.log(np.maximum(counts, 1)) / np.log(max(highest, 2))
    else:
        raise ValueError(f"colour scale {kind!r} is not one of log, linear, equalised")
    fraction = np.clip(fraction, 0, 1)
    tables = []
    for first, last in (FAINT, PASSING):
        table = np.round(first + fraction * (last - first)).astype(np.uint8)
        table[0] = 0
        table.setflags(write=False)
        tables.append(table)
    return CountScale(kind, highest, *tables)


@dataclass(frozen=True)
class MeanScale:
    """How a mean becomes a level: ``centre`` in the middle, ``low`` and ``high`` at the ends."""

    low: float
    centre: float
    high: float

    def levels(self, mean: np.ndarray) -> np.ndarray:
        """Return the level of each mean as uint8; 0 where it is NaN."""
        below = (mean - self.centre) / (self.centre - self.low)
        above = (mean - self.centre) / (self.high - self.centre)
        position = 0.5 + 0.5 * np.clip(np.where(mean < self.centre, below, above), -1, 1)
        level = PASSING[0] + position * (PASSING[1] - PASSING[0])
        return np.where(np.isfinite(mean), np.round(np.nan_to_num(level)), 0).astype(np.uint8)

    def ticks(self) -> list[tuple[float, float]]:
        """Return pairs of position along the colour bar (0 to 1) and the mean painted there."""
        return [(0.0, self.low), (0.5, self.centre), (1.0, self.high)]


def mean_scale(values: np.ndarray, centre: float | None, spread: tuple[float, float] | None) -> MeanScale:
    """Return a diverging scale around ``centre`` (the median if none), out to ``spread`` or the 5–95 % range."""
    finite = values[np.isfinite(values)]
    middle = float(np.median(finite)) if centre is None and len(finite) else float(centre or 0.0)
    if spread is not None and spread[0] < middle < spread[1]:
        return MeanScale(spread[0], middle, spread[1])
    low, high = np.percentile(finite, (5, 95)) if len(finite) else (middle - 1, middle + 1)
    reach = max(float(high) - middle, middle - float(low), abs(middle) * 1e-3, 1e-9)
    return MeanScale(middle - reach, middle, middle + reach)


def spread_radius(occupied: int, pixels: int) -> int:
    """Return by how many pixels few stars are widened so that they can be seen: 2, 1 or 0."""
    if occupied == 0 or pixels == 0:
        return 0
    share = occupied / pixels
    return 2 if share < 0.002 else 1 if share < 0.02 else 0


def widen(levels: np.ndarray, radius: int) -> np.ndarray:
    """Return the levels with every pixel grown to a disc of the radius; the highest level wins."""
    if radius <= 0:
        return levels
    padded = np.pad(levels, radius)
    height, width = levels.shape
    grown = np.zeros_like(levels)
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if dx * dx + dy * dy <= radius * radius + 0.5:
                part = padded[radius + dy : radius + dy + height, radius + dx : radius + dx + width]
                np.maximum(grown, part, out=grown)
    return grown


def paint(faint: np.ndarray, passing: np.ndarray) -> np.ndarray:
    """Return one plane: passing levels over faint ones, few passing stars widened (uint8)."""
    radius = spread_radius(int(np.count_nonzero(passing)), passing.size)
    strong = widen(passing, radius)
    return np.where(strong > 0, strong, faint)
