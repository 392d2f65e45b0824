"""Files of spectra find their star by identifier or place, and epochs of one star are found to be one star's."""

import numpy as np
import pandas as pd
import pytest
from made_spectra import write_lamost_image, write_sdss

from analysis.spectra import SpectrumError, SpectrumIndex, group_epochs, join_velocities, star_velocities

ARCSEC = 1 / 3600


@pytest.fixture
def folder(tmp_path):
    from astropy.io import fits

    for name, obsid, ra, mjd, designation in (
        ("spec-55859-F5902_sp03-232.fits", 103232, 150.0, 55858, "LAMOST J100000.00+200000.0"),
        ("spec-56000-GAC1_sp01-001.fits", 555001, 150.0 + 2 * ARCSEC, 56000, "J100000.13+200000.0"),
        ("spec-56001-GAC1_sp01-002.fits", 555002, 150.0 + 60 * ARCSEC, 56001, "J100004.00+200000.0"),
    ):
        path = write_lamost_image(tmp_path / name)
        with fits.open(path, mode="update") as file:
            header = file[0].header
            header["OBSID"], header["RA"], header["DEC"] = obsid, ra, 20.0
            header["MJD"], header["DESIG"] = mjd, designation
    write_sdss(tmp_path / "spec-4055-55359-0012.fits")
    (tmp_path / "broken.fits").write_bytes(b"SIMPLE  =")
    return tmp_path


def test_all_epochs_of_a_star_are_found_by_any_identifier_and_by_place(folder):
    index = SpectrumIndex.from_folder(folder)
    names = [path.name for path in index.find(obsid=103232, ra=150.0, dec=20.0).paths]
    assert names == ["spec-55859-F5902_sp03-232.fits", "spec-56000-GAC1_sp01-001.fits"]
    assert index.find(obsid="103232", ra=150.0, dec=20.0).matched_by == ("obsid", "position")
    assert len(index.find(ra=150.0, dec=20.0 + 4 * ARCSEC).paths) == 0
    assert index.find(designation="J100000.00+200000.0").paths[0].name.startswith("spec-55859")
    assert index.find(fibre="F5902-3-232").paths[0].name.startswith("spec-55859")
    assert index.find(fibre="4055-0-12").paths[0].name.startswith("spec-4055")
    assert index.find(obsid=None, ra=None).paths == ()
    assert list(index.failures) == [folder / "broken.fits"]


def test_an_index_file_names_the_star_of_each_path(tmp_path):
    table = tmp_path / "index.csv"
    table.write_text("path,source_id,ra,dec\na.fits,4373465352415301633,,\nb.fits,,10.0,-5.0\n")
    index = SpectrumIndex.from_file(table)
    assert index.find(source_id=4373465352415301633).paths == (tmp_path / "a.fits",)
    assert index.find(ra=10.0, dec=-5.0).paths == (tmp_path / "b.fits",)
    table.write_text("star,flux\n1,2\n")
    with pytest.raises(SpectrumError, match="no index of spectra: it has star, flux"):
        SpectrumIndex.from_file(table)


def epochs():
    return pd.DataFrame(
        {
            "file": list("abcdef"),
            "designation": ["A", "B", "A2", "A", "C", "C"],
            "ra": [10.0, 200.0, 10.0 + 1 * ARCSEC, 10.0, np.nan, np.nan],
            "dec": [0.0, 10.0, 0.0, 1 * ARCSEC, np.nan, np.nan],
            "rv": [10.0, 5.0, -20.0, 40.0, 1.0, 2.0],
            "rv_error": [3.0, 1.0, 4.0, 4.0, 1.0, 1.0],
            "snr": [10.0, 50.0, 30.0, 20.0, 5.0, 6.0],
            "double_lined": [False, False, False, False, True, True],
        }
    )


def test_epochs_within_three_arcsec_are_one_star_and_give_its_range():
    star = group_epochs(epochs())
    assert star[0] == star[2] == star[3]
    assert star[4] == star[5]
    assert len(set(star)) == 3
    stars = star_velocities(epochs()).set_index("designation")
    assert stars.loc["A2", "n_rv"] == 3
    assert stars.loc["A2", "delta_vr"] == pytest.approx(60.0)
    assert stars.loc["A2", "delta_vr_error"] == pytest.approx(np.hypot(4, 4))
    assert np.isnan(stars.loc["B", "delta_vr"])
    assert stars.loc["C", "n_rv"] == 0
    with_floor = star_velocities(epochs(), systematic_error=3.0).set_index("designation")
    assert with_floor.loc["A2", "delta_vr_error"] == pytest.approx(np.sqrt(2 * (16 + 9)))


def test_a_catalogue_gets_the_ranges_of_its_stars():
    catalogue = pd.DataFrame({"ra": [10.0, 11.0, 200.0], "dec": [0.0, 0.0, 10.0], "period": [0.2, 0.3, 0.4]})
    joined = join_velocities(catalogue, star_velocities(epochs()))
    assert joined["n_rv"].tolist() == [3, 0, 1]
    assert joined["delta_vr"].iloc[0] == pytest.approx(60.0)
    assert joined["delta_vr"].iloc[1:].isna().all()
    assert joined["period"].tolist() == [0.2, 0.3, 0.4]
    with pytest.raises(KeyError, match="neither ra and dec"):
        join_velocities(pd.DataFrame({"name": ["x"]}), star_velocities(epochs()))
