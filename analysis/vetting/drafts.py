"""What a reviewer has begun to say of a star and not yet given: kept so that no crash takes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select

from analysis.vetting.store_schema import DRAFTS
from analysis.vetting.verdict import LONGEST_LINE, identifier_text

LONGEST_DRAFT = 200_000

Connecting = Callable[[], AbstractContextManager[Connection]]
Explaining = Callable[[], AbstractContextManager[None]]


class Drafts:
    """One draft for each reviewer, dataset and star, as plain values; a later one takes the place of an earlier.

    Made by `VerdictStore.drafts`. All methods raise StoreError where the store cannot be used.
    """

    def __init__(self, reading: Connecting, writing: Connecting, explaining: Explaining) -> None:
        self._reading, self._writing, self._explaining = reading, writing, explaining

    def keep(self, reviewer: str, dataset_name: str, source_id: str, content: Mapping[str, Any] | None) -> None:
        """Keep this draft in place of the one before; None or nothing takes it away.

        Raises ValueError for a draft that is no JSON, longer than 200,000 characters, or under a name longer than 200.
        """
        place = {"reviewer": reviewer, "dataset_name": dataset_name, "source_id": identifier_text(source_id)}
        long = next((name for name, text in place.items() if len(text) > LONGEST_LINE), None)
        if long is not None:
            raise ValueError(f"{long} of a draft has more than {LONGEST_LINE} characters")
        text = "" if not content else _storable(content)
        with self._explaining(), self._writing() as connection:
            connection.execute(delete(DRAFTS).where(_at(**place)))
            if text:
                now = datetime.now(UTC).isoformat()
                connection.execute(insert(DRAFTS).values(**place, content=text, time=now))

    def find(self, reviewer: str, dataset_name: str, source_id: str) -> dict[str, Any] | None:
        """The draft for a star, or None."""
        statement = select(DRAFTS.c.content).where(_at(reviewer, dataset_name, identifier_text(source_id)))
        with self._explaining(), self._reading() as connection:
            found = connection.scalars(statement).first()
        return None if found is None else dict(json.loads(found))

    def all(self, reviewer: str, dataset_name: str) -> dict[str, dict[str, Any]]:
        """All drafts of a reviewer for a dataset, by star, the oldest first."""
        here = and_(DRAFTS.c.reviewer == reviewer, DRAFTS.c.dataset_name == dataset_name)
        statement = select(DRAFTS.c.source_id, DRAFTS.c.content).where(here).order_by(DRAFTS.c.time)
        with self._explaining(), self._reading() as connection:
            return {star: dict(json.loads(content)) for star, content in connection.execute(statement).all()}


def _at(reviewer: str, dataset_name: str, source_id: str) -> Any:
    return and_(DRAFTS.c.reviewer == reviewer, DRAFTS.c.dataset_name == dataset_name, DRAFTS.c.source_id == source_id)


def _storable(content: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(dict(content), ensure_ascii=True)
    except (TypeError, ValueError) as error:
        raise ValueError(f"a draft must hold plain values that JSON can write: {error}") from error
    if len(text) > LONGEST_DRAFT:
        raise ValueError(f"a draft has {len(text)} characters; at most {LONGEST_DRAFT} are kept. Shorten it")
    return text
