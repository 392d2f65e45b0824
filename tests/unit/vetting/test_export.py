import csv
import json
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from astropy.table import Table
from examples import ATTACKS, IDS, clauses, stars, verdict
from hypothesis import HealthCheck, given, settings
from test_why_difference import cuts

from analysis.catalogue import read, write
from analysis.catalogue.errors import DataError
from analysis.selection import Missing, Range, parse
from analysis.vetting import (
    VerdictStore,
    candidate_table,
    combined_cut,
    evidence_table,
    export_candidates,
    read_export,
    read_stamp,
)

FORMATS = ("fits", "vot", "xml", "ecsv", "csv", "parquet")
CUTS = clauses(Range("ruwe", 1.0, 3.6) | Missing("ruwe"), Range.above("phot_g_mean_mag", 10))
PASSING = [IDS[0], IDS[1], IDS[2], IDS[3], IDS[5]]


@pytest.fixture
def records(tmp_path):
    with VerdictStore(tmp_path / "v.sqlite") as store:
        store.append(verdict(IDS[0], "triple", confidence=0.5, priority="low", tags=("blend",), comment="third light"))
        store.append(verdict(IDS[0], "triple", "ben", confidence=1.0, priority="high", tags=("blend", "follow up")))
        store.append(verdict(IDS[1], "unsure", comment="two\nlines\tΔV"))
        store.append(verdict(IDS[1], "artefact", "ben"))
        store.append(verdict(IDS[3], "single"))
        store.append(verdict(IDS[4], "single"))
        yield store.latest()


def _export(path, records=(), **more):
    return export_candidates(
        stars(), path, clauses=CUTS, dataset_name="six stars", dataset_hash="c0ffee", records=records, **more
    )


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_export_reads_back_to_the_same_selection_rows_and_verdicts(tmp_path, records, suffix):
    path = tmp_path / f"candidates.{suffix}"
    provenance = _export(path, records)
    back = read_export(path)
    assert back.provenance == provenance
    assert back.provenance.cut == combined_cut(CUTS)
    assert (back.provenance.dataset_name, back.provenance.dataset_hash) == ("six stars", "c0ffee")
    assert (back.provenance.n_rows, back.provenance.n_rows_dataset) == (5, 6)
    assert back.provenance.app_version
    table = stars()
    np.testing.assert_array_equal(table["source_id"][back.provenance.cut.mask(table)], PASSING)
    assert back.table["source_id"].tolist() == PASSING
    assert back.provenance.cut.mask(back.table).all()
    expected = table[table["source_id"].isin(PASSING)].reset_index(drop=True)
    pd.testing.assert_frame_equal(back.table[list(expected.columns)], expected)
    assert back.records == tuple(record for record in records if record.source_id != str(IDS[4]))


@pytest.mark.parametrize("suffix", FORMATS)
def test_units_ucds_and_meanings_are_in_the_file(tmp_path, suffix):
    path = tmp_path / f"candidates.{suffix}"
    table = stars().assign(own_column=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    table.attrs = {
        "id_column": "source_id",
        "columns": {"own_column": {"unit": "km / s", "ucd": "phys.veloc", "description": "own"}},
    }
    export_candidates(table, path, dataset_name="x")
    back = read_export(path)
    assert back.table.attrs["columns"]["own_column"] == {"unit": "km / s", "ucd": "phys.veloc", "description": "own"}
    assert back.table.attrs["columns"]["verdict_confidence"]["ucd"] == "stat.probability"
    facts = back.provenance.columns["phot_g_mean_mag"]
    assert (facts["unit"], facts["ucd"]) == ("mag", "phot.mag;em.opt")
    assert facts["description"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(cuts)
def test_any_selection_survives_each_format(tmp_path, cut):
    table = stars()
    mask = cut.mask(table)
    for suffix in ("parquet", "csv", "ecsv"):
        path = tmp_path / f"candidates.{suffix}"
        if not mask.any():
            with pytest.raises(DataError, match="no star passes"):
                export_candidates(table, path, clauses=clauses(cut), dataset_name="x")
            continue
        export_candidates(table, path, clauses=clauses(cut), dataset_name="x")
        back = read_export(path)
        assert back.table["source_id"].tolist() == table["source_id"][mask].tolist()
        if back.provenance.cut is None:
            assert mask.all()
            continue
        np.testing.assert_array_equal(back.provenance.cut.mask(table), mask)
        assert back.provenance.cut.mask(back.table).all()


@pytest.mark.parametrize("suffix", FORMATS)
def test_attack_strings_survive_every_format_as_text(tmp_path, suffix):
    table = stars().assign(subclass=list(ATTACKS[:6]))
    with VerdictStore(tmp_path / "v.sqlite") as store:
        for number, attack in enumerate(ATTACKS):
            store.append(verdict(IDS[number % 6], reviewer=f"r{number}", comment=attack, tags=(attack[:50],)))
        path = tmp_path / f"candidates.{suffix}"
        export_candidates(table, path, dataset_name=ATTACKS[0], dataset_hash=ATTACKS[1], records=store.latest())
        back = read_export(path)
        assert back.records == store.latest()
    assert back.table["subclass"].tolist() == list(ATTACKS[:6])
    assert (back.provenance.dataset_name, back.provenance.dataset_hash) == ATTACKS[:2]


def test_the_columns_say_what_stands_for_each_star(records):
    table = candidate_table(stars(), "source_id", None, records).set_index("source_id")
    assert table["verdict_state"].tolist() == ["agreed", "conflict", "unjudged", "agreed", "agreed", "unjudged"]
    assert table.loc[IDS[0], "verdict"] == "triple"
    assert table.loc[IDS[0], "verdict_confidence"] == 0.75
    assert table.loc[IDS[0], "verdict_priority"] == "high"
    assert table.loc[IDS[0], "verdict_tags"] == "blend; follow up"
    assert table.loc[IDS[0], "verdict_reviewers"] == "anna; ben"
    assert table.loc[IDS[0], "verdict_comments"] == "anna: third light"
    assert table.loc[IDS[1], "verdict_comments"] == "anna: two lines ΔV"
    assert pd.isna(table.loc[IDS[1], "verdict"])
    assert table["n_reviewers"].tolist() == [2, 2, 0, 1, 1, 0]


def test_an_export_can_be_exported_again_with_newer_verdicts(tmp_path, records):
    _export(tmp_path / "first.parquet", records)
    first = read_export(tmp_path / "first.parquet")
    export_candidates(first.table, tmp_path / "second.ecsv", dataset_name="again", records=())
    second = read_export(tmp_path / "second.ecsv")
    assert list(second.table.columns) == list(first.table.columns)
    assert second.records == ()
    assert set(second.table["verdict_state"]) == {"unjudged"}


def test_evidence_stands_beside_the_stars_it_belongs_to(tmp_path):
    evidence = evidence_table(stars(), "source_id").iloc[::-1].iloc[1:]
    evidence.attrs = evidence_table(stars(), "source_id").attrs
    _export(tmp_path / "c.vot", evidence=evidence)
    back = read_export(tmp_path / "c.vot").table
    # RUWE of the five: 1.01, 1.2500001, 3.5, missing, and the last has no evidence.
    np.testing.assert_array_equal(back["evidence_astrometric_noise"], [0, 1, 1, np.nan, np.nan])
    assert "Andrew et al. 2022" in back.attrs["columns"]["evidence_astrometric_noise"]["description"]
    twice = pd.concat([evidence, evidence])
    with pytest.raises(DataError, match="more than once"):
        _export(tmp_path / "c.vot", evidence=twice)


def test_other_programs_read_the_files_without_knowing_penumbra(tmp_path, records):
    for suffix in FORMATS:
        _export(tmp_path / f"c.{suffix}", records)
    with fits.open(tmp_path / "c.fits") as file:
        assert file[1].data["source_id"].tolist() == PASSING
        assert file[1].header["TUNIT3"] == "mag"
        assert json.loads(file["PROVENANCE"].data["json"][0])["cut_text"] == combined_cut(CUTS).text
    document = ElementTree.parse(tmp_path / "c.vot").getroot()
    assert [child.tag.split("}")[1] for child in document][:2] == ["INFO", "RESOURCE"]
    for suffix, style in (("vot", "votable"), ("ecsv", "ascii.ecsv")):
        found = Table.read(tmp_path / f"c.{suffix}", format=style)
        assert found["source_id"].tolist() == PASSING
        assert str(found["phot_g_mean_mag"].unit) == "mag"
    assert json.loads(found.meta["penumbra_provenance"])["dataset_hash"] == "c0ffee"
    assert pd.read_csv(tmp_path / "c.csv", comment="#")["source_id"].tolist() == PASSING
    with (tmp_path / "c.csv").open(newline="") as file:
        assert {len(row) for row in csv.reader(line for line in file if not line.startswith("#"))} == {17}
    field = pq.read_schema(tmp_path / "c.parquet").field("phot_g_mean_mag")
    assert field.metadata[b"unit"] == b"mag"


def test_what_cannot_be_exported_is_refused_with_the_reason_and_leaves_no_file(tmp_path):
    with pytest.raises(DataError, match=r"'\.xlsx'.*\.fits, \.vot"):
        _export(tmp_path / "c.xlsx")
    with pytest.raises(DataError, match="no star passes the cuts"):
        export_candidates(stars(), tmp_path / "c.csv", clauses=clauses(parse("ruwe > 99")), dataset_name="x")
    with pytest.raises(DataError, match="no column that names each star"):
        export_candidates(pd.DataFrame({"ruwe": [1.0]}), tmp_path / "c.csv", dataset_name="x")
    with pytest.raises(DataError, match="cannot be written"):
        _export(tmp_path / "none" / "c.csv")
    assert not list(tmp_path.iterdir())


def test_an_interrupted_export_leaves_the_file_before_it(tmp_path, monkeypatch):
    _export(tmp_path / "c.csv")
    before = (tmp_path / "c.csv").read_bytes()
    monkeypatch.setattr("analysis.vetting.export.stamp", _full)
    with pytest.raises(DataError, match="No space left"):
        _export(tmp_path / "c.csv")
    assert (tmp_path / "c.csv").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["c.csv"]


def _full(_path, _provenance):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_that_is_no_export_is_refused(tmp_path, suffix):
    write(stars().drop(columns="subclass"), tmp_path / f"plain.{suffix}")
    assert len(read(tmp_path / f"plain.{suffix}")) == 6
    with pytest.raises(DataError, match="holds no provenance"):
        read_stamp(tmp_path / f"plain.{suffix}")
    (tmp_path / f"junk.{suffix}").write_bytes(b"# junk \x80\n<a>")
    with pytest.raises(DataError, match=rf"junk\.{suffix}"):
        read_stamp(tmp_path / f"junk.{suffix}")


def test_an_export_that_lost_rows_is_refused(tmp_path):
    _export(tmp_path / "c.csv")
    lines = (tmp_path / "c.csv").read_text().splitlines(keepends=True)
    (tmp_path / "c.csv").write_text("".join(lines[:-1]))
    with pytest.raises(DataError, match="has 4 rows, and 5 were exported"):
        read_export(tmp_path / "c.csv")


def test_provenance_that_was_changed_by_hand_is_refused_with_the_fault(tmp_path):
    _export(tmp_path / "c.csv")
    text = (tmp_path / "c.csv").read_text()
    for change, said in ((('"format": 1', '"format": 9'), "format 1"), (('"clauses"', '"claws"'), "lacks a field")):
        (tmp_path / "d.csv").write_text(text.replace(*change))
        with pytest.raises(DataError, match=said):
            read_export(tmp_path / "d.csv")
