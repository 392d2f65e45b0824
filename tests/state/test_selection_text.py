"""The selection as text that can be edited, and the three forms for other programs."""

import numpy as np
import pandas as pd
import pytest
import sqlglot
from sqlglot import expressions

from analysis.selection import And, Inside, Range, SelectionTextError, parse
from components.state.history import History
from components.state.selection import Clause, Selection
from components.state.selection_text import clauses_from_text, editable_text, selected_cut, write_selection

COLUMNS = ("ruwe", "bp_rp", "absolute_g", "parallax", "subclass")
BOX = Range("bp_rp", 0.5, 1.5) & Range("absolute_g", 2, 8)


@pytest.fixture
def selection() -> Selection:
    clauses = (
        Clause("slider:ruwe", Range.above("ruwe", 1.2), "RUWE of the paper"),
        Clause("slider:parallax", Range("parallax")),
        Clause("box:1", BOX, "Box on M_G – BP−RP"),
        Clause("typed:1", parse("subclass in ('K7', 'M0') or ruwe > 3"), "Typed cut"),
        Clause("lasso:1", Inside("bp_rp", "absolute_g", ((0, 0), (2, 0), (2, 9))), "Lasso", enabled=False),
    )
    return Selection(History(), clauses)


@pytest.fixture
def stars() -> pd.DataFrame:
    draw = np.random.default_rng(5)
    table = pd.DataFrame({name: draw.uniform(0, 10, 400) for name in COLUMNS[:4]})
    table["ruwe"] = draw.uniform(0.8, 4, 400).astype(np.float32)
    table.loc[::17, "ruwe"] = np.nan
    table["subclass"] = draw.choice(["K7", "M0", "M3"], 400)
    return table


def by_hand(stars: pd.DataFrame) -> np.ndarray:
    ruwe = stars["ruwe"].astype(float)
    keep = (ruwe > 1.2) & stars["bp_rp"].between(0.5, 1.5) & stars["absolute_g"].between(2, 8)
    return np.flatnonzero(keep & (stars["subclass"].isin(["K7", "M0"]) | (ruwe > 3)))


def test_the_text_reads_well_and_a_cut_that_is_off_is_a_comment(selection) -> None:
    assert editable_text(selection).split("\n") == [
        "ruwe > 1.2",
        "and 0.5 <= bp_rp <= 1.5 and 2 <= absolute_g <= 8",
        "and (subclass in ('K7', 'M0') or ruwe > 3)",
        "# off: inside(bp_rp, absolute_g, [(0, 0), (2, 0), (2, 9)])",
    ]


def test_the_text_unchanged_gives_the_very_same_clauses(selection) -> None:
    assert clauses_from_text(selection, editable_text(selection), COLUMNS) == selection.clauses


def test_the_text_python_and_sql_all_pick_the_rows_that_a_person_would(selection, stars) -> None:
    written, expected = write_selection(selection), by_hand(stars)
    assert len(expected) > 3
    np.testing.assert_array_equal(np.flatnonzero(parse(written.text.split("\n#")[0]).mask(stars)), expected)
    scope: dict = {"table": stars}
    exec(written.python, scope)
    np.testing.assert_array_equal(scope["selected"].index, expected)
    duckdb = pytest.importorskip("duckdb", reason="DuckDB comes with the extra named bench")
    gaia_source = stars.assign(row=range(len(stars))).astype({"ruwe": float})
    gaia_source["ruwe"] = gaia_source["ruwe"].astype(object).where(gaia_source["ruwe"].notna(), None).astype(float)
    with duckdb.connect() as database:
        database.register("stars", gaia_source)
        query = written.adql.replace("SELECT *", "SELECT row").replace("gaiadr3.gaia_source", "stars")
        found = sorted(row for (row,) in database.execute(query + " AND NOT isnan(ruwe)").fetchall())
    np.testing.assert_array_equal(found, expected)


def test_a_parser_that_is_not_ours_finds_the_same_columns_in_the_adql(selection) -> None:
    tree = sqlglot.parse_one(write_selection(selection).adql)
    named = {column.name for column in tree.find_all(expressions.Column)}
    assert named == selected_cut(selection).columns == {"ruwe", "bp_rp", "absolute_g", "subclass"}
    assert tree.find(expressions.Table).name == "gaia_source"


def test_an_edited_limit_moves_its_slider_and_leaves_the_rest_alone(selection) -> None:
    text = editable_text(selection).replace("ruwe > 1.2", "ruwe > 1.4 and parallax >= 2")
    edited = {clause.name: clause for clause in clauses_from_text(selection, text, COLUMNS)}
    assert edited["slider:ruwe"].cut == Range.above("ruwe", 1.4)
    assert edited["slider:ruwe"].label == "RUWE of the paper"
    assert edited["slider:parallax"].cut == Range("parallax", 2)
    assert [edited[name] for name in ("box:1", "typed:1", "lasso:1")] == list(selection.clauses[2:])


def test_what_the_text_leaves_out_is_opened_or_removed(selection) -> None:
    names = [c.name for c in clauses_from_text(selection, "parallax < 3\n# a note", COLUMNS)]
    assert names == ["slider:ruwe", "slider:parallax", "lasso:1"]
    cleared = clauses_from_text(selection, "", COLUMNS)
    assert [clause.cut for clause in cleared[:2]] == [Range("ruwe"), Range("parallax")]


def test_two_limits_that_one_slider_cannot_hold_stay_two_cuts(selection, stars) -> None:
    text = "1 <= ruwe <= 2 and 1.5 <= ruwe <= 3"
    clauses = clauses_from_text(selection, text, COLUMNS)
    cuts = tuple(clause.cut for clause in clauses if clause.enabled)
    expected = stars["ruwe"].between(1.5, 2)
    np.testing.assert_array_equal(And(cuts).mask(stars), expected)
    assert len({clause.name for clause in clauses}) == len(clauses)


def test_a_mistake_is_named_with_its_place_in_the_text_as_typed(selection) -> None:
    text = "# a remark\nruwe > 1.2\nand paralax > 3"
    with pytest.raises(SelectionTextError, match="parallax") as refused:
        clauses_from_text(selection, text, COLUMNS)
    assert text[refused.value.position :].startswith("paralax")


def test_what_a_language_cannot_say_is_said_and_the_others_are_there() -> None:
    quoted = parse("""subclass == 'a "quoted" text'""")
    written = write_selection(Selection(History(), [Clause("typed:1", quoted)]))
    assert written.topcat == ""
    assert "TOPCAT" in written.notes["topcat"]
    assert written.adql.endswith("""subclass = 'a "quoted" text'""")
    assert clauses_from_text(Selection(History()), written.text, COLUMNS)[0].cut == quoted
