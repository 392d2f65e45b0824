"""A session as a readable TOML file: dataset, cuts, views, the queue's order and the place in it."""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from analysis.catalogue.errors import DataError
from analysis.vetting.clauses import SavedClause
from analysis.vetting.ordering import QueueOrder
from analysis.vetting.toml_text import toml_key, toml_lines

FORMAT = 1
_ABOUT = ("name", "dataset_name", "dataset_hash", "place", "reviewer", "draft", "app_version")
_PARTS = ("format", "session", "queue", "planes", "windows", "clause")


@dataclass(frozen=True)
class SavedSession:
    """All that brings a session back but the data itself.

    `planes` maps a slot to the figure it shows, `windows` a slot to its visible bounds; both hold plain values whose
    meaning belongs to the views. `place` is the star that was open, `draft` the comment not yet saved, `dataset_hash`
    tells whether the data are still the same. `saved` is in UTC.
    """

    name: str
    dataset_name: str
    dataset_hash: str = ""
    clauses: tuple[SavedClause, ...] = ()
    planes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    windows: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    order: QueueOrder | None = None
    place: str = ""
    reviewer: str = ""
    draft: str = ""
    app_version: str = ""
    saved: datetime = field(default_factory=lambda: datetime.now(UTC))


def session_text(session: SavedSession) -> str:
    """The session as TOML that `parse_session` reads back to an equal one.

    Above each cut stands what it says, as a comment. Raises TypeError or ValueError for values TOML cannot hold.
    """
    about = {known: getattr(session, known) for known in _ABOUT} | {"saved": session.saved.isoformat()}
    lines = ["# A session of Penumbra. Cuts may be edited here; a comment above each says what it keeps."]
    lines += [f"format = {FORMAT}", "", "[session]", *toml_lines(about)]
    if session.order is not None:
        lines += ["", "[queue]", *toml_lines({f.name: getattr(session.order, f.name) for f in fields(QueueOrder)})]
    for clause in session.clauses:
        lines += ["", *(f"# {line}" for line in _printable_lines(clause.cut.text))]
        lines += ["[[clause]]", *toml_lines(clause.to_dict())]
    for slot, figure in session.planes.items():
        lines += ["", f"[planes.{toml_key(slot)}]", *toml_lines(figure)]
    if session.windows:
        lines += ["", "[windows]", *toml_lines({slot: list(bounds) for slot, bounds in session.windows.items()})]
    return "\n".join(lines) + "\n"


def parse_session(text: str) -> SavedSession:
    """The session that the text describes. Raises ValueError naming the line, clause or field at fault."""
    saved = tomllib.loads(text)
    if saved.get("format") != FORMAT:
        raise ValueError(f"this Penumbra reads sessions of format {FORMAT}, not {saved.get('format')!r}")
    unknown = next((name for name in saved if name not in _PARTS), None)
    if unknown is not None:
        raise ValueError(f"unknown part {unknown!r}; a session has {', '.join(_PARTS)}")
    about = _only(saved.get("session", {}), (*_ABOUT, "saved"), "[session]")
    for name, value in about.items():
        if not isinstance(value, str):
            raise ValueError(f"{name} in [session] must be text, not {value!r:.60}")
    if not about.get("name") or "dataset_name" not in about:
        raise ValueError("[session] needs its name and its dataset_name")
    when = datetime.fromisoformat(about.pop("saved")) if "saved" in about else datetime.now(UTC)
    queue = _only(saved.get("queue", {}), tuple(f.name for f in fields(QueueOrder)), "[queue]")
    clauses = saved.get("clause", [])
    if not isinstance(clauses, list):
        raise ValueError("clauses must stand under [[clause]]")
    return SavedSession(
        **about,
        saved=when,
        order=QueueOrder(**queue) if queue else None,
        clauses=tuple(SavedClause.from_dict(clause) for clause in clauses),
        planes=_tables(saved.get("planes", {})),
        windows=_windows(saved.get("windows", {})),
    )


def read_session(path: str | Path) -> SavedSession:
    """The session saved in a file. Raises DataError naming the file and what is wrong in it."""
    file = Path(path)
    try:
        return parse_session(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(
            f"the session cannot be read ({error.strerror})", path=file, hint="Give a file you may read"
        ) from error
    except ValueError as error:
        raise DataError(f"the session cannot be read ({error})", path=file, hint="Mend it, or save it anew") from error


def write_session(session: SavedSession, path: str | Path) -> Path:
    """The file, written complete or not at all. Raises DataError where it cannot be written."""
    file, text = Path(path), session_text(session)
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}-") as folder:
            part = Path(folder) / file.name
            part.write_text(text, encoding="utf-8", newline="\n")
            part.replace(file)
    except OSError as error:
        raise DataError(
            f"the session cannot be written ({error.strerror})", path=file, hint="Choose another folder"
        ) from error
    return file


class SessionShelf:
    """The sessions kept in one folder, by name or under the short token of a link.

    File names are made from the names, so that no name can reach outside the folder. Saving under a known name
    replaces that session; what a link points to never changes.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def save(self, session: SavedSession) -> Path:
        """The file that now holds the session under its name. Raises DataError where it cannot be written."""
        return self._write(session, self._named(session.name))

    def open(self, name: str) -> SavedSession:
        """The session of this name. Raises DataError where there is none."""
        return read_session(self._named(name))

    def names(self) -> tuple[str, ...]:
        """Names of the saved sessions, the last saved first; files that cannot be read are left out."""
        return tuple(session.name for session in self.saved())

    def saved(self) -> tuple[SavedSession, ...]:
        """The saved sessions, the last saved first; files that cannot be read are left out."""
        found = [session for session in map(_read_or_none, self.folder.glob("session-*.toml")) if session is not None]
        return tuple(sorted(found, key=lambda s: s.saved, reverse=True))

    def unreadable(self) -> tuple[str, ...]:
        """Names of the files that should hold a session and cannot be read."""
        return tuple(path.name for path in sorted(self.folder.glob("session-*.toml")) if _read_or_none(path) is None)

    def rename(self, name: str, new: str) -> None:
        """Keep the session of this name under another. Raises DataError for a name that is taken or blank."""
        session = self.open(name)
        if new == name:
            return
        if not new.strip():
            raise DataError("a session needs a name", hint="Type one")
        if self._named(new).exists():
            raise DataError(f"there is a session named {new!r} already", hint="Choose another name")
        self.save(replace(session, name=new))
        self.delete(name)

    def delete(self, name: str) -> None:
        """Remove the session of this name; links to it stay. Raises DataError where there is none."""
        path = self._named(name)
        try:
            path.unlink()
        except OSError as error:
            raise DataError(
                f"the session {name!r} cannot be removed ({error.strerror})", path=path, hint="Look at the folder"
            ) from error

    def link(self, session: SavedSession) -> str:
        """The token of twelve letters and digits under which `follow` finds the session as it is now."""
        text = session_text(session)
        token = blake2b(text.encode(), digest_size=6).hexdigest()
        path = self.folder / f"link-{token}.toml"
        if not path.exists():
            self._write(session, path)
        return token

    def follow(self, token: str) -> SavedSession:
        """The session that a link's token stands for. Raises DataError for an unknown or impossible token."""
        if not re.fullmatch(r"[0-9a-f]{12}", token):
            raise DataError(f"{token!r:.40} is no link to a session", hint="Copy the whole link")
        return read_session(self.folder / f"link-{token}.toml")

    def _named(self, name: str) -> Path:
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40]
        mark = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        return self.folder / f"session-{slug}-{mark}.toml"

    def _write(self, session: SavedSession, path: Path) -> Path:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(
                f"the folder of sessions cannot be made ({error.strerror})", path=self.folder, hint="Choose another"
            ) from error
        return write_session(session, path)


def _read_or_none(path: Path) -> SavedSession | None:
    try:
        return read_session(path)
    except DataError:
        return None


def _printable_lines(text: str) -> list[str]:
    return ["".join(c if c.isprintable() else "�" for c in line) for line in text.splitlines()]


def _only(values: Any, known: tuple[str, ...], where: str) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ValueError(f"{where} must hold named values")
    unknown = next((name for name in values if name not in known), None)
    if unknown is not None:
        raise ValueError(f"{where} has an unknown field {unknown!r}; it knows {', '.join(known)}")
    return dict(values)


def _tables(values: Any) -> dict[str, Mapping[str, Any]]:
    if not isinstance(values, dict) or not all(isinstance(value, dict) for value in values.values()):
        raise ValueError("each plane must be a table such as [planes.first]")
    return dict(values)


def _windows(values: Any) -> dict[str, tuple[float, ...]]:
    if not isinstance(values, dict):
        raise ValueError("[windows] must hold lists of numbers")
    for slot, bounds in values.items():
        if not isinstance(bounds, list) or len(bounds) != 4 or not all(type(end) in (int, float) for end in bounds):
            raise ValueError(f"window {slot!r} must be four numbers: left, bottom, right, top")
    return {slot: tuple(float(value) for value in bounds) for slot, bounds in values.items()}
