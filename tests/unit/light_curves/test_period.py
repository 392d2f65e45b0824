import gzip

import numpy as np
import pandas as pd
import pytest
from simulated_stars import binary_flux, make, red_noise, sector_times, spotted_flux

from analysis.binaries.ellipsoidal import ellipsoidal_amplitude, ellipsoidal_flux
from analysis.light_curves import (
    KindThresholds,
    LightCurve,
    clean,
    find_period,
    largest_ellipsoidal_amplitude,
    light_minimum,
    phase_agreement,
    read,
)


def found_in(time, flux, error=0.002, **kwargs):
    return find_period(clean(LightCurve.from_arrays(time, flux, error)), **kwargs)


def test_thor_42_eclipses_every_0_8590_days(real_dir):
    found = find_period(clean(read(real_dir / "light_curves" / "THOR42_TESS.txt")))
    assert found.orbital_period == pytest.approx(0.8590, abs=0.0001)
    assert (found.kind, found.configuration) == ("eclipsing", "detached")
    assert found.eclipses.secondary.phase == pytest.approx(0.5, abs=0.002)
    assert found.eclipses.primary.depth > found.eclipses.secondary.depth > 0.15


def test_tic_38846515_transits_every_2_85_days(real_dir):
    path = real_dir / "light_curves" / "hlsp_tess-spoc_tess_phot_0000000038846515-s0001_tess_v1_lc.fits"
    found = find_period(clean(read(path)))
    # WASP-100 b (Hellier et al. 2014): 2.849375 d, (Rp/R*)^2 = 0.0076, 3.8 h; 30-min means make it longer.
    assert found.orbital_period == pytest.approx(2.849375, abs=3e-4)
    assert abs(found.orbital_period - 2.849375) < 3 * found.orbital_period_error
    assert (found.kind, found.method) == ("eclipsing", "box")
    assert found.eclipses.primary.depth == pytest.approx(0.0076, rel=0.1)
    assert found.eclipses.primary.duration * found.orbital_period * 24 == pytest.approx(3.8, rel=0.12)
    assert found.eclipses.odd_even_significance < 3


def test_tic_358108509_shows_a_steady_sine_that_may_be_spots(real_dir):
    path = real_dir / "light_curves" / "tess2018206045859-s0001-0000000358108509-0120-s_lc.fits"
    curve = clean(read(path))
    found = find_period(curve)
    assert found.period == pytest.approx(0.4293, abs=0.001)
    assert "rotation" in found.alternatives
    # A 2824 K dwarf is at least ten times denser than the Sun: tides cannot do it.
    dense = find_period(curve, thresholds=KindThresholds(least_density=10))
    assert dense.kind == "rotation"
    assert dense.orbital_period == pytest.approx(0.4293, abs=0.001)


def test_the_cdips_star_has_eclipses(real_dir):
    (path,) = sorted((real_dir / "light_curves").glob("hlsp_cdips*0003007171311355035136*.fits"))
    found = find_period(clean(read(path)))
    assert (found.kind, found.configuration) == ("eclipsing", "detached")
    assert found.eclipses.cycles >= 5
    # The other detrended photometry of the file shows the same.
    other = find_period(clean(read(path, "TFA1")))
    assert other.orbital_period == pytest.approx(found.orbital_period, rel=2e-3)


def test_the_simulated_ellipsoidal_star_of_the_paper_gives_twice_its_period():
    rng = np.random.default_rng(1)
    time = sector_times(rng)
    q, size, sin_i = 0.6, 0.33, np.sin(np.radians(65))
    flux = 1 + ellipsoidal_flux((time - 1500.1) / 0.4552, q, size, sin_i)
    found = found_in(time, flux + rng.normal(0, 0.002, time.size))
    assert found.kind == "ellipsoidal"
    assert found.period == pytest.approx(0.2276, rel=5e-4)
    assert found.orbital_period == pytest.approx(0.4552, rel=5e-4)
    assert abs(found.orbital_period - 0.4552) < 4 * found.orbital_period_error
    amplitude, error = found.ellipsoidal_amplitude
    assert amplitude == pytest.approx(ellipsoidal_amplitude(q, size, sin_i), abs=max(4 * error, 3e-4))
    cycles = (found.epoch - 1500.1) / 0.4552
    assert cycles == pytest.approx(round(cycles), abs=0.02)
    assert found.minima_difference[0] > 5 * found.minima_difference[1]
    assert abs(found.o_connell[0]) < 4 * found.o_connell[1]


def test_an_o_connell_asymmetry_is_measured():
    rng = np.random.default_rng(2)
    time = sector_times(rng)
    phase = (time - 1500.1) / 0.5
    flux = 1 + ellipsoidal_flux(phase, 0.8, 0.33, 0.9) + 0.006 * np.sin(2 * np.pi * phase)
    found = found_in(time, flux + rng.normal(0, 0.002, time.size))
    value, error = found.o_connell
    assert value == pytest.approx(0.012, abs=0.002)
    assert 0 < error < 0.001


def test_eclipse_depths_durations_and_the_odd_even_difference():
    rng = np.random.default_rng(3)
    time = sector_times(rng, cadence_minutes=10)
    period, r1, r2, bright = 2.345, 0.12, 0.08, 0.4
    flux = binary_flux((time - 1501.0) / period, r1, r2, bright, 1.0, tides=False)
    found = found_in(time, flux + rng.normal(0, 0.002, time.size))
    total = r1**2 + bright * r2**2
    assert (found.kind, found.configuration) == ("eclipsing", "detached")
    assert found.orbital_period == pytest.approx(period, rel=2e-4)
    assert found.eclipses.primary.depth == pytest.approx(r2**2 / total, rel=0.03)
    assert found.eclipses.secondary.depth == pytest.approx(bright * r2**2 / total, rel=0.05)
    # The discs' own contacts are softer than a trapezoid's corners.
    contacts = np.arcsin(r1 + r2) / np.pi
    assert found.eclipses.primary.duration == pytest.approx(contacts, rel=0.12)
    assert found.eclipses.odd_even_significance < 4


def test_eclipses_of_equal_depth_say_that_the_period_may_be_half():
    rng = np.random.default_rng(4)
    time = sector_times(rng)
    flux = binary_flux((time - 1500.0) / 0.4, 0.4, 0.36, 1.0, 1.0)
    found = found_in(time, flux + rng.normal(0, 0.003, time.size))
    assert (found.kind, found.configuration) == ("eclipsing", "contact")


@pytest.mark.parametrize("kind", ["ellipsoidal", "contact", "detached", "reflection"])
def test_kinds_and_periods_are_recovered(kind):
    rng = np.random.default_rng(11)
    right = period_right = 0
    for _ in range(14):
        curve, truth = make(kind, rng, rng.uniform(0.3, 1.0) if kind != "detached" else rng.uniform(0.6, 6), 0.003)
        found = find_period(clean(curve))
        right += found.kind == truth.kind
        ratio = found.orbital_period / truth.period
        period_right += min(abs(ratio / multiple - 1) for multiple in (0.5, 1, 2)) < 1e-3
    assert right >= 13
    assert period_right >= 13


def test_spots_that_change_are_rotation():
    rng = np.random.default_rng(12)
    kinds = []
    for _ in range(15):
        curve, _ = make("rotation", rng, 10 ** rng.uniform(-0.5, 0.5), 0.002)
        kinds.append(find_period(clean(curve)).kind)
    assert kinds.count("rotation") >= 13
    assert "eclipsing" not in kinds


def test_a_variation_too_large_for_tides_is_not_ellipsoidal():
    rng = np.random.default_rng(13)
    time = sector_times(rng)
    flux = 1 + 0.03 * np.sin(2 * np.pi * time / 4.0) + rng.normal(0, 0.002, time.size)
    found = found_in(time, flux)
    assert found.kind == "rotation"
    assert any("tides allow" in reason for reason in found.reasons)


def test_tides_allow_less_at_longer_periods_and_higher_densities():
    # Kepler: (R/a)^3 = 3 pi / (G rho P^2); the Sun at 1 d has a = 4.21 solar radii.
    assert largest_ellipsoidal_amplitude(1.0, 1.0) == pytest.approx(1.287 / 4.21**3, rel=0.02)
    assert largest_ellipsoidal_amplitude(2.0, 1.0) == pytest.approx(largest_ellipsoidal_amplitude(1.0, 1.0) / 4)
    assert largest_ellipsoidal_amplitude(1.0, 5.0) == pytest.approx(largest_ellipsoidal_amplitude(1.0, 1.0) / 5)


@pytest.mark.parametrize("red", [0.0, 1.0, 2.0])
def test_noise_has_no_period(red):
    rng = np.random.default_rng(14)
    kinds = []
    for _ in range(15):
        time = sector_times(rng)
        flux = 1 + rng.normal(0, 0.003, time.size) + red_noise(time, 0.003 * red, 0.5, rng)
        kinds.append(found_in(time, flux, 0.003).kind)
    assert kinds.count("none") >= 14
    assert set(kinds) <= {"none", "rotation"}


def test_periods_of_the_tess_eclipsing_binaries_are_recovered(real_dir):
    path = real_dir / "light_curves" / "tess_eb_catalog_prsa2022_4584.csv.gz"
    with gzip.open(path, "rt") as file:
        catalogue = pd.read_csv(file)
    catalogue = catalogue[catalogue.period.between(0.25, 8) & catalogue.morph_coeff.notna()]
    rng = np.random.default_rng(15)
    good = 0
    sample = catalogue.sample(25, random_state=1)
    for star in sample.itertuples():
        kind = "ellipsoidal" if star.morph_coeff > 0.9 else "contact" if star.morph_coeff > 0.7 else "detached"
        curve, truth = make(kind, rng, star.period, 0.002)
        ratio = find_period(clean(curve)).orbital_period / truth.period
        good += min(abs(ratio / multiple - 1) for multiple in (0.5, 1, 2)) < 1e-3
    assert good >= 24


def test_several_sectors_years_apart_give_one_period():
    rng = np.random.default_rng(16)
    time = np.concatenate([sector_times(rng), sector_times(rng) + 730.0])
    flux = 1 + ellipsoidal_flux((time - 1500) / 0.61234, 1.2, 0.3, 0.8) + rng.normal(0, 0.002, time.size)
    found = found_in(time, flux)
    assert found.orbital_period == pytest.approx(0.61234, rel=1e-5)


def test_too_few_points_and_constant_flux_are_states_not_errors():
    few = find_period(LightCurve.from_arrays(np.arange(10.0), np.ones(10)))
    assert few.kind == "none"
    assert np.isnan(few.orbital_period)
    assert "fewer than the 50" in few.reasons[0]
    assert np.isnan(few.o_connell[0])
    flat = find_period(LightCurve.from_arrays(np.arange(100.0), np.ones(100)))
    assert "does not vary" in flat.reasons[0]


def test_a_period_range_out_of_reach_is_refused():
    rng = np.random.default_rng(17)
    curve, _ = make("none", rng, 1.0, 0.001)
    with pytest.raises(ValueError, match="shortest < longest"):
        find_period(curve, shortest=5, longest=1)


def test_spots_keep_their_mean_period():
    rng = np.random.default_rng(18)
    time = sector_times(rng)
    found = found_in(time, spotted_flux(time, 1.3, 0.03, rng) + rng.normal(0, 0.001, time.size))
    assert min(abs(found.period / 1.3 - 1), abs(found.period / 0.65 - 1)) < 0.05


def test_the_deeper_minimum_comes_when_the_star_is_behind_its_companion():
    rng = np.random.default_rng(19)
    time = sector_times(rng)
    period, behind = 0.4552, 1500.123
    flux = 1 + ellipsoidal_flux((time - behind) / period, 1.0, 0.35, 0.8) + rng.normal(0, 0.001, time.size)
    found = found_in(time, flux, 0.001)
    rising = behind + 0.5 * period
    agreement = phase_agreement(found.epoch, rising, found.orbital_period, period_error=found.orbital_period_error)
    assert agreement.agrees
    assert not agreement.half_cycle
    assert "deeper minimum" in agreement.statement
    quarter = phase_agreement(found.epoch, rising + 0.25 * period, period)
    assert not quarter.agrees
    assert "disagree" in quarter.statement
    assert phase_agreement(found.epoch, behind, found.orbital_period).half_cycle


def test_the_minimum_of_a_light_curve_is_found_at_any_period_near_its_own():
    rng = np.random.default_rng(20)
    time = sector_times(rng)
    period, behind = 0.4552, 1500.123
    flux = 1 + ellipsoidal_flux((time - behind) / period, 1.0, 0.35, 0.8) + rng.normal(0, 0.001, time.size)
    curve = LightCurve.from_arrays(time, flux, 0.001)
    epoch, error = light_minimum(curve, period)
    cycles = (epoch - behind) / period
    assert abs(cycles - round(cycles)) * period < 4 * error + 0.002 * period
    assert abs(epoch - time.mean()) < period
    unsure = phase_agreement(epoch, behind, period, error, period_error=0.2)
    assert "not known well enough" in unsure.statement
    with pytest.raises(ValueError, match="too few"):
        light_minimum(curve.select(np.arange(10)), period)
