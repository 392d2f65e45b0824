"""The figures of a star's astrometric and velocity errors: two planes of the RUWE triad, and posteriors."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from bokeh.models import FixedTicker, Range1d, Span

from analysis.binaries import PlatingThresholds
from components.figures.base import empty_source, new_figure, set_ends
from components.state.inference import Excess, Interval
from components.theme import Theme, format_value

LIMITS = PlatingThresholds()
THRESHOLDS = {"ruwe": LIMITS.ruwe, "ruwe_spec": LIMITS.ruwe_spec, "ruwe_phot": LIMITS.ruwe_phot}
TITLES = {"ruwe": "RUWE_ast", "ruwe_spec": "RUWE_spec", "ruwe_phot": "RUWE_phot"}
LEAST_ENDS = (0.6, 5.0)
CLOUD_SHARE = (0.2, 99.5)
HISTOGRAM_BINS = 48
SHOWN_SHARE = (0.5, 99.5)


class TriadFigure:
    """Two unit weight errors on log axes: some stars of the catalogue, the thresholds, the star in focus."""

    def __init__(self, theme: Theme, x: str, y: str) -> None:
        self.x, self.y = x, y
        ranges = Range1d(*LEAST_ENDS), Range1d(*LEAST_ENDS)
        self.model = new_figure(theme, 180, TITLES[x], TITLES[y], *ranges, log_x=True, log_y=True)
        self._cloud, self._star = empty_source("x", "y"), empty_source("x", "y")
        self._ends = {x: LEAST_ENDS, y: LEAST_ENDS}
        line = {"line_color": theme.warning, "line_dash": "dotted", "line_width": 1.5}
        self.model.scatter("x", "y", source=self._cloud, size=2, color=theme.muted, alpha=0.35)
        self.model.add_layout(Span(location=THRESHOLDS[x], dimension="height", **line))
        self.model.add_layout(Span(location=THRESHOLDS[y], dimension="width", **line))
        self.model.scatter("x", "y", source=self._star, size=9, color=theme.focus)

    def show_cloud(self, cloud: pd.DataFrame) -> None:
        """Show other stars: a column for each unit weight error; those without both are left out."""
        if not {self.x, self.y} <= set(cloud.columns):
            return
        some = cloud[[self.x, self.y]].dropna()
        some = some[(some > 0).all(axis=1)]
        self._cloud.data = {"x": some[self.x].to_numpy(), "y": some[self.y].to_numpy()}
        if len(some):
            for name in (self.x, self.y):
                low, high = np.percentile(some[name], CLOUD_SHARE)
                self._ends[name] = min(LEAST_ENDS[0], float(low)), max(LEAST_ENDS[1], float(high))

    def show(self, excess: Excess) -> None:
        """Mark a star, where both of its errors are known, within the shown ends."""
        known = {"ruwe": excess.ruwe_ast, "ruwe_spec": excess.ruwe_spec, "ruwe_phot": excess.ruwe_phot}
        place = [(name, value) for name in (self.x, self.y) if (value := known[name]) is not None and value > 0]
        ends = dict(self._ends)
        if len(place) == 2:
            self._star.data = {"x": [place[0][1]], "y": [place[1][1]]}
            for name, value in place:
                ends[name] = min(ends[name][0], value / 1.3), max(ends[name][1], value * 1.3)
        else:
            self._star.data = {"x": [], "y": []}
        set_ends(self.model.x_range, *ends[self.x])
        set_ends(self.model.y_range, *ends[self.y])


class PosteriorDensity:
    """The density of draws over a log axis with the median and the 16 and 84 % points."""

    def __init__(self, theme: Theme, label: str) -> None:
        self.model = new_figure(theme, 110, label, "", Range1d(0.1, 10), log_x=True)
        self._area = empty_source("x", "y")
        self.model.varea("x", 0, "y", source=self._area, fill_color=theme.series[0], fill_alpha=0.35)
        self._marks = [
            Span(location=1, dimension="height", line_color=theme.series[0], line_width=width, line_dash=dash)
            for width, dash in ((2, "solid"), (1, "dashed"), (1, "dashed"))
        ]
        for mark in self._marks:
            self.model.add_layout(mark)
        self.model.yaxis.visible = False
        self.model.update(min_border_left=8, min_border_right=8)

    def show(self, value: Interval) -> None:
        """Show other draws."""
        low, high = np.percentile(value.draws, SHOWN_SHARE)
        edges = np.geomspace(min(low, value.low) * 0.99, max(high, value.high) * 1.01, HISTOGRAM_BINS + 1)
        counts, _ = np.histogram(value.draws, edges)
        self._area.data = {"x": np.sqrt(edges[1:] * edges[:-1]), "y": counts.astype(float)}
        for mark, at in zip(self._marks, (value.median, value.low, value.high), strict=True):
            mark.location = at
        ends = float(edges[0]), float(edges[-1])
        set_ends(self.model.x_range, *ends)
        set_ends(self.model.y_range, 0.0, max(float(counts.max()) * 1.1, 1.0))
        ticks = few_ticks(*ends)
        self.model.xaxis[0].update(
            ticker=FixedTicker(ticks=ticks), major_label_overrides={tick: format_value(tick, 3) for tick in ticks}
        )


def few_ticks(low: float, high: float, most: int = 3) -> list[float]:
    """Return at most ``most`` round numbers of a log axis: powers of ten where there are two, else 1, 2 and 5."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for mantissas in ((1,), (1, 2, 5)):
        ticks = [mantissa * 10.0**power for power in powers for mantissa in mantissas]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) >= 2:
            break
    step = -(-len(ticks) // most) if ticks else 1
    return ticks[::step]
