"""The report of a star, as one HTML page or as a PDF, with what its panels show at that moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.vetting import (
    Evidence,
    PanelText,
    Picture,
    Provenance,
    Reason,
    Record,
    Vocabulary,
    report_tables,
    star_report,
    verdict_state,
)  # fmt: skip
from components.publication.colours import paper_colours
from components.publication.panel_figure import figure_bytes, panels_figure, screen_size
from components.publication.panels import PanelContent
from components.publication.paper import Paper
from components.theme import LIGHT, Theme

LONGEST_OF_THREE = 34
SHARES = {
    "Verdicts": (1.6, 1.1, 1.6, 0.9, 0.8, 1.1, 2.6, 0.7),
    "Evidence": (1.4, 1.4, 1.0, 3.2, 2.0),
    "In or out": (3.4, 0.8, 2.4, 1.6),
    "Columns": (2.4, 2.6, 1.0, 4.0),
    "Where this comes from": (1, 4),
}


@dataclass(frozen=True)
class StarFacts:
    """What a report says of a star beside its panels; ``name`` is how a reader calls it."""

    identifier: str
    name: str
    place: str
    values: Mapping[str, Any]
    evidence: Sequence[Evidence]
    reasons: Mapping[str, Reason]
    records: Sequence[Record]
    provenance: Provenance
    units: Mapping[str, str]
    vocabulary: Vocabulary


def write_html(facts: StarFacts, panels: Sequence[PanelContent], theme: Theme, path: Path) -> None:
    """Write the report as one HTML page with its figures inside, as SVG."""
    texts = []
    for panel in panels:
        pictures = [
            Picture(f"{panel.title} {number}", figure_bytes(panels_figure([model], theme), "svg"), "image/svg+xml")
            for number, model in enumerate(panel.figures, start=1)
        ]
        texts.append(PanelText(panel.title, pictures, panel.lines, panel.rows))
    page = star_report(
        facts.identifier, facts.values, evidence=facts.evidence, reasons=facts.reasons, records=facts.records,
        panels=texts, provenance=facts.provenance, units=facts.units, vocabulary=facts.vocabulary, title=facts.name,
    )  # fmt: skip
    path.write_text(page, encoding="utf-8")


def write_pdf(facts: StarFacts, panels: Sequence[PanelContent], theme: Theme, path: Path) -> None:
    """Write the report as a PDF whose figures and letters are vectors."""
    paper = Paper(path, facts.name)
    colours = paper_colours(theme)
    state = verdict_state(facts.identifier, facts.records, facts.vocabulary)
    paper.text(facts.name, 17, bold=True)
    paper.space(2)
    paper.text(" · ".join(filter(None, (facts.place, state))), 9, colour=LIGHT.muted)
    for panel in panels:
        paper.heading(panel.title, below=110 if panel.figures else 40)
        for line in panel.lines:
            paper.text(line, 8.2)
        _set_rows(paper, panel.rows)
        paper.figures(panel.figures, colours, [screen_size(model) for model in panel.figures])
    tables = report_tables(
        facts.identifier, facts.values, evidence=facts.evidence, reasons=facts.reasons, records=facts.records,
        provenance=facts.provenance, units=facts.units, vocabulary=facts.vocabulary,
    )  # fmt: skip
    for table in tables:
        paper.heading(table.title, below=30)
        if not table.rows:
            paper.text(table.empty, 8.2, colour=LIGHT.muted)
        else:
            named = any(table.header)
            rows = [table.header, *table.rows] if named else list(table.rows)
            paper.table(rows, SHARES[table.title], header=named)
    if paper.missed:
        paper.text(f"Not printed: {', '.join(sorted(paper.missed))}.", 7, colour=LIGHT.muted)
    paper.close()


def _set_rows(paper: Paper, rows: Sequence[Sequence[str]]) -> None:
    """Pairs of a name and a value stand three beside each other; longer rows are tables of their own."""
    start = 0
    paper.space(3 if rows else 0)
    while start < len(rows):
        length = len(rows[start])
        end = start
        while end < len(rows) and len(rows[end]) == length:
            end += 1
        part = [tuple(row) for row in rows[start:end]]
        if length == 2:
            longest = max(len(cell) for row in part for cell in row)
            beside = 3 if len(part) > 2 and longest <= LONGEST_OF_THREE else 1
            padded = [*part, *[("", "")] * (-len(part) % beside)]
            lines = [sum(padded[i : i + beside], ()) for i in range(0, len(padded), beside)]
            paper.table(lines, (1, 1.25) * beside if beside > 1 else (1, 3), header=False)
        else:
            shares = [min(max(len(row[at]) for row in part), 60) + 3 for at in range(length)]
            paper.table(part, shares, header=False)
        paper.space(2)
        start = end
