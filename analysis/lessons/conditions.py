"""When a step of a lesson is done: a small vocabulary, checked against a snapshot of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from analysis.lessons.errors import LessonError, as_number, as_text, near_hint, refuse_unknown
from analysis.lessons.snapshot import Snapshot
from analysis.selection import PRESETS, parse
from analysis.vetting.verdict import identifier_text

Check = Callable[[Snapshot], bool]
ANY = "any"


@dataclass(frozen=True)
class Condition:
    """One line of `done_when`: whether a snapshot meets it, and a sentence that says what it waits for.

    `needs_truth` tells that completeness or purity must be counted for it; `asks` that it is an answer to a question.
    """

    wants: str
    check: Check
    needs_truth: bool = False
    asks: bool = False
    columns: frozenset[str] = frozenset()

    def met(self, snapshot: Snapshot) -> bool:
        """Whether the page is so now."""
        return self.check(snapshot)


def read_condition(given: object) -> Condition:
    """The condition of a table such as ``{ column = "ruwe", low_at_least = 1.4 }``; raises LessonError."""
    if not isinstance(given, Mapping):
        raise LessonError(f"done_when must be a table, not {given!r:.60}", 'Write { star = "any" }, for example')
    word = next((name for name in _WORDS if name in given), None)
    if word is None:
        first = next(iter(given), "")
        raise LessonError(f"done_when has no {first!r}", near_hint(first, _WORDS))
    others, make = _WORDS[word]
    refuse_unknown(given, (word, *others), f"done_when with {word}")
    return make(given)


_LIMITS: Mapping[str, tuple[str, int, Callable[[float, float], bool]]] = MappingProxyType(
    {
        "low_at_least": ("a lower limit of at least", 0, lambda limit, value: limit >= value),
        "low_at_most": ("a lower limit of at most", 0, lambda limit, value: limit <= value),
        "high_at_least": ("an upper limit of at least", 1, lambda limit, value: limit >= value),
        "high_at_most": ("an upper limit of at most", 1, lambda limit, value: limit <= value),
    }
)


def _column(given: Mapping[str, Any]) -> Condition:
    column = as_text(given["column"], "column")
    if given.get("open") is True:
        return Condition(
            f"the cut on {column} is open", lambda now: now.limits(column) == (None, None), columns=frozenset({column})
        )
    asked = {name: as_number(value, name) for name, value in given.items() if name in _LIMITS}
    if not asked:
        raise LessonError(f"done_when on {column} says no limit", f"Add one of {', '.join(_LIMITS)}, or open = true")

    def check(now: Snapshot) -> bool:
        limits = now.limits(column)
        for name, value in asked.items():
            _, end, holds = _LIMITS[name]
            limit = limits[end]
            if limit is None or not holds(limit, value):
                return False
        return True

    wants = " and ".join(f"{_LIMITS[name][0]} {value:g}" for name, value in asked.items())
    return Condition(f"{column} has {wants}", check, columns=frozenset({column}))


def _slider(given: Mapping[str, Any]) -> Condition:
    column = as_text(given["slider"], "slider")
    return Condition(f"there is a slider of {column}", lambda now: column in now.sliders, columns=frozenset({column}))


def _passing(given: Mapping[str, Any]) -> Condition:
    most = as_number(given["passing_at_most"], "passing_at_most") if "passing_at_most" in given else np.inf
    least = as_number(given["passing_at_least"], "passing_at_least") if "passing_at_least" in given else 0
    wants = " and ".join(
        [f"at least {least:g}"] * ("passing_at_least" in given) + [f"at most {most:g}"] * ("passing_at_most" in given)
    )
    return Condition(f"{wants} stars pass", lambda now: now.passing is not None and least <= now.passing <= most)


def _star(given: Mapping[str, Any]) -> Condition:
    value = given["star"]
    star = identifier_text(value) if isinstance(value, int) else as_text(value, "star")
    if star == ANY:
        return Condition("a star is picked", lambda now: bool(now.star))
    return Condition(f"star {star} is picked", lambda now: now.star == star)


def _star_where(given: Mapping[str, Any]) -> Condition:
    text = as_text(given["star_where"], "star_where")
    try:
        cut = parse(text)
    except ValueError as error:
        raise LessonError(
            f"star_where = {text!r} is no cut: {error}", "Write it as in the field of typed cuts"
        ) from None

    def check(now: Snapshot) -> bool:
        values = {name: now.star_values.get(name) for name in cut.columns}
        if not now.star or any(value is None for value in values.values()):
            return False
        return bool(cut.mask({name: np.array([value]) for name, value in values.items()})[0])

    return Condition(f"the picked star has {text}", check, columns=frozenset(cut.columns))


def _figure(given: Mapping[str, Any]) -> Condition:
    figure, slot = as_text(given["figure"], "figure"), given.get("slot")
    if slot is None:
        return Condition(f"a plane shows {figure}", lambda now: figure in now.figures.values())
    place = as_text(slot, "slot")
    return Condition(f"the {place} plane shows {figure}", lambda now: now.figures.get(place) == figure)


def _fold(given: Mapping[str, Any]) -> Condition:
    period, tolerance = as_number(given["fold"], "fold"), _tolerance(given, 0.01)
    return Condition(
        f"the star is folded at {period:g} d", lambda now: now.fold is not None and abs(now.fold - period) <= tolerance
    )


def _page(given: Mapping[str, Any]) -> Condition:
    page = as_text(given["page"], "page")
    return Condition(f"the page {page} is shown", lambda now: page in now.pages)


def _layout(given: Mapping[str, Any]) -> Condition:
    layout = as_text(given["layout"], "layout")
    return Condition(f"the {layout} layout is shown", lambda now: now.layout == layout)


def _preset(given: Mapping[str, Any]) -> Condition:
    preset = as_text(given["preset"], "preset")
    if preset not in PRESETS:
        raise LessonError(f"there is no preset {preset!r}", near_hint(preset, PRESETS))
    return Condition(f"the cuts of {preset} are applied", lambda now: preset in now.presets)


def _shape(given: Mapping[str, Any]) -> Condition:
    axes = given["shape_on"]
    if not isinstance(axes, list) or len(axes) != 2:
        raise LessonError(f"shape_on must be two columns, not {axes!r:.60}", 'Write ["bp_rp", "absolute_g"]')
    x, y = (as_text(name, "shape_on") for name in axes)
    return Condition(
        f"a box or lasso is drawn on {y} against {x}", lambda now: (x, y) in now.shapes, columns=frozenset({x, y})
    )


def _answer(given: Mapping[str, Any]) -> Condition:
    wanted, tolerance = as_number(given["answer"], "answer"), _tolerance(given, 0.0)

    def check(now: Snapshot) -> bool:
        try:
            value = float(now.answer.replace("−", "-").replace(",", ".").strip())
        except ValueError:
            return False
        return abs(value - wanted) <= tolerance * (1 + 1e-9)

    return Condition("the question is answered", check, asks=True)


def _choice(given: Mapping[str, Any]) -> Condition:
    choice = as_text(given["choice"], "choice")
    return Condition("the question is answered", lambda now: now.choice == choice, asks=True)


def _verdict(given: Mapping[str, Any]) -> Condition:
    word, star = as_text(given["verdict"], "verdict"), given.get("star")

    def check(now: Snapshot) -> bool:
        found = now.verdicts.get(str(star)) if star is not None else now.verdicts.get(now.star)
        return found is not None and word in (ANY, found)

    said = "a verdict" if word == ANY else f"the verdict {word}"
    return Condition(f"{said} is given to {star or 'the picked star'}", check)


def _verdicts(given: Mapping[str, Any]) -> Condition:
    least = as_number(given["verdicts_at_least"], "verdicts_at_least")
    return Condition(f"{least:g} stars have your verdict", lambda now: len(now.verdicts) >= least)


def _truth(given: Mapping[str, Any]) -> Condition:
    complete = as_number(given.get("completeness_at_least", 0), "completeness_at_least")
    pure = as_number(given.get("purity_at_least", 0), "purity_at_least")
    if not 0 <= complete <= 1 or not 0 <= pure <= 1:
        raise LessonError("completeness and purity lie between 0 and 1", "Write 0.5 for 50 %")

    def check(now: Snapshot) -> bool:
        return (now.completeness or 0) >= complete and (now.purity or 0) >= pure

    return Condition(f"completeness ≥ {complete:g} and purity ≥ {pure:g}", check, needs_truth=True)


def _any_of(given: Mapping[str, Any]) -> Condition:
    listed = given["any_of"]
    if not isinstance(listed, list) or not listed:
        raise LessonError("any_of must be a list of conditions", 'Write any_of = [{ star = "any" }, …]')
    parts = [read_condition(item) for item in listed]
    return Condition(
        ", or ".join(part.wants for part in parts),
        lambda now: any(part.met(now) for part in parts),
        needs_truth=any(part.needs_truth for part in parts),
        asks=any(part.asks for part in parts),
        columns=frozenset().union(*(part.columns for part in parts)),
    )


def _tolerance(given: Mapping[str, Any], usual: float) -> float:
    tolerance = as_number(given.get("tolerance", usual), "tolerance")
    if tolerance < 0:
        raise LessonError(f"a tolerance of {tolerance:g} is negative", "Give 0 or more")
    return tolerance


Make = Callable[[Mapping[str, Any]], Condition]
_WORDS: Mapping[str, tuple[tuple[str, ...], Make]] = MappingProxyType(
    {
        "any_of": ((), _any_of),
        "column": ((*_LIMITS, "open"), _column),
        "slider": ((), _slider),
        "passing_at_most": (("passing_at_least",), _passing),
        "passing_at_least": ((), _passing),
        "verdict": (("star",), _verdict),
        "verdicts_at_least": ((), _verdicts),
        "star": ((), _star),
        "star_where": ((), _star_where),
        "figure": (("slot",), _figure),
        "fold": (("tolerance",), _fold),
        "page": ((), _page),
        "layout": ((), _layout),
        "preset": ((), _preset),
        "shape_on": ((), _shape),
        "answer": (("tolerance",), _answer),
        "choice": ((), _choice),
        "completeness_at_least": (("purity_at_least",), _truth),
        "purity_at_least": ((), _truth),
    }
)
WORDS = tuple(_WORDS)
