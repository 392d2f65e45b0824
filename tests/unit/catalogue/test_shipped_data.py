"""The shipped tables: complete, unchanged, and with the numbers of their papers."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.coordinates import SkyCoord
from astropy.table import Table

from analysis.binaries import mass_function
from analysis.catalogue import COLUMNS, black_hole_binaries, load_dataset, read, shipped_datasets, velocities, write
from analysis.catalogue.mu2022 import positions
from analysis.catalogue.shipped import DATA_FOLDER, manifest
from analysis.simulate import extended_population

BELOW_OWN_LIMIT = {6, 17, 18, 19, 20, 21, 28, 30, 31, 32, 35}


@pytest.fixture(scope="module")
def mu() -> pd.DataFrame:
    return load_dataset("mu2022")


@pytest.fixture(scope="module")
def hipparcos(tmp_path_factory) -> pd.DataFrame:
    return load_dataset("hipparcos", cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("name", list(manifest()))
def test_every_file_has_the_bytes_rows_and_provenance_of_the_manifest(name: str) -> None:
    entry = manifest()[name]
    assert hashlib.sha256(entry.path.read_bytes()).hexdigest() == entry.sha256
    table = Table.read(entry.path, format="ascii.ecsv")
    assert len(table) == entry.rows
    assert (table.meta["title"], table.meta["source"], table.meta["doi"]) == (entry.title, entry.source, entry.doi)
    assert entry.licence
    assert table.meta["comments"]
    assert all(table[column].description for column in table.colnames)


def test_the_manifest_and_the_readme_name_every_file() -> None:
    found = {path.name for path in DATA_FOLDER.glob("*.ecsv")}
    assert found == set(manifest())
    readme = (DATA_FOLDER / "README.md").read_text()
    assert all(f"`{name}` | {entry.rows} |" in readme for name, entry in manifest().items())


@pytest.mark.parametrize("dataset", shipped_datasets(), ids=lambda dataset: dataset.name)
def test_datasets_have_the_rows_and_attrs_they_promise(dataset, tmp_path: Path) -> None:
    table = load_dataset(dataset.name, cache_dir=tmp_path)
    assert len(table) == dataset.n_rows
    assert table.attrs["title"] == dataset.title
    assert table.attrs["citation"] == dataset.source
    assert bool(table.attrs["simulated"]) is dataset.simulated
    assert table.attrs["notes"]
    assert table[table.attrs["id_column"]].is_unique
    assert set(table.attrs["derived"]) <= set(table)
    assert all(name in COLUMNS for name in table)


def test_the_hash_of_a_dataset_is_the_same_each_time(tmp_path: Path) -> None:
    for dataset in shipped_datasets():
        first, again = (load_dataset(dataset.name, cache_dir=tmp_path).attrs["hash"] for _ in range(2))
        assert first == again
        assert len(first) == 64
    assert len({load_dataset(dataset.name, cache_dir=tmp_path).attrs["hash"] for dataset in shipped_datasets()}) == 5


def test_an_unknown_dataset_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(KeyError, match="mu2022"):
        load_dataset("mu2020")


def test_mu2022_has_the_papers_counts(mu: pd.DataFrame) -> None:
    assert len(mu) == 81
    assert mu["mu_number"].dropna().tolist() == list(range(1, 36))
    candidates = mu[mu["mu_number"].notna()]
    assert candidates["subclass"].str[0].value_counts().to_dict() == {"M": 24, "K": 11}
    assert candidates["period_kind"].value_counts().to_dict() == {"roche_minimum": 19, "photometric": 16}
    assert (mu["ruwe"] > 1.25).sum() == 12
    assert (mu["ruwe"] > 1.4).sum() == 9
    assert mu.loc[(mu["ruwe"] > 1.25) & mu["mu_number"].notna(), "mu_number"].tolist() == [15, 21]
    assert mu[["ruwe", "astrometric_excess_noise", "phot_bp_rp_excess_factor", "ra", "dec"]].notna().all(axis=None)


def test_mu2022_recomputed_agrees_with_the_printed_columns_but_for_no_3(mu: pd.DataFrame) -> None:
    candidates = mu[mu["mu_number"].notna()].set_index("mu_number")
    near = (candidates["mass_function"] - candidates["mass_function_printed"]).abs() < 0.01
    assert near[~near].index.tolist() == [3]
    assert candidates.loc[3, "mass_function"] == pytest.approx(0.107, abs=5e-4)
    assert candidates.loc[3, "minimum_companion_mass"] == pytest.approx(0.543, abs=5e-4)
    assert "0.107" in candidates.loc[3, "remark"]
    exact = (candidates["mass_function"].round(2) - candidates["mass_function_printed"]).abs() < 1e-9
    assert exact.sum() == 33
    drift = (candidates["minimum_companion_mass"] - candidates["companion_mass_sini_10_printed"]).abs()
    assert (drift.drop(3) <= 0.0151).all()


def test_mu2022_finds_the_eleven_below_their_own_limit_and_four_roche_overfillers(mu: pd.DataFrame) -> None:
    candidates = mu[mu["mu_number"].notna()]
    assert set(candidates.loc[candidates["limit_ratio"] < 1, "mu_number"].astype(int)) == BELOW_OWN_LIMIT
    photometric = candidates[candidates["period_kind"] == "photometric"]
    overfilling = photometric["period"] < photometric["period_min"]
    assert photometric.loc[overfilling, "mu_number"].tolist() == [2, 4, 5, 6]
    for number in (2, 4, 5, 6):
        assert "Roche" in candidates.loc[candidates["mu_number"] == number, "remark"].item()


def test_the_papers_slips_are_told_where_a_reader_meets_them(mu: pd.DataFrame) -> None:
    remarks = mu.set_index("mu_number")["remark"]
    assert "7.4 km/s" in remarks[5]
    assert "printed as 0" in remarks[14]
    assert mu.set_index("mu_number").loc[14, "delta_vr_error"] == 0
    for number in BELOW_OWN_LIMIT:
        assert "below eq. 3" in remarks[number]
    for number in (7, 14, 16):
        assert "dwarf carbon" in remarks[number]


def test_implied_magnitudes_are_the_recomputed_ones_and_called_synthetic(mu: pd.DataFrame) -> None:
    stars = mu.set_index("mu_number")
    assert stars.loc[1, "absolute_k_implied"] == pytest.approx(8.12, abs=0.005)
    assert stars.loc[1, "k_m_implied"] == pytest.approx(11.27, abs=0.005)
    assert stars.loc[10, "absolute_k_implied"] == pytest.approx(7.48, abs=0.005)
    assert stars.loc[10, "k_m_implied"] == pytest.approx(13.11, abs=0.005)
    assert "SYNTHETIC" in COLUMNS["absolute_k_implied"].meaning
    assert "SYNTHETIC" in COLUMNS["k_m_implied"].meaning
    assert "absolute_k" not in mu


def test_positions_come_from_designations(mu: pd.DataFrame) -> None:
    row = mu.set_index("mu_number").loc[1]
    place = SkyCoord("01h30m08.78s", "+36d02m26.7s")
    assert (row["ra"], row["dec"]) == pytest.approx((place.ra.deg, place.dec.deg), abs=1e-9)
    south = positions(np.array(["J012352.68-025010.7"]))
    assert south[1][0] == pytest.approx(-(2 + 50 / 60 + 10.7 / 3600))
    with pytest.raises(ValueError, match="no designation"):
        positions(np.array(["HD 1"]))


def test_velocities_of_nos_5_and_7_are_those_of_table_3() -> None:
    five, seven = velocities(5), velocities(7)
    assert five is not None and seven is not None
    assert (len(five), len(seven)) == (6, 16)
    assert np.ptp(five["velocity"]) == pytest.approx(248)
    assert np.ptp(seven["velocity"]) == pytest.approx(311.5)
    assert five["time"].iloc[0] == 2456680.129167
    assert velocities(1) is None


def test_nine_black_hole_binaries_say_where_their_velocities_come_from() -> None:
    table = black_hole_binaries()
    assert len(table) == 9
    assert table["source"].str.contains("recollected").sum() == 8
    assert table.loc[~table["source"].str.contains("recollected"), "name"].tolist() == ["XTE J1118+480"]
    first = table.iloc[0]
    # BlackCAT: f = 6.27 +- 0.04 solar masses.
    assert mass_function(first["semi_amplitude"], first["period"]) == pytest.approx(6.27, abs=0.04)


def test_wu2024_grades_follow_from_the_printed_flags() -> None:
    table = load_dataset("wu2024")
    met = (
        (table["ipd_gof_harmonic_amplitude"] < 0.14).astype(int)
        + (table["ipd_frac_multi_peak"] == 0)
        + (table["ruwe"] < 1.25)
    )
    assert (met.astype(str) + "A").tolist() == table["grade_printed"].tolist()
    assert table["ruwe"].isna().sum() == 11
    assert table["source_id"].dtype == np.int64


@pytest.mark.parametrize(
    ("hip", "parallax", "hp_mag", "name"),
    [(32349, 379.21, -1.0876, "06h45m08.9s -16d42m58s"), (70890, 771.64, 10.7613, "14h29m42.9s -62d40m46s")],
)
def test_hipparcos_has_sirius_and_proxima(
    hipparcos: pd.DataFrame, hip: int, parallax: float, hp_mag: float, name
) -> None:
    star = hipparcos.set_index("hip").loc[hip]
    assert star["parallax"] == parallax
    assert star["hp_mag"] == hp_mag
    assert star["absolute_hp"] == pytest.approx(hp_mag + 5 * np.log10(parallax / 100))
    # J2000 places; the catalogue's epoch is 1991.25 and these stars move by a few arcseconds a year.
    found = SkyCoord(star["ra"], star["dec"], unit="deg")
    assert found.separation(SkyCoord(name)).arcsec < 40


def test_hipparcos_is_whole_and_missing_colours_are_missing(hipparcos: pd.DataFrame) -> None:
    assert len(hipparcos) == 117_955
    assert hipparcos["hip"].max() == 120_404
    assert hipparcos["ra"].between(0, 360).all()
    assert hipparcos["dec"].between(-90, 90).all()
    assert (hipparcos["parallax_error"] > 0).all()
    assert hipparcos["b_v"].isna().sum() == hipparcos["v_i"].isna().sum() == 1143
    assert hipparcos.loc[hipparcos["parallax"] <= 0, "absolute_hp"].isna().all()
    assert hipparcos.loc[hipparcos["parallax"] > 0, "absolute_hp"].notna().all()


def test_hipparcos_is_mapped_after_the_first_time(hipparcos: pd.DataFrame) -> None:
    assert not hipparcos["parallax"].to_numpy().flags.writeable


@pytest.mark.parametrize("suffix", [".fits", ".vot", ".ecsv", ".parquet", ".csv"])
def test_the_default_dataset_can_be_written_in_every_format(mu: pd.DataFrame, tmp_path: Path, suffix: str) -> None:
    write(mu, tmp_path / f"mu{suffix}")
    back = read(tmp_path / f"mu{suffix}")
    assert list(back) == list(mu)
    np.testing.assert_array_equal(back["mass_function"], mu["mass_function"])
    assert back["remark"].dropna().tolist() == mu["remark"].dropna().tolist()


def test_the_extended_sources_are_the_population_whose_truth_is_known(tmp_path: Path) -> None:
    table = load_dataset("extended", cache_dir=tmp_path)
    about = table.attrs["population"]
    made = extended_population(about["n"], about["seed"])
    assert (table["source_id"].to_numpy() == made["source_id"].to_numpy()).all()
    assert not [name for name in table.columns if name.endswith("_true")]
    assert "made up" in table.attrs["notes"][0]
