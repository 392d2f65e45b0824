import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.selection import OneOf, Range, parse
from analysis.selection.tuning import Curve, Truth, class_costs, curve_along, purity_in_nature, score, tuning_curve

CLASSES = ["single", "ms_bh", "triple"]
values = st.one_of(st.just(np.nan), st.sampled_from([0.0, 0.1, 0.7, 1.25, 2.0]), st.floats(-5, 5))


@st.composite
def surveys(draw):
    n = draw(st.integers(0, 25))

    def column(elements):
        return draw(st.lists(elements, min_size=n, max_size=n))

    table = {
        "ruwe": np.array(column(values), dtype=draw(st.sampled_from([np.float32, np.float64]))),
        "bp_rp": np.array(column(values), dtype=np.float64),
        "n": np.array(column(st.integers(0, 3)), dtype=np.int16),
    }
    return table, column(st.one_of(st.none(), st.sampled_from(CLASSES)))


cut_sets = st.fixed_dictionaries(
    {
        "moving": st.builds(Range, st.just("ruwe"), st.one_of(st.none(), values.filter(np.isfinite)), st.just(1.5)),
        "colour": st.builds(Range, st.just("bp_rp"), st.one_of(st.none(), values.filter(np.isfinite))),
        "set": st.builds(OneOf, st.just("n"), st.lists(st.integers(0, 3), max_size=3).map(tuple)),
    }
)
thresholds = st.lists(st.one_of(st.sampled_from([0.0, 0.1, 0.7, 1.25]), st.floats(-6, 6)), max_size=8)


@given(surveys(), cut_sets, thresholds, st.sampled_from(["low", "high"]))
def test_the_curve_agrees_with_masking_at_every_threshold(survey, cuts, steps, end):
    table, labels = survey
    wanted = np.array([label == "ms_bh" for label in labels], dtype=bool)
    curve = tuning_curve(cuts, "moving", table, wanted, steps, end)
    for k, threshold in enumerate(steps):
        moving = cuts["moving"]
        moved = Range("ruwe", threshold, moving.high) if end == "low" else Range("ruwe", moving.low, threshold)
        mask = moved.mask(table) & cuts["colour"].mask(table) & cuts["set"].mask(table)
        assert curve.selected[k] == mask.sum()
        assert curve.found[k] == (mask & wanted).sum()
        expected = score(mask, wanted)
        np.testing.assert_equal(curve.completeness[k], expected.completeness)
        np.testing.assert_equal(curve.purity[k], expected.purity)


@given(surveys(), cut_sets)
def test_the_cost_of_each_cut_agrees_with_counting_star_by_star(survey, cuts):
    table, labels = survey
    costs = class_costs(cuts, table, Truth.from_labels(np.array(labels, dtype=object)))
    for row in costs.itertuples(index=False):
        name, kind = row[0], row[1]
        others = [cut.mask(table) for other, cut in cuts.items() if other != name]
        fails = ~cuts[name].mask(table)
        of_class = [label == kind for label in labels]
        assert row.total == sum(of_class)
        assert row.removed == sum(a and b for a, b in zip(of_class, fails, strict=True))
        alone = [
            a and b and all(mask[k] for mask in others) for k, (a, b) in enumerate(zip(of_class, fails, strict=True))
        ]
        assert row.removed_only == sum(alone)
    assert set(costs["class"]) == {label for label in labels if label is not None}


def test_completeness_and_purity_of_a_known_selection():
    result = score(np.array([1, 1, 1, 0, 0], bool), np.array([1, 0, 0, 1, 0], bool))
    assert (result.selected, result.wanted, result.found) == (3, 2, 1)
    assert result.completeness == 0.5
    assert result.purity == pytest.approx(1 / 3)


def test_nothing_wanted_or_nothing_selected_is_no_number():
    nothing = np.zeros(2, bool)
    assert np.isnan(score(~nothing, nothing).completeness)
    assert np.isnan(score(nothing, ~nothing).purity)
    curve = curve_along(np.array([1.0, 2.0]), ~nothing, nothing, [0.0, 5.0])
    assert np.isnan(curve.completeness).all()
    assert curve.selected.tolist() == [2, 0]


def test_truth_counts_classes_and_leaves_the_unknown_out():
    truth = Truth.from_labels(["single", None, "triple", "single", np.nan])
    assert truth.classes == ("single", "triple")
    assert truth.count().tolist() == [2, 1]
    assert truth.is_any_of(["single"]).tolist() == [True, False, False, True, False]
    with pytest.raises(ValueError, match="no class 'ms_bh'; there are single, triple"):
        truth.is_any_of(["ms_bh"])


def test_a_curve_moves_as_the_other_cuts_move():
    table = {"ruwe": np.array([1.0, 2.0, 3.0, 4.0]), "bp_rp": np.array([0.0, 1.0, 0.0, 1.0])}
    wanted = np.array([False, True, False, True])
    loose = tuning_curve({"r": Range("ruwe", 1), "c": Range("bp_rp", 0)}, "r", table, wanted, [2.5])
    tight = tuning_curve({"r": Range("ruwe", 1), "c": Range("bp_rp", 0.5)}, "r", table, wanted, [2.5])
    assert (loose.purity[0], tight.purity[0]) == (0.5, 1.0)
    assert (loose.completeness[0], tight.completeness[0]) == (0.5, 0.5)


def test_a_curve_over_an_expression_or_unknown_end_is_refused():
    table, wanted = {"a": np.ones(2), "b": np.ones(2)}, np.ones(2, bool)
    with pytest.raises(TypeError, match="needs a Range"):
        tuning_curve({"x": parse("a + b > 1")}, "x", table, wanted, [1])
    with pytest.raises(ValueError, match="'low' or 'high'"):
        tuning_curve({"x": Range("a", 1)}, "x", table, wanted, [1], end="middle")
    with pytest.raises(ValueError, match="finite numbers"):
        tuning_curve({"x": Range("a", 1)}, "x", table, wanted, [np.nan])


def test_purity_in_nature_is_that_of_rows_weighed_by_their_natural_number() -> None:
    rng = np.random.default_rng(3)
    values, enriched = rng.normal(size=4000), rng.random(4000) < 0.1
    wanted = enriched & (rng.random(4000) < 0.7) | (rng.random(4000) < 0.02)
    everything = np.ones(4000, dtype=bool)
    thresholds = np.linspace(-3, 5, 30)
    found = purity_in_nature(
        curve_along(values, everything, wanted, thresholds), curve_along(values, enriched, wanted, thresholds), 50.0
    )
    weight = np.where(enriched, 1 / 50, 1.0)
    for threshold, purity in zip(thresholds, found, strict=True):
        here = values >= threshold
        total = weight[here].sum()
        if here.any():
            assert purity == pytest.approx(weight[here & wanted].sum() / total)
        else:
            assert np.isnan(purity)


def test_purity_in_nature_needs_an_enrichment_and_one_set_of_thresholds() -> None:
    curve = Curve(np.array([1.0]), np.array([10]), np.array([2]), 2)
    with pytest.raises(ValueError, match="positive"):
        purity_in_nature(curve, curve, 0.0)
    with pytest.raises(ValueError, match="thresholds"):
        purity_in_nature(curve, Curve(np.array([2.0]), np.array([10]), np.array([2]), 2), 3.0)
