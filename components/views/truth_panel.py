"""What the cuts bring and cost where the truth is known: completeness, purity, and both along a slider."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, Span
from bokeh.plotting import figure

from components.cut_truth_text import percent
from components.log_axis import use_log_ticks
from components.state.truth import CLASS_TITLES, ENRICHED, CutCost, Tally, class_titles
from components.state.tuning import LOWER, UPPER, Tuned, Tuning
from components.state.workspace import Workspace
from components.theme import THEMES, Theme, escape, format_count, format_value, style_figure, stylesheet

# Panel limits a column to the height of the one around it, which scrolls here.
_WHOLE = {"max-height": "none"}
ENDS = {"Lower limit": LOWER, "Upper limit": UPPER}
MOST_COLUMNS = 3
SMALLEST_SHARE = 1e-7
OF_POPULATION = (
    "Simulated sources: what each one is, is known, and no cut can use it. Their shares are not the sky's, so read "
    "completeness before purity."
)
KEEP_ON_CUTS = "Show it on the cuts in other tabs too"
SHARES = ("completeness", "purity", "purity in nature")
_STYLE = """
.two{display:grid;grid-template-columns:1fr 1fr;gap:8px;margin:6px 0}
.two div{background:var(--pen-raised);border-radius:8px;padding:6px 10px;border-left:4px solid var(--pen-line)}
.two .line{display:block}
.two b.inline{display:inline;font-size:12px;color:var(--pen-text)}
.two>div>b{display:block;font-size:22px;font-weight:650;font-variant-numeric:tabular-nums}
table.counts{width:100%;border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums}
table.counts th{font-weight:500;color:var(--pen-muted);text-align:right;vertical-align:bottom;padding:2px 4px}
table.counts td{padding:2px 4px;border-top:1px solid var(--pen-line);text-align:right;white-space:nowrap}
table.counts td:first-child,table.counts th:first-child{text-align:left;white-space:normal;min-width:76px}
table.counts tr.wanted td{font-weight:650}
table.counts .less{color:var(--pen-muted);font-weight:400}
"""
NO_TRUTH = (
    "<p>The truth of these stars is not known, so completeness and purity cannot be told. Open a simulated survey: "
    "there every star is known for what it is.</p>"
)


def score_html(answer: Tuned) -> str:
    """Return completeness and purity of the selection as two large numbers with what they are made of."""
    score = answer.score
    if not answer.wanted:
        return "<p>Choose above what you look for: completeness and purity are of those stars.</p>"
    found, selected = format_count(score.found), format_count(score.selected)
    return (
        f"<div class=two><div>Completeness<b>{percent(score.completeness)}</b>"
        f"<span class=small>{found} of {format_count(score.wanted)} wanted stars pass</span></div>"
        f"<div>Purity<b>{percent(score.purity)}</b>"
        f"<span class=small>{found} of {selected} passing stars are wanted</span>{natural_html(answer)}</div></div>"
    )


def natural_html(answer: Tuned) -> str:
    """Return the purity that nature would give; nothing where the survey holds each class at its natural number."""
    if answer.tally.enrichment == 1 or not set(answer.tally.classes) & set(ENRICHED):
        return ""
    return f"<span class='small line'>In nature <b class=inline>{percent(answer.purity_in_nature)}</b></span>"


def classes_html(tally: Tally, wanted: tuple[str, ...], cut: str = "") -> str:
    """Return a table of the classes: how many there are, how many pass, the share that passes, and, for the named cut,
    how many it removes."""
    cost = next((cost for cost in tally.costs if cost.name == cut), None)
    lines = []
    for number, (name, total, passing) in enumerate(zip(tally.classes, tally.totals, tally.passing, strict=True)):
        removed = "" if cost is None else f"<td>{removed_html(cost, [number])}</td>"
        lines.append(
            f"<tr{' class=wanted' if name in wanted else ''}><td>{escape(CLASS_TITLES.get(name, name))}</td>"
            f"<td>{format_count(int(total))}</td><td>{format_count(int(passing))}</td>"
            f"<td>{percent(passing / total if total else math.nan)}</td>{removed}</tr>"
        )
    note = (
        f"<p class=small>{format_count(tally.unknown)} stars without truth are not counted.</p>"
        if tally.unknown
        else ""
    )
    last = "" if cost is None else "<th>removed</th>"
    head = f"<tr><th>Class</th><th>all</th><th>passing</th><th>share</th>{last}</tr>"
    return f"<table class=counts>{head}{''.join(lines)}</table>{note}"


def costs_html(tally: Tally, wanted: tuple[str, ...], labels: Mapping[str, str]) -> str:
    """Return what each cut takes: of the wanted classes and of all others, alone and together with other cuts."""
    if not tally.costs:
        return "<p class=small>No cut is set, so nothing is lost. Move a slider on the left.</p>"
    chosen = [number for number, name in enumerate(tally.classes) if name in wanted]
    others = [number for number, name in enumerate(tally.classes) if name not in wanted]
    groups = [(CLASS_TITLES.get(tally.classes[number], tally.classes[number]), [number]) for number in chosen]
    if len(groups) > MOST_COLUMNS:
        groups = [("wanted", chosen)]
    groups.append(("all others", others))
    head = "".join(f"<th>{escape(title)}</th>" for title, _ in groups)
    lines = []
    for cost in tally.costs:
        cells = "".join(f"<td>{removed_html(cost, numbers)}</td>" for _, numbers in groups)
        lines.append(f"<tr><td>{escape(labels.get(cost.name, cost.name))}</td>{cells}</tr>")
    note = "<p class=small>Stars that only this cut removes <span class=less>/ all that it removes</span></p>"
    return f"<table class=counts><tr><th>Cut</th>{head}</tr>{''.join(lines)}</table>{note}"


def removed_html(cost: CutCost, numbers: list[int]) -> str:
    """Return how many stars of these classes only the cut removes, and how many it removes in all."""
    only, removed = (int(counts[numbers].sum()) for counts in (cost.removed_only, cost.removed))
    return f"{format_count(only)} <span class=less>/ {format_count(removed)}</span>"


class CurveFigure:
    """Completeness and purity in per cent against the limit of one slider; redrawn in place as cuts move."""

    def __init__(self, answer: Tuned, label: str, theme: Theme) -> None:
        curve = answer.curve
        assert curve is not None
        ends = float(curve.thresholds[0]), float(curve.thresholds[-1])
        self.figure = figure(
            height=210, sizing_mode="stretch_width", x_axis_type="log" if answer.scale == "log10" else "linear",
            y_axis_type="log", x_range=ends, y_range=(1.0, 140.0), toolbar_location=None, tools="",
        )  # fmt: skip
        self.source = ColumnDataSource(data=_percents(answer))
        shares = SHARES if answer.tally.enrichment != 1 else SHARES[:2]
        for name, colour in zip(shares, (*theme.series[:2], theme.series[1]), strict=False):
            dash = "dashed" if name == SHARES[-1] else "solid"
            self.figure.line(
                "limit", name, source=self.source, color=colour, line_width=2, line_dash=dash, legend_label=name
            )
        self.mark = Span(dimension="height", line_color=theme.focus, line_width=1.5, line_dash="dashed")
        self.figure.add_layout(self.mark)
        self.figure.add_layout(self.figure.legend[0], "above")
        self.figure.xaxis.axis_label, self.figure.yaxis.axis_label = label, "Share (%)"
        style_figure(self.figure, theme)
        use_log_ticks(self.figure.yaxis[0])
        if answer.scale == "log10":
            use_log_ticks(self.figure.xaxis[0])
        self.show(answer)

    def show(self, answer: Tuned) -> None:
        """Draw another answer for the same slider."""
        self.source.data = _percents(answer)
        shown = np.concatenate([self.source.data[name] for name in SHARES])
        lowest = np.nanmin(shown) if np.isfinite(shown).any() else 10.0
        self.figure.y_range.start = min(10.0 ** math.floor(math.log10(lowest)), 10.0)
        self.mark.update(location=answer.limit if answer.limit is not None else 0.0, visible=answer.limit is not None)


def _percents(answer: Tuned) -> dict[str, np.ndarray]:
    """Columns of the figure; shares too small for its log axis are left out."""
    curve = answer.curve
    assert curve is not None
    natural = np.full(len(curve.thresholds), np.nan) if answer.natural is None else answer.natural
    shares = {
        name: 100 * np.where(share >= SMALLEST_SHARE, share, np.nan)
        for name, share in zip(SHARES, (curve.completeness, curve.purity, natural), strict=True)
    }
    return {"limit": curve.thresholds, **shares}


class TruthPanel(pn.viewable.Viewer):
    """Completeness and purity of the present cuts for the classes one looks for; follows the cuts while they move."""

    def __init__(self, workspace: Workspace, theme: str, tuning: Tuning | None = None) -> None:
        super().__init__()
        self._theme = THEMES[theme]
        self._document = pn.state.curdoc
        self.tuning = Tuning(workspace) if tuning is None else tuning
        self._drawn: Tuned | None = None
        prose: dict[str, Any] = {
            "margin": 0, "stylesheets": [stylesheet("prose"), _STYLE], "sizing_mode": "stretch_width",
        }  # fmt: skip
        widget: dict[str, Any] = {"stylesheets": [stylesheet("widgets"), stylesheet("choosers")], "margin": (4, 0)}
        self._note = pn.pane.HTML("", **prose)
        titles = class_titles(workspace.catalogue)
        self._wanted = pn.widgets.CheckBoxGroup(
            options={title: name for name, title in titles.items()}, value=list(self.tuning.wanted), inline=True,
            sizing_mode="stretch_width", **widget,
        )  # fmt: skip
        # A single Checkbox of Bokeh has no label that is tied to it.
        self._kept = pn.widgets.CheckBoxGroup(
            options=[KEEP_ON_CUTS], value=[KEEP_ON_CUTS] if self.tuning.kept_on_cuts else [], **widget
        )
        self._kept.param.watch(lambda event: self.tuning.param.update(kept_on_cuts=bool(event.new)), "value")
        self._score, self._classes, self._costs = (pn.pane.HTML("", **prose) for _ in range(3))
        self._slider = pn.widgets.Select(options={"–": ""}, align="end", sizing_mode="stretch_width", name="", **widget)
        self._cut = pn.widgets.Select(
            options={"–": ""}, sizing_mode="stretch_width", name="Removed by", visible=False, **widget
        )
        self._cut.param.watch(lambda *_: self._show_classes(), "value")
        self._end = pn.widgets.RadioButtonGroup(options=ENDS, value=LOWER, align="end", **widget)
        self._plot = pn.pane.Bokeh(None, margin=0, sizing_mode="stretch_width")
        self._curve: CurveFigure | None = None
        self._shown = ("", "", "")
        self._following = False
        self._wanted.param.watch(lambda event: self.tuning.param.update(wanted=list(event.new)), "value")
        self._slider.param.watch(lambda event: self._chosen(slider=event.new, end=""), "value")
        self._end.param.watch(lambda event: self._chosen(end=event.new), "value")
        self._along = pn.Column(
            pn.Row(self._slider, self._end, margin=0, sizing_mode="stretch_width"), self._plot, margin=0,
            sizing_mode="stretch_width",
        )  # fmt: skip
        self._counts = pn.Column(
            _head("Looked for"), self._wanted, self._score, self._kept, _head("Along a slider"), self._along,
            _head("What each cut costs"), self._costs, _head("Classes"), self._cut, self._classes, margin=0,
            sizing_mode="stretch_width", styles=_WHOLE,
        )  # fmt: skip
        self._layout = pn.Column(
            _head("Truth"), self._note, self._counts, margin=(10, 12), sizing_mode="stretch_width", styles=_WHOLE
        )
        self.tuning.param.watch(lambda *_: self._in_document(self._show), ["answer", "doing", "progress", "complaint"])
        self._show()

    def __panel__(self) -> pn.Column:
        return self._layout

    def set_shown(self, shown: bool) -> None:
        """Count only while somebody looks."""
        self.tuning.looked_at = shown

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        self._drawn = None
        self._show()

    def _chosen(self, **wish: str) -> None:
        if not self._following:
            self.tuning.param.update(**wish)

    def _in_document(self, action: Callable[[], None]) -> None:
        if self._document is not None and self._document.session_context:
            self._document.add_next_tick_callback(action)
        else:
            action()

    def _show(self) -> None:
        tuning = self.tuning
        answer: Tuned | None = tuning.answer
        self._note.object = self._describe()
        self._counts.visible = answer is not None
        if answer is None or answer is self._drawn:
            return
        self._drawn = answer
        labels = {clause.name: self._label(clause) for clause in tuning.workspace.selection.clauses}
        self._score.object = score_html(answer)
        self._show_cuts(answer, labels)
        self._costs.object = costs_html(answer.tally, answer.wanted, labels)
        self._follow(answer)
        self._along.visible = answer.curve is not None and bool(answer.wanted)
        if self._along.visible:
            self._draw_curve(answer)

    def _show_cuts(self, answer: Tuned, labels: Mapping[str, str]) -> None:
        """Offer the cuts that remove something, and show the classes with what the chosen one takes from each."""
        options = {labels.get(cost.name, cost.name): cost.name for cost in answer.tally.costs} or {"–": ""}
        if options != self._cut.options:
            kept = self._cut.value if self._cut.value in options.values() else next(iter(options.values()))
            self._cut.param.update(options=options, value=kept)
        self._cut.visible = bool(answer.tally.costs)
        self._show_classes()

    def _show_classes(self) -> None:
        answer = self._drawn
        if answer is not None:
            self._classes.object = classes_html(answer.tally, answer.wanted, str(self._cut.value or ""))

    def _describe(self) -> str:
        tuning = self.tuning
        if not tuning.has_truth:
            return NO_TRUTH
        if tuning.complaint:
            return f"<p class=warn>{escape(tuning.complaint)}</p>"
        if tuning.doing:
            share = f" {100 * tuning.progress:.0f} %" if tuning.progress >= 0 else ""
            return f"<p>{escape(tuning.doing)}…{share}</p>"
        if tuning.answer is None:
            return "<p>Counting…</p>"
        catalogue = tuning.workspace.catalogue
        if not catalogue.is_simulated:
            return f"<p class=small>{escape(OF_POPULATION)}</p>"
        about = catalogue.attrs["simulated"]
        return (
            f"<p class=small>Simulated stars, seed {int(about['seed'])}: what each one is, is known, and no cut can "
            f"use it. Neutron stars and black holes are {format_value(float(about['enrichment']))} times as common as "
            "in nature; <i>in nature</i> below counts them at their natural number.</p>"
        )

    def _label(self, clause: Any) -> str:
        catalogue = self.tuning.workspace.catalogue
        return clause.label or (catalogue.label(clause.column).text if clause.column else clause.cut.text)

    def _follow(self, answer: Tuned) -> None:
        """Let the choosers show what the answer is of, without asking again."""
        self._following = True
        self._slider.options = {label: name for name, label in self.tuning.sliders.items()} or {"–": ""}
        if answer.name in self._slider.options.values():
            self._slider.value = answer.name
        self._end.value = answer.end
        self._following = False

    def _draw_curve(self, answer: Tuned) -> None:
        """Move the lines of the present figure, or make a new one for another slider, limit or appearance."""
        label = self.tuning.workspace.catalogue.label(answer.column).text
        which = "at least" if answer.end == LOWER else "at most"
        shown = answer.name, answer.end, self._theme.name
        if self._curve is None or self._shown != shown:
            self._curve, self._shown = CurveFigure(answer, f"{label}, {which}", self._theme), shown
            self._plot.object = self._curve.figure
        else:
            self._curve.show(answer)


def _head(text: str) -> pn.pane.HTML:
    tag = "h2" if text == "Truth" else "h3"
    return pn.pane.HTML(
        f"<{tag}>{text}</{tag}>", margin=0, stylesheets=[stylesheet("prose")], sizing_mode="stretch_width"
    )
