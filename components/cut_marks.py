"""The cuts drawn on a plane: a slider's limits as lines that can be dragged, all other cuts as outlines and curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bokeh.models import CustomJS, Span

from analysis.selection import Range
from components.state.cut_curves import Bounds, cut_curves, cut_limits
from components.state.planes import Figure
from components.state.selection import Clause
from components.theme import Theme

_AXES = {"x": "height", "y": "width"}
_DRAGGED = "window.penumbra?.threshold(cb_obj, clause, end)"


class CutMarks:
    """Draws the clauses on one Bokeh figure; lines of a slider are moved in the page as the slider is, and move it."""

    def __init__(self, plot: Any, slot: str, figure: Figure, theme: Theme) -> None:
        self._plot, self._slot, self._figure, self._theme = plot, slot, figure, theme
        self._limits: dict[tuple[str, str, str], Span] = {}
        self._others: list[Any] = []

    def show(self, clauses: Sequence[Clause], bounds: Bounds) -> None:
        """Draw these clauses; one that is switched off is dotted: where it would cut."""
        wanted: dict[tuple[str, str, str], tuple[float | None, bool]] = {}
        for mark in self._others:
            (self._plot.center if isinstance(mark, Span) else self._plot.renderers).remove(mark)
        self._others = []
        for clause in clauses:
            if isinstance(clause.cut, Range):
                for axis in self._axes_of(clause.cut.column):
                    for end, value in (("low", clause.cut.low), ("high", clause.cut.high)):
                        wanted[clause.name, end, axis] = (None if value is None else float(value)), clause.enabled
            else:
                self._draw_other(clause, bounds)
        for key in [key for key in self._limits if key not in wanted]:
            self._plot.center.remove(self._limits.pop(key))
        for key, (value, enabled) in wanted.items():
            self._show_limit(key, value, enabled)

    def _axes_of(self, column: str) -> list[str]:
        return [axis for axis, name in (("x", self._figure.x), ("y", self._figure.y)) if name == column]

    def _style(self, enabled: bool) -> dict[str, Any]:
        return {
            "line_color": self._theme.focus,
            "line_alpha": 0.85 if enabled else 0.6,
            "line_dash": "dashed" if enabled else "dotted",
            "line_width": 1.6,
        }

    def _show_limit(self, key: tuple[str, str, str], value: float | None, enabled: bool) -> None:
        name, end, axis = key
        style = self._style(enabled)
        place = {"visible": value is not None, **({} if value is None else {"location": value})}
        if key in self._limits:
            self._limits[key].update(**style, **place)
            return
        # The page moves the line by itself while a knob is dragged: what it sends back would come too late.
        span = Span(
            name=f"{self._slot}:limit:{name}:{end}", dimension=_AXES[axis], editable=True, level="overlay",
            syncable=False, hover_line_color=self._theme.text, hover_line_alpha=1.0, hover_line_width=2.5,
            **{"location": 0.0, **place}, **style,
        )  # fmt: skip
        span.js_on_change("location", CustomJS(args={"clause": name, "end": end}, code=_DRAGGED))
        self._plot.add_layout(span)
        self._limits[key] = span

    def _draw_other(self, clause: Clause, bounds: Bounds) -> None:
        style = self._style(clause.enabled)
        for axis, value in cut_limits(clause.cut, self._figure):
            span = Span(location=value, dimension=_AXES[axis], level="overlay", **style)
            self._plot.add_layout(span)
            self._others.append(span)
        for x, y in cut_curves(clause.cut, self._figure, bounds):
            self._others.append(self._plot.line(x, y, **style))
