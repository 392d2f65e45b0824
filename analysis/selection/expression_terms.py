"""Arithmetic over columns: a frozen tree of numbers, columns, operations and functions, in doubles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.selection.table_columns import (
    BoolArray,
    Table,
    name_text,
    number_column,
    number_text,
    text_or_number_column,
)

FloatArray: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Function:
    """A function that an expression may call: how numpy computes it and how other languages spell it.

    In the templates {0} and {1} stand for the arguments.
    """

    arity: int
    compute: Callable[..., Any]
    python: str
    adql: str
    topcat: str


def _same(arity: int, compute: Callable[..., Any], python: str, adql: str, topcat: str) -> Function:
    arguments = ", ".join(f"{{{place}}}" for place in range(arity))
    return Function(arity, compute, f"np.{python}({arguments})", f"{adql}({arguments})", f"{topcat}({arguments})")


# Angles are in radians, as in numpy, ADQL and TOPCAT; log and ln are the natural logarithm.
FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "abs": _same(1, np.abs, "abs", "ABS", "abs"),
        "sqrt": _same(1, np.sqrt, "sqrt", "SQRT", "sqrt"),
        "exp": _same(1, np.exp, "exp", "EXP", "exp"),
        "log": _same(1, np.log, "log", "LOG", "ln"),
        "ln": _same(1, np.log, "log", "LOG", "ln"),
        "log10": _same(1, np.log10, "log10", "LOG10", "log10"),
        "hypot": Function(2, np.hypot, "np.hypot({0}, {1})", "SQRT(POWER({0}, 2) + POWER({1}, 2))", "hypot({0}, {1})"),
        "sin": _same(1, np.sin, "sin", "SIN", "sin"),
        "cos": _same(1, np.cos, "cos", "COS", "cos"),
        "tan": _same(1, np.tan, "tan", "TAN", "tan"),
        "asin": _same(1, np.arcsin, "arcsin", "ASIN", "asin"),
        "acos": _same(1, np.arccos, "arccos", "ACOS", "acos"),
        "atan": _same(1, np.arctan, "arctan", "ATAN", "atan"),
        "atan2": _same(2, np.arctan2, "arctan2", "ATAN2", "atan2"),
        "radians": _same(1, np.radians, "radians", "RADIANS", "degreesToRadians"),
        "degrees": _same(1, np.degrees, "degrees", "DEGREES", "radiansToDegrees"),
    }
)

_OPERATIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power}
)
_COMPARISONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal}
)
# How tightly a term holds together when it is printed.
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(1, 6)
_BINDING: Mapping[str, int] = MappingProxyType({"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER})


@dataclass(frozen=True)
class Number:
    """A number as it was written."""

    value: float | int


@dataclass(frozen=True)
class Column:
    """The values of a column."""

    name: str


@dataclass(frozen=True)
class Negative:
    """Minus a term."""

    term: Term


@dataclass(frozen=True)
class Operation:
    """Two terms joined by + - * / or **."""

    sign: str
    left: Term
    right: Term


@dataclass(frozen=True)
class Call:
    """A function of one or two terms."""

    function: str
    arguments: tuple[Term, ...]


Term: TypeAlias = Number | Column | Negative | Operation | Call


@dataclass(frozen=True)
class Comparison:
    """Two terms compared by < <= > >= or ==."""

    sign: str
    left: Term
    right: Term

    @property
    def columns(self) -> frozenset[str]:
        """Names of the columns on both sides."""
        return columns_of(self.left) | columns_of(self.right)

    @property
    def text(self) -> str:
        """The comparison as `parse` reads it."""
        # After == a word between double quotes is read as text; a column there goes between backticks.
        quote = "`" if self.sign == "==" and isinstance(self.right, Column) else '"'
        write = TermWriter().write
        right = name_text(self.right.name, quote) if isinstance(self.right, Column) else write(self.right)
        return f"{write(self.left)} {self.sign} {right}"

    def holds(self, table: Table) -> BoolArray:
        """True in the rows where the comparison holds; a missing value on either side makes it False."""
        if self.sign == "==" and isinstance(self.left, Column) and isinstance(self.right, Column):
            return _equal_columns(table, self.left.name, self.right.name)
        with np.errstate(all="ignore"):
            result = _COMPARISONS[self.sign](_side(self.left, table), _side(self.right, table))
        return np.asarray(result, dtype=np.bool_)


def columns_of(term: Term) -> frozenset[str]:
    """Names of the columns that the term reads."""
    if isinstance(term, Column):
        return frozenset({term.name})
    return frozenset().union(*(columns_of(part) for part in _parts(term)))


def evaluate(term: Term, table: Table) -> Any:
    """The term's value in doubles for each row; NaN where a value is missing or there is no result."""
    if isinstance(term, Number):
        return np.float64(term.value)
    if isinstance(term, Column):
        return number_column(table, term.name).astype(np.float64)
    parts = [evaluate(part, table) for part in _parts(term)]
    with np.errstate(all="ignore"):
        if isinstance(term, Negative):
            return -parts[0]
        if isinstance(term, Operation):
            return _OPERATIONS[term.sign](*parts)
        return FUNCTIONS[term.function].compute(*parts)


class TermWriter:
    """Writes terms with the fewest parentheses, as `parse` reads them; subclasses spell other languages."""

    def column(self, name: str) -> str:
        """A column's values."""
        return name_text(name)

    def number(self, value: float | int) -> str:
        """A number."""
        return number_text(value)

    def call(self, name: str, arguments: list[str]) -> str:
        """A function of its written arguments."""
        return f"{name}({', '.join(arguments)})"

    def power(self, base: Term, exponent: Term) -> tuple[str, int]:
        """One term to the power of another, and how tightly the text binds."""
        return f"{self._within(base, _ATOM)} ** {self._within(exponent, _SIGN)}", _POWER

    def function(self, text: str) -> tuple[str, int]:
        """Text that needs no parentheses wherever it stands."""
        return text, _ATOM

    def quotient(self, above: str, below: str) -> str:
        """One written term divided by another."""
        return f"{above} / {below}"

    def write(self, term: Term) -> str:
        """The whole term."""
        return self._text(term)[0]

    def _text(self, term: Term) -> tuple[str, int]:
        if isinstance(term, Number):
            return self.number(term.value), _SIGN if term.value < 0 else _ATOM
        if isinstance(term, Column):
            return self.column(term.name), _ATOM
        if isinstance(term, Call):
            return self.call(term.function, [self.write(part) for part in term.arguments]), _ATOM
        if isinstance(term, Negative):
            # Two signs in a row begin a comment in SQL and are a decrement in Java.
            return f"-{self._within(term.term, _POWER)}", _SIGN
        if term.sign == "**":
            return self.power(term.left, term.right)
        binding = _BINDING[term.sign]
        left, right = self._within(term.left, binding), self._within(term.right, binding + 1)
        if right.startswith("-"):
            right = f"({right})"
        return self.quotient(left, right) if term.sign == "/" else f"{left} {term.sign} {right}", binding

    def _within(self, term: Term, binding: int) -> str:
        text, own = self._text(term)
        return text if own >= binding else f"({text})"


def _parts(term: Term) -> tuple[Term, ...]:
    if isinstance(term, Negative):
        return (term.term,)
    if isinstance(term, Operation):
        return (term.left, term.right)
    return term.arguments if isinstance(term, Call) else ()


def _side(term: Term, table: Table) -> Any:
    return number_column(table, term.name) if isinstance(term, Column) else evaluate(term, table)


def _equal_columns(table: Table, left: str, right: str) -> BoolArray:
    one, other = text_or_number_column(table, left), text_or_number_column(table, right)
    if one.dtype.kind == "O" and other.dtype.kind == "O":
        present = np.array([isinstance(value, str) for value in one], dtype=np.bool_)
        return np.asarray((one == other) & present, dtype=np.bool_)
    return np.asarray(number_column(table, left) == number_column(table, right), dtype=np.bool_)
