"""The figures of a light curve: against time, its periodogram, and folded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from bokeh.events import Tap
from bokeh.models import Range1d

from analysis.light_curves import bin_phases, fold
from components.figures.base import empty_source, new_figure, set_ends
from components.state.series import SearchedLightCurve, thin
from components.theme import FONT, Theme

MOST_POINTS = 4000
PHASE_BINS = 60
GAP_DAYS = 0.5
LONG_NUMBERS = 1e5
MOST_SECTOR_LABELS = 8
MARK_DASHES = {"catalogue": "dashed", "velocities": "dotdash", "light curve": "dotted"}


class TimeFigure:
    """Flux against time: kept points, dropped ones, the trend, momentum dumps, gaps and sectors."""

    def __init__(self, theme: Theme) -> None:
        self.model = new_figure(theme, 150, "Time (d)", "Flux")
        self._gaps = empty_source("left", "right")
        self._bad, self._kept, self._out = (empty_source("x", "y") for _ in range(3))
        self._trend, self._dumps = empty_source("x", "y"), empty_source("x", "y")
        self._sectors = empty_source("x", "y", "text")
        plot = self.model
        plot.quad(
            left="left", right="right", bottom=-1e6, top=1e6, source=self._gaps, fill_color=theme.muted,
            fill_alpha=0.16, line_color=None,
        )  # fmt: skip
        plot.scatter("x", "y", source=self._bad, marker="x", size=5, line_color=theme.warning, line_alpha=0.8)
        plot.scatter("x", "y", source=self._out, size=2.6, color=theme.muted, alpha=0.6)
        plot.scatter("x", "y", source=self._kept, size=2.2, color=theme.series[0])
        plot.line("x", "y", source=self._trend, line_color=theme.series[3], line_width=1.6)
        plot.scatter("x", "y", source=self._dumps, marker="triangle", size=6, color=theme.series[4])
        plot.text(
            "x", "y", "text", source=self._sectors, text_color=theme.muted, text_font_size="10px",
            text_font={"value": FONT}, text_baseline="top", x_offset=3, y_offset=2,
        )  # fmt: skip

    def show(self, curve: SearchedLightCurve) -> None:
        """Show another light curve."""
        raw, clean = curve.raw, curve.clean
        # Ticks of full Julian dates would run into each other.
        zero = 10 * np.floor(raw.time.min() / 10) if raw.time.min() > LONG_NUMBERS else 0.0
        good = raw.good
        low, high = _flux_ends(raw.flux[good])
        bad = np.flatnonzero(~good & np.isfinite(raw.flux))
        kept = thin(len(clean.time), MOST_POINTS)
        # Binned or detrended points are no longer those of the file, so that dropped ones are told apart only else.
        same = np.isin(raw.time, clean.time) if len(clean.time) <= len(raw.time) else np.ones(len(raw), bool)
        out = np.flatnonzero(good & ~same)
        out, bad = out[thin(len(out), MOST_POINTS)], bad[thin(len(bad), 400)]
        self._kept.data = {"x": clean.time[kept] - zero, "y": clean.flux[kept]}
        self._out.data = {"x": raw.time[out] - zero, "y": np.clip(raw.flux[out], low, high)}
        self._bad.data = {"x": raw.time[bad] - zero, "y": np.clip(raw.flux[bad], low, high)}
        trend = thin(0 if clean.trend is None else len(clean.trend), MOST_POINTS)
        self._trend.data = {
            "x": [] if clean.trend_time is None else clean.trend_time[trend] - zero,
            "y": [] if clean.trend is None else clean.trend[trend],
        }
        dumps = raw.momentum_dumps
        self._dumps.data = {"x": dumps - zero, "y": np.full(len(dumps), low + 0.03 * (high - low))}
        gaps = raw.gaps(GAP_DAYS)
        self._gaps.data = {"left": [gap[0] - zero for gap in gaps], "right": [gap[1] - zero for gap in gaps]}
        starts = [float(raw.time[raw.sector == number].min()) - zero for number in raw.sectors if number > 0]
        names = [f"S{number}" for number in raw.sectors if number > 0]
        if len(names) > MOST_SECTOR_LABELS:
            starts, names = [], []
        self._sectors.data = {"x": starts, "y": [high] * len(names), "text": names}
        first, last = float(raw.time.min()) - zero, float(raw.time.max()) - zero
        pad = 0.01 * (last - first) or 0.5
        set_ends(self.model.x_range, first - pad, last + pad)
        set_ends(self.model.y_range, low, high)
        scale = "" if raw.time_scale == "unknown" else raw.time_scale
        shifted = f"{scale} − {zero:.0f}".strip() if zero else scale
        self.model.xaxis.axis_label = f"Time ({shifted}, d)" if shifted else "Time (d)"


class PeriodogramFigure:
    """Power against period, the fold and the periods known from elsewhere marked; a click folds there."""

    def __init__(self, theme: Theme, on_period: Callable[[float], Any]) -> None:
        self.model = new_figure(theme, 150, "Period (d), click to fold", "Power", Range1d(0.1, 10), log_x=True)
        self._theme = theme
        self._power = empty_source("x", "y")
        self._fold = empty_source("x", "text")
        self._known = empty_source("x", "text", "colour", "dash")
        self._top = 1.0
        plot = self.model
        plot.line("x", "y", source=self._power, line_color=theme.series[0], line_width=1.2)
        plot.segment("x", 0, "x", 1e6, source=self._known, line_color="colour", line_dash="dash", line_width=1.6)
        plot.segment("x", 0, "x", 1e6, source=self._fold, line_color=theme.focus, line_width=1.6)
        plot.on_event(Tap, lambda event: on_period(float(event.x)))

    def show(self, curve: SearchedLightCurve) -> None:
        """Show the periodogram of another light curve, or none where it was not searched."""
        periodogram = curve.found.periodogram
        self.model.visible = periodogram is not None
        if periodogram is None:
            return
        periods, power = periodogram.period, periodogram.power
        starts = np.unique(np.linspace(0, len(power), 1501).astype(int)[:-1])
        blocks = np.split(np.arange(len(power)), starts[1:])
        peaks = np.array([block[np.argmax(power[block])] for block in blocks])
        self._power.data = {"x": periods[peaks], "y": power[peaks]}
        self._top = 1.08 * float(power.max()) or 1.0
        set_ends(self.model.x_range, float(periods.min()), float(periods.max()))
        set_ends(self.model.y_range, 0.0, self._top)

    def mark(self, period: float | None, known: Mapping[str, float]) -> None:
        """Mark the period that is folded at, and those known under their names."""
        self._fold.data = {"x": [] if period is None else [period], "text": [] if period is None else ["fold"]}
        shown = [name for name in MARK_DASHES if name in known and name != "light curve"]
        colours = {"catalogue": self._theme.series[1], "velocities": self._theme.series[2]}
        self._known.data = {
            "x": [known[name] for name in shown],
            "text": shown,
            "colour": [colours[name] for name in shown],
            "dash": [MARK_DASHES[name] for name in shown],
        }


class FoldedFigure:
    """Two turns of a folded light curve with its binned mean and the errors of the means."""

    def __init__(self, theme: Theme, height: int = 170) -> None:
        self.model = new_figure(theme, height, "Phase", "Flux", Range1d(0, 2))
        self._points, self._mean = empty_source("x", "y"), empty_source("x", "y", "low", "high")
        plot = self.model
        plot.scatter("x", "y", source=self._points, size=2.2, color=theme.muted, alpha=0.4)
        plot.segment("x", "low", "x", "high", source=self._mean, line_color=theme.series[1])
        plot.scatter("x", "y", source=self._mean, size=4, color=theme.series[1])
        set_ends(plot.x_range, 0.0, 2.0)

    def show(self, curve: SearchedLightCurve, period: float, epoch: float | None) -> None:
        """Show a light curve at a period (d), phase 0 at ``epoch`` on its own time scale."""
        folded = fold(curve.clean, period, epoch)
        phase, flux, _ = folded.two_cycles()
        some = thin(len(phase), MOST_POINTS)
        mean = bin_phases(folded, PHASE_BINS)
        low, high = _flux_ends(flux)
        self._points.data = {"x": phase[some], "y": np.clip(flux[some], low, high)}
        here = np.isfinite(mean.flux)
        x, y = mean.phase[here], mean.flux[here]
        error = np.nan_to_num(mean.flux_error[here])
        self._mean.data = {
            "x": np.concatenate((x, x + 1)),
            "y": np.tile(y, 2),
            "low": np.tile(y - error, 2),
            "high": np.tile(y + error, 2),
        }
        set_ends(self.model.y_range, low, high)


def _flux_ends(flux: np.ndarray) -> tuple[float, float]:
    """Ends of a flux axis: nearly all points, with the deepest dips."""
    finite = flux[np.isfinite(flux)]
    if not len(finite):
        return 0.9, 1.1
    low, high = np.percentile(finite, (0.2, 99.5))
    pad = 0.15 * (high - low) or 0.01
    return float(low - pad), float(high + pad)
