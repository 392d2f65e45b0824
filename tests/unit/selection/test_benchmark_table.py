"""The made-up table that the engine is measured on."""

import numpy as np
import pandas as pd
import pytest

from analysis.selection import Crossfilter, Range
from analysis.selection.benchmark_table import benchmark_table


def test_a_shorter_table_is_the_beginning_of_a_longer_one():
    longer = benchmark_table(260_000, seed=3)
    pd.testing.assert_frame_equal(benchmark_table(1000, seed=3), longer[:1000])
    assert not benchmark_table(1000, seed=4).equals(longer[:1000])
    assert not longer[250_000:251_000].reset_index(drop=True)["ruwe"].equals(longer[:1000]["ruwe"])


def test_columns_are_single_precision_with_the_gaps_that_are_promised():
    table = benchmark_table(200_000)
    assert set(table.dtypes.drop(["source_id", "rv_nb_transits"])) == {np.dtype(np.float32)}
    assert table["source_id"].dtype == np.int64
    missing = table.isna().mean()
    assert missing["period"] == pytest.approx(0.4, abs=0.01)
    assert missing["delta_vr"] == pytest.approx(0.1, abs=0.01)
    assert missing["radial_velocity"] == missing["radial_velocity_error"] == pytest.approx(0.03, abs=0.005)
    assert missing["teff_gspphot"] == pytest.approx(0.15, abs=0.01)
    assert (
        missing.drop(
            ["period", "delta_vr", "half_delta_vr", "radial_velocity", "radial_velocity_error", "teff_gspphot"]
        ).max()
        == 0
    )


def test_the_magnitude_parallax_and_absolute_magnitude_of_a_bright_star_agree():
    table = benchmark_table(50_000)
    good = table[table["parallax_over_error"] > 100]
    implied = good["phot_g_mean_mag"] + 5 * np.log10(good["parallax"]) - 10
    assert np.median(np.abs(implied - good["absolute_g"])) < 0.02


def test_an_empty_table_has_the_columns():
    table = benchmark_table(0)
    engine = Crossfilter(table)
    engine.set("ruwe", Range("ruwe", 0, 1))
    assert engine.answer().count == 0
    assert list(table) == list(benchmark_table(5))
