"""Verdicts, drafts and records as the plain values that travel between page and server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from analysis.vetting import Record, Verdict, Vocabulary, app_version
from components.state.verdict_book import dataset_hash
from components.state.workspace import Workspace

LONGEST_CUT_TEXT = 90_000


def verdict_of(
    message: Mapping[str, Any], workspace: Workspace, vocabulary: Vocabulary, author: str, panels: tuple[str, ...]
) -> Verdict:
    """Return the verdict that a message of the page asks to store.

    One that is sent again after the page was loaded anew brings the context it was given in. Raises ValueError and
    KeyError for a star that is not there, a word outside the vocabulary, and fields that are absent or impossible.
    """
    catalogue, star, dataset = workspace.catalogue, str(message["star"]), str(message["dataset"])
    if dataset == catalogue.name and catalogue.row_of(star) is None:
        raise ValueError(f"{catalogue.title} has no star {star}")
    context: Mapping[str, Any] = context_of(workspace, panels)
    if message.get("retried") or dataset != catalogue.name:
        context = message.get("context") or {}
    given_at = message.get("time")
    return Verdict(
        source_id=star,
        verdict=vocabulary.check(str(message["word"])),
        reviewer=author,
        token=str(message["token"]),
        kind="resolution" if message.get("resolves") else "verdict",
        time=datetime.fromisoformat(str(given_at)) if given_at else datetime.now(UTC),
        app_version=app_version(),
        dataset_name=dataset,
        dataset_hash=str(context.get("dataset_hash", "")),
        cut_text=_shortened(str(context.get("cut_text", ""))),
        panels=tuple(str(name) for name in context.get("panels", ())),
        **_content(message),
    )


def context_of(workspace: Workspace, panels: tuple[str, ...]) -> dict[str, Any]:
    """Return what is on the page while a star is judged: the data's hash, cuts as text, names of planes and panels."""
    planes = [figure.title for figure in workspace.planes.figures.values()]
    return {
        "dataset_hash": dataset_hash(workspace.catalogue),
        "cut_text": _shortened(workspace.selection.text),
        "panels": [*planes, *panels],
    }


def draft_of(said: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a draft as it is kept, with the page's own time ``at`` in ms; None for no draft."""
    if not said:
        return None
    content = _content(said)
    at = said.get("at")
    return {**content, "tags": list(content["tags"]), "at": float(at) if isinstance(at, int | float) else 0.0}


def plain_record(record: Record, label: str, withdrawn: bool) -> dict[str, Any]:
    """Return what the page shows of a record."""
    return {
        "token": record.token, "kind": record.kind, "reviewer": record.reviewer, "verdict": record.verdict,
        "label": label, "confidence": record.confidence, "priority": record.priority, "tags": list(record.tags),
        "comment": record.comment, "time": record.time.isoformat(timespec="seconds"), "withdrawn": withdrawn,
        "cut_text": record.cut_text, "version": record.app_version,
    }  # fmt: skip


def _content(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return confidence, priority, tags and comment of a message, for a Verdict to check."""
    confidence, tags = said.get("confidence"), said.get("tags") or ()
    if not isinstance(tags, list | tuple) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("tags are a list of texts")
    return {
        "confidence": None if confidence is None else float(confidence),
        "priority": str(said.get("priority") or ""),
        "tags": tuple(tags),
        "comment": str(said.get("comment") or ""),
    }


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_CUT_TEXT else text[:LONGEST_CUT_TEXT] + " … (shortened)"
