import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mu2022_tables import VELOCITIES

from analysis.binaries import (
    RadialVelocities,
    double_lined_mass_ratio,
    fit_circular_orbit,
    fit_orbit,
    keplerian_velocity,
    read_velocities,
)
from analysis.binaries.eccentric_orbit import true_anomaly_terms


def simulate(rng, period, semi_amplitude, e, omega, epochs=25, error=1.0, offset=10.0, days=None):
    time = np.sort(rng.uniform(0, days or 8 * period, epochs))
    velocity = offset + keplerian_velocity(time, period, semi_amplitude, e, omega, 0.3 * period)
    return RadialVelocities.from_arrays(time, velocity + rng.normal(0, error, epochs), error, "A")


@settings(max_examples=50)
@given(st.floats(-100, 100), st.floats(0, 0.95))
def test_the_true_anomaly_moves_with_the_area_law(mean_anomaly, e):
    """Numerical integration of d nu / d M = (1 + e cos nu)^2 / (1 - e^2)^(3/2), in small steps from periastron."""
    cosine, sine = true_anomaly_terms(np.array([mean_anomaly]), e)
    target = mean_anomaly % (2 * np.pi)
    nu = np.linspace(0, 2 * np.pi, 20001)
    rate = (1 - e**2) ** 1.5 / (1 + e * np.cos(nu)) ** 2
    swept = np.concatenate([[0], np.cumsum(0.5 * (rate[1:] + rate[:-1]) * np.diff(nu))])
    expected = np.interp(target, swept, nu)
    difference = np.angle(np.exp(1j * (np.arctan2(sine[0], cosine[0]) - expected)))
    assert abs(difference) < 1e-3
    assert cosine[0] ** 2 + sine[0] ** 2 == pytest.approx(1)


def test_a_circular_orbit_is_a_sine():
    time = np.linspace(0, 10, 50)
    assert keplerian_velocity(time, 3.0, 20.0, 0.0, 90.0, 1.0) == pytest.approx(
        -20 * np.sin(2 * np.pi * (time - 1.0) / 3.0)
    )


def test_the_circular_fit_equals_the_linear_one():
    time, velocity, error = VELOCITIES[7]
    slow = fit_circular_orbit(time, velocity, error, 0.455242)
    fit = fit_orbit(RadialVelocities.from_arrays(time, velocity, error), 0.455242, period_reach=0).circular
    assert fit.semi_amplitude == pytest.approx(slow.semi_amplitude, rel=1e-6)
    assert fit.systemic_velocity == pytest.approx(slow.systemic_velocity, abs=1e-4)
    assert fit.chi2 == pytest.approx(slow.chi2, rel=1e-6)
    assert fit.errors["semi_amplitude"] == pytest.approx(slow.semi_amplitude_error, rel=1e-3)
    assert fit.errors["period"] == 0
    # Highest velocity comes a quarter of the period after the rise through the systemic one.
    cycles = (fit.periastron_time - slow.epoch) / 0.455242 - 0.25
    assert cycles == pytest.approx(round(cycles), abs=1e-4)
    assert fit.errors["periastron_time"] == pytest.approx(slow.epoch_error, rel=0.01)


def test_star_7_of_mu_2022_is_circular():
    comparison = fit_orbit(RadialVelocities.from_arrays(*VELOCITIES[7]), 0.4552, 5e-5)
    assert comparison.circular.period == pytest.approx(0.455242, abs=1e-6)
    assert comparison.circular.semi_amplitude == pytest.approx(157.8, abs=0.1)
    assert comparison.circular.chi2 == pytest.approx(10.27, abs=0.01)
    assert not comparison.eccentric


def test_star_5_of_mu_2022_has_too_few_velocities_for_an_eccentricity():
    comparison = fit_orbit(RadialVelocities.from_arrays(*VELOCITIES[5]), 0.216244, 2e-5)
    assert comparison.keplerian is None
    assert np.isnan(comparison.bic_difference)
    assert comparison.best.semi_amplitude == pytest.approx(212.1, abs=0.2)
    assert comparison.best.chi2 == pytest.approx(1.70, abs=0.01)


def test_the_giant_with_the_dark_companion(real_dir):
    velocities = read_velocities(real_dir / "radial_velocities" / "2MASSJ05215658_thompson2019.csv")
    comparison = fit_orbit(velocities, 83.0, 2.0, fit_jitter=True)
    # Thompson et al. 2019: P = 83.205 +- 0.064 d, K = 44.615 +- 0.123 km/s, e = 0.0048 +- 0.0026.
    orbit = comparison.keplerian
    assert orbit.period == pytest.approx(83.205, abs=0.13)
    assert orbit.semi_amplitude == pytest.approx(44.615, abs=0.5)
    assert orbit.eccentricity < 0.015
    assert not comparison.eccentric
    # The TRES velocities are relative to the first of them, APOGEE's are not.
    assert set(orbit.offsets) == {"TRES", "APOGEE"}
    assert orbit.offsets["APOGEE"] - orbit.offsets["TRES"] == pytest.approx(3.1, abs=0.5)
    assert 0.1 < orbit.jitters["TRES"] < 1.0


def test_thor_42_is_double_lined(real_dir):
    path = real_dir / "radial_velocities" / "THOR42_RV.txt"
    first, second = (
        fit_orbit(read_velocities(path, component=n), 0.85896, 2e-4, fit_jitter=True).circular for n in (1, 2)
    )
    # Murphy et al. 2020: 0.497 and 0.205 solar masses, q = 0.412.
    ratio, error = double_lined_mass_ratio(first, second)
    assert ratio == pytest.approx(0.412, abs=0.01)
    assert 0.002 < error < 0.01
    assert first.period == pytest.approx(second.period, abs=5e-5)
    assert first.systemic_velocity == pytest.approx(second.systemic_velocity, abs=3)
    apart = (first.periastron_time - second.periastron_time) / first.period
    assert abs(apart) % 1 == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("e", [0.3, 0.7, 0.9])
def test_eccentric_orbits_are_recovered(e):
    rng = np.random.default_rng(int(100 * e))
    data = simulate(rng, 12.34, 50.0, e, 70.0, epochs=30)
    comparison = fit_orbit(data, 12.34 * 1.001)
    orbit = comparison.keplerian
    assert comparison.eccentric
    assert comparison.best is orbit
    for name, truth in (("period", 12.34), ("semi_amplitude", 50.0), ("eccentricity", e)):
        assert abs(getattr(orbit, name) - truth) < 4 * orbit.errors[name], name
    assert orbit.argument_of_periastron == pytest.approx(70.0, abs=4 * orbit.errors["argument_of_periastron"])
    assert orbit.chi2 / orbit.dof == pytest.approx(1, abs=0.6)
    assert orbit.residuals == pytest.approx(data.velocity - orbit.velocity(data.time), abs=1e-9)


def test_errors_cover_the_truth():
    pulls = {"period": [], "semi_amplitude": [], "eccentricity": [], "periastron_time": []}
    truth = {"period": 9.0, "semi_amplitude": 30.0, "eccentricity": 0.4}
    for seed in range(40):
        rng = np.random.default_rng(seed)
        orbit = fit_orbit(simulate(rng, 9.0, 30.0, 0.4, 200.0), 9.0).keplerian
        for name, value in truth.items():
            pulls[name].append((getattr(orbit, name) - value) / orbit.errors[name])
        cycles = (orbit.periastron_time - 2.7) / 9.0
        pulls["periastron_time"].append((cycles - round(cycles)) * 9.0 / orbit.errors["periastron_time"])
    for name, values in pulls.items():
        assert 0.5 < np.mean(np.abs(values) < 1) < 0.86, name


def test_a_circular_orbit_is_not_called_eccentric():
    called = [
        fit_orbit(simulate(np.random.default_rng(seed), 5.0, 40.0, 0.0, 0.0, error=2.0), 5.0).eccentric
        for seed in range(25)
    ]
    assert sum(called) <= 1


def test_offsets_and_jitter_of_instruments_are_found():
    rng = np.random.default_rng(8)
    one = simulate(rng, 7.0, 60.0, 0.2, 30.0, epochs=40, offset=10.0)
    time = np.sort(rng.uniform(0, 50, 40))
    velocity = 14.0 + keplerian_velocity(time, 7.0, 60.0, 0.2, 30.0, 2.1) + rng.normal(0, np.hypot(1, 4), 40)
    both = RadialVelocities.from_arrays(
        np.concatenate([one.time, time]), np.concatenate([one.velocity, velocity]), 1.0, np.repeat(["A", "B"], 40)
    )
    orbit = fit_orbit(both, 7.0, fit_jitter=True).keplerian
    assert orbit.offsets["B"] - orbit.offsets["A"] == pytest.approx(4.0, abs=2.5)
    assert orbit.jitters["B"] == pytest.approx(4.0, abs=1.5)
    assert orbit.jitters["A"] < 0.8
    assert orbit.velocity(time, "B") - orbit.velocity(time, "A") == pytest.approx(
        orbit.offsets["B"] - orbit.offsets["A"]
    )


@pytest.mark.parametrize(
    ("count", "period", "said"), [(3, 1.0, "needs 4"), (9, 0.0, "positive"), (9, np.inf, "positive")]
)
def test_impossible_fits_are_refused(count, period, said):
    data = RadialVelocities.from_arrays(np.arange(count), np.arange(count), 1.0)
    with pytest.raises(ValueError, match=said):
        fit_orbit(data, period)
