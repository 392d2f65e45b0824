"""Inferred against true periods and mass ratios of the stars that pass (Figs. 6 and 7 of Andrew et al. 2022)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, Span, TapTool
from bokeh.plotting import figure

from analysis.binaries.projection_draws import BASELINE_YEARS
from components.documents import run_in_document
from components.log_axis import use_log_ticks
from components.state.inferred_truth import GROUPS, INNER, OUTER, Agreement
from components.state.orbit_comparison import ComparedOrbits, OrbitComparison
from components.state.workspace import Workspace
from components.theme import THEMES, Theme, escape, format_count, style_figure, stylesheet

# Panel limits a column to the height of the one around it, which scrolls here.
_WHOLE = {"max-height": "none"}
WHICH = {"Both RUWE high": True, "All inferred": False}
TRIPLES = {"inner orbit": INNER, "outer orbit": OUTER}
PERIODS, RATIOS = (1e-3, 300.0), (3e-3, 300.0)
_COLUMNS = ("period", "period_inferred", "q", "q_inferred", "colour", "alpha", "row")
_STYLE = """
table.counts{width:100%;border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums}
table.counts th{font-weight:500;color:var(--pen-muted);text-align:right;vertical-align:bottom;padding:2px 4px}
table.counts td{padding:2px 4px;border-top:1px solid var(--pen-line);text-align:right;white-space:nowrap}
table.counts td:first-child,table.counts th:first-child{text-align:left;white-space:normal}
.dot{display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:6px}
"""
_HEAD = (
    "<h3>Inferred against true orbits</h3><p class=small>Period and mass ratio that the errors of position and "
    "velocity imply (Andrew et al. 2022, Figs. 6 and 7), against the true ones. Grey stars do not pass the cuts; a "
    "click picks a star. The inferred period takes the companion for dark.</p>"
)
_FOOT = (
    "<p class=small>Median ± half the 16–84 % width of log₁₀(inferred / true); <i>beyond</i>: true period above the 34 "
    "months of data (dotted line), where the method fails. In a triple the velocity may vary with the inner orbit and "
    "the position with the outer: its inferred period lies between the two, and q is too large (Sect. 2.4).</p>"
)


def agreements_html(found: tuple[Agreement, ...], theme: Theme) -> str:
    """Return how well each group is inferred, a line each with the colour of its points."""
    lines = [
        f"<tr><td><span class=dot style='background:{colour}'></span>{escape(group.group)}</td>"
        f"<td>{format_count(group.stars)}</td><td>{_pair(group.log_period)}</td><td>{_pair(group.log_q)}</td>"
        f"<td>{format_count(group.beyond_baseline)}</td></tr>"
        for group, colour in zip(found, group_colours(theme), strict=True)
    ]
    head = "<tr><th>Companion</th><th>stars</th><th>log P</th><th>log q</th><th>beyond</th></tr>"
    return f"<table class=counts>{head}{''.join(lines)}</table>{_FOOT}"


def group_colours(theme: Theme) -> tuple[str, ...]:
    """Return a colour for each group."""
    return (theme.focus, theme.series[2], theme.series[0], theme.series[1])


def _pair(values: tuple[float, float]) -> str:
    middle, width = values
    return "–" if math.isnan(middle) else f"{middle:+.2f} ± {width:.2f}".replace("-", "−")


class InferredTruthPanel(pn.viewable.Viewer):
    """The two planes and the table of agreements; they follow the cuts while they are shown."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._theme = THEMES[theme]
        self._document = pn.state.curdoc
        self.comparison = OrbitComparison(workspace)
        prose: dict[str, Any] = {
            "margin": 0, "stylesheets": [stylesheet("prose"), _STYLE], "sizing_mode": "stretch_width",
        }  # fmt: skip
        widget: dict[str, Any] = {
            "stylesheets": [stylesheet("widgets"), stylesheet("choosers")], "margin": (4, 0),
            "sizing_mode": "stretch_width",
        }  # fmt: skip
        self._note, self._table = pn.pane.HTML("", **prose), pn.pane.HTML("", **prose)
        self._which = pn.widgets.RadioButtonGroup(options=WHICH, value=True, **widget)
        self._triples = pn.widgets.RadioButtonGroup(
            options={f"Triples: {name}": value for name, value in TRIPLES.items()}, value=INNER, **widget
        )
        self._which.param.watch(lambda event: self.comparison.param.update(noticed=event.new), "value")
        self._triples.param.watch(lambda event: self.comparison.param.update(triples=event.new), "value")
        self._source = ColumnDataSource(data={name: [] for name in _COLUMNS})
        self._source.selected.on_change("indices", self._picked)
        self._plots = [pn.pane.Bokeh(None, margin=0, sizing_mode="stretch_width") for _ in range(2)]
        self._content = pn.Column(
            self._which, self._triples, *self._plots, self._table, margin=0, sizing_mode="stretch_width", styles=_WHOLE
        )
        self._layout = pn.Column(
            pn.pane.HTML(_HEAD, **prose), self._note, self._content, margin=(0, 12, 10, 12),
            sizing_mode="stretch_width", styles=_WHOLE,
        )  # fmt: skip
        self._draw_planes()
        self.comparison.param.watch(
            lambda *_: run_in_document(self._document, self._show), ["answer", "doing", "progress", "complaint"]
        )
        self._show()

    def __panel__(self) -> pn.Column:
        return self._layout

    def set_shown(self, shown: bool) -> None:
        """Compare only while somebody looks."""
        self.comparison.active = shown

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        self._draw_planes()
        self._show()

    def _show(self) -> None:
        state, answer = self.comparison, self.comparison.answer
        self._content.visible = answer is not None
        if state.complaint:
            self._note.object = f"<p class=warn>{escape(state.complaint)}</p>"
        elif answer is None:
            share = f" {100 * state.progress:.0f} %" if state.progress >= 0 else ""
            self._note.object = f"<p>{escape(state.doing or 'Comparing')}…{share}</p>"
        else:
            self._note.object = ""
        if answer is not None:
            self._table.object = agreements_html(answer.agreements, self._theme)
            self._source.data = self._points(answer)

    def _points(self, answer: ComparedOrbits) -> dict[str, Any]:
        colours = np.array([*group_colours(self._theme), self._theme.muted], dtype=object)
        # Passing stars last, so that they lie on top; the rarest of them topmost.
        order = np.lexsort((-answer.group.astype(int), answer.passing))
        passing = answer.passing[order]
        return {
            "period": answer.period[order],
            "period_inferred": answer.period_inferred[order],
            "q": answer.q[order],
            "q_inferred": answer.q_inferred[order],
            "colour": list(colours[np.where(passing, answer.group[order], len(GROUPS))]),
            "alpha": np.where(passing, 0.75, 0.2),
            "row": answer.rows[order].astype(np.int32),
        }

    def _draw_planes(self) -> None:
        planes = (("period", "P", "yr", PERIODS), ("q", "q = M₂/M₁", "", RATIOS))
        for pane, (name, label, unit, ends) in zip(self._plots, planes, strict=True):
            pane.object = self._plane(name, label, unit, ends)

    def _plane(self, name: str, label: str, unit: str, ends: tuple[float, float]) -> Any:
        theme, of = self._theme, f" ({unit})" if unit else ""
        plot = figure(
            height=250, sizing_mode="stretch_width", x_axis_type="log", y_axis_type="log", x_range=ends, y_range=ends,
            x_axis_label=f"True {label}{of}", y_axis_label=f"Inferred {label}{of}", toolbar_location=None,
            tools="pan,wheel_zoom,reset", active_scroll=None,
        )  # fmt: skip
        points = plot.scatter(
            name, f"{name}_inferred", source=self._source, size=4, color="colour", alpha="alpha", line_color=None,
            nonselection_alpha=0.75, selection_line_color=theme.focus, nonselection_color="colour",
        )  # fmt: skip
        plot.add_tools(TapTool(renderers=[points]))
        plot.line(ends, ends, color=theme.text, line_width=1, alpha=0.7)
        if name == "period":
            style = {"line_color": theme.warning, "line_dash": "dotted", "line_width": 1.5}
            plot.add_layout(Span(location=BASELINE_YEARS, dimension="height", **style))
        style_figure(plot, theme)
        for axis in plot.axis:
            use_log_ticks(axis)
        return plot

    def _picked(self, _attribute: str, _old: list[int], new: list[int]) -> None:
        rows = self._source.data["row"]
        if new and new[0] < len(rows):
            self._workspace.focus.pick_row(int(rows[new[-1]]))
