"""The evidence on one star, against printed numbers, an injected truth and independent arithmetic."""

import numpy as np
import pytest

from analysis import light_curves, simulate
from analysis.binaries import (
    CompanionMassPrior,
    OrbitPrior,
    RadialVelocities,
    companion_mass_posterior,
    fit_orbit,
    fitted_evidence,
    keplerian_velocity,
    orbit_evidence,
    read_velocities,
    sample_orbits,
)
from analysis.catalogue import velocities
from analysis.vetting import StarData, evidence

STAR_7 = {"half_delta_vr": 156.0, "half_delta_vr_error": 16.5, "period": 0.4552, "primary_mass": 0.74, "ruwe": 1.045}


def published(number):
    table = velocities(number)
    return RadialVelocities.from_arrays(*(table[name] for name in ("time", "velocity", "velocity_error")))


def test_what_is_missing_is_said_in_every_channel():
    found = evidence(StarData({}))
    assert {channel.state for channel in found.channels} == {"missing"}
    assert len(found.channels) == 6
    assert found.posterior is None
    assert "mass of the visible star" in found.reason
    assert found.signs == 0


def test_star_7_of_mu_2022_lies_above_the_limit_and_weighs_what_the_paper_says():
    found = evidence(StarData(STAR_7, velocities=published(7)))
    limit = found.channel("limit plane")
    # ΔV_R/2 of the 16 velocities is 155.8 km/s; eq. 3 at 0.74 Msun and 0.4552 d gives 81.24 (0.74 / 0.4552)^(1/3).
    assert limit.value == pytest.approx(155.8 / (81.24 * (0.74 / 0.4552) ** (1 / 3)), rel=0.002)
    assert limit.state == "for"
    assert found.channel("velocities").state == "for"
    assert found.channel("astrometry").state == "neutral"
    # 0.74 Msun is the least for K = 158 km/s and 0.74 Msun; isotropic inclinations put the median at sin i = 0.87.
    lightest, median, _ = found.posterior.quantile(0.02, 0.5, 0.84)
    assert 0.62 < lightest < 0.80
    assert 0.85 < median < 1.02
    assert found.posterior.probability_seen() > 0.99


def test_the_range_alone_gives_a_wider_mass_and_a_least_period_gives_none():
    single = evidence(StarData(STAR_7, velocities=published(7))).posterior
    rough = evidence(StarData({**STAR_7, "n_rv": 16})).posterior
    assert np.diff(rough.interval())[0] > np.diff(single.interval())[0]
    none = evidence(StarData({**STAR_7, "period_kind": "roche_minimum"}))
    assert none.posterior is None
    assert none.channel("limit plane").state == "missing"


def test_a_double_lined_star_gets_the_mass_of_its_ratio(real_dir):
    path = real_dir / "radial_velocities" / "THOR42_RV.txt"
    first = fit_orbit(read_velocities(path), 0.859)
    star = StarData({"primary_mass": 0.5, "period": 0.859}, velocities=read_velocities(path), mass_ratio=(0.412, 0.005))
    found = evidence(star)
    assert found.channel("spectrum").state == "against"
    assert found.posterior.median == pytest.approx(0.412 * 0.5, rel=0.05)
    assert first.circular.semi_amplitude == pytest.approx(57.9, abs=1.5)


def test_the_prior_of_the_sampler_does_not_stay_in_the_mass():
    """Samples made with a Gaussian prior of K give, under a population, the masses that a flat prior gives."""
    rng = np.random.default_rng(4)
    time = np.sort(rng.uniform(0, 30, 8))
    measured = keplerian_velocity(time, 2.0, 40.0, 0.0, 0.0, 0.7) + rng.normal(0, 25, 8)
    data = RadialVelocities.from_arrays(time, measured, 25.0)
    prior = CompanionMassPrior()
    orbits = sample_orbits(data, OrbitPrior(1.9999, 2.0001, circular=True, velocity_width=12.0, offset_width=1e4))
    sampled = companion_mass_posterior(orbit_evidence(orbits, 60_000), 0.7, 0.05, mass_prior=prior)
    phase = 2 * np.pi * time / 2.0
    design = np.column_stack([np.cos(phase), np.sin(phase), np.ones(8)]) / 25.0
    covariance = np.linalg.inv(design.T @ design)
    mean = covariance @ design.T @ (measured / 25.0)
    a, b = rng.multivariate_normal(mean[:2], covariance[:2, :2], 60_000).T
    # Draws flat in A and B have a density of K that grows as K.
    flat = fitted_evidence(1.0, 0.0, 2.0, draws=60_000)
    flat = type(flat)(np.hypot(a, b), flat.period, flat.eccentricity, np.hypot(a, b))
    direct = companion_mass_posterior(flat, 0.7, 0.05, mass_prior=prior)
    assert sampled.consistent
    for p, tolerance in ((0.25, 0.12), (0.5, 0.12), (0.75, 0.2)):
        assert sampled.quantile(p)[0] == pytest.approx(direct.quantile(p)[0], rel=tolerance)


def test_the_field_prior_knows_which_companions_shine():
    field = simulate.FieldCompanions()
    m1, period = np.full(3, 0.7), np.full(3, 1.0)
    stars = field.luminous_share(m1, np.array([0.3, 1.33, 7.8]), period)
    assert stars[0] > 0.95
    assert np.all(stars[1:] == 0)
    k = np.full(3, 100.0)
    rich = simulate.FieldCompanions(3000.0)
    ratio = rich.weight(m1, np.array([0.3, 1.33, 7.8]), k, period) / field.weight(
        m1, np.array([0.3, 1.33, 7.8]), k, period
    )
    assert ratio == pytest.approx([1.0, 3000.0, 3000.0], rel=0.01)


def test_the_shares_of_the_field_prior_are_those_that_the_survey_draws():
    truth = simulate.truth(60_000, 5, enrichment=3000.0)
    dwarfs = (truth["stage_true"] == "dwarf") & truth["mass_true"].between(0.6, 1.2)
    drawn = truth[dwarfs & truth["period_true"].between(1.0, 10.0)]
    remnant = drawn["class_true"].isin(["ms_wd", "ms_ns", "ms_bh"]).mean()
    prior = simulate.FieldCompanions(3000.0)
    m2, log_p = np.meshgrid(np.geomspace(0.081, 20, 1500), np.linspace(0.0, 1.0, 40))
    m1 = np.full(m2.shape, 0.85)
    stars, others = prior._densities(m1, m2, 10**log_p)
    width = np.gradient(np.geomspace(0.081, 20, 1500))
    expected = float((others * width).sum() / ((stars + others) * width).sum())
    spread = np.sqrt(expected * (1 - expected) / len(drawn))
    assert abs(remnant - expected) < 4 * spread + 0.02


def test_masses_of_stars_without_one_follow_from_temperature_or_light():
    hot = evidence(StarData({"teff": 9700.0})).primary_mass
    assert hot.value == pytest.approx(2.33)  # A0 V
    assert evidence(StarData({"teff": 20_600.0})).primary_mass.value == pytest.approx(7.3)  # B2 V
    assert "assumed" in evidence(StarData({"teff": 4800.0, "logg": 2.5})).primary_mass.source
    sun = evidence(StarData({"absolute_g": 4.76})).primary_mass
    assert sun.value == pytest.approx(1.0)
    assert evidence(StarData({"primary_mass": 0.5})).primary_mass.error == pytest.approx(0.04)


def test_humps_that_no_companion_can_raise_speak_for_none(real_dir):
    """TIC 358108509 is a spotted M6 dwarf: its humps are those of two spots, ten times any tide at 0.86 d."""
    (path,) = (real_dir / "light_curves").glob("tess*0000000358108509*.fits")
    found = light_curves.find_period(light_curves.clean(light_curves.read(path)))
    assert found.kind == "ellipsoidal"
    star = evidence(StarData({"subclass": "M6"}, light_curve=found))
    assert star.channel("light curve").state == "neutral"
    assert "more than any companion raises" in star.channel("light curve").detail


def test_the_tide_of_a_neutron_star_speaks_for_it():
    star = simulate.star(200_000, 7, 117_189)
    assert simulate.CLASSES[int(star["class_true"])] == "ms_ns"
    found = light_curves.find_period(light_curves.clean(simulate.light_curve(star)))
    channel = evidence(StarData({"primary_mass": star["mass_true"]}, light_curve=found)).channel("light curve")
    assert channel.state == "for"
    q = star["secondary_mass_true"] / star["mass_true"]
    sin_i = np.sin(np.radians(star["inclination_true"]))
    said = float(channel.detail.split("= ")[1].split(" ")[0])
    # The radius of a dwarf of this mass is good to 15 %, and the tide goes as its cube.
    assert said == pytest.approx(q * sin_i**2 / (1 + q), rel=0.45)
