import numpy as np
import pytest
from mu2022_tables import VELOCITIES
from scipy.stats import multivariate_normal

from analysis.binaries import (
    OrbitPrior,
    RadialVelocities,
    keplerian_velocity,
    read_velocities,
    sample_orbits,
    search_period,
)
from analysis.binaries.posterior import _Model


def star_of_the_prior(rng, prior, epochs, days, error=5.0):
    """Truth drawn from the prior itself, and velocities of it."""
    period = np.exp(rng.uniform(np.log(prior.shortest_period), np.log(prior.longest_period)))
    e = rng.beta(prior.eccentricity_a, prior.eccentricity_b)
    width = prior.velocity_width * (period / 365.25) ** (-1 / 3) / np.sqrt(1 - e**2)
    a, b = rng.normal(0, width, 2)
    time = np.sort(rng.uniform(0, days, epochs))
    velocity = keplerian_velocity(time, period, np.hypot(a, b), e, np.degrees(np.arctan2(b, a)), rng.uniform(0, period))
    velocity = velocity + rng.normal(0, 30) + rng.normal(0, error, epochs)
    return RadialVelocities.from_arrays(time, velocity, error), (period, float(np.hypot(a, b)), e)


def test_two_thirds_of_the_intervals_hold_the_truth():
    prior = OrbitPrior(1.0, 30.0)
    inside = {"period": 0, "semi_amplitude": 0, "eccentricity": 0}
    for seed in range(100):
        data, truth = star_of_the_prior(np.random.default_rng(seed), prior, epochs=5 + seed % 4, days=40.0)
        posterior = sample_orbits(data, prior, samples=800, seed=seed)
        for name, value in zip(inside, truth, strict=True):
            _, low, high = posterior.interval(name)
            inside[name] += low <= value <= high
    # Binomial: 68 of 100 expected, standard deviation 4.7.
    for name, count in inside.items():
        assert 56 <= count <= 80, (name, count)


def test_the_marginal_likelihood_is_that_of_a_gaussian():
    rng = np.random.default_rng(3)
    data = RadialVelocities.from_arrays(
        rng.uniform(0, 30, 6), rng.normal(0, 40, 6), rng.uniform(2, 6, 6), list("AABAAB")
    )
    prior = OrbitPrior(1.0, 100.0, jitter=3.0)
    model = _Model.of(data, prior)
    shapes = np.array([[0.2, 0.3, -0.4], [0.05, 0.0, 0.0], [0.9, -0.6, 0.5]])
    fast = model.solve(shapes)[0]
    assert model.log_likelihood(shapes) == pytest.approx(fast, abs=1e-8)  # the compiled loop
    for shape, value in zip(shapes, fast, strict=True):
        (period,), (e,), (periastron,) = model.geometry(shape[None])
        terms = [keplerian_velocity(model.time, period, 1.0, e, omega, periastron) for omega in (0.0, 90.0)]
        design = np.column_stack([*terms, model.indicator])
        width = 30 * (period / 365.25) ** (-1 / 3) / np.sqrt(1 - e**2)
        spread = np.array([width, width, 100.0, 100.0]) ** 2
        covariance = design @ np.diag(spread) @ design.T + np.diag(data.velocity_error**2 + 9.0)
        slow = multivariate_normal(model.indicator @ model.centre, covariance).logpdf(data.velocity)
        assert value == pytest.approx(slow, abs=1e-6)


def test_shapes_have_the_prior_that_is_stated():
    rng = np.random.default_rng(4)
    data = RadialVelocities.from_arrays(np.arange(5.0), np.zeros(5), 1.0)
    prior = OrbitPrior(2.0, 50.0)
    model = _Model.of(data, prior)
    n = 400_000
    shapes = np.column_stack([rng.uniform(1 / 50, 1 / 2, n), rng.uniform(-1, 1, (n, 2))])
    weight = np.exp(model.log_prior(shapes))
    volume = (1 / 2 - 1 / 50) * 4
    assert weight.mean() * volume == pytest.approx(1, abs=0.02)
    e = shapes[:, 1] ** 2 + shapes[:, 2] ** 2
    # Mean of Kipping's beta distribution: a / (a + b).
    assert np.average(np.minimum(e, 1), weights=weight) == pytest.approx(0.867 / (0.867 + 3.03), abs=0.01)
    assert np.average(np.log(1 / shapes[:, 0]), weights=weight) == pytest.approx(np.log(10.0), abs=0.02)


def test_no_data_worth_the_name_gives_back_the_prior():
    data = RadialVelocities.from_arrays([0.0, 1.0, 2.0], [0.0, 0.0, 0.0], 800.0)
    prior = OrbitPrior(1.0, 100.0)
    posterior = sample_orbits(data, prior, samples=4000)
    quantiles = np.quantile(np.log(posterior.period) / np.log(100), [0.1, 0.5, 0.9])
    assert quantiles == pytest.approx([0.1, 0.5, 0.9], abs=0.04)
    assert posterior.eccentricity.mean() == pytest.approx(0.2225, abs=0.015)
    # All periods are allowed: they touch one another, so they are one mode, and yet not one period.
    assert len(posterior.modes) == 1
    assert posterior.ambiguous


def test_the_giant_with_the_dark_companion_has_one_mode(real_dir):
    velocities = read_velocities(real_dir / "radial_velocities" / "2MASSJ05215658_thompson2019.csv")
    posterior = sample_orbits(velocities, OrbitPrior(1.0, 1000.0, jitter=0.3), samples=2000)
    assert not posterior.ambiguous
    best = posterior.modes.iloc[0]
    assert best.period == pytest.approx(83.2, abs=0.15)
    assert best.semi_amplitude == pytest.approx(44.6, abs=0.4)
    assert best.eccentricity < 0.02


def test_star_7_of_mu_2022_has_its_period_among_few(real_dir):
    posterior = sample_orbits(RadialVelocities.from_arrays(*VELOCITIES[7]), OrbitPrior(0.1, 100.0))
    best = posterior.modes.iloc[0]
    assert best.period == pytest.approx(0.455242, abs=2e-5)
    assert best.semi_amplitude == pytest.approx(157.8, abs=6)
    assert best.probability > 0.85


def test_star_5_of_mu_2022_is_ambiguous_and_says_so():
    posterior = sample_orbits(
        RadialVelocities.from_arrays(*VELOCITIES[5]), OrbitPrior(0.2, 0.25, circular=True), samples=8000
    )
    assert posterior.ambiguous
    assert np.all(posterior.eccentricity == 0)
    # Every alias that the plain search lists with nearly the best chi2 is among the samples, at its K.
    search = search_period(*VELOCITIES[5], 0.2158, 0.2168)
    for alias in (alias for alias in search.aliases if alias.delta_chi2 < 2 and not alias.at_edge):
        near = np.abs(posterior.period - alias.period) < 2e-5
        assert near.sum() >= 5
        assert np.median(posterior.semi_amplitude[near]) == pytest.approx(alias.fit.semi_amplitude, rel=0.1)


def test_modes_add_up_and_are_sorted():
    data, _ = star_of_the_prior(np.random.default_rng(6), OrbitPrior(1.0, 30.0), epochs=4, days=40.0)
    modes = sample_orbits(data, OrbitPrior(1.0, 30.0), samples=1000).modes
    assert modes["probability"].sum() == pytest.approx(1)
    assert modes["probability"].is_monotonic_decreasing
    assert (modes["period_lower"] <= modes["period"]).all()
    assert (modes["period"] <= modes["period_upper"]).all()


def test_the_same_seed_gives_the_same_samples():
    data, _ = star_of_the_prior(np.random.default_rng(7), OrbitPrior(1.0, 30.0), epochs=6, days=40.0)
    one, two = (sample_orbits(data, OrbitPrior(1.0, 30.0), samples=500, seed=3) for _ in range(2))
    assert np.array_equal(one.period, two.period)
    assert one.evidence == two.evidence


def test_the_evidence_is_the_integral_of_the_likelihood():
    data, _ = star_of_the_prior(np.random.default_rng(8), OrbitPrior(1.0, 30.0), epochs=4, days=10.0, error=20.0)
    prior = OrbitPrior(1.0, 30.0)
    model = _Model.of(data, prior)
    rng = np.random.default_rng(9)
    n = 200_000
    e, angle = rng.beta(0.867, 3.03, n), rng.uniform(0, 2 * np.pi, n)
    frequency = np.exp(-rng.uniform(0, np.log(30.0), n))
    shapes = np.column_stack([frequency, np.sqrt(e) * np.cos(angle), np.sqrt(e) * np.sin(angle)])
    value = model.log_likelihood(shapes)
    slow = value.max() + np.log(np.mean(np.exp(value - value.max())))
    assert sample_orbits(data, prior).evidence == pytest.approx(slow, abs=0.1)


def test_too_few_velocities_and_bad_priors_are_refused():
    with pytest.raises(ValueError, match="at least 3"):
        sample_orbits(RadialVelocities.from_arrays([1, 2], [3, 4], 1.0))
    with pytest.raises(ValueError, match="shortest < longest"):
        OrbitPrior(10.0, 1.0)
