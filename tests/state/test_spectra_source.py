"""Where the spectra of a star come from, and what the page is told of them."""

import numpy as np
import pandas as pd
import pytest

from analysis.catalogue import add_derived
from analysis.simulate import survey
from analysis.simulate.spectral_model import star_flux
from analysis.spectra import PcaReconstruction, Spectrum, logarithmic_grid, write
from analysis.spectra.stacks import stack_spectra
from components.state import pca_models
from components.state.catalogue import Catalogue
from components.state.series import SeriesSource
from components.state.spectra import SpectrumSource

GRID = logarithmic_grid(3850.0, 9000.0)
SHIFTS = (-60.0, 40.0)


def cool_star(velocity, seed, **meta):
    flux = star_flux(GRID, 4400.0, 4.6, 0.0, velocity)
    flux = flux / np.median(flux)
    sigma = flux / 60
    noisy = flux + sigma * np.random.default_rng(seed).normal(size=GRID.size)
    return Spectrum.from_arrays(GRID, noisy, 1 / sigma**2, meta={"subclass": "K5", "heliocentric": True, **meta})


@pytest.fixture
def folder(tmp_path):
    for number, shift in enumerate(SHIFTS):
        one = cool_star(shift, number, ra=30.0, dec=5.0, mjd=57000.0 + number)
        write(one, tmp_path / f"star-{number}.ecsv")
    write(cool_star(0.0, 9, ra=80.0, dec=5.0), tmp_path / "other.ecsv")
    return tmp_path


@pytest.fixture
def catalogue():
    return Catalogue(add_derived(pd.DataFrame({"ra": [30.0, 200.0], "dec": [5.0, 5.0]})), "mine", "mine")


def test_a_stars_epochs_are_found_measured_and_their_range_told(folder, catalogue):
    source, said = SpectrumSource(folder), []
    found = source.find(catalogue, 0, lambda share, text: said.append(text))
    assert found.labels == ("MJD 57000", "MJD 57001")
    assert found.found_by == "found by position"
    measured = source.measure(catalogue, found, lambda share, text: said.append(text))
    for told, shift in zip(measured.evidence, SHIFTS, strict=True):
        assert told.velocity == pytest.approx(shift, abs=5)
    assert len({told.template for told in measured.evidence}) == 1
    assert measured.delta_vr == pytest.approx(100.0, abs=8)
    assert "rough against real" in measured.templates
    assert any("2 of 2" in text for text in said)
    assert source.find(catalogue, 1) is None


def test_without_a_model_the_reason_is_told_and_a_given_one_is_named(folder, catalogue, tmp_path):
    source = SpectrumSource(folder)
    told = source.rebuild(catalogue, cool_star(0.0, 3), 0.0)
    assert told.reconstruction is None
    assert "there is none: none of 3 files could be used" in told.text
    assert "no 'z' in its meta" in told.text
    stack = stack_spectra([cool_star(0.0, seed) for seed in range(8)], velocity="")
    path = PcaReconstruction(3).fit(stack, source="eight stars").save(tmp_path / "model.npz")
    told = SpectrumSource(folder, model=path).rebuild(catalogue, cool_star(0.0, 99), 0.0, 2)
    assert told.text == "the file model.npz, 8 spectra of eight stars"
    assert told.components == 2
    assert told.steps == (1, 2, 3)
    assert told.reconstruction.chi2 / told.reconstruction.dof == pytest.approx(1, abs=0.25)
    assert 0 < told.explained < 1


def test_files_that_a_visitor_gives_come_first_and_are_his_alone(folder, catalogue, tmp_path):
    shared = SeriesSource(spectra=SpectrumSource(folder))
    mine, other = SeriesSource(parent=shared).spectra, SeriesSource(parent=shared).spectra
    own = write(cool_star(10.0, 5), tmp_path / "own.ecsv")
    mine.add(catalogue, 1, own)
    assert mine.can_have(catalogue, 1)
    assert mine.find(catalogue, 1).found_by == "opened here"
    assert other.find(catalogue, 1) is None
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    other.add(catalogue, 1, bad)
    with pytest.raises(ValueError, match=r"bad\.csv: no column for the wavelength"):
        other.find(catalogue, 1)
    assert not SpectrumSource().can_have(catalogue, 0)


def test_simulated_stars_have_a_spectrum_an_epoch_and_a_model_of_their_survey(monkeypatch, tmp_path):
    monkeypatch.setenv("PENUMBRA_CACHE", str(tmp_path))
    monkeypatch.setattr(pca_models, "SIMULATED_TRAINING", 40)
    table = survey(1500, 3)
    made = Catalogue(table, "simulated", "simulated")
    source = SpectrumSource()
    seen = np.flatnonzero((table["n_rv"] >= 3) & (table["snrg"] > 40))
    found = source.find(made, int(seen[0]))
    assert len(found.spectra) == int(table["n_rv"].iloc[seen[0]])
    assert source.find(made, int(np.flatnonzero(table["snrg"].isna())[0])) is None
    told = source.rebuild(made, found.spectra[0], float(found.spectra[0].meta["true_velocity"]))
    assert "of this simulated survey" in told.text
    assert told.flags is not None
    kept = list(tmp_path.glob("pca-simulated-*.npz"))
    assert len(kept) == 1
    again = SpectrumSource().rebuild(Catalogue(table, "again", "again"), found.spectra[0], 0.0)
    assert again.text == told.text


def test_a_file_that_is_no_spectrum_is_named_without_the_place_where_it_was_kept(tmp_path):
    catalogue = Catalogue(pd.DataFrame({"designation": ["a"]}), "own", "Own stars")
    source = SpectrumSource()
    (tmp_path / "notes.csv").write_text("file,class\nx,F5\n")
    source.add(catalogue, 0, tmp_path / "notes.csv")
    with pytest.raises(ValueError, match=r"^notes\.csv: no column for the wavelength") as raised:
        source.find(catalogue, 0)
    assert str(tmp_path) not in str(raised.value)
    source.add(catalogue, 0, write(cool_star(-20.0, 1), tmp_path / "star.ecsv"))
    found = source.find(catalogue, 0)
    assert len(found.spectra) == 1
    assert found.problems[0].startswith("notes.csv:")
