"""Small maps in the right column: a figure without tools, and its title with the colours from lowest to highest."""

from __future__ import annotations

from typing import Any

from bokeh.models import Range1d
from bokeh.plotting import figure

from components.theme import Theme, format_count, format_value, style_figure

COLOURS = 128
MAP_STYLE = """
.map{display:flex;align-items:center;gap:5px;font-size:11.5px;margin:4px 2px 0}
.map b{font-weight:600;margin-right:auto}
.map span{color:var(--pen-muted);font-size:10.5px}
.map i{display:inline-block;width:44px;height:8px;border-radius:2px}
"""


def map_title_html(title: str, low: float, high: float, diverging: bool, theme: Theme) -> str:
    """Return the title of a map with its colours; the ends of a diverging one are log10 of a factor."""
    first, last = (10**end if diverging else end for end in (low, high))
    colours = theme.diverging if diverging else theme.passing
    bar = f"<i style='background:linear-gradient(90deg,{','.join(colours)})'></i>"
    return f"<div class=map><b>{title}</b><span>{_plain(first)}</span>{bar}<span>{_plain(last)}</span></div>"


def _plain(value: float) -> str:
    return format_count(round(value)) if value >= 1000 else format_value(float(value), 3)


def small_figure(
    theme: Theme, x: str, y: str, x_range: tuple[float, float], y_range: tuple[float, float], height: int
) -> Any:
    """Return an empty figure over these ranges with its axes named."""
    plot = figure(
        height=height, sizing_mode="stretch_width", x_range=Range1d(*x_range), y_range=Range1d(*y_range), tools="",
        toolbar_location=None, x_axis_label=x, y_axis_label=y,
    )  # fmt: skip
    style_figure(plot, theme)
    plot.grid.visible = False
    return plot
