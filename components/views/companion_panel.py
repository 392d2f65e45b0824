"""What the unseen companion must weigh: Fig. 4 of Mu et al. 2022 for one star, and the verdict of the limit."""

from __future__ import annotations

import math
from typing import Any

import holoviews as hv
import numpy as np
import panel as pn

from analysis.binaries import LimitVerdict, companion_mass, limit_verdict, mass_function
from components.state.workspace import Workspace
from components.theme import THEMES, Theme, format_value, style_figure, stylesheet

SIN_I = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)


def mass_plot(f: float, mass: float | None, sin_i: float, theme: Theme) -> hv.Overlay:
    """Return M₂ against M₁ (solar masses) for the mass function and the six sines of Fig. 4."""
    primaries = np.geomspace(0.08, 3.0, 120)
    curves: list[Any] = []
    for number, sine in enumerate(SIN_I):
        curves.append(
            hv.Curve((primaries, companion_mass(f, primaries, sine)), "M1", "M2", label=f"{sine:g}").opts(
                color=theme.series[0], alpha=1 - 0.13 * number, line_width=1.6
            )
        )
    top = float(companion_mass(f, 1.2, SIN_I[-1]))
    if mass is not None:
        heaviest = float(companion_mass(f, mass, min(sin_i, SIN_I[-1])))
        top = max(heaviest * 1.15, 0.2)
        chosen = float(companion_mass(f, mass, sin_i))
        curves.append(hv.VLine(mass).opts(color=theme.muted, line_dash="dashed", line_width=1))
        curves.append(hv.Scatter(([mass], [chosen]), "M1", "M2").opts(color=theme.focus, size=9))
    for limit in (1.4, 3.0):
        if limit < top:
            curves.append(hv.HLine(limit).opts(color=theme.warning, line_dash="dotted", line_width=1))
    return hv.Overlay(curves).opts(
        xlim=(0.08, max(1.2, 1.5 * (mass or 0))), ylim=(0, top), xlabel="M₁ (M☉)", ylabel="M₂ (M☉)", height=200,
        show_legend=False,
    )  # fmt: skip


def verdict_html(verdict: LimitVerdict) -> str:
    """Return the place of a star against the faint-companion limit, one line a rule."""
    half = f"ΔV_R/2 = {verdict.half_delta_vr:.1f} km/s"
    lines = []
    if verdict.limit is not None and verdict.limit_ratio is not None:
        ratio = f"{half} is {verdict.limit_ratio:.2f} × {verdict.limit:.1f} km/s"
        rule = f"eq. 3, M₂/M₁ = {verdict.mass_ratio:g}"
        lines.append((verdict.above_own_limit, "the limit for its own mass", f"{ratio} ({rule})"))
    if verdict.band is not None and verdict.band_limits is not None:
        low, median, _ = verdict.band_limits
        low_edge = f"{low:.1f} km/s for {verdict.band.low:g} M☉"
        lines.append((verdict.above_low_edge, "the lower edge of its type's band", low_edge))
        line = f"{median:.1f} km/s for {verdict.band.median:g} M☉"
        lines.append((verdict.above_median, "the median line of its type", line))
    parts = [
        f"<div class='verdict {'yes' if above else 'no'}'><span><b>{'above' if above else 'below'} {what}</b>: {why}"
        "</span></div>"
        for above, what, why in lines
    ]
    if verdict.period_min is not None:
        good = not verdict.overfills_roche_lobe
        what = "fits in its Roche lobe" if good else "would overfill its Roche lobe"
        why = f"P = {verdict.period:g} d, P_min = {verdict.period_min:.4f} d (eq. 6)"
        parts.append(f"<div class='verdict {'yes' if good else 'no'}'><span><b>{what}</b>: {why}</span></div>")
    return "".join(parts)


class CompanionPanel(pn.viewable.Viewer):
    """The verdict of the limit and the companion's mass for any inclination."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._theme = THEMES[theme]
        self._verdict = pn.pane.HTML("", margin=0, stylesheets=[stylesheet("prose")], sizing_mode="stretch_width")
        self._result = pn.pane.HTML("", margin=0, stylesheets=[stylesheet("prose")], sizing_mode="stretch_width")
        self._plot = pn.pane.HoloViews(None, margin=0, sizing_mode="stretch_width")
        self._inclination = pn.widgets.FloatSlider(
            name="Inclination i (deg)", start=10, end=90, value=90, step=1, margin=(6, 4),
            sizing_mode="stretch_width", stylesheets=[stylesheet("widgets")],
        )  # fmt: skip
        self._inclination.param.watch(lambda *_: self._draw(), "value")
        self._masses = pn.Column(self._inclination, self._result, self._plot, margin=0, sizing_mode="stretch_width")
        self._layout = pn.Column(self._verdict, self._masses, margin=0, sizing_mode="stretch_width")
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        workspace.planes.param.watch(lambda *_: self._load(), "figures")
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        self._draw()

    def _load(self) -> None:
        value = self._workspace.star_value
        self._layout.visible = self._workspace.focus.row is not None
        half, period, mass = value("half_delta_vr"), value("period"), value("primary_mass")
        self._function = None
        if not half or not period or half <= 0 or period <= 0:
            self._verdict.object = "<p>No verdict: the limit needs ΔV_R and a period, and this star lacks one.</p>"
            self._masses.visible = False
            return
        figures = self._workspace.planes.figures.values()
        ratio = next((figure.mass_ratio for figure in figures if "limit_lines" in figure.overlays), 0.5)
        verdict = limit_verdict(half, period, mass, value("subclass"), ratio)
        self._verdict.object = verdict_html(verdict)
        self._function = float(mass_function(half, period))
        self._masses.visible = True
        self._draw()

    def _draw(self) -> None:
        if self._function is None:
            return
        theme, mass = self._theme, self._workspace.star_value("primary_mass")
        sin_i = math.sin(math.radians(self._inclination.value))
        text = f"Least mass function from ΔV_R/2: f = {format_value(self._function, 4)} M☉. "
        if mass:
            companion = companion_mass(self._function, mass, sin_i)
            text += f"At sin i = {sin_i:.3f}: <b>M₂ = {companion:.2f} M☉</b> for M₁ = {mass:g} M☉."
        else:
            text += "M₁ is not known, so M₂ is drawn against it."
        self._result.object = f"<p>{text}</p>"

        def hook(plot: Any, element: Any) -> None:
            style_figure(plot.state, theme)

        self._plot.object = mass_plot(self._function, mass, sin_i, theme).opts(
            hv.opts.Overlay(hooks=[hook], responsive=True, toolbar=None)
        )
