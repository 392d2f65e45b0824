import numpy as np
import pytest
from astropy import units as u
from scipy.stats import norm

from analysis.stars import (
    absolute_k_measurement_error,
    binary_flag,
    corrected_dr2_parallax,
    distance_posterior,
    extinction,
    extinction_coefficient,
    geometric_absolute_magnitude,
    parallax_discrepancy,
    reddening,
    spectrophotometric_parallax,
    spectrophotometric_parallax_error,
)


def test_the_spectrophotometric_parallax_meets_its_golden_value():
    parallax = spectrophotometric_parallax(-1.2, 11.0, 0.2)
    assert parallax == pytest.approx(0.398107, abs=1e-6)
    assert spectrophotometric_parallax_error(parallax, 0.1, 0.02, 0.01) == pytest.approx(0.049534, abs=1e-6)
    assert geometric_absolute_magnitude(11.0, parallax, 0.2) == pytest.approx(-1.2)


def test_an_equal_mass_binary_stands_out_by_two_sigma():
    error = spectrophotometric_parallax_error(1.414, 0.1, 0.02, 0.01)
    discrepancy = parallax_discrepancy(1.414, 1.0, error, 0.05)
    assert discrepancy == pytest.approx(2.2635, abs=1e-4)
    assert binary_flag(np.array([discrepancy, 1.9, -5.0])).tolist() == [1, 0, 0]
    assert np.isnan(binary_flag(parallax_discrepancy(1.4, np.nan, 0.1, 0.1)))
    assert binary_flag(1.9, threshold=1.0) == 1


def test_measurement_errors_fall_with_the_signal_to_noise():
    assert absolute_k_measurement_error(np.array([50, 100, 200])) == pytest.approx([0.2, 0.1, 0.05])
    assert np.isnan(absolute_k_measurement_error(0.0))


def test_dr2_parallaxes_are_raised_by_about_50_microarcseconds():
    assert corrected_dr2_parallax(1.0) == pytest.approx(1.0523)
    assert corrected_dr2_parallax(1.0, 12.2) == pytest.approx(1.0528)
    assert corrected_dr2_parallax(1.0, 16.2) == pytest.approx(1.0528 - 0.01684)


def test_a_parallax_that_is_not_positive_has_no_absolute_magnitude():
    assert np.isnan(geometric_absolute_magnitude(10.0, np.array([0.0, -1.0, np.nan]))).all()


GOLDEN = (0.40, 0.05, -1.2, 0.10, 11.0, 0.02, 0.2, 0.01)


def test_the_distance_posterior_meets_its_golden_values():
    posterior = distance_posterior(*GOLDEN)
    assert isinstance(posterior.mode, float)
    assert posterior.mode == pytest.approx(2506.0, abs=0.1)
    assert posterior.low == pytest.approx(2325.3, abs=0.1)
    assert posterior.high == pytest.approx(2775.4, abs=0.1)
    assert np.exp(posterior.log_mean) == pytest.approx(2540.5, abs=0.1)
    assert posterior.log_error == pytest.approx(0.0890, abs=1e-4)


def slow_posterior(parallax, parallax_error, modulus, modulus_error):
    """Mode, 16 and 84 % on a grid of 0.1 pc, as in the paper."""
    distance = np.arange(0.1, 60_000, 0.1)
    density = norm.pdf(1000 / distance, parallax, parallax_error)
    density *= norm.pdf(5 * np.log10(distance / 10), modulus, modulus_error)
    total = np.cumsum(density) / density.sum()
    return distance[density.argmax()], *distance[np.searchsorted(total, [0.16, 0.84])]


@pytest.mark.parametrize("parallax", [-0.05, 0.1, 1.0, 8.0])
def test_distances_agree_with_a_grid_of_a_tenth_parsec(parallax):
    posterior = distance_posterior(parallax, 0.1, -1.0, 0.2, 9.0, 0.03, 0.1, 0.02)
    expected = slow_posterior(parallax, 0.1, 9.9, np.sqrt(0.2**2 + 0.03**2 + 0.02**2 + 0.25**2))
    assert [posterior.mode, posterior.low, posterior.high] == pytest.approx(expected, rel=2e-3, abs=0.2)


def test_a_very_precise_parallax_is_not_stepped_over():
    posterior = distance_posterior(100.0, 0.001)
    assert posterior.mode == pytest.approx(10, abs=1e-6)
    assert (posterior.high - posterior.low) / 2 == pytest.approx(1e-4 * norm.ppf(0.84), rel=0.01)


def test_a_missing_side_leaves_the_other_and_two_leave_nothing():
    only_parallax = distance_posterior(2.0, 0.02, np.nan, 0.1, 11.0)
    assert only_parallax.mode == pytest.approx(500, rel=1e-3)
    only_light = distance_posterior(np.nan, np.nan, 1.0, 0.1, 11.0, intrinsic_scatter=0.05)
    assert only_light.mode == pytest.approx(1000, rel=1e-3)
    nothing = distance_posterior(np.nan, 0.1, np.nan, 0.1, 11.0)
    assert np.isnan([nothing.mode, nothing.low, nothing.high, nothing.log_mean, nothing.log_error]).all()


def test_a_prior_moves_the_distance():
    flat = distance_posterior(*GOLDEN)
    volume = distance_posterior(*GOLDEN, prior=lambda distance: distance**2)
    assert volume.mode > 1.01 * flat.mode
    near = distance_posterior(*GOLDEN, prior=lambda distance: np.where(distance < 2400, 1.0, 0.0))
    assert near.mode == pytest.approx(2400, abs=2)
    assert near.high < 2400


def test_distances_cover_the_truth_as_often_as_they_claim():
    rng = np.random.default_rng(12)
    n = 1500
    truth = rng.uniform(500, 6000, n)
    luminosity = rng.normal(-1, 0.5, n)
    apparent = luminosity + 5 * np.log10(truth / 10)
    parallax = 1000 / truth + rng.normal(0, 0.04, n)
    spectrum = luminosity + rng.normal(0, np.hypot(0.25, 0.1), n)
    posterior = distance_posterior(parallax, 0.04, spectrum, 0.1, apparent)
    assert posterior.mode.shape == (n,)
    assert np.mean((truth > posterior.low) & (truth < posterior.high)) == pytest.approx(0.68, abs=0.035)
    alone = distance_posterior(parallax, 0.04)
    far = truth > 4000
    assert np.median((posterior.log_error / alone.log_error)[far]) < 0.8


def test_arrays_broadcast_and_quantities_are_converted():
    grid = distance_posterior(np.array([[1.0], [2.0]]), 0.05, np.array([-1.0, 0.0, 1.0]), 0.1, 9.0)
    assert grid.mode.shape == (2, 3)
    plain = distance_posterior(1.0, 0.05).mode
    assert distance_posterior(1e-3 * u.arcsec, 50 * u.uas).mode == pytest.approx(plain)
    assert distance_posterior(np.array([]), 0.05).mode.shape == (0,)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"parallax_error": 0.0}, "parallax_error is 0"), ({"parallax_error": 0.1, "k_error": -1.0}, "k_error is -1")],
)
def test_impossible_errors_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        distance_posterior(parallax=1.0, absolute_k=1.0, k=5.0, **arguments)


def test_the_two_extinction_laws_differ_in_ks():
    assert extinction_coefficient("Ks") == 0.347
    assert extinction_coefficient("Ks", "wang_chen2019") == pytest.approx(0.242, abs=5e-4)
    # relative to E(BP-RP) as known from public codes
    scale = extinction_coefficient("BP", "wang_chen2019") - extinction_coefficient("RP", "wang_chen2019")
    assert scale == pytest.approx(1.303, abs=0.03)
    assert extinction_coefficient("G", "wang_chen2019") / scale == pytest.approx(1.890, rel=0.02)
    assert extinction("G", np.array([0.1, np.nan]))[0] == pytest.approx(0.255)
    # Xiang et al. 2021: one magnitude of E(B-V) is about 0.3 mag in Ks
    assert extinction("Ks", 1.0) == pytest.approx(0.3, abs=0.06)


def test_an_unknown_law_or_band_is_refused_with_those_known():
    with pytest.raises(ValueError, match="wang_chen2019"):
        extinction_coefficient("G", "ccm89")
    with pytest.raises(ValueError, match="has no coefficient for the band 'r'"):
        extinction_coefficient("r", "wang_chen2019")


def test_an_injected_reddening_comes_back_with_its_error():
    rng = np.random.default_rng(3)
    truth = rng.uniform(0, 1, 3000)
    colours = {}
    for blue, red in (("BP", "RP"), ("J", "H"), ("g", "r")):
        slope = extinction_coefficient(blue) - extinction_coefficient(red)
        error = np.full(truth.size, 0.03)
        colours[blue, red] = (truth * slope + rng.normal(0, np.hypot(0.03, 0.014), truth.size), error)
    ebv, ebv_error = reddening(colours)
    assert np.std((ebv - truth) / ebv_error) == pytest.approx(1, abs=0.04)
    assert np.mean(ebv - truth) == pytest.approx(0, abs=0.002)


def test_a_missing_colour_is_left_out():
    slope = extinction_coefficient("BP") - extinction_coefficient("RP")
    ebv, error = reddening({("BP", "RP"): ([slope, np.nan], 0.02), ("J", "H"): ([np.nan, np.nan], 0.02)})
    assert ebv[0] == pytest.approx(1)
    assert np.isnan([ebv[1], error[1]]).all()
    with pytest.raises(ValueError, match="bluer band first"):
        reddening({("RP", "BP"): (0.1, 0.02)})
    with pytest.raises(ValueError, match="at least one"):
        reddening({})
