"""What is wrong with a file, said so that its owner can mend it."""

from __future__ import annotations

from pathlib import Path


class DataError(ValueError):
    """A file or table that cannot be used: what is wrong, where, and what to do.

    `path` and `column` are None where none is to blame; `hint` is the remedy. The text is one readable line.
    """

    def __init__(
        self, problem: str, *, path: str | Path | None = None, column: str | None = None, hint: str = ""
    ) -> None:
        self.problem, self.column, self.hint = problem, column, hint
        self.path = None if path is None else Path(path)
        super().__init__(problem)

    def __str__(self) -> str:
        where = "" if self.path is None else f"{self.path}: "
        return f"{where}{self.problem}." + (f" {self.hint}." if self.hint else "")

    def at(self, path: str | Path) -> DataError:
        """The same error with the file's name, where it had none."""
        if self.path is not None:
            return self
        return DataError(self.problem, path=path, column=self.column, hint=self.hint)

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (self.problem, self.path, self.column, self.hint)


def _restore(problem: str, path: Path | None, column: str | None, hint: str) -> DataError:
    return DataError(problem, path=path, column=column, hint=hint)
