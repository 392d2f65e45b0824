"""What the engine is asked for and what it answers: axes, grids, histograms, planes, answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]

SCALES = ("linear", "log10")
REDUCTIONS = ("count", "mean", "min", "max")
MOST_BINS = 65_535  # a bin number, and the one that stands for none, fit into 16 bits


@dataclass(frozen=True)
class Axis:
    """Bins of a column between low and high, in its units; on "log10" they are equal in log10.

    A value is in bin k where edges[k] <= value < edges[k + 1], compared as doubles; the last bin includes its
    right edge, as in numpy.histogram. NaN and what lies outside [low, high] is in no bin.

    Raises ValueError unless low < high are finite (above zero on "log10") and there are 1 to 65535 bins.
    """

    column: str
    low: float
    high: float
    bins: int
    scale: str = "linear"

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))
        object.__setattr__(self, "bins", int(self.bins))
        what = f"the axis of {self.column!r}"
        if self.scale not in SCALES:
            raise ValueError(f"{what} has the scale {self.scale!r}; give {' or '.join(map(repr, SCALES))}")
        if not (self.low < self.high and math.isfinite(self.high - self.low)):
            raise ValueError(f"{what} runs from {self.low:g} to {self.high:g}; give finite low < high")
        if self.scale == "log10" and self.low <= 0:
            raise ValueError(f"{what} is logarithmic and begins at {self.low:g}; give a low end above zero")
        if not 1 <= self.bins <= MOST_BINS:
            raise ValueError(f"{what} has {self.bins} bins; give 1 to {MOST_BINS}")

    @property
    def is_logarithmic(self) -> bool:
        """True where the bins are equal in log10."""
        return self.scale == "log10"

    @cached_property
    def edges(self) -> FloatArray:
        """The bins + 1 edges, ascending, in the column's units."""
        make = np.geomspace if self.is_logarithmic else np.linspace
        edges = make(self.low, self.high, self.bins + 1)
        edges.flags.writeable = False
        return edges

    @cached_property
    def guess(self) -> tuple[FloatArray, float, float, bool]:
        """Edges, origin, bins per unit and whether the unit is log2: what the binning kernels take."""
        low, high = (math.log2(self.low), math.log2(self.high)) if self.is_logarithmic else (self.low, self.high)
        per_bin = self.bins / (high - low) if high > low else 0.0
        return self.edges, low, per_bin if math.isfinite(per_bin) else 0.0, self.is_logarithmic


@dataclass(frozen=True)
class Grid:
    """A plane of two axes, in pixels: how many rows each holds, or the mean, min or max of their `value`.

    Its arrays have the shape (y.bins, x.bins), with row 0 at y.low.
    """

    name: str
    x: Axis
    y: Axis
    reduce: str = "count"
    value: str | None = None

    def __post_init__(self) -> None:
        if self.reduce not in REDUCTIONS:
            raise ValueError(f"grid {self.name!r} reduces by {self.reduce!r}; give one of {', '.join(REDUCTIONS)}")
        if (self.value is None) != (self.reduce == "count"):
            raise ValueError(
                f"grid {self.name!r}: a {self.reduce} grid {'has no' if self.reduce == 'count' else 'needs a'} value"
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Lines and columns of pixels."""
        return self.y.bins, self.x.bins

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The axes x and y."""
        return self.x, self.y


@dataclass(frozen=True)
class Histogram:
    """Counts of a column in bins, over the rows that pass all cuts but the one set under the same name."""

    name: str
    axis: Axis


@dataclass(frozen=True, eq=False)
class Planes:
    """A grid's numbers, read-only, of shape (y.bins, x.bins).

    `count` is int32, how many rows; `value` is float32, the mean, min or max of their finite values in the
    value's unit, NaN where there is none; it is None for a grid of counts.
    """

    count: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32] | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self.count.nbytes + (0 if self.value is None else self.value.nbytes)


@dataclass(frozen=True, eq=False)
class Answer:
    """What passes: grids and histograms (int64) by name, the number of rows, and what each cut alone removes."""

    grids: dict[str, Planes]
    histograms: dict[str, npt.NDArray[np.int64]]
    count: int
    removed: dict[str, int]


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same array, closed for writing."""
    array.flags.writeable = False
    return array
