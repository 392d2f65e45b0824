import numpy as np
import pytest
from scipy.optimize import brentq

from analysis.binaries import (
    CompanionMassPrior,
    EllipsoidalEvidence,
    OrbitPrior,
    RadialVelocities,
    companion_mass_posterior,
    ellipsoidal_amplitude,
    fitted_evidence,
    keplerian_velocity,
    orbit_evidence,
    range_evidence,
    sample_orbits,
    separation,
)

CONSTANT = 1.03615e-7


def root(f, m1, sin_i):
    return brentq(lambda m2: m2**3 * sin_i**3 - f * (m1 + m2) ** 2, 1e-9, 1e6)


def test_without_errors_the_mass_follows_from_the_inclination_alone():
    posterior = companion_mass_posterior(fitted_evidence(158.0, 0.0, 0.4552), 0.64, 0.0)
    f = CONSTANT * 158.0**3 * 0.4552
    # cos i is uniform: P(m2 < m) = 1 - cos i(m); the median has sin i = sqrt(3) / 2.
    assert posterior.median == pytest.approx(root(f, 0.64, np.sqrt(0.75)), rel=0.005)
    assert posterior.mass.min() == pytest.approx(root(f, 0.64, 1.0), rel=1e-3)
    sin_i = (f * (0.64 + 1.4) ** 2 / 1.4**3) ** (1 / 3)
    assert posterior.probability_above_chandrasekhar == pytest.approx(1 - np.sqrt(1 - sin_i**2), abs=0.005)
    assert posterior.probability_black_hole_mass < posterior.probability_above_chandrasekhar
    assert posterior.consistent


def test_errors_widen_the_interval():
    narrow = companion_mass_posterior(fitted_evidence(158.0, 1.0, 0.4552), 0.64, 0.01)
    wide = companion_mass_posterior(fitted_evidence(158.0, 30.0, 0.4552), 0.64, 0.15)
    assert np.diff(wide.interval())[0] > 1.1 * np.diff(narrow.interval())[0]


@pytest.mark.parametrize("inclination", [35.0, 60.0, 85.0])
def test_the_ellipsoidal_amplitude_pins_the_inclination(inclination):
    m1, m2, period, radius = 0.6, 1.5, 0.35, 0.6
    sin_i = np.sin(np.radians(inclination))
    f = (m2 * sin_i) ** 3 / (m1 + m2) ** 2
    k = (f / CONSTANT / period) ** (1 / 3)
    amplitude = float(ellipsoidal_amplitude(m2 / m1, radius / separation(m1 + m2, period), sin_i))
    velocities = fitted_evidence(k, 2.0, period)
    before = companion_mass_posterior(velocities, m1, 0.02)
    sharp = EllipsoidalEvidence(amplitude, 0.01 * amplitude, radius, 0.01, model_error=0.01)
    after = companion_mass_posterior(velocities, m1, 0.02, sharp)
    low, high = after.interval(0.95)
    assert low <= m2 <= high
    assert np.diff(after.interval())[0] < np.diff(before.interval())[0]
    assert "ellipsoidal amplitude" in after.used
    loose = companion_mass_posterior(
        velocities, m1, 0.02, EllipsoidalEvidence(amplitude, 0.01 * amplitude, radius, 0.05)
    )
    assert loose.effective_draws > after.effective_draws


def test_no_eclipses_say_something_only_about_a_star_that_could_eclipse():
    velocities = fitted_evidence(120.0, 3.0, 0.3)
    plain = companion_mass_posterior(velocities, 0.6, 0.05)
    dark = companion_mass_posterior(velocities, 0.6, 0.05, no_eclipses=True)
    star = companion_mass_posterior(velocities, 0.6, 0.05, no_eclipses=True, main_sequence_companion=True)
    assert dark.median == plain.median
    assert star.median > 1.2 * plain.median
    # Only inclinations at which the discs miss each other are left.
    assert star.inclination[star.weight > 0].max() < 75


def test_a_contradiction_is_said_and_gives_no_number():
    velocities = fitted_evidence(60.0, 1.0, 3.0)
    impossible = EllipsoidalEvidence(0.2, 0.001, 0.6, 0.01)
    posterior = companion_mass_posterior(velocities, 0.6, 0.02, impossible)
    assert not posterior.consistent
    assert np.isnan(posterior.median)
    assert np.isnan(posterior.probability_above(1.4))


def test_a_main_sequence_companion_would_be_seen_above_half_the_mass():
    posterior = companion_mass_posterior(fitted_evidence(158.0, 0.0, 0.4552), 0.64, 0.0)
    assert posterior.probability_seen() == 1.0  # eq. 3 of Mu et al. 2022: star 7 lies above the limit
    faint = companion_mass_posterior(fitted_evidence(20.0, 0.0, 0.4552), 0.64, 0.0)
    assert faint.probability_seen() < 0.1


def test_half_the_range_is_less_than_the_semi_amplitude_by_what_the_epochs_missed():
    rng = np.random.default_rng(1)
    for epochs in (2, 3, 10):
        evidence = range_evidence(100.0, 0.0, epochs, 0.3)
        assert evidence.semi_amplitude.min() >= 100.0
        phases = np.sin(2 * np.pi * rng.random((20_000, epochs)))
        covered = 0.5 * np.ptp(phases, axis=1)
        assert np.median(evidence.semi_amplitude) == pytest.approx(np.median(100 / covered), rel=0.03)
    with pytest.raises(ValueError, match="at least 2"):
        range_evidence(100.0, 1.0, 1, 0.3)


def test_eccentricity_lowers_the_mass_function():
    circular = companion_mass_posterior(fitted_evidence(50.0, 0.0, 10.0), 0.6, 0.0)
    eccentric = companion_mass_posterior(fitted_evidence(50.0, 0.0, 10.0, 0.6, 0.0), 0.6, 0.0)
    f = CONSTANT * 50.0**3 * 10.0 * (1 - 0.36) ** 1.5
    assert eccentric.mass.min() == pytest.approx(root(f, 0.6, 1.0), rel=2e-3)
    assert eccentric.median < circular.median


def test_probabilities_are_calibrated_on_simulated_stars():
    """Of the stars that get the probability p of m2 > 1.4, a part p has it, where the masses are known to be flat."""
    rng = np.random.default_rng(2)
    population = CompanionMassPrior(slope=0.0, low=0.2, high=4.0)
    said, true = [], []
    for _ in range(600):
        m1, m2, period, cosine = rng.uniform(0.4, 0.8), rng.uniform(0.2, 4.0), rng.uniform(0.3, 2.0), rng.random()
        sin_i = np.sqrt(1 - cosine**2)
        k = ((m2 * sin_i) ** 3 / (m1 + m2) ** 2 / CONSTANT / period) ** (1 / 3)
        evidence = fitted_evidence(rng.normal(k, 5.0), 5.0, period, draws=4000)
        posterior = companion_mass_posterior(evidence, rng.normal(m1, 0.05), 0.05, mass_prior=population)
        said.append(posterior.probability_above_chandrasekhar)
        true.append(m2 > 1.4)
    said, true = np.array(said), np.array(true)
    for low, high in ((0.0, 0.4), (0.4, 0.7), (0.7, 0.9), (0.9, 1.0)):
        rows = (said >= low) & (said <= high)
        expected, spread = said[rows].mean(), np.sqrt(np.mean(said[rows] * (1 - said[rows])) / rows.sum())
        assert rows.sum() > 20
        assert abs(true[rows].mean() - expected) < 3 * spread + 0.02


def test_a_sparse_orbit_posterior_feeds_the_companion_mass():
    rng = np.random.default_rng(3)
    time = np.sort(rng.uniform(0, 20, 12))
    velocity = keplerian_velocity(time, 1.7, 90.0, 0.0, 0.0, 0.3) + rng.normal(0, 3, 12)
    orbits = sample_orbits(RadialVelocities.from_arrays(time, velocity, 3.0), OrbitPrior(0.3, 30.0), samples=1000)
    posterior = companion_mass_posterior(orbit_evidence(orbits, draws=20_000), 0.6, 0.03)
    expected = root(CONSTANT * 90.0**3 * 1.7, 0.6, np.sqrt(0.75))
    assert posterior.median == pytest.approx(expected, rel=0.1)
    assert posterior.histogram(np.array([0.0, 1e9])) == pytest.approx([1.0])


def test_a_primary_without_mass_is_refused():
    with pytest.raises(ValueError, match="positive mass"):
        companion_mass_posterior(fitted_evidence(1.0, 0.1, 1.0), 0.0, 0.1)
