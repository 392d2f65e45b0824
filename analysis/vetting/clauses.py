"""A selection as files keep it: named clauses in order, each with its cut, label and switch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.selection import Cut, Range, all_of, cut_from_dict


@dataclass(frozen=True)
class SavedClause:
    """One line of the cut list; a clause that is not enabled keeps its limits and cuts nothing."""

    name: str
    cut: Cut
    label: str = ""
    enabled: bool = True

    @property
    def counts(self) -> bool:
        """Whether the clause can keep a star out: it is enabled and has a limit."""
        return self.enabled and not (isinstance(self.cut, Range) and self.cut.is_open)

    def to_dict(self) -> dict[str, Any]:
        """The clause as plain values; `from_dict` reads them."""
        return {"name": self.name, "label": self.label, "enabled": self.enabled, "cut": self.cut.to_dict()}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> SavedClause:
        """The clause that `to_dict` described. Raises ValueError naming the clause or field at fault."""
        if not isinstance(saved, Mapping) or not isinstance(saved.get("name"), str):
            raise ValueError(f"a saved clause needs its name; this is {saved!r:.80}")
        name, label, enabled = saved["name"], saved.get("label", ""), saved.get("enabled", True)
        if not isinstance(label, str) or not isinstance(enabled, bool):
            raise ValueError(f"clause {name!r}: its label must be text and enabled must be true or false")
        try:
            return cls(name, cut_from_dict(saved.get("cut", {})), label, enabled)
        except ValueError as error:
            raise ValueError(f"clause {name!r}: {error}") from error


def combined_cut(clauses: Iterable[SavedClause]) -> Cut | None:
    """The one cut that all clauses make together; None where nothing is cut."""
    cuts = [clause.cut for clause in clauses if clause.counts]
    return all_of(cuts) if cuts else None
