import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import eleanor, qlp

from analysis.light_curves import LightCurve, SeriesError, SeriesIndex, read, stitch
from analysis.light_curves.series_index import ids_from_name


def sector(number, level, scale="BTJD", start=0.0, **kwargs):
    time = start + 27 * number + np.arange(50) * 0.02
    flux = level * (1 + 0.01 * np.sin(time * 40))
    return LightCurve.from_arrays(time, flux, level * 0.001, sector=number, time_scale=scale, **kwargs)


def test_each_sector_keeps_its_own_normalisation():
    joined = stitch([sector(2, 500.0), sector(1, 100.0)])
    assert joined.sectors == (1, 2)
    assert np.all(np.diff(joined.time) > 0)
    for number, level in ((1, 100.0), (2, 500.0)):
        assert np.median(joined.flux[joined.sector == number]) == pytest.approx(1)
        assert joined.meta["median_flux"][number] == pytest.approx(level, rel=0.01)


def test_time_scales_of_one_reference_are_joined_and_others_are_not():
    joined = stitch([sector(1, 1.0), sector(2, 1.0, "BJD", start=2457000.0)])
    assert joined.time.max() == pytest.approx(2 * 27 + 49 * 0.02, abs=1e-6)
    with pytest.raises(ValueError, match="cannot be joined"):
        stitch([sector(1, 1.0), sector(2, 1.0, "HJD")])


def test_light_curves_of_different_stars_are_not_stitched():
    with pytest.raises(ValueError, match="tic 1 and 2"):
        stitch([sector(1, 1.0, ids={"tic": 1}), sector(2, 1.0, ids={"tic": 2})])


def test_arrays_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        sector(1, 1.0).flux[0] = 2.0


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=30, unique=True))
def test_rows_are_sorted_by_time_and_keep_their_flux(times):
    flux = 2.0 + np.arange(len(times)) / len(times)
    curve = LightCurve.from_arrays(times, flux)
    assert np.all(np.diff(curve.time) > 0)
    of_time = dict(zip(times, flux / np.median(flux), strict=True))
    assert curve.flux == pytest.approx([of_time[t] for t in curve.time])


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("tess2018206045859-s0001-0000000358108509-0120-s_lc.fits", {"tic": 358108509}),
        ("hlsp_tess-spoc_tess_phot_0000000038846515-s0001_tess_v1_lc.fits", {"tic": 38846515}),
        ("hlsp_qlp_tess_ffi_s0014-0000000277554109_tess_v01_llc.fits", {"tic": 277554109}),
        (
            "hlsp_cdips_tess_ffi_gaiatwo0003007171311355035136-0006_tess_v01_llc.fits",
            {"gaia_dr2_source_id": 3007171311355035136},
        ),
        ("kplr011904151-2010265121752_llc.fits", {"kepler_id": 11904151}),
        ("ktwo201367065-c01_llc.fits", {"epic": 201367065}),
        ("TIC_123456.csv", {"tic": 123456}),
        ("gaia_dr3_4373465352415301632.ecsv", {"source_id": 4373465352415301632}),
        ("4373465352415301632.txt", {"source_id": 4373465352415301632}),
        ("THOR42_TESS.txt", {}),
    ],
)
def test_names_of_the_archives_give_the_star(name, ids):
    assert ids_from_name(name) == ids


def test_a_folder_becomes_an_index_of_stars(tmp_path):
    for number in (14, 15):
        qlp(tmp_path / f"hlsp_qlp_tess_ffi_s00{number}-0000000277554109_tess_v01_llc.fits", number)
    eleanor(tmp_path / "mine.fits")
    (tmp_path / "notes.txt").write_text("1 2\n")
    index = SeriesIndex.from_folder(tmp_path)
    assert len(index) == 3
    assert index.find(tic=277554109).matched_by == "tic"
    assert index.load(tic=277554109).sectors == (14, 15)
    assert index.find(tic="38846515").paths == (tmp_path / "mine.fits",)
    assert index.unmatched == (tmp_path / "notes.txt",)
    assert index.load(source_id=5) is None


def test_a_dr2_number_is_matched_and_said_to_be_one(tmp_path):
    name = "hlsp_cdips_tess_ffi_gaiatwo0003007171311355035136-0006_tess_v01_llc.fits"
    (tmp_path / name).write_bytes(b"SIMPLE  =")
    index = SeriesIndex.from_folder(tmp_path, read_headers=False)
    assert index.find(source_id=3007171311355035136).matched_by == "gaia_dr2_source_id"


def test_an_index_file_keeps_every_digit_of_a_source_id(tmp_path):
    (tmp_path / "a.csv").write_text("time,flux\n1,2\n2,2\n")
    path = tmp_path / "index.csv"
    path.write_text("source_id,tic,path\n4373465352415301633,,a.csv\n4373465352415301632,77,b.csv\n")
    index = SeriesIndex.from_file(path)
    assert index.find(source_id="4373465352415301633").paths == (tmp_path / "a.csv",)
    assert index.find(source_id=1, tic=77).matched_by == "tic"
    assert index.load(source_id=4373465352415301633).flux.tolist() == [1.0, 1.0]
    with pytest.raises(SeriesError, match="no such file"):
        index.load(tic=77)


def test_files_without_a_number_are_found_by_the_stars_name(tmp_path):
    for name in ("THOR42_TESS.txt", "WASP-100_s0001_lc.csv", "wasp_100_S0002.csv", "notes.txt"):
        (tmp_path / name).write_text("time,flux\n1,2\n2,2\n")
    index = SeriesIndex.from_folder(tmp_path)
    match = index.find(["THOR 42"], tic=5)
    assert (match.paths, match.matched_by) == ((tmp_path / "THOR42_TESS.txt",), "name")
    assert index.find(["WASP-100"]).paths == (tmp_path / "WASP-100_s0001_lc.csv",)
    assert index.find(["THOR 43", "thor_42"]).matched_by == "name"
    assert index.find(["THOR"]).paths == ()
    assert index.find([""]).paths == ()


def test_an_index_file_may_name_the_stars(tmp_path):
    (tmp_path / "a.csv").write_text("time,flux\n1,2\n2,2\n")
    path = tmp_path / "index.csv"
    path.write_text("name,path\nTHOR 42,a.csv\n,b.csv\n")
    index = SeriesIndex.from_file(path)
    assert index.load(["thor 42"]).flux.tolist() == [1.0, 1.0]
    assert index.find([""]).paths == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [("thing,file\nx,a.csv\n", "not an index"), ("tic,path\n4e8,a.csv\n", "'4e8' in data row 1")],
)
def test_a_bad_index_file_says_so(tmp_path, text, said):
    path = tmp_path / "index.csv"
    path.write_text(text)
    with pytest.raises(SeriesError, match=said):
        SeriesIndex.from_file(path)


def test_real_files_are_found_by_their_names(real_dir):
    index = SeriesIndex.from_folder(real_dir / "light_curves")
    curve = index.load(tic=38846515)
    assert curve.name == "TIC 38846515"
    assert read(index.find(tic=358108509).paths[0]).ids == {"tic": 358108509}
