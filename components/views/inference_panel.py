"""What one star's astrometric and velocity errors say of an unseen companion (Andrew et al. 2022)."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

import panel as pn

from analysis.binaries import default_draws
from components.documents import run_in_document
from components.figures.inference import PosteriorDensity, TriadFigure
from components.inference_text import excess_html, inference_html, unit_errors_html, why_not_html
from components.state.inference import SOURCES, Excess, SingleStars, infer, measure_excess, single_stars
from components.state.workspace import Workspace
from components.theme import THEMES, escape, stylesheet

log = logging.getLogger(__name__)
# Panel limits a column to the height of the one around it, which scrolls here.
_WHOLE = {"max-height": "none"}
POSTERIORS = (("period_yr", "P (yr)"), ("q", "q = M₂/M₁"), ("m2", "M₂ (M☉)"))
TRIAD = (("ruwe", "ruwe_spec"), ("ruwe_phot", "ruwe_spec"))
_STYLE = ".bars{color:var(--pen-muted)}"


class InferencePanel(pn.viewable.Viewer):
    """The star in the RUWE triad and the companion inferred from its excess scatters."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._document = pn.state.curdoc
        self._workspace = workspace
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
        plot: dict[str, Any] = {"margin": 0, "sizing_mode": "stretch_width"}
        self._posteriors = [pn.pane.Bokeh(None, **plot) for _ in POSTERIORS]
        self._triad = [pn.pane.Bokeh(None, **plot) for _ in TRIAD]
        self._make_figures(theme)
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
        self._make_figures(name)
        self._draw()

    def _make_figures(self, theme: str) -> None:
        self._densities = [PosteriorDensity(THEMES[theme], label) for _, label in POSTERIORS]
        self._planes = [TriadFigure(THEMES[theme], x, y) for x, y in TRIAD]
        self._clouded = False
        figures = (*self._densities, *self._planes)
        for pane, figure in zip((*self._posteriors, *self._triad), figures, strict=True):
            pane.object = figure.model

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
            if excess.inferable:
                await loop.run_in_executor(None, default_draws)
        except (ValueError, MemoryError) as error:
            log.warning("errors of row %s", row, exc_info=error)
            if self._workspace.focus.row == row:
                said = f"<p class=warn>{escape(error)}</p>"
                run_in_document(self._document, partial(self._note.param.update, object=said))
            return
        self._stars = stars
        if self._workspace.focus.row == row:
            self._excess = excess
            run_in_document(self._document, self._draw)

    def _draw(self) -> None:
        stars, excess = self._stars, self._excess
        if excess is None or stars is None:
            return
        self._errors.object = unit_errors_html(excess) + excess_html(excess)
        shown = len(stars.cloud.columns) > 1 or None not in (excess.ruwe_ast, excess.ruwe_spec)
        for pane, plane in zip(self._triad, self._planes, strict=True):
            pane.visible = shown
            if not self._clouded:
                plane.show_cloud(stars.cloud)
            plane.show(excess)
        self._clouded = True
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
        for density, (name, _) in zip(self._densities, POSTERIORS, strict=True):
            density.show(getattr(found, name))
