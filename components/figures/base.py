"""A figure of a star's panel: small, without a toolbar, as wide as its column."""

from __future__ import annotations

from typing import Any

from bokeh.events import DoubleTap
from bokeh.models import BoxZoomTool, ColumnDataSource, CustomJS, Range1d, ResetTool
from bokeh.plotting import figure

from components.log_axis import use_log_ticks
from components.theme import Theme, style_figure


def new_figure(
    theme: Theme, height: int, x_label: str, y_label: str, x_range: Any = None, y_range: Any = None,
    log_x: bool = False, log_y: bool = False,
) -> Any:  # fmt: skip
    """Return an empty figure; dragging zooms along x, a double click shows all again."""
    zoom = BoxZoomTool(dimensions="width")
    plot = figure(
        height=height,
        sizing_mode="stretch_width",
        x_range=x_range or Range1d(0, 1),
        y_range=y_range or Range1d(0, 1),
        x_axis_type="log" if log_x else "linear",
        y_axis_type="log" if log_y else "linear",
        tools=[zoom, ResetTool()],
        toolbar_location=None,
        min_border_left=58,
        min_border_right=12,
        output_backend="canvas",
    )
    plot.toolbar.active_drag = zoom
    plot.xaxis.axis_label, plot.yaxis.axis_label = x_label, y_label
    for axis, is_log in ((plot.xaxis[0], log_x), (plot.yaxis[0], log_y)):
        if is_log:
            use_log_ticks(axis)
    plot.js_on_event(DoubleTap, CustomJS(args={"plot": plot}, code="plot.reset.emit()"))
    style_figure(plot, theme)
    return plot


def empty_source(*columns: str) -> ColumnDataSource:
    """Return a source with these columns and no rows."""
    return ColumnDataSource({column: [] for column in columns})


def set_ends(axis_range: Any, low: float, high: float) -> None:
    """Show an axis from ``low`` to ``high``, also after a zoom was taken back."""
    axis_range.update(start=low, end=high, reset_start=low, reset_end=high)
