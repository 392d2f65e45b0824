"""The light curve of the star in focus: raw, searched, and folded at any period."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

import holoviews as hv
import numpy as np
import panel as pn
from bokeh.events import Tap

from analysis.light_curves import bin_phases, fold
from components.documents import run_in_document
from components.log_axis import use_log_ticks
from components.state.series import SearchedLightCurve, thin
from components.state.workspace import Workspace
from components.theme import THEMES, Theme, escape, format_value, style_figure, stylesheet

log = logging.getLogger(__name__)
MOST_POINTS = 4000
NO_LIGHT_CURVE = (
    "<p>No light curve of this star is at hand. Start with <code>penumbra serve --series FOLDER</code> to have TESS, "
    "Kepler or text files found by TIC or Gaia identifier.</p>"
)
KINDS = {
    "ellipsoidal": "ellipsoidal: two equal humps an orbit, a star drawn out by its companion",
    "eclipsing": "eclipsing",
    "reflection": "reflection or beaming: one hump an orbit",
    "rotation": "rotation with spots",
    "none": "no significant period",
}


def raw_plot(curve: SearchedLightCurve, theme: Theme) -> hv.Overlay:
    """Return flux against time: points that were dropped faint, kept ones strong, and the trend if one was taken."""
    raw, clean = curve.raw, curve.clean
    some = thin(len(raw.time), MOST_POINTS)
    kept = thin(len(clean.time), MOST_POINTS)
    label = f"Time ({raw.time_scale}, d)"
    parts = [
        hv.Scatter((raw.time[some], raw.flux[some]), "time", "flux").opts(color=theme.muted, size=2, alpha=0.45),
        hv.Scatter((clean.time[kept], clean.flux[kept]), "time", "flux").opts(color=theme.series[1], size=2.2),
    ]
    if clean.trend is not None and clean.trend_time is not None:
        parts.append(
            hv.Curve((clean.trend_time, clean.trend), "time", "flux").opts(color=theme.series[2], line_width=1.5)
        )
    return hv.Overlay(parts).opts(xlabel=label, ylabel="Flux", height=140)


def periodogram_plot(
    curve: SearchedLightCurve, period: float, marks: dict[str, float], theme: Theme
) -> hv.Overlay | None:
    """Return power against period on a log axis, with the fold and the periods known from elsewhere marked."""
    periodogram = curve.found.periodogram
    if periodogram is None:
        return None
    periods, power = periodogram.period, periodogram.power
    blocks = np.array_split(np.arange(len(power)), min(1500, len(power)))
    peaks = np.array([block[np.argmax(power[block])] for block in blocks])
    parts: list[Any] = [
        hv.Curve((periods[peaks], power[peaks]), "period", "power").opts(color=theme.series[0], line_width=1.2),
        hv.VLine(period).opts(color=theme.focus, line_width=1.5),
    ]
    colours = dict(zip(marks, (theme.series[2], theme.series[3]), strict=False))
    parts += [
        hv.VLine(value).opts(color=colours[name], line_dash="dashed", line_width=1.5) for name, value in marks.items()
    ]
    low, high = float(periods.min()), float(periods.max())
    return hv.Overlay(parts).opts(
        logx=True, xlim=(low, high), xlabel="Period (d), click to fold", ylabel="Power", height=140
    )


def folded_plot(curve: SearchedLightCurve, period: float, theme: Theme) -> hv.Overlay:
    """Return two turns of the folded light curve with its binned mean."""
    epoch = curve.found.epoch if np.isfinite(curve.found.epoch) else None
    folded = fold(curve.clean, period, epoch)
    phase, flux, _ = folded.two_cycles()
    some = thin(len(phase), MOST_POINTS)
    mean = bin_phases(folded, 60)
    frame = {
        "Phase": np.concatenate((mean.phase, mean.phase + 1)),
        "Flux": np.tile(mean.flux, 2),
        "Error": np.nan_to_num(np.tile(mean.flux_error, 2)),
    }
    low, high = np.nanpercentile(flux, (0.5, 99.5)) if len(flux) else (0.9, 1.1)
    pad = 0.15 * (high - low) or 0.01
    return (
        hv.Scatter((phase[some], flux[some]), "Phase", "Flux").opts(color=theme.muted, size=2, alpha=0.4)
        * hv.ErrorBars(frame, "Phase", ["Flux", "Error"]).opts(color=theme.series[1], upper_head=None, lower_head=None)
        * hv.Scatter(frame, "Phase", "Flux").opts(color=theme.series[1], size=4)
    ).opts(xlim=(0, 2), ylim=(low - pad, high + pad), xlabel="Phase", ylabel="Flux", height=170)


class LightCurvePanel(pn.viewable.Viewer):
    """Searches the star's light curve off the event loop and lets the visitor fold it."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._document = pn.state.curdoc
        self._theme = THEMES[theme]
        self._curve: SearchedLightCurve | None = None
        self._period = np.nan
        prose: dict[str, Any] = {"margin": 0, "stylesheets": [stylesheet("prose")], "sizing_mode": "stretch_width"}
        plot: dict[str, Any] = {"margin": 0, "sizing_mode": "stretch_width"}
        self._note = pn.pane.HTML("", **prose)
        self._numbers = pn.pane.HTML("", **prose)
        self._folded = pn.pane.HoloViews(None, **plot)
        self._periodogram = pn.pane.HoloViews(None, **plot)
        self._raw = pn.pane.HoloViews(None, **plot)
        self._steps = pn.pane.HTML("", **prose)
        widgets: dict[str, Any] = {"margin": (4, 2), "stylesheets": [stylesheet("widgets")]}
        self._typed = pn.widgets.TextInput(placeholder="period (d)", width=110, **widgets)
        half = pn.widgets.Button(label="÷2", width=48, **widgets)
        double = pn.widgets.Button(label="×2", width=48, **widgets)
        best = pn.widgets.Button(label="Best", width=56, **widgets)
        self._detrend = pn.widgets.Checkbox(label="Remove trend", value=False, **widgets)
        half.on_click(lambda *_: self.fold_at(self._period / 2))
        double.on_click(lambda *_: self.fold_at(self._period * 2))
        best.on_click(lambda *_: self._curve and self.fold_at(self._adopted()))
        self._typed.param.watch(lambda event: self._fold_at_text(event.new), "value")
        self._detrend.param.watch(lambda *_: self._load(), "value")
        self._plots = pn.Column(
            self._numbers,
            pn.Row(self._typed, half, double, best, self._detrend, margin=0),
            self._folded,
            self._periodogram,
            self._raw,
            self._steps,
            margin=0,
            sizing_mode="stretch_width",
        )
        self._layout = pn.Column(self._note, self._plots, margin=0, sizing_mode="stretch_width")
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        self._draw()

    def fold_at(self, period: float) -> None:
        """Fold at this period in days; others than positive ones are refused in the note."""
        if not 0 < period < np.inf:
            self._note.object = "<p class=warn>A period is a positive number of days.</p>"
            return
        self._period = float(period)
        self._draw()

    def _fold_at_text(self, text: str) -> None:
        if text.strip():
            try:
                self.fold_at(float(text))
            except ValueError:
                self._note.object = f"<p class=warn>“{escape(text)}” is not a period in days.</p>"

    def _adopted(self) -> float:
        assert self._curve is not None
        found = self._curve.found
        known = self._workspace.star_value("period")
        for period in (found.orbital_period, known, found.period):
            if period is not None and np.isfinite(period) and period > 0:
                return float(period)
        return 1.0

    def _load(self) -> None:
        row = self._workspace.focus.row
        self._curve = None
        self._plots.visible = False
        self._layout.visible = row is not None
        if row is not None:
            self._note.object = "<p>Reading and searching the light curve…</p>"
            pn.state.execute(partial(self._search, row))

    async def _search(self, row: int) -> None:
        source, catalogue = self._workspace.series, self._workspace.catalogue
        detrend = 2.0 if self._detrend.value else None
        loop = asyncio.get_running_loop()
        try:
            curve = await loop.run_in_executor(None, source.searched, catalogue, row, detrend)
        except (ValueError, OSError) as error:
            log.warning("light curve of row %s: %s", row, error)
            run_in_document(self._document, partial(self._refuse, row, str(error)))
            return
        run_in_document(self._document, partial(self._take, row, curve))

    def _refuse(self, row: int, reason: str) -> None:
        if self._workspace.focus.row == row:
            self._note.object = f"<p class=warn>{escape(reason)}</p>"

    def _take(self, row: int, curve: SearchedLightCurve | None) -> None:
        if self._workspace.focus.row != row:
            return
        if curve is None:
            self._note.object = NO_LIGHT_CURVE
            return
        self._curve = curve
        self._note.object = ""
        self._period = self._adopted()
        self._draw()

    def _draw(self) -> None:
        curve, theme = self._curve, self._theme
        if curve is None:
            return

        def hook(plot: Any, element: Any) -> None:
            style_figure(plot.state, theme)

        def folds(plot: Any, element: Any) -> None:
            style_figure(plot.state, theme)
            use_log_ticks(plot.state.xaxis[0])
            plot.state.on_event(Tap, lambda event: self.fold_at(float(event.x)))

        look = hv.opts.Overlay(hooks=[hook], responsive=True, toolbar=None)
        self._folded.object = folded_plot(curve, self._period, theme).opts(look)
        periodogram = periodogram_plot(curve, self._period, self._marks(), theme)
        self._periodogram.object = (
            None
            if periodogram is None
            else periodogram.opts(hv.opts.Overlay(hooks=[folds], responsive=True, toolbar=None))
        )
        self._raw.object = raw_plot(curve, theme).opts(look)
        self._numbers.object = numbers_html(curve, self._period)
        steps = "".join(
            f"<tr><td>{escape(step.description)}</td><td>{step.dropped}</td></tr>" for step in curve.clean.steps
        )
        self._steps.object = f"<table class=values><tr><td>Cleaning</td><td>dropped</td></tr>{steps}</table>"
        self._plots.visible = True

    def _marks(self) -> dict[str, float]:
        period = self._workspace.star_value("period")
        return {"catalogue": float(period)} if period is not None and period > 0 else {}


def numbers_html(curve: SearchedLightCurve, period: float) -> str:
    """Return kind, periods, amplitude and asymmetry of a searched light curve."""
    found = curve.found
    amplitude, amplitude_error = found.ellipsoidal_amplitude
    asymmetry, asymmetry_error = found.o_connell
    pairs = [
        ("Folded at", f"{period:.6g} d"),
        ("P_orb", f"{found.orbital_period:.6g} d" if np.isfinite(found.orbital_period) else "–"),
        ("Strongest sine", f"{found.period:.6g} d" if np.isfinite(found.period) else "–"),
        ("False alarm", format_value(found.false_alarm, 2)),
        ("cos 2φ", f"{1e3 * amplitude:.2f} ± {1e3 * amplitude_error:.2f} ‰" if np.isfinite(amplitude) else "–"),
        ("O'Connell", f"{1e3 * asymmetry:.2f} ± {1e3 * asymmetry_error:.2f} ‰" if np.isfinite(asymmetry) else "–"),
        ("2P against P", f"ΔBIC {format_value(found.doubling_evidence, 3)}"),
        ("Points", f"{len(curve.clean.time)} of {len(curve.raw.time)}"),
    ]
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs)
    why = "".join(f"<p class=small>{escape(reason)}</p>" for reason in found.reasons[:3])
    configuration = f", {found.configuration}" if found.configuration else ""
    title = escape(KINDS.get(found.kind, found.kind) + configuration)
    return f"<div class='verdict yes'><span><b>{title}</b></span></div>{why}<dl class=numbers>{cells}</dl>"
