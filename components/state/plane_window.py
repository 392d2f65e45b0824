"""One plane of the stage: its figure, the visible part, and where a place lies on the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from components.state.planes import Figure
from components.state.shading import CountScale, MeanScale

FIRST_SIZE = (420, 300)


@dataclass(frozen=True)
class Window:
    """The visible part of a plane in data units, and its size in pixels."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float
    width: int = FIRST_SIZE[0]
    height: int = FIRST_SIZE[1]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return x_low, x_high, y_low, y_high."""
        return self.x_low, self.x_high, self.y_low, self.y_high


@dataclass(frozen=True)
class Points:
    """The stars of a plane that are few enough to be drawn one by one."""

    rows: np.ndarray
    x: np.ndarray
    y: np.ndarray
    x_error: np.ndarray | None
    y_error: np.ndarray | None


class Plane:
    """One slot of the stage: its figure, window, scale and faint layer."""

    def __init__(self, figure: Figure, window: Window, means: MeanScale | None) -> None:
        self.figure = figure
        self.window = window
        self.means = means
        self.scale: CountScale | MeanScale | None = means
        self.faint: np.ndarray | None = None
        self.points: Points | None = None
        self.total = 0

    @property
    def pixel_size(self) -> tuple[float, float]:
        """Return the width and height of a pixel in the units of the axes, in log10 on a log axis."""
        window, figure = self.window, self.figure
        return (
            _length(window.x_low, window.x_high, figure.x_scale) / window.width,
            _length(window.y_low, window.y_high, figure.y_scale) / window.height,
        )

    def pixel(self, x: float, y: float) -> tuple[int, int] | None:
        """Return line and column of the pixel at x, y in data units; None outside the window."""
        window, figure = self.window, self.figure
        column = share_along(x, window.x_low, window.x_high, figure.x_scale) * window.width
        line = share_along(y, window.y_low, window.y_high, figure.y_scale) * window.height
        inside = 0 <= column < window.width and 0 <= line < window.height
        return (int(line), int(column)) if inside else None


def _length(low: float, high: float, scale: str) -> float:
    return math.log10(high) - math.log10(low) if scale == "log10" else high - low


def share_along(value: float, low: float, high: float, scale: str) -> float:
    """Return where a value lies between the ends of an axis, 0 to 1; -1 where a log axis cannot have it."""
    if scale == "log10":
        if value <= 0:
            return -1.0
        value, low, high = math.log10(value), math.log10(low), math.log10(high)
    return (value - low) / (high - low)


def is_sound(window: Window, figure: Figure) -> bool:
    """Tell whether a window has an extent, above zero on the log axes of a figure."""
    x_low, x_high, y_low, y_high = window.bounds
    if not (all(map(math.isfinite, window.bounds)) and x_low < x_high and y_low < y_high):
        return False
    return (figure.x_scale != "log10" or x_low > 0) and (figure.y_scale != "log10" or y_low > 0)
