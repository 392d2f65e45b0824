"""What the processes of the trials do: they write verdicts, and some are killed while they do."""

import os
import resource
import signal
import sqlite3  # noqa: F401 (before rights are given up: the interpreter's own files may be private)

from examples import verdict

from analysis.vetting import StoreError, VerdictStore


def write_forever(path, reviewer, acknowledged, first=0):
    """Append verdicts without end; send each token on only when the store has acknowledged it."""
    store = VerdictStore(path)
    number = first
    while True:
        number += 1
        record = store.append(
            verdict(number, reviewer=reviewer, comment=f"{reviewer} {number}", token=f"{reviewer}-{number}")
        )
        acknowledged.send(record.token)


def write_some(path, reviewer, count, begin):
    """Append a number of verdicts as soon as all writers are ready, two tries of each."""
    begin.wait()
    with VerdictStore(path) as store:
        for number in range(count):
            said = verdict(number, reviewer=reviewer, token=f"{reviewer}-{number}")
            assert store.append(said) == store.append(said)


def write_until_full(path, limit_bytes, answers):
    """Append under a limit on the size of files until it is met, then without it: tell what happened."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    kept = []
    with VerdictStore(path) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))
        try:
            for number in range(10_000):
                kept.append(store.append(verdict(number, comment="x" * 5000)).token)
            answers.send(("never full", kept, None))
            return
        except StoreError as error:
            failed = error
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        kept.append(store.append(failed.verdict).token)
    answers.send((str(failed), kept, failed.verdict.token))


def open_as_nobody(path, answers):
    """Try to open and to write a store without the rights of the superuser."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    said = verdict()
    try:
        with VerdictStore(path) as store:
            answers.send(("opened", len(store.records())))
            store.append(said)
        answers.send(("written", None))
    except StoreError as error:
        answers.send((str(error), error.verdict == said))
