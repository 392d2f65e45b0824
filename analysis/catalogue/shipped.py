"""The tables in the folder data/: where they lie, and their entry in its manifest."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.catalogue.cache import content_hash
from analysis.catalogue.errors import DataError
from analysis.catalogue.tables import read

# data/ lies beside analysis/, in a clone as in an installation.
DATA_FOLDER = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True)
class ShippedFile:
    """An entry of the manifest: what a file is, where it comes from, on what terms, and what it must hold."""

    name: str
    title: str
    source: str
    doi: str
    licence: str
    rows: int
    sha256: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return DATA_FOLDER / self.name


def manifest() -> Mapping[str, ShippedFile]:
    """The shipped files by name. Raises DataError where the folder did not come with the installation."""
    path = DATA_FOLDER / "manifest.toml"
    if not path.is_file():
        raise DataError(
            "the folder with the shipped tables is missing",
            path=path,
            hint="Install Penumbra anew, from a complete clone",
        )
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["file"]
    return {entry["name"]: ShippedFile(**entry) for entry in entries}


def shipped_table(name: str) -> pd.DataFrame:
    """A shipped table as printed, in the schema's names and units."""
    return read(DATA_FOLDER / name)


def shared_hash(names: Sequence[str]) -> str:
    """One SHA-256 for a dataset: that of its file, or of the files' hashes in order."""
    hashes = [content_hash(DATA_FOLDER / name) for name in names]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
