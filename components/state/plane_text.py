"""A plane in words: what it shows, how many stars, in which ranges, and its topmost stars; and walking by keys."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.state.catalogue import Catalogue
from components.state.plane_window import Plane, Window, share_along
from components.state.planes import Figure
from components.state.stage import Stage

TOP_ROWS = 8
FIRST_STEP, GROWTH, WIDEST = 9.0, 1.45, 0.75


@dataclass(frozen=True)
class PlaneText:
    """The text alternative of a plane: a title, sentences, and a table of its topmost passing stars.

    ``head`` names the columns of ``rows``; the first cell of a row is the star's identifier.
    """

    title: str
    sentences: tuple[str, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the text as plain values for the page."""
        return {
            "title": self.title,
            "sentences": list(self.sentences),
            "head": list(self.head),
            "rows": [list(row) for row in self.rows],
        }


def describe_plane(stage: Stage, slot: str, star: int | None = None) -> PlaneText:
    """Return a slot's plane in words; ``star`` is the row of the picked star. Runs in the stage's thread."""
    plane = stage.planes.get(slot)
    if plane is None:
        return PlaneText("Nothing to draw", ("This catalogue has no pair of columns here.",))
    catalogue, figure, window = stage.catalogue, plane.figure, plane.window
    x, y = catalogue.label(figure.x), catalogue.label(figure.y)
    across = _ends(window.x_low, window.x_high, figure.invert_x)
    upwards = _ends(window.y_low, window.y_high, figure.invert_y)
    sentences = [
        f"Horizontal: {x.text}, from {across} left to right{_scale(figure.x_scale)}. "
        f"Vertical: {y.text}, from {upwards} bottom to top{_scale(figure.y_scale)}."
    ]
    grid = (stage.answer or stage.engine.answer()).grids[slot]
    passing = int(grid.count.sum())
    sentences.append(
        f"{_count(passing)} of {_count(plane.total)} stars in this window pass all cuts."
        if plane.total
        else "No star lies in this window."
    )
    if passing:
        middle = [
            _quartiles(grid.count.sum(axis=axis), *limits) for axis, limits in zip((0, 1), _axes(plane), strict=True)
        ]
        for label, (low, median, high) in zip((x, y), middle, strict=True):
            sentences.append(
                f"{label.short} of the passing stars: half lie between {_said(low, 3)} and "
                f"{_said(high, 3)}{_unit(label.printed_unit)}, median {_said(median, 3)}."
            )
        if grid.value is not None and figure.value is not None:
            means = grid.value[np.isfinite(grid.value)]
            if len(means):
                low, median, high = (_said(float(f(means)), 3) for f in (np.min, np.median, np.max))
                named = catalogue.label(figure.value).text
                sentences.append(f"Colour: mean {named} a pixel, from {low} to {high}, median {median}.")
    if star is not None:
        sentences.append(f"Picked: {_star(catalogue, figure, star)}.")
    head, rows = _top(stage, slot, plane)
    return PlaneText(figure.title, tuple(sentences), head, rows)


def _top(stage: Stage, slot: str, plane: Plane) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    catalogue, figure = stage.catalogue, plane.figure
    ordered = stage.engine.rows(400, figure.y, figure.invert_y)
    x, y = (catalogue.values(name)[ordered] for name in (figure.x, figure.y))
    window = plane.window
    inside = (x >= window.x_low) & (x <= window.x_high) & (y >= window.y_low) & (y <= window.y_high)
    names = figure.columns
    head = ("Star", *(catalogue.label(name).text for name in names))
    rows = tuple(
        (catalogue.identify(int(row)), *(_said(catalogue.cell(name, int(row)), 5) for name in names))
        for row in ordered[inside][:TOP_ROWS]
    )
    return head, rows


def star_words(catalogue: Catalogue, figure: Figure, row: int) -> str:
    """Return what is said when a star is picked on a plane: its name and its values there."""
    return _star(catalogue, figure, row)


def _star(catalogue: Catalogue, figure: Figure, row: int) -> str:
    parts = [catalogue.name_of(row)]
    for name in figure.columns:
        label = catalogue.label(name)
        parts.append(f"{label.short} {_said(catalogue.cell(name, row), 4)}{_unit(label.printed_unit)}")
    return ", ".join(parts)


def step_from(stage: Stage, slot: str, row: int | None, right: int, up: int) -> int | None:
    """Return the row of the nearest passing star in a direction on the screen (-1, 0 or 1 each); None at the edge.

    Without a picked star in the window it is the star nearest to the middle. Runs in the stage's thread.
    """
    plane = stage.planes.get(slot)
    if plane is None:
        return None
    figure, window = plane.figure, plane.window
    here = None if row is None else _place(stage.catalogue, figure, window, row)
    if here is None:
        return _nearest(stage, plane, slot, 0.5, 0.5, max(window.width, window.height))
    step = FIRST_STEP
    across = -right if figure.invert_x else right
    upwards = -up if figure.invert_y else up
    while step < 1.3 * max(window.width, window.height):
        at = here[0] + across * step / window.width, here[1] + upwards * step / window.height
        found = _nearest(stage, plane, slot, *at, WIDEST * step)
        if found is not None and found != row:
            return found
        step *= GROWTH
    return None


def _nearest(stage: Stage, plane: Plane, slot: str, x: float, y: float, reach: float) -> int | None:
    """Return the passing row nearest to a place given in shares of the window."""
    window, figure = plane.window, plane.figure
    data = _data(x, window.x_low, window.x_high, figure.x_scale), _data(y, window.y_low, window.y_high, figure.y_scale)
    found = stage.nearest(slot, *data, reach=reach)
    if found is None or not bool(stage.passes(np.array([found]))[0]):
        return None
    return found


def _place(catalogue: Catalogue, figure: Figure, window: Window, row: int) -> tuple[float, float] | None:
    x, y = catalogue.cell(figure.x, row), catalogue.cell(figure.y, row)
    if x is None or y is None:
        return None
    place = (
        share_along(float(x), window.x_low, window.x_high, figure.x_scale),
        share_along(float(y), window.y_low, window.y_high, figure.y_scale),
    )
    return place if all(0 <= share <= 1 for share in place) else None


def _data(share: float, low: float, high: float, scale: str) -> float:
    if scale == "log10":
        return float(10 ** (math.log10(low) + share * (math.log10(high) - math.log10(low))))
    return low + share * (high - low)


def _axes(plane: Plane) -> tuple[tuple[float, float, str], tuple[float, float, str]]:
    window, figure = plane.window, plane.figure
    return (window.x_low, window.x_high, figure.x_scale), (window.y_low, window.y_high, figure.y_scale)


def _quartiles(counts: np.ndarray, low: float, high: float, scale: str) -> tuple[float, float, float]:
    """Return the quartiles of a histogram along an axis, to half a pixel."""
    total = np.cumsum(counts)
    places = [(int(np.searchsorted(total, share * total[-1])) + 0.5) / len(counts) for share in (0.25, 0.5, 0.75)]
    first, second, third = (_data(place, low, high, scale) for place in places)
    return first, second, third


def _ends(low: float, high: float, inverted: bool) -> str:
    first, last = (high, low) if inverted else (low, high)
    return f"{_said(float(first), 3)} to {_said(float(last), 3)}"


def _scale(scale: str) -> str:
    return ", logarithmic" if scale == "log10" else ""


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""


def _count(number: int) -> str:
    return f"{number:,}".replace(",", "\u2009")


def _said(value: Any, digits: int) -> str:
    if value is None:
        return "no value"
    return f"{value:.{digits}g}".replace("-", "−") if isinstance(value, float) else str(value)
