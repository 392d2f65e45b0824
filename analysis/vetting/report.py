"""A star's report: one HTML file with everything that was known, which needs nothing else to be read or printed."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from analysis.catalogue.columns import COLUMNS
from analysis.vetting.agreement import counting_records, standings
from analysis.vetting.evidence import Evidence
from analysis.vetting.provenance import Provenance
from analysis.vetting.verdict import Record
from analysis.vetting.vocabulary import DEFAULT_VOCABULARY, Vocabulary
from analysis.vetting.why import Reason

MEDIA_TYPES = ("image/png", "image/svg+xml", "image/jpeg")

# Nothing in the page may run or be fetched, whatever a catalogue or a comment holds.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8889; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--line); }
th { font-weight: 600; } td, figcaption, pre { overflow-wrap: anywhere; unicode-bidi: isolate; }
pre { white-space: pre-wrap; margin: 0; font: inherit; } code { font-size: .9em; }
figure { margin: 1rem 0; break-inside: avoid; } img { max-width: 100%; background: #fff; }
.soft { color: var(--soft); } tr { break-inside: avoid; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } h2 { break-after: avoid; } }
"""


@dataclass(frozen=True)
class Picture:
    """A panel as it was on the screen: title, caption and image bytes (PNG, JPEG or SVG).

    Raises ValueError for another kind of image.
    """

    title: str
    data: bytes
    media_type: str = "image/png"
    caption: str = ""

    def __post_init__(self) -> None:
        if self.media_type not in MEDIA_TYPES:
            raise ValueError(f"a picture is one of {', '.join(MEDIA_TYPES)}, not {self.media_type!r}")


@dataclass(frozen=True)
class PanelText:
    """What one panel of the star page says: its pictures, sentences and rows of cells."""

    title: str
    pictures: Sequence[Picture] = ()
    lines: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class ReportTable:
    """One table of a report as plain texts; `empty` is said where it has no rows."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


def star_report(
    source_id: str,
    star: Mapping[str, Any],
    *,
    evidence: Sequence[Evidence] = (),
    reasons: Mapping[str, Reason] | None = None,
    records: Iterable[Record] = (),
    pictures: Sequence[Picture] = (),
    panels: Sequence[PanelText] = (),
    provenance: Provenance | None = None,
    units: Mapping[str, str] | None = None,
    vocabulary: Vocabulary = DEFAULT_VOCABULARY,
    title: str = "",
) -> str:
    """The report as a whole HTML page: verdicts, evidence, why the star was selected, panels, columns, provenance.

    Every text is escaped, pictures stand inside the page as data, and its policy lets nothing run or load. `star` is
    one row of the table as a mapping; missing values are left out. `records` is the star's history. `units` gives the
    units of columns that `COLUMNS` does not know. `title` names the star as a reader says it.
    """
    history = tuple(record for record in records if record.source_id == source_id)
    verdicts, signs, reason, columns, origin = report_tables(
        source_id, star, evidence=evidence, reasons=reasons, records=history, provenance=provenance, units=units,
        vocabulary=vocabulary,
    )  # fmt: skip
    name = title or f"Star {source_id}"
    state = escape(verdict_state(source_id, history, vocabulary))
    parts = [
        f'<h1>{escape(name)}</h1>\n<p class="soft">{state}</p>',
        *(_section(table) for table in (verdicts, signs, reason)),
        *(_picture(picture) for picture in pictures),
        *(_panel(panel) for panel in panels),
        *(_section(table) for table in (columns, origin)),
    ]
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def report_tables(
    source_id: str,
    star: Mapping[str, Any],
    *,
    evidence: Sequence[Evidence] = (),
    reasons: Mapping[str, Reason] | None = None,
    records: Iterable[Record] = (),
    provenance: Provenance | None = None,
    units: Mapping[str, str] | None = None,
    vocabulary: Vocabulary = DEFAULT_VOCABULARY,
) -> tuple[ReportTable, ...]:
    """The five tables of a report as plain texts: verdicts, evidence, in or out, columns, provenance."""
    history = tuple(record for record in records if record.source_id == source_id)
    return (
        _verdicts(history, vocabulary), _evidence(evidence), _reasons(reasons or {}), _columns(star, units or {}),
        _origin(provenance),
    )  # fmt: skip


def verdict_state(source_id: str, records: Iterable[Record], vocabulary: Vocabulary = DEFAULT_VOCABULARY) -> str:
    """What all reviewers together say of the star, in words."""
    standing = standings(records).get(source_id)
    if standing is None:
        return "not judged"
    if standing.verdict is None:
        return "reviewers differ"
    return f"{vocabulary.label(standing.verdict)} ({standing.state})"


def number_words(value: float, error: float | None = None, unit: str = "") -> str:
    """The number with four significant digits, or with as many as its error warrants: "1.83 ± 0.12 km / s"."""
    if error is not None and math.isfinite(error) and error > 0:
        digits = max(0, 1 - math.floor(math.log10(error)))
        text = f"{value:.{digits}f} ± {error:.{digits}f}"
    else:
        text = f"{value:.4g}" if not float(value).is_integer() or abs(value) >= 1e16 else str(int(value))
    return f"{text} {unit}".rstrip()


def _section(table: ReportTable) -> str:
    body = _table(table.header, table.rows) or f'<p class="soft">{escape(table.empty)}</p>'
    return f"<h2>{escape(table.title)}</h2>\n{body}"


def _panel(panel: PanelText) -> str:
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in panel.lines)
    figures = "".join(_figure(picture) for picture in panel.pictures)
    return f"<h2>{escape(panel.title)}</h2>\n{lines}{_table((), panel.rows)}{figures}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["<tr>" + "".join(f"<td><pre>{escape(cell)}</pre></td>" for cell in row) + "</tr>" for row in rows]
    if not lines:
        return ""
    names = f"<tr>{''.join(f'<th>{escape(name)}</th>' for name in header)}</tr>\n" if header else ""
    return f"<table>\n{names}" + "\n".join(lines) + "\n</table>"


def _verdicts(history: Sequence[Record], vocabulary: Vocabulary) -> ReportTable:
    counting = {record.token for record in counting_records(history)}
    rows = tuple(
        (
            record.time.strftime("%Y-%m-%d %H:%M:%S"),
            record.reviewer,
            f"{'withdrawn: ' if record.is_withdrawal else ''}{vocabulary.label(record.verdict)}",
            "" if record.confidence is None else f"{record.confidence:g}",
            record.priority,
            "; ".join(record.tags),
            record.comment,
            "yes" if record.token in counting else "no",
        )
        for record in history
    )
    return ReportTable(
        "Verdicts",
        ("Time (UTC)", "Reviewer", "Verdict", "Confidence", "Priority", "Tags", "Comment", "Counts"),
        rows,
        "Nobody has judged this star yet.",
    )


def _evidence(evidence: Sequence[Evidence]) -> ReportTable:
    words = {True: "holds", False: "does not hold", None: "no value"}
    rows = tuple(
        (
            found.rule.name,
            "" if found.value is None else number_words(found.value, found.error, found.unit),
            words[found.holds],
            f"{found.rule.meaning}: {found.rule.cut.text}",
            found.rule.source,
        )
        for found in evidence
    )
    return ReportTable(
        "Evidence",
        ("Sign", "Value", "", "Rule", "Source"),
        rows,
        "The table has none of the columns that evidence rests on.",
    )


def _reasons(reasons: Mapping[str, Reason]) -> ReportTable:
    rows = tuple(
        (
            reason.text,
            "passes" if reason.passes else "fails",
            reason.problem or _values_words(reason.values),
            "" if not math.isfinite(reason.margin) else f"{reason.margin:+.4g} {reason.unit}".rstrip(),
        )
        for reason in reasons.values()
    )
    return ReportTable("In or out", ("Clause", "", "Value", "Margin"), rows, "No cuts were set.")


def _values_words(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_value_words(value)}" for name, value in values.items())


def _value_words(value: Any) -> str:
    if value is None:
        return "missing"
    return number_words(value) if isinstance(value, float) else str(value)


def _columns(star: Mapping[str, Any], units: Mapping[str, str]) -> ReportTable:
    rows = []
    for name, value in star.items():
        if pd.isna(value):
            continue
        known = COLUMNS.get(str(name))
        unit = units.get(str(name), "") if known is None else known.unit
        plain = value.item() if hasattr(value, "item") else value
        rows.append((str(name), _value_words(plain), unit, "" if known is None else known.meaning))
    return ReportTable("Columns", ("Column", "Value", "Unit", "Meaning"), tuple(rows), "The star has no values.")


def _picture(picture: Picture) -> str:
    return f"<h2>{escape(picture.title)}</h2>\n{_figure(picture)}"


def _figure(picture: Picture) -> str:
    data, title = b64encode(picture.data).decode(), escape(picture.title)
    return (
        f'<figure><img alt="{title}" src="data:{picture.media_type};base64,{data}">'
        f"<figcaption>{escape(picture.caption)}</figcaption></figure>"
    )


def _origin(provenance: Provenance | None) -> ReportTable:
    rows: tuple[tuple[str, str], ...] = ()
    if provenance is not None:
        rows = (
            ("Dataset", provenance.dataset_name),
            ("Hash of the dataset", provenance.dataset_hash),
            ("Cuts", provenance.cut_text or "none"),
            ("Stars passing", f"{provenance.n_rows} of {provenance.n_rows_dataset}"),
            ("Penumbra", provenance.app_version),
            ("Made (UTC)", provenance.exported.strftime("%Y-%m-%d %H:%M:%S")),
        )
    return ReportTable("Where this comes from", ("", ""), rows, "No provenance was given.")
