"""The companion's mass: its posterior, and what a mass function demands."""

from __future__ import annotations

import numpy as np
from bokeh.models import Label, Range1d, Span

from analysis.binaries import CompanionPosterior, companion_mass
from components.figures.base import empty_source, new_figure, set_ends
from components.theme import FONT, Theme

BINS = 72
LIMITS = (1.4, 3.0)
SIN_I = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
LEAST_PRIMARY = 0.08


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


class MassFunctionFigure:
    """M₂ against M₁ for a mass function and six sines of the inclination: Fig. 4 of Mu et al. 2022 for one star."""

    def __init__(self, theme: Theme) -> None:
        self.model = new_figure(theme, 200, "M₁ (M☉)", "M₂ (M☉)", Range1d(LEAST_PRIMARY, 1.2))
        self._curves = [empty_source("x", "y") for _ in SIN_I]
        self._chosen = empty_source("x", "y")
        for number, source in enumerate(self._curves):
            alpha = 1 - 0.13 * number
            self.model.line("x", "y", source=source, line_color=theme.series[0], line_alpha=alpha, line_width=1.6)
        self._primary = Span(dimension="height", line_color=theme.muted, line_dash="dashed", visible=False)
        self.model.add_layout(self._primary)
        for mass in LIMITS:
            self.model.add_layout(Span(location=mass, dimension="width", line_color=theme.warning, line_dash="dotted"))
        self.model.scatter("x", "y", source=self._chosen, color=theme.focus, size=9)

    def show(self, function: float, primary: float | None, sin_i: float) -> None:
        """Show another mass function (solar masses), or mark another primary mass (the same) or sine of i."""
        heaviest = max(1.2, 1.5 * (primary or 0))
        primaries = np.geomspace(LEAST_PRIMARY, heaviest, 120)
        for sine, source in zip(SIN_I, self._curves, strict=True):
            source.data = {"x": primaries, "y": np.asarray(companion_mass(function, primaries, sine))}
        top = float(companion_mass(function, primary or 1.2, min(sin_i, SIN_I[-1])))
        set_ends(self.model.x_range, LEAST_PRIMARY, heaviest)
        set_ends(self.model.y_range, 0.0, top if primary is None else max(1.15 * top, 0.2))
        self._primary.visible = primary is not None
        if primary is None:
            self._chosen.data = {"x": [], "y": []}
            return
        self._primary.location = primary
        self._chosen.data = {"x": [primary], "y": [float(companion_mass(function, primary, sin_i))]}
