"""What is wrong with a lesson's file, said so that a teacher can mend it."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path


class LessonError(ValueError):
    """A lesson that cannot be used: the file, the step (from 1, 0 for the head), what is wrong, what to do."""

    def __init__(self, problem: str, hint: str = "", step: int = 0, path: Path | None = None) -> None:
        self.problem, self.hint, self.step, self.path = problem, hint, step, path
        super().__init__(self.text)

    @property
    def text(self) -> str:
        """The whole message: where, what, and what to do."""
        where = [str(self.path)] if self.path is not None else []
        where += [f"step {self.step}"] if self.step else []
        head = f"{', '.join(where)}: " if where else ""
        end = "" if self.hint.endswith("?") else "."
        return f"{head}{self.problem}." + (f" {self.hint}{end}" if self.hint else "")

    def at(self, path: Path | None = None, step: int = 0) -> LessonError:
        """The same error with the place it is at."""
        return LessonError(self.problem, self.hint, step or self.step, path or self.path)


def refuse_unknown(given: Collection[str], known: Collection[str], where: str) -> None:
    """Raise LessonError for the first name that is not known, with the nearest ones."""
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise LessonError(f"{where} has no {unknown!r}", near_hint(unknown, known))


def near_hint(name: str, known: Collection[str]) -> str:
    """What to write instead of a name that is not known."""
    near = get_close_matches(name, list(known), n=2, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else f"Use one of {', '.join(sorted(known))}"


def as_text(value: object, what: str) -> str:
    """The value, which must be a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise LessonError(f"{what} must be a text, not {value!r:.60}", "Put it in quotes")
    return value.strip()


def as_number(value: object, what: str) -> float:
    """The value, which must be a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LessonError(f"{what} must be a number, not {value!r:.60}", "Write it without quotes")
    return float(value)


def as_texts(value: object, what: str) -> tuple[str, ...]:
    """The value as texts: one text, or a list of them."""
    items = value if isinstance(value, list) else [value]
    return tuple(as_text(item, what) for item in items)
