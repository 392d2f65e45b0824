import cut_strategies as some
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.selection import (
    And,
    Expression,
    Inside,
    Missing,
    Not,
    OneOf,
    Or,
    Range,
    SelectionTextError,
    parse,
)
from analysis.selection.cuts import all_of, any_of

TABLE = pd.DataFrame(
    {
        "a": [1.0, 2.0, np.nan, 4.0, -5.0, 0.0],
        "b": [2.0, 2.0, 1.0, np.nan, 0.5, 0.0],
        "c": [0.5, -1.0, 3.0, 2.0, 10.0, 0.0],
    }
)


def canonical(cut):
    """The cut built anew by & | ~, which simplify as they go."""
    if isinstance(cut, And):
        return all_of(canonical(term) for term in cut.terms)
    if isinstance(cut, Or):
        return any_of(canonical(term) for term in cut.terms)
    return ~canonical(cut.cut) if isinstance(cut, Not) else cut


@given(some.cuts().map(canonical))
def test_the_text_of_a_cut_reads_back_to_an_equal_cut(cut):
    assert parse(cut.text) == cut


@given(some.cuts(), some.tables())
def test_the_text_of_any_cut_reads_back_to_the_same_rows(cut, table):
    assert (parse(cut.text, table.columns).mask(table) == cut.mask(table)).all()


@given(st.text(max_size=30), st.text(max_size=10), some.numbers)
def test_any_column_name_and_any_text_survive_the_text_form(column, value, number):
    for cut in (OneOf(column, (value,)), OneOf(column, (value, "x")), Range(column, number), Missing(column)):
        assert parse(cut.text) == cut


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**18), 10**18))
def test_numbers_keep_full_precision(real, whole):
    assert parse(f"x >= {real!r}") == Range("x", real)
    assert parse(f"source_id == {whole}") == OneOf("source_id", (whole,))
    assert parse(Range.above("x", whole).text) == Range.above("x", whole)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("0.2 < period <= 1", Range.above("period", 0.2) & Range("period", None, 1)),
        ("0.2<period && period<=1", Range.above("period", 0.2) & Range("period", None, 1)),
        ("period > 0.2 AND period <= 1", Range.above("period", 0.2) & Range("period", None, 1)),
        ("(period > 0.2) & (period <= 1)", Range.above("period", 0.2) & Range("period", None, 1)),
        ("1 >= period > 0.2", Range.above("period", 0.2) & Range("period", None, 1)),
        ("period BETWEEN 0.2 AND 1 AND ruwe > 2", Range("period", 0.2, 1) & Range.above("ruwe", 2)),
        ("period not between 0.2 and 1", ~Range("period", 0.2, 1)),
        ("a > 1 || b > 1 && c > 1", Range.above("a", 1) | (Range.above("b", 1) & Range.above("c", 1))),
        ("not a > 1 and b > 1", ~Range.above("a", 1) & Range.above("b", 1)),
        ("~(a > 1 | b > 1)", ~(Range.above("a", 1) | Range.above("b", 1))),
        ("!!(a > 1)", Range.above("a", 1)),
        ("subclass = 'K7'", OneOf("subclass", ("K7",))),
        ('subclass == "K7"', OneOf("subclass", ("K7",))),
        ("'K7' == subclass", OneOf("subclass", ("K7",))),
        ("subclass <> 'K7'", ~OneOf("subclass", ("K7",))),
        ("n != 3", ~OneOf("n", (3,))),
        ("subclass in ('K7', \"M0\")", OneOf("subclass", ("K7", "M0"))),
        ("n IN [1, -2, 3.5]", OneOf("n", (1, -2, 3.5))),
        ("n NOT IN (1)", ~OneOf("n", (1,))),
        ("name = 'it''s'", OneOf("name", ("it's",))),
        ("single_lined and not eclipsing", OneOf("single_lined", (True,)) & ~OneOf("eclipsing", (True,))),
        ("eclipsing = FALSE", OneOf("eclipsing", (False,))),
        ("ruwe IS NULL or ruwe is not null", Missing("ruwe") | ~Missing("ruwe")),
        ("NULL_ruwe || !NULL_ruwe || isNaN(ruwe)", Missing("ruwe") | ~Missing("ruwe")),
        ('"odd name" > -1e-3', Range.above("odd name", -1e-3)),
        ("`odd name` > 2 * 5", Range.above("odd name", 10)),
        ("x < -sqrt(4)", Range.below("x", -2)),
        ("any(ruwe)", Range("ruwe")),
        ("3 <= n <= 3", Range("n", 3, 3)),
        ("a + b > 3", Expression("a + b > 3")),
        ("parallax / parallax_error > 5", Expression("parallax/parallax_error > 5")),
        ("a == `b c`", Expression("a == `b c`")),
        (
            "inside(bp_rp, period on log10, [(0.7, 5), (1.4, 5), (5, 16.5)])",
            Inside("bp_rp", "period", ((0.7, 5), (1.4, 5), (5, 16.5)), "linear", "log10"),
        ),
    ],
)
def test_the_spellings_of_python_sql_and_topcat_read_alike(text, cut):
    assert parse(text) == cut


@pytest.mark.parametrize(
    "text",
    [
        "a + b * c - a / b > 1",
        "(a + b) * c >= -(a - b)",
        "-a ** 2 < b - -c",
        "2 ** -b * c <= a",
        "a - (b - c) > 0.25",
        "a / b / c > -1",
        "abs(c) + sqrt(a) > 1",
        "log10(b) < log(c)",
        "ln(a) <= exp(b)",
        "hypot(a, b) > c",
        "sin(radians(a)) < cos(b) + tan(c)",
        "atan2(a, b) > asin(b) - acos(b) + atan(c)",
        "degrees(a) > c",
        "a == b",
        "a > b",
    ],
)
def test_arithmetic_is_what_numpy_computes(text):
    same = ("abs", "sqrt", "log10", "log", "exp", "hypot", "sin", "cos", "tan", "radians", "degrees")
    names = {name: getattr(np, name) for name in same}
    names |= {"ln": np.log, "atan2": np.arctan2, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan}
    with np.errstate(all="ignore"):
        expected = eval(text, names | {name: TABLE[name].to_numpy() for name in TABLE})
    assert parse(text).mask(TABLE).tolist() == expected.tolist()
    assert parse(parse(text).text) == parse(text)


names = st.sampled_from(["a", "b", "c"])
arithmetic = st.recursive(
    st.one_of(names, st.sampled_from(["0.5", "2", "3.25", "-1"]).map("({})".format)),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner),
        st.builds("(-{})".format, inner),
        st.builds("abs({})".format, inner),
    ),
    max_leaves=6,
)


@given(arithmetic, st.sampled_from(["<", "<=", ">", ">=", "=="]), names)
def test_random_arithmetic_agrees_with_numpy_and_with_its_own_text(term, sign, name):
    text = f"{term} {sign} {name} + 0.5"
    try:
        cut = parse(text)
    except SelectionTextError as error:
        assert "gives no finite number" in str(error)
        return
    columns = {name: TABLE[name].to_numpy() for name in TABLE}
    constants = text
    for number in ("0.5", "3.25", "2", "-1"):
        constants = constants.replace(f"({number})", f"(np.float64({number}))")
    with np.errstate(all="ignore"):
        expected = eval(constants, {"np": np, "abs": np.abs} | columns)
    assert cut.mask(TABLE).tolist() == np.broadcast_to(expected, len(TABLE)).tolist()
    assert parse(cut.text) == cut


def test_an_expression_over_single_precision_columns_is_computed_in_doubles():
    table = {"x": np.array([16777216.0], np.float32), "y": np.array([1.0], np.float32)}
    assert parse("x + y > 16777216").mask(table).tolist() == [True]


def test_equal_text_columns_compare_and_missing_text_equals_nothing():
    table = {"a": np.array(["x", None, "y"], object), "b": np.array(["x", None, "z"], object)}
    assert parse("a == b").mask(table).tolist() == [True, False, False]


def test_an_expression_of_a_plain_comparison_reads_back_as_a_range_with_its_rows():
    cut = Expression("a > 1")
    assert parse(cut.text) == Range.above("a", 1)
    assert cut.mask(TABLE).tolist() == Range.above("a", 1).mask(TABLE).tolist()


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "the text is empty"),
        ("ruwe >", 6, "expected a column, a number or a function"),
        ("ruwe > 1 ruwe", 9, "expected 'and', 'or'"),
        ("log1(p) > 2", 0, "there is no function 'log1'; did you mean log10"),
        ("a + 'x' > 2", 8, "arithmetic takes columns and numbers"),
        ("g.ruwe > 1", 1, "without its table"),
        ("(a > 1", 6, r"expected '\)' to close"),
        ("1 < 2", 2, "names no column"),
        ("a == null", 5, "use IS NULL"),
        ("a > 1e999", 4, "too large"),
        ("a > 1/0", 5, "no finite number"),
        ("a == 'x", 5, "text in single quotes is not closed"),
        ("sqrt(a, b) > 1", 0, "takes 1 argument, not 2"),
        ("a > (b > 1)", 2, "a condition cannot be compared"),
        ("a < 'K7'", 2, "by == or !="),
        ("a + b", 5, "expected a comparison"),
        ("a + b in (1)", 9, "'in' takes the name of one column"),
        ("a in (b)", 6, "a list holds numbers"),
        ("a is 3", 5, "expected 'null' after IS"),
        ("a ; b", 2, "';' has no meaning here"),
        ("2mass > 1", 0, "begins with a digit"),
        ("inside(a, b, [(1, 2)])", 6, "at least three vertices"),
        ("(" * 60 + "a", 51, "nested more than 50 deep"),
        ("-" * 60 + "a > 1", 51, "nested more than 50 deep"),
        ("not " * 60 + "a > 1", 204, "nested more than 50 deep"),
        ("+".join("a" * 300) + " > 1", 401, "more than 200 arithmetic operations"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, position, reason):
    with pytest.raises(SelectionTextError, match=reason) as caught:
        parse(text)
    assert caught.value.position == position


def test_names_that_the_table_lacks_are_refused_with_the_near_ones():
    with pytest.raises(SelectionTextError, match="no column 'rvwe'; did you mean ruwe") as caught:
        parse("bp_rp > 1 and rvwe > 1.25", columns=["ruwe", "bp_rp"])
    assert caught.value.position == 14


def test_letter_case_is_forgiven_where_one_column_fits():
    assert parse("RUWE > 1", columns=["ruwe", "A", "a"]) == Range.above("ruwe", 1)
    assert parse("A > 1", columns=["ruwe", "A", "a"]) == Range.above("A", 1)


def test_a_column_whose_name_begins_with_null_is_itself_where_the_table_has_it():
    assert parse("NULL_a > 1", columns=["NULL_a", "a"]) == Range.above("NULL_a", 1)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('x') > 1",
        "a.__class__ > 1",
        "lambda: 1",
        "[x for x in (1,)]",
        "a > 1; import os",
        "a := 3",
        "f'{a}' == a",
    ],
)
def test_python_that_is_no_selection_is_never_run(text):
    with pytest.raises(SelectionTextError):
        parse(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_position(text):
    try:
        parse(text)
    except SelectionTextError as error:
        assert 0 <= error.position <= len(text)


WORDS = """a b ( ) , and or not in between is null true < <= == + - * ** 1 2.5 'x' "y" log10 isnan"""
words = st.sampled_from(WORDS.split())


@given(st.lists(words, max_size=15).map(" ".join))
def test_any_row_of_words_is_read_and_printed_stably_or_refused(text):
    try:
        cut = parse(text)
    except SelectionTextError:
        return
    assert parse(cut.text) == cut


def test_a_list_of_ten_thousand_identifiers_and_a_thousand_terms_read_in_a_moment():
    ids = tuple(range(3425577610762832385, 3425577610762832385 + 9_000))
    assert parse(OneOf("source_id", ids).text) == OneOf("source_id", ids)
    many = " and ".join(f"a > {k} or b < {k}" for k in range(1_000))
    assert parse(many).columns == {"a", "b"}
