"""The words that reviewers judge with: shipped ones, or those of a team's own TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analysis.catalogue.errors import DataError
from analysis.vetting.toml_text import toml_string

PRIORITIES = ("high", "medium", "low")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Word:
    """One verdict of the vocabulary: the name that is stored, what the screen shows, its key and what it means."""

    name: str
    label: str
    key: str
    meaning: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            if not isinstance(getattr(self, field.name), str):
                raise ValueError(
                    f"{field.name} of verdict {self.name!r} must be text, not {getattr(self, field.name)!r}"
                )
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"the verdict name {self.name!r} must be a lower-case word: letters, digits and _ only")
        if not self.label.strip():
            raise ValueError(f"verdict {self.name!r} needs a label")
        if len(self.key) != 1 or not self.key.isprintable() or self.key.isspace():
            raise ValueError(f"the key of verdict {self.name!r} must be one character, not {self.key!r}")


@dataclass(frozen=True)
class Vocabulary:
    """The verdicts a reviewer may give, in the order the screen shows them, and the tags that are offered.

    Raises ValueError for fewer than two words and for a name, label or key given twice.
    """

    words: tuple[Word, ...]
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.words) < 2:
            raise ValueError(f"a vocabulary needs at least two verdicts; this has {len(self.words)}")
        for what in ("name", "label", "key"):
            given = [getattr(word, what) for word in self.words]
            twice = next((value for value in given if given.count(value) > 1), None)
            if twice is not None:
                raise ValueError(f"the {what} {twice!r} is given to more than one verdict")
        if any(not isinstance(tag, str) or not tag.strip() for tag in self.tags):
            raise ValueError("tags must be texts that are not empty")

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are stored, in order."""
        return tuple(word.name for word in self.words)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Word:
        for word in self.words:
            if word.name == name:
                return word
        raise KeyError(name)

    def label(self, name: str) -> str:
        """The label of a verdict; its name where the vocabulary no longer knows it."""
        return self[name].label if name in self else name

    def word_for_key(self, key: str) -> Word | None:
        """The verdict that a pressed key gives, or None."""
        return next((word for word in self.words if word.key == key), None)

    def check(self, name: str) -> str:
        """The name itself. Raises ValueError with the nearest words where it is not one of the vocabulary."""
        if name not in self:
            raise ValueError(f"{name!r} is no verdict of this vocabulary{_near(name, self.names)}")
        return name


DEFAULT_VOCABULARY = Vocabulary(
    (
        Word(
            "compact_object", "Compact-object candidate", "c", "Dark companion: white dwarf, neutron star, black hole"
        ),
        Word("luminous_binary", "Binary with luminous companion", "b", "The companion's light is seen"),
        Word("eclipsing", "Eclipsing", "e", "The light curve shows eclipses"),
        Word("triple", "Triple", "t", "Three stars or more explain the data"),
        Word("single", "Single or variable", "s", "No companion needed: rotation, pulsation or constant"),
        Word("artefact", "Artefact", "a", "Blend, bad reduction, or a wrong match"),
        Word("unsure", "Unsure", "u", "The data at hand do not decide"),
    ),
    tags=("needs spectrum", "needs photometry", "follow up", "literature", "blend", "high amplitude"),
)


def read_vocabulary(path: str | Path) -> Vocabulary:
    """The vocabulary of a TOML file: `[[verdict]]` entries with name, label, key, meaning; `tags = [...]`.

    Raises DataError naming the file and the entry at fault.
    """
    file = Path(path)
    try:
        saved = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(
            f"the vocabulary cannot be read ({error.strerror})", path=file, hint="Give a file you may read"
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"this is no TOML file ({error})", path=file, hint="Mend that line") from error
    try:
        _refuse_unknown(saved, ("verdict", "tags"), "the vocabulary")
        words = tuple(_word(entry, number) for number, entry in enumerate(_list(saved, "verdict"), start=1))
        return Vocabulary(words, tuple(_list(saved, "tags")))
    except ValueError as error:
        raise DataError(str(error), path=file, hint="`vocabulary_text` shows how a correct file looks") from error


def vocabulary_text(vocabulary: Vocabulary = DEFAULT_VOCABULARY) -> str:
    """The vocabulary as the text of a TOML file that `read_vocabulary` reads: a start for a team's own."""
    lines = ["# Verdicts in the order they are shown. `name` is what the store keeps: do not change it once used.", ""]
    if vocabulary.tags:
        lines += [f"tags = [{', '.join(toml_string(tag) for tag in vocabulary.tags)}]", ""]
    for word in vocabulary.words:
        lines.append("[[verdict]]")
        lines += [f"{field.name} = {toml_string(getattr(word, field.name))}" for field in fields(word)]
        lines.append("")
    return "\n".join(lines)


def _word(entry: Any, number: int) -> Word:
    if not isinstance(entry, Mapping):
        raise ValueError(f"verdict number {number} must be a table that starts with [[verdict]]")
    known = tuple(field.name for field in fields(Word))
    _refuse_unknown(entry, known, f"verdict number {number}")
    missing = [name for name in ("name", "label", "key") if name not in entry]
    if missing:
        raise ValueError(f"verdict number {number} lacks {', '.join(missing)}")
    return Word(**entry)


def _list(saved: Mapping[str, Any], name: str) -> Sequence[Any]:
    found = saved.get(name, [])
    if not isinstance(found, list):
        raise ValueError(f"{name!r} must be a list, not {found!r:.40}")
    return found


def _refuse_unknown(entry: Mapping[str, Any], known: Collection[str], where: str) -> None:
    unknown = next((name for name in entry if name not in known), None)
    if unknown is not None:
        raise ValueError(f"{where} has an unknown field {unknown!r}{_near(unknown, known)}")


def _near(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, list(known), n=2, cutoff=0.5)
    return f"; did you mean {' or '.join(near)}?" if near else f"; it has {', '.join(known)}"
