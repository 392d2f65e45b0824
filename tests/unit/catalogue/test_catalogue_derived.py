"""Derived columns: golden numbers, NaN where there is nothing to compute, no copies."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.catalogue import COLUMNS, DataError, add_derived
from analysis.catalogue.derived import RECIPES


def test_every_derived_column_is_in_the_schema() -> None:
    assert {recipe.name for recipe in RECIPES} <= set(COLUMNS)
    assert {name for recipe in RECIPES for name in recipe.inputs} <= set(COLUMNS)


def test_a_star_of_mu_et_al_gets_the_papers_numbers() -> None:
    # No. 10: K1 >= 334 km/s, P 0.1290 d, M1 0.23: f 0.498002, M2 0.8176 at sin i = 1 (recomputed from the paper).
    table = add_derived(pd.DataFrame({"delta_vr": [668.0], "period": [0.1290], "primary_mass": [0.23]}))
    star = table.iloc[0]
    assert star["half_delta_vr"] == 334
    assert star["mass_function"] == pytest.approx(0.498002, rel=1e-4)
    assert star["minimum_companion_mass"] == pytest.approx(0.8176, rel=1e-4)
    assert star["semi_amplitude_limit"] == pytest.approx(81.24 * (0.23 / 0.1290) ** (1 / 3), rel=1e-4)
    assert star["limit_ratio"] == pytest.approx(334 / (81.24 * (0.23 / 0.1290) ** (1 / 3)), rel=1e-4)
    assert star["period_min"] == pytest.approx(0.403 * 0.23**0.9175, rel=1e-9)


def test_masses_follow_from_k_and_parallax_where_none_are_given() -> None:
    # Henry & McCarthy 1993 at M_K = 6: log m = -0.2521 * 6 + 1.1965.
    table = add_derived(pd.DataFrame({"k_m": [11.0, 11.0], "parallax": [10.0, -2.0]}))
    assert table["absolute_k"].iloc[0] == pytest.approx(6)
    assert table["primary_mass"].iloc[0] == pytest.approx(10 ** (-0.2521 * 6 + 1.1965))
    assert table.loc[1, ["absolute_k", "primary_mass", "period_min"]].isna().all()


def test_nothing_is_overwritten_and_nothing_invented() -> None:
    table = pd.DataFrame({"phot_bp_mean_mag": [12.0], "phot_rp_mean_mag": [10.0], "bp_rp": [1.5], "remark": ["x"]})
    assert list(add_derived(table)) == list(table)
    assert add_derived(table)["bp_rp"].tolist() == [1.5]


def test_a_second_pass_changes_nothing() -> None:
    once = add_derived(pd.DataFrame({"phot_g_mean_mag": [10.0], "parallax": [5.0], "parallax_error": [0.1]}))
    twice = add_derived(once)
    pd.testing.assert_frame_equal(once, twice)
    assert twice.attrs["derived"] == ["parallax_over_error", "absolute_g"]


def test_extinction_is_subtracted_only_when_asked_for() -> None:
    table = pd.DataFrame({"phot_g_mean_mag": [15.0, 15.0], "parallax": [10.0, 10.0], "ag_gspphot": [0.7, np.nan]})
    assert add_derived(table)["absolute_g"].tolist() == [10, 10]
    corrected = add_derived(table, "ag_gspphot")
    np.testing.assert_allclose(corrected["absolute_g"], [9.3, np.nan])
    assert any("ag_gspphot" in note for note in corrected.attrs["notes"])
    with pytest.raises(DataError, match="'a_g'"):
        add_derived(table, "a_g")


@given(st.floats(-50, 800), st.floats(-2, 22))
def test_absolute_magnitudes_undo_the_distance(parallax: float, magnitude: float) -> None:
    found = add_derived(pd.DataFrame({"hp_mag": [magnitude], "parallax": [parallax]}))["absolute_hp"].iloc[0]
    if parallax <= 0:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(magnitude - 5 * (np.log10(1000) - np.log10(parallax)) + 5, abs=1e-9)


def test_float32_inputs_give_float32_results() -> None:
    narrow = pd.DataFrame({"phot_g_mean_mag": np.float32([12]), "parallax": np.array([3.0])})
    wide = pd.DataFrame({"phot_g_mean_mag": [12.0], "parallax": [3.0]})
    assert add_derived(narrow)["absolute_g"].dtype == np.float32
    assert add_derived(wide)["absolute_g"].dtype == np.float64


def test_blended_fraction_and_contaminated_transits_follow_wu_et_al() -> None:
    table = add_derived(
        pd.DataFrame(
            {
                "phot_bp_n_blended_transits": [3, 0], "phot_rp_n_blended_transits": [2, 0],
                "phot_bp_n_obs": [10, 0], "phot_rp_n_obs": [15, 0],
                "phot_bp_n_contaminated_transits": [4, 1], "phot_rp_n_contaminated_transits": [1, 0],
            },
            dtype=np.int16,
        )
    )  # fmt: skip
    np.testing.assert_allclose(table["blended_fraction"], [0.2, np.nan])
    assert table["contaminated_transits"].tolist() == [5, 1]


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        (0.2, 1.154360 + 0.033772 * 0.2 + 0.032277 * 0.04),
        (2.0, 1.162004 + 0.011464 * 2 + 0.049255 * 4 - 0.005879 * 8),
        (4.5, 1.057572 + 0.140537 * 4.5),
    ],
)
def test_the_corrected_excess_is_what_is_left_above_ordinary_stars(colour: float, expected: float) -> None:
    table = add_derived(pd.DataFrame({"bp_rp": [colour, np.nan], "phot_bp_rp_excess_factor": [expected + 0.25, 1.3]}))
    np.testing.assert_allclose(table["phot_bp_rp_excess_factor_corrected"], [0.25, np.nan], atol=1e-9)


def test_text_under_a_number_columns_name_is_not_computed_with() -> None:
    assert list(add_derived(pd.DataFrame({"delta_vr": ["fast"], "period": [1.0]}))) == ["delta_vr", "period"]


def test_a_wide_table_is_extended_without_a_warning() -> None:
    wide = pd.DataFrame({f"column_{number}": [1.0] for number in range(150)} | {"delta_vr": [2.0]}, copy=False)
    assert add_derived(wide)["half_delta_vr"].tolist() == [1]
