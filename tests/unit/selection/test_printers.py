import math
import shutil
import sqlite3
import subprocess

import cut_strategies as some
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.selection import (
    PRESETS,
    Inside,
    MissingColumnError,
    OneOf,
    Range,
    as_adql,
    as_python,
    as_topcat,
    parse,
)

needs_stilts = pytest.mark.skipif(
    shutil.which("stilts") is None, reason="the command stilts (Debian package stilts) is not here"
)
NUMBERS = ("ruwe", "bp_rp", "rv_nb_transits")


def python_rows(cut, table):
    scope = {"table": table}
    exec(as_python(cut), scope)
    return scope["selected"].index.tolist()


def sql(cut, table="stars"):
    """The query as the local engines spell it: their LOG is log10, ADQL's is the natural logarithm."""
    return as_adql(cut, table).replace("SELECT *", "SELECT row_number").replace("LOG(", "LN(")


def records(table):
    """Rows with None where a value is missing, as a database holds them."""
    rows = table.astype(object).where(table.notna(), None).itertuples(index=True, name=None)
    return [tuple(value.item() if isinstance(value, np.generic) else value for value in row) for row in rows]


def sqlite_rows(cut, table):
    database = sqlite3.connect(":memory:")
    for name in ("LOG10", "LN", "SQRT", "ABS", "EXP"):
        function = np.log if name == "LN" else getattr(np, name.lower())
        database.create_function(name, 1, lambda x, f=function: None if x is None else float(f(x)))
    database.create_function("POWER", 2, lambda x, y: None if None in (x, y) else x**y)
    database.execute(
        'CREATE TABLE stars (row_number INTEGER, ruwe REAL, bp_rp REAL, rv_nb_transits INTEGER, "odd name" REAL,'
        " subclass TEXT, single_lined TEXT)"
    )
    spelled = [(*row[:-1], "true" if row[-1] else "false") for row in records(table)]
    database.executemany("INSERT INTO stars VALUES (?, ?, ?, ?, ?, ?, ?)", spelled)
    found = sorted(number for (number,) in database.execute(sql(cut)))
    database.close()
    return found


@pytest.fixture(scope="module")
def duck():
    duckdb = pytest.importorskip("duckdb", reason="DuckDB comes with the extra named bench")
    database = duckdb.connect()
    database.execute(
        'CREATE TABLE stars (row_number INTEGER, ruwe DOUBLE, bp_rp DOUBLE, rv_nb_transits INTEGER, "odd name" DOUBLE,'
        " subclass VARCHAR, single_lined BOOLEAN)"
    )
    yield database
    database.close()


def duck_rows(database, cut, table):
    database.execute("DELETE FROM stars")
    for row in records(table):
        database.execute("INSERT INTO stars VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return sorted(number for (number,) in database.execute(sql(cut)).fetchall())


def expected_rows(cut, table):
    return np.flatnonzero(cut.mask(table)).tolist()


@given(some.cuts(), some.tables())
def test_the_python_form_picks_the_same_rows(cut, table):
    assert python_rows(cut, table) == expected_rows(cut, table)


@given(some.cuts(), some.tables(np.float64))
def test_the_adql_form_picks_the_same_rows_in_sqlite(cut, table):
    assert sqlite_rows(cut, table) == expected_rows(cut, table)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(some.cuts(), some.tables(np.float64))
def test_the_adql_form_picks_the_same_rows_in_duckdb(duck, cut, table):
    assert duck_rows(duck, cut, table) == expected_rows(cut, table)


MANY_STARS = pd.DataFrame(
    {
        "ruwe": [0.9, 1.25, np.nan, 3.0, -1.0, 0.1, 0.0, 2.0],
        "bp_rp": [0.7, np.nan, 1.0, 2.0, -2.5, 0.1, 10.0, 0.0],
        "rv_nb_transits": [3, 0, 2, 10, 5, 1, 7, 4],
        "subclass": ["K7", None, "M0", "M3", "it's", "M0", "K7", None],
        "single_lined": [True, False, True, True, False, False, True, False],
    }
)


def stilts_rows(cuts, table, folder):
    """Row numbers that each cut picks in STILTS: one run adds a column of truth values for each expression."""
    path = folder / "stars.vot"
    write_votable(table, path)
    commands = [f"cmd=addcol passes_{k} {quoted(as_topcat(cut))}" for k, cut in enumerate(cuts)]
    names = " ".join(f"passes_{k}" for k in range(len(cuts)))
    run = subprocess.run(
        ["stilts", "tpipe", f"in={path}", "ifmt=votable", *commands, f"cmd=keepcols '{names}'", "ofmt=csv"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    lines = [line.split(",") for line in run.stdout.splitlines()[1:]]
    return [[row for row, line in enumerate(lines) if line[k] == "true"] for k in range(len(cuts))]


def quoted(expression):
    return "'" + expression.replace("\\", "\\\\").replace("'", "\\'") + "'"


def write_votable(table, path):
    from astropy.table import MaskedColumn, Table

    columns = Table()
    for name in table:
        missing = table[name].isna().to_numpy()
        values = table[name].where(~missing, "" if name == "subclass" else 0)
        kind = {"subclass": str, "rv_nb_transits": np.int32, "single_lined": bool}.get(name, np.float64)
        columns[name] = MaskedColumn(values.to_numpy().astype(kind), mask=missing)
        if kind is np.float64:
            columns[name] = table[name].to_numpy()
    columns.write(path, format="votable", overwrite=True)


@needs_stilts
def test_the_topcat_form_picks_the_same_rows_in_stilts(tmp_path):
    found = []

    @settings(max_examples=300, database=None, deadline=None)
    @given(some.cuts(scales=("linear",), columns=NUMBERS))
    def collect(cut):
        if "odd name" not in cut.columns and "it's" not in repr(cut) and "''" not in repr(cut):
            found.append(cut)

    collect()
    table = MANY_STARS.astype({"rv_nb_transits": object})
    table.loc[2, "rv_nb_transits"] = None
    for start in range(0, len(found), 50):
        cuts = found[start : start + 50]
        for cut, rows in zip(cuts, stilts_rows(cuts, table, tmp_path), strict=True):
            assert rows == expected_rows(cut, table), as_topcat(cut)


@needs_stilts
def test_topcat_and_numpy_agree_on_functions(tmp_path):
    texts = ["log10(rv_nb_transits + 1) > 0.5", "log(bp_rp + 3) < 1", "hypot(ruwe, bp_rp) > 2", "ruwe ** 2 > 1.5"]
    texts += ["rv_nb_transits / 2 > 1.2", "degrees(atan2(ruwe, bp_rp)) > 45", "radians(ruwe) < 0.02", "abs(-ruwe) > 1"]
    cuts = [parse(text) for text in texts]
    for cut, rows in zip(cuts, stilts_rows(cuts, MANY_STARS, tmp_path), strict=True):
        assert rows == expected_rows(cut, MANY_STARS), cut.text


def adql_complaint(query):
    """What the ADQL parser that STILTS carries says; the query goes nowhere, as nothing listens at port 9."""
    run = subprocess.run(
        ["stilts", "tapquery", "tapurl=http://127.0.0.1:9/tap", f"adql={query}", "parse=true"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    return run.stderr if "Parse error" in run.stderr else ""


@needs_stilts
def test_an_independent_parser_reads_the_adql_form():
    assert adql_complaint("SELECT * FROM gaiadr3.gaia_source WHERE ruwe >> 1")
    texts = (
        "not (parallax < 2 or n in (1, 2)) and bp_rp is null and subclass = 'it''s' and distance > 1e-12",
        "inside(bp_rp, period on log10, [(0.7, 5), (1.4, 5), (5, 16.5), (4, 16.5)]) or not a / b <= 3",
        "a ** 2 + hypot(a, 2) - log(b) > -3 and single_lined and any(x) and `odd name` < 0.30000000000000004",
    )
    cuts = [*map(parse, texts), PRESETS["andrew2022_gold"].cut(), PRESETS["mu2022"].cut()]
    for cut in cuts:
        assert not adql_complaint(as_adql(cut)), as_adql(cut)


def test_python_reads_well():
    assert as_python(parse("0.2 < period < 1 and ruwe > 1.25 and subclass in ('K7', 'M0')")) == (
        "import numpy as np\n"
        "\n"
        "selected = table[\n"
        "    (table['period'] > np.float64(0.2)) & (table['period'] < 1)\n"
        "    & (table['ruwe'] > 1.25)\n"
        "    & table['subclass'].isin(['K7', 'M0'])\n"
        "]\n"
    )


def test_adql_reads_well_and_lets_null_through_not():
    query = as_adql(parse("ruwe > 1.25 and not (parallax < 2 or rv_method_used in (1, 2)) and distance is null"))
    assert query == (
        "SELECT *\n"
        "FROM gaiadr3.gaia_source\n"
        "WHERE ruwe > 1.25\n"
        "  AND (parallax >= 2 OR parallax IS NULL)\n"
        "  AND (rv_method_used NOT IN (1, 2) OR rv_method_used IS NULL)\n"
        '  AND "distance" IS NULL'
    )


def test_topcat_reads_well_and_guards_conditions_under_or():
    assert as_topcat(parse("ruwe > 1.25 and (n >= 3 or not eclipsing)")) == (
        "ruwe > 1.25 && ((!NULL_n && n >= 3) || (NULL_eclipsing || !(eclipsing == true)))"
    )


def test_long_identifiers_keep_every_digit_in_every_language():
    cut = OneOf("source_id", (3425577610762832385,))
    assert "source_id = 3425577610762832385" in as_adql(cut)
    assert as_topcat(cut) == "source_id == 3425577610762832385L"
    table = pd.DataFrame({"source_id": [3425577610762832384, 3425577610762832385]})
    assert python_rows(cut, table) == [1]


def test_integers_are_divided_as_real_numbers():
    table = MANY_STARS.assign(**{"odd name": 0.0})[
        ["ruwe", "bp_rp", "rv_nb_transits", "odd name", "subclass", "single_lined"]
    ]
    cut = parse("rv_nb_transits / 2 > 1.25")
    assert expected_rows(cut, table) == [0, 3, 4, 6, 7]
    assert sqlite_rows(cut, table) == [0, 3, 4, 6, 7]


def test_a_lasso_of_a_hundred_vertices_runs_in_sql(duck):
    rng = np.random.default_rng(1)
    angle = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    radius = 1 + 0.2 * rng.random(100)
    lasso = Inside("ruwe", "bp_rp", tuple(zip(radius * np.cos(angle), radius * np.sin(angle), strict=True)))
    table = MANY_STARS.assign(**{"odd name": 0.0})
    table = pd.concat([table] * 10, ignore_index=True)
    table["ruwe"], table["bp_rp"] = rng.uniform(-1.5, 1.5, (2, len(table)))
    table = table[["ruwe", "bp_rp", "rv_nb_transits", "odd name", "subclass", "single_lined"]]
    expected = expected_rows(lasso, table)
    assert 0 < len(expected) < len(table)
    assert duck_rows(duck, lasso, table) == expected


def test_columns_that_the_archive_lacks_are_named():
    with pytest.raises(MissingColumnError, match="no column 'delta_vr'"):
        as_adql(Range("delta_vr", 150), columns=["source_id", "ruwe"])


@pytest.mark.parametrize("cut", [Range("odd name", 1), Range("class", 1), OneOf("subclass", ('q"',))])
def test_what_topcat_cannot_spell_is_refused(cut):
    with pytest.raises(ValueError, match="TOPCAT"):
        as_topcat(cut)


@given(st.floats(-1e300, 1e300))
def test_thresholds_reach_adql_with_every_digit(value):
    sign, number = as_adql(Range("x", value)).split("WHERE x ")[1].split(" ")
    assert float(number) == (math.nextafter(value, -math.inf) if sign == ">" else value)
