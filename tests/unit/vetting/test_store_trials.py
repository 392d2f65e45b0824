"""What may happen to a store in the field: killed writers, two processes, a full disk, a folder that is read-only.

PENUMBRA_KILL_TRIALS sets how many writers are killed.
"""

import multiprocessing
import os
import pickle
import random
import sqlite3
import time

import pytest
from examples import verdict
from sqlalchemy import event

from analysis.vetting import StoreError, VerdictStore

pytest.importorskip("resource", reason="limits on files and users are those of POSIX systems")
import writers

TRIALS = int(os.environ.get("PENUMBRA_KILL_TRIALS", "20"))
AT_ONCE = 4


@pytest.fixture(scope="module")
def processes():
    """Processes that start in milliseconds, from a server that has imported the store already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["analysis.vetting", "pytest"])
    return context


def _drain(pipe):
    tokens = []
    try:
        while pipe.poll():
            tokens.append(pipe.recv())
    except EOFError:
        pass
    return tokens


def _check(path, acknowledged, n_writers):
    """Every acknowledged verdict is stored exactly once, and the file is sound."""
    with VerdictStore(path) as store:
        stored = [record.token for record in store.records()]
    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored)
    # Only the one verdict of each killed writer that was on its way may be there without an acknowledgement.
    assert len(stored) - len(acknowledged) <= n_writers
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


def test_every_acknowledged_verdict_survives_writers_killed_at_random_moments(tmp_path, processes):
    chance = random.Random(20260301)
    acknowledged, running = {}, {}

    def start(path, name):
        receive, send = processes.Pipe(duplex=False)
        process = processes.Process(target=writers.write_forever, args=(path, name, send), daemon=True)
        process.start()
        send.close()
        running[name] = (process, receive, path)
        return receive

    def collect():
        for _, pipe, path in running.values():
            acknowledged[path] += _drain(pipe)

    def kill(name):
        process, pipe, path = running.pop(name)
        process.kill()
        process.join()
        acknowledged[path] += _drain(pipe)
        pipe.close()

    for number in range(0, TRIALS, AT_ONCE):
        # Each store sees two rounds: in the first, writers are killed while they create it, too.
        path = tmp_path / f"verdicts-{number // (2 * AT_ONCE)}.sqlite"
        acknowledged.setdefault(path, [])
        started = [start(path, f"writer-{number}-{n}") for n in range(AT_ONCE)]
        for receive in started:
            if chance.random() < 0.7:
                assert receive.poll(20), "a writer never got its turn"
        while running:
            time.sleep(chance.uniform(0, 0.05))
            collect()
            kill(chance.choice(sorted(running)))
    for path, tokens in acknowledged.items():
        _check(path, tokens, n_writers=2 * AT_ONCE)
    assert sum(map(len, acknowledged.values())) > TRIALS


def test_processes_that_share_a_store_lose_nothing_and_store_nothing_twice(tmp_path, processes):
    path, count = tmp_path / "new" / "verdicts.sqlite", 60
    begin = processes.Barrier(AT_ONCE)
    names = [f"reviewer {number}" for number in range(AT_ONCE)]
    started = [processes.Process(target=writers.write_some, args=(path, name, count, begin)) for name in names]
    for process in started:
        process.start()
    for process in started:
        process.join(30)
        assert process.exitcode == 0
    with VerdictStore(path) as store:
        records = store.records()
        assert len(store.latest()) == AT_ONCE * count
    assert sorted(record.token for record in records) == sorted(f"{n}-{i}" for n in names for i in range(count))
    for name in names:
        assert [r.source_id for r in records if r.reviewer == name] == [str(number) for number in range(count)]


def test_a_store_open_here_sees_what_another_process_writes(tmp_path, processes):
    path = tmp_path / "verdicts.sqlite"
    with VerdictStore(path) as store:
        mine = store.append(verdict())
        begin = processes.Barrier(1)
        other = processes.Process(target=writers.write_some, args=(path, "ben", 3, begin))
        other.start()
        other.join(30)
        assert [record.reviewer for record in store.records()] == ["anna", "ben", "ben", "ben"]
        assert store.history(mine.source_id) == (mine,)


def test_a_full_disk_is_one_clear_error_and_the_same_verdict_is_saved_once_there_is_room(tmp_path, processes):
    path = tmp_path / "verdicts.sqlite"
    receive, send = processes.Pipe(duplex=False)
    process = processes.Process(target=writers.write_until_full, args=(path, 400_000, send))
    process.start()
    assert receive.poll(30)
    said, kept, failed = receive.recv()
    process.join(30)
    assert "verdicts.sqlite" in said
    assert "not saved yet" in said
    assert "disk" in said
    assert len(kept) > 5
    assert kept[-1] == failed
    with VerdictStore(path) as store:
        assert [record.token for record in store.records()] == kept


def test_a_store_that_cannot_grow_says_so_and_keeps_the_verdict(tmp_path):
    said = verdict(comment="y" * 50_000)
    with VerdictStore(tmp_path / "verdicts.sqlite") as store:

        @event.listens_for(store._engine, "begin")
        def limit(connection):
            connection.exec_driver_sql(
                f"PRAGMA max_page_count = {connection.exec_driver_sql('PRAGMA page_count').scalar()}"
            )

        with pytest.raises(
            StoreError, match=r"the disk is full .*Free some space and save again\. .* not saved yet"
        ) as error:
            store.append(said)
        assert error.value.verdict == said
        event.remove(store._engine, "begin", limit)
        with store._engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert store.append(error.value.verdict).said() == said


def test_a_locked_store_is_waited_for_and_then_named(tmp_path):
    path = tmp_path / "verdicts.sqlite"
    with VerdictStore(path, busy_seconds=0.3) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        with pytest.raises(StoreError, match=r"another program keeps it locked") as error:
            store.append(verdict())
        assert 0.25 < time.monotonic() - start < 5
        assert store.records() == ()
        other.execute("COMMIT")
        other.close()
        store.append(error.value.verdict)
        assert len(store.records()) == 1


@pytest.mark.parametrize("exists", [False, True])
def test_a_read_only_folder_is_one_clear_error(tmp_path_factory, processes, exists):
    folder = tmp_path_factory.mktemp("shared")
    for parent in (folder, *folder.parents):
        if (
            os.access(parent, os.W_OK)
            and parent.stat().st_uid == os.geteuid()
            and parent.name.startswith(("pytest", "shared"))
        ):
            parent.chmod(parent.stat().st_mode | 0o055)
    path = folder / "verdicts.sqlite"
    if exists:
        with VerdictStore(path) as store:
            store.append(verdict())
        path.chmod(0o444)
    folder.chmod(0o555)
    receive, send = processes.Pipe(duplex=False)
    process = processes.Process(target=writers.open_as_nobody, args=(path, send))
    process.start()
    try:
        assert receive.poll(30)
        said, _ = receive.recv()
        process.join(30)
        assert process.exitcode == 0
    finally:
        folder.chmod(0o755)
    assert str(path) in said
    assert "cannot be opened" in said or "may not be written" in said or "folder cannot be used" in said


def test_a_place_that_is_no_folder_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"its folder cannot be used .*Name a folder that you may write"):
        VerdictStore(tmp_path / "file" / "verdicts.sqlite")


def test_an_error_with_its_verdict_can_be_sent_between_processes():
    error = StoreError("place", "the disk is full", "Free some space", verdict(token="t"))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.verdict.token) == (str(error), "t")
