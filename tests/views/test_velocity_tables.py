"""What is said of the orbits that velocities allow."""

import re

import numpy as np
import pytest

from analysis.binaries import OrbitPrior, RadialVelocities, keplerian_velocity, sample_orbits
from components.velocity_tables import modes_html

PRIOR = OrbitPrior(1.0, 100.0)


@pytest.mark.parametrize(
    ("times", "error", "words"),
    [
        (np.array([0.0, 1.0, 2.0]), 800.0, "periods of a wide range"),
        (np.linspace(0, 60, 40) + np.random.default_rng(1).uniform(0, 1, 40), 1.0, "One period"),
    ],
)
def test_a_period_is_called_one_only_where_it_is_known(times, error, words) -> None:
    velocity = keplerian_velocity(times, 7.3, 60.0, 0.0, 0.0, 1.0)
    posterior = sample_orbits(RadialVelocities.from_arrays(times, velocity, error), PRIOR, samples=1000)
    text = modes_html(posterior, len(times))
    assert words in text
    assert ("One period" in text) == (not posterior.ambiguous)
    if not posterior.ambiguous:
        assert float(re.search(r"([\d.]+) d, has", text)[1]) == pytest.approx(7.3, rel=1e-4)
