"""The orbit sampler against The Joker (Price-Whelan et al. 2017), where that is installed."""

import numpy as np
import pytest

from analysis.binaries import OrbitPrior, RadialVelocities, keplerian_velocity, sample_orbits

thejoker = pytest.importorskip("thejoker", reason="thejoker is not installed: pip install 'penumbra-vetting[orbits]'")


def test_the_posterior_of_a_few_velocities_is_that_of_the_joker():
    import astropy.units as u
    from astropy.time import Time

    rng = np.random.default_rng(11)
    time = 58000.0 + np.sort(rng.uniform(0, 60, 5))
    velocity = keplerian_velocity(time, 9.3, 42.0, 0.2, 40.0, 58003.0) + rng.normal(0, 12.0, 5)
    error = np.full(5, 12.0)
    prior = thejoker.JokerPrior.default(
        P_min=2 * u.day, P_max=60 * u.day, sigma_K0=30 * u.km / u.s, P0=1 * u.year, sigma_v=100 * u.km / u.s
    )
    data = thejoker.RVData(Time(time, format="mjd"), velocity * u.km / u.s, error * u.km / u.s)
    joker = thejoker.TheJoker(prior, rng=np.random.default_rng(3))
    theirs = joker.rejection_sample(data, prior.sample(size=300_000, rng=np.random.default_rng(4)))
    assert len(theirs) > 100
    width = OrbitPrior(2.0, 60.0, velocity_width=30.0, offset_width=100.0)
    ours = sample_orbits(RadialVelocities.from_arrays(time, velocity, error), width)
    for name, values in (("period", theirs["P"].to_value(u.day)), ("eccentricity", np.asarray(theirs["e"])),
                         ("semi_amplitude", np.abs(theirs["K"].to_value(u.km / u.s)))):  # fmt: skip
        middle, low, high = ours.interval(name)
        spread = 0.5 * (high - low)
        assert abs(np.median(values) - middle) < 0.5 * spread + 1e-9, name
        assert 0.6 < 0.5 * np.diff(np.percentile(values, [16, 84]))[0] / spread < 1.6, name
