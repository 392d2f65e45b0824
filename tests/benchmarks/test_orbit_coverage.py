"""Coverage of the orbit posterior over 500 simulated stars, and its speed; takes some minutes."""

import time

import numpy as np
import pytest

from analysis.binaries import OrbitPrior, RadialVelocities, keplerian_velocity, sample_orbits


def star_of_the_prior(rng, prior, epochs, days, error=5.0):
    period = np.exp(rng.uniform(np.log(prior.shortest_period), np.log(prior.longest_period)))
    e = rng.beta(prior.eccentricity_a, prior.eccentricity_b)
    width = prior.velocity_width * (period / 365.25) ** (-1 / 3) / np.sqrt(1 - e**2)
    a, b = rng.normal(0, width, 2)
    times = np.sort(rng.uniform(0, days, epochs))
    omega = np.degrees(np.arctan2(b, a))
    velocity = keplerian_velocity(times, period, np.hypot(a, b), e, omega, rng.uniform(0, period))
    velocity = velocity + rng.normal(0, 30) + rng.normal(0, error, epochs)
    return RadialVelocities.from_arrays(times, velocity, error), (period, float(np.hypot(a, b)), e)


@pytest.mark.parametrize(("epochs", "days"), [(3, 30.0), (5, 60.0), (8, 60.0), (16, 300.0)])
def test_intervals_of_68_per_cent_hold_60_to_75_per_cent_of_500_stars(epochs, days):
    prior = OrbitPrior(1.0, 30.0)
    inside = dict.fromkeys(("period", "semi_amplitude", "eccentricity"), 0)
    for seed in range(500):
        data, truth = star_of_the_prior(np.random.default_rng(seed), prior, epochs, days)
        posterior = sample_orbits(data, prior, samples=1000, seed=seed)
        for name, value in zip(inside, truth, strict=True):
            _, low, high = posterior.interval(name)
            inside[name] += low <= value <= high
    for name, count in inside.items():
        assert 300 <= count <= 375, (name, count)


def test_sixteen_velocities_over_two_years_take_two_seconds():
    data, _ = star_of_the_prior(np.random.default_rng(1), OrbitPrior(1.0, 30.0), 16, 700.0)
    sample_orbits(data, OrbitPrior(0.1, 100.0), seed=0)
    start = time.perf_counter()
    sample_orbits(data, OrbitPrior(0.1, 100.0), seed=1)
    assert time.perf_counter() - start < 4.0
