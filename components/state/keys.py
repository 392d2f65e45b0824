"""The keys of the page: what each does, for the page to act on and the help sheet to show."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.vetting import Vocabulary


@dataclass(frozen=True)
class Key:
    """One or more keys with the same act."""

    keys: tuple[str, ...]
    act: str
    text: str
    group: str


WALK, SAY, LOOK = "Walk through the queue", "While judging", "Look"
KEYS = (
    Key(("j", "ArrowRight"), "next", "next star", WALK),
    Key(("k", "ArrowLeft"), "previous", "star before", WALK),
    Key(("v",), "judge", "open the judging page beside the star", WALK),
    Key(("1", "2", "3", "4", "5"), "confidence", "confidence from 20 % to 100 %", SAY),
    Key(("0",), "confidence", "no confidence given", SAY),
    Key(("p",), "priority", "priority: high, medium, low, none", SAY),
    Key(("f",), "flag", "flag the star, or take the flag off", SAY),
    Key(("/", "Enter"), "comment", "write a comment; Enter or Esc leaves it, Ctrl+Enter saves it", SAY),
    Key(("+", "="), "double", "fold at twice the period", LOOK),
    Key(("-",), "halve", "fold at half the period", LOOK),
    Key(("m",), "mark", "pick the star in a challenge, or put it back", LOOK),
    Key(("w",), "layout", "star or planes in the middle", LOOK),
    Key(("?",), "help", "this sheet", LOOK),
)
# Not on the list of the page, since Ctrl is held with them; shown in the help sheet.
WITH_CTRL = (("Ctrl+Z", "undo: cuts, shapes, figures and verdicts"), ("Ctrl+Shift+Z", "redo"))


def check_keys(vocabulary: Vocabulary) -> None:
    """Raise ValueError where a verdict of the vocabulary has a key that the page uses for something else."""
    for word in vocabulary.words:
        taken = next((key for key in KEYS if word.key in key.keys), None)
        if taken is not None:
            free = "".join(c for c in "abcdeghilnoqrstuxyz" if vocabulary.word_for_key(c) is None)
            raise ValueError(
                f"the key {word.key!r} of verdict {word.name!r} means “{taken.text}” on the page; free are {free}"
            )
