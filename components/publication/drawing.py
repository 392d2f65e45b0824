"""A Bokeh figure drawn by matplotlib: same data, same limits, on white paper."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
from bokeh.models import (
    BoxAnnotation,
    ColorBar,
    FactorRange,
    GlyphRenderer,
    Label,
    Legend,
    LogScale,
    Span,
    Whisker,
)  # fmt: skip
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter

from components.publication.colours import paper_colour
from components.publication.fonts import printable
from components.publication.glyphs import DRAWINGS, MARKERS, Glyph, dashes
from components.theme import LIGHT, SUPERSCRIPTS

log = logging.getLogger(__name__)
_CLICK = re.compile(r", click to \w+")
LONGEST_LABEL = 48
LEVELS = {"underlay": 1.0, "image": 1.5, "glyph": 2.0, "guide": 2.5, "annotation": 3.0, "overlay": 4.0}


def draw_figure(
    model: Any, axes: Axes, colours: Mapping[str, str], points: float, leave_out: Collection[str] = ()
) -> tuple[str, ...]:
    """Draw a Bokeh figure into the axes; returns the kinds of glyphs that could not be drawn.

    ``points`` is the size of a screen pixel in points; sources named in ``leave_out`` are passed over.
    """
    missed: list[str] = []
    set_limits(model, axes)
    for renderer in model.renderers:
        if not isinstance(renderer, GlyphRenderer) or not renderer.visible:
            continue
        if renderer.data_source.name in leave_out:
            continue
        kind = type(renderer.glyph).__name__
        draw = DRAWINGS.get(kind)
        try:
            if draw is None:
                raise ValueError("matplotlib has no drawing for it here")
            draw(axes, Glyph(renderer.glyph, _data(renderer), colours, points), LEVELS[renderer.level])
        except (ValueError, KeyError, TypeError) as error:
            log.warning("a %s of a figure is not printed: %s", kind, error)
            missed.append(kind)
    for item in annotations(model):
        if item.visible:
            _annotate(axes, item, colours, points)
    dress_axes(model, axes, points)
    return tuple(dict.fromkeys(missed))


def annotations(model: Any) -> Iterable[Any]:
    """Return what stands in and around a figure, but axes and grids."""
    for place in ("center", "above", "below", "left", "right"):
        yield from getattr(model, place)


def set_limits(model: Any, axes: Axes) -> None:
    """Give the axes the scales and the visible ranges of the figure."""
    for name, scale, show in (("x", model.x_scale, axes.set_xlim), ("y", model.y_scale, axes.set_ylim)):
        ends = getattr(model, f"{name}_range")
        logarithmic = isinstance(scale, LogScale)
        if logarithmic:
            getattr(axes, f"set_{name}scale")("log")
        if isinstance(ends, FactorRange):
            getattr(axes, f"set_{name}ticks")(np.arange(len(ends.factors)) + 0.5, [printable(f) for f in ends.factors])
            show(0, len(ends.factors))
            continue
        limits = [ends.start, ends.end]
        if all(isinstance(end, int | float) and math.isfinite(end) for end in limits) and limits[0] != limits[1]:
            show(*limits)
        if logarithmic:
            use_log_ticks(axes, name)


def use_log_ticks(axes: Axes, name: str) -> None:
    """Label a logarithmic axis as on the screen: plain numbers where they are short, else powers of ten."""
    axis = getattr(axes, f"{name}axis")
    low, high = sorted(axis.get_view_interval())
    if low <= 0:
        return
    decades = math.log10(high / low)
    for mantissas in ((1,), (1, 2, 5), (1, 2, 3, 5, 7), tuple(range(1, 10))):
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        ticks = [m * 10.0**p for p in powers for m in mantissas if low <= m * 10.0**p <= high]
        if len(ticks) >= 3:
            break
    if len(ticks) < 3:
        step = 10.0 ** math.floor(math.log10((high - low) / 2))
        ticks = [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)][:12]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(LogLocator(subs=tuple(range(2, 10)) if decades < 5 else (1.0,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: log_label(value)))
    axis.set_minor_formatter(NullFormatter())


def log_label(value: float) -> str:
    """Return how a tick of a logarithmic axis is labelled."""
    if 0.001 <= value < 1e5:
        return f"{value:.6g}"
    return f"10{str(round(math.log10(value))).translate(SUPERSCRIPTS)}"


def dress_axes(model: Any, axes: Axes, points: float) -> None:
    """Label the axes and set lines and letters to the size of the screen's."""
    for name, sides in (("x", model.xaxis), ("y", model.yaxis)):
        side = next(iter(sides), None)
        if side is None:
            continue
        axis = getattr(axes, f"{name}axis")
        if side.visible:
            label = printable(_CLICK.sub("", str(side.axis_label or "")))
            short = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
            axis.set_label_text(short, fontsize=12 * points, color=LIGHT.text, parse_math=False)
        else:
            axis.set_tick_params(labelbottom=False, labelleft=False)
    title = getattr(model.title, "text", "") if model.title else ""
    if title:
        axes.set_title(printable(title), fontsize=12 * points, parse_math=False)
    dress(axes, points)


def dress(axes: Axes, points: float) -> None:
    """Give axes the line widths, ticks and letters of a printed figure."""
    axes.tick_params(
        which="both", direction="in", top=True, right=True, labelsize=11 * points, width=0.7, color=LIGHT.text
    )
    axes.tick_params(which="major", length=4)
    axes.tick_params(which="minor", length=2)
    for spine in axes.spines.values():
        spine.set(linewidth=0.8, color=LIGHT.text)


def _data(renderer: Any) -> dict[str, Any]:
    data = renderer.data_source.data
    return {name: np.asarray(values) if _is_flat(values) else values for name, values in data.items()}


def _is_flat(values: Any) -> bool:
    first = next(iter(values), 0) if len(values) else 0
    return not isinstance(first, str | list | tuple | np.ndarray)


def _annotate(axes: Axes, item: Any, colours: Mapping[str, str], points: float) -> None:
    for kind, draw in _ANNOTATIONS.items():
        if isinstance(item, kind):
            draw(axes, item, colours, points)
            return


def _line(item: Any, colours: Mapping[str, str], points: float, extra: float = 1.0) -> dict[str, Any]:
    colour = paper_colour(item.line_color, float(item.line_alpha or 1) * extra, colours)
    width = float(item.line_width)
    return {"color": colour, "linewidth": width * points, "linestyle": dashes(item.line_dash, width)}


def _draw_span(axes: Axes, item: Any, colours: Mapping[str, str], points: float) -> None:
    draw = axes.axvline if item.dimension == "height" else axes.axhline
    if isinstance(item.location, int | float):
        draw(item.location, zorder=LEVELS[item.level], **_line(item, colours, points))


def _draw_box(axes: Axes, item: Any, colours: Mapping[str, str], points: float) -> None:
    (x_low, x_high), (y_low, y_high) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
    given = [getattr(item, name) for name in ("left", "right", "bottom", "top")]
    ends = [
        end if isinstance(end, int | float) else whole
        for end, whole in zip(given, (x_low, x_high, y_low, y_high), strict=True)
    ]
    fill = paper_colour(item.fill_color, float(item.fill_alpha or 0), colours)
    axes.add_patch(
        Rectangle((ends[0], ends[2]), ends[1] - ends[0], ends[3] - ends[2], facecolor=fill, linewidth=0, zorder=1)
    )


def _draw_label(axes: Axes, item: Any, colours: Mapping[str, str], points: float) -> None:
    if item.x_units == "data" and item.y_units == "data":
        colour = paper_colour(item.text_color, 1.0, colours)
        axes.text(
            item.x, item.y, printable(item.text), color=colour, fontsize=10.5 * points, clip_on=True, parse_math=False
        )


def _draw_whisker(axes: Axes, item: Any, colours: Mapping[str, str], points: float) -> None:
    data = dict(item.source.data)
    base, low, high = (
        np.atleast_1d(np.asarray(data[field.field if hasattr(field, "field") else field], float))
        for field in (item.base, item.lower, item.upper)
    )
    draw = axes.vlines if item.dimension == "height" else axes.hlines
    colour = paper_colour(_plain(item.line_color), float(_plain(item.line_alpha) or 1), colours)
    draw(base, low, high, colors=[colour], linewidth=float(_plain(item.line_width) or 1) * points, zorder=2.2)


def _plain(spec: Any) -> Any:
    return getattr(spec, "value", spec)


def _draw_legend(axes: Axes, item: Any, colours: Mapping[str, str], points: float) -> None:
    handles, names = [], []
    for entry in item.items:
        label = entry.label
        text = label.get("value", "") if isinstance(label, dict) else getattr(label, "value", label)
        if not isinstance(text, str) or not text or not entry.renderers:
            continue
        glyph = Glyph(entry.renderers[-1].glyph, _data(entry.renderers[-1]), colours, points)
        kind = type(glyph.model).__name__
        if kind in ("Line", "MultiLine", "Step", "Segment"):
            (handle,) = axes.plot([], [], color=_one(glyph.colour("line", 1)), **glyph.line())
        else:
            marker = glyph.values("marker") if kind == "Scatter" else "square"
            shape = MARKERS.get(marker if isinstance(marker, str) else "circle", "o")
            (handle,) = axes.plot([], [], linestyle="", marker=shape, color=_one(glyph.colour("fill", 1)))
            handle.set_markersize(7 * points)
        handles.append(handle)
        names.append(printable(text))
    if handles:
        axes.legend(
            handles, names, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(names), frameon=False,
            fontsize=10.5 * points, borderaxespad=0.2, columnspacing=1.2, handlelength=1.6, handletextpad=0.5,
        )  # fmt: skip


def _draw_colour_bar(axes: Axes, item: Any, colours: Mapping[str, str], points: float) -> None:
    mapper = item.color_mapper
    low, high = getattr(mapper, "low", None), getattr(mapper, "high", None)
    if low is None or high is None or axes.figure is None:
        return
    inset = axes.inset_axes((1.02, 0.0, 0.025, 1.0))
    steps = np.linspace(low, high, len(mapper.palette) + 1)
    inset.pcolormesh([0, 1], steps, np.arange(len(steps) - 1)[:, None], cmap=ListedColormap(list(mapper.palette)))
    inset.yaxis.tick_right()
    inset.set_xticks([])
    inset.tick_params(labelsize=9.5 * points)
    if item.title:
        inset.set_ylabel(printable(item.title), fontsize=10.5 * points)
        inset.yaxis.set_label_position("right")


def _one(colour: Any) -> Any:
    return colour[0] if isinstance(colour, list) else colour


_ANNOTATIONS: dict[type, Callable[[Axes, Any, Mapping[str, str], float], None]] = {
    Span: _draw_span,
    BoxAnnotation: _draw_box,
    Label: _draw_label,
    Whisker: _draw_whisker,
    Legend: _draw_legend,
    ColorBar: _draw_colour_bar,
}
