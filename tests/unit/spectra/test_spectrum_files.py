"""Files of each survey open with vacuum wavelengths, weights and what their headers say."""

import gzip

import made_spectra as made
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import simulate
from analysis.spectra import Spectrum, SpectrumError, as_spectrum, read, read_exposures, vacuum_from_air, write


@pytest.mark.parametrize("pilot", [False, True])
def test_a_lamost_image_opens_with_its_wavelengths(tmp_path, pilot):
    spectrum = read(made.write_lamost_image(tmp_path / "spec.fits", pilot))
    assert spectrum.wavelength == pytest.approx(10**made.LOG_WAVELENGTH, rel=1e-7)
    assert spectrum.flux == pytest.approx(made.FLUX, rel=1e-6)
    assert spectrum.wavelength.dtype.isnative
    assert list(np.flatnonzero(~spectrum.good)) == [10]
    assert spectrum.meta["snrg"] == 7.5
    assert (spectrum.meta["class"], spectrum.meta["subclass"], spectrum.meta["z"]) == ("STAR", "M3", 1e-4)
    assert spectrum.meta["heliocentric"] is True


def test_a_gzipped_file_opens_as_the_plain_one(tmp_path):
    plain = made.write_lamost_image(tmp_path / "spec.fits")
    packed = tmp_path / "spec.fits.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert (read(packed).flux == read(plain).flux).all()


def test_a_lamost_table_gives_the_same_as_the_image(tmp_path):
    image = read(made.write_lamost_image(tmp_path / "image.fits"))
    table = read(made.write_lamost_table(tmp_path / "table.fits"))
    assert table.flux == pytest.approx(image.flux)
    assert table.wavelength == pytest.approx(image.wavelength, rel=1e-7)
    assert list(np.flatnonzero(table.mask)) == [3]


def test_a_medium_resolution_file_joins_both_arms_and_lists_its_exposures(tmp_path):
    path = made.write_lamost_medium(tmp_path / "med.fits")
    spectrum = read(path)
    assert spectrum.meta["product"] == "LAMOST MRS"
    assert spectrum.between(4900, 5400).flux == pytest.approx(np.full(200, 2.0))
    assert spectrum.between(6200, 6900).flux == pytest.approx(np.full(200, 5.0))
    exposures = read_exposures(path)
    assert [one.meta["exposure"] for one in exposures] == ["B-84647549", "R-84647549", "B-84647577", "R-84647577"]
    assert exposures[2].meta["exposure_minutes"] == "84647577"


def test_a_medium_resolution_file_without_sums_gives_its_first_exposures(tmp_path):
    spectrum = read(made.write_lamost_medium(tmp_path / "med.fits", coadded=False))
    assert spectrum.meta["exposure"] == "B-84647549+R-84647549"
    assert set(spectrum.flux) == {1.0, 3.0}


def test_an_sdss_file_tells_class_and_noise_and_keeps_only_spoiling_bits(tmp_path):
    path = made.write_sdss(tmp_path / "spec-4055-55359-0012.fits")
    spectrum = read(path)
    assert list(np.flatnonzero(spectrum.mask)) == [5]
    assert (spectrum.meta["subclass"], spectrum.meta["snri"]) == ("M4", 4.0)
    assert spectrum.meta["z"] == pytest.approx(3e-4)
    (exposure,) = read_exposures(path)
    assert exposure.flux == pytest.approx(made.FLUX / 2, rel=1e-6)
    assert exposure.meta["mjd"] == 55358


def test_text_is_sorted_and_errors_become_weights(tmp_path):
    path = tmp_path / "star.csv"
    path.write_text("Wave,Flux,error\n5002,3,0.5\n5001,2,0\n5000,1,2\n")
    spectrum = read(path)
    assert list(spectrum.wavelength) == [5000, 5001, 5002]
    assert list(spectrum.ivar) == [0.25, 0.0, 4.0]
    assert list(spectrum.good) == [True, False, True]


def test_air_wavelengths_become_vacuum_ones(tmp_path):
    path = tmp_path / "star.csv"
    path.write_text("wavelength_air,flux\n6562.79,1\n6563.79,1\n")
    # H alpha: 6562.79 in air, 6564.60 in vacuum (NIST ASD)
    assert read(path).wavelength[0] == pytest.approx(6564.60, abs=0.01)


@pytest.mark.parametrize(("air", "vacuum"), [(4861.333, 4862.691), (5889.95095, 5891.58326), (8542.09, 8544.44)])
def test_air_to_vacuum_agrees_with_printed_pairs(air, vacuum):
    # NIST ASD and the line list of SDSS
    assert float(vacuum_from_air(air)) == pytest.approx(vacuum, abs=0.01)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30),
    st.floats(3000, 9000),
    st.floats(0, 1e6),
)
def test_a_written_spectrum_reads_back_the_same(tmp_path_factory, flux, first, weight):
    made_up = Spectrum.from_arrays(
        first + np.arange(len(flux)), flux, np.full(len(flux), weight), [True] + [False] * (len(flux) - 1), "x"
    ).described(subclass="M2", z=1e-4)
    back = read(write(made_up, tmp_path_factory.mktemp("w") / "x.ecsv"))
    for column in ("wavelength", "flux", "ivar", "mask"):
        assert (getattr(back, column) == getattr(made_up, column)).all()
    assert back.meta["subclass"] == "M2"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.fits", b"", "empty"),
        ("text.fits", b"wavelength,flux\n1,2\n", "not"),
        ("cut.fits", None, "cannot be read"),
        ("other.csv", b"a,b\n1,2\n", "It has a, b"),
        ("norows.csv", b"wavelength,flux\n", "no rows"),
    ],
)
def test_an_unusable_file_is_named_with_the_remedy(tmp_path, name, content, says):
    path = tmp_path / name
    if content is None:
        content = made.write_lamost_image(tmp_path / "whole.fits").read_bytes()[:4000]
    path.write_bytes(content)
    with pytest.raises(SpectrumError, match=name) as raised:
        read(path)
    assert says in str(raised.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path in (tmp_path / "none.fits", tmp_path):
        with pytest.raises(SpectrumError, match="Check the path"):
            read(path)


def test_a_simulated_spectrum_is_taken_as_one_of_ours():
    survey = simulate.survey(300, 4)
    row = survey.loc[survey["snrg"].idxmax()]
    seen = simulate.spectrum(row)
    spectrum = as_spectrum(seen)
    assert spectrum.meta["true_velocity"] == seen.velocity
    assert spectrum.snr(4000, 5500) == pytest.approx(row["snrg"], rel=0.3)
    assert as_spectrum(spectrum) is spectrum


@pytest.mark.real
def test_all_lamost_files_open_with_the_header_facts_of_the_table(real_dir):
    folder = real_dir / "spectra" / "lamost_repeat"
    table = pd.read_csv(folder / "header_summary.csv").set_index("file")
    assert len(table) == 220
    for name, row in table.iterrows():
        spectrum = read(folder / name)
        assert spectrum.meta["obsid"] == row["obsid"]
        assert spectrum.meta["subclass"] == row["sub"]
        assert spectrum.meta["snrg"] == pytest.approx(row["snrg"])
        assert spectrum.wavelength[0] < 3850
        assert spectrum.wavelength[-1] > 8900
        # the header's S/N is per pixel in the g band
        assert spectrum.snr(4000, 5500) == pytest.approx(row["snrg"], rel=0.5)


@pytest.mark.real
def test_the_m_dwarfs_open_in_both_formats(real_dir):
    files = sorted((real_dir / "spectra" / "lamost_mdwarf").glob("spec-*"))
    spectra = [read(file) for file in files]
    assert len(files) >= 9
    assert {one.meta["subclass"][0] for one in spectra} == {"M"}
    for one in spectra:
        red, blue = one.between(8000, 8100), one.between(4500, 4600)
        assert np.median(red.flux) > 1.5 * np.median(blue.flux)
