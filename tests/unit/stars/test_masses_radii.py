import numpy as np
import pytest
from astropy import units as u
from hypothesis import given
from hypothesis import strategies as st

from analysis.stars import absolute_k_from_mass, mass_from_absolute_g, mass_from_absolute_k, radius_from_mass


def test_henry_and_mccarthy_meet_the_ends_of_their_range_and_join_at_the_nodes():
    assert mass_from_absolute_k(np.array([3.07, 5.94, 10.23])) == pytest.approx([1.0, 0.5, 0.08], rel=2e-3)
    for node in (5.94, 6.89):
        assert mass_from_absolute_k(node) == pytest.approx(mass_from_absolute_k(node + 1e-9), abs=3e-4)


@pytest.mark.parametrize(
    ("m_k", "henry", "mann"), [(5, 0.628, 0.597), (6, 0.483, 0.440), (7, 0.276, 0.289), (8, 0.188, 0.180)]
)
def test_both_relations_meet_their_known_values(m_k, henry, mann):
    assert mass_from_absolute_k(m_k) == pytest.approx(henry, abs=6e-4)
    assert mass_from_absolute_k(m_k, relation="mann2019") == pytest.approx(mann, abs=6e-4)


@pytest.mark.parametrize(("m_k", "mass"), [(8.12, 0.18), (4.98434, 0.63), (4.31745, 0.74), (5.18653, 0.60)])
def test_absolute_magnitudes_implied_by_the_masses_of_mu_et_al(m_k, mass):
    assert absolute_k_from_mass(mass) == pytest.approx(m_k, abs=0.004)


@given(st.floats(3.07, 10.23))
def test_henry_masses_lead_back_to_their_magnitudes(m_k):
    # the two lines at each node overlap by up to 0.0025 mag
    assert absolute_k_from_mass(mass_from_absolute_k(m_k)) == pytest.approx(m_k, abs=0.0032)


@given(m_k=st.floats(4.0, 11.0), feh=st.none() | st.floats(-0.6, 0.4))
def test_mann_masses_lead_back_to_their_magnitudes(m_k, feh):
    mass = mass_from_absolute_k(m_k, relation="mann2019", feh=feh)
    assert absolute_k_from_mass(mass, relation="mann2019", feh=feh) == pytest.approx(m_k, abs=1e-9)


def test_outside_the_range_of_a_relation_there_is_no_mass():
    assert np.isnan(mass_from_absolute_k(np.array([3.0, 10.3, np.nan]))).all()
    assert np.isnan(mass_from_absolute_k(np.array([3.9, 11.1]), relation="mann2019")).all()
    assert np.isnan(absolute_k_from_mass(np.array([0.05, 1.2, np.nan, -1]))).all()
    assert np.isnan(absolute_k_from_mass(np.array([0.05, 1.2]), relation="mann2019")).all()


def test_an_unknown_relation_and_a_metallicity_it_does_not_know_are_refused():
    with pytest.raises(ValueError, match="mann2019"):
        mass_from_absolute_k(6.0, relation="delfosse2000")
    with pytest.raises(ValueError, match="metallicity"):
        mass_from_absolute_k(6.0, feh=0.1)


def test_metallicity_changes_a_mann_mass_by_little():
    plain = mass_from_absolute_k(7.5, relation="mann2019", feh=0.0)
    assert plain == pytest.approx(10**-0.647)
    assert mass_from_absolute_k(7.5, relation="mann2019", feh=0.5) == pytest.approx(plain * (1 - 0.0035 * 0.5))


@pytest.mark.parametrize(("m_g", "mass"), [(-2, 3.09101), (0, 2.2136), (2, 1.58526), (4.76, 1.0), (8, 0.58224)])
def test_masses_from_absolute_g_meet_golden_values(m_g, mass):
    assert mass_from_absolute_g(m_g) == pytest.approx(mass, abs=1e-5)


@pytest.mark.parametrize(("mass", "radius"), [(0.2, 0.23162), (0.5, 0.5506), (1.0, 1.06)])
def test_radii_meet_demircan_and_kahraman(mass, radius):
    assert radius_from_mass(mass) == pytest.approx(radius, abs=1e-5)


def test_the_recollected_upper_radius_law_can_be_replaced():
    assert radius_from_mass(3.0) == pytest.approx(1.33 * 3**0.555)
    assert radius_from_mass(3.0, high_mass_coefficient=1.0, high_mass_exponent=1.0) == pytest.approx(3.0)


def test_a_mass_that_is_not_positive_has_no_radius():
    assert np.isnan(radius_from_mass(np.array([0.0, -1.0, np.nan]))).all()


def test_magnitudes_as_quantities_are_accepted():
    assert mass_from_absolute_k(6 * u.mag) == mass_from_absolute_k(6.0)
