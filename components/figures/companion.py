"""The posterior of the companion's mass."""

from __future__ import annotations

import numpy as np
from bokeh.models import Label, Range1d, Span

from analysis.binaries import CompanionPosterior
from components.figures.base import empty_source, new_figure, set_ends
from components.theme import FONT, Theme

BINS = 72
LIMITS = (1.4, 3.0)


class MassFigure:
    """Probability per factor of mass against the companion's mass, with 1.4, 3 solar masses and M1 marked."""

    def __init__(self, theme: Theme) -> None:
        self.model = new_figure(theme, 150, "M₂ (M☉)", "Probability", Range1d(0.05, 30), log_x=True)
        self._bars, self._middle = empty_source("x", "y"), empty_source("low", "high", "median", "y")
        plot = self.model
        plot.varea("x", 0, "y", source=self._bars, fill_color=theme.series[0], fill_alpha=0.35)
        plot.line("x", "y", source=self._bars, line_color=theme.series[0], line_width=1.6)
        plot.segment("low", "y", "high", "y", source=self._middle, line_color=theme.focus, line_width=3)
        plot.scatter("median", "y", source=self._middle, size=8, color=theme.focus)
        for mass in LIMITS:
            plot.add_layout(Span(location=mass, dimension="height", line_color=theme.warning, line_dash="dotted"))
            plot.add_layout(self._label(theme, f"{mass:g}", mass))
        self._primary = Span(location=1, dimension="height", line_color=theme.muted, line_dash="dashed", visible=False)
        self._name = self._label(theme, "M₁", 1.0, bottom=True)
        plot.add_layout(self._primary)
        plot.add_layout(self._name)
        plot.yaxis.ticker = []
        plot.yaxis.axis_label_standoff = 12
        set_ends(plot.y_range, 0.0, 1.12)

    def show(self, posterior: CompanionPosterior, primary: float | None) -> None:
        """Show another posterior."""
        low, high = posterior.quantile(0.002, 0.998)
        ends = max(min(low / 1.3, 0.8), 0.01), min(max(high * 1.3, 5.0), 100.0)
        edges = np.geomspace(*ends, BINS + 1)
        density = posterior.histogram(edges)
        middle = np.sqrt(edges[1:] * edges[:-1])
        shown = density / max(float(density.max()), 1e-300)
        self._bars.data = {"x": middle, "y": shown}
        lower, median, upper = posterior.quantile(0.16, 0.5, 0.84)
        self._middle.data = {"low": [lower], "high": [upper], "median": [median], "y": [0.06]}
        set_ends(self.model.x_range, *map(float, ends))
        self._primary.visible = self._name.visible = primary is not None
        if primary is not None:
            self._primary.location = self._name.x = primary

    @staticmethod
    def _label(theme: Theme, text: str, x: float, bottom: bool = False) -> Label:
        colour = theme.muted if bottom else theme.warning
        return Label(
            x=x, y=0.72 if bottom else 1.1, text=text, text_color=colour, text_font=FONT,
            text_font_size="10.5px", text_baseline="top", x_offset=-18 if bottom else 3,
        )  # fmt: skip
