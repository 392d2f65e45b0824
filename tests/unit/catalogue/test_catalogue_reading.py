"""Files of every format become one kind of table."""

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from astropy.table import MaskedColumn, Table
from made_catalogues import IDS, star_table, write_fits_stars, write_lines

from analysis.catalogue import COLUMNS, read


def test_big_endian_fits_columns_become_native_and_keep_their_numbers(tmp_path: Path) -> None:
    path = write_fits_stars(tmp_path / "stars.fits", source_id=IDS, ruwe=np.array([1, 2, np.nan], dtype=">f4"))
    with fits.open(path) as hdus:
        assert hdus[1].data["ruwe"].dtype.byteorder == ">"
    table = read(path)
    assert table["ruwe"].dtype == np.dtype("<f4")
    assert table["ruwe"].tolist()[:2] == [1, 2]
    assert table["source_id"].tolist() == IDS.tolist()


def test_tnull_and_masked_integers_become_nan(tmp_path: Path) -> None:
    column = fits.Column("rv_nb_transits", "I", array=np.array([5, -99, 7]), null=-99)
    scaled = fits.Column("phot_g_n_obs", "J", array=np.array([5, 6, 4_000_000_000], dtype=np.uint32), bzero=2**31)
    fits.BinTableHDU.from_columns([column, scaled]).writeto(tmp_path / "stars.fits")
    table = read(tmp_path / "stars.fits")
    np.testing.assert_array_equal(table["rv_nb_transits"], [5, np.nan, 7])
    assert table["rv_nb_transits"].dtype == np.float32
    assert table["phot_g_n_obs"].tolist() == [5, 6, 4_000_000_000]


def test_the_first_fits_table_with_rows_is_read_and_arrays_are_left_out(tmp_path: Path) -> None:
    empty = fits.BinTableHDU.from_columns([fits.Column("a", "E", array=np.empty(0))])
    full = fits.BinTableHDU.from_columns(
        [fits.Column("ruwe", "E", array=[1.0, 2.0]), fits.Column("spectrum", "3E", array=np.ones((2, 3)))]
    )
    more = fits.BinTableHDU.from_columns([fits.Column("b", "E", array=[1.0])])
    fits.HDUList([fits.PrimaryHDU(), empty, full, more]).writeto(tmp_path / "stars.fits")
    table = read(tmp_path / "stars.fits")
    assert list(table) == ["ruwe"]
    assert any("spectrum" in note for note in table.attrs["notes"])
    assert any("HDU 2" in note and "1 further" in note for note in table.attrs["notes"])


def test_units_of_the_file_are_converted_and_named(tmp_path: Path) -> None:
    path = tmp_path / "stars.vot"
    out = Table({"Plx": [0.02, 0.001], "pmRA": [1.5, 2.5], "RV": [12000.0, -3000.0], "Per": [12.0, 24.0]})
    for name, unit in (("Plx", "arcsec"), ("pmRA", "arcsec/yr"), ("RV", "m/s"), ("Per", "h")):
        out[name].unit = unit
    out.write(path, format="votable")
    table = read(path)
    np.testing.assert_allclose(table["parallax"], [20, 1])
    np.testing.assert_allclose(table["pmra"], [1500, 2500])
    np.testing.assert_allclose(table["rv"], [12, -3])
    np.testing.assert_allclose(table["period"], [0.5, 1])
    assert "parallax from arcsec to mas" in " ".join(table.attrs["notes"])
    assert "Plx to parallax" in " ".join(table.attrs["notes"])


def test_a_unit_of_another_kind_means_another_column(tmp_path: Path) -> None:
    out = Table({"teff": [3.5, 3.6], "ruwe": [1.0, 2.0]})
    out["teff"].unit = "mag"
    out.write(tmp_path / "stars.ecsv", format="ascii.ecsv")
    table = read(tmp_path / "stars.ecsv")
    assert "teff" not in table
    assert table["teff_as_given"].tolist() == [3.5, 3.6]
    assert table.attrs["columns"]["teff_as_given"]["unit"] == "mag"
    assert any("is no form of K" in note for note in table.attrs["notes"])


def test_an_unknown_unit_is_taken_as_the_schemas_with_a_note(tmp_path: Path) -> None:
    field = pa.field("parallax", pa.float64(), metadata={"unit": "milliparsecs of arc"})
    pq.write_table(pa.table([pa.array([1.0])], schema=pa.schema([field])), tmp_path / "stars.parquet")
    table = read(tmp_path / "stars.parquet")
    assert table["parallax"].tolist() == [1.0]
    assert any("milliparsecs of arc" in note for note in table.attrs["notes"])


def test_unknown_columns_keep_their_unit_ucd_and_words(tmp_path: Path) -> None:
    out = Table({"wobble": [1.0, 2.0]})
    out["wobble"].unit, out["wobble"].description = "um", "How it wobbles"
    out["wobble"].meta["ucd"] = "stat.value"
    out.write(tmp_path / "stars.ecsv", format="ascii.ecsv")
    out.write(tmp_path / "stars.parquet")
    for name in ("stars.ecsv", "stars.parquet"):
        assert read(tmp_path / name).attrs["columns"]["wobble"] == {
            "unit": "um", "ucd": "stat.value", "description": "How it wobbles",
        }  # fmt: skip


def test_of_two_columns_with_one_meaning_the_better_spelled_one_wins(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "stars.csv", "Gmag,PHOT_G_MEAN_MAG,G", "1,2,3")
    table = read(path)
    assert table["phot_g_mean_mag"].tolist() == [2]
    assert table["Gmag"].tolist() == [1]
    assert table["G"].tolist() == [3]


@pytest.mark.parametrize(
    "lines",
    [
        ("source_id,ruwe,subclass", "3425577610762832385,1.5,M3", "4373465352415301633,,"),
        ("# a comment", "#", "source_id\truwe\tsubclass", "3425577610762832385\t1.5\tM3", "4373465352415301633\t--\t"),
        ("source_id;ruwe;subclass", "3425577610762832385;1.5;M3", "4373465352415301633;NaN;"),
        ("source_id ruwe subclass", "3425577610762832385   1.5 M3", "4373465352415301633 -- --"),
        ("# source_id ruwe subclass", "3425577610762832385 1.5 M3", "4373465352415301633 nan --"),
        ("Source|RUWE|SpType", " 3425577610762832385 | 1.5 |M3", " 4373465352415301633 |  |"),
        ("#VizieR", "Source\tRUWE\tSpType", " \t \t ", "---\t---\t---", "3425577610762832385\t1.5\tM3",
         "4373465352415301633\t   \t"),
    ],
    ids=["comma", "tab", "semicolon", "blank", "header in a comment", "bar", "VizieR"],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_text_tables_of_any_separator_keep_ids_whole(tmp_path: Path, lines: tuple[str, ...], packed: bool) -> None:
    path = write_lines(tmp_path / "stars.txt", *lines)
    if packed:
        path = tmp_path / "stars.csv.gz"
        path.write_bytes(gzip.compress((tmp_path / "stars.txt").read_bytes()))
    table = read(path)
    assert table["source_id"].tolist() == IDS[:2].tolist()
    assert table["source_id"].dtype == np.int64
    assert table["ruwe"].iloc[0] == 1.5
    assert np.isnan(table["ruwe"].iloc[1])
    assert table["subclass"].iloc[0] == "M3"
    assert pd.isna(table["subclass"].iloc[1])


def test_a_commented_header_over_numbers_gives_the_names(tmp_path: Path) -> None:
    table = read(write_lines(tmp_path / "stars.dat", "# made yesterday", "# ra dec ruwe", "1.5 2.5 1.1", "3.5 4.5 1.2"))
    assert list(table) == ["ra", "dec", "ruwe"]
    assert table["dec"].tolist() == [2.5, 4.5]


def test_numbers_without_a_header_get_names_and_a_note(tmp_path: Path) -> None:
    table = read(write_lines(tmp_path / "stars.csv", "1.5,2.5", "3.5,4.5"))
    assert list(table) == ["column_1", "column_2"]
    assert len(table) == 2
    assert any("no header line" in note for note in table.attrs["notes"])


def test_a_units_row_of_vizier_is_used(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "stars.tsv", "#x", "Plx\tGmag", "arcsec\tmag", "------\t----", " 0.010\t12.0")
    table = read(path)
    assert table["parallax"].iloc[0] == pytest.approx(10)
    assert table["phot_g_mean_mag"].iloc[0] == 12


def test_sexagesimal_positions_become_degrees(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "stars.csv", "RA,Dec,ruwe", "01:30:08.78,+36:02:26.7,1", "17 26 13.60,-00 16 23.3,2")
    table = read(path)
    np.testing.assert_allclose(table["ra"], [22.5365833, 261.5566667], atol=1e-7)
    np.testing.assert_allclose(table["dec"], [36.0407500, -0.2731389], atol=1e-7)


def test_ids_with_a_catalogue_name_are_read_by_their_digits(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "stars.csv", "GaiaDR3,ruwe", *(f"Gaia DR3 {number},1.1" for number in IDS))
    assert read(path)["source_id"].tolist() == IDS.tolist()


def test_an_alias_that_holds_something_else_keeps_its_own_name(tmp_path: Path) -> None:
    table = read(write_lines(tmp_path / "stars.csv", "source,ruwe", "Gaia Collaboration,1.1", "Mu,1.2"))
    assert table["source"].tolist() == ["Gaia Collaboration", "Mu"]
    assert "source_id" not in table


def test_whole_ids_with_gaps_in_another_column_do_not_lose_digits(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "stars.csv", "source_id,neighbour_id,ruwe", f"{IDS[0]},{IDS[1]},1", f"{IDS[2]},,2")
    table = read(path)
    assert table["neighbour_id"].iloc[0] == str(IDS[1])
    assert pd.isna(table["neighbour_id"].iloc[1])


def test_truth_values_stay_truth_values_and_text_stays_text(tmp_path: Path) -> None:
    out = Table(
        {"duplicated_source": [True, False], "phot_variable_flag": ["VARIABLE", "NOT_AVAILABLE"], "x": [1.0, 2]}
    )
    out["single_lined"] = MaskedColumn([True, False], mask=[False, True])
    out.write(tmp_path / "stars.vot", format="votable")
    table = read(tmp_path / "stars.vot")
    assert table["duplicated_source"].dtype == bool
    assert table["phot_variable_flag"].tolist() == ["VARIABLE", "NOT_AVAILABLE"]
    np.testing.assert_array_equal(table["single_lined"], [1, np.nan])


def test_parquet_nulls_times_and_categories_are_read(tmp_path: Path) -> None:
    table = pa.table(
        {
            "rv_nb_transits": pa.array([3, None], pa.int16()),
            "ruwe": pa.array([None, 1.5], pa.float32()),
            "subclass": pa.array(["M3", None]).dictionary_encode(),
            "obsdate": pa.array([0, 1], pa.timestamp("s")),
            "flux": pa.array([[1.0], [2.0]]),
            "nothing": pa.nulls(2),
        }
    )
    pq.write_table(table, tmp_path / "stars.parquet")
    found = read(tmp_path / "stars.parquet")
    np.testing.assert_array_equal(found["rv_nb_transits"], [3, np.nan])
    assert found["ruwe"].dtype == np.float32
    assert found["subclass"].iloc[0] == "M3"
    assert found["obsdate"].iloc[0].startswith("1970-01-01")
    assert "flux" not in found
    assert any("flux" in note for note in found.attrs["notes"])
    assert any("nothing" in note for note in found.attrs["notes"])


@pytest.mark.parametrize("kind", ["feather", "stream", "file"])
def test_arrow_files_streams_and_feather_are_read(tmp_path: Path, kind: str) -> None:
    table, path = pa.table({"ruwe": [1.0, 2.0]}), tmp_path / "stars.arrow"
    if kind == "feather":
        pa.feather.write_feather(table, path)
    else:
        opener = pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file
        with pa.OSFile(str(path), "wb") as sink, opener(sink, table.schema) as writer:
            writer.write_table(table)
    assert read(path)["ruwe"].tolist() == [1, 2]


def test_the_archives_json_keeps_ids_units_and_nulls(tmp_path: Path) -> None:
    document = {
        "metadata": [
            {"name": "SOURCE_ID", "datatype": "long", "unit": None, "ucd": "meta.id", "description": "id"},
            {"name": "parallax", "datatype": "double", "unit": "arcsec", "ucd": "", "description": ""},
            {"name": "rv_nb_transits", "datatype": "short", "unit": None, "ucd": "", "description": ""},
        ],
        "data": [[int(IDS[0]), 0.001, 4], [int(IDS[1]), None, None]],
    }
    (tmp_path / "stars.json").write_text(json.dumps(document))
    table = read(tmp_path / "stars.json")
    assert table["source_id"].tolist() == IDS[:2].tolist()
    np.testing.assert_allclose(table["parallax"], [1, np.nan])
    np.testing.assert_array_equal(table["rv_nb_transits"], [4, np.nan])


def test_an_all_nan_column_is_kept_and_noted_and_negative_parallaxes_pass(tmp_path: Path) -> None:
    path = write_fits_stars(tmp_path / "one.fits", parallax=[-1.5], radial_velocity=[np.nan])
    table = read(path)
    assert table["parallax"].tolist() == [-1.5]
    assert table["radial_velocity"].isna().all()
    assert "columns without any value: radial_velocity" in table.attrs["notes"]


def test_markup_in_a_text_column_is_kept_letter_by_letter(tmp_path: Path) -> None:
    text = "<script>alert(1)</script>"
    assert read(write_lines(tmp_path / "stars.csv", "name,ruwe", f'"{text}",1'))["name"].iloc[0] == text


def test_the_id_column_is_the_one_that_names_every_row(tmp_path: Path) -> None:
    star_table().drop(columns="source_id").assign(hip=[1, 1, 2], tic=[5, 6, 7]).to_csv(tmp_path / "a.csv", index=False)
    table = read(tmp_path / "a.csv")
    assert table.attrs["id_column"] == "tic"
    assert any("hip has gaps or repeats" in note for note in table.attrs["notes"])


@pytest.mark.parametrize(
    ("head", "rows", "named"),
    [
        ("Name,ruwe", ("THOR 42,1.0", "WASP-100,2.0"), "Name"),
        ("id,ruwe,target", ("7,1.0,a", "7,2.0,b"), "target"),
        ("name,ruwe", ("a,1.0", "a,2.0"), None),
        ("name,ruwe", ("1.5,1.0", "2.5,2.0"), None),
        ("tic,name", ("5,b", "6,a"), "tic"),
    ],
)
def test_a_column_of_names_names_the_rows_where_no_identifier_does(tmp_path: Path, head, rows, named) -> None:
    assert read(write_lines(tmp_path / "stars.csv", head, *rows)).attrs["id_column"] == named


def test_progress_is_reported_between_zero_and_one(tmp_path: Path) -> None:
    seen: list[float] = []
    write_fits_stars(tmp_path / "stars.fits", ruwe=[1.0], parallax=[2.0])
    read(tmp_path / "stars.fits", lambda fraction, _text: seen.append(fraction))
    assert seen == sorted(seen)
    assert all(0 <= fraction <= 1 for fraction in seen)


@pytest.mark.real
def test_every_real_gaia_file_opens_with_whole_ids(real_dir: Path) -> None:
    rows = {".json": 50, ".ecsv": 5, ".parquet": 10_000, ".gz": 20_000}
    files = [path for path in (real_dir / "gaia").iterdir() if path.is_file()]
    assert len(files) >= 4
    for path in files:
        table = read(path)
        assert len(table) == rows[path.suffix], path
        assert table["source_id"].dtype == np.int64
        if "ra" in table:
            # The archive builds source_id from the HEALPix level-12 pixel of the position.
            assert (table["source_id"] // 34359738368 < 12 * 4**12).all()
        assert {name for name in table if name in COLUMNS} >= {"source_id", "parallax", "ruwe", "bp_rp"}


@pytest.mark.real
def test_the_real_parquet_sample_has_the_counts_of_its_description(real_dir: Path) -> None:
    table = read(real_dir / "gaia" / "gaia_dr3_200pc_10k.parquet")
    assert table["radial_velocity"].notna().sum() == 4886
    assert table["bp_rp"].notna().sum() == 9865
    assert (table["ruwe"] > 1.4).sum() == 1568
    assert (table["parallax"] > 5).all()
