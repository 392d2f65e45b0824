"""What a learner's page shows, as plain values that conditions are checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.selection import Cut, OneOf, Range


@dataclass(frozen=True)
class Snapshot:
    """The page at one moment. What is not known is None or empty.

    `cuts` are the cuts that count by clause name, `sliders` the columns that have a slider, `figures` the figure of
    each slot, `shapes` the axes (x, y) of each box or lasso, `star_values` the values of the picked star by column,
    `fold` the period (d) its panels fold at, `page` the tab that is in front, `verdicts` the word by star that this
    reader gave, `answer` and `choice` what was answered at the present step.
    """

    dataset: str = ""
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    sliders: frozenset[str] = frozenset()
    figures: Mapping[str, str] = field(default_factory=dict)
    shapes: tuple[tuple[str, str], ...] = ()
    star: str = ""
    star_values: Mapping[str, Any] = field(default_factory=dict)
    fold: float | None = None
    page: str = ""
    layout: str = "planes"
    passing: int | None = None
    presets: frozenset[str] = frozenset()
    verdicts: Mapping[str, str] = field(default_factory=dict)
    completeness: float | None = None
    purity: float | None = None
    answer: str = ""
    choice: str = ""

    @property
    def pages(self) -> frozenset[str]:
        """The pages of the right column that can be seen: in the star layout the star's stands beside another."""
        return frozenset({self.page, "Star"} if self.layout == "star" else {self.page})

    def limits(self, column: str) -> tuple[float | None, float | None]:
        """The tightest lower and upper limit that sliders, typed ranges and lists of numbers set on a column."""
        ranges = [cut for cut in self.cuts.values() if isinstance(cut, Range) and cut.column == column]
        lists = [cut for cut in self.cuts.values() if isinstance(cut, OneOf) and cut.column == column]
        listed = [[float(v) for v in cut.values if isinstance(v, int | float)] for cut in lists]
        lows = [cut.low for cut in ranges if cut.low is not None] + [min(values) for values in listed if values]
        highs = [cut.high for cut in ranges if cut.high is not None] + [max(values) for values in listed if values]
        return max(lows, default=None), min(highs, default=None)
