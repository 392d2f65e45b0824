"""What the printers of Python, ADQL and TOPCAT share: how a cut falls into leaves joined by and / or."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from analysis.selection.cuts import And, Cut, Missing, Not, OneOf, Or, Range
from analysis.selection.expression import Expression
from analysis.selection.polygons import Inside


class Printer(ABC):
    """Writes a cut in another language. `not` is pushed down to the leaves, where each language knows how to
    let rows with missing values through, so that all of them pick the same rows.
    """

    conjunction: ClassVar[str]
    disjunction: ClassVar[str]

    def terms(self, cut: Cut) -> list[str]:
        """The conditions that must all hold, each ready to be joined by the language's `and`."""
        cut, negated = _without_not(cut)
        if isinstance(cut, Or if negated else And):
            return [text for term in cut.terms for text in self.terms(~term if negated else term)]
        return [self._condition(cut, negated, guarded=False)]

    def _condition(self, cut: Cut, negated: bool, guarded: bool) -> str:
        if isinstance(cut, Not):
            return self._condition(cut.cut, not negated, guarded)
        if isinstance(cut, (And, Or)):
            sign = self.conjunction if isinstance(cut, And) is not negated else self.disjunction
            parts = [self._condition(term, negated, guarded=True) for term in cut.terms]
            return f"({sign.join(parts)})" if len(parts) > 1 else parts[0]
        return self.leaf(cut, negated, guarded)

    def leaf(self, cut: Cut, negated: bool, guarded: bool) -> str:
        """One condition, in parentheses where it needs them; guarded where it stands within an `or`."""
        if isinstance(cut, Range):
            return self.range(cut, negated, guarded)
        if isinstance(cut, OneOf):
            return self.one_of(cut, negated, guarded)
        if isinstance(cut, Missing):
            return self.missing(cut.column, negated)
        if isinstance(cut, Inside):
            return self.inside(cut, negated, guarded)
        if isinstance(cut, Expression):
            return self.expression(cut, negated, guarded)
        raise TypeError(f"no other language knows the cut {cut!r}")

    @abstractmethod
    def range(self, cut: Range, negated: bool, guarded: bool) -> str:
        """A range, or its complement."""

    @abstractmethod
    def one_of(self, cut: OneOf, negated: bool, guarded: bool) -> str:
        """Equality with some values, or its complement."""

    @abstractmethod
    def missing(self, column: str, negated: bool) -> str:
        """Rows without a value in the column, or with one."""

    @abstractmethod
    def inside(self, cut: Inside, negated: bool, guarded: bool) -> str:
        """A polygon, or its complement."""

    @abstractmethod
    def expression(self, cut: Expression, negated: bool, guarded: bool) -> str:
        """A comparison of arithmetic, or its complement."""


def _without_not(cut: Cut) -> tuple[Cut, bool]:
    negated = False
    while isinstance(cut, Not):
        cut, negated = cut.cut, not negated
    return cut, negated
