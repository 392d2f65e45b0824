"""The catalogues a process knows; each is opened once and shared by its sessions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.catalogue import add_derived, load_dataset, open_table, shipped_datasets
from components.state.catalogue import Catalogue

Progress = Callable[[float, str], None]


class Library:
    """Shipped datasets, files named at start, and files uploaded by users."""

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Catalogue] = {}
        self._opening: dict[str, threading.Lock] = {}
        self._titles: dict[str, str] = {dataset.name: dataset.title for dataset in shipped_datasets()}
        self._paths: dict[str, Path] = {}
        for path in files:
            self.add_file(path)

    @property
    def titles(self) -> dict[str, str]:
        """Return name and title of every catalogue on offer."""
        return dict(self._titles)

    @property
    def first(self) -> str:
        """Return the name of the catalogue a first visit opens with."""
        return next(iter(self._paths), next(iter(self._titles)))

    def add_file(self, path: Path, title: str | None = None) -> str:
        """Offer a file as a catalogue; returns its name. It is read when first opened."""
        path = Path(path).expanduser()
        with self._lock:
            for name, known in self._paths.items():
                if known == path:
                    return name
            stem = f"file-{path.stem}"
            name, number = stem, 2
            while name in self._titles:
                name, number = f"{stem}-{number}", number + 1
            self._paths[name] = path
            self._titles[name] = title or path.name
            return name

    def forget(self, name: str) -> None:
        """Take a file that could not be read off the list."""
        with self._lock:
            self._paths.pop(name, None)
            if name not in {dataset.name for dataset in shipped_datasets()}:
                self._titles.pop(name, None)

    def open(self, name: str, progress: Progress | None = None) -> Catalogue:
        """Return the catalogue of this name, reading it the first time.

        Raises KeyError for an unknown name and DataError for a file that cannot be used.
        """
        with self._lock:
            if name in self._open:
                return self._open[name]
            if name not in self._titles:
                raise KeyError(f"no catalogue {name!r}: there are {', '.join(self._titles)}")
            lock = self._opening.setdefault(name, threading.Lock())
        with lock:
            if name in self._open:
                return self._open[name]
            path = self._paths.get(name)
            table = load_dataset(name, progress) if path is None else add_derived(open_table(path, progress=progress))
            catalogue = Catalogue(table, name, self._titles[name])
            with self._lock:
                self._open[name] = catalogue
            return catalogue
