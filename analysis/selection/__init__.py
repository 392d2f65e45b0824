"""Cuts as values, published presets, and the engine that answers them."""

from analysis.selection.cuts import And, Cut, Missing, Not, OneOf, Or, Range, all_of, any_of
from analysis.selection.polygons import Inside
from analysis.selection.table_columns import MissingColumnError

__all__ = [
    "And",
    "Cut",
    "Inside",
    "Missing",
    "MissingColumnError",
    "Not",
    "OneOf",
    "Or",
    "Range",
    "all_of",
    "any_of",
]
