import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.binaries import (
    astrometric_projection,
    binary_astrometric_scatter,
    binary_rv_scatter,
    eccentric_anomaly,
    spectroscopic_projection,
)

HALF_PI = np.pi / 2
GOLDEN = [
    (0.0, 1.0, 0.7, 0.59501, 0.803718),
    (0.0, HALF_PI, 0.0, 0.707107, 0.707107),
    (0.3, 1.0, 0.7, 0.596201, 0.775246),
    (0.3, HALF_PI, 0.0, 0.715393, 0.674537),
    (0.3, HALF_PI, HALF_PI, 0.698723, 0.691014),
    (0.9, 1.0, 0.7, 0.614554, 0.491279),
    (0.9, HALF_PI, 0.0, 0.834525, 0.308221),
    (0.9, HALF_PI, HALF_PI, 0.55097, 0.545436),
]


@pytest.mark.parametrize(("e", "theta", "phi", "zeta", "beta"), GOLDEN)
def test_projection_terms_meet_golden_values(e, theta, phi, zeta, beta):
    assert spectroscopic_projection(e, theta, phi) == pytest.approx(zeta, abs=1e-6)
    assert astrometric_projection(e, theta, phi) == pytest.approx(beta, abs=1e-6)


def orbit_average(e, theta, phi):
    """Scatter in velocity (2 pi a / P) and on the sky (a) over one orbit, step by step in time."""
    anomaly = eccentric_anomaly(np.linspace(0, 2 * np.pi, 20_001)[:-1], e)
    place = np.stack([np.cos(anomaly) - e, np.sqrt(1 - e**2) * np.sin(anomaly), np.zeros_like(anomaly)])
    pace = np.stack([-np.sin(anomaly), np.sqrt(1 - e**2) * np.cos(anomaly), np.zeros_like(anomaly)])
    pace /= 1 - e * np.cos(anomaly)
    sight = np.array([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)])
    on_sky = place - np.outer(sight, sight @ place)
    return (sight @ pace).std(), np.sqrt(on_sky.var(axis=1).sum())


@given(e=st.floats(0, 0.9), theta=st.floats(0.05, np.pi - 0.05), phi=st.floats(0, 2 * np.pi))
def test_projection_terms_are_averages_over_the_orbit(e, theta, phi):
    zeta, beta = orbit_average(e, theta, phi)
    assert spectroscopic_projection(e, theta, phi) == pytest.approx(zeta, rel=1e-6)
    assert astrometric_projection(e, theta, phi) == pytest.approx(beta, rel=1e-6)


def test_impossible_eccentricities_have_no_projection():
    e = np.array([-0.1, 1.0, np.nan])
    assert np.isnan(spectroscopic_projection(e, 1.0, 1.0)).all()
    assert np.isnan(astrometric_projection(e, 1.0, 1.0)).all()


@given(m=st.floats(-50, 50), e=st.floats(0, 0.999))
def test_the_eccentric_anomaly_solves_keplers_equation(m, e):
    anomaly = eccentric_anomaly(m, e)
    turns = (anomaly - e * np.sin(anomaly) - m) / (2 * np.pi)
    assert turns == pytest.approx(round(turns), abs=1e-11)


def test_the_earth_gives_the_sun_its_known_wobble():
    # m2/m1 = 3.0e-6 at 1 au: 9 cm/s in amplitude, 3 micro-au in position
    assert binary_rv_scatter(1.0, 1.0, 3e-6, 1.0) == pytest.approx(3e-6 * 29.785, rel=1e-3)
    assert binary_astrometric_scatter(1.0, 1.0, 3e-6, 100.0, 1.0) == pytest.approx(3e-4, rel=1e-3)


def test_equal_twins_do_not_move_their_photocentre():
    assert binary_astrometric_scatter(1.0, 1.0, 1.0, 10.0, 1.0, light_ratio=1.0) == 0
    assert binary_astrometric_scatter(1.0, 8.0, 0.5, 10.0, 1.0) == pytest.approx(
        10 / 3 * (1.5 * 64) ** (1 / 3), rel=1e-4
    )
