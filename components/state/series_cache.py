"""The series of the stars looked at: read and searched in threads, kept, and made ahead for the next star."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from components.state.catalogue import Catalogue
from components.state.orbit import StarOrbit, find_star_orbit
from components.state.series import Cleaning, SearchedLightCurve, SeriesSource

STARS_KEPT = 12
WORKERS = 2


class SeriesCache:
    """Searched light curves and orbits of one workspace by row, the last stars kept.

    What is asked for while a worker is busy waits; `look_at` drops what waits for other stars, so that moving
    quickly through stars leaves no queue behind.
    """

    def __init__(self, catalogue: Catalogue, source: SeriesSource) -> None:
        self._catalogue, self._source = catalogue, source
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._kept: OrderedDict[tuple[int, str, Hashable], Future[Any]] = OrderedDict()

    def look_at(self, row: int | None) -> None:
        """Drop what has not begun for any other star than this one."""
        with self._lock:
            for key, task in list(self._kept.items()):
                if key[0] != row and task.cancel():
                    del self._kept[key]

    def light_curve(self, row: int, cleaning: Cleaning | None = None) -> Future[SearchedLightCurve | None]:
        """Return the searched light curve of a star, to come; None in it where there is no light curve.

        The result raises ValueError or OSError for a file that cannot be used.
        """
        wanted = cleaning or Cleaning()
        return self.kept(row, "light curve", wanted, lambda: self._source.searched(self._catalogue, row, wanted))

    def orbit(self, row: int) -> Future[StarOrbit | None]:
        """Return velocities and orbits of a star, to come; None in it where there are no velocities."""
        return self.kept(row, "orbit", None, lambda: find_star_orbit(self._catalogue, self._source, row))

    def kept(self, row: int, name: str, options: Hashable, make: Callable[[], Any]) -> Future[Any]:
        """Return what `make` gives for a star under this name and options, to come; made once while it is kept."""
        key = (row, name, options)
        with self._lock:
            task = self._kept.get(key)
            if task is None or task.cancelled():
                if self._pool is None:
                    self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="series")
                task = self._pool.submit(make)
                self._kept[key] = task
            self._kept.move_to_end(key)
            self._forget_oldest()
            return task

    def prefetch(self, row: int) -> None:
        """Read and search the series of a star that will be looked at next; nothing where that is done already."""
        self.light_curve(row)
        self.orbit(row)

    def forget(self, row: int) -> None:
        """Read the series of a star anew when next asked for."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == row]:
                self._kept.pop(key).cancel()

    def close(self) -> None:
        """Free the threads; what has not begun is dropped."""
        with self._lock:
            pool, self._pool = self._pool, None
            self._kept.clear()
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _forget_oldest(self) -> None:
        rows = list(OrderedDict.fromkeys(key[0] for key in reversed(self._kept)))
        for key in [key for key in self._kept if key[0] in set(rows[STARS_KEPT:])]:
            self._kept.pop(key).cancel()
