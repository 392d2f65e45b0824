"""What a reviewer says of a star, with all that is needed to see again what they saw."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from math import isfinite
from numbers import Integral
from typing import Any, Self
from uuid import uuid4

from analysis.vetting.vocabulary import PRIORITIES

KINDS = ("verdict", "resolution", "withdrawal")
# The word of a challenge's result: no judgement of a star, so no vocabulary lists it.
HANDED_IN = "handed_in"
LONGEST_TEXT = 100_000
LONGEST_LINE = 200
_LINES = ("source_id", "verdict", "reviewer", "dataset_name", "dataset_hash", "app_version", "withdraws", "token")
_TEXTS = ("comment", "cut_text")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One judgement of one star.

    `source_id` is text (an integer is turned into it); `verdict` a word of the vocabulary; `confidence` between 0
    and 1 or None; `priority` "high", "medium", "low" or "" for none. `dataset_name`, `dataset_hash`, `cut_text`,
    `app_version` and `panels` say what was on the screen. `time` is in UTC. `token` tells a retry of the same
    verdict from a second one. `kind` "resolution" settles a star that reviewers judged differently; "withdrawal"
    takes back the record whose token is `withdraws`.

    Raises ValueError naming the field and the value at fault.
    """

    source_id: str
    verdict: str
    reviewer: str
    confidence: float | None = None
    priority: str = ""
    tags: tuple[str, ...] = ()
    comment: str = ""
    dataset_name: str = ""
    dataset_hash: str = ""
    cut_text: str = ""
    app_version: str = ""
    panels: tuple[str, ...] = ()
    kind: str = "verdict"
    withdraws: str = ""
    token: str = field(default_factory=lambda: uuid4().hex)
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        object.__setattr__(self, "source_id", identifier_text(self.source_id))
        for name in _LINES:
            _check_text(name, getattr(self, name), LONGEST_LINE)
        for name in _TEXTS:
            _check_text(name, getattr(self, name), LONGEST_TEXT)
        for name in ("tags", "panels"):
            object.__setattr__(self, name, _texts(name, getattr(self, name)))
        for name in ("source_id", "reviewer", "token"):
            if not getattr(self, name).strip():
                raise ValueError(f"a verdict needs its {name}")
        if self.kind not in KINDS:
            raise ValueError(f"the kind of a verdict is one of {', '.join(KINDS)}, not {self.kind!r}")
        if (self.kind == "withdrawal") != bool(self.withdraws) or (self.kind != "withdrawal" and not self.verdict):
            raise ValueError("a verdict needs its word, and a withdrawal alone names the token that it withdraws")
        if self.priority not in ("", *PRIORITIES):
            raise ValueError(f"priority is one of {', '.join(PRIORITIES)} or empty, not {self.priority!r}")
        object.__setattr__(self, "confidence", _confidence(self.confidence))
        object.__setattr__(self, "time", _utc(self.time))

    @property
    def is_withdrawal(self) -> bool:
        """Whether the record takes another one back."""
        return self.kind == "withdrawal"

    def to_dict(self) -> dict[str, Any]:
        """All fields as plain values that JSON can hold; `from_dict` reads them."""
        values = {known.name: getattr(self, known.name) for known in fields(self)}
        return values | {"tags": list(self.tags), "panels": list(self.panels), "time": self.time.isoformat()}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """The verdict that `to_dict` described. Raises ValueError for missing, unknown or impossible fields."""
        known = {known.name for known in fields(cls)}
        unknown = sorted(set(saved) - known)
        if unknown:
            raise ValueError(f"a verdict has no field {unknown[0]!r}")
        try:
            return cls(**{**saved, "time": datetime.fromisoformat(saved["time"])})
        except (KeyError, TypeError) as error:
            raise ValueError(f"a saved verdict lacks a field or has a wrong one: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Record(Verdict):
    """A verdict as the store keeps it; `number` counts up and says which of two records came later."""

    number: int

    def said(self) -> Verdict:
        """The verdict without its place in the store."""
        return Verdict(**{known.name: getattr(self, known.name) for known in fields(Verdict)})


def identifier_text(source_id: object) -> str:
    """A star's identifier as text. Raises ValueError for floats, which have lost digits, and for other types."""
    if isinstance(source_id, Integral) and not isinstance(source_id, bool):
        return str(int(source_id))
    if isinstance(source_id, str):
        return str(source_id).strip()
    raise ValueError(f"a star's identifier is text or an integer, not {source_id!r} of type {type(source_id).__name__}")


def texts_as_json(texts: tuple[str, ...]) -> str:
    """A list of texts as the store's columns hold it."""
    return json.dumps(list(texts), ensure_ascii=False)


def _texts(name: str, given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise ValueError(f"{name} is a list of texts, not the one text {given!r:.60}")
    texts = tuple(given)
    for text in texts:
        _check_text(name, text, LONGEST_LINE)
    return texts


def _check_text(name: str, text: object, longest: int) -> None:
    if not isinstance(text, str):
        raise ValueError(f"{name} must be text, not {text!r:.60}")
    if len(text) > longest:
        raise ValueError(f"{name} has {len(text)} characters; at most {longest} are kept. Shorten it")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError(f"{name} holds a NUL or half of a surrogate pair, which databases refuse: {text!r:.60}")


def _confidence(given: float | None) -> float | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not isfinite(given) or not 0 <= given <= 1:
        raise ValueError(f"confidence is a number from 0 to 1, or None; not {given!r}")
    return float(given)


def _utc(time: datetime) -> datetime:
    if not isinstance(time, datetime) or time.tzinfo is None:
        raise ValueError(f"the time of a verdict needs its time zone, such as datetime.now(UTC); not {time!r}")
    return time.astimezone(UTC)
