"""Why a star is in a selection or out of it: every clause with the star's value and its margin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import hypot, inf, isnan, nan
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from analysis.catalogue.columns import COLUMNS
from analysis.selection import And, Cut, Expression, Inside, Missing, MissingColumnError, Not, OneOf, Or, Range
from analysis.selection.expression_terms import evaluate
from analysis.selection.polygons import to_scale

POLYGON_UNIT = "of the polygon's size"


@dataclass(frozen=True)
class Reason:
    """One clause for one star.

    `values` are the star's values in the clause's columns (None where missing). `margin` is how far the deciding
    value lies from the nearest threshold, in `unit`, positive where the clause passes; NaN where a value is missing
    or the clause has no distance (lists, combinations). `margin_of` is the column it belongs to. `problem` says why a
    clause cannot be judged; it then does not pass. `parts` explain a combined clause.
    """

    text: str
    kind: str
    passes: bool
    values: Mapping[str, Any]
    margin: float = nan
    margin_of: str = ""
    unit: str = ""
    problem: str = ""
    parts: tuple[Reason, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns in which the star has no value."""
        return tuple(name for name, value in self.values.items() if value is None)


def explain(cut: Cut, table: pd.DataFrame, row: int) -> Reason:
    """The reason for the star in row number `row` of the table, with a part for each term of And, Or and Not.

    `passes` is what `cut.mask(table)[row]` says. A column that the table lacks is a `problem` of its clause.
    Raises IndexError for a row that the table does not have.
    """
    if not -len(table) <= row < len(table):
        raise IndexError(f"row {row} of a table of {len(table)} rows")
    return _explain(cut, table.iloc[[row]])


def explain_all(clauses: Mapping[str, Cut], table: pd.DataFrame, row: int) -> dict[str, Reason]:
    """The reason of each clause by its name; the star is in where all of them pass."""
    return {name: explain(cut, table, row) for name, cut in clauses.items()}


def decisive(reason: Reason) -> tuple[Reason, ...]:
    """The clauses that keep the star out: the failing terms of an And, each taken apart in turn; empty if it is in."""
    if reason.passes:
        return ()
    if reason.kind == "and":
        return tuple(found for part in reason.parts for found in decisive(part))
    return (reason,)


def _explain(cut: Cut, star: pd.DataFrame) -> Reason:
    values = {name: _plain(star[name].iloc[0]) for name in sorted(cut.columns) if name in star}
    try:
        reason = Reason(cut.text, str(cut.to_dict()["kind"]), bool(cut.mask(star)[0]), MappingProxyType(values))
    except (MissingColumnError, ValueError) as error:
        kind = str(cut.to_dict()["kind"])
        return Reason(cut.text, kind, False, MappingProxyType(values), problem=str(error), parts=_parts(cut, star))
    if isinstance(cut, And | Or | Not):
        return _combined(cut, replace(reason, parts=_parts(cut, star)))
    if isinstance(cut, Range):
        unit = COLUMNS[cut.column].unit if cut.column in COLUMNS else ""
        return replace(reason, margin=_range_margin(cut, values[cut.column]), margin_of=cut.column, unit=unit)
    if isinstance(cut, Inside):
        return replace(reason, margin=_polygon_margin(cut, star, reason.passes), unit=POLYGON_UNIT)
    if isinstance(cut, Expression):
        return replace(reason, margin=_expression_margin(cut, star))
    assert isinstance(cut, OneOf | Missing)
    return reason


def _parts(cut: Cut, star: pd.DataFrame) -> tuple[Reason, ...]:
    terms = cut.terms if isinstance(cut, And | Or) else (cut.cut,) if isinstance(cut, Not) else ()
    return tuple(_explain(term, star) for term in terms)


def _combined(cut: Cut, reason: Reason) -> Reason:
    """A negated clause has its part's margin with the other sign; of several terms none has a common unit."""
    if not isinstance(cut, Not):
        return reason
    part = reason.parts[0]
    return replace(reason, margin=-part.margin, margin_of=part.margin_of, unit=part.unit)


def _range_margin(cut: Range, value: Any) -> float:
    if value is None or cut.is_open:
        return nan
    low = inf if cut.low is None else value - cut.low
    high = inf if cut.high is None else cut.high - value
    return float(min(low, high))


def _expression_margin(cut: Expression, star: pd.DataFrame) -> float:
    comparison = cut.comparison
    if comparison.sign == "==":
        return nan
    with np.errstate(invalid="ignore"):
        difference = float(np.ravel(evaluate(comparison.left, star) - evaluate(comparison.right, star))[0])
    return difference if comparison.sign.startswith(">") else -difference


def _polygon_margin(cut: Inside, star: pd.DataFrame, passes: bool) -> float:
    """Distance to the nearest edge, with the polygon's width and height as the units of its axes' scales."""
    corners = np.array(cut.vertices, dtype=float)
    place = np.array([[star[cut.x].iloc[0], star[cut.y].iloc[0]]], dtype=float)
    for axis, scale in enumerate((cut.x_scale, cut.y_scale)):
        corners[:, axis] = to_scale(corners[:, axis], scale)
        place[:, axis] = to_scale(place[:, axis], scale)
    size = np.ptp(corners, axis=0)
    size[size == 0] = 1.0
    corners, (x, y) = corners / size, (place / size)[0]
    if isnan(x) or isnan(y):
        return nan
    ends = np.roll(corners, -1, axis=0)
    nearest = min(_to_segment((x, y), start, end) for start, end in zip(corners, ends, strict=True))
    return nearest if passes else -nearest


def _to_segment(point: tuple[float, float], start: Any, end: Any) -> float:
    run, rise = end[0] - start[0], end[1] - start[1]
    length = run * run + rise * rise
    along = 0.0 if length == 0 else ((point[0] - start[0]) * run + (point[1] - start[1]) * rise) / length
    along = min(1.0, max(0.0, along))
    return hypot(point[0] - start[0] - along * run, point[1] - start[1] - along * rise)


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
