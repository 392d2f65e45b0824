"""Where verdicts are kept, and how the database is opened so that what was acknowledged is never lost."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from analysis.vetting.store_errors import StoreError, is_busy

FILE_NAME = "verdicts.sqlite"
_RETRY_SECONDS = 0.02


def data_folder() -> Path:
    """The folder of the user's own data: PENUMBRA_DATA, or the system's place for it."""
    given = os.environ.get("PENUMBRA_DATA")
    return Path(given).expanduser() if given else user_data_path("penumbra", appauthor=False)


def store_url(given: str | Path | None) -> URL:
    """The database's URL: of the user's own store for None, of a SQLite file for a path.

    Raises ValueError for a database that is neither SQLite in a file nor PostgreSQL.
    """
    if given is None:
        given = data_folder() / FILE_NAME
    if isinstance(given, Path) or "://" not in given:
        return URL.create("sqlite", database=str(Path(given).expanduser().absolute()))
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise ValueError(f"{given.split('://')[0]}://… is no database URL; give postgresql://host/name") from error
    backend = url.get_backend_name()
    if backend == "sqlite" and url.database not in (None, "", ":memory:"):
        return url
    if backend == "postgresql":
        return url if "+" in url.drivername else url.set(drivername="postgresql+psycopg")
    raise ValueError(f"verdicts are kept in a SQLite file or in PostgreSQL, not in {url.render_as_string()}")


def open_engine(url: URL, busy_seconds: float) -> Engine:
    """The engine for the URL; for SQLite the folder is made, and every connection writes durably.

    SQLite: the write-ahead log lets readers go on while one writes. `synchronous=FULL` flushes the log to the disk
    before a commit returns. A killed process would lose nothing with NORMAL either, since the system keeps what
    was written; FULL also covers a power cut, and one flush a verdict costs a few milliseconds.
    """
    if url.get_backend_name() == "postgresql":
        return _open_postgresql(url, busy_seconds)
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": busy_seconds})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where `begin` says so, not where the driver guesses
        _use_write_ahead_log(connection, busy_seconds)
        for pragma in ("synchronous = FULL", "recursive_triggers = ON", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _open_postgresql(url: URL, busy_seconds: float) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": max(2, round(busy_seconds))})
    except ModuleNotFoundError as error:
        raise StoreError(
            url.render_as_string(),
            f"the driver {error.name} is not installed",
            "Install it: pip install 'psycopg[binary]'",
        ) from error


def _use_write_ahead_log(connection: Any, busy_seconds: float) -> None:
    """Switch the file to its write-ahead log, once; SQLite's own timeout does not cover this switch."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    until = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except connection.OperationalError as error:
            if not is_busy(DBAPIError("", None, error)) or time.monotonic() > until:
                raise
        time.sleep(_RETRY_SECONDS)
