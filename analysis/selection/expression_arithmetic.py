"""Reading arithmetic over columns from text: sums, products, powers, functions and one comparison of two."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NoReturn

from analysis.selection.expression_terms import (
    FUNCTIONS,
    Call,
    Column,
    Comparison,
    Negative,
    Number,
    Operation,
    Term,
    columns_of,
    evaluate,
)
from analysis.selection.expression_tokens import SelectionTextError, Token, tokens
from analysis.selection.table_columns import near_names

_MAX_DEPTH = 50  # nested parentheses, signs and powers
_MAX_OPERATIONS = 200  # the tree is walked recursively


@dataclass(frozen=True)
class Literal:
    """Text or a truth value: what a column may equal, and no arithmetic takes."""

    value: str | bool


class ArithmeticParser:
    """Reads arithmetic; a subclass that knows conditions says what else a name and a parenthesis may hold."""

    def __init__(self, text: str, columns: Collection[str] | None) -> None:
        self._text = text
        self._columns = None if columns is None else [str(column) for column in columns]
        self._tokens = tokens(text)
        self._place = 0
        self._depth = 0
        self._operations = 0

    def whole_comparison(self) -> Comparison:
        """The one comparison that the whole text is; raises SelectionTextError where it is none."""
        left = self._term(self._sum())
        token = self._now
        if token.text not in ("<", "<=", ">", ">=", "==") or token.kind != "sign":
            self._fail("an Expression compares two sides by < <= > >= or ==; parse() reads the rest")
        self._place += 1
        right = self._term(self._sum())
        self._expect_end()
        comparison = Comparison(token.text, left, right)
        if not comparison.columns:
            self._fail("this comparison names no column", token)
        return comparison

    # The words

    @property
    def _now(self) -> Token:
        return self._tokens[self._place]

    def _take(self, *texts: str) -> Token | None:
        token = self._now
        if token.kind in ("sign", "word") and token.text in texts:
            self._place += 1
            return token
        return None

    def _expect(self, text: str, where: str) -> None:
        if self._take(text) is None:
            self._fail(f"expected {text!r} {where}")

    def _expect_end(self) -> None:
        if self._now.kind != "end":
            self._fail("expected 'and', 'or', a comparison or the end")

    def _fail(self, reason: str, token: Token | None = None) -> NoReturn:
        raise SelectionTextError(reason, self._text, (token or self._now).position)

    def _deeper(self, read: Callable[[], Any]) -> Any:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self._fail(f"this is nested more than {_MAX_DEPTH} deep")
        result = read()
        self._depth -= 1
        return result

    # Arithmetic

    def _sum(self) -> Any:
        left = self._product()
        while token := self._take("+", "-"):
            left = self._operation(token, left, self._product())
        return left

    def _product(self) -> Any:
        left = self._signed()
        while token := self._take("*", "/"):
            left = self._operation(token, left, self._signed())
        return left

    def _signed(self) -> Any:
        if self._take("+"):
            return self._term(self._deeper(self._signed))
        if self._take("-"):
            term = self._term(self._deeper(self._signed))
            return Number(-term.value) if isinstance(term, Number) else Negative(term)
        return self._power()

    def _power(self) -> Any:
        base = self._atom()
        token = self._take("**")
        return base if token is None else self._operation(token, base, self._deeper(self._signed))

    def _operation(self, token: Token, left: Any, right: Any) -> Term:
        self._operations += 1
        if self._operations > _MAX_OPERATIONS:
            self._fail(f"this text holds more than {_MAX_OPERATIONS} arithmetic operations", token)
        return self._folded(Operation(token.text, self._term(left), self._term(right)), token)

    def _atom(self) -> Any:
        token = self._now
        if self._take("("):
            inner = self._deeper(self._parenthesised)
            self._expect(")", "to close the parenthesis")
            return inner
        self._place += 1
        if token.kind == "number":
            return self._number(token)
        if token.kind == "text":
            return Literal(token.text)
        if token.kind == "word" and token.text in ("true", "false"):
            return Literal(token.text == "true")
        if token.kind == "name" and self._now.text == "(" and self._now.kind == "sign":
            return self._deeper(lambda: self._call(token))
        if token.kind in ("name", "double", "backtick"):
            return self._named(token)
        self._place -= 1
        reason = "use IS NULL or isnan(...)" if token.text == "null" else "expected a column, a number or a function"
        return self._fail(reason)

    def _call(self, token: Token) -> Any:
        name = token.text.casefold()
        if name not in FUNCTIONS:
            near = near_names(name, FUNCTIONS)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(FUNCTIONS)}"
            self._fail(f"there is no function {token.text!r}; {hint}", token)
        arguments = self._arguments(token, FUNCTIONS[name].arity)
        return self._folded(Call(name, tuple(self._term(argument) for argument in arguments)), token)

    def _arguments(self, token: Token, arity: int) -> list[Any]:
        self._expect("(", f"after {token.text}")
        arguments = [self._sum()]
        while self._take(","):
            arguments.append(self._sum())
        self._expect(")", f"after the arguments of {token.text}")
        if len(arguments) != arity:
            counted = f"{arity} argument{'s' * (arity > 1)}"
            self._fail(f"{token.text} takes {counted}, not {len(arguments)}", token)
        return arguments

    def _parenthesised(self) -> Any:
        return self._sum()

    def _named(self, token: Token) -> Any:
        return self._known(token, token.text)

    def _number(self, token: Token) -> Number:
        if token.text.isdigit():
            return Number(int(token.text)) if len(token.text) < 20 else Number(float(token.text))
        value = float(token.text)
        if not math.isfinite(value):
            self._fail("this number is too large", token)
        return Number(value)

    def _term(self, side: Any) -> Term:
        if isinstance(side, (Number, Column, Negative, Operation, Call)):
            return side
        return self._fail("arithmetic takes columns and numbers, not text, truth values or conditions")

    def _folded(self, term: Operation | Call, token: Token) -> Term:
        """The term, or the number that it is where it reads no column."""
        if columns_of(term):
            return term
        value = float(evaluate(term, {}))
        if not math.isfinite(value):
            self._fail("this arithmetic gives no finite number", token)
        return Number(value)

    def _known(self, token: Token, name: str) -> Column:
        if self._columns is None or name in self._columns:
            return Column(name)
        same = [column for column in self._columns if column.casefold() == name.casefold()]
        if len(same) == 1:
            return Column(same[0])
        near = near_names(name, self._columns)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        return self._fail(f"the table has no column {name!r}{hint}", token)
