"""Passing stars as files and back: the rows, the cuts, the verdicts, units; read by astropy and pyarrow too."""

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

from analysis.catalogue import DataError
from analysis.selection import Range, parse
from analysis.vetting import Verdict, VerdictStore, read_export
from components.state.exports import FORMATS, export_name, origin_session, read_origin, write_export
from components.state.library import Library
from components.state.saved_sessions import session_query
from components.state.selection_text import saved_clauses
from components.state.session import Session
from components.state.workspace import Workspace


@pytest.fixture
def library(tmp_path) -> Library:
    draw = np.random.default_rng(8)
    n = 300
    table = pd.DataFrame(
        {
            "source_id": 4373465352415301632 + np.arange(n),
            "ruwe": draw.lognormal(0, 0.3, n),
            "parallax": draw.gamma(2, 1, n),
            "remark": ["<script>alert(1)</script>", "Δ 星", "plain"] * (n // 3),
        }
    )
    path = tmp_path / "stars.csv"
    table.to_csv(path, index=False)
    return Library([path])


@pytest.fixture
def workspace(library):
    workspace = Workspace(library.open("file-stars"))
    workspace.selection.publish("slider:ruwe", Range.above("ruwe", 1.1))
    workspace.selection.publish("typed:1", parse("parallax < 3 or ruwe > 2"), "Near & far")
    yield workspace
    workspace.close()


def by_hand(table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["ruwe"] > 1.1) & ((table["parallax"] < 3) | (table["ruwe"] > 2))]


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_export_opened_in_the_page_gives_back_the_selection(workspace, library, tmp_path, run_async, suffix) -> None:
    catalogue = workspace.catalogue
    expected = by_hand(catalogue.table)
    star = int(expected["source_id"].iloc[0])
    with VerdictStore(tmp_path / "v.sqlite") as store:
        store.append(
            Verdict(
                source_id=star, verdict="triple", reviewer="anna", comment="third light", dataset_name=catalogue.name
            )
        )
        records = tuple(store.records())
    path = tmp_path / export_name(catalogue, suffix)
    told = write_export(catalogue, saved_clauses(workspace.selection), records, path)
    assert told.n_rows == len(expected)
    back = read_export(path)
    np.testing.assert_array_equal(back.table["source_id"], expected["source_id"])
    np.testing.assert_allclose(back.table["ruwe"], expected["ruwe"])
    assert [str(text) for text in back.table["remark"]] == [str(text) for text in expected["remark"]]
    assert {"evidence_astrometric_noise", "n_evidence", "verdict"} <= set(back.table.columns)
    assert [record.comment for record in back.records] == ["third light"]

    session = Session(Library([path]))
    run_async(session.open(session.library.first))
    assert "exported by Penumbra" in session.notice
    run_async(session.open_saved(origin_session(session.origin, session.library.first)))
    assert session.workspace.selection.clauses == workspace.selection.clauses
    session.close()
    source = Workspace(library.open("file-stars"), session_query(origin_session(read_origin(path), "file-stars")))
    assert source.selection.clauses == workspace.selection.clauses
    source.close()


@pytest.mark.parametrize(("suffix", "form"), [("fits", "fits"), ("vot", "votable"), ("ecsv", "ascii.ecsv")])
def test_astropy_reads_units_and_what_they_are_of(workspace, tmp_path, suffix, form) -> None:
    path = tmp_path / f"stars.{suffix}"
    write_export(workspace.catalogue, saved_clauses(workspace.selection), (), path)
    table = Table.read(path, format=form, **({"hdu": 1} if suffix == "fits" else {}))
    assert len(table) == len(by_hand(workspace.catalogue.table))
    assert str(table["parallax"].unit) == "mas"
    described = str(table["parallax"].description) + str(table["parallax"].meta)
    assert "arallax" in described or suffix == "fits"


def test_a_file_that_was_never_exported_has_no_origin(library) -> None:
    assert read_origin(library.path("file-stars")) is None


def test_a_selection_of_no_star_is_refused_in_words(workspace, tmp_path) -> None:
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1e6))
    with pytest.raises(DataError, match="no star passes"):
        write_export(workspace.catalogue, saved_clauses(workspace.selection), (), tmp_path / "none.fits")
    assert not (tmp_path / "none.fits").exists()


def test_stars_without_a_name_are_named_by_their_row(tmp_path) -> None:
    path = tmp_path / "nameless.csv"
    pd.DataFrame({"ra": [1.0, 2.0, 3.0], "dec": [1.0, 2.0, 3.0]}).to_csv(path, index=False)
    workspace = Workspace(Library([path]).open("file-nameless"))
    workspace.selection.publish("slider:ra", Range("ra", 1.5))
    target = tmp_path / "out.parquet"
    write_export(workspace.catalogue, saved_clauses(workspace.selection), (), target)
    assert read_export(target).table["row"].to_list() == [1, 2]
    workspace.close()
