"""The figures of radial velocities: folded with their orbit, and all the orbits that few of them allow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from bokeh.events import Tap
from bokeh.models import ColorBar, LinearColorMapper, Range1d

from analysis.binaries import KeplerianOrbit, OrbitPosterior
from components.figures.base import empty_source, new_figure, set_ends
from components.state.orbit import OrbitFit, StarOrbit
from components.theme import FONT, Theme, blend

MARKERS = ("circle", "square", "triangle", "diamond", "hex")
SAMPLES_SHOWN = 2500


def instrument_styles(theme: Theme, instruments: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Return colour and marker of each instrument, in the order of the instruments."""
    colours = (theme.series[1], theme.series[2], theme.series[3], theme.series[4], theme.series[0])
    return {
        name: (colours[number % len(colours)], MARKERS[number % len(MARKERS)])
        for number, name in enumerate(instruments)
    }


class OrbitFigure:
    """Two turns of folded velocities with the orbit, each instrument in its colour, and the residuals below."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        phases = Range1d(0, 2)
        self.model = new_figure(theme, 190, "", "Velocity (km/s)", phases)
        self.residuals = new_figure(theme, 116, "Phase", "O − C", phases)
        self.model.xaxis.visible = False
        self._curve, self._second = empty_source("x", "y"), empty_source("x", "y")
        self._level, self._zero = empty_source("x", "y"), empty_source("x", "y")
        columns = ("x", "y", "low", "high", "rest", "rest_low", "rest_high", "colour", "fill", "marker")
        self._points = empty_source(*columns)
        for plot, y, low, high, level in (
            (self.model, "y", "low", "high", self._level),
            (self.residuals, "rest", "rest_low", "rest_high", self._zero),
        ):
            plot.line("x", "y", source=level, line_color=theme.muted, line_dash="dotted")
            if plot is self.model:
                plot.line("x", "y", source=self._second, line_color=theme.series[0], line_dash="dashed")
                plot.line("x", "y", source=self._curve, line_color=theme.series[0], line_width=2)
            plot.segment("x", low, "x", high, source=self._points, line_color=theme.muted)
            plot.scatter("x", y, source=self._points, size=6.5, line_color="colour", fill_color="fill", marker="marker")
        self._zero.data = {"x": [0, 2], "y": [0, 0]}
        set_ends(phases, 0.0, 2.0)

    def show(self, orbit: StarOrbit, fit: OrbitFit, shown: KeplerianOrbit) -> None:
        """Show the velocities at the period of an orbit, zero points of the instruments taken out."""
        primary, secondary = orbit.velocities.primary, orbit.velocities.secondary
        second = None if fit.second is None else _alike(fit, shown)
        start = rising_time(shown)
        styles = instrument_styles(self._theme, primary.instruments)
        rows: dict[str, list[Any]] = {name: [] for name in self._points.data}
        bodies = [(primary, shown, True)] + ([(secondary, second, False)] if secondary and second else [])
        for data, model, is_first in bodies:
            offsets = np.array([model.offsets[str(name)] - model.systemic_velocity for name in data.instrument])
            jitter = np.array([model.jitters[str(name)] for name in data.instrument])
            phase = np.mod((data.time - start) / shown.period, 1)
            error = np.hypot(data.velocity_error, jitter)
            for turn in (0, 1):
                for k, name in enumerate(map(str, data.instrument)):
                    colour, marker = styles.get(name, (self._theme.series[1], "circle"))
                    v, r, e = data.velocity[k] - offsets[k], model.residuals[k], error[k]
                    values = (
                        phase[k] + turn, v, v - e, v + e, r, r - e, r + e, colour,
                        colour if is_first else self._theme.page, marker,
                    )  # fmt: skip
                    for column, value in zip(rows, values, strict=True):
                        rows[column].append(value)
        turns = np.linspace(0, 2, 321)
        times = start + turns * shown.period
        self._points.data = rows
        self._curve.data = {"x": turns, "y": shown.velocity(times)}
        self._second.data = {"x": turns, "y": second.velocity(times)} if second is not None else {"x": [], "y": []}
        self._level.data = {"x": [0, 2], "y": [shown.systemic_velocity] * 2}
        seen = np.concatenate((rows["low"], rows["high"], self._curve.data["y"], self._second.data["y"]))
        pad = 0.06 * float(np.ptp(seen)) or 1.0
        set_ends(self.model.y_range, float(seen.min()) - pad, float(seen.max()) + pad)
        rest = float(np.max(np.abs(rows["rest_low"] + rows["rest_high"]))) * 1.08 or 1.0
        set_ends(self.residuals.y_range, -rest, rest)


class PosteriorFigure:
    """K against period of the orbits that the velocities allow, coloured by eccentricity; a click folds there."""

    def __init__(self, theme: Theme, on_period: Callable[[float], Any]) -> None:
        self.model = new_figure(
            theme, 190, "Period (d), click to fold; colour: eccentricity", "K₁ (km/s)", Range1d(0.1, 1000), log_x=True
        )
        self._samples, self._fold = empty_source("x", "y", "e"), empty_source("x")
        palette = blend((theme.series[0], theme.series[1], theme.series[4]), 64)
        mapper = LinearColorMapper(palette=palette, low=0, high=0.8)
        plot = self.model
        plot.scatter(
            "x", "y", source=self._samples, size=3, alpha=0.55, line_color=None,
            fill_color={"field": "e", "transform": mapper},
        )  # fmt: skip
        plot.segment("x", 0, "x", 1e6, source=self._fold, line_color=theme.focus, line_width=1.6)
        bar = ColorBar(
            color_mapper=mapper, width=8, padding=2, margin=0, major_label_text_color=theme.muted,
            major_label_text_font=FONT, major_label_text_font_size="10px", background_fill_color=None,
            label_standoff=4, major_tick_line_color=None,
        )  # fmt: skip
        plot.add_layout(bar, "right")
        plot.on_event(Tap, lambda event: on_period(float(event.x)))

    def show(self, posterior: OrbitPosterior) -> None:
        """Show samples of another posterior."""
        some = np.linspace(0, posterior.period.size - 1, min(posterior.period.size, SAMPLES_SHOWN)).astype(int)
        period, amplitude = posterior.period[some], posterior.semi_amplitude[some]
        self._samples.data = {"x": period, "y": amplitude, "e": posterior.eccentricity[some]}
        low, high = (float(end) for end in np.percentile(posterior.period, (0.2, 99.8)))
        spread = max((high / low) ** 0.06, 1 + 2e-6)
        set_ends(self.model.x_range, low / spread, high * spread)
        set_ends(self.model.y_range, 0.0, float(np.percentile(amplitude, 98)) * 1.25)

    def mark(self, period: float | None) -> None:
        """Mark the period that is folded at."""
        self._fold.data = {"x": [] if period is None else [period]}


def rising_time(orbit: KeplerianOrbit) -> float:
    """Return the time (d) at which the velocity rises through the middle of its range, the phase zero of the figures.

    For a circular orbit that is when the visible star is nearest to us.
    """
    phases = np.linspace(0, 1, 721)
    times = orbit.periastron_time + phases * orbit.period
    velocity = orbit.velocity(times)
    middle = 0.5 * (velocity.min() + velocity.max())
    rising = np.flatnonzero((velocity[:-1] < middle) & (velocity[1:] >= middle))
    if not len(rising):
        return orbit.periastron_time
    at = int(rising[0])
    share = (middle - velocity[at]) / (velocity[at + 1] - velocity[at])
    return float(times[at] + share * (times[at + 1] - times[at]))


def _alike(fit: OrbitFit, shown: KeplerianOrbit) -> KeplerianOrbit:
    assert fit.second is not None
    eccentric = shown is fit.comparison.keplerian
    return fit.second.keplerian if eccentric and fit.second.keplerian is not None else fit.second.circular
