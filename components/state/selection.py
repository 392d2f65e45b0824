"""The cuts of one session: named clauses in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import param

from analysis.selection import Cut, Range, cut_from_dict
from components.state.history import History


@dataclass(frozen=True)
class Clause:
    """One line of the cut list: a cut under the name of what asked for it."""

    name: str
    cut: Cut
    label: str = ""
    enabled: bool = True

    @property
    def column(self) -> str | None:
        """Return the column of a slider, None for any other clause."""
        return self.cut.column if isinstance(self.cut, Range) else None

    def to_dict(self) -> dict[str, Any]:
        """Return the clause as plain values."""
        return {"name": self.name, "cut": self.cut.to_dict(), "label": self.label, "enabled": self.enabled}

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Clause:
        """Return the clause saved by `to_dict`; raises ValueError on anything else."""
        try:
            return cls(
                str(state["name"]),
                cut_from_dict(state["cut"]),
                str(state.get("label", "")),
                bool(state.get("enabled", True)),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"a saved cut cannot be read: {error}") from error


class Selection(param.Parameterized):
    """The clauses, changed only through its methods; every change can be undone."""

    clauses = param.Parameter(default=(), constant=True, doc="the clauses in order")

    def __init__(self, history: History, clauses: Iterable[Clause] = ()) -> None:
        super().__init__()
        self._history = history
        self._show(tuple(clauses))
        history.keep(lambda: self.clauses, self._show)

    def __getitem__(self, name: str) -> Clause:
        for clause in self.clauses:
            if clause.name == name:
                return clause
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(clause.name == name for clause in self.clauses)

    @property
    def active(self) -> dict[str, Cut]:
        """Return the cuts that count, by clause name."""
        return {clause.name: clause.cut for clause in self.clauses if clause.enabled}

    @property
    def text(self) -> str:
        """Return all enabled cuts as one expression that parses back."""
        parts = [f"({cut.text})" for cut in self.active.values() if not _is_open(cut)]
        return " & ".join(parts)

    def publish(self, name: str, cut: Cut, label: str = "") -> None:
        """Add the clause of this name, or replace its cut."""
        if name in self:
            self._change(
                replace(clause, cut=cut, label=label or clause.label) if clause.name == name else clause
                for clause in self.clauses
            )
        else:
            self._change((*self.clauses, Clause(name, cut, label)))

    def add_slider(self, column: str) -> str:
        """Add an open slider for the column if there is none; returns its clause name."""
        name = f"slider:{column}"
        if name not in self:
            self._change((*self.clauses, Clause(name, Range(column))))
        return name

    def enable(self, name: str, enabled: bool) -> None:
        """Switch a clause on or off; it keeps its limits."""
        self._change(replace(clause, enabled=enabled) if clause.name == name else clause for clause in self.clauses)

    def reset(self, name: str) -> None:
        """Open a slider; remove any other clause."""
        clause = self[name]
        if clause.column is None:
            self.remove(name)
        else:
            self.publish(name, Range(clause.column))

    def remove(self, name: str) -> None:
        """Take a clause out of the list."""
        self._change(clause for clause in self.clauses if clause.name != name)

    def replace_all(self, clauses: Iterable[Clause]) -> None:
        """Put a whole list in place of the present one, as one step."""
        self._change(clauses)

    def reset_all(self) -> None:
        """Open every slider and remove every other clause, as one step."""
        self._change(
            replace(clause, cut=Range(clause.column), enabled=True)
            for clause in self.clauses
            if clause.column is not None
        )

    def fresh_name(self, kind: str) -> str:
        """Return a clause name of this kind that is not in use."""
        number = 1
        while f"{kind}:{number}" in self:
            number += 1
        return f"{kind}:{number}"

    def _change(self, clauses: Iterable[Clause]) -> None:
        wanted = tuple(clauses)
        if wanted != self.clauses:
            self._history.record()
            self._show(wanted)

    def _show(self, clauses: tuple[Clause, ...]) -> None:
        with param.edit_constant(self):
            self.clauses = clauses


def _is_open(cut: Cut) -> bool:
    return isinstance(cut, Range) and cut.is_open
