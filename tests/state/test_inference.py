"""What one star's errors say of a companion: against published values, whole-catalogue columns, and the truth."""

import numpy as np
import pandas as pd
import pytest

from analysis import simulate
from analysis.binaries import add_error_columns, default_draws
from components.state.catalogue import Catalogue
from components.state.inference import Excess, infer, measure_excess, published_errors, single_stars

# Andrew et al. 2022, eqs. 8 and 10 with CODATA constants
PERIOD_CONSTANT, ALPHA_CONSTANT = 29.78525, 1.127233e-3
STAR = {
    "source_id": 4373465352415301632,
    "phot_g_mean_mag": 12.0,
    "bp_rp": 0.93,
    "parallax": 2.0,
    "ruwe": 2.0,
    "astrometric_n_good_obs_al": 300,
    "radial_velocity_error": 5.0,
    "rv_nb_transits": 10,
    "rv_method_used": 1,
    "phot_g_mean_flux_error": 100.0,
    "phot_g_n_obs": 300,
    "period": np.nan,
}


def excess_of(**changes: float | int | None) -> Excess:
    values = {name: value for name, value in {**STAR, **changes}.items() if value is not None}
    catalogue = Catalogue(pd.DataFrame([values, values]), "one", "One star")
    return measure_excess(catalogue, 0, single_stars(catalogue))


def known_excess(**changes: object) -> Excess:
    """A star whose scatters are given: 10 km/s, 0.726636 mas, at 2 mas, of one solar mass."""
    values = {
        "ruwe_ast": 2.0, "ruwe_spec": 9.0, "ruwe_phot": 1.0, "ruwe_spec_chance": 2.2, "sigma_spec": 1.0,
        "sigma_ast": 0.3, "velocity": 10.0, "angle": 0.726636, "parallax": 2.0, "primary_mass": 1.0,
        "mass_source": "", "known_period": None, "missing": (),
    }  # fmt: skip
    return Excess(**{**values, **changes})  # type: ignore[arg-type]


def test_the_published_errors_hold_where_the_paper_gives_them():
    errors = published_errors()
    # read off Fig. 20 of Andrew et al. 2022, km/s
    assert errors.spec.predict(10.1, 0.93) == pytest.approx(0.68)
    assert errors.spec.predict(13.0, 1.43) == pytest.approx(3.14)
    assert np.isnan(errors.spec.predict(15.0, 1.0))
    # e/s: 0.45 % of the flux of a star of G = 8, whose zero point is 25.6874
    assert errors.phot.predict(8.0, 1.0) == pytest.approx(0.0045 * 10 ** (0.4 * (25.6874 - 8)), rel=5e-3)


def test_the_medians_and_percentiles_follow_from_eqs_8_and_10():
    found = infer(known_excess())
    draws = default_draws()
    au = 0.726636 / 2.0
    periods = PERIOD_CONSTANT * au * draws.zeta / draws.beta / 10.0
    for value, level in ((found.period_yr.low, 16), (found.period_yr.median, 50), (found.period_yr.high, 84)):
        assert value == pytest.approx(np.percentile(periods, level), rel=1e-5)
    alpha = np.percentile(ALPHA_CONSTANT * 10.0**2 * au / (draws.beta * draws.zeta**2), 50)
    roots = np.roots([1, -alpha, -2 * alpha, -alpha])
    q = float(roots[np.abs(roots.imag) < 1e-9].real.max())
    assert found.q.median == pytest.approx(q, rel=1e-5)
    assert found.m2.median == pytest.approx(q, rel=1e-5)


@pytest.mark.parametrize("light_ratio", [0.0, 0.3])
def test_the_drawn_posteriors_have_the_percentiles_that_are_told(light_ratio):
    found = infer(known_excess(primary_mass=2.0), light_ratio)
    for interval in (found.period_yr, found.q, found.m2):
        told = (interval.low, interval.median, interval.high)
        assert told == pytest.approx(np.percentile(interval.draws, (16, 50, 84)), rel=2e-3)


def test_light_of_the_companion_asks_for_a_heavier_one():
    assert infer(known_excess(), 0.4).q.median > infer(known_excess(), 0.0).q.median


@pytest.mark.parametrize(("period", "kind"), [(2.0, "inner"), (0.96 * 365.25, ""), (40 * 365.25, "outer"), (None, "")])
def test_a_known_period_far_from_the_inferred_one_warns_of_a_triple(period, kind):
    assert infer(known_excess(known_period=period)).triple == kind


def test_the_shortest_possible_period_is_not_a_known_one():
    table = pd.DataFrame([{**STAR, "period": 0.3, "period_kind": "roche_minimum"}] * 2)
    catalogue = Catalogue(table, "one", "One star")
    assert measure_excess(catalogue, 0, single_stars(catalogue)).known_period is None
    assert excess_of(period=0.3).known_period == 0.3


def test_too_few_stars_are_measured_with_the_published_errors():
    excess = excess_of()
    assert excess.sigma_spec == pytest.approx(2.64)  # Fig. 20 at G = 12, BP-RP = 0.93
    # eqs. 48 to 51 by hand
    scatter = np.sqrt(10 / 9) * np.sqrt(2 * 10 / np.pi) * np.sqrt(5.0**2 - 0.11**2)
    assert excess.ruwe_spec == pytest.approx(scatter / excess.sigma_spec, rel=1e-9)
    assert excess.velocity == pytest.approx(np.sqrt(scatter**2 - excess.sigma_spec**2), rel=1e-9)
    # eq. 19 by hand; G = 12 has 0.145 mas (Lindegren et al. 2021)
    assert excess.angle == pytest.approx(0.145 * np.sqrt(2 * (4 * 295 / 300 - 1)), rel=1e-6)
    # Pittordis & Sutherland 2019
    m_g = 12.0 + 5 * np.log10(2.0 / 100)
    assert excess.primary_mass == pytest.approx(10 ** (0.0725 * (4.76 - m_g)), rel=1e-9)
    assert excess.inferable


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"radial_velocity_error": None}, "the catalogue has no radial_velocity_error"),
        ({"radial_velocity_error": np.nan}, "radial_velocity_error is missing for this star"),
        ({"rv_method_used": 2}, "rv_method_used is not 1"),
        ({"phot_g_mean_mag": 15.0}, "σ_spec is not known at G = 15.0"),
        ({"ruwe": np.nan}, "ruwe is missing for this star"),
        ({"parallax": -0.3}, "the parallax is not positive"),
        ({"astrometric_n_good_obs_al": None}, "the catalogue has no astrometric_n_good_obs_al"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_inferred(changes, said):
    excess = excess_of(**changes)
    assert any(said in reason for reason in excess.reasons)
    assert not excess.inferable
    assert infer(excess) is None


def test_a_quiet_star_has_no_companion_to_infer():
    excess = excess_of(ruwe=0.9, radial_velocity_error=0.2)
    assert (excess.velocity, excess.angle, excess.reasons) == (0, 0, ())
    assert infer(excess) is None


def test_the_columns_of_a_catalogue_are_believed():
    excess = excess_of(ruwe_spec=4.0, ruwe_phot=1.5)
    assert (excess.ruwe_spec, excess.ruwe_phot) == (4.0, 1.5)
    assert excess.velocity == pytest.approx(excess.sigma_spec * np.sqrt(15), rel=1e-9)


def test_a_survey_is_measured_by_its_own_single_stars_and_agrees_with_its_columns():
    table = simulate.survey(25_000, seed=7)
    catalogue = Catalogue(table, "made", "Made stars")
    stars = single_stars(catalogue)
    assert stars.source == "fitted"
    assert single_stars(catalogue) is stars
    assert len(stars.cloud) == 3000
    made = add_error_columns(table, stars.errors)
    for row in np.flatnonzero(made["q"] > 1)[:6]:
        found = infer(measure_excess(catalogue, int(row), stars))
        for name, interval in (("period_yr", found.period_yr), ("q", found.q), ("secondary_mass", found.m2)):
            told = made[[f"{name}_lower", name, f"{name}_upper"]].iloc[row]
            assert told.tolist() == pytest.approx([interval.low, interval.median, interval.high], rel=1e-4)
