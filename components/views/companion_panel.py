"""What the unseen companion must weigh: Fig. 4 of Mu et al. 2022 for one star, and the verdict of the limit."""

from __future__ import annotations

import math

import panel as pn

from analysis.binaries import LimitVerdict, companion_mass, limit_verdict, mass_function
from analysis.vetting import PrimaryMass
from analysis.vetting.primary_mass import OF_CATALOGUE
from components.figures.companion import MassFunctionFigure
from components.state.evidence import mass_in_focus
from components.state.workspace import Workspace
from components.theme import THEMES, escape, format_value, stylesheet


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
        if good:
            what = "just fills its Roche lobe" if verdict.period < verdict.period_min else "fits in its Roche lobe"
        else:
            what = "would overfill its Roche lobe"
        why = f"P = {verdict.period:g} d, P_min = {verdict.period_min:.4f} d (eq. 6)"
        parts.append(f"<div class='verdict {'yes' if good else 'no'}'><span><b>{what}</b>: {why}</span></div>")
    return "".join(parts)


def mass_text(known: PrimaryMass) -> str:
    """Return M₁ as the catalogue has it, or with its error and where it comes from."""
    if known.source == OF_CATALOGUE:
        return f"M₁ = {known.value:g} M☉"
    return f"M₁ = {known.value:.2f} ± {known.error:.2f} M☉ ({escape(known.source)})"


class CompanionPanel(pn.viewable.Viewer):
    """The verdict of the limit and the companion's mass for any inclination."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._verdict = pn.pane.HTML("", margin=0, stylesheets=[stylesheet("prose")], sizing_mode="stretch_width")
        self._result = pn.pane.HTML("", margin=0, stylesheets=[stylesheet("prose")], sizing_mode="stretch_width")
        self._plot = pn.pane.Bokeh(None, margin=0, sizing_mode="stretch_width")
        self._make_figure(theme)
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
        self._make_figure(name)
        self._draw()

    def _make_figure(self, theme: str) -> None:
        self._figure = MassFunctionFigure(THEMES[theme])
        self._plot.object = self._figure.model

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
        known = mass_in_focus(self._workspace)
        mass = None if known is None else known.value
        sin_i = math.sin(math.radians(self._inclination.value))
        text = f"Least mass function from ΔV_R/2: f = {format_value(self._function, 4)} M☉. "
        if known is not None and mass is not None:
            companion = companion_mass(self._function, mass, sin_i)
            text += f"At sin i = {sin_i:.3f}: <b>M₂ = {companion:.2f} M☉</b> for {mass_text(known)}."
        else:
            text += "M₁ is not known, so M₂ is drawn against it."
        self._result.object = f"<p>{text}</p>"
        self._figure.show(self._function, mass, sin_i)
