"""Stores to test: a new SQLite file, and a new schema in PostgreSQL where a server is named."""

import os
from uuid import uuid4

import pytest

from analysis.vetting import VerdictStore


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request, tmp_path):
    """The URL of an empty store; PENUMBRA_TEST_POSTGRESQL names a server's database, such as postgresql:///test."""
    if request.param == "sqlite":
        yield str(tmp_path / "data" / "verdicts.sqlite")
        return
    server = os.environ.get("PENUMBRA_TEST_POSTGRESQL")
    if not server:
        pytest.skip("PENUMBRA_TEST_POSTGRESQL names no PostgreSQL database")
    psycopg = pytest.importorskip("psycopg")
    schema = f"test_{uuid4().hex}"
    with psycopg.connect(server) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{schema}"
    with psycopg.connect(server) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def store(store_url):
    with VerdictStore(store_url) as store:
        yield store
