"""The passing stars as a file, and a file that was exported as the selection it came from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.catalogue import DataError
from analysis.vetting import (
    Provenance,
    Record,
    SavedClause,
    SavedSession,
    app_version,
    combined_cut,
    evidence_table,
    explain_all,
    export_candidates,
    gather_evidence,
    read_stamp,
)  # fmt: skip
from components.state.catalogue import Catalogue
from components.state.offered_files import plain_name
from components.state.selection import Selection
from components.state.selection_text import saved_clauses

FORMATS = {"fits": "FITS", "vot": "VOTable", "ecsv": "ECSV", "csv": "CSV", "parquet": "Parquet"}
ROW = "row"


def export_name(catalogue: Catalogue, suffix: str) -> str:
    """Return a file name for the passing stars of a catalogue."""
    return f"{plain_name(catalogue.name)}-selection.{suffix}"


def write_export(
    catalogue: Catalogue,
    clauses: Sequence[SavedClause],
    records: Sequence[Record],
    path: Path,
    replayed: tuple[str, int] = ("", 0),
) -> Provenance:
    """Write the passing stars with all columns, evidence and verdicts; raises DataError where none passes.

    `replayed` is the paper's selection that the cuts began from and its number of steps: what differs from it is
    written down. Stars without an identifier are named by their row in the catalogue.
    """
    table, column = identified(catalogue)
    cut = combined_cut(clauses)
    passing = table if cut is None else table[cut.mask(table)]
    return export_candidates(
        table,
        path,
        clauses=clauses,
        dataset_name=catalogue.name,
        dataset_hash=str(catalogue.attrs.get("hash") or ""),
        evidence=evidence_table(passing, column),
        records=records,
        id_column=column,
        paper=replayed[0],
        upto=replayed[1],
    )


def identified(catalogue: Catalogue) -> tuple[pd.DataFrame, str]:
    """Return the table with a column that names each star, and the name of that column."""
    if catalogue.id_column is not None:
        return catalogue.table, catalogue.id_column
    table = catalogue.table.assign(**{ROW: range(len(catalogue))})
    table.attrs = dict(catalogue.table.attrs)
    return table, ROW


def provenance_now(catalogue: Catalogue, selection: Selection, passing: int) -> Provenance:
    """Return where a star that is looked at comes from: the dataset and the cuts of the moment."""
    return Provenance(
        dataset_name=catalogue.name,
        dataset_hash=str(catalogue.attrs.get("hash") or ""),
        clauses=saved_clauses(selection),
        n_rows_dataset=len(catalogue),
        n_rows=passing,
        app_version=app_version(),
    )


def star_facts(catalogue: Catalogue, selection: Selection, row: int) -> dict[str, Any]:
    """Return evidence, reasons, values and units of the star in a row, as a report takes them."""
    table = catalogue.table
    cuts = {clause.name: clause.cut for clause in saved_clauses(selection) if clause.counts}
    described = table.attrs.get("columns", {})
    return {
        "evidence": gather_evidence(table, row),
        "reasons": explain_all(cuts, table, row),
        "values": catalogue.star(row),
        "units": {name: str(facts.get("unit") or "") for name, facts in described.items()},
    }


def read_origin(path: Path) -> Provenance | None:
    """Return where an exported file came from; None for any other file."""
    try:
        return read_stamp(path)
    except DataError:
        return None


def origin_session(origin: Provenance, dataset_name: str) -> SavedSession:
    """Return the cuts of an exported file as a session on a dataset."""
    return SavedSession("Exported", dataset_name, origin.dataset_hash, origin.clauses)
