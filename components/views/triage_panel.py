"""Whether the star in focus may be an extended source, and who stands round it."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

import panel as pn

from components.documents import run_in_document
from components.state.triage import Criterion, StarTriage, can_triage, triage_star
from components.state.workspace import Workspace
from components.theme import escape, format_value, stylesheet

log = logging.getLogger(__name__)
SHOWN_NEIGHBOURS = 8
NO_FLAGS = (
    "<p>No verdict: this catalogue has no image flags of Gaia (ipd_gof_harmonic_amplitude, ipd_frac_multi_peak).</p>"
)


def triage_html(found: StarTriage) -> str:
    """Return class, steps, grade and deviations of a star."""
    steps = [one for one in found.criteria if one.step != "grade"]
    passed = all(one.met for one in steps)
    unknown = [one.name for one in steps if one.met is None]
    kind = f"BP/RP excess {escape(found.excess_class)}" if found.excess_class else "BP/RP excess unknown"
    place = "; in the window of M31 that the paper leaves out" if found.in_m31 else ""
    if found.excess_class != "2.37 to 5":
        word, mark = f"{kind}{place}: not of the class 2.37 to 5 that is searched", "no"
    elif unknown:
        word, mark = f"{kind}{place}: {', '.join(unknown)} missing, so no candidate", "no"
    else:
        grade = "" if found.grade is None else f", grade {found.grade}A"
        word, mark = (
            f"{kind}{place}: {f'passes all steps{grade}' if passed else 'fails a step'}",
            "yes" if passed else "no",
        )
    rows = "".join(_row(one) for one in found.criteria)
    off = "".join(
        f"<tr><td>{escape(text)}</td><td>{format_value(value, 3)} σ</td><td></td></tr>"
        for text, value in found.off_points
    )
    return (
        f"<div class='verdict {mark}'><span>{word}</span></div><table class=values>{rows}{off}</table>"
        "<p class=small>Wu et al. 2024. The excess-noise line is recollected; the deviation from the median is this "
        "catalogue's own.</p>"
    )


def surroundings_html(found: StarTriage, workspace: Workspace) -> str:
    """Return the verdict on the neighbours and a list of them."""
    around = found.surroundings
    if around is None:
        return "<p>Neighbours unknown: this star has no position.</p>"
    catalogue = workspace.catalogue
    parts = [f"<p><b>Surroundings: {escape(around.verdict)}</b>, {escape(around.reason)}.</p>"]
    for title, near in (
        ("within 20″", around.neighbours),
        ("within 1′ with its parallax and motion", around.companions),
    ):
        rows = "".join(
            f"<tr><td>{escape(catalogue.name_of(int(one.row)))}</td><td>{one.separation:.2f}″</td>"
            f"<td>{format_value(float(one.magnitude_difference), 3)} mag</td></tr>"
            for one in near.head(SHOWN_NEIGHBOURS).itertuples()
        )
        more = f" (nearest {SHOWN_NEIGHBOURS} of {len(near)})" if len(near) > SHOWN_NEIGHBOURS else ""
        parts.append(
            f"<p class=small>{len(near)} in this catalogue {title}{more}; ΔG is theirs minus the star's.</p>"
            f"<table class=values>{rows}</table>"
        )
    if around.unchecked:
        parts.append(f"<p class=small>Not checked: {escape('; '.join(around.unchecked))}.</p>")
    return "".join(parts)


def _row(one: Criterion) -> str:
    shown = "–" if one.value is None else format_value(one.value, 4)
    mark = {True: "✓", False: "✗", None: "missing"}[one.met]
    return (
        f"<tr><td>{escape(one.step)}: {escape(one.name)} {escape(one.limit)}</td><td>{shown}</td><td>{mark}</td></tr>"
    )


class TriagePanel(pn.viewable.Viewer):
    """Works the triage of the star in focus out in a thread and shows it; a late result is dropped."""

    def __init__(self, workspace: Workspace, _theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._document = pn.state.curdoc
        self._body = pn.pane.HTML("", margin=0, sizing_mode="stretch_width", stylesheets=[stylesheet("prose")])
        self._layout = pn.Column(self._body, margin=0, sizing_mode="stretch_width")
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, _name: str) -> None:
        """Take on an appearance: the colours are variables of the page."""

    def _load(self) -> None:
        row = self._workspace.focus.row
        self._layout.visible = row is not None
        if row is None:
            return
        if not can_triage(self._workspace.catalogue):
            self._body.object = NO_FLAGS
            return
        self._body.object = "<p>Looking round the star…</p>"
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # no server runs, so there is nobody to keep waiting
            self._take(row, triage_star(self._workspace.catalogue, row))
        else:
            pn.state.execute(partial(self._look, row))

    async def _look(self, row: int) -> None:
        catalogue = self._workspace.catalogue
        try:
            found = await asyncio.get_running_loop().run_in_executor(None, triage_star, catalogue, row)
        except (ValueError, KeyError, MemoryError) as error:
            log.warning("no triage of row %s: %s", row, error)
            text = f"<p class=warn>The triage could not be made: {escape(error)}</p>"
            run_in_document(self._document, partial(self._say, row, text))
            return
        run_in_document(self._document, partial(self._take, row, found))

    def _take(self, row: int, found: StarTriage) -> None:
        self._say(row, triage_html(found) + surroundings_html(found, self._workspace))

    def _say(self, row: int, text: str) -> None:
        if self._workspace.focus.row == row:
            self._body.object = text
