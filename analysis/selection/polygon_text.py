"""A polygon as plain comparisons, for languages that know no polygon on a plane."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from analysis.selection.polygons import Edge, Inside


class PolygonWriter(ABC):
    """Writes a polygon strip by strip: y within the strip, and an odd number of its edges to the right of x.

    The arithmetic is that of `Inside`, in the same order, so points on an edge fall the same way.
    """

    conjunction: ClassVar[str]
    disjunction: ClassVar[str]
    never: ClassVar[str]

    @abstractmethod
    def number(self, value: float) -> str:
        """A double."""

    @abstractmethod
    def axis(self, column: str, scale: str) -> str:
        """The column's value on the axis' scale."""

    @abstractmethod
    def positive(self, column: str) -> str:
        """The condition that the column is above zero, asked of logarithmic axes."""

    def write(self, cut: Inside) -> str:
        """The condition in parentheses."""
        x, y = self.axis(cut.x, cut.x_scale), self.axis(cut.y, cut.y_scale)
        strips = []
        for strip in cut.strips:
            if strip.edges:
                within = [f"{y} >= {self.number(strip.y_low)}", f"{y} < {self.number(strip.y_high)}"]
                crossed = self._odd([self._left_of(x, y, edge) for edge in strip.edges])[0]
                strips.append(f"({self.conjunction.join([*within, crossed])})")
        inside = f"({self.disjunction.join(strips)})" if strips else f"({self.never})"
        scales = ((cut.x, cut.x_scale), (cut.y, cut.y_scale))
        positive = [self.positive(column) for column, scale in scales if scale == "log10"]
        return f"({self.conjunction.join([*positive, inside])})" if positive else inside

    def _left_of(self, x: str, y: str, edge: Edge) -> tuple[str, str]:
        """The condition that x lies to the left of the edge, and its opposite."""
        if edge.run == 0:
            place = self.number(edge.x_low)
        else:
            height = f"({y} {self._plus(-edge.y_low)})"
            place = f"{self.number(edge.run)} * {height} / {self.number(edge.rise)} {self._plus(edge.x_low)}"
        return f"{x} < {place}", f"{x} >= {place}"

    def _plus(self, value: float) -> str:
        return f"- {self.number(-value)}" if value < 0 else f"+ {self.number(value + 0.0)}"

    def _odd(self, tests: list[tuple[str, str]]) -> tuple[str, str]:
        """The condition that an odd number of the tests holds, and its opposite."""
        if len(tests) == 1:
            return tests[0]
        half = len(tests) // 2
        (one, not_one), (other, not_other) = self._odd(tests[:half]), self._odd(tests[half:])
        return self._either(one, not_other, not_one, other), self._either(one, other, not_one, not_other)

    def _either(self, a: str, b: str, c: str, d: str) -> str:
        pairs = [f"({self.conjunction.join(pair)})" for pair in ((a, b), (c, d))]
        return f"({self.disjunction.join(pairs)})"
