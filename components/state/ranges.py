"""Where an axis should begin and end: robust ranges of a column, stable for a given catalogue."""

from __future__ import annotations

import math

import numpy as np

SAMPLE = 200_000


def sample(values: np.ndarray, size: int = SAMPLE) -> np.ndarray:
    """Return at most ``size`` of the values, evenly strided, as float64."""
    stride = max(1, -(-len(values) // size))
    return np.asarray(values[::stride], dtype=np.float64)


def robust_range(
    values: np.ndarray, scale: str = "linear", tail: float = 0.05, pad: float = 0.04
) -> tuple[float, float] | None:
    """Return the range that holds all but ``tail`` per cent of the values at each end, padded.

    Up to a thousand values nothing is left out. On a ``log10`` scale only positive values count and
    the padding is in the logarithm. None when no finite value is there.
    """
    finite = sample(values)
    finite = finite[np.isfinite(finite)]
    if scale == "log10":
        finite = np.log10(finite[finite > 0])
    if not len(finite):
        return None
    low, high = (finite.min(), finite.max()) if len(finite) <= 1000 else np.percentile(finite, (tail, 100 - tail))
    if low == high:
        half = abs(low) * 0.05 or 0.5
        low, high = low - half, high + half
    margin = (high - low) * pad
    low, high = float(low - margin), float(high + margin)
    return (10**low, 10**high) if scale == "log10" else (low, high)


def slider_range(values: np.ndarray, scale: str = "linear") -> tuple[float, float] | None:
    """Return round limits for a slider over the column; its ends stand for "no limit"."""
    found = robust_range(values, scale, tail=0.1, pad=0.0)
    if found is None:
        return None
    low, high = found
    if scale == "log10":
        step = 0.05
        return (
            10 ** (math.floor(math.log10(low) / step) * step),
            10 ** (math.ceil(math.log10(high) / step) * step),
        )
    step = 10 ** math.floor(math.log10((high - low) / 20))
    return math.floor(low / step) * step, math.ceil(high / step) * step
