"""When a step is done: each word of the vocabulary against pages that do and do not meet it."""

from typing import Any

import pytest

from analysis.lessons import LessonError, Snapshot, read_condition
from analysis.selection import Inside, Range, parse

CUTS = {"slider:ruwe": Range("ruwe", 1.4, None), "slider:period": Range("period", None, 2.0)}
PAGE = Snapshot(
    dataset="simulated",
    cuts=CUTS,
    sliders=frozenset({"ruwe", "period", "parallax"}),
    figures={"first": "sky", "second": "velocity_period"},
    shapes=(("bp_rp", "absolute_g"),),
    star="17",
    star_values={"ruwe": 1.5, "period": None, "subclass": "K5"},
    fold=0.4552,
    page="Truth",
    layout="star",
    passing=30,
    presets=frozenset({"mu2022"}),
    verdicts={"17": "eclipsing", "18": "single"},
    completeness=0.8,
    purity=0.2,
    answer="−1,5",
    choice="2P",
)


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        ({"column": "ruwe", "low_at_least": 1.4}, True),
        ({"column": "ruwe", "low_at_least": 1.5}, False),
        ({"column": "ruwe", "low_at_most": 1.4, "low_at_least": 1.0}, True),
        ({"column": "period", "high_at_most": 2}, True),
        ({"column": "period", "high_at_least": 2.1}, False),
        ({"column": "period", "low_at_least": 0}, False),
        ({"column": "parallax", "open": True}, True),
        ({"column": "ruwe", "open": True}, False),
        ({"slider": "parallax"}, True),
        ({"slider": "bp_rp"}, False),
        ({"passing_at_most": 30}, True),
        ({"passing_at_most": 29}, False),
        ({"passing_at_least": 10, "passing_at_most": 40}, True),
        ({"star": "any"}, True),
        ({"star": "17"}, True),
        ({"star": 18}, False),
        ({"star_where": "ruwe > 1.4"}, True),
        ({"star_where": 'ruwe > 1.4 & subclass == "K5"'}, True),
        ({"star_where": "period > 0"}, False),
        ({"star_where": "parallax > 0"}, False),
        ({"figure": "sky"}, True),
        ({"figure": "sky", "slot": "second"}, False),
        ({"fold": 0.455, "tolerance": 0.001}, True),
        ({"fold": 0.91, "tolerance": 0.001}, False),
        ({"page": "Truth"}, True),
        ({"page": "Star"}, True),
        ({"page": "Learn"}, False),
        ({"layout": "planes"}, False),
        ({"preset": "mu2022"}, True),
        ({"shape_on": ["bp_rp", "absolute_g"]}, True),
        ({"shape_on": ["absolute_g", "bp_rp"]}, False),
        ({"answer": -1.5}, True),
        ({"answer": -1.4, "tolerance": 0.05}, False),
        ({"choice": "2P"}, True),
        ({"choice": "P"}, False),
        ({"verdict": "any"}, True),
        ({"verdict": "single"}, False),
        ({"verdict": "single", "star": "18"}, True),
        ({"verdicts_at_least": 2}, True),
        ({"verdicts_at_least": 3}, False),
        ({"completeness_at_least": 0.7, "purity_at_least": 0.1}, True),
        ({"purity_at_least": 0.3}, False),
        ({"any_of": [{"star": "18"}, {"page": "Truth"}]}, True),
        ({"any_of": [{"star": "18"}, {"page": "Learn"}]}, False),
    ],
)
def test_a_page_meets_a_condition_or_not(wanted: dict[str, Any], met: bool) -> None:
    condition = read_condition(wanted)
    assert condition.met(PAGE) is met
    assert condition.wants


def test_an_empty_page_meets_nothing_but_open_cuts() -> None:
    empty = Snapshot()
    for wanted in ({"star": "any"}, {"passing_at_most": 5}, {"answer": 0}, {"fold": 1}, {"completeness_at_least": 0.1}):
        assert not read_condition(wanted).met(empty)
    assert read_condition({"column": "ruwe", "open": True}).met(empty)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"colum": "ruwe"}, "column"),
        ({"column": "ruwe"}, "says no limit"),
        ({"column": "ruwe", "low_atleast": 1}, "low_at_least"),
        ({"star_where": "ruwe >"}, "no cut"),
        ({"preset": "mu2023"}, "mu2022"),
        ({"shape_on": "bp_rp"}, "two columns"),
        ({"completeness_at_least": 50}, "between 0 and 1"),
        ({"answer": 1, "tolerance": -1}, "negative"),
        ({"any_of": []}, "list of conditions"),
        ("star", "must be a table"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_with_what_to_write(wanted: object, said: str) -> None:
    with pytest.raises(LessonError, match=said):
        read_condition(wanted)


def test_limits_are_the_tightest_of_all_ranges() -> None:
    page = Snapshot(
        cuts={"a": Range("ruwe", 1, 3), "b": parse("ruwe > 1.2"), "c": Inside("x", "y", ((0, 0), (1, 0), (1, 1)))}
    )
    low, high = page.limits("ruwe")
    assert low == pytest.approx(1.2)
    assert high == 3
    assert Snapshot(cuts={"a": parse("em_flag == 1")}).limits("em_flag") == (1, 1)
