"""The verdict store as one process uses it: opened when first needed, shared by all sessions, off the event loop."""

from __future__ import annotations

import asyncio
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from analysis.vetting import (
    DEFAULT_VOCABULARY,
    Record,
    Standing,
    Verdict,
    VerdictStore,
    Vocabulary,
    counting_records,
    standings,
)
from components.state.catalogue import Catalogue

T = TypeVar("T")
REFRESH_S = 10.0
LATE_COMMITS = 200


class VerdictBook:
    """All records of the store, kept in step with it, and the one thread that reads and writes it.

    `url` is a path or database URL, None for the user's own store. With `blind`, no session may see others' verdicts
    on a star before its reviewer has judged it.
    """

    def __init__(
        self, url: str | Path | None = None, vocabulary: Vocabulary = DEFAULT_VOCABULARY, blind: bool = False
    ) -> None:
        self.vocabulary = vocabulary
        self.blind = blind
        self._url = url
        self._lock = threading.Lock()
        self._store: VerdictStore | None = None
        self._stars: dict[str, dict[int, Record]] = {}
        self._last = 0
        self._read_at = 0.0
        self._worker: ThreadPoolExecutor | None = None
        self._hearers: list[weakref.WeakMethod[Callable[[frozenset[str]], None]]] = []

    # ------------------------------------------------------------------ the store

    @property
    def store(self) -> VerdictStore:
        """The store, opened the first time. Blocks; raises StoreError where it cannot be opened."""
        with self._lock:
            if self._store is None:
                self._store = VerdictStore(self._url, self.vocabulary)
            return self._store

    async def ask(self, question: Callable[[VerdictStore], T]) -> T:
        """Return ``question(store)``, answered in the store's own thread. Raises what it raises."""
        with self._lock:
            if self._worker is None:
                self._worker = ThreadPoolExecutor(1, thread_name_prefix="verdicts")
        return await asyncio.get_running_loop().run_in_executor(self._worker, lambda: question(self.store))

    def close(self) -> None:
        """Close the store and end its thread; the next question opens it again."""
        with self._lock:
            worker, self._worker = self._worker, None
            store, self._store = self._store, None
        if worker is not None:
            worker.shutdown(wait=True, cancel_futures=True)
        if store is not None:
            store.close()

    # ------------------------------------------------------------------ writing

    async def append(self, verdict: Verdict) -> Record:
        """Return the record of the verdict, on the disk. A retry gives the first record.

        Raises StoreError with the verdict, and ValueError where it may not be stored.
        """
        record = await self.ask(lambda store: _append_once(store, verdict))
        self._take([record])
        return record

    async def withdraw(self, token: str, reviewer: str, app_version: str = "") -> Record:
        """Return the record that takes back the one with this token. Raises as `VerdictStore.withdraw`."""
        record = await self.ask(lambda store: store.withdraw(token, reviewer, app_version=app_version))
        self._take([record])
        return record

    # ------------------------------------------------------------------ reading

    async def refresh(self, at_most_every_s: float = 0.0) -> None:
        """Take in what other processes have stored. Raises StoreError where the store cannot be read."""
        if self._read_at and time.monotonic() - self._read_at < at_most_every_s:
            return
        self._read_at = time.monotonic()
        # In PostgreSQL a smaller number may be committed after a larger one: look a little further back.
        start = max(self._last - LATE_COMMITS, 0)
        try:
            found = await self.ask(lambda store: store.since(start))
        except BaseException:
            self._read_at = 0.0
            raise
        self._take(found)

    def history(self, star: str, catalogue: Catalogue) -> tuple[Record, ...]:
        """Return every record of a star of this catalogue that is known here, oldest first."""
        found = self._stars.get(star, {})
        return tuple(found[number] for number in sorted(found) if belongs(found[number], catalogue))

    def standing(self, star: str, catalogue: Catalogue) -> Standing | None:
        """Return what stands for a star, or None where nobody has judged it."""
        return standings(self.history(star, catalogue)).get(star)

    def counting(self, catalogue: Catalogue) -> tuple[Record, ...]:
        """Return the records that count for this catalogue, oldest first."""
        every = [record for found in list(self._stars.values()) for record in list(found.values())]
        return counting_records(record for record in every if belongs(record, catalogue))

    # ------------------------------------------------------------------ hearing of changes

    def hear(self, hearer: Callable[[frozenset[str]], None]) -> None:
        """Call this method, on the event loop, with the stars that have new records, as long as its object lives."""
        self._hearers.append(weakref.WeakMethod(hearer))

    def unhear(self, hearer: Callable[[frozenset[str]], None]) -> None:
        """Stop calling this method."""
        self._hearers = [known for known in self._hearers if known() not in (None, hearer)]

    def _take(self, records: Iterable[Record]) -> None:
        changed = set()
        for record in records:
            known = self._stars.setdefault(record.source_id, {})
            if record.number not in known:
                known[record.number] = record
                changed.add(record.source_id)
                self._last = max(self._last, record.number)
        if changed:
            for hearer in [known() for known in self._hearers]:
                if hearer is not None:
                    hearer(frozenset(changed))


def belongs(record: Record, catalogue: Catalogue) -> bool:
    """Tell whether a record is of this catalogue: by name, and by content where stars are only row numbers."""
    same = record.dataset_name == catalogue.name
    return same and (catalogue.id_column is not None or record.dataset_hash == dataset_hash(catalogue))


def dataset_hash(catalogue: Catalogue) -> str:
    """Return the hash of what the catalogue was made from; empty where none is known."""
    return str(catalogue.attrs.get("hash") or "")


def _append_once(store: VerdictStore, verdict: Verdict) -> Record:
    known: Any = store.find(verdict.token)
    if known is not None and _says(known) == _says(verdict):
        return known
    return store.append(verdict)


def _says(verdict: Verdict) -> tuple[Any, ...]:
    """What makes two verdicts the same when one was sent again after the page was loaded anew."""
    return verdict.kind, verdict.source_id, verdict.dataset_name, verdict.reviewer, verdict.verdict, verdict.comment
