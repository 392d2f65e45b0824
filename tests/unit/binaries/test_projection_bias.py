"""The bias of one orientation is what the whole inference makes of scatters without error."""

import numpy as np
import pytest

from analysis.binaries import (
    ProjectionDraws,
    binary_astrometric_scatter,
    binary_rv_scatter,
    infer_companion,
    inferred_over_true,
)

RNG = np.random.default_rng(5)
DRAWS = ProjectionDraws(RNG.uniform(0.2, 0.7, 4001), RNG.uniform(0.3, 0.9, 4001))


@pytest.mark.parametrize(("q", "light"), [(0.3, 0.0), (1.0, 0.0), (4.0, 0.0), (0.7, 0.3), (0.9, 0.69)])
@pytest.mark.parametrize(("zeta", "beta"), [(0.55, 0.62), (0.1, 0.95), (0.7, 0.4)])
def test_bias_is_that_of_the_whole_inference(q, light, zeta, beta):
    mass, period, parallax = 1.3, 0.8, 4.0
    velocity = binary_rv_scatter(mass, period, q, zeta)
    angle = binary_astrometric_scatter(mass, period, q, parallax, beta, light)
    found = infer_companion(velocity, angle, parallax, mass, draws=DRAWS).iloc[0]
    of_period, of_q = inferred_over_true(zeta, beta, q, light, DRAWS)
    assert of_period == pytest.approx(found["period_yr"] / period, rel=2e-4)
    assert of_q == pytest.approx(found["q"] / q, rel=2e-4)


def test_an_orbit_as_the_median_expects_it_is_inferred_right():
    flat = ProjectionDraws(np.full(3, 0.55), np.full(3, 0.62))
    of_period, of_q = inferred_over_true(0.55, 0.62, 2.0, 0.0, flat)
    assert (of_period, of_q) == pytest.approx((1.0, 1.0))


def test_seen_face_on_the_period_is_too_long_and_the_companion_too_light():
    of_period, of_q = inferred_over_true(np.array([0.05, 0.55]), 0.9, 1.0, 0.0, DRAWS)
    assert of_period[0] > of_period[1]
    assert of_q[0] < of_q[1]


def test_a_photocentre_at_rest_gives_nothing_and_no_companion_no_number():
    assert inferred_over_true(0.5, 0.6, 0.5, 0.5, DRAWS) == (0.0, 0.0)
    assert np.isnan(inferred_over_true(0.5, 0.6, 0.0, 0.0, DRAWS)).all()
