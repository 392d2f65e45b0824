"""The series of the stars looked at: read and searched in threads, kept, and made ahead for the next star."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from analysis.spectra import SpectrumEvidence
from analysis.vetting import StarEvidence
from components.state.catalogue import Catalogue
from components.state.evidence import default_prior, gather
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
        self._pools: dict[bool, ThreadPoolExecutor] = {}
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

    def evidence(self, row: int, prior: str, spectrum: SpectrumEvidence | None = None) -> Future[StarEvidence]:
        """Return the evidence on a star's companion under a prior of `priors`, to come."""
        curve, orbit = self.light_curve(row), self.orbit(row)

        def make() -> StarEvidence:
            return gather(self._catalogue, row, _result(curve), _result(orbit), prior, spectrum)

        return self.kept(row, "evidence", (prior, id(spectrum)), make, waits=True)

    def kept(self, row: int, name: str, options: Hashable, make: Callable[[], Any], waits: bool = False) -> Future[Any]:
        """Return what `make` gives for a star under this name and options, to come; made once while it is kept.

        ``waits``: it waits for others of these tasks, and so has a thread of its own.
        """
        key = (row, name, options)
        with self._lock:
            task = self._kept.get(key)
            if task is None or task.cancelled():
                task = self._threads(waits).submit(make)
                self._kept[key] = task
            self._kept.move_to_end(key)
            self._forget_oldest()
            return task

    def prefetch(self, row: int) -> None:
        """Read and search the series of a star that will be looked at next; nothing where that is done already."""
        self.evidence(row, default_prior(self._catalogue))

    def forget(self, row: int) -> None:
        """Read the series of a star anew when next asked for."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == row]:
                self._kept.pop(key).cancel()

    def close(self) -> None:
        """Free the threads; what has not begun is dropped."""
        with self._lock:
            pools, self._pools = self._pools, {}
            self._kept.clear()
        for pool in pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    def _threads(self, waits: bool) -> ThreadPoolExecutor:
        if waits not in self._pools:
            self._pools[waits] = ThreadPoolExecutor(1 if waits else WORKERS, thread_name_prefix="series")
        return self._pools[waits]

    def _forget_oldest(self) -> None:
        rows = list(OrderedDict.fromkeys(key[0] for key in reversed(self._kept)))
        for key in [key for key in self._kept if key[0] in set(rows[STARS_KEPT:])]:
            self._kept.pop(key).cancel()


def _result(task: Future[Any]) -> Any:
    """What a task gave; None where its file could not be used, which its own panel says."""
    try:
        return task.result()
    except (ValueError, OSError):
        return None
