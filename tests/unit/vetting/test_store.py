import json
import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from examples import ATTACKS, IDS, verdict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import DBAPIError

from analysis.vetting import DEFAULT_VOCABULARY, StoreError, Verdict, VerdictStore, counting_records, data_folder
from analysis.vetting.store_schema import STEPS, VERDICTS, Step, migrate, store_version

storable = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=60)
named = storable.filter(str.strip).map(str.strip)
verdicts = st.builds(
    Verdict,
    source_id=st.one_of(st.integers(1, 2**63 - 1), named),
    verdict=st.sampled_from(DEFAULT_VOCABULARY.names),
    reviewer=named,
    confidence=st.one_of(st.none(), st.floats(0, 1)),
    priority=st.sampled_from(("", "high", "medium", "low")),
    tags=st.lists(storable, max_size=3),
    comment=storable,
    dataset_name=storable,
    dataset_hash=storable,
    cut_text=storable,
    app_version=storable,
    panels=st.lists(storable, max_size=3),
    kind=st.sampled_from(("verdict", "resolution")),
    time=st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)),
)


def test_a_verdict_comes_back_with_all_that_was_said(store):
    given_verdict = verdict(
        confidence=0.8,
        priority="high",
        tags=("needs spectrum", "blend"),
        comment="deep eclipse?\nsecond line",
        dataset_name="mu2022",
        dataset_hash="ab12",
        cut_text="ruwe > 1.25",
        app_version="0.1.0",
        panels=("hr", "light curve"),
    )
    record = store.append(given_verdict)
    assert record.said() == given_verdict
    assert store.history(IDS[0]) == (record,)
    assert store.history(str(IDS[0])) == (record,)
    assert store.latest() == (record,)


def test_the_time_is_kept_in_utc(store):
    later = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=9)))
    record = store.append(verdict(time=later))
    assert record.time == datetime(2026, 2, 28, 16, 30, tzinfo=UTC)
    assert store.history(IDS[0])[0].time.tzinfo == UTC
    before = datetime.now(UTC)
    assert before <= store.append(verdict()).time <= datetime.now(UTC)


def test_identifiers_keep_every_digit(store):
    for source_id in (4373465352415301632, np.int64(3425577610762832385), "LAMOST J000000.00+000000.0"):
        assert store.append(verdict(source_id)).source_id == str(source_id)
        assert store.history(source_id)[0].source_id == str(source_id)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(given_verdict=verdicts)
def test_any_verdict_round_trips_through_the_store(store, given_verdict):
    assert store.append(given_verdict).said() == given_verdict
    assert store.history(given_verdict.source_id)[-1].said() == given_verdict


@settings(max_examples=60)
@given(given_verdict=verdicts)
def test_any_verdict_round_trips_through_json(given_verdict):
    assert Verdict.from_dict(json.loads(json.dumps(given_verdict.to_dict()))) == given_verdict


def test_attack_strings_are_kept_as_the_text_they_are(store):
    for attack in ATTACKS:
        short = attack[:200]
        record = store.append(
            verdict(comment=attack, tags=(short,), reviewer=short, cut_text=attack, dataset_name=short, panels=(short,))
        )
        back = store.history(IDS[0])[-1]
        assert back == record
        assert (back.comment, back.tags, back.reviewer, back.cut_text) == (attack, (short,), short, attack)
    assert len(store.records()) == len(ATTACKS)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("source_id", 4.37e18, "text or an integer"),
        ("source_id", True, "text or an integer"),
        ("source_id", " ", "needs its source_id"),
        ("reviewer", "", "needs its reviewer"),
        ("reviewer", None, "must be text"),
        ("confidence", 1.2, "from 0 to 1"),
        ("confidence", float("nan"), "from 0 to 1"),
        ("confidence", True, "from 0 to 1"),
        ("priority", "urgent", "high, medium, low"),
        ("tags", "blend", "list of texts"),
        ("tags", (3,), "must be text"),
        ("comment", "a\0b", "NUL"),
        ("comment", "\ud800", "surrogate"),
        ("comment", "a" * 100_001, "Shorten it"),
        ("time", datetime(2026, 1, 1), "time zone"),
        ("kind", "deletion", "verdict, resolution, withdrawal"),
        ("kind", "withdrawal", "withdraws"),
        ("withdraws", "abc", "withdraws"),
    ],
)
def test_an_impossible_verdict_is_refused_with_the_reason(field, value, said):
    with pytest.raises(ValueError, match=said):
        Verdict(**{"source_id": "1", "verdict": "unsure", "reviewer": "anna", field: value})


def test_editing_adds_a_record_and_the_last_one_counts(store):
    first = store.append(verdict(word="unsure"))
    second = store.append(verdict(word="triple"))
    other = store.append(verdict(word="eclipsing", reviewer="ben"))
    assert store.history(IDS[0]) == (first, second, other)
    assert store.latest() == (second, other)
    assert store.latest(reviewer="anna") == (second,)
    assert store.latest(reviewer="nobody") == ()


def test_latest_can_be_asked_for_one_dataset(store):
    first = store.append(verdict(dataset_name="a"))
    store.append(verdict(dataset_name="b"))
    assert store.latest(dataset_name="a") == (first,)


def test_a_withdrawal_brings_the_verdict_before_it_back(store):
    first = store.append(verdict(word="unsure"))
    second = store.append(verdict(word="triple"))
    taken_back = store.withdraw(second.token, "anna")
    assert taken_back.is_withdrawal
    assert store.latest() == (first,)
    assert store.history(IDS[0]) == (first, second, taken_back)
    store.withdraw(first.token, "anna")
    assert store.latest() == ()
    assert len(store.records()) == 4


def test_withdrawing_twice_gives_the_first_withdrawal(store):
    record = store.append(verdict())
    first = store.withdraw(record.token, "anna")
    assert store.withdraw(record.token, "anna") == first
    assert len(store.records()) == 2


def test_only_one_s_own_verdicts_can_be_withdrawn(store):
    record = store.append(verdict())
    with pytest.raises(ValueError, match="anna's; ben"):
        store.withdraw(record.token, "ben")
    with pytest.raises(KeyError):
        store.withdraw("no such token", "anna")
    with pytest.raises(ValueError, match="is a withdrawal"):
        store.withdraw(store.withdraw(record.token, "anna").token, "anna")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(1, 2), st.sampled_from(("verdict", "resolution", "back"))),
        max_size=12,
    ),
    data=st.data(),
)
def test_what_counts_is_the_same_asked_of_the_database_or_counted_record_by_record(store, acts, data):
    already = len(store.records())
    for reviewer, star, act in acts:
        mine = [r for r in store.records()[already:] if r.reviewer == reviewer and not r.is_withdrawal]
        if act != "back":
            store.append(verdict(star, reviewer=reviewer, kind=act))
        elif mine:
            store.withdraw(data.draw(st.sampled_from(mine)).token, reviewer)
    assert store.latest() == counting_records(store.records())


def test_the_same_token_is_stored_once(store):
    given_verdict = verdict(comment="pressed twice")
    first = store.append(given_verdict)
    assert store.append(given_verdict) == first
    assert len(store.records()) == 1
    with pytest.raises(ValueError, match="differs in \\['comment'\\]"):
        store.append(verdict(comment="another", token=given_verdict.token))


def test_words_outside_the_vocabulary_are_refused_only_where_there_is_one(store_url):
    with VerdictStore(store_url, DEFAULT_VOCABULARY) as strict:
        with pytest.raises(ValueError, match="did you mean eclipsing"):
            strict.append(verdict(word="eclipse"))
        record = strict.append(verdict(word="eclipsing"))
        strict.withdraw(record.token, "anna")
    with VerdictStore(store_url) as free:
        assert free.append(verdict(word="own_word")).verdict == "own_word"


EVERY_COLUMN = ", ".join(column.name for column in VERDICTS.columns)
OTHER_VERDICT = EVERY_COLUMN.replace("verdict,", "'single',", 1)


@pytest.mark.parametrize(
    ("dialects", "statement"),
    [
        (("sqlite", "postgresql"), "UPDATE verdicts SET verdict = 'single'"),
        (("sqlite", "postgresql"), "DELETE FROM verdicts"),
        (("postgresql",), "TRUNCATE verdicts"),
        (("sqlite",), "UPDATE OR REPLACE verdicts SET number = number + 1"),
        (("sqlite",), f"INSERT OR REPLACE INTO verdicts ({EVERY_COLUMN}) SELECT {OTHER_VERDICT} FROM verdicts"),
    ],
)
def test_the_database_itself_refuses_to_change_or_delete(store, dialects, statement):
    if store._engine.dialect.name not in dialects:
        pytest.skip(f"{store._engine.dialect.name} does not know this statement")
    record = store.append(verdict(word="triple"))
    # A connection of its own: nothing of the store's settings protects the rows.
    engine = create_engine(store._engine.url)
    try:
        with pytest.raises(DBAPIError, match=r"verdicts are never|stored already"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
    assert store.records() == (record,)


def test_a_store_opened_again_holds_the_same_records(store_url):
    with VerdictStore(store_url) as store:
        record = store.append(verdict())
    with VerdictStore(store_url) as store:
        assert store.records() == (record,)


def test_the_tables_are_those_that_the_queries_know(store):
    found = inspect(store._engine)
    assert {column["name"] for column in found.get_columns("verdicts")} == {column.name for column in VERDICTS.columns}


def test_an_old_store_is_brought_up_and_keeps_its_records(store):
    record = store.append(verdict())
    added = "ALTER TABLE verdicts ADD COLUMN seconds_spent DOUBLE PRECISION"
    later = (*STEPS, Step(STEPS[-1].version + 1, "time spent", {"sqlite": (added,), "postgresql": (added,)}))
    with store._writing() as connection:
        assert migrate(connection, later) == later[-1].version
    with store._writing() as connection:
        assert migrate(connection, later) == store_version(connection) == later[-1].version
    assert "seconds_spent" in {column["name"] for column in inspect(store._engine).get_columns("verdicts")}
    assert store.records() == (record,)


def test_a_step_that_fails_leaves_the_store_as_it_was(store):
    record = store.append(verdict())
    statements = ("CREATE TABLE half_made (a INTEGER)", "ALTER TABLE no_such_table ADD COLUMN a INTEGER")
    broken = (*STEPS, Step(STEPS[-1].version + 1, "broken", {"sqlite": statements, "postgresql": statements}))
    with pytest.raises(DBAPIError), store._writing() as connection:
        migrate(connection, broken)
    assert not inspect(store._engine).has_table("half_made")
    with store._writing() as connection:
        assert store_version(connection) == STEPS[-1].version
    assert store.append(verdict()).number > record.number


def test_a_store_of_a_newer_version_is_left_alone(store_url):
    with VerdictStore(store_url) as store, store._writing() as connection:
        connection.exec_driver_sql("INSERT INTO schema_version VALUES (999, 'from the future', '2030-01-01')")
    with pytest.raises(StoreError, match="Install the newer version"):
        VerdictStore(store_url)


def test_an_export_merges_into_another_store_once(store, tmp_path):
    first = store.append(verdict(comment=ATTACKS[0], tags=("x",)))
    store.append(verdict(reviewer="ben", word="triple"))
    store.withdraw(first.token, "anna")
    path = store.export(tmp_path / "verdicts.jsonl")
    assert [json.loads(line)["number"] for line in path.read_text().splitlines()] == [r.number for r in store.records()]
    with VerdictStore(tmp_path / "other.sqlite") as other:
        assert other.merge(path) == 3
        assert other.merge(path) == 0
        assert [record.said() for record in other.records()] == [record.said() for record in store.records()]


def test_a_broken_export_names_the_line(store, tmp_path):
    store.append(verdict())
    path = store.export(tmp_path / "verdicts.jsonl")
    path.write_text(path.read_text() + '{"source_id": "1"}\n')
    with pytest.raises(ValueError, match="line 2"):
        store.merge(path)


def test_the_users_own_store_is_made_on_first_use(tmp_path, monkeypatch):
    monkeypatch.setenv("PENUMBRA_DATA", str(tmp_path / "new" / "folder"))
    assert data_folder() == tmp_path / "new" / "folder"
    with VerdictStore() as store:
        store.append(verdict())
    assert (tmp_path / "new" / "folder" / "verdicts.sqlite").is_file()
    monkeypatch.delenv("PENUMBRA_DATA")
    assert data_folder().name == "penumbra"


def test_sqlite_waits_its_turn_and_writes_through_to_the_disk(tmp_path):
    with VerdictStore(tmp_path / "v.sqlite", busy_seconds=7) as store, store._engine.connect() as connection:
        settings_found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    assert settings_found == ["wal", 2, 7000]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/x", "nonsense://x", "://"])
def test_other_databases_are_refused(url):
    with pytest.raises(ValueError, match=r"SQLite file or in PostgreSQL|no database URL"):
        VerdictStore(url)


def test_a_file_that_is_no_store_is_named(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("these are notes\n" * 200)
    with pytest.raises(StoreError, match=r"notes.txt: the file is no verdict store"):
        VerdictStore(path)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE verdicts (a)")
    connection.close()
    with pytest.raises(StoreError, match=r"other.sqlite"):
        VerdictStore(other)


def test_a_server_that_cannot_be_reached_is_named_without_its_password():
    with pytest.raises(StoreError) as error:
        VerdictStore("postgresql://anna:secret-word@127.0.0.1:9/penumbra", busy_seconds=1)
    assert "127.0.0.1" in str(error.value)
    assert "secret-word" not in str(error.value)
