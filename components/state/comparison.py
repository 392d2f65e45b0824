"""Two selections beside each other: where each star belongs, counted and painted exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.selection import Axis, Cut
from analysis.selection.prepared import Prepared
from analysis.vetting.difference import BOTH, ONLY_FIRST, ONLY_SECOND, Difference
from components.state.shading import spread_radius, widen

INTENSITIES, SHARES = 12, 7
FIRST_LEVEL = 64
Counts = tuple[np.ndarray, np.ndarray, np.ndarray]


class Comparison:
    """Two selections of one table; ``first`` or ``second`` may be "now", the cuts as they are, or None for all stars.

    Belongs to the worker thread of a stage.
    """

    def __init__(self, prepared: Prepared, sides: Mapping[str, Cut | str | None], names: tuple[str, str]) -> None:
        self.names = names
        self._prepared = prepared
        self._sides = [sides["first"], sides["second"]]
        self._fixed = [self._mask(side) for side in self._sides]
        self._grids: dict[tuple[Axis, Axis], Counts] = {}
        self._codes = np.zeros(0, np.uint8)
        self._rows = np.zeros(0, np.intp)

    @property
    def follows_cuts(self) -> bool:
        """Tell whether one side is the cuts as they are."""
        return "now" in self._sides

    def follow(self, passing: np.ndarray) -> None:
        """Take the rows that pass the present cuts."""
        if len(self._codes) and not self.follows_cuts:
            return
        first, second = (
            passing if side == "now" else fixed for side, fixed in zip(self._sides, self._fixed, strict=True)
        )
        assert first is not None and second is not None
        codes = first.view(np.uint8) * np.uint8(ONLY_FIRST)
        codes += second.view(np.uint8) * np.uint8(ONLY_SECOND)
        self._codes = codes
        self._rows = np.flatnonzero(codes)
        self._grids = {}

    @property
    def codes(self) -> np.ndarray:
        """Return where each row belongs: one of NEITHER, ONLY_FIRST, ONLY_SECOND, BOTH."""
        return self._codes

    def described(self) -> dict[str, Any]:
        """Return the numbers of stars on each side and the names of the sides."""
        return {**Difference(self._codes).counts, "first": self.names[0], "second": self.names[1]}

    def counts(self, x: Axis, y: Axis) -> Counts:
        """Return how many stars of each pixel are only in the first, only in the second, in both."""
        known = self._grids.get((x, y))
        if known is None:
            size, shape = x.bins * y.bins, (y.bins, x.bins)
            keys = self._prepared.pixels(x, y).rows[self._rows].astype(np.int64)
            keys *= 4
            keys += self._codes[self._rows]
            found = np.bincount(keys, minlength=4 * (size + 1))[: 4 * size].reshape(*shape, 4)
            known = self._grids[x, y] = (found[..., ONLY_FIRST], found[..., ONLY_SECOND], found[..., BOTH])
        return known

    def paint(self, faint: np.ndarray, x: Axis, y: Axis, highest: int, finer: int = 1) -> np.ndarray:
        """Return the levels of a plane: the difference over the faint stars, few stars widened.

        ``finer`` tells how many times smaller than the screen's the pixels are.
        """
        levels = difference_levels(*self.counts(x, y), highest)
        radius = spread_radius(int(np.count_nonzero(levels)), levels.size)
        grown = np.where(levels > 0, levels, widen(levels, radius * finer or finer - 1))
        return np.where(grown > 0, grown, faint)

    def point_levels(self, rows: np.ndarray, faint: int) -> np.ndarray:
        """Return the level of single stars."""
        codes = self._codes[rows]
        one, two, both = (np.asarray(codes == code, np.int64) for code in (ONLY_FIRST, ONLY_SECOND, BOTH))
        levels = difference_levels(one, two, both, 1)
        return np.where(levels > 0, levels, np.uint8(faint))

    def _mask(self, side: Cut | str | None) -> np.ndarray | None:
        if side == "now":
            return None
        if side is None:
            return np.ones(self._prepared.n_rows, bool)
        assert isinstance(side, Cut)
        return side.mask(self._prepared.table)


def difference_levels(one: np.ndarray, two: np.ndarray, both: np.ndarray, highest: int) -> np.ndarray:
    """Return the level (uint8) of pixels with these numbers of stars; 0 where there are none.

    The side with more stars of its own gives the hue, the share of stars that differ how much of it, so that one
    differing star shows; the number of stars, in logarithm, gives the strength.
    """
    differing = one + two
    total = differing + both
    strength = np.log(np.maximum(total, 1)) / np.log(max(highest, 2)) if highest > 1 else np.ones(total.shape)
    step = np.ceil(SHARES * differing / np.maximum(total, 1)).astype(np.int64)
    hue = np.where((step > 0) & (two > one), step + SHARES, step)
    level = FIRST_LEVEL + hue * INTENSITIES + np.round(np.clip(strength, 0, 1) * (INTENSITIES - 1))
    return np.where(total > 0, level, 0).astype(np.uint8)
