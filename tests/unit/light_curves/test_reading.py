import gzip
import pickle
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from made_files import eleanor, kepler, qlp, write_product

from analysis.light_curves import LightCurve, SeriesError, read


def test_a_spoc_file_keeps_its_scale_bits_and_star(real_dir):
    curve = read(real_dir / "light_curves" / "tess2018206045859-s0001-0000000358108509-0120-s_lc.fits")
    assert curve.meta["product"] == "SPOC"
    assert curve.meta["flux_column"] == "PDCSAP_FLUX"
    assert curve.time_scale == "BTJD"
    assert curve.ids == {"tic": 358108509}
    assert curve.sectors == (1,)
    assert curve.cadence == pytest.approx(2 / 1440, rel=1e-4)
    assert np.median(curve.flux[curve.good]) == pytest.approx(1.0)
    assert curve.meta["median_flux"][1] == pytest.approx(253.32, abs=0.1)
    # The header's own counts of flagged cadences, minus those without a time.
    assert curve.flags["momentum dump"] == 90
    assert curve.momentum_dumps.size == 90
    assert curve.julian_date[0] == pytest.approx(2458325.2959291)
    assert not curve.good[curve.quality & 128 > 0].any()


def test_a_tess_spoc_file_is_told_from_the_two_minute_product(real_dir):
    curve = read(real_dir / "light_curves" / "hlsp_tess-spoc_tess_phot_0000000038846515-s0001_tess_v1_lc.fits")
    assert curve.meta["product"] == "TESS-SPOC"
    assert curve.name == "TIC 38846515"
    (gap,) = curve.gaps(1.5)
    assert gap[1] - gap[0] == pytest.approx(2.71, abs=0.01)


def test_a_cdips_file_turns_magnitudes_into_flux(real_dir):
    (path,) = sorted((real_dir / "light_curves").glob("hlsp_cdips*0003007171311355035136*.fits"))
    curve = read(path, "IRM1")
    assert curve.meta["product"] == "CDIPS"
    assert curve.time_scale == "BJD"
    assert curve.ids == {"tic": 443387847, "gaia_dr2_source_id": 3007171311355035136}
    # First row of the file: IRM1 = 11.43286 mag, error 0.00935 mag.
    tenth_of_a_per_cent = curve.flux_error[0] / curve.flux[0]
    assert tenth_of_a_per_cent == pytest.approx(0.00935 * 0.4 * np.log(10))
    ratio = curve.flux[1] / curve.flux[0]
    assert ratio == pytest.approx(10 ** (-0.4 * (11.43791 - 11.43286)), rel=1e-6)


def test_a_text_file_with_its_names_in_a_comment(real_dir):
    curve = read(real_dir / "light_curves" / "THOR42_TESS.txt")
    assert len(curve) == 821
    assert curve.time_scale == "BJD-2450000"
    assert curve.julian_date[0] == pytest.approx(2458468.287023)
    assert curve.flux_error[0] / curve.flux[0] == pytest.approx(0.001659 / 1.001877)


@pytest.mark.parametrize("detrended", ["KSPSAP", "DET"])
def test_qlp_gives_the_undetrended_flux_and_can_give_the_other(tmp_path, detrended):
    path = qlp(tmp_path / "q.fits", detrended=detrended)
    curve = read(path)
    assert curve.meta["product"] == "QLP"
    assert curve.meta["flux_column"] == "SAP_FLUX"
    assert np.ptp(curve.flux) == pytest.approx(0.04, abs=0.003)
    assert curve.flux_error[0] == pytest.approx(0.001, rel=0.01)
    assert (~curve.good).sum() == 1
    assert np.ptp(read(path, f"{detrended}_FLUX").flux) == 0


def test_eleanor_scales_the_raw_errors_to_the_corrected_flux(tmp_path):
    curve = read(eleanor(tmp_path / "e.fits"))
    assert curve.meta["product"] == "eleanor"
    assert curve.time_scale == "BTJD"
    assert curve.ids == {"tic": 38846515}
    assert curve.flux_error == pytest.approx(0.01)


@pytest.mark.parametrize(("mission", "kind", "product"), [("Kepler", "kepler_id", "Kepler"), ("K2", "epic", "K2")])
def test_kepler_and_k2_share_a_reader(tmp_path, mission, kind, product):
    curve = read(kepler(tmp_path / "k.fits", mission))
    assert curve.meta["product"] == product
    assert curve.time_scale == "BKJD"
    assert curve.ids == {kind: 11904151}
    assert curve.sectors == (5,)
    assert (~curve.good).sum() == 1
    assert curve.flux_error == pytest.approx(0.01)


def test_columns_come_in_native_byte_order(tmp_path):
    curve = read(qlp(tmp_path / "q.fits"))
    for column in (curve.time, curve.flux, curve.flux_error, curve.quality, curve.sector):
        assert column.dtype.isnative


def test_any_fits_table_with_time_and_flux_is_read(tmp_path):
    columns = {"BJD": np.arange(5.0) + 2459000, "FLUX": np.arange(1.0, 6.0), "FLUX_ERR": np.ones(5)}
    curve = read(write_product(tmp_path / "any.fits", {}, columns))
    assert curve.meta["product"] == "FITS table"
    assert curve.flux[0] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("time,flux,flux_err\n2459000.5,1.0,0.1\n2459000.6,2.0,0.1\n2459000.7,3.0,0.1\n", "JD"),
        ("BTJD;rel_flux;e_rel_flux\n1500.5;1;0.1\n1500.6;2;0.1\n1500.7;3;0.1\n", "BTJD"),
        ("# BJD - 2457000\ntime\tflux\terror\n1500.5\t1\t.1\n1500.6\t2\t.1\n1500.7\t3\t.1\n", "BTJD"),
        ("HJD flux sigma\n2459000.5 1 0.1\n2459000.6 2 0.1\n2459000.7 3 0.1\n", "HJD"),
        ("59000.1 1 0.1\n59000.2 2 0.1\n59000.3 3 0.1\n", "unknown"),
    ],
)
def test_text_tables_of_many_spellings(tmp_path, text, scale):
    path = tmp_path / "star.txt"
    path.write_text(text)
    curve = read(path)
    assert curve.time_scale == scale
    assert curve.flux == pytest.approx([0.5, 1.0, 1.5])
    assert curve.flux_error == pytest.approx(0.05)
    packed = tmp_path / "star.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert read(packed).flux == pytest.approx([0.5, 1.0, 1.5])


def test_an_ecsv_of_magnitudes_with_missing_values(tmp_path):
    table = Table({"mjd": [59000.0, 59001.0, 59002.0], "gmag": [15.0, np.nan, 14.0], "gmag_error": [0.01, 0.01, 0.02]})
    path = tmp_path / "star.ecsv"
    table.write(path)
    curve = read(path)
    assert curve.time_scale == "MJD"
    assert curve.flux[2] / curve.flux[0] == pytest.approx(10**0.4)
    assert np.isnan(curve.flux[1])
    assert curve.good.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.csv", None, "no such file"),
        ("empty.fits", b"", "empty"),
        ("text.fits", b"time,flux\n1,2\n", "named as FITS"),
        ("cut.fits", "cut", "fetch it again"),
        ("image.fits", "image", "no table"),
        ("other.csv", b"time,height\n1,2\n", "It has time, height"),
        ("bad.csv", b"time,flux\n1,2\n2,high\n", "'high' in data row 2"),
        ("ragged.csv", b"time,flux\n1,2\n2,3,4,5\n", "another number of columns"),
        ("names.csv", b"time,flux\n", "no data rows"),
        ("mags.txt", b"59000 15.1\n59001 15.2\n", "could be magnitudes|could hold magnitudes"),
        ("blank.csv", b"time,flux\n1,\n2,nan\n", "no row has both"),
        ("binary.dat", b"\x01\x00\x02" * 50, "not a text table"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_what_to_do(tmp_path, name, content, said):
    path = tmp_path / name
    if content == "cut":
        whole = qlp(tmp_path / "whole.fits").read_bytes()
        path.write_bytes(whole[:6000])
    elif content == "image":
        write_product(path, {}, {"TIME": np.empty(0)})
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(SeriesError, match=said) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert caught.value.hint


def test_an_unknown_flux_column_is_named_with_the_columns_there_are(tmp_path):
    with pytest.raises(SeriesError, match=r"no column PDCSAP_FLUX.*KSPSAP_FLUX"):
        read(qlp(tmp_path / "q.fits"), "pdcsap_flux")


def test_a_series_error_survives_the_way_from_another_process():
    error = pickle.loads(pickle.dumps(SeriesError("a.fits", "is cut off", "Fetch it again", "TIME")))
    assert (error.path, error.column) == (Path("a.fits"), "TIME")
    assert str(error) == "a.fits: is cut off. Fetch it again"


def test_arrays_of_different_length_are_refused():
    with pytest.raises(ValueError, match="lengths 3, 2"):
        LightCurve.from_arrays([1, 2, 3], [1, 2])
