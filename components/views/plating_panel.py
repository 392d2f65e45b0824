"""Bronze, silver and gold in the open catalogue: the steps with their counts, and the distributions of Fig. 17."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

import numpy as np
import panel as pn
from bokeh.plotting import figure

from components.documents import run_in_document
from components.log_axis import use_log_ticks
from components.state.plating_summary import (
    NOTICED,
    PRESET_OF,
    SAMPLE,
    Distribution,
    PlatingSummary,
    plating_summary,
)
from components.state.workspace import Workspace
from components.theme import THEMES, Theme, escape, format_count, style_figure, stylesheet

log = logging.getLogger(__name__)
_WHOLE = {"max-height": "none"}
_STYLE = """
table.steps{width:100%;border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums}
table.steps th{font-weight:500;color:var(--pen-muted);text-align:right;padding:2px 4px}
table.steps td{padding:2px 4px;border-top:1px solid var(--pen-line);text-align:right;white-space:nowrap}
table.steps td:first-child,table.steps th:first-child{text-align:left;white-space:normal}
table.steps tr.last td{font-weight:650}
.less{color:var(--pen-muted);font-weight:400}
.key{display:flex;flex-wrap:wrap;gap:2px 12px;font-size:11.5px;color:var(--pen-muted);margin:4px 0}
.key i{display:inline-block;width:16px;height:0;border-top:2.5px solid;margin-right:5px;vertical-align:middle}
"""


def steps_html(summary: PlatingSummary) -> str:
    """Return the steps, a line each: what is asked, how many stars are left here, and how many in the paper."""
    lines, plating = [], ""
    for number, step in enumerate(summary.steps):
        last = number + 1 == len(summary.steps) or summary.steps[number + 1].plating != step.plating
        title = escape(step.title)
        if step.missing:
            here = f"<span class=less>left out: no {escape(', '.join(step.missing))}</span>"
        else:
            here = format_count(step.passed or 0)
        published = "" if step.published is None else format_count(step.published)
        if step.plating != plating:
            plating = step.plating
            lines.append(f"<tr><td colspan=3><span class=less>{plating}</span></td></tr>")
        mark = " class=last" if last else ""
        lines.append(f"<tr{mark}><td>{title}</td><td>{here}</td><td class=less>{published}</td></tr>")
    return (
        f"<table class=steps><tr><th>Step</th><th>left</th><th>paper</th></tr>{''.join(lines)}</table>"
        "<p class=small>The paper starts from 33,812,183 Gaia DR3 stars with a velocity and takes five of its 50 gold "
        "stars out for their periods in nss_two_body_orbit.</p>"
    )


def line_styles(theme: Theme) -> dict[str, tuple[str, str, float]]:
    """Return colour, dash and width of each sample's line."""
    return {
        SAMPLE: (theme.muted, "dashed", 1.5),
        NOTICED: (theme.muted, "solid", 1.5),
        "Bronze": (theme.warning, "solid", 2.0),
        "Silver": (theme.series[0], "solid", 2.0),
        "Gold": (theme.focus, "solid", 2.5),
    }


def key_html(summary: PlatingSummary, theme: Theme) -> str:
    """Return the key of the lines with the size of each sample."""
    return "<div class=key>{}</div>".format(
        "".join(
            f"<span><i style='border-top-color:{colour};border-top-style:{dash}'></i>{escape(name)} "
            f"({format_count(summary.sizes.get(name, 0))})</span>"
            for name, (colour, dash, _) in line_styles(theme).items()
        )
    )


def distribution_plot(found: Distribution, label: str, sizes: dict[str, int], theme: Theme) -> Any:
    """Return the share of each sample's stars in bins of one column, as steps over a log axis."""
    plot = figure(
        height=170, sizing_mode="stretch_width", x_axis_type="log", x_axis_label=label, y_axis_label="",
        x_range=(float(found.edges[0]), float(found.edges[-1])), toolbar_location=None, tools="",
    )  # fmt: skip
    for name, (colour, dash, width) in line_styles(theme).items():
        if sizes.get(name):
            shares = found.shares[name]
            x, y = np.repeat(found.edges, 2), np.concatenate([[0], np.repeat(shares, 2), [0]])
            plot.line(x, 100 * y, line_color=colour, line_dash=dash, line_width=width, line_alpha=0.9)
    plot.y_range.start = 0
    plot.yaxis.axis_label = "%"
    style_figure(plot, theme)
    use_log_ticks(plot.xaxis[0])
    return plot


class PlatingPanel(pn.viewable.Viewer):
    """Worked out when first shown; buttons apply the cuts of each plating."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._theme = THEMES[theme]
        self._document = pn.state.curdoc
        self._summary: PlatingSummary | None = None
        self._asked = False
        prose: dict[str, Any] = {
            "margin": 0, "stylesheets": [stylesheet("prose"), _STYLE], "sizing_mode": "stretch_width",
        }  # fmt: skip
        self._note, self._steps, self._key = (pn.pane.HTML("", **prose) for _ in range(3))
        self._buttons = [
            pn.widgets.Button(
                name=f"Cut to {name.lower()}",
                sizing_mode="stretch_width",
                margin=(4, 2),
                stylesheets=[stylesheet("widgets")],
            )
            for name in PRESET_OF
        ]
        for button, preset in zip(self._buttons, PRESET_OF.values(), strict=True):
            button.on_click(partial(self._apply, preset))
        self._plots = pn.GridBox(ncols=2, margin=0, sizing_mode="stretch_width")
        self._content = pn.Column(
            pn.Row(*self._buttons, margin=0, sizing_mode="stretch_width"), self._steps,
            pn.pane.HTML("<h3>Platings beside the whole sample</h3>", **prose), self._key, self._plots, margin=0,
            sizing_mode="stretch_width", styles=_WHOLE, visible=False,
        )  # fmt: skip
        head = (
            "<h3>Bronze, silver, gold</h3><p class=small>Massive dark companions from the errors of position and "
            "velocity (Andrew et al. 2022, Sect. 5.1): how many stars are left after each step and all before it.</p>"
        )
        self._layout = pn.Column(
            pn.pane.HTML(head, **prose), self._note, self._content, margin=0, sizing_mode="stretch_width", styles=_WHOLE
        )

    def __panel__(self) -> pn.Column:
        return self._layout

    def set_shown(self, shown: bool) -> None:
        """Work the summary out the first time that somebody looks."""
        if shown and not self._asked:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:  # no server, so nobody looks
                return
            self._asked = True
            self._note.object = "<p>Counting…</p>"
            self._task = loop.create_task(self._count())

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        self._show()

    async def _count(self) -> None:
        catalogue, loop = self._workspace.catalogue, asyncio.get_running_loop()
        try:
            self._summary = await loop.run_in_executor(None, plating_summary, catalogue)
        except (ValueError, KeyError, MemoryError) as error:
            log.warning("platings of %s", catalogue.title, exc_info=error)
            text = f"<p class=warn>The platings could not be counted: {escape(error)}</p>"
            run_in_document(self._document, lambda: self._note.param.update(object=text))
            return
        run_in_document(self._document, self._show)

    def _show(self) -> None:
        summary, theme = self._summary, self._theme
        if summary is None:
            return
        self._note.object = ""
        self._steps.object, self._key.object = steps_html(summary), key_html(summary, theme)
        label = self._workspace.catalogue.label
        self._plots[:] = [
            pn.pane.Bokeh(
                distribution_plot(found, label(found.column).text, dict(summary.sizes), theme), margin=0,
                sizing_mode="stretch_width",
            )
            for found in summary.distributions
        ]  # fmt: skip
        self._content.visible = True

    def _apply(self, preset: str, _event: Any) -> None:
        try:
            self._workspace.apply_preset(preset)
        except ValueError as error:
            self._note.object = f"<p class=warn>{escape(error)}</p>"
        else:
            note = self._workspace.preset_note
            self._note.object = f"<p class=small>{escape(note)}</p>" if note else ""
