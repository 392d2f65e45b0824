"""The explorer of viewing angles: its sketch scatters as its maps say."""

import numpy as np
import pytest

from components.state.projection_maps import View, orbit_sketch, projection_maps, viewed_orbit

VIEWS = [View(0.0, 90, 0), View(0.3, 60, 40), View(0.7, 35, 200), View(0.9, 120, 310)]


@pytest.mark.parametrize("view", VIEWS)
def test_the_sketched_orbit_scatters_by_the_two_terms(view) -> None:
    orbit = orbit_sketch(view)
    # Two whole periods evenly in time, the last point left out: standard deviations are averages over the orbit.
    velocity, x, y = orbit.velocity[:-1], orbit.x[:-1], orbit.y[:-1]
    found = viewed_orbit(view)
    coarse = 0.02 if view.eccentricity < 0.8 else 0.08
    assert velocity.std() == pytest.approx(found.zeta, rel=coarse)
    # Scans of all directions measure the mean of both coordinates' variances, twice: beta^2 is the sum of both.
    assert np.hypot(x.std(), y.std()) == pytest.approx(found.beta, rel=coarse)


def test_the_maps_hold_what_each_view_gives() -> None:
    view = View(0.4, 45, 90, 0.8, 0.2)
    maps, found = projection_maps(view), viewed_orbit(view)
    row, column = 15, 30  # 45 of 180 degrees in 60 steps, 90 of 360 degrees in 120 steps
    assert maps.zeta[row, column] == pytest.approx(found.zeta)
    assert maps.beta[row, column] == pytest.approx(found.beta)
    assert 10 ** maps.log_period[row, column] == pytest.approx(found.period_factor)
    assert 10 ** maps.log_ratio[row, column] == pytest.approx(found.ratio_factor)


def test_seen_face_on_the_velocity_does_not_vary() -> None:
    assert viewed_orbit(View(0.5, 0.0, 30.0)).zeta == pytest.approx(0.0, abs=1e-12)
    assert np.abs(orbit_sketch(View(0.5, 0.0, 30.0)).velocity).max() < 1e-12
