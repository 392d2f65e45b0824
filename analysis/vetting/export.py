"""Candidates with their evidence and verdicts as a file that says where it came from, and back."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from analysis.catalogue.columns import COLUMNS
from analysis.catalogue.errors import DataError
from analysis.catalogue.tables import read, write
from analysis.selection import PRESETS, differences
from analysis.vetting.agreement import Standing, standings
from analysis.vetting.clauses import SavedClause, combined_cut
from analysis.vetting.ordering import identifier_texts
from analysis.vetting.provenance import FORMATS, Provenance, app_version, described_columns, read_stamp, stamp
from analysis.vetting.verdict import Record
from analysis.vetting.vocabulary import PRIORITIES

RECORDS = "verdict_records"

VERDICT_COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        name: {"unit": "", "ucd": ucd, "description": text}
        for name, ucd, text in (
            ("verdict", "meta.code.class", "What all reviewers, or a resolution, say of the star"),
            ("verdict_state", "meta.code", "agreed, conflict, resolved or unjudged"),
            ("n_reviewers", "meta.number", "Number of reviewers whose verdict counts"),
            ("verdict_confidence", "stat.probability", "Mean confidence of the verdicts that count, 0 to 1"),
            ("verdict_priority", "meta.code", "Highest priority given: high, medium or low"),
            ("verdict_tags", "meta.note", "Tags given, parted by semicolons"),
            ("verdict_reviewers", "meta.id", "Reviewers whose verdict counts, parted by semicolons"),
            ("verdict_comments", "meta.note", "Each reviewer's comment on one line"),
            (RECORDS, "meta.note", "The records that count, in JSON with all that was kept"),
        )
    }
)


@dataclass(frozen=True)
class Export:
    """An exported file read back: its table, where it came from, and the verdicts that counted."""

    table: pd.DataFrame
    provenance: Provenance
    records: tuple[Record, ...]


def export_candidates(
    table: pd.DataFrame,
    path: str | Path,
    *,
    clauses: Sequence[SavedClause] = (),
    dataset_name: str,
    dataset_hash: str = "",
    evidence: pd.DataFrame | None = None,
    records: Iterable[Record] = (),
    id_column: str | None = None,
    paper: str = "",
    upto: int | None = None,
) -> Provenance:
    """The provenance now in the file at `path`: the passing rows with all columns, evidence and verdicts.

    `evidence` has the id column and further columns, described in its `attrs["columns"]`; stars it lacks get missing
    values. `records` are the store's latest ones or whole histories. The format is that of the name: .fits, .vot
    (.xml), .ecsv, .csv, .parquet. The file appears only when complete. Raises DataError for another name, a table
    without identifiers, no passing star, and a folder that cannot be written.
    """
    target = Path(path).expanduser()
    if target.suffix.casefold() not in FORMATS:
        raise DataError(
            f"exports do not come in the format {target.suffix!r}",
            path=target,
            hint=f"End its name in {', '.join(FORMATS)}",
        )
    column = id_column or table.attrs.get("id_column") or ("source_id" if "source_id" in table else None)
    if column is None or column not in table:
        raise DataError("the table has no column that names each star", path=target, hint="Add a source_id")
    cut = combined_cut(clauses)
    passing = table if cut is None else table[cut.mask(table)]
    if passing.empty:
        raise DataError("no star passes the cuts", path=target, hint="Widen them before exporting")
    found = candidate_table(passing, column, evidence, records)
    found, escaped = _escape_for_fits(found) if target.suffix.casefold() == ".fits" else (found, ())
    provenance = Provenance(
        dataset_name=dataset_name,
        dataset_hash=dataset_hash,
        clauses=tuple(clauses),
        n_rows_dataset=len(table),
        n_rows=len(found),
        app_version=app_version(),
        columns=described_columns(found),
        escaped=escaped,
        paper=paper,
        differences=_changes(paper, clauses, upto, table),
    )
    _write(found, target, provenance)
    return provenance


def _changes(paper: str, clauses: Sequence[SavedClause], upto: int | None, table: pd.DataFrame) -> tuple[str, ...]:
    if not paper:
        return ()
    changes = differences(PRESETS[paper], clauses, upto, [str(name) for name in table.columns])
    return tuple(change.sentence for change in changes)


def candidate_table(
    passing: pd.DataFrame, id_column: str, evidence: pd.DataFrame | None, records: Iterable[Record]
) -> pd.DataFrame:
    """The rows with columns of evidence and of verdicts (`VERDICT_COLUMNS`) behind their own.

    Columns of these names that the table already had are replaced. Raises DataError where evidence repeats a star.
    """
    base = passing.drop(columns=[name for name in VERDICT_COLUMNS if name in passing]).reset_index(drop=True)
    described_here = dict(passing.attrs.get("columns", {}))
    if evidence is not None:
        if evidence[id_column].duplicated().any():
            repeated = evidence.loc[evidence[id_column].duplicated(), id_column].iloc[0]
            raise DataError(f"the evidence has {repeated} more than once", column=id_column, hint="Give one row a star")
        own = [name for name in evidence.columns if name != id_column]
        base = base.drop(columns=[name for name in own if name in base])
        rows = evidence.set_index(id_column).reindex(base[id_column]).reset_index(drop=True)
        base = pd.concat([base, rows], axis=1)
        described_here |= evidence.attrs.get("columns", {})
    verdicts = _verdict_columns(base[id_column].to_numpy(), standings(records))
    out = pd.concat([base, verdicts], axis=1)
    out.attrs = {**passing.attrs, "columns": described_here | {k: dict(v) for k, v in VERDICT_COLUMNS.items()}}
    return out


def _verdict_columns(ids: Any, found: Mapping[str, Standing]) -> pd.DataFrame:
    """One row a star; only those of judged stars are made one by one, since a survey has few of them."""
    judged = {}
    if found:
        texts = pd.Series(identifier_texts(ids), dtype=object)
        judged = {row: _verdict_row(found[texts[row]]) for row in np.flatnonzero(texts.isin(list(found)))}
    columns: dict[str, Any] = {}
    for name, value in _verdict_row(None).items():
        columns[name] = np.full(len(ids), value, dtype=object if isinstance(value, str) else None)
    for name in VERDICT_COLUMNS:
        column = columns.setdefault(name, np.full(len(ids), None, dtype=object))
        for row, values in judged.items():
            column[row] = values[name]
    table = pd.DataFrame({name: columns[name] for name in VERDICT_COLUMNS})
    return table.astype({"n_reviewers": np.int32, "verdict_confidence": np.float64})


def read_export(path: str | Path) -> Export:
    """A file written by `export_candidates`: the same rows, the same cuts, the same verdicts.

    Raises DataError for a file that is no export, or whose verdicts are broken.
    """
    place = Path(path).expanduser()
    provenance = read_stamp(place)
    table = read(place)
    _give_back(table, provenance)
    if len(table) != provenance.n_rows:
        raise DataError(
            f"the file has {len(table)} rows, and {provenance.n_rows} were exported", path=place, hint="Export it again"
        )
    return Export(table, provenance, _records(table, place))


def _give_back(table: pd.DataFrame, provenance: Provenance) -> None:
    """Restore what the format could not hold: texts beyond ASCII, the width of numbers, units of unknown columns."""
    for name in provenance.escaped:
        if name in table:
            texts = [None if pd.isna(text) else json.loads(f'"{text}"') for text in table[name].astype(object)]
            table[name] = pd.Series(texts, index=table.index, dtype=table[name].dtype)
    known = table.attrs.get("columns", {})
    for name, facts in provenance.columns.items():
        dtype = facts.get("dtype", "")
        if name in table and re.fullmatch(r"(float|u?int)\d+", dtype) and table[name].dtype.kind in "fiu":
            whole = not dtype.startswith("float")
            if str(table[name].dtype) != dtype and not (whole and table[name].isna().any()):
                table[name] = table[name].to_numpy().astype(np.dtype(dtype))
        described_here = {key: text for key, text in facts.items() if key != "dtype"}
        if name in table and name not in COLUMNS and described_here:
            known.setdefault(name, {"unit": "", "ucd": "", "description": ""} | described_here)
    table.attrs["columns"] = known


def _verdict_row(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        return {"verdict_state": "unjudged", "n_reviewers": 0, "verdict_confidence": np.nan}
    counting = standing.counting
    confidences = [record.confidence for record in counting if record.confidence is not None]
    priorities = [word for word in PRIORITIES if any(record.priority == word for record in counting)]
    comments = [f"{record.reviewer}: {_one_line(record.comment)}" for record in counting if record.comment]
    return {
        "verdict": standing.verdict,
        "verdict_state": standing.state,
        "n_reviewers": len(standing.verdicts),
        "verdict_confidence": float(np.mean(confidences)) if confidences else np.nan,
        "verdict_priority": priorities[0] if priorities else None,
        "verdict_tags": "; ".join(dict.fromkeys(_one_line(tag) for record in counting for tag in record.tags)) or None,
        "verdict_reviewers": "; ".join(dict.fromkeys(_one_line(record.reviewer) for record in counting)),
        "verdict_comments": " | ".join(comments) or None,
        # Plain ASCII, so that every format holds it as it is.
        RECORDS: json.dumps([record.to_dict() for record in counting]),
    }


def _one_line(text: str) -> str:
    """The text without what XML and tables refuse: control characters and line ends become blanks."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _records(table: pd.DataFrame, path: Path) -> tuple[Record, ...]:
    if RECORDS not in table:
        return ()
    records = []
    for text in table[RECORDS].astype(object):
        if pd.isna(text):
            continue
        try:
            records += [Record.from_dict(saved) for saved in json.loads(text)]
        except (ValueError, TypeError, AttributeError) as error:
            raise DataError(
                f"a verdict cannot be read ({error})", path=path, column=RECORDS, hint="Export the table again"
            ) from error
    return tuple(sorted(records, key=lambda record: record.number))


def _escape_for_fits(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table with texts that are not printable ASCII spelled by JSON's escapes, and the columns so changed."""
    changed = {}
    for name in table.columns:
        if table[name].dtype.kind in "biuf" or name == RECORDS:
            continue
        texts = [None if pd.isna(text) else str(text) for text in table[name].astype(object)]
        if any(text is not None and not (text.isascii() and text.isprintable()) for text in texts):
            escaped = [None if text is None else json.dumps(text)[1:-1].replace("\x7f", "\\u007f") for text in texts]
            changed[name] = pd.Series(escaped, index=table.index, dtype=object)
    out = table.assign(**changed)
    out.attrs = dict(table.attrs)
    return out, tuple(str(name) for name in changed)


def _write(table: pd.DataFrame, target: Path, provenance: Provenance) -> None:
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder:
            part = Path(folder) / target.name
            write(table, part)
            stamp(part, replace(provenance, n_rows=len(table)))
            part.replace(target)
    except OSError as error:
        reason = error.strerror or error
        raise DataError(
            f"the export cannot be written ({reason})", path=target, hint="Choose another folder"
        ) from error
