"""Cuts from the plain values that a saved session, a link or an exported file holds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from analysis.selection.cuts import And, Cut, Missing, Not, OneOf, Or, Range
from analysis.selection.expression import Expression
from analysis.selection.polygons import Inside

_MAX_DEPTH = 100
_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "range": ("column",),
        "one_of": ("column", "values"),
        "missing": ("column",),
        "inside": ("x", "y", "vertices"),
        "expression": ("text",),
        "and": ("terms",),
        "or": ("terms",),
        "not": ("cut",),
    }
)


def cut_from_dict(saved: Mapping[str, Any]) -> Cut:
    """The cut that `cut.to_dict()` described, equal to it.

    Raises ValueError naming the kind or field at fault, also for values that no cut could hold.
    """
    return _read(saved, 0)


def _read(saved: Any, depth: int) -> Cut:
    if depth > _MAX_DEPTH:
        raise ValueError(f"the saved cut is nested more than {_MAX_DEPTH} deep")
    if not isinstance(saved, Mapping) or saved.get("kind") not in _FIELDS:
        kinds = ", ".join(_FIELDS)
        raise ValueError(f"a saved cut is a mapping whose 'kind' is one of {kinds}; this is {saved!r:.80}")
    kind = saved["kind"]
    for name in _FIELDS[kind]:
        if name not in saved:
            raise ValueError(f"the saved cut of kind {kind!r} lacks its field {name!r}")
    try:
        return _combined(kind, saved, depth) if kind in ("and", "or", "not") else _single(kind, saved)
    except TypeError as error:
        raise ValueError(f"the saved cut of kind {kind!r} cannot be read: {error}") from error


def _single(kind: str, saved: Mapping[str, Any]) -> Cut:
    if kind == "range":
        return Range(str(saved["column"]), saved.get("low"), saved.get("high"))
    if kind == "one_of":
        return OneOf(str(saved["column"]), tuple(saved["values"]))
    if kind == "missing":
        return Missing(str(saved["column"]))
    if kind == "expression":
        return Expression(str(saved["text"]))
    scales = {name: saved[name] for name in ("x_scale", "y_scale") if name in saved}
    return Inside(str(saved["x"]), str(saved["y"]), tuple(saved["vertices"]), **scales)


def _combined(kind: str, saved: Mapping[str, Any], depth: int) -> Cut:
    if kind == "not":
        return Not(_read(saved["cut"], depth + 1))
    terms = tuple(_read(term, depth + 1) for term in saved["terms"])
    return And(terms) if kind == "and" else Or(terms)
