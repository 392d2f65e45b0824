"""Which mark drawn over a plane the pointer is at."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd

from analysis.catalogue import black_hole_binaries
from components.state.plane_window import Plane, Window

MARK_REACH = 8.0


def nearest_mark(
    plane: Plane, xs: np.ndarray, ys: np.ndarray, x: float, y: float, reach: float = MARK_REACH
) -> int | None:
    """Return the index of the mark nearest to (x, y) on the screen and within ``reach`` pixels, or None."""
    figure, window = plane.figure, plane.window
    away = np.hypot(
        _pixels(xs, x, window, figure.x_scale, "x"),
        _pixels(ys, y, window, figure.y_scale, "y"),
    )
    if not len(away):
        return None
    best = int(np.argmin(away))
    return best if away[best] <= reach else None


def black_hole_at(plane: Plane, x: float, y: float) -> pd.Series | None:
    """Return the black-hole X-ray binary of Fig. 2 of Mu et al. 2022 drawn at this place, or None."""
    if "black_holes" not in plane.figure.overlays:
        return None
    known = _black_holes()
    best = nearest_mark(plane, known["period"].to_numpy(), known["semi_amplitude"].to_numpy(), x, y)
    return None if best is None else known.iloc[best]


@cache
def _black_holes() -> pd.DataFrame:
    return black_hole_binaries()


def _pixels(values: np.ndarray, at: float, window: Window, scale: str, axis: str) -> np.ndarray:
    low, high, size = (
        (window.x_low, window.x_high, window.width) if axis == "x" else (window.y_low, window.y_high, window.height)
    )
    if scale == "log10":
        if at <= 0:
            return np.full(len(values), np.inf)
        values, at, low, high = np.log10(values), math.log10(at), math.log10(low), math.log10(high)
    return (values - at) * (size / (high - low))
