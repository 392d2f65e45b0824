"""A selection as ADQL for the Gaia archive and other TAP services."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import ClassVar

from analysis.selection.cuts import Cut, OneOf, Range
from analysis.selection.equality import Value
from analysis.selection.expression import Expression
from analysis.selection.expression_terms import FUNCTIONS, Term, TermWriter
from analysis.selection.polygon_text import PolygonWriter
from analysis.selection.polygons import Inside
from analysis.selection.printing import Printer
from analysis.selection.table_columns import MissingColumnError, number_text, text_text

# The words of ADQL 2.0 that catalogues also use as column names; quoting any other name would do no harm.
_RESERVED_WORDS = """
absolute action all and any area as asc at avg between bit both by case cast char check class close column
commit connect constraint contains coord1 coord2 coordsys count create cross current cursor data date day
default degrees desc distance distinct domain double drop else end escape exists exp external extract false
first float for foreign found from full get global go group having hour identity in index inner insert int
intersects interval into is isolation join key last left level like local log match max min minute mod module
month name names national natural next no not null of on only open option or order outer output pad partial pi
point polygon position power precision primary prior privileges public radians rand read real region relative
right round rows schema scroll second section select session set sign size smallint some space sql sqrt square
sum table temporary then time timestamp to top translate true type union unique unknown update usage user
using value values varying view when where with work write year zone
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())


def as_adql(cut: Cut, table: str = "gaiadr3.gaia_source", columns: Collection[str] | None = None) -> str:
    """An ADQL query for the rows of the table which pass the cut.

    NULL takes the place of NaN: `~` lets rows with NULL through, as it does here. Polygons are written as
    plain arithmetic (CONTAINS would be spherical), exact up to the rounding of log10 on logarithmic axes.
    Arithmetic over single-precision columns is done in the archive's precision; a division by zero or the
    logarithm of a number at or below zero stops the archive's query, while here such a row has an infinity or
    no value.

    With `columns`, the names that the archive's table has, raises MissingColumnError for any other.
    """
    for column in sorted(cut.columns):
        if columns is not None and column not in columns:
            raise MissingColumnError(column, columns)
    return f"SELECT *\nFROM {table}\nWHERE " + "\n  AND ".join(_AdqlPrinter().terms(cut))


def _name(name: str) -> str:
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) and name.casefold() not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "'true'" if value else "'false'"
    return text_text(value) if isinstance(value, str) else _number(number_text(value))


def _number(text: str) -> str:
    """A number's text; as a double, by its exponent, where a decimal of that many digits may be rounded."""
    digits = len(re.sub(r"\D", "", text))
    return text if digits <= 15 or "e" in text or "." not in text else text + "E0"


def _double(value: float) -> str:
    text = repr(float(value))
    return text.replace("e", "E") if "e" in text else text + "E0"


class _AdqlTerms(TermWriter):
    def number(self, value: float | int) -> str:
        return _number(number_text(value))

    def column(self, name: str) -> str:
        return _name(name)

    def call(self, name: str, arguments: list[str]) -> str:
        return FUNCTIONS[name].adql.format(*arguments)

    def power(self, base: Term, exponent: Term) -> tuple[str, int]:
        return self.function(f"POWER({self.write(base)}, {self.write(exponent)})")

    def quotient(self, above: str, below: str) -> str:
        # The product is a double, so that integers are not divided as integers.
        return f"1.0E0 * {above} / {below}"


class _AdqlPolygon(PolygonWriter):
    conjunction: ClassVar[str] = " AND "
    disjunction: ClassVar[str] = " OR "
    never: ClassVar[str] = "1 = 0"

    def number(self, value: float) -> str:
        return _double(value)

    def axis(self, column: str, scale: str) -> str:
        # Adding 1e-300 changes no positive number and keeps LOG10 defined in the rows that > 0 refuses.
        return _name(column) if scale == "linear" else f"LOG10(ABS({_name(column)}) + 1E-300)"

    def positive(self, column: str) -> str:
        return f"{_name(column)} > 0"


class _AdqlPrinter(Printer):
    conjunction: ClassVar[str] = " AND "
    disjunction: ClassVar[str] = " OR "

    def range(self, cut: Range, negated: bool, guarded: bool) -> str:
        if cut.is_open:
            return _constant(not negated)
        name = _name(cut.column)
        low = cut.lower_end() if cut.low is not None else None
        high = cut.upper_end() if cut.high is not None else None
        if negated:
            parts = [f"{name} {_opposite(sign)} {_number(number)}" for sign, number in filter(None, (low, high))]
            return f"({' OR '.join([*parts, f'{name} IS NULL'])})"
        if low and high and low[0] == ">=" and high[0] == "<=":
            return f"{name} BETWEEN {_number(low[1])} AND {_number(high[1])}"
        both = " AND ".join(f"{name} {sign} {_number(number)}" for sign, number in filter(None, (low, high)))
        return f"({both})" if guarded and low and high else both

    def one_of(self, cut: OneOf, negated: bool, guarded: bool) -> str:
        name, values = _name(cut.column), [_value(value) for value in cut.values]
        if not values:
            return _constant(negated)
        sign = ("<>" if negated else "=") if len(values) == 1 else ("NOT IN" if negated else "IN")
        test = f"{name} {sign} {values[0] if len(values) == 1 else '(' + ', '.join(values) + ')'}"
        return f"({test} OR {name} IS NULL)" if negated else test

    def missing(self, column: str, negated: bool) -> str:
        return f"{_name(column)} IS {'NOT ' * negated}NULL"

    def inside(self, cut: Inside, negated: bool, guarded: bool) -> str:
        test = _AdqlPolygon().write(cut)
        return self._or_null(f"NOT {test}", cut) if negated else test

    def expression(self, cut: Expression, negated: bool, guarded: bool) -> str:
        comparison, write = cut.comparison, _AdqlTerms().write
        sign = "=" if comparison.sign == "==" else comparison.sign
        test = f"{write(comparison.left)} {sign} {write(comparison.right)}"
        return self._or_null(f"NOT ({test})", cut) if negated else test

    def _or_null(self, test: str, cut: Cut) -> str:
        return f"({' OR '.join([test, *(f'{_name(name)} IS NULL' for name in sorted(cut.columns))])})"


def _constant(passes: bool) -> str:
    return "1 = 1" if passes else "1 = 0"


def _opposite(sign: str) -> str:
    return {">": "<=", ">=": "<", "<": ">=", "<=": ">"}[sign]
