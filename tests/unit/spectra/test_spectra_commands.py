"""The commands for folders of spectra: what they write, go on with, pass over and refuse."""

import numpy as np
import pandas as pd
import pytest
from simulated_hot_stars import draw, hot_star

from analysis.catalogue import read as read_catalogue
from analysis.simulate.spectral_model import star_flux
from analysis.spectra import PcaReconstruction, Spectrum, logarithmic_grid, write
from components.command import main

GRID = logarithmic_grid(4500.0, 9000.0, 2e-4)


def cool_star(velocity, seed):
    flux = star_flux(GRID, 4000.0, 4.7, 0.0, velocity)
    flux = flux / np.median(flux)
    sigma = flux / 50
    noisy = flux + sigma * np.random.default_rng(seed).normal(size=GRID.size)
    return Spectrum.from_arrays(GRID, noisy, 1 / sigma**2)


def test_velocities_of_a_folder_become_ranges_beside_a_catalogue(tmp_path, capsys):
    folder = tmp_path / "spectra"
    folder.mkdir()
    for number, shift in enumerate((-50.0, 70.0)):
        one = cool_star(shift, number).described(ra=30.0, dec=5.0, subclass="K7", mjd=57000.0 + number)
        write(one, folder / f"star-{number}.ecsv")
    (folder / "broken.fits").write_bytes(b"nothing")
    stars = tmp_path / "stars.csv"
    pd.DataFrame({"ra": [30.0, 31.0], "dec": [5.0, 5.0], "period": [0.4, 0.5]}).to_csv(stars, index=False)
    out = tmp_path / "v.csv"
    command = ["velocities", str(folder), "--out", str(out), "--catalogue", str(stars), "--systematic", "0"]
    assert main(command) == 0
    told = capsys.readouterr()
    assert "1 file passed over" in told.out
    assert "broken.fits" in told.err
    made = read_catalogue(tmp_path / "v_stars.csv")
    assert made["n_rv"].tolist() == [2, 0]
    assert made["delta_vr"].iloc[0] == pytest.approx(120.0, abs=5 * made["delta_vr_error"].iloc[0])
    assert made["period"].tolist() == [0.4, 0.5]
    before = out.read_text()
    assert main(command) == 0
    assert out.read_text() == before


def test_a_model_and_luminosities_of_a_folder_of_hot_stars(tmp_path, capsys):
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(4)
    folder, rows = tmp_path / "hot", []
    folder.mkdir()
    for number, (teff, logg) in enumerate(zip(*draw(rng, 60), strict=True)):
        star = hot_star(rng, teff, logg, 100.0, emission=8.0 if number % 9 == 0 else 0.0)
        write(star.described(z=0.0, obsid=1000 + number), folder / f"{number:02d}.ecsv")
        magnitude = 0.5 - 7.0 * (np.log10(teff) - 4.1) + 1.8 * (logg - 4.0)
        rows.append((1000 + number, magnitude + 10.0, 0.02, 1.0, 0.02, magnitude))
    names = ["obsid", "k_m", "k_msigcom", "parallax", "parallax_error", "true"]
    table = pd.DataFrame(rows, columns=names)
    table.to_csv(tmp_path / "stars.csv", index=False)
    assert main(["pca", str(folder), "--out", str(tmp_path / "model.npz"), "--components", "8"]) == 0
    model = PcaReconstruction.load(tmp_path / "model.npz")
    assert model.eigenvectors_.shape[0] == 8
    assert model.provenance_["source"] == "hot"
    assert model.provenance_["halpha_limits"]["components"] == [1, 2, 3, 5, 8]
    out = tmp_path / "ob.csv"
    command = ["luminosities", str(folder), str(tmp_path / "stars.csv"), "--out", str(out), "--components", "8"]
    assert main(command) == 0
    found = pd.read_csv(out)
    assert len(found) == 60
    assert np.corrcoef(found["M_Ks"], table["true"])[0, 1] > 0.9
    assert found["dis"].median() == pytest.approx(1000, rel=0.05)
    capsys.readouterr()
    table.drop(columns="k_m").to_csv(tmp_path / "stars.csv", index=False)
    assert main(command) == 1
    assert "no column k_m" in capsys.readouterr().err


def test_what_is_not_there_is_refused_in_words(tmp_path, capsys):
    assert main(["pca", str(tmp_path / "nowhere"), "--out", str(tmp_path / "m.npz")]) == 1
    assert "no such folder" in capsys.readouterr().err
    assert main(["serve", "--spectra", str(tmp_path / "nowhere"), "--port", "0"]) == 1
    assert "no such file or folder" in capsys.readouterr().err
