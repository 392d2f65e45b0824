"""A selection as Python that runs on a DataFrame."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from analysis.selection.cuts import Cut, OneOf, Range
from analysis.selection.expression import Expression
from analysis.selection.expression_terms import FUNCTIONS, Column, TermWriter
from analysis.selection.polygons import Inside
from analysis.selection.printing import Printer
from analysis.selection.table_columns import number_text


def as_python(cut: Cut, table: str = "table") -> str:
    """Python lines, imports included, that set `selected` to the rows of a DataFrame which pass the cut.

    They pick the same rows as `cut.mask`, also in float32 columns: a threshold that float32 cannot hold is
    written as a numpy double, so that pandas compares in doubles.
    """
    printer = _PythonPrinter(table)
    body = "\n    & ".join(printer.terms(cut))
    imports = ["import numpy as np"] if "np." in body else []
    if "Inside(" in body:
        imports.append("from analysis.selection import Inside")
    header = "\n".join(imports) + "\n\n" if imports else ""
    return f"{header}selected = {table}[\n    {body}\n]\n"


class _PythonTerms(TermWriter):
    def __init__(self, table: str) -> None:
        self._table = table

    def column(self, name: str) -> str:
        return f"{self._table}[{name!r}].astype(float)"

    def call(self, name: str, arguments: list[str]) -> str:
        return FUNCTIONS[name].python.format(*arguments)


class _PythonPrinter(Printer):
    conjunction: ClassVar[str] = " & "
    disjunction: ClassVar[str] = " | "

    def __init__(self, table: str) -> None:
        self._table = table

    def range(self, cut: Range, negated: bool, guarded: bool) -> str:
        column = self._column(cut.column)
        if cut.is_open:
            return f"np.full(len({self._table}), {not negated})"
        parts = []
        if cut.low is not None:
            sign, number = cut.lower_end()
            parts.append(f"({column} {sign} {_exact(number)})")
        if cut.high is not None:
            sign, number = cut.upper_end()
            parts.append(f"({column} {sign} {_exact(number)})")
        both = " & ".join(parts)
        if negated:
            return f"~({both})" if len(parts) > 1 else f"~{both}"
        return f"({both})" if guarded and len(parts) > 1 else both

    def one_of(self, cut: OneOf, negated: bool, guarded: bool) -> str:
        return f"{'~' * negated}{self._column(cut.column)}.isin({list(cut.values)!r})"

    def missing(self, column: str, negated: bool) -> str:
        return f"{self._column(column)}.{'notna' if negated else 'isna'}()"

    def inside(self, cut: Inside, negated: bool, guarded: bool) -> str:
        scales = f", {cut.x_scale!r}, {cut.y_scale!r}" if {cut.x_scale, cut.y_scale} != {"linear"} else ""
        return f"{'~' * negated}Inside({cut.x!r}, {cut.y!r}, {cut.vertices!r}{scales}).mask({self._table})"

    def expression(self, cut: Expression, negated: bool, guarded: bool) -> str:
        comparison, write = cut.comparison, _PythonTerms(self._table).write
        if isinstance(comparison.left, Column) and isinstance(comparison.right, Column):
            left, right = self._column(comparison.left.name), self._column(comparison.right.name)
        else:
            left, right = write(comparison.left), write(comparison.right)
        return f"{'~' * negated}({left} {comparison.sign} {right})"

    def _column(self, name: str) -> str:
        return f"{self._table}[{name!r}]"


def _exact(number: str) -> str:
    value = float(number)
    with np.errstate(over="ignore"):
        return number if float(np.float32(value)) == value else f"np.float64({number_text(value)})"
