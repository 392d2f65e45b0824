"""Columns of Andrew et al. 2022 for a catalogue: against one star at a time, the presets, and the truth."""

import numpy as np
import pandas as pd
import pytest

from analysis.binaries import (
    ErrorMap,
    SingleStarErrors,
    add_error_columns,
    along_scan_error,
    corrected_photometry,
    excess_astrometric_scatter,
    excess_rv_scatter,
    fit_single_star_errors,
    infer_companion,
    ruwe_phot,
    ruwe_spec,
)
from analysis.catalogue import add_derived
from analysis.selection import PRESETS
from analysis.simulate import survey, truth
from analysis.stars import mass_from_absolute_g

PRESET_NAMES = ("andrew2022_bronze", "andrew2022_silver", "andrew2022_gold")
FROM_G = "primary_mass_from_g"
INFERRED = [name + end for name in ("q", "secondary_mass", "period_yr") for end in ("", "_lower", "_upper")]


@pytest.fixture(scope="module")
def stars() -> pd.DataFrame:
    return survey(60_000, seed=7)


@pytest.fixture(scope="module")
def errors(stars: pd.DataFrame) -> SingleStarErrors:
    return fit_single_star_errors(stars)


@pytest.fixture(scope="module")
def made(stars: pd.DataFrame, errors: SingleStarErrors) -> pd.DataFrame:
    return add_error_columns(stars, errors)


def flat_errors(spec: float = 1.0, phot: float = 100.0) -> SingleStarErrors:
    """Maps of one error each over the whole box."""
    magnitude, colour = np.array([2.0, 18.0]), np.array([-2.0, 8.0])
    return SingleStarErrors(*(ErrorMap(magnitude, colour, np.full((2, 2), sigma)) for sigma in (spec, phot)))


def test_each_star_gets_what_the_functions_give_for_it_alone(stars, errors, made):
    assert errors.spec is not None
    assert errors.phot is not None
    usable = np.flatnonzero(made["q"].notna() & made["ruwe_phot"].notna())
    for row in usable[:: len(usable) // 12]:
        star, new = stars.iloc[row], made.iloc[row]
        g, colour = float(star["phot_g_mean_mag"]), float(star["bp_rp"])
        spec, phot = errors.spec.predict(g, colour), errors.phot.predict(g, colour)
        velocities = float(star["radial_velocity_error"]), int(star["rv_nb_transits"])
        fluxes = float(star["phot_g_mean_flux_error"]), int(star["phot_g_n_obs"])
        m_g = g + 5 * np.log10(float(star["parallax"]) / 100) - float(star["ag_gspphot"])
        observations = int(star["astrometric_n_good_obs_al"])
        expected = infer_companion(
            excess_rv_scatter(*velocities, spec),
            excess_astrometric_scatter(float(star["ruwe"]), along_scan_error(g), observations),
            float(star["parallax"]),
            mass_from_absolute_g(m_g),
        ).iloc[0]
        assert new["ruwe_spec"] == pytest.approx(ruwe_spec(*velocities, spec), rel=1e-5)
        assert new["ruwe_phot"] == pytest.approx(ruwe_phot(*fluxes, phot), rel=1e-5)
        assert new[FROM_G] == pytest.approx(mass_from_absolute_g(m_g), rel=1e-5)
        for name in INFERRED:
            assert new[name] == pytest.approx(expected[name.replace("secondary_mass", "m2")], rel=1e-5), name


def test_every_column_that_the_presets_of_andrew_2022_need_is_there(stars, made):
    columns = {*add_derived(stars).columns, *made.columns}
    for name in PRESET_NAMES:
        assert PRESETS[name].columns <= columns


def test_bronze_and_silver_platings_are_the_rows_that_the_presets_keep(stars, made):
    table = pd.concat([add_derived(stars), made], axis=1)
    plating = made["plating"].astype(object)
    bronze, silver = (PRESETS[name].cut().mask(table) for name in PRESET_NAMES[:2])
    assert bronze.sum() > 20
    np.testing.assert_array_equal(plating.notna(), bronze)
    np.testing.assert_array_equal(plating.isin(["Silver", "Gold"]), silver)


def test_single_stars_have_unit_weight_errors_of_one(stars, made):
    alone = (truth(len(stars), seed=7)["class_true"] == "single").to_numpy()
    sample = alone & (stars["rv_method_used"] == 1) & (stars["rv_nb_transits"] >= 12) & (stars["phot_g_mean_mag"] < 13)
    assert sample.sum() > 3000
    assert made["ruwe_spec"][sample].median() == pytest.approx(1, abs=0.05)
    assert made["ruwe_phot"][sample].median() == pytest.approx(1, abs=0.03)


def test_numbers_are_float32_and_missing_ones_nan(stars, made):
    assert {made[name].dtype for name in made.columns if name != "plating"} == {np.dtype("float32")}
    without = stars["radial_velocity_error"].isna() | (stars["rv_method_used"] != 1)
    assert made.loc[without, ["ruwe_spec", *INFERRED]].isna().all(axis=None)
    unknown = stars["ag_gspphot"].isna()
    assert made.loc[unknown, ["absolute_g_excess", *INFERRED]].isna().all(axis=None)
    assert made.index.equals(stars.index)


def test_the_height_above_the_main_sequence_is_freed_of_extinction():
    dwarf = {"phot_g_mean_mag": [9.635 + 0.5], "bp_rp": [0.823 + 0.25], "parallax": [10.0]}
    table = pd.DataFrame({**dwarf, "ag_gspphot": [0.5], "ebpminrp_gspphot": [0.25]})
    colour, absolute_g = corrected_photometry(table)
    assert (colour[0], absolute_g[0]) == pytest.approx((0.823, 4.635))  # a G2 dwarf: Pecaut & Mamajek 2013
    assert add_error_columns(table)["absolute_g_excess"][0] == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize(
    ("dropped", "gone"),
    [
        (["radial_velocity_error"], {"ruwe_spec", FROM_G, *INFERRED, "plating"}),
        (["phot_g_mean_flux_error"], {"ruwe_phot", "plating"}),
        (["parallax"], {"absolute_g_excess", FROM_G, *INFERRED, "plating"}),
        (["n_sources_4arcsec"], {"plating"}),
    ],
)
def test_a_column_whose_inputs_lack_is_left_out(stars, made, dropped, gone):
    few = stars.iloc[:500].drop(columns=dropped)
    assert set(made.columns) - set(add_error_columns(few, flat_errors()).columns) == gone


def test_too_few_stars_give_no_map_and_no_unit_weight_error(stars):
    few = stars.iloc[:300]
    errors = fit_single_star_errors(few)
    assert (errors.spec, errors.phot) == (None, None)
    assert {"ruwe_spec", "ruwe_phot", "q"}.isdisjoint(add_error_columns(few).columns)


def test_an_empty_catalogue_gets_empty_columns(stars, made):
    assert add_error_columns(stars.iloc[:0], flat_errors()).columns.tolist() == made.columns.tolist()


def test_progress_rises_to_one(stars):
    told: list[float] = []
    add_error_columns(stars.iloc[:20_000], progress=lambda fraction, _: told.append(fraction))
    assert told == sorted(told)
    assert told[-1] == 1
