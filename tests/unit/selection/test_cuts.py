import math
import pickle

import cut_strategies as some
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.selection import And, Inside, Missing, MissingColumnError, Not, OneOf, Or, Range, all_of, any_of

RUWE = {"ruwe": np.array([0.9, 1.25, 1.4, np.nan, np.inf, -np.inf])}


def rows(cut, table):
    return np.flatnonzero(cut.mask(table)).tolist()


def passes_one_value(low, high, value):
    """The definition, one value at a time, in exact arithmetic."""
    if low is None and high is None:
        return True
    if math.isnan(value):
        return False
    return (low is None or value >= low) and (high is None or value <= high)


@given(some.bounds, some.bounds, st.lists(st.one_of(some.numbers, st.floats()), max_size=20))
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_range_agrees_with_the_definition_in_every_float_type(dtype, low, high, values):
    with np.errstate(over="ignore"):
        column = np.array(values, dtype=dtype)
    expected = [passes_one_value(low, high, float(value)) for value in column]
    assert Range("ruwe", low, high).mask({"ruwe": column}).tolist() == expected


@given(
    st.one_of(some.bounds, st.integers(-(2**70), 2**70)),
    st.one_of(some.bounds, st.integers(-(2**70), 2**70)),
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=10),
)
def test_a_range_over_64_bit_integers_loses_no_digit(low, high, values):
    expected = [(low is None or v >= low) and (high is None or v <= high) for v in values]
    table = {"source_id": np.array(values, dtype=np.int64)}
    assert Range("source_id", low, high).mask(table).tolist() == expected


def test_both_ends_of_a_range_are_included():
    assert rows(Range("ruwe", 0.9, 1.25), RUWE) == [0, 1]


def test_a_nan_never_passes_a_range():
    for cut in (Range("ruwe", 0), Range("ruwe", None, 9), Range("ruwe", -9, 9)):
        assert 3 not in rows(cut, RUWE)


def test_an_open_range_passes_every_row_missing_values_included():
    assert rows(Range("ruwe"), RUWE) == [0, 1, 2, 3, 4, 5]
    assert Range("ruwe").is_open
    assert Range("ruwe", -math.inf, math.inf) == Range("ruwe")


def test_a_range_with_crossed_ends_passes_nothing():
    assert rows(Range("ruwe", 2, 1), RUWE) == []


def test_a_threshold_that_float32_cannot_hold_is_not_rounded_to_it():
    column = np.array([0.1], dtype=np.float32)  # 0.100000001490116...
    assert Range("x", None, 0.1).mask({"x": column}).tolist() == [False]
    assert Range("x", 0.1).mask({"x": column}).tolist() == [True]
    low, high = Range("x", 0.1, 0.1).bounds_for(np.dtype(np.float32))
    assert low > high


def test_a_strict_comparison_leaves_its_threshold_out():
    table = {"snrg": np.array([10.0, np.nextafter(10.0, 11), 9.0]), "n": np.array([9, 10, 11])}
    assert rows(Range.above("snrg", 10), table) == [1]
    assert rows(Range.below("n", 10), table) == [0]
    assert Range.above("snrg", 10).text == "snrg > 10"


def test_bounds_beyond_an_integer_type_pick_all_or_nothing():
    table = {"n": np.array([0, 255], dtype=np.uint8)}
    assert rows(Range("n", -1, 300), table) == [0, 1]
    assert rows(Range("n", 256), table) == []
    assert rows(Range("n", None, -0.5), table) == []


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_low_end_that_no_value_could_reach_is_refused(bad):
    with pytest.raises(ValueError, match="finite number or None"):
        Range("ruwe", bad)


def test_a_truth_value_or_text_is_no_threshold():
    for bad in (True, "1.25"):
        with pytest.raises(TypeError, match="low end of the range on 'ruwe'"):
            Range("ruwe", bad)


def test_one_of_matches_text_exactly_and_never_a_missing_one():
    table = pd.DataFrame({"subclass": ["K7", None, "k7", "M0"]})
    assert rows(OneOf("subclass", ("K7", "M0")), table) == [0, 3]
    assert rows(~OneOf("subclass", ("K7", "M0")), table) == [1, 2]


@pytest.mark.parametrize("dtype", [object, "str", "category", "string"])
def test_text_columns_of_every_pandas_type_compare(dtype):
    table = pd.DataFrame({"subclass": pd.Series(["K7", None, "M0"], dtype=dtype)})
    assert rows(OneOf("subclass", ("K7",)), table) == [0]
    assert rows(Missing("subclass"), table) == [1]


def test_one_of_keeps_every_digit_of_a_gaia_identifier():
    ids = np.array([3425577610762832384, 3425577610762832385, 3425577610762832386])
    assert rows(OneOf("source_id", (3425577610762832385,)), {"source_id": ids}) == [1]


def test_truth_values_match_columns_of_truth_values_and_of_zeros_and_ones():
    for column in ([True, False], np.array([1, 0], np.uint8), np.array([1.0, 0.0]), pd.array([True, None])):
        table = pd.DataFrame({"eclipsing": column})
        assert rows(OneOf("eclipsing", (True,)), table) == [0]


def test_text_against_numbers_is_refused_in_both_directions():
    with pytest.raises(ValueError, match="'subclass' holds text"):
        OneOf("subclass", (3,)).mask({"subclass": np.array(["K7"])})
    with pytest.raises(ValueError, match="'ruwe' holds numbers"):
        OneOf("ruwe", ("K7",)).mask(RUWE)
    with pytest.raises(ValueError, match="holds text such as 'K7'"):
        Range("subclass", 1).mask({"subclass": np.array(["K7"])})


def test_an_all_missing_column_equals_nothing_whatever_its_type():
    table = {"subclass": np.full(2, np.nan), "ruwe": np.array([None, None])}
    assert rows(OneOf("subclass", ("K7",)), table) == []
    assert rows(Range("ruwe", 1), table) == []


def test_nan_is_no_value_to_equal():
    with pytest.raises(ValueError, match="Missing"):
        OneOf("ruwe", (math.nan,))


def test_nullable_and_masked_columns_count_their_gaps_as_missing():
    gap = np.ma.masked_array([1, 2, 3], mask=[False, True, False])
    for column in (pd.Series([1, None, 3], dtype="Int64"), gap, pd.Series([1.0, None, 3.0], dtype="Float32")):
        assert rows(Range("n", 1), {"n": column}) == [0, 2]
        assert rows(Missing("n"), {"n": column}) == [1]


def test_big_endian_columns_from_fits_compare_as_they_are():
    assert rows(Range("x", 0.2), {"x": np.array([0.1, 0.3], dtype=">f4")}) == [1]


def test_a_missing_column_is_named_with_its_nearest_names():
    with pytest.raises(MissingColumnError) as caught:
        Range("phot_g_mag", 1).mask({"phot_g_mean_mag": np.ones(1), "RUWE": np.ones(1)})
    assert caught.value.near == ("phot_g_mean_mag",)
    assert str(caught.value) == "the table has no column 'phot_g_mag'; did you mean phot_g_mean_mag?"
    with pytest.raises(KeyError, match="did you mean RUWE"):
        (Range("ruwe", 1) & Range("RUWE", 1)).mask({"RUWE": np.ones(1)})


def test_a_column_name_that_stands_twice_in_a_table_is_refused():
    table = pd.DataFrame([[1, 2]], columns=["ruwe", "ruwe"])
    with pytest.raises(ValueError, match="2 columns named 'ruwe'"):
        Range("ruwe", 1).mask(table)


@given(some.cuts(), some.tables())
def test_not_is_the_complement(cut, table):
    assert ((~cut).mask(table) == ~cut.mask(table)).all()


@given(st.one_of(some.ranges(), some.sets(), some.polygons(), some.missing, some.expressions))
def test_two_nots_cancel(cut):
    assert ~cut == Not(cut)
    assert ~~cut == cut
    assert ~~~cut == ~cut


@given(some.cuts(), some.cuts(), some.tables())
def test_and_and_or_join_masks(a, b, table):
    assert ((a & b).mask(table) == (a.mask(table) & b.mask(table))).all()
    assert ((a | b).mask(table) == (a.mask(table) | b.mask(table))).all()


@given(some.cuts(), some.cuts(), some.tables())
def test_de_morgan(a, b, table):
    assert ((~(a & b)).mask(table) == (~a | ~b).mask(table)).all()
    assert ((~(a | b)).mask(table) == (~a & ~b).mask(table)).all()


@given(some.cuts())
def test_a_cut_joined_with_itself_is_a_single_copy(cut):
    assert cut & cut == all_of([cut])
    assert cut | cut == any_of([cut])


@given(st.lists(some.cuts(), min_size=1, max_size=4), some.tables())
def test_all_of_and_any_of_keep_the_rows_of_their_terms(terms, table):
    masks = [term.mask(table) for term in terms]
    assert (all_of(terms).mask(table) == np.all(masks, axis=0)).all()
    assert (any_of(terms).mask(table) == np.any(masks, axis=0)).all()


def test_joining_flattens_and_drops_repeats():
    a, b, c = Range("a", 1), Range("b", 1), Range("c", 1)
    assert (a & b) & (c & a) == And((a, b, c))
    assert a | (b | c) == Or((a, b, c))


def test_a_lower_and_an_upper_limit_become_one_range():
    assert Range("period", 0) & Range("bp_rp", 1) & Range("period", None, 5) == And(
        (Range("period", 0, 5), Range("bp_rp", 1))
    )
    assert Range("period", 1) & Range("period", 2) == And((Range("period", 1), Range("period", 2)))


@given(some.cuts(), some.tables())
def test_a_copy_of_a_cut_is_equal_hashes_alike_and_picks_the_same_rows(cut, table):
    again = pickle.loads(pickle.dumps(cut))
    assert again == cut
    assert hash(again) == hash(cut)
    assert (again.mask(table) == cut.mask(table)).all()


@given(some.cuts(), some.tables())
def test_a_cut_names_every_column_that_it_reads(cut, table):
    assert (cut.mask(table[sorted(cut.columns)]) == cut.mask(table)).all()
    for column in cut.columns:
        with pytest.raises(MissingColumnError):
            cut.mask(table.drop(columns=column))


def test_cuts_of_nothing_are_refused():
    for kind in (And, Or):
        with pytest.raises(ValueError, match="at least one cut"):
            kind(())
    with pytest.raises(TypeError, match="combines cuts"):
        And(("ruwe > 1",))


# Polygons


def even_odd(vertices, x, y):
    """One point at a time: count the edges that lie to the right of it, the lower end of an edge included."""
    inside = False
    for (xa, ya), (xb, yb) in zip(vertices, (*vertices[1:], vertices[0]), strict=True):
        if ya == yb:
            continue
        if ya > yb:
            xa, ya, xb, yb = xb, yb, xa, ya
        if ya <= y < yb and x < (xb - xa) * (y - ya) / (yb - ya) + xa:
            inside = not inside
    return inside


points = st.lists(st.tuples(some.numbers, some.numbers), max_size=15)


@given(st.lists(st.tuples(some.numbers, some.numbers), min_size=3, max_size=9), points)
def test_a_polygon_agrees_with_a_point_by_point_count_of_edges(vertices, tried):
    table = {"x": np.array([x for x, _ in tried]), "y": np.array([y for _, y in tried])}
    expected = [even_odd(vertices, x, y) for x, y in tried]
    assert Inside("x", "y", tuple(vertices)).mask(table).tolist() == expected


UNIT_SQUARE = ((0, 0), (1, 0), (1, 1), (0, 1))


def test_left_and_lower_edges_are_inside_and_right_and_upper_ones_are_not():
    table = {"x": np.array([0, 0.5, 1, 0.5, 0, 1]), "y": np.array([0.5, 0, 0.5, 1, 0, 1])}
    assert rows(Inside("x", "y", UNIT_SQUARE), table) == [0, 1, 4]


@given(points)
def test_polygons_that_share_edges_share_no_point_and_lose_none(tried):
    table = {"x": np.array([x for x, _ in tried]), "y": np.array([y for _, y in tried])}
    corners = ((-25, -25), (25, -25), (25, 25), (-25, 25))
    middle = (0.7, 0.1)
    pieces = [Inside("x", "y", (corners[k], corners[(k + 1) % 4], middle)) for k in range(4)]
    assert np.sum([piece.mask(table) for piece in pieces], axis=0).tolist() == [1] * len(tried)


def test_the_overlap_of_a_self_crossing_polygon_is_outside():
    star = tuple((math.sin(4 * math.pi * k / 5), math.cos(4 * math.pi * k / 5)) for k in range(5))
    table = {"x": np.array([0.0, 0.0]), "y": np.array([0.0, 0.9])}
    assert rows(Inside("x", "y", star), table) == [1]


def test_the_printed_quadrangle_of_li_et_al_crosses_itself_and_the_corrected_one_holds_the_main_sequence():
    star = {"bp_rp": np.array([2.3]), "absolute_g": np.array([10.0])}
    corrected = Inside("bp_rp", "absolute_g", ((0.7, 5), (1.4, 5), (5, 16.5), (4, 16.5)))
    printed = Inside("bp_rp", "absolute_g", ((0.7, 5), (1.4, 5), (4, 16.5), (5, 16.5)))
    assert corrected.mask(star).tolist() == [True]
    assert printed.mask(star).tolist() == [False]


def test_edges_are_straight_in_the_logarithm_on_a_log_axis():
    triangle = ((1, 0), (100, 0), (1, 2))
    table = {"period": np.array([9.0, 11.0, 0.0, -3.0, np.nan]), "y": np.array([1.0, 1.0, 1.0, 1.0, 1.0])}
    assert rows(Inside("period", "y", triangle, "log10"), table) == [0]  # halfway up, the edge lies at 10
    assert rows(Inside("period", "y", triangle), table) == [0, 1]  # and here at 50.5


def test_missing_and_infinite_values_are_outside_a_polygon():
    bad = np.array([np.nan, np.inf, -np.inf])
    assert rows(Inside("x", "y", UNIT_SQUARE), {"x": bad, "y": np.full(3, 0.5)}) == []
    assert rows(Inside("x", "y", UNIT_SQUARE), {"x": np.full(3, 0.5), "y": bad}) == []


def test_a_polygon_spans_chunks_of_rows():
    x = np.linspace(-1, 2, 200_001)
    mask = Inside("x", "y", UNIT_SQUARE).mask({"x": x, "y": np.full(len(x), 0.5)})
    assert (mask == ((x >= 0) & (x < 1))).all()


@pytest.mark.parametrize(
    ("vertices", "scales", "message"),
    [
        (((0, 0), (1, 1)), (), "at least three vertices"),
        (((0, 0), (1, math.nan), (1, 1)), (), "two finite numbers"),
        (((0, 0), (1, 1, 1), (1, 1)), (), "two finite numbers"),
        (((0, 1), (1, 1), (1, 2)), ("log10",), "vertex at 0; it must be above zero"),
        (((1, 1), (2, 1), (1, 2)), ("asinh",), "knows linear and log10"),
    ],
)
def test_a_polygon_that_cannot_be_drawn_is_refused(vertices, scales, message):
    with pytest.raises(ValueError, match=message):
        Inside("x", "y", vertices, *scales)


def test_a_flat_polygon_holds_nothing():
    assert rows(Inside("x", "y", ((0, 1), (1, 1), (2, 1))), {"x": np.array([0.5]), "y": np.array([1.0])}) == []
