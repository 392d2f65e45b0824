import numpy as np
import pytest

from analysis.binaries.ellipsoidal import (
    ellipsoidal_amplitude,
    ellipsoidal_flux,
    ellipsoidal_harmonics,
    mass_ratio_sin_squared,
    tidal_constraint,
)
from analysis.binaries.orbits import separation


def test_the_amplitude_meets_the_formula_worked_by_hand():
    # alpha_2 = 3 x 15.6 / (20 x 2.4) x 1.32 = 1.287; q (R/a)^3 sin^2 i = 0.6 x 0.027 x 0.81
    assert ellipsoidal_amplitude(0.6, 0.3, 0.9, 0.6, 0.32) == pytest.approx(1.287 * 0.6 * 0.027 * 0.81)


def test_without_limb_darkening_the_flux_scatter_is_that_of_the_tidal_formula():
    # Andrew et al. 2022, eq. 21, circular: sigma_F/F = tau 3 q (R/a)^3 sin^2 / (2 sqrt 2); here tau = 1
    phase = np.arange(1000) / 1000
    flux = ellipsoidal_flux(phase, 0.5, 0.25, 0.8, limb_darkening=0.0, gravity_darkening=1.0)
    assert flux.std() == pytest.approx(3 * 0.5 * 0.25**3 * 0.64 / (2 * np.sqrt(2)))


def test_the_star_is_faintest_at_its_conjunctions_and_two_maxima_are_equal():
    phase = np.array([0.0, 0.25, 0.5, 0.75])
    behind, first, front, second = ellipsoidal_flux(phase, 0.6, 0.33, 0.9)
    assert max(behind, front) < 0 < first
    assert first == pytest.approx(second)


def test_the_harmonics_meet_the_formulae_worked_by_hand():
    # u = 0.6, g = 0.32: alpha_1 = 15 / (24 x 15.6) x 2.32 / 1.32
    alpha_1 = 15 / 374.4 * 2.32 / 1.32
    first, third = ellipsoidal_harmonics(0.3, 1.0, 0.6, 0.32)
    assert first == pytest.approx(3 * alpha_1 * 0.3)
    assert third == pytest.approx(5 * alpha_1 * 0.3)


def test_mass_ratio_and_amplitude_are_inverse():
    assert mass_ratio_sin_squared(ellipsoidal_amplitude(0.7, 0.3, 0.9), 0.3) == pytest.approx(0.7 * 0.81)


@pytest.mark.parametrize(("q", "inclination"), [(0.3, 50.0), (1.0, 75.0), (4.0, 90.0)])
def test_the_tidal_constraint_undoes_the_amplitude_of_a_known_binary(q, inclination):
    m1, period, radius, sin_i = 0.6, 0.35, 0.6, np.sin(np.radians(inclination))
    amplitude = float(ellipsoidal_amplitude(q, radius / separation(m1 * (1 + q), period), sin_i))
    tide = tidal_constraint(amplitude, 0.01 * amplitude, period, m1, radius)
    assert tide.value == pytest.approx(q * sin_i**2 / (1 + q), rel=1e-9)
    assert tide.error == pytest.approx(0.01 * tide.value)
    assert tide.possible
    if inclination == 90.0:
        assert tide.least_mass_ratio == pytest.approx(q)


def test_a_tide_that_no_companion_raises_is_said_to_be_impossible():
    tide = tidal_constraint(0.5, 0.01, 5.0, 0.6, 0.6)
    assert not tide.possible
    assert np.isnan(tide.least_mass_ratio)
    with pytest.raises(ValueError, match="positive"):
        tidal_constraint(0.1, 0.01, 0.0, 0.6, 0.6)
