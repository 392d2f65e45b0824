"""The verdict store's tables, their guards, and the steps from each version to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import BigInteger, Column, Connection, Double, Integer, MetaData, Table, Text, insert, inspect, select

METADATA = MetaData()

VERDICTS = Table(
    "verdicts",
    METADATA,
    Column("number", BigInteger, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("withdraws", Text, unique=True),
    Column("source_id", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("confidence", Double),
    Column("priority", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("dataset_name", Text, nullable=False),
    Column("dataset_hash", Text, nullable=False),
    Column("cut_text", Text, nullable=False),
    Column("app_version", Text, nullable=False),
    Column("panels", Text, nullable=False),
    Column("time", Text, nullable=False),
)

DRAFTS = Table(
    "drafts",
    METADATA,
    Column("reviewer", Text, primary_key=True),
    Column("dataset_name", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("time", Text, nullable=False),
)

VERSIONS = Table(
    "schema_version",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("what", Text, nullable=False),
    Column("time", Text, nullable=False),
)

_NUMBER = MappingProxyType(
    {
        "sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT",  # a number is never given twice
        "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    }
)

_CREATE = """
CREATE TABLE verdicts (
    number {number},
    token TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('verdict', 'resolution', 'withdrawal')),
    withdraws TEXT UNIQUE,
    source_id TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    verdict TEXT NOT NULL,
    confidence DOUBLE PRECISION CHECK (confidence BETWEEN 0 AND 1),
    priority TEXT NOT NULL CHECK (priority IN ('', 'high', 'medium', 'low')),
    tags TEXT NOT NULL,
    comment TEXT NOT NULL,
    dataset_name TEXT NOT NULL,
    dataset_hash TEXT NOT NULL,
    cut_text TEXT NOT NULL,
    app_version TEXT NOT NULL,
    panels TEXT NOT NULL,
    time TEXT NOT NULL
)
"""

_INDEX = "CREATE INDEX verdicts_by_star ON verdicts (source_id, reviewer, number)"

# INSERT OR REPLACE deletes without calling a delete trigger, so an insert over a known row is refused as well.
_SQLITE_GUARDS = (
    "CREATE TRIGGER verdicts_no_update BEFORE UPDATE ON verdicts "
    "BEGIN SELECT RAISE(ABORT, 'verdicts are never changed: append a new one'); END",
    "CREATE TRIGGER verdicts_no_delete BEFORE DELETE ON verdicts "
    "BEGIN SELECT RAISE(ABORT, 'verdicts are never deleted: append a withdrawal'); END",
    "CREATE TRIGGER verdicts_no_replace BEFORE INSERT ON verdicts "
    "WHEN EXISTS (SELECT 1 FROM verdicts WHERE token = NEW.token OR withdraws = NEW.withdraws OR number = NEW.number) "
    "BEGIN SELECT RAISE(ABORT, 'this verdict is stored already'); END",
)

_POSTGRESQL_GUARDS = (
    "CREATE FUNCTION refuse_verdict_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'verdicts are never changed or deleted: append a new one'; END $$",
    "CREATE TRIGGER verdicts_no_change BEFORE UPDATE OR DELETE ON verdicts "
    "FOR EACH ROW EXECUTE FUNCTION refuse_verdict_change()",
    "CREATE TRIGGER verdicts_no_truncate BEFORE TRUNCATE ON verdicts "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_verdict_change()",
)

# What is not yet said may change: the only table that is not append-only.
_CREATE_DRAFTS = """
CREATE TABLE drafts (
    reviewer TEXT NOT NULL,
    dataset_name TEXT NOT NULL,
    source_id TEXT NOT NULL,
    content TEXT NOT NULL,
    time TEXT NOT NULL,
    PRIMARY KEY (reviewer, dataset_name, source_id)
)
"""

_LOCK_KEY = 6_017_211  # any number that every Penumbra agrees on


@dataclass(frozen=True)
class Step:
    """What brings a store to `version` from the one before: the statements for each database."""

    version: int
    what: str
    statements: Mapping[str, tuple[str, ...]]


STEPS: tuple[Step, ...] = (
    Step(
        1,
        "append-only verdicts",
        MappingProxyType(
            {
                "sqlite": (_CREATE.format(number=_NUMBER["sqlite"]), _INDEX, *_SQLITE_GUARDS),
                "postgresql": (_CREATE.format(number=_NUMBER["postgresql"]), _INDEX, *_POSTGRESQL_GUARDS),
            }
        ),
    ),
    Step(
        2,
        "drafts of what is not yet said",
        MappingProxyType({"sqlite": (_CREATE_DRAFTS,), "postgresql": (_CREATE_DRAFTS,)}),
    ),
)


class NewerStoreError(RuntimeError):
    """The store was written by a newer version of Penumbra than this one."""


def migrate(connection: Connection, steps: Sequence[Step] = STEPS) -> int:
    """The version that the store now has, after the missing steps were taken in the caller's transaction.

    Raises NewerStoreError where the store's version is beyond the last step.
    """
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})")
    found = store_version(connection)
    newest = steps[-1].version
    if found > newest:
        raise NewerStoreError(f"the store has version {found}, this Penumbra knows versions up to {newest}")
    if found == newest:
        return found
    VERSIONS.create(connection, checkfirst=True)
    for step in steps:
        if step.version > found:
            for statement in step.statements[dialect]:
                connection.exec_driver_sql(statement)
            now = datetime.now(UTC).isoformat()
            connection.execute(insert(VERSIONS).values(version=step.version, what=step.what, time=now))
    return newest


def store_version(connection: Connection) -> int:
    """The version of the store's tables, 0 where there are none yet."""
    if not inspect(connection).has_table(VERSIONS.name):
        return 0
    versions = connection.scalars(select(VERSIONS.c.version)).all()
    return max(versions, default=0)
