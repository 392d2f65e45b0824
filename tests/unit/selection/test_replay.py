"""A paper's selection beside one's own: every difference is found and said in words."""

import numpy as np
import pandas as pd
import pytest

from analysis.selection import (
    PRESETS,
    Range,
    count_cuts,
    differences,
    differences_text,
    parse,
    present_cuts,
    step_names,
)
from analysis.vetting.clauses import SavedClause

BRONZE = PRESETS["andrew2022_bronze"]


def published(preset):
    return [
        SavedClause(name, step.cut, step.title) for name, step in zip(step_names(preset), preset.steps, strict=True)
    ]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_a_selection_as_published_differs_in_nothing(preset):
    assert differences(preset, published(preset)) == []
    assert present_cuts(preset, published(preset)) == tuple(step.cut for step in preset.steps)
    assert len(set(step_names(preset))) == len(preset.steps)
    assert differences_text(preset, []).endswith("- as published")


def test_a_moved_threshold_is_named_with_both_values():
    clauses = [SavedClause("slider:snrg", Range.above("snrg", 5)), *published(PRESETS["mu2022"])[1:]]
    (change,) = differences(PRESETS["mu2022"], clauses)
    assert (change.kind, change.published, change.present) == ("changed", "snrg > 10", "snrg > 5")
    assert change.sentence == "(i) S/N in g above 10 (Sect. 2): snrg > 5 instead of snrg > 10"


def test_what_is_switched_off_opened_removed_or_added_is_named():
    clauses = published(PRESETS["mu2022"])
    clauses[0] = SavedClause(clauses[0].name, clauses[0].cut, enabled=False)
    clauses[3] = SavedClause(clauses[3].name, Range("delta_vr"))
    del clauses[1]
    clauses += [
        SavedClause("typed:1", parse("ruwe < 1.4"), "Typed cut"),
        SavedClause("slider:parallax", Range("parallax")),
    ]
    kinds = [(change.kind, change.title[:5]) for change in differences(PRESETS["mu2022"], clauses)]
    assert kinds == [("switched off", "(i) S"), ("left out", "(ii) "), ("left out", "(iii)"), ("added", "Typed")]


def test_a_step_whose_column_is_absent_says_which():
    columns = set(PRESETS["mu2022"].columns) - {"eclipsing"}
    (change,) = differences(PRESETS["mu2022"], published(PRESETS["mu2022"])[:5] + published(PRESETS["mu2022"])[6:],
                            columns=columns)  # fmt: skip
    assert change.lacking == ("eclipsing",)
    assert "the catalogue has no eclipsing" in change.sentence


def test_steps_beyond_the_one_stopped_at_are_not_missed():
    clauses = published(BRONZE)[:4]
    assert differences(BRONZE, clauses, upto=4) == []
    assert len(differences(BRONZE, clauses)) == len(BRONZE.steps) - 4
    assert [change.kind for change in differences(BRONZE, published(BRONZE)[:5], upto=4)] == ["added"]


def test_the_second_range_on_a_column_is_a_clause_of_its_own():
    names = dict(zip([step.title for step in BRONZE.steps], step_names(BRONZE), strict=True))
    assert names["Has a RUWE"] == "slider:ruwe"
    assert names["RUWE above 1.25"].startswith("preset:")


def test_cuts_are_counted_one_after_the_other():
    table = pd.DataFrame({"a": np.arange(10.0), "b": np.arange(10.0)[::-1]})
    cuts = [parse("a > 2"), None, parse("b > 3")]
    assert count_cuts(cuts, table) == (7, None, 3)
    assert count_cuts(cuts, table.iloc[:0]) == (0, None, 0)
