"""Slices of a table's rows handed to a few threads; compiled code runs there without Python's lock."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

Work: TypeAlias = Callable[[int, int], None]

SERIAL_BELOW = 1_000_000
"""Rows below which a second thread costs more than it brings."""

_SLICES_PER_THREAD = 8  # so that a thread which gets no core in time holds up little
_ALIGN = 2048


def usable_cores() -> int:
    """Number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def row_slices(n_rows: int, threads: int) -> list[tuple[int, int]]:
    """(start, stop) of slices that cover the rows, begin at multiples of 2048 and are enough for the threads."""
    size = n_rows if threads == 1 else -(-n_rows // (threads * _SLICES_PER_THREAD))
    size = max(-(-size // _ALIGN) * _ALIGN, _ALIGN)
    return [(start, min(start + size, n_rows)) for start in range(0, n_rows, size)]


class Workers:
    """A small pool of threads; the calling thread always works along, so no call waits for a free thread."""

    def __init__(self, threads: int | None = None) -> None:
        self.threads = max(1, min(threads or usable_cores(), 8))
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()

    def run(self, n_rows: int, make_work: Callable[[int], Work], threads: int | None = None) -> None:
        """Do the work on every slice of the rows, with one work made for each thread.

        `make_work(0)` is for the calling thread. An error raised by any of them is raised here.
        """
        threads = min(threads or self.threads, self.threads) if n_rows >= SERIAL_BELOW else 1
        self.run_slices(row_slices(n_rows, threads), make_work, threads)

    def run_slices(self, slices: Iterable[tuple[int, int]], make_work: Callable[[int], Work], threads: int) -> None:
        """Do the work on the given slices, as `run` does."""
        waiting = iter(list(slices))
        works = [make_work(number) for number in range(threads)]
        helpers: list[Future[None]] = []
        if threads > 1:
            helpers = [self._executor().submit(_do, work, waiting) for work in works[1:]]
        try:
            _do(works[0], waiting)
        finally:
            running = [helper for helper in helpers if not helper.cancel()]
            for helper in running:
                helper.exception()  # waits; the arrays must not be written to after this returns
        for helper in running:
            helper.result()

    def _executor(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.threads - 1, thread_name_prefix="crossfilter")
            return self._pool


def _do(work: Work, slices: Iterator[tuple[int, int]]) -> None:
    for start, stop in slices:
        work(start, stop)
