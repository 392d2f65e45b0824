"""Why the star in focus is in the selection or out of it: each cut with the star's value and its margin."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import panel as pn

from analysis.catalogue.column import PRINTED_UNITS
from analysis.vetting import Reason, SavedClause, decisive, explain
from components.state.selection_text import saved_clauses
from components.state.workspace import Workspace
from components.theme import escape, format_value, stylesheet

_LOOK = """
.why{display:grid;grid-template-columns:18px minmax(0,1fr) auto;gap:1px 8px;padding:4px 8px;margin:3px 0;
border-radius:7px;background:var(--pen-raised);border-left:4px solid var(--pen-line)}
.why.no{border-left-color:var(--pen-warning)}
.why.yes{border-left-color:var(--pen-good)}
.why.off{border-left-style:dashed}
.why .mark{grid-row:1;font-weight:700;text-align:center}
.why.yes .mark{color:var(--pen-good)}
.why.no .mark{color:var(--pen-warning)}
.why .cut{font:12px/1.45 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.why .margin{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.why .more{grid-column:2/-1;font-size:11.5px;color:var(--pen-muted);overflow-wrap:anywhere}
.why .more b{color:var(--pen-warning)}
"""


class WhyPanel(pn.viewable.Viewer):
    """Lists the cuts for the star in focus; those that decide stand out."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._pane = pn.pane.HTML(
            "", margin=0, sizing_mode="stretch_width", stylesheets=[stylesheet("prose"), _LOOK]
        )  # fmt: skip
        workspace.focus.param.watch(lambda *_: self._show(), "row")
        workspace.selection.param.watch(lambda *_: self._show(), "clauses")
        self._show()

    def __panel__(self) -> pn.pane.HTML:
        return self._pane

    def show_theme(self, name: str) -> None:
        """Take on an appearance (the stylesheet reads the page's own colours)."""

    def _show(self) -> None:
        row = self._workspace.focus.row
        self._pane.object = "" if row is None else why_html(self._workspace, row)


def why_html(workspace: Workspace, row: int) -> str:
    """Return the cuts for the star of a row as HTML; every text of the catalogue or the visitor is escaped."""
    table = workspace.catalogue.table
    clauses = [clause for clause in saved_clauses(workspace.selection) if clause.counts or not clause.enabled]
    reasons = {clause.name: explain(clause.cut, table, row) for clause in clauses if clause.counts}
    if not reasons:
        return "<p>Nothing is cut, so every star is in.</p>"
    failing = [name for name, reason in reasons.items() if not reason.passes]
    nearest = _nearest(reasons)
    lines = [f"<p><b>{_verdict(len(reasons), failing)}</b></p>"]
    for clause in clauses:
        if not clause.enabled:
            lines.append(_line(clause.cut.text, "off", "–", "", f"switched off{_label(clause)}"))
            continue
        reason = reasons[clause.name]
        notes = [_values(workspace, reason)]
        if failing == [clause.name]:
            notes.append("<b>the only cut that keeps it out</b>")
        elif not failing and clause.name == nearest and len(reasons) > 1:
            notes.append("its closest limit")
        if reason.problem:
            notes.append(f"<b>{escape(reason.problem)}</b>")
        if reason.kind == "and" and not reason.passes:
            notes += [f"<b>fails</b> {escape(part.text)}: {_values(workspace, part)}" for part in decisive(reason)]
        lines.append(
            _line(reason.text, "yes" if reason.passes else "no", "✓" if reason.passes else "✗", _margin(reason),
                " · ".join(filter(None, notes)) + _label(clause))
        )  # fmt: skip
    return "".join(lines)


def _verdict(cuts: int, failing: list[str]) -> str:
    if not failing:
        return "In: it passes the only cut." if cuts == 1 else f"In: it passes all {cuts} cuts."
    words = "one cut keeps" if len(failing) == 1 else f"{len(failing)} cuts keep"
    return f"Out: {words} it out, of {cuts}." if cuts > 1 else "Out: the only cut keeps it out."


def _nearest(reasons: Mapping[str, Reason]) -> str:
    """The clause whose margin is smallest beside the value it is a margin of."""
    shares = {}
    for name, reason in reasons.items():
        value = reason.values.get(reason.margin_of)
        if math.isfinite(reason.margin) and isinstance(value, int | float) and value:
            shares[name] = abs(reason.margin / value)
    return min(shares, key=lambda name: shares[name]) if shares else ""


def _line(text: str, kind: str, mark: str, margin: str, more: str) -> str:
    words = {"yes": "passes", "no": "fails", "off": "off"}[kind]
    return (
        f'<div class="why {kind}"><span class=mark role=img aria-label="{words}">{mark}</span>'
        f"<span class=cut>{escape(text)}</span><span class=margin>{margin}</span><span class=more>{more}</span></div>"
    )


def _margin(reason: Reason) -> str:
    if not math.isfinite(reason.margin):
        return ""
    sign = "+" if reason.margin >= 0 else "−"
    unit = PRINTED_UNITS.get(reason.unit, reason.unit)
    return f"{sign}{escape(format_value(abs(reason.margin), 4))} {escape(unit)}".rstrip()


def _values(workspace: Workspace, reason: Reason) -> str:
    return ", ".join(_value(workspace, name, value) for name, value in reason.values.items())


def _value(workspace: Workspace, name: str, value: Any) -> str:
    label = workspace.catalogue.label(name)
    shown = "missing" if value is None else f"{format_value(value, 6)} {label.printed_unit}".rstrip()
    return f"{escape(label.short)} = {escape(shown)}"


def _label(clause: SavedClause) -> str:
    return f" · {escape(clause.label)}" if clause.label else ""
