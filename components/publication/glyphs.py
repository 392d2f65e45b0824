"""Bokeh's glyphs drawn by matplotlib, from the same sources and in the same places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.core.property.vectorization import Expr, Field, Value
from bokeh.models import LinearColorMapper, LogColorMapper
from matplotlib.collections import LineCollection, PolyCollection

from components.publication.colours import paper_colour
from components.publication.fonts import printable

MARKERS = {
    "circle": "o", "square": "s", "triangle": "^", "inverted_triangle": "v", "diamond": "D", "hex": "h", "star": "*",
    "cross": "+", "x": "x", "dash": "_", "dot": ".", "asterisk": "*", "plus": "P",
}  # fmt: skip
ALIGN = {"left": "left", "center": "center", "right": "right"}
BASELINE = {"top": "top", "middle": "center", "bottom": "bottom", "alphabetic": "baseline", "hanging": "top"}


class Glyph:
    """One glyph with its data, asked property by property; ``points`` is the size of a screen pixel in points."""

    def __init__(self, glyph: Any, data: Mapping[str, Any], colours: Mapping[str, str], points: float) -> None:
        self.model, self.data, self.points = glyph, data, points
        self._colours = colours

    def values(self, name: str) -> Any:
        """Return a property as the column or the value it stands for."""
        spec = getattr(self.model, name, None)
        transform = getattr(spec, "transform", None)
        if isinstance(spec, Field):
            found = self.data[spec.field]
        elif isinstance(spec, Value):
            found = spec.value
        elif isinstance(spec, dict):
            found = self.data[spec["field"]] if "field" in spec else spec.get("value")
            transform = spec.get("transform")
        elif isinstance(spec, Expr):
            raise ValueError(f"the expression of {name} is computed in the browser")
        else:
            found = self.data[spec] if isinstance(spec, str) and spec in self.data else spec
        if isinstance(transform, LinearColorMapper | LogColorMapper):
            return mapped(transform, np.asarray(found, float))
        return found

    def numbers(self, name: str) -> np.ndarray:
        """Return a property as an array of doubles."""
        return np.atleast_1d(np.asarray(self.values(name), dtype=float))

    def colour(self, kind: str, length: int) -> Any:
        """Return the colour of lines, fills or texts: one, or one for each of ``length``."""
        colour, alpha = self.values(f"{kind}_color"), self.values(f"{kind}_alpha")
        alpha = 1.0 if alpha is None else alpha
        if not _many(colour) and not _many(alpha):
            return paper_colour(colour, float(alpha), self._colours)
        colours = colour if _many(colour) else [colour] * length
        alphas = alpha if _many(alpha) else [alpha] * length
        return [paper_colour(c, float(a), self._colours) for c, a in zip(colours, alphas, strict=True)]

    def line(self) -> dict[str, Any]:
        """Return how a line is drawn, as matplotlib takes it."""
        width = self.values("line_width")
        width = float(np.mean(width)) if _many(width) else float(1 if width is None else width)
        return {"linewidth": width * self.points, "linestyle": dashes(self.values("line_dash"), width)}


def mapped(mapper: Any, values: np.ndarray) -> list[tuple[int, int, int]]:
    """Return the colours that a mapper gives to values, between its ends or those of the values (0 to 255)."""
    finite = values[np.isfinite(values)]
    low = mapper.low if mapper.low is not None else float(finite.min(initial=0))
    high = mapper.high if mapper.high is not None else float(finite.max(initial=1))
    if isinstance(mapper, LogColorMapper):
        with np.errstate(divide="ignore", invalid="ignore"):
            values, low, high = np.log10(values), np.log10(low), np.log10(high)
    share = np.clip(np.nan_to_num((values - low) / ((high - low) or 1)), 0, 1)
    palette = [tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in mapper.palette]
    return [palette[int(at)] for at in np.minimum(share * len(palette), len(palette) - 1)]


def dashes(dash: Any, width: float) -> Any:
    """Return Bokeh's dashes, in pixels, as multiples of the line's width."""
    parts = [part for part in (dash if _many(dash) else []) if isinstance(part, int | float)]
    if not parts:
        return "-"
    parts = parts if len(parts) % 2 == 0 else parts * 2
    return (0, tuple(max(part, 0.1) / max(width, 1) for part in parts))


def _many(value: Any) -> bool:
    return isinstance(value, Sequence | np.ndarray) and not isinstance(value, str | bytes | tuple)


def _draw_line(axes: Any, glyph: Glyph, zorder: float) -> None:
    axes.plot(glyph.numbers("x"), glyph.numbers("y"), color=glyph.colour("line", 1), zorder=zorder, **glyph.line())


def _draw_step(axes: Any, glyph: Glyph, zorder: float) -> None:
    where = {"before": "pre", "after": "post", "center": "mid"}[str(glyph.model.mode)]
    x, y = glyph.numbers("x"), glyph.numbers("y")
    axes.step(x, y, where=where, color=glyph.colour("line", 1), zorder=zorder, **glyph.line())


def _draw_lines(axes: Any, glyph: Glyph, zorder: float) -> None:
    pairs = zip(glyph.values("xs"), glyph.values("ys"), strict=True)
    parts = [np.column_stack((np.asarray(x, float), np.asarray(y, float))) for x, y in pairs]
    axes.add_collection(LineCollection(parts, colors=glyph.colour("line", len(parts)), zorder=zorder, **glyph.line()))


def _draw_segments(axes: Any, glyph: Glyph, zorder: float) -> None:
    ends = np.broadcast_arrays(*(glyph.numbers(name) for name in ("x0", "y0", "x1", "y1")))
    parts = np.stack(ends, axis=1).reshape(-1, 2, 2)
    axes.add_collection(LineCollection(parts, colors=glyph.colour("line", len(parts)), zorder=zorder, **glyph.line()))


def _draw_markers(axes: Any, glyph: Glyph, zorder: float) -> None:
    x, y = np.broadcast_arrays(glyph.numbers("x"), glyph.numbers("y"))
    if not len(x):
        return
    kinds = glyph.values("marker") if hasattr(glyph.model, "marker") else "circle"
    names = np.array(list(kinds) if _many(kinds) else [kinds] * len(x), dtype=object)
    sizes = np.broadcast_to(glyph.numbers("size"), x.shape) * glyph.points
    fill, edge = glyph.colour("fill", len(x)), glyph.colour("line", len(x))
    for name in dict.fromkeys(names):
        here = np.flatnonzero(names == name)
        pick = lambda colours, at=here: [colours[i] for i in at] if isinstance(colours, list) else colours  # noqa: E731
        marker, plain = MARKERS.get(str(name), "o"), str(name) in ("cross", "x", "dash", "asterisk")
        style = {"c": pick(edge)} if plain else {"facecolors": pick(fill), "edgecolors": pick(edge)}
        width = glyph.line()["linewidth"]
        axes.scatter(x[here], y[here], s=sizes[here] ** 2, marker=marker, linewidths=width, zorder=zorder, **style)


def _draw_area(axes: Any, glyph: Glyph, zorder: float) -> None:
    low, high = glyph.numbers("y1"), glyph.numbers("y2")
    axes.fill_between(glyph.numbers("x"), low, high, color=glyph.colour("fill", 1), linewidth=0, zorder=zorder)


def _draw_sideways_area(axes: Any, glyph: Glyph, zorder: float) -> None:
    low, high = glyph.numbers("x1"), glyph.numbers("x2")
    axes.fill_betweenx(glyph.numbers("y"), low, high, color=glyph.colour("fill", 1), linewidth=0, zorder=zorder)


def _draw_boxes(axes: Any, glyph: Glyph, zorder: float, names: tuple[str, str, str, str]) -> None:
    left, right, bottom, top = np.broadcast_arrays(*(glyph.numbers(name) for name in names))
    corners = np.stack((left, bottom, right, bottom, right, top, left, top), axis=1).reshape(-1, 4, 2)
    _add_polygons(axes, glyph, list(corners), zorder)


def _draw_bars(axes: Any, glyph: Glyph, zorder: float) -> None:
    x, half = glyph.numbers("x"), glyph.numbers("width") / 2
    sides = np.broadcast_arrays(x - half, x + half, glyph.numbers("bottom"), glyph.numbers("top"))
    left, right, bottom, top = sides
    corners = np.stack((left, bottom, right, bottom, right, top, left, top), axis=1).reshape(-1, 4, 2)
    _add_polygons(axes, glyph, list(corners), zorder)


def _draw_patch(axes: Any, glyph: Glyph, zorder: float) -> None:
    _add_polygons(axes, glyph, [np.column_stack((glyph.numbers("x"), glyph.numbers("y")))], zorder)


def _draw_patches(axes: Any, glyph: Glyph, zorder: float) -> None:
    pairs = zip(glyph.values("xs"), glyph.values("ys"), strict=True)
    _add_polygons(
        axes, glyph, [np.column_stack((np.asarray(x, float), np.asarray(y, float))) for x, y in pairs], zorder
    )


def _add_polygons(axes: Any, glyph: Glyph, corners: list[np.ndarray], zorder: float) -> None:
    if corners and len(corners[0]):
        fill, edge = glyph.colour("fill", len(corners)), glyph.colour("line", len(corners))
        axes.add_collection(PolyCollection(corners, facecolors=fill, edgecolors=edge, zorder=zorder, **glyph.line()))


def _draw_texts(axes: Any, glyph: Glyph, zorder: float) -> None:
    x, y = np.broadcast_arrays(glyph.numbers("x"), glyph.numbers("y"))
    given = glyph.values("text")
    texts = given if _many(given) else [given] * len(x)
    colour = glyph.colour("text", len(x))
    size = float(str(glyph.values("text_font_size")).rstrip("px")) * glyph.points
    align, base = ALIGN[str(glyph.values("text_align"))], BASELINE.get(str(glyph.values("text_baseline")), "baseline")
    dx, dy = (np.broadcast_to(glyph.numbers(name), x.shape) for name in ("x_offset", "y_offset"))
    for i, text in enumerate(texts):
        note = axes.annotate(
            printable(text), (x[i], y[i]), (dx[i] * glyph.points, -dy[i] * glyph.points), textcoords="offset points",
            color=colour[i] if isinstance(colour, list) else colour, fontsize=size, ha=align, va=base, zorder=zorder,
            annotation_clip=True, parse_math=False,
        )  # fmt: skip
        note.set_in_layout(False)


def _draw_rules(axes: Any, glyph: Glyph, zorder: float) -> None:
    upright = type(glyph.model).__name__ == "VSpan"
    draw = axes.axvline if upright else axes.axhline
    for place in glyph.numbers("x" if upright else "y"):
        draw(place, color=glyph.colour("line", 1), zorder=zorder, **glyph.line())


def _draw_rgba(axes: Any, glyph: Glyph, zorder: float) -> None:
    for image, x, y, width, height in zip(
        glyph.values("image"), *(glyph.numbers(name) for name in ("x", "y", "dw", "dh")), strict=False
    ):
        pixels = np.ascontiguousarray(image, np.uint32).view(np.uint8).reshape(*np.shape(image), 4)
        if pixels.size > 4:
            extent = (x, x + width, y, y + height)
            axes.imshow(pixels, extent=extent, origin="lower", aspect="auto", interpolation="nearest", zorder=zorder)


def _draw_image(axes: Any, glyph: Glyph, zorder: float) -> None:
    for image, x, y, width, height in zip(
        glyph.values("image"), *(glyph.numbers(name) for name in ("x", "y", "dw", "dh")), strict=False
    ):
        grid = np.asarray(image, float)
        colours = mapped(glyph.model.color_mapper, grid.ravel())
        rgba = np.array([paper_colour(colour, 1.0, {}) for colour in colours]).reshape(*grid.shape, 4)
        rgba[~np.isfinite(grid)] = 0
        extent = (x, x + width, y, y + height)
        axes.imshow(rgba, extent=extent, origin="lower", aspect="auto", interpolation="nearest", zorder=zorder)


DRAWINGS: dict[str, Callable[[Any, Glyph, float], None]] = {
    "Line": _draw_line,
    "Step": _draw_step,
    "MultiLine": _draw_lines,
    "Segment": _draw_segments,
    "Scatter": _draw_markers,
    "Circle": _draw_markers,
    "VArea": _draw_area,
    "HArea": _draw_sideways_area,
    "Quad": lambda axes, glyph, zorder: _draw_boxes(axes, glyph, zorder, ("left", "right", "bottom", "top")),
    "VBar": _draw_bars,
    "Patch": _draw_patch,
    "Patches": _draw_patches,
    "Text": _draw_texts,
    "VSpan": _draw_rules,
    "HSpan": _draw_rules,
    "ImageRGBA": _draw_rgba,
    "Image": _draw_image,
}
