import numpy as np
import pandas as pd
import pytest
from examples import stars
from hypothesis import given
from hypothesis import strategies as st

from analysis.selection import Inside, Missing, OneOf, Range, parse
from analysis.vetting import decisive, difference, explain, explain_all

numbers = st.one_of(st.sampled_from([-1.0, 0.0, 0.1, 1.0, 1.25, 3.0]), st.floats(-20, 20))
bounds = st.one_of(st.none(), numbers)
columns = st.sampled_from(["ruwe", "bp_rp", "absolute_g"])
leaves = st.one_of(
    st.builds(Range, columns, bounds, bounds),
    st.builds(Missing, columns),
    st.builds(lambda a, b, c: parse(f"{a} - {b} > {c!r}"), columns, columns, numbers),
    st.builds(lambda a, b: parse(f"{a} * 2 <= {b}"), columns, columns),
    st.builds(lambda v: OneOf("subclass", tuple(v)), st.lists(st.sampled_from(["K7", "M0"]), max_size=2)),
    st.builds(
        lambda points: Inside("bp_rp", "absolute_g", tuple(points)),
        st.lists(st.tuples(numbers, numbers), min_size=3, max_size=5),
    ),
)
cuts = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        inner.map(lambda a: ~a),
    ),
    max_leaves=5,
)


@given(cuts, st.integers(0, 5))
def test_the_reason_says_what_the_mask_says_and_the_margin_has_its_sign(cut, row):
    table = stars()
    reason = explain(cut, table, row)
    assert reason.passes == cut.mask(table)[row]
    assert reason.passes or reason.margin <= 0 or np.isnan(reason.margin)
    assert not reason.passes or reason.margin >= 0 or np.isnan(reason.margin)
    assert bool(decisive(reason)) != reason.passes
    assert all(not part.passes for part in decisive(reason))


@given(cuts, cuts)
def test_the_difference_is_what_the_algebra_of_the_cuts_says(first, second):
    table = stars()
    found = difference(first, second, table)
    np.testing.assert_array_equal(found.only_first, (first & ~second).mask(table))
    np.testing.assert_array_equal(found.only_second, (second & ~first).mask(table))
    np.testing.assert_array_equal(found.both, (first & second).mask(table))
    assert sum(found.counts.values()) == (first | second).mask(table).sum()


def test_a_range_gives_the_value_and_the_distance_to_the_nearest_end():
    table = pd.DataFrame({"period": [2.0, 0.5, np.nan, 9.0]})
    cut = Range("period", 1.0, 5.0)
    reasons = [explain(cut, table, row) for row in range(4)]
    assert [r.passes for r in reasons] == [True, False, False, False]
    assert [r.margin for r in reasons[:2]] == [1.0, -0.5]
    assert np.isnan(reasons[2].margin)
    assert reasons[3].margin == -4.0
    assert (reasons[0].unit, reasons[0].margin_of, dict(reasons[0].values)) == ("d", "period", {"period": 2.0})
    assert reasons[2].missing == ("period",)
    assert explain(~cut, table, 1).margin == 0.5


def test_a_star_on_the_threshold_has_no_margin_and_passes():
    table = pd.DataFrame({"ruwe": np.array([1.25], dtype=np.float32)})
    reason = explain(Range("ruwe", low=1.25), table, 0)
    assert (reason.passes, reason.margin) == (True, 0.0)


def test_the_margin_of_a_polygon_is_in_units_of_its_size():
    square = Inside("bp_rp", "absolute_g", ((0, 0), (2, 0), (2, 10), (0, 10)))
    table = pd.DataFrame({"bp_rp": [0.5, 3.0, np.nan], "absolute_g": [5.0, 5.0, 5.0]})
    inside, outside, missing = (explain(square, table, row) for row in range(3))
    assert (inside.passes, inside.margin) == (True, pytest.approx(0.25))
    assert (outside.passes, outside.margin) == (False, pytest.approx(-0.5))
    assert np.isnan(missing.margin)
    assert "polygon" in inside.unit
    logarithmic = Inside("bp_rp", "absolute_g", ((1, 0), (100, 0), (100, 10), (1, 10)), x_scale="log10")
    # log10: from 0 to 2, the star at 0.5: a quarter of the width.
    found = explain(logarithmic, pd.DataFrame({"bp_rp": [10**0.5], "absolute_g": [5.0]}), 0)
    assert found.margin == pytest.approx(0.25)


def test_an_expression_gives_the_difference_of_its_sides():
    table = pd.DataFrame({"half_delta_vr": [150.0], "semi_amplitude_limit": [120.0]})
    assert explain(parse("half_delta_vr > semi_amplitude_limit"), table, 0).margin == 30.0
    assert explain(parse("half_delta_vr < semi_amplitude_limit"), table, 0).margin == -30.0


def test_a_combination_is_taken_apart_to_the_clauses_that_decide():
    table = stars()
    cut = Range("ruwe", low=1.25) & (Range("bp_rp", high=1.0) | OneOf("subclass", ("K7",)))
    reason = explain(cut, table, 1)
    assert [part.passes for part in reason.parts] == [True, False]
    assert [found.kind for found in decisive(reason)] == ["or"]
    assert reason.parts[1].parts[0].margin == pytest.approx(-0.8)
    assert decisive(explain(cut, table, 0))[0].text == "ruwe >= 1.25"


def test_a_clause_whose_column_is_absent_or_of_another_kind_says_so():
    table = stars()
    absent = explain(Range("period", 1.0), table, 0)
    assert not absent.passes
    assert "no column 'period'" in absent.problem
    assert "quotes" in explain(OneOf("subclass", (3.0,)), table, 0).problem
    both = explain(Range("period", 1.0) & Range("bp_rp", 0.0), table, 0)
    assert (both.passes, [part.passes for part in both.parts]) == (False, [False, True])


def test_every_clause_is_explained_by_its_name():
    table = stars()
    found = explain_all({"slider:ruwe": Range("ruwe", low=1.2), "slider:bp_rp": Range("bp_rp", high=1.0)}, table, 2)
    assert {name: reason.passes for name, reason in found.items()} == {"slider:ruwe": True, "slider:bp_rp": False}
    with pytest.raises(IndexError, match="6 rows"):
        explain(Range("ruwe"), table, 6)


def test_a_selection_without_cuts_holds_every_star():
    found = difference(None, Range("ruwe", low=1.2), stars())
    assert found.counts == {"only_first": 3, "only_second": 0, "both": 3}
    assert not found.codes.flags.writeable
