"""A plane of the catalogue as a figure to publish: axes and marks as vectors, the counts as an image."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from components.publication.colours import paper_colours
from components.publication.drawing import draw_figure, dress
from components.publication.fonts import FAMILY, printable
from components.state.printed_plane import PrintedPlane
from components.theme import LIGHT, Theme

WIDTH_INCHES = 5.2
FAINT_ON_PAPER = ("#d5dbe2", "#adb8c4", "#818e9d")
DPI = 300
KINDS = {"png": "PNG", "pdf": "PDF", "svg": "SVG"}
LOOK = {
    "font.family": FAMILY,
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "penumbra",
    "axes.unicode_minus": True,
}


def plane_figure(printed: PrintedPlane, model: Any, theme: Theme, slot: str, value_label: str = "") -> Figure:
    """Return the figure of one plane; ``model`` is its Bokeh figure, for axes, limits, lines and the picked star."""
    window = printed.window
    points = 72 * WIDTH_INCHES / (window.width + 130)
    height = WIDTH_INCHES * (window.height + 70) / (window.width + 130)
    with rc_context(LOOK):
        return _compose(printed, model, theme, slot, value_label, points, height)


def _compose(
    printed: PrintedPlane, model: Any, theme: Theme, slot: str, value_label: str, points: float, height: float
) -> Figure:
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    skipped = {f"{slot}:image", f"{slot}:points"}
    draw_figure(model, axes, paper_colours(theme), points, leave_out=skipped)
    look = replace(LIGHT, faint=FAINT_ON_PAPER)
    compared = printed.palette == "difference"
    palette = look.difference_palette() if compared else look.palette(printed.palette == "diverging")
    if printed.image is not None:
        _draw_image(axes, printed, palette)
    else:
        _draw_stars(axes, printed, palette, points)
    if compared:
        _add_difference_key(figure, printed, points)
    elif printed.ticks and (printed.image is not None or printed.palette == "diverging"):
        label = value_label if printed.palette == "diverging" else "Stars per pixel"
        _add_colour_bar(figure, axes, printed, palette, label, points)
    return figure


def save_figure(figure: Figure, path: Path, title: str, cuts: str) -> None:
    """Write a figure as PNG, PDF or SVG, after the end of the file's name, with what it shows in its metadata."""
    kind = path.suffix.lstrip(".")
    words = {"Title": printable(title)}
    words["Subject" if kind == "pdf" else "Description"] = printable(f"Penumbra. Cuts: {cuts or 'none'}")
    with rc_context(LOOK):
        figure.savefig(path, dpi=DPI, metadata=words)


def _draw_image(axes: Axes, printed: PrintedPlane, palette: list[str]) -> None:
    """The image under the vectors, in axes of its own: its pixels are equal in the logarithm where the axis is."""
    assert printed.image is not None
    table = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5, 7)] for colour in palette], np.uint8)
    under = axes.inset_axes((0, 0, 1, 1), zorder=0)
    under.set_axis_off()
    figure = printed.figure
    rgba = table[printed.image]
    rgba = rgba[:, ::-1] if figure.invert_x else rgba
    rgba = rgba if figure.invert_y else rgba[::-1]
    under.imshow(rgba, aspect="auto", interpolation="nearest", extent=(0, 1, 0, 1), origin="upper")
    axes.patch.set_alpha(0)


def _draw_stars(axes: Axes, printed: PrintedPlane, palette: list[str], points: float) -> None:
    stars, levels = printed.points, printed.point_levels
    assert stars is not None and levels is not None
    colours = np.array([palette[level][:7] for level in levels])
    strong = levels >= 64
    many = len(levels) > 600
    for here, size, alpha, bar, zorder in (
        (~strong, 3.5 if many else 6, 0.7, 0.2, 1.6), (strong, 5 if many else 9, 0.95, 0.55, 1.8),
    ):  # fmt: skip
        x, y = stars.x[here], stars.y[here]
        for errors, across in ((stars.x_error, True), (stars.y_error, False)):
            if errors is None:
                continue
            reach = np.nan_to_num(errors[here])
            ends = ((x - reach, y), (x + reach, y)) if across else ((x, y - reach), (x, y + reach))
            parts = np.stack([np.column_stack(end) for end in ends], axis=1)
            axes.add_collection(
                LineCollection(parts, colors=colours[here], alpha=bar, linewidths=points, zorder=zorder)
            )
        axes.scatter(x, y, s=(size * points) ** 2, c=colours[here], alpha=alpha, linewidths=0, zorder=zorder + 0.1)


def _add_colour_bar(
    figure: Figure, axes: Axes, printed: PrintedPlane, palette: list[str], label: str, points: float
) -> None:
    bar = axes.inset_axes((1.025, 0.0, 0.03, 1.0))
    steps = np.linspace(0, 1, 193)
    cmap = ListedColormap([colour[:7] for colour in palette[64:256]])
    bar.pcolormesh([0, 1], steps, np.arange(192)[:, None], cmap=cmap)
    bar.set_xticks([])
    bar.yaxis.tick_right()
    bar.set_yticks([at for at, _ in printed.ticks], [f"{value:.4g}" for _, value in printed.ticks])
    bar.yaxis.set_label_position("right")
    bar.set_ylabel(printable(label), fontsize=11 * points)
    dress(bar, points)
    bar.tick_params(direction="out", left=False, top=False, bottom=False, labelsize=10 * points)


def _add_difference_key(figure: Figure, printed: PrintedPlane, points: float) -> None:
    told = printed.comparison or {}
    first, second, both = LIGHT.difference
    entries = (
        (first, f"only {told.get('first', 'A')} ({told.get('only_first', 0)})"),
        (second, f"only {told.get('second', 'B')} ({told.get('only_second', 0)})"),
        (both, f"both ({told.get('both', 0)})"),
    )
    marks = [Line2D([], [], linestyle="", marker="s", color=colour, markersize=7 * points) for colour, _ in entries]
    texts = [printable(text) for _, text in entries]
    figure.legend(marks, texts, loc="outside upper left", frameon=False, ncols=1, fontsize=10 * points)
