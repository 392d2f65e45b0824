"""The figures of a star's panels on paper."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from components.publication.colours import paper_colours
from components.publication.drawing import draw_figure
from components.publication.plane import DPI, LOOK
from components.theme import Theme

SCREEN_WIDTH = 380


def screen_size(model: Any) -> tuple[float, float]:
    """Return width and height in pixels of a panel's figure on the screen."""
    # What the browser laid out is known only once it was shown; the sides of its frame then follow.
    properties = model.properties()
    width = model.inner_width + 70 if "inner_width" in properties and _is_set(model, "inner_width") else SCREEN_WIDTH
    height = model.height or model.min_height or 180
    return float(width), float(height)


def panels_figure(models: Sequence[Any], theme: Theme, width_inches: float = 5.2) -> Figure:
    """Return the figures of a panel below each other on one page of paper."""
    sizes = [screen_size(model) for model in models]
    heights = [width_inches * height / width for width, height in sizes]
    with rc_context(LOOK):
        figure = Figure(figsize=(width_inches, sum(heights)), dpi=DPI, facecolor="white", layout="constrained")
        FigureCanvasAgg(figure)
        places = figure.subplots(len(models), 1, height_ratios=heights, squeeze=False)[:, 0]
        for model, axes, (width, _) in zip(models, places, sizes, strict=True):
            draw_figure(model, axes, paper_colours(theme), 72 * width_inches / width)
    return figure


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """Return a figure as PNG, PDF or SVG."""
    target = BytesIO()
    with rc_context(LOOK):
        figure.savefig(target, format=kind, dpi=DPI)
    return target.getvalue()


def _is_set(model: Any, name: str) -> bool:
    return name in model.properties_with_values(include_defaults=False)
