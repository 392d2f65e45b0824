"""Light changes against geometry and published amplitudes."""

import numpy as np
import pytest

from analysis.simulate.multiplicity import Orbit, contact_period
from analysis.simulate.variability import (
    Variability,
    disc_overlap,
    eclipse_depth,
    flux_scatter,
    relative_flux,
    tidal_terms,
)


def one(value):
    return np.array([float(value)])


def system(period=2.0, e=0.0, cos_i=0.0, r1=0.2, r2=0.2, second=0.5, tide=(0, 0, 0), own=(0, 0, 0, 0), third=0.0):
    orbit = Orbit(one(period), one(e), one(2457000.3), one(0.9), one(0.4), one(cos_i))
    return Variability(
        orbit, np.array([tide], dtype=float), one(r1), one(r2), one(second), one(third),
        one(own[0]), one(own[1]), one(own[2]), one(own[3]),
    )  # fmt: skip


@pytest.mark.parametrize(("apart", "r1", "r2"), [(0.5, 1.0, 0.8), (1.2, 1.0, 0.7), (0.1, 1.0, 0.3), (2.5, 1.0, 0.9)])
def test_the_area_of_two_discs_is_that_of_counted_points(apart, r1, r2):
    x, y = np.random.default_rng(1).uniform(-1, 1, (2, 2_000_000))
    both = (np.hypot(x, y) < r1) & (np.hypot(x - apart, y) < r2)
    expected = both.mean() * 4 / np.pi
    assert disc_overlap(one(apart), one(r1), one(r2))[0] == pytest.approx(expected, abs=2e-3)


def test_equal_stars_edge_on_lose_half_of_their_light():
    assert eclipse_depth(system())[0] == pytest.approx(0.5, abs=1e-6)
    flux = relative_flux(system(), 2457000 + np.linspace(0, 2, 4001)[None, :])[0]
    assert flux.min() == pytest.approx(0.5, abs=2e-3) and flux.max() == 1.0


def test_a_dark_small_body_takes_the_ratio_of_the_areas():
    v = system(r1=0.1, r2=0.01, second=0.0)
    assert eclipse_depth(v)[0] == pytest.approx(0.01, rel=1e-6)


def test_third_light_makes_eclipses_shallower():
    assert eclipse_depth(system(second=0.25, third=0.5))[0] == pytest.approx(0.25, abs=1e-6)


def test_orbits_seen_from_above_do_not_eclipse():
    assert eclipse_depth(system(cos_i=0.9))[0] == 0.0
    assert flux_scatter(system(cos_i=0.9))[0] == 0.0


def test_tides_give_the_published_amplitude():
    """Morris & Naftilan 1993: alpha_2 = 3 (15 + u)/(20 (3 - u)) (1 + g) = 1.287 for u = 0.6, g = 0.32."""
    terms = tidal_terms(one(0.6), one(0.33), one(np.sin(np.radians(65))), one(1.0))[0]
    expected = 3 * 15.6 / (20 * 2.4) * 1.32 * 0.6 * 0.33**3 * np.sin(np.radians(65)) ** 2
    assert terms[1] == pytest.approx(-expected, rel=1e-9)


def test_the_scatter_is_that_of_a_long_light_curve():
    v = system(cos_i=0.1, e=0.2, tide=(0.002, -0.01, 0.001), own=(0.7, 0.02, 1.0, 0.3))
    time = 2457000 + np.random.default_rng(2).uniform(0, 5000, (1, 200_000))
    assert flux_scatter(v)[0] == pytest.approx(relative_flux(v, time).std(), rel=0.03)


def test_a_tidally_drawn_star_is_brightest_at_quadrature():
    v = system(cos_i=0.8, tide=(0.0, -0.05, 0.0))
    phase = np.linspace(0, 1, 400, endpoint=False)
    flux = relative_flux(v, v.orbit.periastron[:, None] + 2.0 * phase[None, :])[0]
    velocity = np.cos(2 * np.pi * phase + 0.9)
    assert abs(velocity[np.argmax(flux)]) > 0.999
    assert abs(velocity[np.argmin(flux)]) < 0.05


def test_the_contact_period_of_a_sun_is_eggletons():
    """0.351 d for equal masses and 0.368 d for m1/m2 = 0.5 at solar density (Eggleton 1983)."""
    assert contact_period(one(1), one(1), one(1))[0] == pytest.approx(0.351, abs=1e-3)
    assert contact_period(one(1), one(1), one(2))[0] == pytest.approx(0.368, abs=1e-3)
