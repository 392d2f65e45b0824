"""What each cut costs and removes where the truth is known, as the cards of the cuts show it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from components.state.slider_curves import SliderCurve
from components.state.truth import CLASS_TITLES, CutCost, Tally
from components.state.tuning import Tuned
from components.theme import format_value

MOST_NAMED = 2


def percent(share: float) -> str:
    """Return a share in per cent with three figures, an en dash where it is not defined."""
    if math.isnan(share):
        return "–"
    return f"{format_value(100 * share, 3)} %"


def cut_truths(answer: Tuned | None) -> dict[str, Any]:
    """Return the line above the cuts, and for each cut its line, its classes and its curve; empty without an answer."""
    if answer is None or not answer.wanted:
        return {}
    score, tally = answer.score, answer.tally
    name = wanted_title(answer.wanted)
    costs = {cost.name: cost for cost in tally.costs}
    return {
        "head": {"name": name, "completeness": percent(score.completeness), "purity": percent(score.purity)},
        "cuts": {
            cut: {
                "line": cost_line(tally, costs[cut], answer.wanted) if cut in costs else "",
                "classes": class_rows(tally, costs[cut], answer.wanted) if cut in costs else [],
                "curve": _curve(answer.every[cut]) if cut in answer.every else None,
            }
            for cut in {**dict.fromkeys(answer.every), **costs}
        },
    }


def wanted_title(wanted: tuple[str, ...]) -> str:
    """Return what is looked for in a few words."""
    titles = [CLASS_TITLES.get(name, name).removeprefix("MS + ") for name in wanted]
    return ", ".join(titles) if len(titles) <= MOST_NAMED else "What you look for"


def cost_line(tally: Tally, cost: CutCost, wanted: tuple[str, ...]) -> str:
    """Return what a cut takes from what the other cuts leave: of the wanted stars, and of all others."""
    chosen = np.array([name in wanted for name in tally.classes])
    lost, cleared = (_share(tally, cost, which) for which in (chosen, ~chosen))
    return f"wanted {_less(lost)}, others {_less(cleared)}"


def class_rows(tally: Tally, cost: CutCost, wanted: tuple[str, ...]) -> list[list[Any]]:
    """Return title, number that the other cuts leave, number that this one removes of them, and whether it is wanted.

    Classes of which the other cuts leave nothing are not among the rows.
    """
    left = tally.passing + cost.removed_only
    return [
        [CLASS_TITLES.get(name, name), int(total), int(only), name in wanted]
        for name, total, only in zip(tally.classes, left, cost.removed_only, strict=True)
        if total
    ]


def _share(tally: Tally, cost: CutCost, which: np.ndarray) -> float:
    only, passing = int(cost.removed_only[which].sum()), int(tally.passing[which].sum())
    return only / (only + passing) if only + passing else math.nan


def _curve(found: SliderCurve) -> Mapping[str, Any]:
    """The shares at evenly spaced places of the slider; purity relative to its highest, which is named."""
    purity = found.curve.purity
    known = np.isfinite(purity)
    highest = float(purity[known].max()) if known.any() else math.nan
    return {
        "end": found.end,
        "completeness": _shares(found.curve.completeness),
        "purity": _shares(purity),
        "highest": percent(highest),
    }


def _shares(values: np.ndarray) -> list[float | None]:
    return [round(float(value), 6) if math.isfinite(value) else None for value in values]


def _less(share: float) -> str:
    return "–" if math.isnan(share) else f"−{percent(share)}"
