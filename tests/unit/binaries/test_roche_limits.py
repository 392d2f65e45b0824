import numpy as np
import pytest
from mu2022_tables import CANDIDATES

from analysis.binaries import (
    half_delta_vr_error,
    limit_verdict,
    mass_band,
    minimum_period,
    roche_lobe_radius,
    roche_lobe_radius_paczynski,
    roche_minimum_period,
    semi_amplitude,
    semi_amplitude_limit,
)


def verdict_of(star):
    return limit_verdict(star.delta_vr / 2, star.period, star.primary_mass, star.spectral_type)


@pytest.mark.parametrize(
    ("mass", "period", "k"),
    [(0.8, 0.3, 112.6573), (0.4, 0.3, 89.4162), (0.6, 1, 68.5205), (1, 0.2, 138.9184)],
)
def test_the_limit_line_meets_eq_3(mass, period, k):
    assert semi_amplitude_limit(mass, period) == pytest.approx(k, rel=1e-5)


@pytest.mark.parametrize("ratio", [0.1, 0.5, 1.0, 3.0])
def test_the_limit_is_the_edge_on_amplitude_of_a_companion_of_that_mass_ratio(ratio):
    assert semi_amplitude_limit(0.7, 0.4, ratio) == pytest.approx(semi_amplitude(0.7, 0.7 * ratio, 0.4))


def test_the_error_of_half_the_range_meets_the_paper():
    assert half_delta_vr_error(5.3, 5.3) == pytest.approx(4, abs=0.5)  # No. 5: 124 +- 4
    assert half_delta_vr_error(5.4, 32.6) == pytest.approx(17, abs=0.5)  # No. 7: 156 +- 17


@pytest.mark.parametrize(("mass", "period"), [(0.18, 0.083564), (0.5, 0.213359), (0.64, 0.267593), (0.92, 0.373319)])
def test_the_shortest_period_meets_eq_6(mass, period):
    assert minimum_period(mass) == pytest.approx(period, abs=1e-6)


def test_the_printed_minimum_periods_follow_from_the_printed_masses():
    stars = [star for star in CANDIDATES if star.period_kind == "roche_minimum"]
    computed = minimum_period(np.array([star.primary_mass for star in stars]))
    assert len(stars) == 19
    assert np.abs(computed - [star.period for star in stars]).max() < 0.0016


@pytest.mark.parametrize(("ratio", "coefficient"), [(0.2, 0.374), (0.5, 0.368), (0.8, 0.358), (1, 0.351), (2, 0.324)])
def test_eggletons_lobe_gives_the_known_period_density_coefficients(ratio, coefficient):
    # a star of solar density: mass 1, radius 1
    assert roche_minimum_period(1.0, 1.0 / ratio, radius=1.0) == pytest.approx(coefficient, abs=6e-4)


def test_with_paczynskis_lobe_the_companion_drops_out_and_eq_4_returns():
    periods = roche_minimum_period(1.0, np.array([0.2, 1.0, 5.0]), radius=1.0, lobe="paczynski")
    assert periods == pytest.approx([0.3689] * 3, abs=5e-4)
    assert roche_minimum_period(0.5, 0.25, lobe="paczynski") == pytest.approx(minimum_period(0.5), rel=2e-3)


def test_an_unknown_lobe_formula_is_refused():
    with pytest.raises(ValueError, match="eggleton"):
        roche_minimum_period(1.0, 1.0, lobe="kopal")


def test_the_lobes_meet_known_values():
    assert roche_lobe_radius(1.0) == pytest.approx(0.37892, abs=1e-5)
    assert roche_lobe_radius(10.0) == pytest.approx(0.5782, abs=5e-4)
    # both formulae agree to a few per cent where Paczynski's is meant to be used
    q = np.linspace(0.05, 0.8, 20)
    assert roche_lobe_radius_paczynski(q) == pytest.approx(roche_lobe_radius(q), rel=0.03)
    assert np.isnan(roche_lobe_radius(np.array([0.0, -1.0, np.nan]))).all()


def test_the_35_candidates_lie_as_published_against_the_limits():
    verdicts = {star.number: verdict_of(star) for star in CANDIDATES}
    kinds = [mass_band(star.spectral_type).median for star in CANDIDATES]
    assert (kinds.count(0.8), kinds.count(0.4)) == (11, 24)
    assert all(verdict.above_low_edge for verdict in verdicts.values())
    assert sum(verdict.above_median for verdict in verdicts.values()) == 25
    below = [number for number, verdict in verdicts.items() if not verdict.above_own_limit]
    assert below == [6, 17, 18, 19, 20, 21, 28, 30, 31, 32, 35]
    assert [number for number, verdict in verdicts.items() if verdict.overfills_roche_lobe] == [2, 4, 5, 6]


def test_a_verdict_says_what_is_missing():
    verdict = limit_verdict(100.0, 0.3, None, "G2")
    assert verdict.limit is verdict.above_own_limit is verdict.limit_ratio is None
    assert verdict.band is verdict.above_median is verdict.overfills_roche_lobe is None
    assert limit_verdict(110.0, 0.3, float("nan"), "K5").above_low_edge is True


def test_the_limit_ratio_is_one_on_the_line():
    assert limit_verdict(112.6573, 0.3, 0.8).limit_ratio == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("velocity", "period"), [(float("nan"), 0.3), (100.0, 0.0), (-5.0, 0.3)])
def test_a_verdict_without_velocity_or_period_is_refused(velocity, period):
    with pytest.raises(ValueError, match="positive"):
        limit_verdict(velocity, period, 0.5)


@pytest.mark.parametrize(
    ("spectral_type", "median"),
    [("K7V", 0.8), ("dM4", 0.4), ("M0", 0.4), ("G8", None), ("", None), (None, None)],
)
def test_the_mass_band_is_that_of_the_type(spectral_type, median):
    band = mass_band(spectral_type)
    assert (band.median if band else None) == median
