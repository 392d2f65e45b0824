"""A selection as the expression that TOPCAT and STILTS read."""

from __future__ import annotations

import re
from typing import ClassVar

from analysis.selection.cuts import Cut, OneOf, Range
from analysis.selection.equality import Value
from analysis.selection.expression import Expression
from analysis.selection.expression_terms import FUNCTIONS, Term, TermWriter
from analysis.selection.polygon_text import PolygonWriter
from analysis.selection.polygons import Inside
from analysis.selection.printing import Printer

_KEYWORDS = """
abstract assert boolean break byte case catch char class const continue default do double else enum extends
false final finally float for goto if implements import instanceof int interface long native new null package
private protected public return short static super switch synchronized this throw throws transient true try
void volatile while
"""
_JAVA_WORDS = frozenset(_KEYWORDS.split())
_INT_LIMIT = 2**31


def as_topcat(cut: Cut) -> str:
    """The expression for TOPCAT's row subsets and STILTS's `select` that picks the rows which pass the cut.

    A missing integer or text makes a whole TOPCAT expression false, so conditions under `or` and `not` are
    guarded by NULL_x. TOPCAT does not tell empty text from missing text, and does arithmetic over two float
    columns in single precision.

    Raises ValueError for a column name or text that TOPCAT's language cannot hold.
    """
    return " && ".join(_TopcatPrinter().terms(cut))


def _name(name: str) -> str:
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) and name not in _JAVA_WORDS:
        return name
    raise ValueError(f"TOPCAT cannot name the column {name!r} ; rename it to letters and digits")


def _number(value: float | int) -> str:
    if float(value).is_integer() and abs(value) < 2**63:
        whole = int(value)
        return str(whole) if abs(whole) < _INT_LIMIT else f"{whole}L"
    return repr(float(value))


def _text(value: str) -> str:
    if '"' in value or "\\" in value or any(ord(character) < 32 for character in value):
        raise ValueError(f"TOPCAT's expressions cannot hold the text {value!r} with its quote or backslash")
    return f'"{value}"'


class _TopcatTerms(TermWriter):
    def column(self, name: str) -> str:
        return _name(name)

    def number(self, value: float | int) -> str:
        return repr(float(value))

    def call(self, name: str, arguments: list[str]) -> str:
        return FUNCTIONS[name].topcat.format(*arguments)

    def power(self, base: Term, exponent: Term) -> tuple[str, int]:
        return self.function(f"pow({self.write(base)}, {self.write(exponent)})")

    def quotient(self, above: str, below: str) -> str:
        # The product is a double, so that integers are not divided as integers.
        return f"1.0 * {above} / {below}"


class _TopcatPolygon(PolygonWriter):
    conjunction: ClassVar[str] = " && "
    disjunction: ClassVar[str] = " || "
    never: ClassVar[str] = "false"

    def number(self, value: float) -> str:
        return repr(float(value))

    def axis(self, column: str, scale: str) -> str:
        return _name(column) if scale == "linear" else f"log10({_name(column)})"

    def positive(self, column: str) -> str:
        return f"{_name(column)} > 0"


class _TopcatPrinter(Printer):
    conjunction: ClassVar[str] = " && "
    disjunction: ClassVar[str] = " || "

    def range(self, cut: Range, negated: bool, guarded: bool) -> str:
        if cut.is_open:
            return _constant(not negated)
        name = _name(cut.column)
        tests = []
        if cut.low is not None:
            sign, number = cut.lower_end()
            tests.append(f"{name} {sign} {_written(number)}")
        if cut.high is not None:
            sign, number = cut.upper_end()
            tests.append(f"{name} {sign} {_written(number)}")
        return self._guarded(" && ".join(tests), cut, negated, guarded)

    def one_of(self, cut: OneOf, negated: bool, guarded: bool) -> str:
        if not cut.values:
            return _constant(negated)
        tests = [_equality(_name(cut.column), value) for value in cut.values]
        test = tests[0] if len(tests) == 1 else f"({' || '.join(tests)})"
        return self._guarded(test, cut, negated, guarded)

    def missing(self, column: str, negated: bool) -> str:
        return f"{'!' * negated}NULL_{_name(column)}"

    def inside(self, cut: Inside, negated: bool, guarded: bool) -> str:
        return self._guarded(_TopcatPolygon().write(cut), cut, negated, guarded)

    def expression(self, cut: Expression, negated: bool, guarded: bool) -> str:
        comparison, write = cut.comparison, _TopcatTerms().write
        test = f"{write(comparison.left)} {comparison.sign} {write(comparison.right)}"
        return self._guarded(test, cut, negated, guarded)

    def _guarded(self, test: str, cut: Cut, negated: bool, guarded: bool) -> str:
        nulls = [f"NULL_{_name(column)}" for column in sorted(cut.columns)]
        if negated:
            return f"({' || '.join(nulls)} || !({test}))"
        return f"({' && '.join(f'!{null}' for null in nulls)} && {test})" if guarded else test


def _written(number: str) -> str:
    return _number(int(number)) if re.fullmatch(r"-?\d+", number) else _number(float(number))


def _equality(name: str, value: Value) -> str:
    if isinstance(value, str):
        return f"equals({name}, {_text(value)})"
    if isinstance(value, bool):
        return f"{name} == {'true' if value else 'false'}"
    return f"{name} == {_number(value)}"


def _constant(passes: bool) -> str:
    return "true" if passes else "false"
