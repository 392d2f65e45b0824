"""What viewing angles and eccentricity do to the scatter of an orbit, and to what is inferred from it (Fig. 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import panel as pn
from bokeh.events import Tap
from bokeh.models import ColumnDataSource, LinearColorMapper

from analysis.binaries import default_draws
from components.documents import run_in_document
from components.figures.small_map import COLOURS, MAP_STYLE, map_title_html, small_figure
from components.state.projection_maps import View, ViewedOrbit, orbit_sketch, projection_maps, viewed_orbit
from components.theme import THEMES, blend, format_value, stylesheet

_WHOLE = {"max-height": "none"}
LOG_FACTOR = 1.0
RATIOS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
# Title, what it is, lowest and highest value shown, and whether 0 in the middle means no bias.
MAPS = (
    ("zeta", "ζ₀ (velocity)", 0.0, 1.0, False),
    ("beta", "β₀ (position)", 0.0, 1.0, False),
    ("log_period", "P inf. / true", -LOG_FACTOR, LOG_FACTOR, True),
    ("log_ratio", "q inf. / true", -LOG_FACTOR, LOG_FACTOR, True),
)
_HEAD = (
    "<h3>β and ζ: why the angles matter</h3><p class=small>A star with a dark companion moves on an orbit of axis "
    "a q/(1+q). Its position scatters by β times that, its velocity by ζ times that times 2π/P, and both depend on "
    "where one looks from: θ between the line of sight and the orbit's axis, φ from periastron. Nobody knows the "
    "angles, so the method takes the median of all: P comes out wrong as β/ζ, q with βζ² (Andrew et al. 2022, eqs. "
    "3–10, Figs. 2 and 3). Click a map to look from there.</p>"
)


def result_html(view: View, found: ViewedOrbit) -> str:
    """Return what the method makes of the orbit in this view, in one sentence and four numbers."""
    q = view.mass_ratio
    if view.light_ratio == q:
        return "<p>Both stars pull the light equally: the photocentre stands still, and nothing can be inferred.</p>"
    names = (("ζ₀", found.zeta), ("β₀", found.beta), ("P inferred / true", found.period_factor))
    cells = "".join(f"<div><dt>{name}</dt><dd>{format_value(value, 3)}</dd></div>" for name, value in names)
    inferred = format_value(found.ratio_factor * q, 3)
    light = "dark" if view.light_ratio == 0 else f"of {view.light_ratio:g} times the light"
    return (
        f"<dl class=numbers>{cells}<div><dt>q inferred</dt><dd>{inferred} for {q:g}</dd></div></dl>"
        f"<p class=small>A companion {light}, over whole orbits. The inference always takes it for dark.</p>"
    )


class ProjectionExplorer(pn.viewable.Viewer):
    """Sliders of an orbit, four maps over the viewing angles, and the orbit as it looks from the chosen ones."""

    def __init__(self, theme: str) -> None:
        super().__init__()
        self._theme = THEMES[theme]
        self._view = View()
        self._document = pn.state.curdoc
        self._asked = self._drawn = False
        prose: dict[str, Any] = {
            "margin": 0, "stylesheets": [stylesheet("prose"), MAP_STYLE], "sizing_mode": "stretch_width",
        }  # fmt: skip
        slider: dict[str, Any] = {
            "stylesheets": [stylesheet("widgets")],
            "margin": (4, 6),
            "sizing_mode": "stretch_width",
        }
        view = self._view
        self._sliders = {
            "eccentricity": pn.widgets.FloatSlider(
                name="Eccentricity e", start=0, end=0.95, step=0.01, value=view.eccentricity, **slider
            ),
            "theta": pn.widgets.FloatSlider(name="θ (deg)", start=0, end=180, step=1, value=view.theta, **slider),
            "phi": pn.widgets.FloatSlider(name="φ (deg)", start=0, end=360, step=1, value=view.phi, **slider),
            "mass_ratio": pn.widgets.DiscreteSlider(
                name="True q = M₂/M₁", options=list(RATIOS), value=view.mass_ratio, **slider
            ),
            "light_ratio": pn.widgets.FloatSlider(
                name="Light ratio l of the companion", start=0, end=1, step=0.01, value=view.light_ratio, **slider
            ),
        }
        for name, widget in self._sliders.items():
            widget.param.watch(lambda event, name=name: self._change(**{name: float(event.new)}), "value")
        self._images = ColumnDataSource(data={name: [] for name, *_ in MAPS})
        self._mark = ColumnDataSource(data={"phi": [], "theta": []})
        self._sky = ColumnDataSource(data={"x": [], "y": []})
        self._here = ColumnDataSource(data={"x": [], "y": [], "size": [], "colour": []})
        self._curve = ColumnDataSource(data={"phase": [], "velocity": []})
        self._titles = [pn.pane.HTML("", **prose) for _ in MAPS]
        self._maps, self._sketches = (
            [pn.pane.Bokeh(None, margin=0, sizing_mode="stretch_width") for _ in range(number)] for number in (4, 2)
        )
        self._result = pn.pane.HTML("", **prose)
        rows = [
            pn.Row(
                *(pn.Column(self._titles[i], self._maps[i], margin=0, sizing_mode="stretch_width") for i in pair),
                margin=0, sizing_mode="stretch_width",
            )
            for pair in ((0, 1), (2, 3))
        ]  # fmt: skip
        self._layout = pn.Column(
            pn.pane.HTML(_HEAD, **prose), *self._sliders.values(), *rows, self._result,
            pn.Row(*self._sketches, margin=0, sizing_mode="stretch_width"), margin=0, sizing_mode="stretch_width",
            styles=_WHOLE,
        )  # fmt: skip

    def __panel__(self) -> pn.Column:
        return self._layout

    def set_shown(self, shown: bool) -> None:
        """Draw the first time that somebody looks."""
        if shown and not self._asked:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:  # no server, so nobody looks
                return
            self._asked = True
            self._task = loop.create_task(self._prepare())

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        if self._drawn:
            self._build()

    async def _prepare(self) -> None:
        """Draw once the distribution of all angles is there, which takes seconds the first time in a process."""
        await asyncio.get_running_loop().run_in_executor(None, default_draws)
        run_in_document(self._document, self._begin)

    def _begin(self) -> None:
        self._drawn = True
        self._build()

    def _change(self, **values: float) -> None:
        self._view = replace(self._view, **values)
        if self._drawn:
            self._show(maps=not set(values) <= {"theta", "phi"})

    def _look_from(self, event: Tap) -> None:
        if event.x is not None and event.y is not None:
            self._sliders["phi"].value = float(np.clip(round(event.x), 0, 360))
            self._sliders["theta"].value = float(np.clip(round(event.y), 0, 180))

    def _show(self, maps: bool = True) -> None:
        view = self._view
        if maps:
            made = projection_maps(view)
            self._images.data = {
                name: [
                    np.clip(np.nan_to_num(getattr(made, name), posinf=high, neginf=low), low, high).astype(np.float32)
                ]
                for name, _, low, high, _ in MAPS
            }
        self._mark.data = {"phi": [view.phi], "theta": [view.theta]}
        sketch = orbit_sketch(view)
        self._sky.data = {"x": sketch.x, "y": sketch.y}
        self._here.data = {
            "x": [0.0, float(sketch.x[0])],
            "y": [0.0, float(sketch.y[0])],
            "size": [4, 8],
            "colour": [self._theme.muted, self._theme.focus],
        }
        self._curve.data = {"phase": sketch.phase, "velocity": sketch.velocity}
        self._result.object = result_html(view, viewed_orbit(view))

    def _build(self) -> None:
        theme = self._theme
        for title, pane, (name, text, low, high, diverging) in zip(self._titles, self._maps, MAPS, strict=True):
            title.object = map_title_html(text, low, high, diverging, theme)
            pane.object = self._map(name, low, high, theme.diverging if diverging else theme.passing)
        self._sketches[0].object = self._sketch_sky()
        self._sketches[1].object = self._sketch_velocity()
        self._show()

    def _map(self, name: str, low: float, high: float, anchors: Sequence[str]) -> Any:
        plot = small_figure(self._theme, "φ (deg)", "θ (deg)", (0, 360), (0, 180), 150)
        mapper = LinearColorMapper(palette=blend(anchors, COLOURS), low=low, high=high)
        plot.image(name, x=0, y=0, dw=360, dh=180, source=self._images, color_mapper=mapper)
        plot.scatter(
            "phi", "theta", source=self._mark, size=11, fill_color=None, line_color=self._theme.focus, line_width=2.5
        )
        plot.xaxis.ticker, plot.yaxis.ticker = [0, 90, 180, 270, 360], [0, 90, 180]
        plot.on_event(Tap, self._look_from)
        return plot

    def _sketch_sky(self) -> Any:
        plot = small_figure(self._theme, "on the sky (a)", "", (-2, 2), (-2, 2), 170)
        plot.xaxis.ticker = plot.yaxis.ticker = [-2, -1, 0, 1, 2]
        plot.line("x", "y", source=self._sky, line_color=self._theme.series[0], line_width=2)
        plot.scatter("x", "y", source=self._here, size="size", color="colour")
        return plot

    def _sketch_velocity(self) -> Any:
        plot = small_figure(self._theme, "phase", "velocity (2πa/P)", (0, 2), (-2.5, 2.5), 170)
        plot.xaxis.ticker, plot.yaxis.ticker = [0, 0.5, 1, 1.5, 2], [-2, -1, 0, 1, 2]
        plot.line("phase", "velocity", source=self._curve, line_color=self._theme.series[1], line_width=2)
        return plot
