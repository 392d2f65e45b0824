"""Undo and redo over everything a user may change: cuts, boxes, axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import param

LENGTH = 300


class History(param.Parameterized):
    """Steps back and forward through states kept as frozen values."""

    can_undo = param.Boolean(default=False, constant=True)
    can_redo = param.Boolean(default=False, constant=True)

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []
        self._past: list[tuple[Any, ...]] = []
        self._future: list[tuple[Any, ...]] = []

    def keep(self, state: Callable[[], Any], restore: Callable[[Any], None]) -> None:
        """Include a state, given how to read and how to restore it."""
        self._kept.append((state, restore))

    def record(self) -> None:
        """Remember the present states; call it just before a change."""
        self._past = [*self._past[-LENGTH + 1 :], self._present()]
        self._future = []
        self._tell()

    def undo(self) -> None:
        """Take the last change back."""
        self._step(self._past, self._future)

    def redo(self) -> None:
        """Make the change that was taken back again."""
        self._step(self._future, self._past)

    def clear(self) -> None:
        """Forget all steps."""
        self._past, self._future = [], []
        self._tell()

    def _present(self) -> tuple[Any, ...]:
        return tuple(state() for state, _ in self._kept)

    def _step(self, source: list[tuple[Any, ...]], target: list[tuple[Any, ...]]) -> None:
        if not source:
            return
        present, wanted = self._present(), source.pop()
        target.append(present)
        for (_, restore), old, new in zip(self._kept, present, wanted, strict=True):
            if old != new:
                restore(new)
        self._tell()

    def _tell(self) -> None:
        with param.edit_constant(self):
            self.param.update(can_undo=bool(self._past), can_redo=bool(self._future))
