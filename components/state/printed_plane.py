"""A plane counted anew for paper: finer pixels, the same data and the same limits as on the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.selection import Grid
from components.state.figure import Figure
from components.state.plane_window import Points, Window
from components.state.shading import MeanScale, count_scale, paint, spread_radius, widen
from components.state.stage import Stage

NAME = "printed"
LARGEST = 2400


@dataclass(frozen=True)
class PrintedPlane:
    """The levels of a plane (or of its single stars), what the levels mean, and the window they fill."""

    figure: Figure
    window: Window
    image: np.ndarray | None
    points: Points | None
    point_levels: np.ndarray | None
    ticks: list[tuple[float, float]]
    palette: str
    passing: int
    total: int
    comparison: dict[str, Any] | None


def print_plane(stage: Stage, slot: str, finer: int = 2) -> PrintedPlane:
    """Return a plane with ``finer`` times the pixels of the screen along each side; raises KeyError without one."""
    plane, answer = stage.planes[slot], stage.answer or stage.engine.answer()
    figure, window = plane.figure, plane.window
    comparison = stage.comparison
    if comparison is not None:
        comparison.follow(stage.engine.mask())
    palette = "difference" if comparison else "diverging" if isinstance(plane.scale, MeanScale) else "passing"
    image, points, levels = None, plane.points, None
    ticks = plane.scale.ticks() if plane.scale is not None else []
    if points is not None:
        levels = stage.point_levels(slot)
    else:
        most = max(1, LARGEST // max(window.width, window.height))
        image, ticks = _paint(stage, slot, window, min(finer, most), ticks)
    described = None if comparison is None else comparison.described()
    return PrintedPlane(
        figure, window, image, points, levels, ticks, palette, int(answer.count), len(stage.catalogue), described
    )


def _paint(
    stage: Stage, slot: str, window: Window, finer: int, ticks: list[tuple[float, float]]
) -> tuple[np.ndarray, list[tuple[float, float]]]:
    plane, shown = stage.planes[slot], stage.engine.grids[slot]
    x, y = (replace(axis, bins=axis.bins * finer) for axis in shown.axes)
    grid = Grid(NAME, x, y, shown.reduce, shown.value)
    stage.engine.add_grid(grid)
    try:
        counted = stage.engine.answer([NAME]).grids[NAME]
        background = stage.engine.background(NAME).count
    finally:
        stage.engine.remove_grid(NAME)
    scale = count_scale(background, plane.figure.colour_scale)
    faint = scale.faint[background]
    if stage.comparison is not None:
        return stage.comparison.paint(faint, x, y, int(background.max(initial=1)), finer), []
    if isinstance(plane.scale, MeanScale):
        levels = plane.scale.levels(counted.value)
    else:
        levels, ticks = scale.passing[np.minimum(counted.count, scale.highest)], scale.ticks()
    radius = spread_radius(int(np.count_nonzero(levels)), levels.size)
    strong = widen(levels, radius * finer) if radius else levels
    return paint(faint, strong) if not radius else np.where(strong > 0, strong, faint), ticks
