"""One plane of the catalogue: faint and passing stars, limits, the picked star; boxes and lassos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import panel as pn
from bokeh.events import SelectionGeometry, Tap
from bokeh.models import (
    BoxSelectTool,
    BoxZoomTool,
    ColumnDataSource,
    CustomJS,
    LassoSelectTool,
    PanTool,
    Range1d,
    ResetTool,
    Segment,
    WheelZoomTool,
)
from bokeh.plotting import figure as bokeh_figure

from components.cut_marks import CutMarks
from components.documents import run_in_document
from components.log_axis import use_log_ticks
from components.state.plane_window import Window
from components.state.planes import SLOTS, Figure, shown_slots
from components.state.workspace import Workspace
from components.theme import THEMES, Theme, style_figure

Overlay = Callable[[Any, Figure, Theme], None]

_HOVER = "window.penumbra?.hover(slot, cb_obj.x, cb_obj.y, cb_obj.sx, cb_obj.sy, fig)"
_POINT_COLUMNS = ("x", "y", "colour", "row", "size", "alpha", "bar", "x_low", "x_high", "y_low", "y_high")


class Plane(pn.viewable.Viewer):
    """Draws one slot of the workspace; what is in it comes with the frames."""

    def __init__(
        self,
        workspace: Workspace,
        slot: str,
        theme: str,
        overlays: dict[str, Overlay],
        on_shape: Callable[[str, dict[str, Any]], None],
        layers: Sequence[Overlay] = (),
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._slot = slot
        self._document = pn.state.curdoc
        self._theme = THEMES[theme]
        self._overlays = overlays
        self._on_shape = on_shape
        self._layers = tuple(layers)
        self._pane = pn.pane.Bokeh(None, sizing_mode="stretch_both", margin=0, min_height=120)
        self._message = pn.pane.HTML("", sizing_mode="stretch_both", margin=0, visible=False)
        self._layout = pn.Column(self._pane, self._message, sizing_mode="stretch_both", margin=0)
        self._figure: Any = None
        self._build()
        workspace.focus.param.watch(lambda *_: self._show_focus(), "row")
        if workspace.real is not None:
            workspace.real.param.watch(lambda *_: self._show_focus(), "row")
        workspace.selection.param.watch(lambda *_: self._show_cuts(), "clauses")

    def __panel__(self) -> pn.Column:
        return self._layout

    def rebuild(self, theme: str | None = None) -> None:
        """Draw the slot's present figure anew."""
        if theme is not None:
            self._theme = THEMES[theme]
        self._build()

    def go_home(self) -> None:
        """Show the whole figure again."""
        figure = self._workspace.planes.figures.get(self._slot)
        home = None if figure is None else self._workspace.stage.home_window(self._slot, figure)
        if home is not None and figure is not None and self._figure is not None:
            _set_ranges(self._figure, figure, home)

    def _build(self) -> None:
        figure = self._workspace.planes.figures.get(self._slot)
        home = None if figure is None else self._workspace.stage.home_window(self._slot, figure)
        if figure is None or home is None:
            self._figure = None
            self._message.object = _nothing(self._workspace.catalogue.title, self._theme)
            self._pane.param.update(object=None, visible=False)
            self._message.visible = True
            return
        bounds = self._workspace.windows.get(self._slot)
        plot = self._plot(figure, Window(*bounds) if bounds else home)
        for name in figure.overlays:
            self._overlays[name](plot, figure, self._theme)
        self._draw_stars(plot)
        for draw in self._layers:
            draw(plot, figure, self._theme)
        self._draw_focus(plot)
        style_figure(plot, self._theme)
        self._figure = plot
        self._show_focus()
        self._marks = CutMarks(plot, self._slot, figure, self._theme)
        self._show_cuts()
        self._pane.param.update(object=plot, visible=True)
        self._message.visible = False

    def _plot(self, figure: Figure, window: Window) -> Any:
        kind = {"linear": "linear", "log10": "log"}
        plot = bokeh_figure(
            name=f"{self._slot}:figure",
            tags=[self._workspace.figure_tag(self._slot)],
            x_axis_type=kind[figure.x_scale],
            y_axis_type=kind[figure.y_scale],
            x_axis_label=self._axis_label(figure.x),
            y_axis_label=self._axis_label(figure.y),
            sizing_mode="stretch_both",
            min_width=160,
            min_height=120,
            toolbar_location="right",
            tools="",
            output_backend="canvas",
            x_range=Range1d(window.x_low, window.x_high),
            y_range=Range1d(window.y_low, window.y_high),
        )
        for axis, scale in ((plot.xaxis, figure.x_scale), (plot.yaxis, figure.y_scale)):
            if scale == "log10":
                use_log_ticks(axis)
        _set_ranges(plot, figure, window)
        wheel = WheelZoomTool()
        box, lasso = BoxSelectTool(renderers=[]), LassoSelectTool(renderers=[], continuous=False)
        for tool in (box, lasso):
            tool.overlay.fill_alpha = 0.08
            tool.overlay.line_color = self._theme.focus
        pan = PanTool()
        plot.add_tools(pan, wheel, BoxZoomTool(), box, lasso, ResetTool())
        plot.toolbar.active_scroll = wheel
        plot.toolbar.active_drag = pan
        plot.toolbar.logo = None
        plot.on_event(Tap, self._tapped)
        plot.on_event(SelectionGeometry, self._shaped)
        hover = CustomJS(args={"slot": self._slot, "fig": plot}, code=_HOVER)
        plot.js_on_event("mousemove", hover)
        plot.js_on_event("mouseleave", CustomJS(code="window.penumbra?.hover(null)"))
        return plot

    def _axis_label(self, column: str) -> str:
        label = self._workspace.catalogue.label(column)
        if len(shown_slots(self._workspace.planes.figures)) <= len(SLOTS):
            return label.text
        return f"{label.short} ({label.printed_unit})" if label.unit else label.short

    def _draw_stars(self, plot: Any) -> None:
        image = ColumnDataSource(
            {
                "image": [np.zeros((1, 1), np.uint32)],
                "x": [plot.x_range.start],
                "y": [plot.y_range.start],
                "dw": [1.0],
                "dh": [1.0],
            },
            name=f"{self._slot}:image",
        )  # fmt: skip
        plot.image_rgba("image", x="x", y="y", dw="dw", dh="dh", source=image, level="image")
        points = ColumnDataSource({name: [] for name in _POINT_COLUMNS}, name=f"{self._slot}:points")
        for x0, y0, x1, y1 in (("x_low", "y", "x_high", "y"), ("x", "y_low", "x", "y_high")):
            bars = Segment(x0=x0, y0=y0, x1=x1, y1=y1, line_color="colour", line_alpha="bar")
            plot.add_glyph(points, bars)
        plot.scatter(
            "x", "y", source=points, size="size", color="colour", alpha="alpha", line_color=None,
            nonselection_alpha=1.0, level="glyph",
        )  # fmt: skip

    def _draw_focus(self, plot: Any) -> None:
        self._focus_source = ColumnDataSource({"x": [], "y": []}, name=f"{self._slot}:focus")
        # Not on the level of overlays, which Bokeh draws beyond the frame as well.
        plot.scatter(
            "x", "y", source=self._focus_source, size=17, fill_color=None, line_color=self._theme.focus, line_width=2.2
        )

    def _show_focus(self) -> None:
        figure, row = self._workspace.planes.figures.get(self._slot), self._workspace.focus.row
        if self._figure is None or figure is None:
            return
        place = (None, None)
        if row is not None:
            cell = self._workspace.catalogue.cell
            place = cell(figure.x, row), cell(figure.y, row)
        elif self._workspace.real is not None and self._workspace.real.row is not None:
            rows, x, y = self._workspace.real.places(figure)
            place = next(((x[i], y[i]) for i in np.flatnonzero(rows == self._workspace.real.row)), place)
        self._focus_source.data = {"x": [], "y": []} if None in place else {"x": [place[0]], "y": [place[1]]}

    def _show_cuts(self) -> None:
        figure = self._workspace.planes.figures.get(self._slot)
        if self._figure is None or figure is None:
            return
        home = self._workspace.stage.home_window(self._slot, figure)
        if home is not None:
            self._marks.show(self._workspace.selection.clauses, home.bounds)

    def _tapped(self, event: Tap) -> None:
        pn.state.execute(partial(self._pick, float(event.x), float(event.y)))

    async def _pick(self, x: float, y: float) -> None:
        real, pump = self._workspace.real, self._workspace.pump
        if real is not None:
            found = await pump.ask(lambda stage: real.nearest(stage.planes.get(self._slot), x, y))
            if found is not None:
                run_in_document(self._document, partial(real.pick_row, found))
                return
        row = await pump.ask(lambda stage: stage.nearest(self._slot, x, y))
        if row is not None:
            run_in_document(self._document, partial(self._workspace.focus.pick_row, row))

    def _shaped(self, event: SelectionGeometry) -> None:
        if event.final:
            self._on_shape(self._slot, dict(event.geometry))


def _set_ranges(plot: Any, figure: Figure, window: Window) -> None:
    x, y = (window.x_low, window.x_high), (window.y_low, window.y_high)
    for axis, (low, high), inverted in (
        (plot.x_range, x, figure.invert_x),
        (plot.y_range, y, figure.invert_y),
    ):
        start, end = (high, low) if inverted else (low, high)
        axis.update(start=start, end=end, reset_start=start, reset_end=end)


def _nothing(title: str, theme: Theme) -> str:
    return (
        f'<div style="padding:24px;color:{theme.muted};font-size:13px">'
        "This catalogue has no pair of columns left to draw here. Choose axes with the gear above.</div>"
    )
