# ruff: noqa: D102 (Cut says once what every kind of cut offers)
"""Cuts: frozen values that say what was asked of a table. The mask is derived from them, never kept.

A cut is hashable, prints as text that `parse` reads back, and combines with ``& | ~``. Three rules hold
everywhere:

* thresholds are compared exactly, as if every number were a double: a float32 value is never compared with a
  threshold rounded to float32. The Gaia archive and TOPCAT do the same;
* a missing value (NaN, or None in a text column) passes no cut that looks at it, except `Missing`;
* ``~cut`` passes exactly the rows that ``cut`` does not: a row with a missing value passes ``~Range(...)``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from analysis.selection.equality import Value, equals_a_number, plain_value, value_text
from analysis.selection.table_columns import (
    BoolArray,
    Table,
    name_text,
    number_column,
    read_column,
    text_or_number_column,
)
from analysis.selection.thresholds import as_bound, end_text, next_after, round_to


class Cut(ABC):
    """A condition on the rows of a table."""

    @property
    @abstractmethod
    def columns(self) -> frozenset[str]:
        """Names of the columns that the cut reads."""

    @property
    @abstractmethod
    def text(self) -> str:
        """The cut as one line of text which `parse` reads back to an equal cut."""

    @abstractmethod
    def mask(self, table: Table) -> BoolArray:
        """Boolean array, one value a row of the table (a DataFrame or a mapping of arrays): True passes.

        Raises MissingColumnError where the table lacks a column.
        """

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """The cut as plain lists, strings and numbers that JSON and TOML can hold; see `cut_from_dict`."""

    def __and__(self, other: Cut) -> Cut:
        """Rows that pass both."""
        return all_of((self, other))

    def __or__(self, other: Cut) -> Cut:
        """Rows that pass either."""
        return any_of((self, other))

    def __invert__(self) -> Cut:
        """Rows that do not pass, those with missing values included."""
        return Not(self)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Range(Cut):
    """Rows whose column lies between low and high, both ends included; None leaves an end open.

    With both ends open the cut is inactive and passes every row, missing values included. With low > high no
    row passes. A strict comparison is the same cut with the next double: `Range.above`, `Range.below`.
    """

    column: str
    low: float | int | None = None
    high: float | int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", as_bound(self.column, "low", self.low, -np.inf))
        object.__setattr__(self, "high", as_bound(self.column, "high", self.high, np.inf))

    @classmethod
    def above(cls, column: str, value: float | int) -> Range:
        """The range of all values greater than, and not equal to, the value."""
        return cls(column, low=next_after(value, 1))

    @classmethod
    def below(cls, column: str, value: float | int) -> Range:
        """The range of all values less than, and not equal to, the value."""
        return cls(column, high=next_after(value, -1))

    @property
    def is_open(self) -> bool:
        """True where both ends are open, so that the cut passes every row."""
        return self.low is None and self.high is None

    @property
    def columns(self) -> frozenset[str]:
        return frozenset({self.column})

    def bounds_for(self, dtype: np.dtype[Any]) -> tuple[Any, Any]:
        """(low, high) as values of a float or integer dtype that pick just these rows; None is open.

        Comparing a float32 column with 0.1 rounded to float32 would pick other rows at the edge; the values
        returned here are rounded inwards. A range that no value of the dtype meets comes back as low > high.
        """
        low = None if self.low is None else round_to(dtype, self.low, 1)
        high = None if self.high is None else round_to(dtype, self.high, -1)
        if (low is None and self.low is not None) or (high is None and self.high is not None):
            return np.array(1, dtype)[()], np.array(0, dtype)[()]
        return low, high

    def mask(self, table: Table) -> BoolArray:
        values = number_column(table, self.column)
        if self.is_open:
            return np.ones(len(values), dtype=np.bool_)
        low, high = self.bounds_for(values.dtype)
        if low is None:
            return np.asarray(values <= high, dtype=np.bool_)
        passes = np.asarray(values >= low, dtype=np.bool_)
        if high is not None:
            passes &= values <= high
        return passes

    @property
    def text(self) -> str:
        name = name_text(self.column)
        if self.is_open:
            return f"any({name})"
        if self.low is None:
            return f"{name} {' '.join(self.upper_end())}"
        if self.high is None:
            return f"{name} {' '.join(self.lower_end())}"
        sign, value = self.lower_end()
        return f"{value} {sign.replace('>', '<')} {name} {' '.join(self.upper_end())}"

    def lower_end(self) -> tuple[str, str]:
        """The low end as (">=", "10"), or (">", "10") where that is shorter and the same rows."""
        assert self.low is not None
        return end_text(">", self.low, -1)

    def upper_end(self) -> tuple[str, str]:
        """The high end as ("<=", "10"), or ("<", "10") where that is shorter and the same rows."""
        assert self.high is not None
        return end_text("<", self.high, 1)

    def to_dict(self) -> dict[str, Any]:
        ends = {"low": self.low, "high": self.high}
        return {"kind": "range", "column": self.column} | {k: v for k, v in ends.items() if v is not None}


@dataclass(frozen=True)
class OneOf(Cut):
    """Rows whose column equals one of the values (numbers, text, truth values); NaN equals nothing."""

    column: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        given = (self.values,) if isinstance(self.values, str) else tuple(self.values)
        values = tuple(dict.fromkeys(plain_value(self.column, value) for value in given))
        object.__setattr__(self, "values", values)

    @property
    def columns(self) -> frozenset[str]:
        return frozenset({self.column})

    def mask(self, table: Table) -> BoolArray:
        column = text_or_number_column(table, self.column)
        texts = [value for value in self.values if isinstance(value, str)]
        numbers = [value for value in self.values if not isinstance(value, str)]
        if column.dtype.kind == "O":
            if numbers:
                raise ValueError(f"column {self.column!r} holds text; put quotes around {numbers[0]!r} to compare them")
            return np.asarray(pd.Series(column).isin(texts), dtype=np.bool_)
        if texts and not (column.dtype.kind == "f" and np.isnan(column).all()):
            raise ValueError(f"column {self.column!r} holds numbers; {texts[0]!r} is text and equals none of them")
        return equals_a_number(column, numbers)

    @property
    def text(self) -> str:
        return self.spelled("==", "in")

    def spelled(self, equal: str, member: str) -> str:
        """The text with the given signs for one value and for a list of values."""
        name, values = name_text(self.column), [value_text(value) for value in self.values]
        return f"{name} {equal} {values[0]}" if len(values) == 1 else f"{name} {member} ({', '.join(values)})"

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "one_of", "column": self.column, "values": list(self.values)}


@dataclass(frozen=True)
class Missing(Cut):
    """Rows where the column has no value (NaN, or None in a text column)."""

    column: str

    @property
    def columns(self) -> frozenset[str]:
        return frozenset({self.column})

    def mask(self, table: Table) -> BoolArray:
        return np.asarray(pd.isna(read_column(table, self.column)), dtype=np.bool_)

    @property
    def text(self) -> str:
        return f"isnan({name_text(self.column)})"

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "missing", "column": self.column}


@dataclass(frozen=True)
class And(Cut):
    """Rows that pass every one of the terms; `a & b` and `all_of` make a simplified one."""

    terms: tuple[Cut, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", _terms("And", self.terms))

    @property
    def columns(self) -> frozenset[str]:
        return frozenset().union(*(term.columns for term in self.terms))

    def mask(self, table: Table) -> BoolArray:
        return reduce(np.logical_and, (term.mask(table) for term in self.terms))

    @property
    def text(self) -> str:
        return " and ".join(f"({term.text})" if isinstance(term, Or) else term.text for term in self.terms)

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "and", "terms": [term.to_dict() for term in self.terms]}


@dataclass(frozen=True)
class Or(Cut):
    """Rows that pass at least one of the terms; `a | b` and `any_of` make a simplified one."""

    terms: tuple[Cut, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", _terms("Or", self.terms))

    @property
    def columns(self) -> frozenset[str]:
        return frozenset().union(*(term.columns for term in self.terms))

    def mask(self, table: Table) -> BoolArray:
        return reduce(np.logical_or, (term.mask(table) for term in self.terms))

    @property
    def text(self) -> str:
        return " or ".join(term.text for term in self.terms)

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "or", "terms": [term.to_dict() for term in self.terms]}


@dataclass(frozen=True)
class Not(Cut):
    """Rows that do not pass the cut: the plain complement, so rows with missing values are among them."""

    cut: Cut

    @property
    def columns(self) -> frozenset[str]:
        return self.cut.columns

    def mask(self, table: Table) -> BoolArray:
        return ~self.cut.mask(table)

    @property
    def text(self) -> str:
        if isinstance(self.cut, OneOf):
            return self.cut.spelled("!=", "not in")
        return f"not {self.cut.text}" if isinstance(self.cut, Missing) else f"not ({self.cut.text})"

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "not", "cut": self.cut.to_dict()}

    def __invert__(self) -> Cut:
        return self.cut


def all_of(cuts: Iterable[Cut]) -> Cut:
    """The cut that passes rows which pass every cut: nested Ands flattened, repeats dropped.

    A lower and an upper limit on the same column become one Range, so that one slider can own it.
    """
    terms: dict[Cut, None] = {}
    one_sided: dict[tuple[str, bool], Range] = {}
    for cut in cuts:
        for term in cut.terms if isinstance(cut, And) else (cut,):
            if term in terms:
                continue
            if isinstance(term, Range) and (term.low is None) != (term.high is None):
                other = one_sided.pop((term.column, term.low is not None), None)
                if other is not None:
                    lower, upper = (other, term) if term.low is None else (term, other)
                    whole = Range(term.column, lower.low, upper.high)
                    terms = dict.fromkeys(whole if known == other else known for known in terms)
                    continue
                one_sided[term.column, term.low is None] = term
            terms[term] = None
    return next(iter(terms)) if len(terms) == 1 else And(tuple(terms))


def any_of(cuts: Iterable[Cut]) -> Cut:
    """The cut that passes rows which pass at least one cut: nested Ors flattened, repeats dropped."""
    terms: dict[Cut, None] = {}
    for cut in cuts:
        terms |= dict.fromkeys(cut.terms if isinstance(cut, Or) else (cut,))
    return next(iter(terms)) if len(terms) == 1 else Or(tuple(terms))


def _terms(kind: str, terms: Iterable[Cut]) -> tuple[Cut, ...]:
    cuts = tuple(terms)
    if not cuts:
        raise ValueError(f"{kind} needs at least one cut")
    for cut in cuts:
        if not isinstance(cut, Cut):
            raise TypeError(f"{kind} combines cuts; {cut!r} is a {type(cut).__name__}")
    return cuts
