"""The distance of a star from its parallax, from its spectrum, and from both."""

from __future__ import annotations

from bokeh.models import Range1d

from analysis.stars import DistancePosterior
from components.figures.base import empty_source, new_figure, set_ends
from components.state.labels import DistanceCurves
from components.theme import Theme


class DistanceFigure:
    """Relative probability against distance; the mode and the 68 % interval marked at the foot."""

    def __init__(self, theme: Theme) -> None:
        self.model = new_figure(theme, 150, "Distance (pc)", "Probability", Range1d(0, 1000))
        self._together, self._middle = empty_source("x", "y"), empty_source("low", "high", "mode", "y")
        self._parallax, self._light = empty_source("x", "y"), empty_source("x", "y")
        plot = self.model
        plot.varea("x", 0, "y", source=self._together, fill_color=theme.series[0], fill_alpha=0.3)
        plot.line("x", "y", source=self._parallax, line_color=theme.series[2], line_width=1.4, line_dash="dashed")
        plot.line("x", "y", source=self._light, line_color=theme.series[1], line_width=1.4, line_dash="dotted")
        plot.line("x", "y", source=self._together, line_color=theme.series[0], line_width=1.8)
        plot.segment("low", "y", "high", "y", source=self._middle, line_color=theme.focus, line_width=3)
        plot.scatter("mode", "y", source=self._middle, size=8, color=theme.focus)
        plot.yaxis.ticker = []
        plot.yaxis.axis_label_standoff = 12
        plot.xaxis.formatter.use_scientific = False
        set_ends(plot.y_range, 0.0, 1.12)

    def show(self, curves: DistanceCurves, found: DistancePosterior) -> None:
        """Show the curves of another star."""
        x = curves.distance
        self._together.data = {"x": x, "y": curves.together}
        for source, curve in ((self._parallax, curves.by_parallax), (self._light, curves.by_light)):
            source.data = {"x": [], "y": []} if curve is None else {"x": x, "y": curve}
        self._middle.data = {"low": [found.low], "high": [found.high], "mode": [found.mode], "y": [0.06]}
        set_ends(self.model.x_range, float(x[0]), float(x[-1]))
