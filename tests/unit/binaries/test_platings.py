import numpy as np
import pandas as pd
import pytest

from analysis.binaries import PlatingThresholds, platings

GOLD = {
    "radial_velocity_error": 5.0,
    "rv_nb_transits": 12,
    "ruwe": 1.6,
    "parallax_over_error": 40.0,
    "rv_method_used": 1,
    "n_sources_2arcsec": 1,
    "phot_g_mean_mag": 12.0,
    "bp_rp": 0.95,
    "ruwe_spec": 6.0,
    "ipd_frac_multi_peak": 0,
    "n_sources_4arcsec": 1,
    "q": 4.0,
    "m2": 4.5,
    "q_lower": 2.0,
    "m2_lower": 3.2,
    "n_sources_8arcsec": 1,
    "ruwe_phot": 1.1,
    "bp_rp_0": 0.9,
    "absolute_g": 5.2,
    "absolute_g_excess": -0.1,
}


def table_of(*changes):
    return pd.DataFrame([GOLD | change for change in changes])


def test_each_star_gets_the_highest_plating_that_it_passes():
    table = table_of({}, {"ruwe_phot": 3.0}, {"q_lower": 0.9}, {"m2": 2.9}, {"rv_method_used": 2})
    assert platings(table).plating.tolist() == ["gold", "silver", "bronze", "", ""]


@pytest.mark.parametrize(
    ("column", "value", "plating"),
    [
        ("radial_velocity_error", 0.0, ""),
        ("rv_nb_transits", 2, ""),
        ("parallax_over_error", 10.0, ""),
        ("n_sources_2arcsec", 2, ""),
        ("ruwe", 1.25, ""),
        ("ruwe_spec", 2.0, ""),
        ("ipd_frac_multi_peak", 1, ""),
        ("n_sources_4arcsec", 2, ""),
        ("q", 1.0, ""),
        ("m2_lower", 3.0, "bronze"),
        ("n_sources_8arcsec", 2, "silver"),
        ("bp_rp_0", 2.5, "silver"),
        ("absolute_g_excess", 0.1, "silver"),
        ("absolute_g_excess", 0.0, "gold"),
    ],
)
def test_each_step_removes_what_it_should(column, value, plating):
    assert platings(table_of({column: value})).plating.tolist() == [plating]


@pytest.mark.parametrize("column", GOLD)
def test_a_missing_value_passes_no_step(column):
    assert platings(table_of({column: np.nan})).plating.tolist() != ["gold"]


def test_counts_fall_from_step_to_step():
    result = platings(table_of({}, {"ruwe_phot": 3.0}, {"q_lower": 0.9}, {"m2": 2.9}, {"rv_method_used": 2}))
    counts = [step.n_passed for step in result.steps]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 5
    assert counts[-1] == result.masks["gold"].sum() == 1
    assert [int(result.masks[name].sum()) for name in ("sample", "bronze", "silver")] == [4, 3, 2]


def test_a_missing_column_leaves_its_step_out_and_is_named():
    result = platings(table_of({}).drop(columns=["n_sources_4arcsec", "absolute_g"]))
    assert result.missing == ("n_sources_4arcsec", "absolute_g")
    assert [step.missing for step in result.steps if step.mask is None] == [("n_sources_4arcsec",), ("absolute_g",)]
    assert result.plating.tolist() == ["gold"]


def test_thresholds_can_be_changed():
    table = table_of({"m2": 2.0, "m2_lower": 1.6})
    assert platings(table, PlatingThresholds(companion_mass=1.4)).plating.tolist() == ["gold"]


def test_an_empty_table_has_no_candidates():
    assert platings(table_of({}).iloc[:0]).plating.tolist() == []
