"""What one star's astrometric and velocity errors say of an unseen companion (Andrew et al. 2022)."""

from __future__ import annotations

import asyncio
import logging
import math
from functools import partial
from typing import Any

import holoviews as hv
import numpy as np
import panel as pn

from analysis.binaries import PlatingThresholds
from components.log_axis import use_log_ticks
from components.state.inference import (
    DAYS_A_YEAR,
    SOURCES,
    Excess,
    Inference,
    Interval,
    SingleStars,
    infer,
    measure_excess,
    single_stars,
)
from components.state.workspace import Workspace
from components.theme import THEMES, Theme, escape, format_value, style_figure, stylesheet

log = logging.getLogger(__name__)
hv.extension("bokeh")
LIMITS = PlatingThresholds()
# Panel limits a column to the height of the one around it, which scrolls here.
_WHOLE = {"max-height": "none"}
HISTOGRAM_BINS = 48
SHOWN_SHARE = (0.5, 99.5)
POSTERIORS = (("period_yr", "P (yr)"), ("q", "q = M₂/M₁"), ("m2", "M₂ (M☉)"))
_STYLE = ".bars{color:var(--pen-muted)}"


def unit_errors_html(excess: Excess) -> str:
    """Return the three unit weight errors against their thresholds, a line each."""
    chance = excess.ruwe_spec_chance
    by_chance = f"; one single star in a million reaches {chance:.1f}" if chance is not None else ""
    rules = (
        ("RUWE_ast", excess.ruwe_ast, LIMITS.ruwe, True, "the position moves more than its errors allow", ""),
        ("RUWE_spec", excess.ruwe_spec, LIMITS.ruwe_spec, True, "the velocity varies", by_chance),
        ("RUWE_phot", excess.ruwe_phot, LIMITS.ruwe_phot, False, "the light varies: tides, eclipses, spots", ""),
    )
    lines = []
    for name, value, limit, wanted, meaning, more in rules:
        if value is None:
            lines.append(f"<div class=verdict><span><b>{name}</b>: missing</span></div>")
            continue
        above = value > limit
        side = f"above {limit:g}: {meaning}" if above else f"not above {limit:g}"
        kind = "yes" if above == wanted else "no"
        shown = f"<b>{name} = {format_value(value, 3)}</b>, {side}{more}"
        lines.append(f"<div class='verdict {kind}'><span>{shown}</span></div>")
    return "".join(lines)


def excess_html(excess: Excess) -> str:
    """Return errors of single stars, excess scatters and the primary's mass as a list of numbers."""
    mass = f"{format_value(excess.primary_mass, 3)} M☉" if excess.primary_mass is not None else "–"
    pairs = (
        ("σ_spec", _with_unit(excess.sigma_spec, "km/s")),
        ("Velocity excess", _with_unit(excess.velocity, "km/s")),
        ("σ_ast", _with_unit(excess.sigma_ast, "mas")),
        ("Position excess", _with_unit(excess.angle, "mas")),
        ("ϖ", _with_unit(excess.parallax, "mas")),
        ("M₁", mass),
    )
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs)
    source = f"<p class=small>M₁ {escape(excess.mass_source)}.</p>" if excess.mass_source else ""
    return f"<dl class=numbers>{cells}</dl>{source}"


def why_not_html(excess: Excess) -> str:
    """Return why no companion can be inferred: what is missing, or which scatter is within its error."""
    reasons = list(excess.reasons)
    if excess.velocity == 0:
        reasons.append("its velocities scatter no more than those of single stars")
    if excess.angle == 0:
        reasons.append("its positions scatter no more than those of single stars")
    items = "".join(f"<li>{escape(reason)}</li>" for reason in reasons)
    return f"<p><b>No companion can be inferred:</b></p><ul>{items}</ul>" if items else ""


def inference_html(found: Inference, excess: Excess) -> str:
    """Return period, mass ratio and companion mass with 16 and 84 % points, and the warning of a triple."""
    cells = "".join(
        f"<div><dt>{label}</dt><dd><b>{format_value(value.median, 3)}</b> "
        f"<span class=bars>({format_value(value.low, 3)} – {format_value(value.high, 3)})</span></dd></div>"
        for label, value in (("P (yr)", found.period_yr), ("q", found.q), ("M₂ (M☉)", found.m2))
    )
    light = "a dark companion" if found.light_ratio == 0 else f"a companion with {found.light_ratio:g} of the light"
    note = (
        f"<p class=small>Median (16 – 84 %) for {light}, over the orbit's unknown shape and orientation, for one "
        "orbit with both scatters and P below 34 months. Measurement errors do not enter.</p>"
    )
    return f"<dl class=numbers style='grid-template-columns:1fr'>{cells}</dl>{note}{triple_html(found, excess)}"


def triple_html(found: Inference, excess: Excess) -> str:
    """Return how the inferred period stands to the known one."""
    if excess.known_period is None:
        return no_period_html(found, excess)
    known = f"The known period, {format_value(excess.known_period, 5)} d"
    inferred = f"{format_value(found.period_yr.median * DAYS_A_YEAR, 3)} d inferred"
    if found.triple == "inner":
        text = f"{known}, is much shorter than {inferred}. A slower, outer orbit may move the position."
    elif found.triple == "outer":
        text = f"{known}, is much longer than {inferred}. A faster, inner orbit may move the velocity."
    else:
        return f"<div class='verdict yes'><span>{known}, is consistent with the {inferred}.</span></div>"
    return f"<div class='verdict no'><span><b>Perhaps a triple.</b> {text} Then q and M₂ are too large.</span></div>"


def no_period_html(found: Inference, excess: Excess) -> str:
    """Return the warning of Sect. 2.4 where no period is known: a triple looks like a heavy companion."""
    text = "No period of this star is known, so that a triple cannot be told from a pair"
    if found.q.median <= LIMITS.mass_ratio:
        return f"<p class=small>{text} (Sect. 2.4).</p>"
    varies = excess.ruwe_phot is not None and excess.ruwe_phot > LIMITS.ruwe_phot
    light = " Its light varies, as that of a close inner pair does." if varies else ""
    return (
        f"<div class='verdict no'><span><b>Perhaps a triple.</b> {text}: where an inner orbit moves the velocity and "
        f"an outer one the position, q and M₂ come out too large (Sect. 2.4).{light}</span></div>"
    )


def posterior_plot(value: Interval, label: str, theme: Theme) -> hv.Overlay:
    """Return the density of the draws over a log axis with the median and the 16 and 84 % points."""
    low, high = np.percentile(value.draws, SHOWN_SHARE)
    edges = np.geomspace(min(low, value.low) * 0.99, max(high, value.high) * 1.01, HISTOGRAM_BINS + 1)
    counts, _ = np.histogram(value.draws, edges)
    middles = np.sqrt(edges[1:] * edges[:-1])
    area = hv.Area((middles, counts), "value", "number").opts(color=theme.series[0], alpha=0.35, line_width=0)
    marks = [
        hv.VLine(at).opts(color=theme.series[0], line_width=width, line_dash=dash)
        for at, width, dash in ((value.median, 2, "solid"), (value.low, 1, "dashed"), (value.high, 1, "dashed"))
    ]
    return hv.Overlay([area, *marks]).opts(
        logx=True, xlim=(float(edges[0]), float(edges[-1])), ylim=(0, max(counts.max() * 1.1, 1)), xlabel=label,
        ylabel="", yaxis=None, height=110, show_legend=False,
        xticks=[(tick, format_value(tick, 3)) for tick in few_ticks(float(edges[0]), float(edges[-1]))],
    )  # fmt: skip


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


def triad_plot(stars: SingleStars, excess: Excess, x: str, y: str, theme: Theme) -> hv.Overlay:
    """Return two of the unit weight errors on log axes: some stars of the catalogue, the thresholds, the star."""
    limit = {"ruwe": LIMITS.ruwe, "ruwe_spec": LIMITS.ruwe_spec, "ruwe_phot": LIMITS.ruwe_phot}
    label = {"ruwe": "RUWE_ast", "ruwe_spec": "RUWE_spec", "ruwe_phot": "RUWE_phot"}
    star = {"ruwe": excess.ruwe_ast, "ruwe_spec": excess.ruwe_spec, "ruwe_phot": excess.ruwe_phot}
    ends = {name: [0.6, 5.0] for name in (x, y)}
    parts: list[Any] = []
    if {x, y} <= set(stars.cloud.columns):
        cloud = stars.cloud[[x, y]].dropna()
        cloud = cloud[(cloud > 0).all(axis=1)]
        parts.append(
            hv.Scatter((cloud[x].to_numpy(), cloud[y].to_numpy()), "x", "y").opts(color=theme.muted, size=2, alpha=0.35)
        )
        if len(cloud):
            for name in (x, y):
                low, high = np.percentile(cloud[name], (0.2, 99.5))
                ends[name] = [min(0.6, float(low)), max(5.0, float(high))]
    parts.append(hv.VLine(limit[x]).opts(color=theme.warning, line_dash="dotted", line_width=1.5))
    parts.append(hv.HLine(limit[y]).opts(color=theme.warning, line_dash="dotted", line_width=1.5))
    at = star[x], star[y]
    if at[0] is not None and at[1] is not None and at[0] > 0 and at[1] > 0:
        parts.append(hv.Scatter(([at[0]], [at[1]]), "x", "y").opts(color=theme.focus, size=9))
        for name, value in zip((x, y), at, strict=True):
            ends[name] = [min(ends[name][0], value / 1.3), max(ends[name][1], value * 1.3)]
    return hv.Overlay(parts).opts(
        logx=True, logy=True, xlim=tuple(ends[x]), ylim=tuple(ends[y]), xlabel=label[x], ylabel=label[y], height=180,
        show_legend=False,
    )  # fmt: skip


class InferencePanel(pn.viewable.Viewer):
    """The star in the RUWE triad and the companion inferred from its excess scatters."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._theme = THEMES[theme]
        self._stars: SingleStars | None = None
        self._excess: Excess | None = None
        prose: dict[str, Any] = {
            "margin": 0, "stylesheets": [stylesheet("prose"), _STYLE], "sizing_mode": "stretch_width",
        }  # fmt: skip
        self._note, self._errors, self._result, self._source = (pn.pane.HTML("", **prose) for _ in range(4))
        self._light = pn.widgets.FloatSlider(
            name="Light of the companion over the primary's", start=0, end=1, value=0, step=0.01, margin=(6, 4),
            sizing_mode="stretch_width", stylesheets=[stylesheet("widgets")],
        )  # fmt: skip
        self._light.param.watch(lambda *_: self._draw_companion(), "value_throttled")
        plot: dict[str, Any] = {"margin": 0, "sizing_mode": "stretch_width", "linked_axes": False}
        self._posteriors = [pn.pane.HoloViews(None, **plot) for _ in POSTERIORS]
        self._triad = [pn.pane.HoloViews(None, **plot) for _ in range(2)]
        self._companion = pn.Column(
            self._light, self._result, pn.Row(*self._posteriors, margin=0, sizing_mode="stretch_width"), margin=0,
            sizing_mode="stretch_width",
        )  # fmt: skip
        self._content = pn.Column(
            self._errors, self._companion, pn.Row(*self._triad, margin=0, sizing_mode="stretch_width"), self._source,
            margin=0, sizing_mode="stretch_width", styles=_WHOLE,
        )  # fmt: skip
        self._layout = pn.Column(self._note, self._content, margin=0, sizing_mode="stretch_width", styles=_WHOLE)
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        self._draw()

    def _load(self) -> None:
        row = self._workspace.focus.row
        self._excess = None
        self._content.visible = False
        self._layout.visible = row is not None
        if row is None:
            return
        if self._workspace.star_value("ruwe") is None and self._workspace.star_value("radial_velocity_error") is None:
            self._note.object = (
                "<p>Neither the RUWE nor the error of the Gaia velocity of this star is known, and the method of "
                "Andrew et al. 2022 needs both.</p>"
            )
            return
        self._note.object = "<p>Working out how single stars of this catalogue scatter…</p>"
        pn.state.execute(partial(self._measure, row))

    async def _measure(self, row: int) -> None:
        catalogue, loop = self._workspace.catalogue, asyncio.get_running_loop()
        try:
            stars = self._stars or await loop.run_in_executor(None, single_stars, catalogue)
            excess = await loop.run_in_executor(None, measure_excess, catalogue, row, stars)
        except (ValueError, MemoryError) as error:
            log.warning("errors of row %s", row, exc_info=error)
            if self._workspace.focus.row == row:
                self._note.object = f"<p class=warn>{escape(error)}</p>"
            return
        self._stars = stars
        if self._workspace.focus.row == row:
            self._excess = excess
            self._draw()

    def _draw(self) -> None:
        stars, excess, theme = self._stars, self._excess, self._theme
        if excess is None or stars is None:
            return
        self._errors.object = unit_errors_html(excess) + excess_html(excess)
        for pane, (x, y) in zip(self._triad, (("ruwe", "ruwe_spec"), ("ruwe_phot", "ruwe_spec")), strict=True):
            pane.visible = len(stars.cloud.columns) > 1 or None not in (excess.ruwe_ast, excess.ruwe_spec)
            pane.object = self._styled(triad_plot(stars, excess, x, y, theme), log_ticks=True)
        self._source.object = f"<p class=small>{escape(SOURCES[stars.source])} σ_ast: Lindegren et al. 2021.</p>"
        self._note.object = "" if excess.inferable else why_not_html(excess)
        self._companion.visible = excess.inferable
        self._draw_companion()
        self._content.visible = True

    def _draw_companion(self) -> None:
        excess = self._excess
        found = None if excess is None else infer(excess, float(self._light.value))
        if found is None or excess is None:
            return
        self._result.object = inference_html(found, excess)
        for pane, (name, label) in zip(self._posteriors, POSTERIORS, strict=True):
            pane.object = self._styled(posterior_plot(getattr(found, name), label, self._theme))

    def _styled(self, plot: hv.Overlay, log_ticks: bool = False) -> hv.Overlay:
        theme = self._theme

        def hook(plot: Any, element: Any) -> None:
            style_figure(plot.state, theme)
            for axis in plot.state.axis if log_ticks else ():
                use_log_ticks(axis)

        return plot.opts(hv.opts.Overlay(hooks=[hook], responsive=True, toolbar=None))


def _with_unit(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{format_value(value, 3)} {unit}"
