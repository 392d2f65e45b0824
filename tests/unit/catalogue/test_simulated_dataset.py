"""The simulated survey is a dataset: labelled as such, made once, remade when broken."""

import pytest

from analysis import simulate
from analysis.catalogue import load_dataset, shipped_datasets
from analysis.catalogue import simulated as dataset_module
from analysis.catalogue.simulated import survey_file, survey_stars
from analysis.selection import PRESETS


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setenv("PENUMBRA_SURVEY_STARS", "300")


def test_it_is_the_survey_of_its_recipe_and_says_that_it_is_simulated(tmp_path) -> None:
    table = load_dataset("simulated", cache_dir=tmp_path)
    expected = simulate.survey(300, 7)
    assert (table["source_id"].to_numpy() == expected["source_id"].to_numpy()).all()
    assert table.attrs["simulated"]["n"] == 300
    assert table.attrs["id_column"] == "source_id"
    assert "made up" in " ".join(table.attrs["notes"])
    assert next(d for d in shipped_datasets() if d.name == "simulated").simulated
    assert {"absolute_g", "half_delta_vr"} <= set(table.columns)


def test_no_column_of_the_dataset_tells_the_truth(tmp_path) -> None:
    table = load_dataset("simulated", cache_dir=tmp_path)
    assert not [name for name in table.columns if name.endswith("_true")]


def test_the_second_opening_makes_nothing_and_a_broken_file_is_made_anew(tmp_path) -> None:
    load_dataset("simulated", cache_dir=tmp_path)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.arrow")}
    assert survey_file(tmp_path, 300) in files
    load_dataset("simulated", cache_dir=tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.arrow")} == files
    for path in files:
        path.write_bytes(b"not a survey")
    assert len(load_dataset("simulated", cache_dir=tmp_path)) == 300


def test_a_survey_of_an_older_version_is_made_anew_and_removed(tmp_path, monkeypatch) -> None:
    for module in (simulate.surveys, simulate.stars, simulate.storage, dataset_module):
        monkeypatch.setattr(module, "VERSION", simulate.VERSION - 1)
    load_dataset("simulated", cache_dir=tmp_path)
    older = set(tmp_path.glob("*.arrow"))
    monkeypatch.undo()
    monkeypatch.setenv("PENUMBRA_SURVEY_STARS", "300")
    table = load_dataset("simulated", cache_dir=tmp_path)
    assert table.attrs["simulated"]["version"] == simulate.VERSION
    assert len(simulate.open_truth(table.attrs["path"])) == 300
    assert len(older) == 3
    assert not any(path.exists() for path in older)


def test_the_presets_of_andrew_et_al_find_their_columns(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PENUMBRA_SURVEY_STARS", "20000")
    table = load_dataset("simulated", cache_dir=tmp_path)
    for preset in PRESETS.values():
        if preset.name.startswith("andrew2022"):
            assert not [column for step in preset.steps for column in step.missing(table.columns)]


@pytest.mark.parametrize("text", ["many", "0", "-5", "1e6"])
def test_a_size_that_is_no_number_of_stars_is_refused(monkeypatch, text) -> None:
    monkeypatch.setenv("PENUMBRA_SURVEY_STARS", text)
    with pytest.raises(ValueError, match="PENUMBRA_SURVEY_STARS"):
        survey_stars()
