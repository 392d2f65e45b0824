"""The catalogues a process knows; each is opened once and shared by its sessions."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from analysis.catalogue import add_derived, load_dataset, open_table, shipped_datasets
from analysis.lessons import Challenge, LessonShelf
from components.state.catalogue import Catalogue
from components.state.error_columns import INFERRED, WITH_ISOCHRONE, base_of_inferred, with_error_columns
from components.state.series import SeriesSource
from components.state.verdict_book import VerdictBook

Progress = Callable[[float, str], None]
Maker = Callable[[Progress | None], pd.DataFrame]
# Ships with the program and needs no making: what opens where all else fails.
FALLBACK = "mu2022"
FILE_NAME = "file-"


class Library:
    """Shipped datasets and the files named at start; with a ``parent``, the files of one visitor beside them."""

    def __init__(
        self,
        files: Sequence[Path] = (),
        parent: Library | None = None,
        series: SeriesSource | None = None,
        lessons: LessonShelf | None = None,
        first_lesson: str = "",
        verdicts: VerdictBook | None = None,
    ) -> None:
        self._parent = parent
        self.lessons: LessonShelf = lessons or (parent.lessons if parent is not None else LessonShelf())
        self.first_lesson: str = first_lesson or (parent.first_lesson if parent is not None else "")
        self.series: SeriesSource = series or (parent.series if parent is not None else SeriesSource())
        self.verdicts: VerdictBook = verdicts or (parent.verdicts if parent is not None else VerdictBook())
        self._lock = threading.Lock()
        self._open: dict[str, Catalogue] = {}
        self._opening: dict[str, threading.Lock] = {}
        self._paths: dict[str, Path] = {}
        self._titles: dict[str, str] = {}
        self._made: dict[str, Maker] = {}
        if parent is None:
            self._titles = {dataset.name: dataset.title for dataset in shipped_datasets()}
        for path in files:
            self.add_file(path)

    @property
    def titles(self) -> dict[str, str]:
        """Return name and title of every catalogue on offer."""
        return {**(self._parent.titles if self._parent else {}), **self._titles}

    @property
    def files(self) -> frozenset[str]:
        """Return the names of those that came as files."""
        return frozenset(self._paths) | (self._parent.files if self._parent else frozenset())

    def path(self, name: str) -> Path | None:
        """Return the file of a catalogue that came as one; None for any other."""
        if name in self._paths or self._parent is None:
            return self._paths.get(name)
        return self._parent.path(name)

    @property
    def first(self) -> str:
        """Return the name of the catalogue a first visit opens with: the first file named, else the survey."""
        if self._parent is not None:
            return self._parent.first
        return next(iter(self._paths), next(iter(self._titles)))

    def add_file(self, path: Path, title: str | None = None) -> str:
        """Offer a file as a catalogue; returns its name. It is read when first opened."""
        path = Path(path).expanduser()
        known = next((name for name, kept in self._paths.items() if kept == path), None)
        if known is not None:
            return known
        name = self._fresh_name(f"{FILE_NAME}{path.stem}")
        with self._lock:
            self._paths[name] = path
            self._titles[name] = title or path.name
        return name

    def add_made(self, name: str, title: str, make: Maker) -> str:
        """Offer the table of ``make(progress)``, which is called when first opened; returns the catalogue's name."""
        name = self._fresh_name(name)
        with self._lock:
            self._made[name] = make
            self._titles[name] = title
        return name

    def offers(self, name: str) -> bool:
        """Tell whether a catalogue of this name can be opened, be it made from one on offer."""
        base = base_of_inferred(name)
        return name in self.titles or (base is not None and self.offers(base))

    def add_inferred(self, base: str) -> str:
        """Offer the catalogue ``base`` with companions inferred in it; returns the name, by which it is made again."""
        name = f"{base}{INFERRED}"
        if name not in self.titles:
            title = f"{self.titles.get(base, base)}, companions inferred"
            self.add_made(name, title, lambda progress: with_error_columns(self.open(base, progress), None, progress))
        return name

    def _fresh_name(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self.titles:
            name, number = f"{wanted}-{number}", number + 1
        return name

    def forget(self, name: str) -> None:
        """Take a file that could not be read, or a table that could not be made, off the list; shipped ones stay."""
        with self._lock:
            if self._paths.pop(name, None) is not None or self._made.pop(name, None) is not None:
                self._titles.pop(name, None)

    def add_challenge(self, challenge: Challenge) -> str:
        """Offer the stars of a challenge, to all visitors; returns the dataset's name. It is made when first opened."""
        if self._parent is not None:
            return self._parent.add_challenge(challenge)
        with self._lock:
            self._titles.setdefault(challenge.dataset, challenge.title)
        return challenge.dataset

    def open(self, name: str, progress: Progress | None = None) -> Catalogue:
        """Return the catalogue of this name, reading it the first time.

        Raises KeyError for an unknown name and DataError for a file that cannot be used.
        """
        challenge = Challenge.of_dataset(name)
        if challenge is not None:
            self.add_challenge(challenge)
        base = base_of_inferred(name)
        if base is not None and name not in self.titles and self.offers(base):
            self.add_inferred(base)
        if self._parent is not None and name not in self._titles:
            return self._parent.open(name, progress)
        with self._lock:
            if name not in self._titles:
                raise KeyError(_unknown(name, self.titles))
            opening = self._opening.setdefault(name, threading.Lock())
        with opening:
            if name not in self._open:
                table = self._table(name, progress) if challenge is None else challenge.table()
                self._open[name] = Catalogue(add_derived(table), name, self._titles[name])
            return self._open[name]

    def _table(self, name: str, progress: Progress | None) -> pd.DataFrame:
        if name in self._made:
            return self._made[name](progress)
        path = self._paths.get(name)
        return load_dataset(name, progress) if path is None else open_table(path, progress=progress)


def _unknown(name: str, titles: Mapping[str, str]) -> str:
    base, found, _ = name.partition(WITH_ISOCHRONE)
    if found and base in titles:
        return f"{name!r} needs an isochrone file of yours: open {titles[base]} and give the file again in Errors."
    if name.startswith(FILE_NAME):
        return "It stands for a file that is not at hand here. Open the file again, and its cuts and planes come back."
    return f"There is no catalogue {name!r}; there are {', '.join(titles)}."


def names_file(name: str, path: Path) -> bool:
    """True for the names that a file can have here: ``file-a``, and opened again ``file-a-2`` to ``file-a-9``."""
    return re.fullmatch(rf"{re.escape(FILE_NAME + path.stem)}(-[2-9])?", name) is not None
