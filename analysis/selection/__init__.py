"""Cuts as values, published presets, and the engine that answers them."""

from analysis.selection.adql import as_adql
from analysis.selection.cuts import And, Cut, Missing, Not, OneOf, Or, Range, all_of, any_of
from analysis.selection.expression import Expression, parse
from analysis.selection.expression_tokens import SelectionTextError
from analysis.selection.polygons import Inside
from analysis.selection.python_code import as_python
from analysis.selection.saved import cut_from_dict
from analysis.selection.table_columns import MissingColumnError
from analysis.selection.topcat import as_topcat

__all__ = [
    "And",
    "Cut",
    "Expression",
    "Inside",
    "Missing",
    "MissingColumnError",
    "Not",
    "OneOf",
    "Or",
    "Range",
    "SelectionTextError",
    "all_of",
    "any_of",
    "as_adql",
    "as_python",
    "as_topcat",
    "cut_from_dict",
    "parse",
]
