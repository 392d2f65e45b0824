import tomllib
from datetime import UTC, datetime

import numpy as np
import pytest
from examples import ATTACKS, stars
from hypothesis import given, settings
from hypothesis import strategies as st
from test_why_difference import cuts

from analysis.catalogue.errors import DataError
from analysis.selection import Inside, OneOf, Range, parse
from analysis.vetting import (
    QueueOrder,
    SavedClause,
    SavedSession,
    SessionShelf,
    combined_cut,
    parse_session,
    read_session,
    session_text,
    write_session,
)

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
plain = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), texts)
values = st.recursive(
    plain, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3))
)
sessions = st.builds(
    SavedSession,
    name=texts.filter(bool),
    dataset_name=texts,
    dataset_hash=texts,
    clauses=st.lists(st.builds(SavedClause, texts, cuts, texts, st.booleans()), max_size=3).map(tuple),
    planes=st.dictionaries(texts, st.dictionaries(texts, values, max_size=3), max_size=2),
    windows=st.dictionaries(texts, st.tuples(*[st.floats(allow_nan=False)] * 4), max_size=2),
    order=st.one_of(
        st.none(),
        st.builds(QueueOrder, st.just("random"), texts, st.integers(-(2**63), 2**63 - 1), st.booleans()),
        st.builds(QueueOrder, st.sampled_from(["score", "magnitude"]), texts.filter(bool)),
    ),
    place=texts,
    reviewer=texts,
    draft=texts,
    app_version=texts,
    saved=st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)),
)


def example(**more):
    return SavedSession(
        **{
            "name": "Night one",
            "dataset_name": "mu2022",
            "dataset_hash": "ab12",
            "clauses": (
                SavedClause("slider:ruwe", Range.above("ruwe", 1.25), "RUWE"),
                SavedClause("lasso:1", Inside("bp_rp", "absolute_g", ((0.7, 5), (1.4, 5), (5, 16.5)))),
                SavedClause("typed:1", parse("ruwe * 2 > absolute_g | subclass in ('K7', 'M0')"), enabled=False),
            ),
            "planes": {"first": {"x": "bp_rp", "y": "absolute_g", "invert_y": True}},
            "windows": {"first": (0.0, 4.0, -1.0, 15.0)},
            "order": QueueOrder("random", seed=7),
            "place": "4373465352415301632",
            "draft": "half a comm",
            **more,
        }
    )


@settings(max_examples=80, deadline=None)
@given(sessions)
def test_any_session_reads_back_equal(session):
    assert parse_session(session_text(session)) == session


@given(st.lists(cuts, max_size=3))
def test_a_saved_selection_passes_the_same_stars(found):
    table = stars()
    saved = SavedSession("s", "d", clauses=tuple(SavedClause(f"c{n}", cut) for n, cut in enumerate(found)))
    cut = combined_cut(parse_session(session_text(saved)).clauses)
    expected = np.logical_and.reduce([np.ones(len(table), bool), *(one.mask(table) for one in found)])
    np.testing.assert_array_equal(np.ones(len(table), bool) if cut is None else cut.mask(table), expected)


def test_the_file_can_be_read_and_edited_by_hand(tmp_path):
    path = write_session(example(), tmp_path / "night.toml")
    text = path.read_text()
    assert "# ruwe > 1.25\n[[clause]]" in text
    assert tomllib.loads(text)["clause"][0]["cut"]["column"] == "ruwe"
    assert 'place = "4373465352415301632"' in text
    edited = text.replace('enabled = true\ncut = {kind = "range"', 'enabled = false\ncut = {kind = "range"')
    path.write_text(edited)
    assert [clause.enabled for clause in read_session(path).clauses] == [False, True, False]


def test_clauses_that_are_off_or_open_cut_nothing():
    clauses = (SavedClause("a", Range("ruwe")), SavedClause("b", OneOf("subclass", ("K7",)), enabled=False))
    assert combined_cut(clauses) is None
    assert combined_cut((*clauses, SavedClause("c", Range("ruwe", 1)))) == Range("ruwe", 1)


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_strings_stay_text_and_cannot_leave_the_folder(tmp_path, attack):
    shelf = SessionShelf(tmp_path / "sessions")
    for name in (attack, f"../../{attack}", f"/etc/{attack}\\..\\x"):
        saved = example(name=name, draft=attack)
        path = shelf.save(saved)
        assert path.parent == tmp_path / "sessions"
        assert path.resolve().parent == (tmp_path / "sessions").resolve()
        assert shelf.open(name) == saved
    assert {file.parent.name for file in tmp_path.rglob("*.toml")} == {"sessions"}


def test_a_shelf_lists_its_sessions_the_last_saved_first(tmp_path):
    shelf = SessionShelf(tmp_path)
    assert shelf.names() == ()
    for day, name in ((1, "a"), (3, "A"), (2, "a/b")):
        shelf.save(example(name=name, saved=datetime(2026, 1, day, tzinfo=UTC)))
    (tmp_path / "session-broken.toml").write_text("no = [")
    assert shelf.names() == ("A", "a/b", "a")
    shelf.save(example(name="a", saved=datetime(2026, 1, 4, tzinfo=UTC)))
    assert shelf.names() == ("a", "A", "a/b")


def test_a_link_brings_back_the_session_as_it_was(tmp_path):
    shelf, saved = SessionShelf(tmp_path), example()
    token = shelf.link(saved)
    assert shelf.link(saved) == token
    assert len(token) == 12
    changed = example(draft="more", saved=saved.saved)
    assert shelf.link(changed) != token
    assert shelf.follow(token) == saved
    assert shelf.names() == ()
    for wrong in ("", "../../etc/passwd", "0" * 12, "A" * 12, token + "\n"):
        with pytest.raises(DataError):
            shelf.follow(wrong)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("format = 1", "format = 2"), "format 1, not 2"),
        (('name = "Night one"', 'nam = "Night one"'), "unknown field 'nam'"),
        (('name = "Night one"\n', ""), "needs its name"),
        (('draft = "half a comm"', "draft = 3"), "draft in [session] must be text"),
        (('kind = "range"', 'kind = "rang"'), "clause 'slider:ruwe'"),
        (('column = "ruwe"', 'columm = "ruwe"'), "lacks its field 'column'"),
        (("enabled = true", 'enabled = "yes"'), "enabled must be true or false"),
        (('kind = "random"', 'kind = "best"'), "score, magnitude, random"),
        (("seed = 7", "seed = 7.5"), "seed of a queue's order must be int"),
        (("first = [0.0, 4.0, -1.0, 15.0]", "first = [0.0, 4.0]"), "four numbers"),
        (("[windows]", "[window]"), "unknown part 'window'"),
        (("[queue]", "[queue"), "line"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_the_fault(tmp_path, change, said):
    text = session_text(example())
    assert change[0] in text
    path = tmp_path / "night.toml"
    path.write_text(text.replace(*change, 1))
    with pytest.raises(DataError, match=r"night\.toml") as error:
        read_session(path)
    assert said in str(error.value)


def test_a_session_that_cannot_be_read_or_written_names_the_file(tmp_path):
    with pytest.raises(DataError, match=r"none\.toml.*No such file"):
        read_session(tmp_path / "none.toml")
    with pytest.raises(DataError, match="cannot be written"):
        write_session(example(), tmp_path / "none" / "night.toml")
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="folder of sessions"):
        SessionShelf(tmp_path / "file" / "x").save(example())
    with pytest.raises(ValueError, match="surrogate"):
        session_text(example(draft="\ud800"))
