"""Comparisons of arithmetic over columns, and the grammar that reads a selection's text into cuts."""

# ruff: noqa: D102 (Cut says once what every kind of cut offers)
from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from analysis.selection.cuts import Cut, Missing, OneOf, Range, all_of, any_of
from analysis.selection.expression_arithmetic import ArithmeticParser, Literal
from analysis.selection.expression_terms import Column, Comparison, Number
from analysis.selection.expression_tokens import Token
from analysis.selection.polygons import Inside
from analysis.selection.table_columns import BoolArray, Table

_FLIPPED = MappingProxyType({"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="})


@dataclass(frozen=True)
class Expression(Cut):
    """Rows where one comparison of arithmetic holds, such as "parallax / parallax_error > 5", in doubles.

    The text knows + - * / **, the functions of `FUNCTIONS` (angles in radians; log is the natural logarithm)
    and the comparisons < <= > >= ==. A missing value makes the comparison False, and so does arithmetic
    without a result (NaN); division by zero gives an infinity, as in numpy. `parse` gives a Range or OneOf
    where one column is compared with a number: the text of `Expression("ruwe > 2")` reads back as that Range.

    Raises SelectionTextError where the text is anything else.
    """

    source: str
    comparison: Comparison = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        comparison = ArithmeticParser(self.source, None).whole_comparison()
        object.__setattr__(self, "comparison", comparison)
        object.__setattr__(self, "source", comparison.text)

    @property
    def columns(self) -> frozenset[str]:
        return self.comparison.columns

    @property
    def text(self) -> str:
        return self.source

    def mask(self, table: Table) -> BoolArray:
        return self.comparison.holds(table)

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "expression", "text": self.source}


def parse(text: str, columns: Collection[str] | None = None) -> Cut:
    """The cut that the text describes, in the spellings of Python, SQL or TOPCAT, mixed as you like.

    ``0.2 < period < 1 and subclass in ('K7', 'M0')``, ``ruwe BETWEEN 1 AND 2 OR ruwe IS NULL``,
    ``ruwe > 1.25 && !NULL_parallax``, ``inside(bp_rp, absolute_g, [(0.7, 5), (1.4, 5), (5, 16.5)])``.

    ``& | ~`` bind as ``and or not`` do. A column compared with numbers becomes a Range, equality a OneOf, a
    column alone is true or not, arithmetic becomes an Expression. Columns with odd names go between double
    quotes or backticks; right of == and in a list double quotes hold text, as single quotes always do.

    With `columns`, the names a table has, unknown names are refused (letter case is forgiven). Raises
    SelectionTextError, a ValueError that knows the position.
    """
    return _ConditionParser(text, columns).whole_cut()


class _ConditionParser(ArithmeticParser):
    def whole_cut(self) -> Cut:
        if self._now.kind == "end":
            self._fail("the text is empty; write a condition such as ruwe > 1.25")
        cut = self._condition(self._or())
        self._expect_end()
        return cut

    def _or(self) -> Any:
        first = self._and()
        cuts = [first]
        while self._take("or"):
            cuts.append(self._condition(self._and()))
        return first if len(cuts) == 1 else any_of([self._condition(first), *cuts[1:]])

    def _and(self) -> Any:
        first = self._not()
        cuts = [first]
        while self._take("and"):
            cuts.append(self._condition(self._not()))
        return first if len(cuts) == 1 else all_of([self._condition(first), *cuts[1:]])

    def _not(self) -> Any:
        if self._take("not"):
            return ~self._condition(self._deeper(self._not))
        return self._comparison()

    def _comparison(self) -> Any:
        left = self._sum()
        pairs: list[Cut] = []
        while True:
            negated = self._tokens[self._place + 1].text if self._now.text == "not" else ""
            if self._now.kind == "word" and negated in ("in", "between"):
                self._place += 1
            if token := self._take("<", "<=", ">", ">=", "==", "!="):
                right = self._right_side(token)
                pairs.append(self._compare(left, token, right))
                left = right
                continue
            if pairs:
                return all_of(pairs)
            if self._take("in"):
                return self._negated(negated, self._membership(left))
            if token := self._take("between"):
                return self._negated(negated, self._between(left, token))
            return self._missing(left) if self._take("is") else left

    def _negated(self, negated: str, cut: Cut) -> Cut:
        return ~cut if negated else cut

    def _right_side(self, token: Token) -> Any:
        word, after = self._now, self._tokens[min(self._place + 1, len(self._tokens) - 1)]
        alone = after.kind != "sign" or after.text not in ("+", "-", "*", "/", "**")
        if token.text in ("==", "!=") and word.kind == "double" and alone:
            self._place += 1
            return Literal(word.text)
        return self._sum()

    def _between(self, left: Any, token: Token) -> Cut:
        low = self._term(self._sum())
        self._expect("and", "between the two limits of BETWEEN")
        high = self._term(self._sum())
        above = self._compare(left, Token("sign", ">=", token.position), low)
        return all_of((above, self._compare(left, Token("sign", "<=", token.position), high)))

    def _membership(self, left: Any) -> Cut:
        column = self._column(left, "in")
        closing = ")" if self._take("(") else "]" if self._take("[") else self._fail("expected '(' after IN")
        values: list[Any] = []
        while not self._take(closing):
            if values:
                self._expect(",", "between the values of the list")
            token = self._now
            if token.kind == "double":
                self._place += 1
                values.append(token.text)
                continue
            side = self._sum()
            if not isinstance(side, (Literal, Number)):
                self._fail("a list holds numbers, text and truth values", token)
            values.append(side.value)
        return OneOf(column.name, tuple(values))

    def _missing(self, left: Any) -> Cut:
        negated = self._take("not")
        self._expect("null", "after IS")
        cut = Missing(self._column(left, "is null").name)
        return ~cut if negated else cut

    def _column(self, side: Any, where: str) -> Column:
        if not isinstance(side, Column):
            self._fail(f"{where!r} takes the name of one column")
        return side

    def _condition(self, side: Any) -> Cut:
        if isinstance(side, Cut):
            return side
        if isinstance(side, Column):
            return OneOf(side.name, (True,))
        return self._fail("expected a comparison, such as ruwe > 1.25")

    def _compare(self, left: Any, token: Token, right: Any) -> Cut:
        sign = token.text
        if isinstance(left, Cut) or isinstance(right, Cut):
            self._fail("a condition cannot be compared; join conditions by 'and' and 'or'", token)
        if sign == "!=":
            return ~self._compare(left, Token("sign", "==", token.position), right)
        if isinstance(left, (Number, Literal)):
            left, right, sign = right, left, _FLIPPED[sign]
        if isinstance(left, (Number, Literal)):
            self._fail("this comparison names no column", token)
        if isinstance(right, Literal) and not (isinstance(left, Column) and sign == "=="):
            self._fail("text and truth values are compared with one column, by == or !=", token)
        if isinstance(left, Column) and isinstance(right, (Number, Literal)):
            cut = _plain_cut(left.name, sign, right.value)
            if cut is not None:
                return cut
        return Expression(Comparison(sign, left, right).text)

    def _parenthesised(self) -> Any:
        return self._or()

    def _named(self, token: Token) -> Any:
        name = token.text
        if token.kind == "name" and name.startswith("NULL_") and name not in (self._columns or ()):
            return Missing(self._known(token, name.removeprefix("NULL_")).name)
        return self._known(token, name)

    def _call(self, token: Token) -> Any:
        name = token.text.casefold()
        if name == "inside":
            return self._inside()
        if name not in ("any", "isnan", "isnull"):
            return super()._call(token)
        column = self._column(self._arguments(token, 1)[0], name).name
        return Range(column) if name == "any" else Missing(column)

    def _inside(self) -> Inside:
        start = self._now
        self._expect("(", "after inside")
        x, x_scale = self._axis()
        y, y_scale = self._axis()
        self._expect("[", "before the vertices")
        vertices: list[tuple[float, float]] = []
        while not self._take("]"):
            if vertices:
                self._expect(",", "between the vertices")
            self._expect("(", "before a vertex")
            across = self._coordinate()
            self._expect(",", "between the two numbers of a vertex")
            vertices.append((across, self._coordinate()))
            self._expect(")", "after a vertex")
        self._expect(")", "after the vertices")
        try:
            return Inside(x, y, tuple(vertices), x_scale, y_scale)
        except ValueError as error:
            self._fail(str(error), start)

    def _axis(self) -> tuple[str, str]:
        column = self._column(self._atom(), "inside").name
        scale = "linear"
        if self._now.kind == "name" and self._now.text == "on":
            scale = self._tokens[self._place + 1].text
            self._place += 2
        self._expect(",", "after an axis of inside(...)")
        return column, scale

    def _coordinate(self) -> float:
        token = self._now
        side = self._sum()
        if not isinstance(side, Number):
            self._fail("a vertex is two numbers", token)
        return float(side.value)


def _plain_cut(column: str, sign: str, value: float | int | str | bool) -> Cut | None:
    """The Range or OneOf of one column and one value; None where no double lies beyond the value."""
    if sign == "==":
        return OneOf(column, (value,))
    if isinstance(value, str):
        return None
    if sign in ("<=", ">="):
        return Range(column, value) if sign == ">=" else Range(column, None, value)
    if abs(value) >= sys.float_info.max:
        return None
    return Range.above(column, value) if sign == ">" else Range.below(column, value)
