"""Undo and redo over everything a user may change: cuts, boxes, axes, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import param

LENGTH = 300


@dataclass(frozen=True, eq=False)
class Act:
    """A step that cannot be kept as a value, such as a verdict that was stored: how to take it back and do it again."""

    undo: Callable[[], None]
    redo: Callable[[], None]


States = tuple[Any, ...]
Step = States | Act


class History(param.Parameterized):
    """Steps back and forward: through states kept as frozen values, and through acts."""

    can_undo = param.Boolean(default=False, constant=True)
    can_redo = param.Boolean(default=False, constant=True)

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []
        self._past: list[Step] = []
        self._future: list[Step] = []
        self._together = 0

    def keep(self, state: Callable[[], Any], restore: Callable[[Any], None]) -> None:
        """Include a state, given how to read and how to restore it."""
        self._kept.append((state, restore))

    def record(self) -> None:
        """Remember the present states; call it just before a change."""
        if not self._together:
            self._add(self._present())

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """Make all changes inside one step."""
        self.record()
        self._together += 1
        try:
            yield
        finally:
            self._together -= 1

    def record_act(self, act: Act) -> None:
        """Remember something that was just done and that `act` can take back."""
        self._add(act)

    def undo(self) -> None:
        """Take the last change back."""
        self._step(self._past, self._future, "undo")

    def redo(self) -> None:
        """Make the change that was taken back again."""
        self._step(self._future, self._past, "redo")

    def undo_failed(self, act: Act) -> None:
        """Hear that an act could not be taken back after all: it can be tried again."""
        self._return(act, self._future, self._past)

    def redo_failed(self, act: Act) -> None:
        """Hear that an act could not be done again after all: it can be tried again."""
        self._return(act, self._past, self._future)

    def clear(self) -> None:
        """Forget all steps."""
        self._past, self._future = [], []
        self._tell()

    def _add(self, step: Step) -> None:
        self._past = [*self._past[-LENGTH + 1 :], step]
        self._future = []
        self._tell()

    def _present(self) -> States:
        return tuple(state() for state, _ in self._kept)

    def _step(self, source: list[Step], target: list[Step], direction: str) -> None:
        if not source:
            return
        wanted = source.pop()
        if isinstance(wanted, Act):
            target.append(wanted)
            getattr(wanted, direction)()
        else:
            present = self._present()
            target.append(present)
            # Planes before cuts: lines of cuts belong on the planes that will be there.
            for (_, restore), old, new in reversed(list(zip(self._kept, present, wanted, strict=True))):
                if old != new:
                    restore(new)
        self._tell()

    def _return(self, act: Act, source: list[Step], target: list[Step]) -> None:
        if source and source[-1] is act:
            target.append(source.pop())
            self._tell()

    def _tell(self) -> None:
        with param.edit_constant(self):
            self.param.update(can_undo=bool(self._past), can_redo=bool(self._future))
