# ruff: noqa: D102 (Cut says once what every kind of cut offers)
"""The cut that keeps the rows inside a polygon drawn on a plane of two columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.selection.cuts import Cut
from analysis.selection.table_columns import BoolArray, Table, name_text, number_column, number_text

FloatArray: TypeAlias = npt.NDArray[np.float64]
Vertex: TypeAlias = tuple[float, float]

SCALES = ("linear", "log10")
_CHUNK = 65_536  # rows at a time, so that the temporary arrays stay in the processor's cache


@dataclass(frozen=True)
class Edge:
    """One side of a polygon, from its lower end: x = run (y - y_low) / rise + x_low, on the axes' scales."""

    x_low: float
    y_low: float
    run: float
    rise: float
    y_high: float


@dataclass(frozen=True)
class Strip:
    """The part of a polygon with y_low <= y < y_high, which the same edges cross from end to end."""

    y_low: float
    y_high: float
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Inside(Cut):
    """Rows inside a polygon on the plane of columns x and y, by the even-odd rule.

    The vertices are in data units whatever the scale. On a "log10" axis the edges are straight in log10 of
    the column, as they look on a logarithmic plot, and values of zero and below are outside.

    A point is inside where an odd number of edges lies to its right: x < run (y - y_low) / rise + x_low, for
    the edges with y_low <= y < y_high, in doubles. So a point on a left or lower edge is inside, one on a
    right or upper edge is not, and polygons that share an edge neither share nor lose a point. Missing values
    are outside.

    Raises ValueError for fewer than three vertices, non-finite ones, and ones at or below 0 on a log10 axis.
    """

    x: str
    y: str
    vertices: tuple[Vertex, ...]
    x_scale: str = "linear"
    y_scale: str = "linear"

    def __post_init__(self) -> None:
        object.__setattr__(self, "vertices", _vertices(self.vertices))
        for axis, column, scale in ((0, self.x, self.x_scale), (1, self.y, self.y_scale)):
            if scale not in SCALES:
                raise ValueError(f"the scale of {column!r} is {scale!r}; a polygon knows {' and '.join(SCALES)}")
            lowest = min(vertex[axis] for vertex in self.vertices)
            if scale == "log10" and lowest <= 0:
                raise ValueError(f"a polygon on log10 of {column!r} has a vertex at {lowest:g}; it must be above zero")

    @property
    def columns(self) -> frozenset[str]:
        return frozenset({self.x, self.y})

    @cached_property
    def strips(self) -> tuple[Strip, ...]:
        """The polygon cut at every vertex into strips in y, lowest first, on the axes' scales."""
        points = np.array(self.vertices)
        for axis, scale in enumerate((self.x_scale, self.y_scale)):
            points[:, axis] = to_scale(points[:, axis], scale)
        corners = [(float(x), float(y)) for x, y in points]
        edges = [_edge(a, b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True) if a[1] != b[1]]
        levels = sorted({y for _, y in corners})
        return tuple(
            Strip(low, high, tuple(edge for edge in edges if edge.y_low <= low and edge.y_high >= high))
            for low, high in pairwise(levels)
        )

    def mask(self, table: Table) -> BoolArray:
        x, y = number_column(table, self.x), number_column(table, self.y)
        inside = np.zeros(len(x), dtype=np.bool_)
        for start in range(0, len(x), _CHUNK):
            part = slice(start, start + _CHUNK)
            inside[part] = self._contains(to_scale(x[part], self.x_scale), to_scale(y[part], self.y_scale))
        return inside

    def _contains(self, x: FloatArray, y: FloatArray) -> BoolArray:
        levels, edges, sides = self._strip_table
        inside = np.zeros(len(x), dtype=np.bool_)
        strip = np.searchsorted(levels, y, side="right") - 1
        within = np.flatnonzero((strip >= 0) & (strip < len(sides)))
        x, y, strip = x[within], y[within], strip[within]
        odd = np.zeros(len(within), dtype=np.bool_)
        for side in range(sides.shape[1]):
            x_low, y_low, run, rise = edges[:, sides[strip, side]]
            odd ^= x < run * (y - y_low) / rise + x_low
        inside[within] = odd
        return inside

    @cached_property
    def _strip_table(self) -> tuple[FloatArray, FloatArray, npt.NDArray[np.intp]]:
        """Levels between the strips; edges as rows x_low, y_low, run, rise; the edges of each strip."""
        every = list(dict.fromkeys(edge for strip in self.strips for edge in strip.edges))
        number = {edge: place for place, edge in enumerate(every, start=1)}
        never = (-np.inf, 0.0, 0.0, 1.0)  # the edge that pads shorter strips: no point lies to the left of it
        edges = np.array([never, *((edge.x_low, edge.y_low, edge.run, edge.rise) for edge in every)]).T
        sides = np.zeros((len(self.strips), max((len(s.edges) for s in self.strips), default=0)), dtype=np.intp)
        for row, strip in enumerate(self.strips):
            sides[row, : len(strip.edges)] = [number[edge] for edge in strip.edges]
        levels = [strip.y_low for strip in self.strips] + [strip.y_high for strip in self.strips[-1:]]
        return np.array(levels), edges, sides

    @property
    def text(self) -> str:
        points = ", ".join(f"({number_text(x)}, {number_text(y)})" for x, y in self.vertices)
        x, y = (_axis_text(*axis) for axis in ((self.x, self.x_scale), (self.y, self.y_scale)))
        return f"inside({x}, {y}, [{points}])"

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": "inside",
            "x": self.x,
            "y": self.y,
            "vertices": [list(vertex) for vertex in self.vertices],
            "x_scale": self.x_scale,
            "y_scale": self.y_scale,
        }


def to_scale(values: npt.NDArray[Any], scale: str) -> FloatArray:
    """The values as doubles on the scale: themselves, or log10 of them (NaN at and below zero)."""
    numbers = values.astype(np.float64)
    if scale == "linear":
        return numbers
    numbers[~(numbers > 0)] = np.nan
    return np.log10(numbers)


def _axis_text(column: str, scale: str) -> str:
    return name_text(column) if scale == "linear" else f"{name_text(column)} on log10"


def _edge(a: Vertex, b: Vertex) -> Edge:
    low, high = (a, b) if a[1] < b[1] else (b, a)
    return Edge(low[0], low[1], high[0] - low[0], high[1] - low[1], high[1])


def _vertices(given: Iterable[Iterable[float]]) -> tuple[Vertex, ...]:
    vertices = tuple(tuple(float(value) + 0.0 for value in vertex) for vertex in given)
    if len(vertices) < 3:
        raise ValueError(f"a polygon needs at least three vertices; it has {len(vertices)}")
    for vertex in vertices:
        if len(vertex) != 2 or not np.isfinite(vertex).all():
            raise ValueError(f"the polygon's vertex {vertex} must be two finite numbers (x, y)")
    return tuple((x, y) for x, y in vertices)
