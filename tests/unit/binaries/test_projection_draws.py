import numpy as np
import pytest

from analysis.binaries import (
    ProjectionDraws,
    astrometric_projection,
    default_draws,
    simulate_projections,
    spectroscopic_projection,
)
from analysis.binaries.projection_draws import _simulated_draws


@pytest.fixture(scope="module")
def orbits():
    rng = np.random.default_rng(4)
    return simulate_projections(10 ** rng.uniform(np.log10(5 / 365.25), np.log10(30), 16_000), rng)


def astrometric_loss(orbits, low, high):
    """Median beta / beta_0 of the orbits with periods between low and high years."""
    inside = (orbits.period_yr > low) & (orbits.period_yr < high)
    whole = astrometric_projection(orbits.eccentricity, orbits.theta, orbits.phi)
    return np.median((orbits.beta / whole)[inside])


# Values of an independent simulation of 30,000 systems with random scans and five-parameter fits.
@pytest.mark.parametrize(
    ("low", "high", "ratio", "tolerance"),
    [
        (0.0, 0.8, 0.93, 0.015),
        (0.95, 1.05, 0.84, 0.05),
        (2.0, 2.8, 0.86, 0.02),
        (2.8, 5.0, 0.57, 0.03),
        (5.0, 10.0, 0.19, 0.02),
        (10.0, 30.0, 0.03, 0.006),
    ],
)
def test_the_single_star_fit_swallows_as_much_of_the_orbit_as_known(orbits, low, high, ratio, tolerance):
    assert astrometric_loss(orbits, low, high) == pytest.approx(ratio, abs=tolerance)


def test_medians_below_the_baseline_meet_the_known_ones(orbits):
    inside = orbits.period_yr < 34 / 12
    assert np.median(orbits.beta[inside]) == pytest.approx(0.639, abs=0.01)
    assert np.median(orbits.zeta[inside]) == pytest.approx(0.555, abs=0.01)
    whole = spectroscopic_projection(orbits.eccentricity, orbits.theta, orbits.phi)
    assert np.median((orbits.zeta / whole)[inside]) == pytest.approx(1, abs=0.05)


def test_long_orbits_fade_with_the_powers_of_the_paper(orbits):
    # Andrew et al. 2022, Sect. 3: beta as P^-2, zeta as P^-1
    long = orbits.period_yr > 5
    log_period = np.log(orbits.period_yr[long])
    assert np.polyfit(log_period, np.log(orbits.beta[long]), 1)[0] == pytest.approx(-2, abs=0.12)
    assert np.polyfit(log_period, np.log(orbits.zeta[long]), 1)[0] == pytest.approx(-1, abs=0.15)


def test_the_default_draws_have_the_medians_of_the_independent_simulation_and_nearly_the_papers():
    draws = default_draws()
    assert draws.zeta.size > 10_000
    assert np.median(draws.beta) == pytest.approx(0.65, abs=0.01)
    assert np.median(draws.zeta) == pytest.approx(0.55, abs=0.01)
    assert np.median(draws.zeta**2 * draws.beta) == pytest.approx(0.186, abs=0.006)
    assert np.median(draws.zeta / draws.beta) == pytest.approx(0.85, abs=0.02)
    # the paper has 0.62, 0.55, 0.2 and 1 with Gaia's own scans
    assert np.median(draws.beta) == pytest.approx(0.62, abs=0.05)


def test_the_default_draws_are_the_same_every_time_and_cannot_be_changed():
    assert default_draws() is default_draws()
    with pytest.raises(ValueError, match="read-only"):
        default_draws().zeta[0] = 1.0
    small, again = default_draws(2000, 1), _simulated_draws.__wrapped__(2000, 1)
    assert np.array_equal(small.zeta, again.zeta)


@pytest.mark.parametrize(
    ("zeta", "beta", "message"),
    [([0.5], [0.5, 0.6], "one length"), ([], [], "not empty"), ([0.5, 0.0], [0.5, 0.5], "positive")],
)
def test_impossible_draws_are_refused(zeta, beta, message):
    with pytest.raises(ValueError, match=message):
        ProjectionDraws(np.array(zeta), np.array(beta))
