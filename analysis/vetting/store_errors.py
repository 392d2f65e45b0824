"""What went wrong with the verdict store, said so that the reviewer knows what to do and loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.exc import DBAPIError

from analysis.vetting.verdict import Verdict

# Beginnings of SQLite's own error names.
_SQLITE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "SQLITE_FULL": ("the disk is full", "Free some space and save again"),
        "SQLITE_READONLY": ("it may not be written", "Give yourself the right to write it and its folder"),
        "SQLITE_CANTOPEN": ("it cannot be opened", "Check that the folder exists and that you may write there"),
        "SQLITE_PERM": ("it may not be opened", "Give yourself the right to write it and its folder"),
        "SQLITE_BUSY": ("another program keeps it locked", "Save again; close other programs that have it open"),
        "SQLITE_LOCKED": ("another program keeps it locked", "Save again; close other programs that have it open"),
        "SQLITE_IOERR": ("the disk refused to write or read", "Check the disk's space and state, then save again"),
        "SQLITE_NOTADB": ("the file is no verdict store", "Name another file, or set PENUMBRA_DATA to another folder"),
        "SQLITE_CORRUPT": ("the file is damaged", "Put back a copy, or open a new store and merge an export into it"),
    }
)
_OTHER = ("the database refused", "Check that the database runs and accepts you, then save again")


class StoreError(RuntimeError):
    """The store could not be opened, read or written: what happened, to which store, and what to do.

    `verdict` is the caller's own verdict, where one was to be stored. Appending it again is always safe: its token
    keeps it from being stored twice.
    """

    def __init__(self, store: str, problem: str, hint: str, verdict: Verdict | None = None) -> None:
        self.store, self.problem, self.hint, self.verdict = store, problem, hint, verdict
        kept = "" if verdict is None else f" The verdict on {verdict.source_id} is not saved yet."
        super().__init__(f"{store}: {problem}. {hint}.{kept}")

    def __reduce__(self) -> tuple[object, ...]:
        return StoreError, (self.store, self.problem, self.hint, self.verdict)


def explained(error: Exception) -> tuple[str, str]:
    """What happened and what to do, in words, for an error of the database, its driver or the file system."""
    if isinstance(error, OSError):
        return f"its folder cannot be used ({error.strerror or error})", "Name a folder that you may write"
    original = error.orig if isinstance(error, DBAPIError) else error
    name = str(getattr(original, "sqlite_errorname", ""))
    problem, hint = next((words for start, words in _SQLITE.items() if name.startswith(start)), _OTHER)
    return f"{problem} ({_one_line(original)})", hint


def is_busy(error: DBAPIError) -> bool:
    """Whether another connection holds the lock, so that trying again may help."""
    return str(getattr(error.orig, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _one_line(error: BaseException | None) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
