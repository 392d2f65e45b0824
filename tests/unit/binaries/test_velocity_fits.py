import numpy as np
import pytest
from astropy import units as u
from hypothesis import given, settings
from hypothesis import strategies as st
from mu2022_tables import VELOCITIES

from analysis.binaries import fit_circular_orbit, fit_circular_orbits, period_window, search_period


def orbit(time, semi_amplitude, systemic, epoch, period):
    return semi_amplitude * np.sin(2 * np.pi * (time - epoch) / period) + systemic


def test_star_7_at_the_printed_period():
    fit = fit_circular_orbit(*VELOCITIES[7], 0.4552)
    assert fit.semi_amplitude == pytest.approx(140.0, abs=0.05)
    assert fit.semi_amplitude_error == pytest.approx(2.4, abs=0.05)
    assert fit.systemic_velocity == pytest.approx(19.7, abs=0.05)
    assert fit.chi2 == pytest.approx(124.03, abs=0.01)
    assert fit.dof == 13


def test_star_7_with_the_period_searched_within_its_last_digit():
    search = search_period(*VELOCITIES[7], *period_window(0.4552, 4))
    assert search.period == pytest.approx(0.455242, abs=1e-6)
    assert search.fit.semi_amplitude == pytest.approx(157.8, abs=0.05)  # paper: 158 +- 2
    assert search.fit.semi_amplitude_error == pytest.approx(2.6, abs=0.05)
    assert search.fit.systemic_velocity == pytest.approx(-6.9, abs=0.05)
    assert search.fit.chi2 == pytest.approx(10.27, abs=0.005)
    assert search.fit.dof == 12
    cycles = (search.fit.epoch - 7000.20915) / search.period
    assert cycles == pytest.approx(round(cycles), abs=0.005)
    assert not search.at_edge


def test_star_7_has_one_period_within_two_per_cent():
    search = search_period(*VELOCITIES[7], 0.4552 * 0.98, 0.4552 * 1.02)
    assert sum(alias.delta_chi2 < 9 for alias in search.aliases) == 1


def test_star_5_does_not_fit_at_the_printed_period():
    fit = fit_circular_orbit(*VELOCITIES[5], 0.2163)
    assert fit.semi_amplitude == pytest.approx(15.5, abs=0.05)
    assert fit.chi2 == pytest.approx(1927.5, abs=0.05)
    assert fit_circular_orbit(*VELOCITIES[5], 0.21635).semi_amplitude == pytest.approx(195.2, abs=0.05)


def test_star_5_has_two_aliases_within_one_unit_of_the_last_digit():
    aliases = search_period(*VELOCITIES[5], *period_window(0.2163, 4, last_digits=1)).aliases
    assert sorted(alias.period for alias in aliases) == pytest.approx([0.216244, 0.216354], abs=1e-6)
    for alias in aliases:
        assert alias.fit.semi_amplitude == pytest.approx(212.1, abs=0.1)
        assert alias.fit.semi_amplitude_error == pytest.approx(8.2, abs=0.05)
        assert alias.fit.systemic_velocity == pytest.approx(26.4, abs=0.06)
        assert alias.fit.chi2 == pytest.approx(1.70, abs=0.005)
        assert not alias.at_edge
    assert aliases[0].delta_chi2 == 0 < aliases[1].delta_chi2 < 0.01


def test_a_minimum_outside_the_window_is_told():
    search = search_period(*VELOCITIES[5], *period_window(0.2163, 4))
    assert search.at_edge
    assert search.period == pytest.approx(0.21635, abs=1e-9)
    assert search.fit.chi2 == pytest.approx(79.0, abs=0.05)


def test_aliases_of_two_nights_are_spaced_by_the_square_of_the_period_over_their_distance():
    periods = sorted(
        alias.period for alias in search_period(*VELOCITIES[5], 0.215, 0.2175).aliases if alias.delta_chi2 < 4
    )
    assert len(periods) > 10
    assert np.diff(periods) == pytest.approx(0.2163**2 / 423.85, rel=0.03)


@settings(deadline=None, max_examples=50)
@given(
    semi_amplitude=st.floats(1, 500),
    systemic=st.floats(-300, 300),
    phase=st.floats(0, 1),
    period=st.floats(0.1, 50),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_noiseless_orbit_comes_back(semi_amplitude, systemic, phase, period, seed):
    time = 2_457_000 + period * np.random.default_rng(seed).uniform(0, 30, 25)
    epoch = 2_457_000 + phase * period
    fit = fit_circular_orbit(time, orbit(time, semi_amplitude, systemic, epoch, period), 1.0, period)
    assert fit.semi_amplitude == pytest.approx(semi_amplitude, rel=1e-5)
    assert fit.systemic_velocity == pytest.approx(systemic, abs=1e-4 * semi_amplitude)
    assert abs((fit.epoch - epoch) / period - round((fit.epoch - epoch) / period)) < 1e-5
    assert fit.velocity(time) == pytest.approx(orbit(time, semi_amplitude, systemic, epoch, period), abs=1e-3)


def test_errors_are_those_of_repeated_experiments():
    rng = np.random.default_rng(7)
    time, period = np.sort(rng.uniform(0, 60, 14)), 1.7
    truth = orbit(time, 40.0, 5.0, 0.3, period)
    fits = [fit_circular_orbit(time, truth + rng.normal(0, 3.0, time.size), 3.0, period) for _ in range(2000)]
    values = np.array([(fit.semi_amplitude, fit.systemic_velocity, fit.epoch) for fit in fits])
    expected = fit_circular_orbit(time, truth, 3.0, period)
    assert np.cov(values.T) == pytest.approx(expected.covariance, rel=0.12, abs=0.02 * 3 * expected.epoch_error)
    assert np.mean([fit.chi2 for fit in fits]) == pytest.approx(11, rel=0.03)
    assert values[:, 0].std() == pytest.approx(expected.semi_amplitude_error, rel=0.05)
    assert values[:, 1].std() == pytest.approx(expected.systemic_velocity_error, rel=0.05)
    assert values[:, 2].std() == pytest.approx(expected.epoch_error, rel=0.05)


def test_the_batch_equals_one_fit_after_the_other():
    periods = np.geomspace(0.1, 80, 500)
    batch = fit_circular_orbits(*VELOCITIES[7], periods)
    singles = [fit_circular_orbit(*VELOCITIES[7], period) for period in periods]
    assert batch.chi2 == pytest.approx([fit.chi2 for fit in singles], rel=1e-8)
    assert batch.semi_amplitude == pytest.approx([fit.semi_amplitude for fit in singles], rel=1e-6)
    assert batch.systemic_velocity == pytest.approx([fit.systemic_velocity for fit in singles], rel=1e-6, abs=1e-5)
    assert batch.dof == 13


def test_a_wide_search_finds_an_injected_period():
    rng = np.random.default_rng(3)
    time = 2_458_000 + np.sort(rng.uniform(0, 400, 30))
    velocity = orbit(time, 60.0, -12.0, 2_458_000.1, 3.21) + rng.normal(0, 4.0, 30)
    search = search_period(time, velocity, 4.0, 0.2, 100)
    assert search.period == pytest.approx(3.21, abs=1e-3)
    assert search.fit.semi_amplitude == pytest.approx(60, abs=4 * search.fit.semi_amplitude_error)
    assert search.aliases[1].delta_chi2 > 25
    assert [alias.delta_chi2 for alias in search.aliases] == sorted(alias.delta_chi2 for alias in search.aliases)
    assert search.grid_periods[0] == pytest.approx(0.2)
    assert search.fit.chi2 <= search.grid_chi2.min()


def test_missing_rows_are_left_out_and_keep_their_place():
    time, velocity, error = VELOCITIES[7].copy()
    velocity[4], error[9] = np.nan, np.nan
    kept = np.isfinite(velocity) & np.isfinite(error)
    whole = fit_circular_orbit(time[kept], velocity[kept], error[kept], 0.455242)
    fit = fit_circular_orbit(time, velocity, error, 0.455242)
    assert fit.chi2 == pytest.approx(whole.chi2)
    assert np.array_equal(np.isnan(fit.residuals), ~kept)
    assert search_period(time, velocity, error, 0.455, 0.456).fit.residuals.shape == time.shape


def test_quantities_are_converted():
    time, velocity, error = VELOCITIES[7]
    plain = fit_circular_orbit(time, velocity, error, 0.455242)
    fit = fit_circular_orbit(time * u.d, velocity * 1e3 * u.m / u.s, error * u.km / u.s, 0.455242 * 24 * u.h)
    assert fit.semi_amplitude == pytest.approx(plain.semi_amplitude)


def test_phases_start_where_the_velocity_rises_through_the_systemic_one():
    fit = fit_circular_orbit(*VELOCITIES[7], 0.455242)
    phase = fit.phase(VELOCITIES[7][0])
    assert ((phase >= 0) & (phase < 1)).all()
    assert fit.phase(fit.epoch - 1e-13 * fit.period) < 1
    assert fit.velocity(fit.epoch) == pytest.approx(fit.systemic_velocity)
    assert fit.velocity(fit.epoch + 0.25 * fit.period) == pytest.approx(fit.systemic_velocity + fit.semi_amplitude)
    residuals = VELOCITIES[7][1] - fit.velocity(VELOCITIES[7][0])
    assert fit.residuals == pytest.approx(residuals, abs=1e-6)


def test_constant_velocities_have_no_amplitude_and_no_epoch():
    fit = fit_circular_orbit(np.array([0.0, 0.3, 0.5, 0.8]), np.zeros(4), 1.0, 1.0)
    assert fit.semi_amplitude == 0
    assert np.isnan(fit.epoch)
    assert np.isnan(fit.semi_amplitude_error)
    assert fit.velocity([1.0, 2.0]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1, 2], [1, 1], 1.0), "2 usable velocities"),
        (([1, 2, 3], [1, 2, 3], [1, 0, 1], 1.0), r"velocity_error\[1\] is 0"),
        (([1, 2, 3], [1, 2], [1, 1, 1], 1.0), "one length"),
        (([1, 2, 3.5], [1, 2, 3], [1, 1, 1], 0.0), "period is 0"),
        (([1, 2, 3, 4], [1, 2, 3, 4], [1, 1, 1, 1], 1.0), "too few phases"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_reason(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit_circular_orbit(*arguments)


@pytest.mark.parametrize("window", [(0.0, 1.0), (2.0, 1.0), (-1.0, 1.0), (0.5, float("inf"))])
def test_an_impossible_window_is_refused(window):
    with pytest.raises(ValueError, match="0 < low < high"):
        search_period(*VELOCITIES[7], *window)


def test_a_printed_period_stands_for_half_its_last_digit():
    assert period_window(0.2163, 4) == pytest.approx((0.21625, 0.21635))
    with pytest.raises(ValueError, match="own rounding"):
        period_window(0.4, 0)
    with pytest.raises(ValueError, match="positive"):
        period_window(-1.0, 2)
