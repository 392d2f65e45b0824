"""Where a cut runs on a plane: the outline of a box or lasso, and the curve of a typed comparison."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from contourpy import contour_generator

from analysis.selection import And, Cut, Expression, Inside, Not, Or, Range
from analysis.selection.expression_terms import Column, columns_of, evaluate
from components.state.planes import Figure

SAMPLES, CELLS = 400, 160
Line = tuple[np.ndarray, np.ndarray]
Bounds = tuple[float, float, float, float]


def cut_curves(cut: Cut, figure: Figure, bounds: Bounds) -> list[Line]:
    """Return the lines along which the cut parts the plane, in data units.

    Bounds are x low, x high, y low, y high. Ranges on one axis are straight lines, not among them: see
    `cut_limits`.
    """
    return list(_curves(cut, figure, bounds))


def cut_limits(cut: Cut, figure: Figure) -> list[tuple[str, float]]:
    """Return the straight lines of ranges inside a larger cut as pairs of axis ("x" or "y") and place."""
    if isinstance(cut, Range):
        axes = [axis for axis, column in (("x", figure.x), ("y", figure.y)) if column == cut.column]
        return [(axis, float(end)) for axis in axes for end in (cut.low, cut.high) if end is not None]
    if _box(cut, figure) is not None:
        return []
    return [place for part in _parts(cut) for place in cut_limits(part, figure)]


def _parts(cut: Cut) -> tuple[Cut, ...]:
    if isinstance(cut, And | Or):
        return cut.terms
    return (cut.cut,) if isinstance(cut, Not) else ()


def _curves(cut: Cut, figure: Figure, bounds: Bounds) -> Iterator[Line]:
    box = _box(cut, figure)
    if box is not None:
        yield _closed(box)
    elif isinstance(cut, Inside):
        if (cut.x, cut.y) == (figure.x, figure.y):
            yield _closed([(float(x), float(y)) for x, y in cut.vertices])
    elif isinstance(cut, Expression):
        if cut.columns <= {figure.x, figure.y}:
            yield from _comparison(cut, figure, bounds)
    else:
        for part in _parts(cut):
            yield from _curves(part, figure, bounds)


def _box(cut: Cut, figure: Figure) -> list[tuple[float, float]] | None:
    if isinstance(cut, And) and len(cut.terms) == 2:
        sides = {part.column: (part.low, part.high) for part in cut.terms if isinstance(part, Range)}
        x, y = sides.get(figure.x), sides.get(figure.y)
        if x and y and None not in (*x, *y):
            return [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])]  # type: ignore[list-item]
    return None


def _closed(corners: list[tuple[float, float]]) -> Line:
    x, y = np.array([*corners, corners[0]], dtype=float).T
    return x, y


def _steps(low: float, high: float, scale: str, number: int) -> np.ndarray:
    return np.geomspace(low, high, number) if scale == "log10" else np.linspace(low, high, number)


def _comparison(cut: Expression, figure: Figure, bounds: Bounds) -> Iterator[Line]:
    left, right = cut.comparison.left, cut.comparison.right
    x_low, x_high, y_low, y_high = bounds
    for alone, other in ((left, right), (right, left)):
        if isinstance(alone, Column) and alone.name == figure.y and columns_of(other) == {figure.x}:
            x = _steps(x_low, x_high, figure.x_scale, SAMPLES)
            y = np.broadcast_to(evaluate(other, {figure.x: x}), x.shape)
            shown = np.isfinite(y) & ((y > 0) | (figure.y_scale == "linear"))
            if shown.any():
                yield x[shown], np.asarray(y[shown], dtype=float)
            return
    x, y = _steps(x_low, x_high, figure.x_scale, CELLS), _steps(y_low, y_high, figure.y_scale, CELLS)
    across, up = np.meshgrid(x, y)
    plane = {figure.x: across.ravel(), figure.y: up.ravel()}
    height = np.broadcast_to(evaluate(left, plane) - evaluate(right, plane), across.size).reshape(across.shape)
    for line in contour_generator(across, up, np.ma.masked_invalid(height)).lines(0.0):
        yield line[:, 0], line[:, 1]
