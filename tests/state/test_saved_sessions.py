"""What a page shows, kept and brought back: by name, by a short link, and when the data are not the same."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.selection import Inside, Range
from analysis.vetting import SessionShelf, parse_session, session_text
from components.state.library import Library
from components.state.saved_sessions import changed_data, session_now, session_query
from components.state.session import Session
from components.state.workspace import Workspace


@pytest.fixture
def shelf(tmp_path) -> SessionShelf:
    return SessionShelf(tmp_path / "sessions")


@pytest.fixture
def library(tmp_path) -> Library:
    draw = np.random.default_rng(1)
    columns = {"ra": draw.uniform(0, 360, 50), "dec": draw.uniform(-90, 90, 50), "ruwe": draw.uniform(1, 3, 50)}
    table = pd.DataFrame({"source_id": 4373465352415301632 + np.arange(50), **columns})
    path = tmp_path / "stars.csv"
    table.to_csv(path, index=False)
    return Library([path])


@pytest.fixture
def changed(library) -> Workspace:
    workspace = Workspace(library.open("file-stars"))
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1.2, 2.5))
    workspace.selection.publish("lasso:1", Inside("ra", "dec", ((0, 0), (360, 0), (180, 90))), 'a "label"')
    workspace.selection.enable("lasso:1", False)
    workspace.choose_axes("second", "ruwe", "dec", None, True, False, "linear", None)
    workspace.focus.pick("4373465352415301635")
    workspace.zoom("first", (10.0, 20.0, -5.0, 5.0), 400, 300)
    yield workspace
    workspace.close()


def test_a_session_comes_back_whole_through_its_file(changed, library) -> None:
    saved = parse_session(session_text(session_now(changed, "one")))
    again = Workspace(library.open("file-stars"), session_query(saved))
    assert again.notices == []
    assert again.selection.clauses == changed.selection.clauses
    assert again.planes.figures == changed.planes.figures
    assert again.windows == changed.windows
    assert again.focus.identifier == "4373465352415301635"
    again.close()


def test_a_short_link_opens_what_it_was_made_from_whatever_is_saved_later(changed, library, shelf, run_async) -> None:
    token = shelf.link(session_now(changed, "one"))
    shelf.save(replace(session_now(changed, "one"), clauses=()))
    session = Session(library, f"?s={token}", shelf=shelf)
    run_async(session.open(session.asked_dataset, session.first_query))
    assert session.notice == ""
    assert session.workspace.selection.clauses == changed.selection.clauses
    session.close()


@pytest.mark.parametrize("token", ["000000000000", "../../etc/passwd", "<script>"])
def test_an_unknown_link_opens_the_first_catalogue_and_says_so(library, shelf, run_async, token) -> None:
    session = Session(library, f"?s={token}", shelf=shelf)
    run_async(session.open(session.asked_dataset, session.first_query))
    assert session.workspace.catalogue.name == "file-stars"
    assert session.notice.startswith("The link could not be followed")
    session.close()


def test_a_session_of_a_catalogue_that_is_not_here_says_what_to_do(changed, shelf, run_async) -> None:
    session = Session(Library(), shelf=shelf)
    assert not run_async(session.open_saved(session_now(changed, "one")))
    assert "file-stars" in session.notice
    assert "Open that file first" in session.notice


def test_columns_that_are_gone_are_named_once_and_the_other_cuts_stay(changed, library, shelf, run_async) -> None:
    saved = session_now(changed, "one")
    odd = replace(saved.clauses[0], name="typed:9", cut=Range("teff", 1) & Range("logg", 2))
    session = Session(library, shelf=shelf)
    assert run_async(session.open_saved(replace(saved, clauses=(*saved.clauses, odd))))
    assert session.notice == "stars.csv has no column logg, teff: one cut was left out."
    assert session.workspace.selection.clauses == changed.selection.clauses
    session.close()


def test_data_that_changed_since_are_noticed(changed) -> None:
    saved = session_now(changed, "one")
    assert saved.dataset_hash
    assert changed_data(saved, changed) == ""
    assert "has changed since" in changed_data(replace(saved, dataset_hash="another"), changed)


def test_names_are_changed_and_removed_but_never_over_another(changed, shelf) -> None:
    for name in ("one", "two"):
        shelf.save(session_now(changed, name))
    with pytest.raises(ValueError, match="already"):
        shelf.rename("one", "two")
    shelf.rename("one", "<b>three</b>")
    shelf.delete("two")
    assert shelf.names() == ("<b>three</b>",)
    (shelf.folder / "session-broken-1.toml").write_text("no toml")
    assert shelf.unreadable() == ("session-broken-1.toml",)
    with pytest.raises(ValueError, match="cannot be removed"):
        shelf.delete("two")
