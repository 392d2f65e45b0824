"""The append-only store of verdicts, in a SQLite file of the user's own or in a team's PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, exists, func, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from analysis.vetting.drafts import Drafts
from analysis.vetting.store_engine import open_engine, store_url
from analysis.vetting.store_errors import StoreError, explained
from analysis.vetting.store_schema import STEPS, VERDICTS, NewerStoreError, migrate, store_version
from analysis.vetting.verdict import HANDED_IN, Record, Verdict, identifier_text, texts_as_json
from analysis.vetting.vocabulary import Vocabulary

BUSY_SECONDS = 10.0


class VerdictStore:
    """Verdicts that are only ever added to; editing and withdrawing add records too.

    `url` is a PostgreSQL URL, a SQLite URL or path, or None for the user's own store (made on first use under
    PENUMBRA_DATA or the system's data folder). With a `vocabulary`, words outside it are refused. An append that
    returned is on the disk. Any number of processes and threads may share a store; a locked one is waited for
    `busy_seconds`. Raises StoreError where it cannot be opened; ValueError for other databases.
    """

    def __init__(
        self,
        url: str | Path | None = None,
        vocabulary: Vocabulary | None = None,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        address = store_url(url)
        self.vocabulary = vocabulary
        self.place = address.render_as_string() if address.get_backend_name() != "sqlite" else str(address.database)
        with self._explaining():
            self._engine = open_engine(address, busy_seconds)
            try:
                with self._engine.connect() as connection, connection.begin():
                    current = _is_current(connection)
                if not current:
                    with self._writing() as connection:
                        migrate(connection)
            except BaseException:
                self._engine.dispose()
                raise

    def append(self, verdict: Verdict) -> Record:
        """The record of the verdict, stored durably. The same verdict again (same token) gives the first record.

        Raises StoreError, which keeps the verdict, where it cannot be stored; ValueError for a word that the
        vocabulary lacks and for a token that another verdict has.
        """
        if self.vocabulary is not None and not verdict.is_withdrawal and verdict.verdict != HANDED_IN:
            self.vocabulary.check(verdict.verdict)
        with self._explaining(verdict):
            try:
                with self._writing() as connection:
                    statement = insert(VERDICTS).values(_row(verdict)).returning(VERDICTS.c.number)
                    number = connection.execute(statement).scalar_one()
            except IntegrityError:
                known = self._first(VERDICTS.c.token == verdict.token)
                if known is None and verdict.is_withdrawal:
                    known = self._first(VERDICTS.c.withdraws == verdict.withdraws)
                    if known is not None:
                        return known
                if known is None:
                    raise
                return _same(known, verdict)
        return Record(**_fields(verdict), number=number)

    def withdraw(self, token: str, reviewer: str, comment: str = "", app_version: str = "") -> Record:
        """The new record that takes back the one with this token; before it, the reviewer's earlier verdict counts.

        Withdrawing twice gives the first withdrawal. Raises KeyError for an unknown token, ValueError for another
        reviewer's record and for a withdrawal.
        """
        with self._explaining():
            known = self._first(VERDICTS.c.token == token)
        if known is None:
            raise KeyError(token)
        if known.reviewer != reviewer:
            raise ValueError(
                f"record {known.number} is {known.reviewer}'s; {reviewer} may add a verdict, not withdraw it"
            )
        if known.is_withdrawal:
            raise ValueError(f"record {known.number} is a withdrawal; append the verdict again instead")
        return self.append(
            Verdict(
                kind="withdrawal",
                withdraws=token,
                source_id=known.source_id,
                reviewer=reviewer,
                verdict=known.verdict,
                comment=comment,
                dataset_name=known.dataset_name,
                dataset_hash=known.dataset_hash,
                app_version=app_version,
            )
        )

    def find(self, token: str) -> Record | None:
        """The record under this token, or None."""
        return self._first(VERDICTS.c.token == token)

    def since(self, number: int) -> tuple[Record, ...]:
        """Every record whose number is larger, oldest first."""
        return self._read(VERDICTS.c.number > number)

    def history(self, source_id: str | int) -> tuple[Record, ...]:
        """Every record of a star, withdrawn ones and withdrawals included, oldest first."""
        return self._read(VERDICTS.c.source_id == identifier_text(source_id))

    def latest(self, reviewer: str | None = None, dataset_name: str | None = None) -> tuple[Record, ...]:
        """What counts now: of each star and reviewer the last record that is not withdrawn, oldest first.

        A reviewer's verdict and their resolution of a conflict count beside each other.
        """
        withdrawal = VERDICTS.alias()
        counts = [VERDICTS.c.kind != "withdrawal", ~exists().where(withdrawal.c.withdraws == VERDICTS.c.token)]
        if reviewer is not None:
            counts.append(VERDICTS.c.reviewer == reviewer)
        if dataset_name is not None:
            counts.append(VERDICTS.c.dataset_name == dataset_name)
        newest = select(func.max(VERDICTS.c.number)).where(*counts)
        newest = newest.group_by(VERDICTS.c.source_id, VERDICTS.c.reviewer, VERDICTS.c.kind)
        return self._read(VERDICTS.c.number.in_(newest))

    def records(self) -> tuple[Record, ...]:
        """Every record of the store, oldest first."""
        return self._read()

    def export(self, path: str | Path) -> Path:
        """The file written: every record as one line of JSON, oldest first, which `merge` reads.

        It appears under its name only when complete. Raises OSError where it cannot be written.
        """
        target = Path(path)
        part = target.with_name(f".{target.name}.part")
        lines = (json.dumps(record.to_dict(), ensure_ascii=False) + "\n" for record in self.records())
        try:
            with part.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return target

    def merge(self, path: str | Path) -> int:
        """Number of records added from an exported file; those that are here already are left out.

        Raises ValueError naming the line that cannot be read; records before it were added.
        """
        before = len(self.records())
        for number, line in enumerate(Path(path).read_text(encoding="utf-8").split("\n"), start=1):
            if not line.strip():
                continue
            try:
                verdict = Record.from_dict(json.loads(line)).said()
            except (ValueError, AttributeError, TypeError) as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
            self.append(verdict)
        return len(self.records()) - before

    @property
    def drafts(self) -> Drafts:
        """What reviewers have begun to say and not yet given."""
        return Drafts(self._reading, self._writing, self._explaining)

    def close(self) -> None:
        """Close all connections; the store can be opened again."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _explaining(self, verdict: Verdict | None = None) -> Iterator[None]:
        try:
            yield
        except NewerStoreError as error:
            raise StoreError(self.place, str(error), "Install the newer version of Penumbra", verdict) from error
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(self.place, *explained(error), verdict) from error

    def _first(self, *conditions: ColumnElement[bool]) -> Record | None:
        return next(iter(self._read(*conditions)), None)

    def _read(self, *conditions: ColumnElement[bool]) -> tuple[Record, ...]:
        statement = select(VERDICTS).where(*conditions).order_by(VERDICTS.c.number)
        with self._explaining(), self._reading() as connection:
            return tuple(_records(connection.execute(statement).mappings()))


def _is_current(connection: Connection) -> bool:
    return store_version(connection) == STEPS[-1].version


def _fields(verdict: Verdict) -> dict[str, Any]:
    return {known.name: getattr(verdict, known.name) for known in fields(Verdict)}


def _row(verdict: Verdict) -> dict[str, Any]:
    return _fields(verdict) | {
        "tags": texts_as_json(verdict.tags),
        "panels": texts_as_json(verdict.panels),
        "time": verdict.time.isoformat(),
        "withdraws": verdict.withdraws or None,
    }


def _records(rows: Iterable[Any]) -> Iterator[Record]:
    for row in rows:
        lists = {name: tuple(json.loads(row[name])) for name in ("tags", "panels")}
        times = {"time": datetime.fromisoformat(row["time"]), "withdraws": row["withdraws"] or ""}
        yield Record(**{**row, **lists, **times})


def _same(known: Record, verdict: Verdict) -> Record:
    """The known record, where the verdict under its token says the same."""
    ours, theirs = _fields(known), _fields(verdict)
    differing = [name for name in ours if name != "time" and ours[name] != theirs[name]]
    if differing:
        raise ValueError(f"the token {verdict.token} belongs to record {known.number}, which differs in {differing}")
    return known
