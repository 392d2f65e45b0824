"""Platings of a catalogue, and a catalogue opened anew with inferred columns and the user's isochrone."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import simulate
from analysis.binaries import ProjectionDraws, platings
from analysis.binaries import gaia_columns as module
from analysis.catalogue import add_derived
from analysis.selection import PRESETS
from components.state.catalogue import Catalogue
from components.state.error_columns import has_error_columns, lacking_inputs, open_isochrone, with_error_columns
from components.state.library import Library
from components.state.plating_summary import NOTICED, PRESET_OF, SAMPLE, plating_summary

N, SEED = 12_000, 7
RNG = np.random.default_rng(1)
DRAWS = ProjectionDraws(RNG.uniform(0.3, 0.7, 501), RNG.uniform(0.4, 0.9, 501))


@pytest.fixture(scope="module")
def bare() -> Catalogue:
    return Catalogue(add_derived(simulate.survey(N, SEED)), "made", "Made stars")


@pytest.fixture(scope="module")
def inferred(bare) -> Catalogue:
    patch = pytest.MonkeyPatch()
    patch.setattr("analysis.binaries.error_inference.default_draws", lambda: DRAWS)
    table = with_error_columns(bare)
    patch.undo()
    return Catalogue(add_derived(table), "inferred", "Made stars, companions inferred")


def test_a_catalogue_gains_the_columns_keeps_its_own_and_says_where_they_come_from(bare, inferred) -> None:
    assert not has_error_columns(bare)
    assert has_error_columns(inferred)
    assert set(bare.table.columns) <= set(inferred.table.columns)
    assert inferred.is_simulated
    assert "mean dwarfs" in inferred.notes[-1]
    assert inferred.attrs["hash"] != bare.attrs.get("hash")


def test_missing_inputs_are_named(bare) -> None:
    less = Catalogue(bare.table.drop(columns=["rv_nb_transits"]), "less", "Less")
    assert lacking_inputs(less) == ("rv_nb_transits",)
    with pytest.raises(ValueError, match="rv_nb_transits"):
        with_error_columns(less)


def test_the_height_above_the_users_isochrone_replaces_the_other(inferred, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("analysis.binaries.error_inference.default_draws", lambda: DRAWS)
    path = tmp_path / "line.dat"
    # A main sequence that lies at M_G = 5 for every colour: the height is 5 - M_G.
    path.write_text(
        "# Gaia_BP_EDR3 Gaia_RP_EDR3 Gaia_G_EDR3 phase\n" + "".join(f"{c} 0.0 5.0 0\n" for c in (3.0, 2.0, 1.0, 0.0))
    )
    again = with_error_columns(inferred, open_isochrone(path))
    colour, absolute_g = module.corrected_photometry(again)
    here = (colour > 0.1) & (colour < 2.9) & np.isfinite(absolute_g)
    np.testing.assert_allclose(again["absolute_g_excess"][here], 5.0 - absolute_g[here], atol=1e-4)
    assert "line.dat" in again.attrs["notes"][-1]
    assert list(again.columns).count("absolute_g_excess") == 1


def test_a_file_that_is_no_isochrone_is_refused_by_name(tmp_path: Path) -> None:
    for name, content in (("words.dat", b"no isochrone\n"), ("broken.gz", b"\x1f\x8b\x08nothing")):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ValueError, match=name):
            open_isochrone(path)


def test_step_counts_are_those_of_the_platings_of_the_analysis(inferred) -> None:
    summary = plating_summary(inferred)
    assert [step.title for step in summary.steps] == [step.title for step in PRESETS["andrew2022_gold"].steps]
    assert [step.published for step in summary.steps if step.published] == [6_023_733, 147_475, 4641, 2620, 50]
    renamed = {"secondary_mass": "m2", "secondary_mass_lower": "m2_lower"}
    table = inferred.table.rename(columns=renamed)
    slow = platings(pd.concat([table, table["bp_rp"].rename("bp_rp_0")], axis=1))
    for plating in PRESET_OF:
        assert summary.sizes[plating] == slow.masks[plating.lower()].sum()
    assert summary.sizes[SAMPLE] >= summary.sizes[NOTICED] >= summary.sizes["Bronze"] >= summary.sizes["Silver"] > 0


def test_distributions_are_shares_of_each_sample(inferred) -> None:
    summary = plating_summary(inferred)
    assert [found.column for found in summary.distributions] == ["parallax", "period_yr", "q", "secondary_mass"]
    for found in summary.distributions:
        for name in ("Bronze", "Silver"):
            assert found.shares[name].sum() == pytest.approx(1.0)
    heavy = next(found for found in summary.distributions if found.column == "secondary_mass")
    # Bronze companions are heavier than 3 solar masses: no share below.
    assert heavy.shares["Bronze"][heavy.edges[1:] < 3].sum() == 0


def test_steps_whose_columns_are_missing_are_left_out_by_name(bare) -> None:
    steps = {step.title: step for step in plating_summary(bare).steps}
    assert steps["RUWE_spec above 2"].passed is None
    assert steps["RUWE_spec above 2"].missing == ("ruwe_spec",)
    assert steps["RUWE above 1.25"].passed is not None


def test_a_made_catalogue_is_on_offer_and_forgotten_when_it_fails() -> None:
    library = Library(parent=Library())
    name = library.add_made("mine", "Mine", lambda _: pd.DataFrame({"ruwe": [1.0, 2.0]}))
    assert library.titles[name] == "Mine"
    assert len(library.open(name)) == 2
    assert library.add_made("mine", "Mine", lambda _: pd.DataFrame()) != name
    library.forget(name)
    assert name not in library.titles


def test_an_inferred_catalogue_is_made_again_by_its_name_alone(bare, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("analysis.binaries.error_inference.default_draws", lambda: DRAWS)
    path = tmp_path / "stars.parquet"
    bare.table.to_parquet(path)
    library = Library([path])
    first, second = Library(parent=library), Library(parent=library)
    assert first.offers("file-stars-inferred") and not first.offers("file-other-inferred")
    assert first.add_inferred("file-stars") == first.add_inferred("file-stars") == "file-stars-inferred"
    made, again = first.open("file-stars-inferred"), second.open("file-stars-inferred")
    assert has_error_columns(again)
    assert again.title == "stars.parquet, companions inferred"
    pd.testing.assert_frame_equal(made.table, again.table)
    assert made.attrs["hash"] == again.attrs["hash"]


def test_what_needs_a_file_of_the_users_says_which() -> None:
    library = Library(parent=Library())
    with pytest.raises(KeyError, match="isochrone file of yours: open Hipparcos"):
        library.open("hipparcos-isochrone")
    with pytest.raises(KeyError, match="no catalogue 'nothing-inferred'"):
        library.open("nothing-inferred")
    with pytest.raises(ValueError, match="rv_nb_transits"):
        library.open("hipparcos-inferred")
