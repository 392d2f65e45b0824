"""Errors of single stars over magnitude and colour (Andrew et al. 2022, Figs. 19-21), beside a published map."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, LinearColorMapper, LogColorMapper

from analysis.binaries import ErrorMapComparison
from components.documents import run_in_document
from components.figures.small_map import COLOURS, MAP_STYLE, map_title_html, small_figure
from components.state.error_maps import FLUX, MAPPED, VELOCITY, FittedErrors, compare_with_file, fitted_errors
from components.state.uploads import read_upload
from components.state.workspace import Workspace
from components.theme import THEMES, Theme, blend, escape, format_count, stylesheet

log = logging.getLogger(__name__)
KINDS = {"Velocity": VELOCITY, "G flux": FLUX}
HEIGHT = 170
SHOWN_SHARE = (1.0, 99.0)  # percentiles of the map between which the colours run
MOST_UNASKED = 2_000_000  # stars; a map of more takes long enough to be asked for
_WHOLE = {"max-height": "none"}
_HEAD = (
    "<h3>Errors of single stars</h3><p class=small>The error of one measurement of a single star of this magnitude and "
    "colour, fitted to the catalogue itself: 41st percentile in Voronoi cells about 1,000 stars, median of ten maps "
    "(Andrew et al. 2022, App. B.2). RUWE_spec and RUWE_phot are the scatter of a star over this.</p>"
)


def summary_html(found: FittedErrors) -> str:
    """Return what the maps are made of, in a sentence."""
    mapped = MAPPED[found.kind]
    return (
        f"<p class=small>{mapped.symbol} of {format_count(found.sample.scatter.size)} stars, in {mapped.unit} "
        f"({mapped.figure}). Only where there are stars. Point at a map to read it.</p>"
    )


def comparison_html(name: str, compared: ErrorMapComparison) -> str:
    """Return how far a map lies from the published one, weighted by stars."""
    used = int(np.isfinite(compared.log_ratio).sum())
    mean = f"{compared.bias_dex:+.3f}".replace("-", "−")
    return (
        f"<p class=small>{escape(name)}: this map ÷ that one, over {format_count(used)} grid points with five stars or "
        f"more: mean {mean} dex, scatter {compared.scatter_dex:.3f} dex.</p>"
    )


def error_map_figure(found: FittedErrors, values: np.ndarray, mapper: Any, label: str, theme: Theme) -> Any:
    """Return a map over colour and magnitude, bright stars at the top, that tells its values to a pointer."""
    dx, dy = found.colour[1] - found.colour[0], found.magnitude[1] - found.magnitude[0]
    x0, x1 = found.colour[0] - dx / 2, found.colour[-1] + dx / 2
    y0, y1 = found.magnitude[0] - dy / 2, found.magnitude[-1] + dy / 2
    plot = small_figure(theme, "BP−RP (mag)", "G (mag)", (float(x0), float(x1)), (float(y1), float(y0)), HEIGHT)
    source = ColumnDataSource(data={"image": [values.T.astype(np.float32)]})
    plot.image("image", x=x0, y=y0, dw=x1 - x0, dh=y1 - y0, source=source, color_mapper=mapper)
    plot.add_tools(HoverTool(tooltips=[("G", "$y{0.0}"), ("BP−RP", "$x{0.00}"), (label, "@image{0.000a}")]))
    return plot


class ErrorMapsPanel(pn.viewable.Viewer):
    """Fitted when first shown; a published map given as a file is compared on the same grid."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._theme = THEMES[theme]
        self._document = pn.state.curdoc
        self._found: FittedErrors | None = None
        self._published: dict[str, tuple[str, ErrorMapComparison]] = {}
        self._shown = False
        self._task: asyncio.Task[None] | None = None
        prose: dict[str, Any] = {
            "margin": 0, "stylesheets": [stylesheet("prose"), MAP_STYLE], "sizing_mode": "stretch_width",
        }  # fmt: skip
        widget: dict[str, Any] = {"stylesheets": [stylesheet("widgets"), stylesheet("choosers")]}
        self._kind = pn.widgets.RadioButtonGroup(options=KINDS, value=VELOCITY, margin=(4, 0), **widget)
        self._note, self._compared = (pn.pane.HTML("", **prose) for _ in range(2))
        self._maps = pn.Column(margin=0, sizing_mode="stretch_width", styles=_WHOLE)
        self._file = pn.widgets.FileInput(
            accept=".csv", multiple=False, margin=(6, 0), sizing_mode="stretch_width", visible=False, **widget
        )
        number = len(workspace.catalogue)
        self._button = pn.widgets.Button(
            name=f"Fit the errors of {format_count(number)} stars", margin=(6, 0), sizing_mode="stretch_width",
            visible=number > MOST_UNASKED, **widget,
        )  # fmt: skip
        self._button.on_click(lambda *_: self._start())
        self._kind.param.watch(lambda *_: self._changed(), "value")
        self._file.param.watch(lambda *_: self._received(), "value")
        self._file_note = pn.pane.HTML(
            "<p class=small>Compare with a published map, a CSV file with mag, col and sigma:</p>",
            visible=False,
            **prose,
        )
        self._prose = prose
        self._layout = pn.Column(
            pn.pane.HTML(_HEAD, **prose), self._kind, self._button, self._note, self._maps, self._file_note, self._file,
            self._compared, margin=0, sizing_mode="stretch_width", styles=_WHOLE,
        )  # fmt: skip

    def __panel__(self) -> pn.Column:
        return self._layout

    def set_shown(self, shown: bool) -> None:
        """Fit the first time that somebody looks."""
        if shown and not self._shown:
            self._shown = True
            self._changed()

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        self._show()

    def _changed(self) -> None:
        if not self._button.visible:
            self._start()
        elif self._found is not None and self._found.kind != self._kind.value:
            self._found = None
            self._show()

    def _start(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no server, so nobody looks
            return
        self._task = loop.create_task(self.fit())

    async def fit(self) -> None:
        """Fit the map of the chosen error off the event loop, and show it."""
        kind, loop = str(self._kind.value), asyncio.get_running_loop()

        def told(share: float, _text: str) -> None:
            loop.call_soon_threadsafe(self._say, f"<p>Fitting {MAPPED[kind].symbol}… {100 * share:.0f} %</p>")

        self._say(f"<p>Fitting {MAPPED[kind].symbol}…</p>")
        try:
            found = await loop.run_in_executor(None, fitted_errors, self._workspace.catalogue, kind, told)
        except (ValueError, KeyError, MemoryError) as error:
            log.info("error map of %s: %s", self._workspace.catalogue.title, error)
            if kind == self._kind.value:
                self._found = None
                text = f"<p class=small>{escape(error)}.</p>"
                run_in_document(self._document, lambda: self._show(text))
            return
        if kind == self._kind.value:
            self._found = found
            run_in_document(self._document, self._show)

    def _say(self, text: str) -> None:
        run_in_document(self._document, lambda: self._note.param.update(object=text))

    def _received(self) -> None:
        name, content = str(self._file.filename or "map.csv"), self._file.value
        if not content or self._found is None:
            return
        try:
            self._published[self._found.kind] = (
                name,
                read_upload(name, content, partial(compare_with_file, self._found)),
            )
        except ValueError as error:
            log.info("error map %s: %s", name, error)
            self._compared.object = f"<p class=warn>{escape(error)}</p>"
        else:
            self._show()

    def _show(self, problem: str = "") -> None:
        found, theme = self._found, self._theme
        self._file.visible = self._file_note.visible = found is not None
        if found is None:
            self._maps[:], self._compared.object = [], ""
            self._note.object = problem
            return
        self._note.object = summary_html(found)
        symbol, unit = MAPPED[found.kind].symbol, MAPPED[found.kind].unit
        low, high = (float(np.nanpercentile(found.median, share)) for share in SHOWN_SHARE)
        most = float(found.stars.max())
        shared = {"palette": blend(theme.passing, COLOURS), "nan_color": "rgba(0,0,0,0)"}
        stars = np.where(found.stars > 0, found.stars, np.nan)
        parts = [
            (stars, LogColorMapper(low=1, high=max(most, 2), **shared), "Stars", (1, most)),
            (found.median, LogColorMapper(low=low, high=high, **shared), f"Median scatter ({unit})", (low, high)),
            (
                found.sigma,
                LogColorMapper(low=low, high=high, **shared),
                f"{symbol} of single stars ({unit})",
                (low, high),
            ),
        ]
        rows = [self._map(found, values, mapper, title, ends, False) for values, mapper, title, ends in parts]
        published = self._published.get(found.kind)
        if published is not None:
            mapper = LinearColorMapper(
                palette=blend(theme.diverging, COLOURS), low=-0.5, high=0.5, nan_color="rgba(0,0,0,0)"
            )
            rows.append(self._map(found, published[1].log_ratio, mapper, "This map ÷ the file's", (-0.5, 0.5), True))
        self._compared.object = "" if published is None else comparison_html(*published)
        self._maps[:] = rows

    def _map(
        self,
        found: FittedErrors,
        values: np.ndarray,
        mapper: Any,
        title: str,
        ends: tuple[float, float],
        diverging: bool,
    ) -> pn.Column:
        plot = error_map_figure(found, values, mapper, "dex" if diverging else title, self._theme)
        head = pn.pane.HTML(map_title_html(title, *ends, diverging, self._theme), **self._prose)
        return pn.Column(
            head, pn.pane.Bokeh(plot, margin=0, sizing_mode="stretch_width"), margin=0, sizing_mode="stretch_width"
        )
