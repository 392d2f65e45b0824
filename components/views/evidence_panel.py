"""What speaks for an unseen companion: each kind of data in a row, and the posterior of the companion's mass."""

from __future__ import annotations

import math
from typing import Any

import panel as pn

from analysis.vetting import Channel, StarEvidence
from components.documents import deliver
from components.figures.companion import MassFigure
from components.state.evidence import MEANINGS, default_prior, priors
from components.state.workspace import Workspace
from components.theme import THEMES, escape, format_value, stylesheet
from components.velocity_tables import pm

MARKS = {
    "for": ("▲", "speaks for an unseen companion"),
    "against": ("▼", "speaks against one"),
    "neutral": ("○", "neither"),
    "missing": ("–", "missing"),
}
_STYLE = """
table.channels{width:100%;border-collapse:collapse;font-size:12.5px}
table.channels td{padding:3px 5px;border-bottom:1px solid var(--pen-line);vertical-align:top}
table.channels td:first-child{width:14px;font-size:13px;text-align:center}
table.channels td:nth-child(3){text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tr.for td:first-child{color:var(--pen-accent)} tr.against td:first-child{color:var(--pen-warning)}
tr.neutral td:first-child,tr.missing td{color:var(--pen-muted)}
dl.odds{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:6px;margin:4px 0 2px}
dl.odds div{background:var(--pen-raised);border-radius:7px;padding:5px 8px}
dl.odds dt{font-size:11px;white-space:normal} dl.odds dd{text-align:left;font-size:15px;font-weight:650}
table.values td.rule{text-align:left;white-space:normal}
details{margin:4px 0} summary{cursor:pointer;color:var(--pen-accent);font-size:12px}
"""


class EvidencePanel(pn.viewable.Viewer):
    """One row a channel with a mark, value and error, the companion's mass, and every rule on demand."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._document = pn.state.curdoc
        self._evidence: StarEvidence | None = None
        prose: dict[str, Any] = {
            "margin": 0, "stylesheets": [stylesheet("prose"), _STYLE], "sizing_mode": "stretch_width"
        }  # fmt: skip
        self._channels = pn.pane.HTML("", **prose)
        self._mass = pn.pane.HTML("", **prose)
        self._details = pn.pane.HTML("", **prose)
        self._pane = pn.pane.Bokeh(None, margin=0, sizing_mode="stretch_width")
        self._prior = pn.widgets.Select(
            label="Assumed population of companions", options=list(priors(workspace.catalogue)),
            value=default_prior(workspace.catalogue), margin=(6, 2), stylesheets=[stylesheet("widgets")],
            sizing_mode="stretch_width",
        )  # fmt: skip
        self._prior.param.watch(lambda *_: self._load(keep=True), "value")
        self._make_figure(theme)
        self._layout = pn.Column(
            self._channels, self._mass, self._pane, self._prior, self._details, margin=0, sizing_mode="stretch_width"
        )
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        workspace.param.watch(lambda *_: self._load(keep=True), ["series_version", "spectrum_told"])
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._make_figure(name)
        if self._evidence is not None:
            self._show(self._evidence)

    def _make_figure(self, theme: str) -> None:
        self._figure = MassFigure(THEMES[theme])
        self._pane.object = self._figure.model

    def _load(self, keep: bool = False) -> None:
        workspace, row = self._workspace, self._workspace.focus.row
        self._layout.visible = row is not None
        if row is None:
            return
        prior = str(self._prior.value)
        told = workspace.spectrum_told
        spectrum = told[1] if told is not None and told[0] == row else None
        task = workspace.series_cache.evidence(row, prior, spectrum)
        if not keep and not task.done():
            self._evidence = None
            self._pane.visible = False
            self._channels.object = "<p>Weighing the evidence…</p>"
            self._mass.object = self._details.object = ""
        deliver(
            self._document,
            task,
            self._show,
            self._refuse,
            lambda: workspace.focus.row == row and self._prior.value == prior,
        )

    def _refuse(self, reason: str) -> None:
        self._channels.object = f"<p class=warn>{escape(reason)}</p>"

    def _show(self, evidence: StarEvidence) -> None:
        self._evidence = evidence
        self._channels.object = channels_html(evidence)
        self._mass.object = mass_html(evidence)
        self._details.object = details_html(evidence, str(self._prior.value))
        posterior = evidence.posterior
        self._pane.visible = posterior is not None
        if posterior is not None:
            self._figure.show(posterior, evidence.primary_mass.value if evidence.primary_mass else None)


def channels_html(evidence: StarEvidence) -> str:
    """Return one row a channel: mark, name, number with error, and what was found."""
    rows = "".join(_channel(channel) for channel in evidence.channels)
    legend = " · ".join(f"{mark} {meaning}" for mark, meaning in MARKS.values())
    return f"<table class=channels>{rows}</table><p class=small>{legend}</p>"


def mass_html(evidence: StarEvidence) -> str:
    """Return the companion's mass and the probabilities that matter, or why there are none."""
    posterior = evidence.posterior
    if posterior is None:
        return f"<p><b>No companion mass:</b> {escape(evidence.reason)}.</p>"
    low, median, high = posterior.quantile(0.16, 0.5, 0.84)
    odds = [
        ("M₂ above 1.4 M☉", posterior.probability_above_chandrasekhar),
        ("M₂ above 3 M☉", posterior.probability_black_hole_mass),
        ("a main-sequence star of M₂ would be seen", posterior.probability_seen()),
    ]
    if not math.isnan(posterior.probability_dark):
        odds.append(("the companion is no main-sequence star", posterior.probability_dark))
    cells = "".join(f"<div><dt>{name}</dt><dd>{percent(value)}</dd></div>" for name, value in odds)
    note = f"<p class=warn>{escape(evidence.reason)}.</p>" if evidence.reason else ""
    return f"<p><b>M₂ = {median:.2f} M☉</b> (68 %: {low:.2f} to {high:.2f})</p><dl class=odds>{cells}</dl>{note}"


def details_html(evidence: StarEvidence, prior: str) -> str:
    """Return every rule and assumption, to be opened on demand."""
    rules = "".join(
        f"<tr><td>{escape(channel.name)}</td><td class=rule>{escape(channel.rule)}</td></tr>"
        for channel in evidence.channels
    )
    mass = evidence.primary_mass
    used = evidence.posterior.used if evidence.posterior is not None else ()
    primary = f"<p class=small>M₁ = {mass.value:.2f} ± {mass.error:.2f} M☉, {escape(mass.source)}.</p>" if mass else ""
    made_of = f"<p class=small>The mass rests on: {escape('; '.join(used))}.</p>" if used else ""
    return (
        f"<p class=small>Assumed: {escape(MEANINGS[prior])}.</p>"
        f"<details><summary>Rules and assumptions</summary><table class=values>{rules}</table>{primary}{made_of}"
        "<p class=small>Seen: a main-sequence star of more than half of M₁ (Mu et al. 2022). How well these "
        "probabilities hold on stars whose truth is known: docs/evidence.md.</p></details>"
    )


def percent(probability: float) -> str:
    """Return a probability as a percentage that never claims certainty."""
    if math.isnan(probability):
        return "–"
    if probability < 0.001:
        return "< 0.1 %"
    if probability > 0.999:
        return "> 99.9 %"
    return f"{100 * probability:.1f} %" if min(probability, 1 - probability) < 0.1 else f"{100 * probability:.0f} %"


def _channel(channel: Channel) -> str:
    mark, meaning = MARKS[channel.state]
    number = "–"
    if channel.value is not None:
        error = channel.error if channel.error is not None else 0.0
        plain = f"{format_value(channel.value, 3)} {channel.unit}"
        text = pm(channel.value, error, channel.unit) if error > 0 else plain
        number = f"{escape(channel.quantity)} {text.strip()}"
    return (
        f"<tr class={channel.state} title='{escape(channel.rule)}'><td aria-label='{meaning}'>{mark}</td>"
        f"<td><b>{escape(channel.name)}</b><br><span class=small>{escape(channel.detail)}</span></td>"
        f"<td>{number}</td></tr>"
    )
