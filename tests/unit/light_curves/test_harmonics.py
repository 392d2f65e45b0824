import numpy as np
import pytest
from astropy.timeseries import BoxLeastSquares, LombScargle
from simulated_stars import binary_flux, sector_times

from analysis.binaries.ellipsoidal import ellipsoidal_flux
from analysis.light_curves import LightCurve
from analysis.light_curves.box_search import refine_box, search_boxes
from analysis.light_curves.harmonics import (
    bin_points,
    correlation_length,
    double_period_evidence,
    fit_harmonics,
    good_points,
    refine_period,
    sine_amplitude,
    sum_of_squares,
)
from analysis.light_curves.periodogram import lomb_scargle, period_range


def points_of(time, flux, error=None):
    return good_points(LightCurve.from_arrays(time, flux, error))


def test_harmonics_equal_a_plain_least_squares_fit():
    rng = np.random.default_rng(1)
    time, error = sector_times(rng), rng.uniform(0.005, 0.02, sector_times(np.random.default_rng(1)).size)
    points = points_of(time, 1 + 0.05 * np.cos(time * 9) + rng.normal(0, error), error)
    fit = fit_harmonics(points, 0.7, 3, epoch=1500.0)
    x = 2 * np.pi * (points.time - 1500.0) / 0.7
    columns = [np.ones(x.size)] + [np.cos(k * x) for k in (1, 2, 3)] + [np.sin(k * x) for k in (1, 2, 3)]
    root = np.sqrt(points.weight)
    slow = np.linalg.lstsq(np.column_stack(columns) * root[:, None], points.flux * root, rcond=None)[0]
    assert [fit.mean, *fit.cosine, *fit.sine] == pytest.approx(slow, abs=1e-10)
    residuals = points.flux - np.column_stack(columns) @ slow
    assert fit.sum_of_squares == pytest.approx(np.sum(points.weight * residuals**2))
    assert sum_of_squares(points, 0.7, 3) == pytest.approx(fit.sum_of_squares)
    assert fit.flux(points.time) == pytest.approx(points.flux - residuals)


def test_amplitude_errors_cover_the_truth():
    pulls = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        time = sector_times(rng, days=10)
        flux = 1 + 0.02 * np.cos(2 * np.pi * (time - 1500) / 0.5) + rng.normal(0, 0.03, time.size)
        points = points_of(time, flux)
        scale = np.median(flux)
        fit = fit_harmonics(points, 0.5, 2)
        pulls.append((fit.amplitudes[0] * scale - 0.02) / (fit.amplitude_errors[0] * scale))
    inside = np.mean(np.abs(pulls) < 1)
    assert 0.58 < inside < 0.78


def test_combinations_carry_the_error_of_their_difference():
    rng = np.random.default_rng(3)
    time = sector_times(rng)
    differences, errors = [], []
    for _ in range(150):
        flux = 1 + 0.01 * np.sin(2 * np.pi * (time - 1500) / 0.6) + rng.normal(0, 0.02, time.size)
        fit = fit_harmonics(points_of(time, flux), 0.6, 4, epoch=1500.0)
        value, error = fit.combination([0.25, 0.75], [1, -1])
        differences.append(value)
        errors.append(error)
    assert np.mean(differences) == pytest.approx(0.02, abs=0.0006)
    assert np.std(differences) == pytest.approx(np.mean(errors), rel=0.25)


def test_correlated_points_count_less():
    rng = np.random.default_rng(4)
    white = rng.normal(size=20000)
    assert correlation_length(white) == pytest.approx(1, abs=0.1)
    assert correlation_length(np.repeat(white[:2000], 10)) == pytest.approx(10, rel=0.15)
    assert correlation_length(np.zeros(50)) == 1


def test_binned_points_keep_sum_and_amplitude():
    rng = np.random.default_rng(5)
    time = sector_times(rng, cadence_minutes=2)
    points = points_of(time, 1 + 0.02 * np.sin(2 * np.pi * time / 0.5), 0.01)
    coarse = bin_points(points, 0.5 / 60)
    assert coarse.time.size < points.time.size / 4
    assert sine_amplitude(coarse, 0.5) == pytest.approx(0.02, rel=0.002)


def test_periods_are_refined_within_their_errors():
    pulls = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        time = sector_times(rng)
        period = rng.uniform(0.2, 1.5)
        points = points_of(time, 1 + 0.02 * np.sin(2 * np.pi * time / period) + rng.normal(0, 0.02, time.size))
        found, error = refine_period(points, period * (1 + rng.normal(0, 0.003) * period), 1)
        pulls.append((found - period) / error)
    assert 0.5 < np.mean(np.abs(pulls) < 1) < 0.85
    assert np.std(pulls) < 1.4


def test_the_double_period_is_demanded_by_the_simulated_ellipsoidal_star():
    # 27 d of TESS, P = 0.4552 d, q = 0.6, R/a = 0.33, i = 65 deg: P_LS = 0.22766, 2 P_LS = 0.4553.
    rng = np.random.default_rng(6)
    time = sector_times(rng)
    flux = 1 + ellipsoidal_flux((time - 1500) / 0.4552, 0.6, 0.33, np.sin(np.radians(65)))
    points = points_of(time, flux + rng.normal(0, 0.002, time.size), 0.002)
    assert double_period_evidence(points, 0.2276) > 100
    assert double_period_evidence(points, 0.4552) < 0


def test_the_double_period_is_not_demanded_by_a_pure_sine():
    evidence = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        time = sector_times(rng)
        flux = 1 + 0.02 * np.sin(2 * np.pi * time / 0.3) + rng.normal(0, 0.003, time.size)
        evidence.append(double_period_evidence(points_of(time, flux), 0.3))
    assert max(evidence) < 0


def test_the_fast_periodogram_equals_the_slow_one():
    rng = np.random.default_rng(7)
    time, error = np.sort(rng.uniform(0, 20, 300)), rng.uniform(0.01, 0.03, 300)
    flux = 1 + 0.02 * np.sin(2 * np.pi * time / 0.8) + rng.normal(0, error)
    curve = LightCurve.from_arrays(time, flux, error)
    fast = lomb_scargle(good_points(curve), *period_range(curve))
    slow = LombScargle(curve.time, curve.flux, curve.flux_error).power(fast.frequency, method="slow")
    assert fast.power == pytest.approx(slow, abs=2e-4)
    assert fast.best_period == pytest.approx(0.8, rel=0.01)


def test_false_alarms_of_white_noise_are_as_often_as_said():
    below = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        time = np.sort(rng.uniform(0, 10, 120))
        curve = LightCurve.from_arrays(time, 1 + rng.normal(0, 0.01, 120), 0.01)
        found = lomb_scargle(good_points(curve), 0.1, 5.0)
        below += found.false_alarm(found.power.max()) < 0.1
    # Baluev's formula is an upper limit, close to exact: 30 expected, binomial sd 5.2.
    assert 8 <= below <= 46


def test_the_level_of_a_probability_is_the_power_that_has_it():
    rng = np.random.default_rng(8)
    curve = LightCurve.from_arrays(np.arange(0, 20, 0.02), 1 + rng.normal(0, 0.01, 1000))
    found = lomb_scargle(good_points(curve), 0.1, 10)
    for probability in (0.1, 1e-3, 1e-6):
        assert found.false_alarm(found.level(probability)) == pytest.approx(probability, rel=0.01)


def test_peaks_are_separate_and_sorted():
    time = np.arange(0, 27, 0.02)
    flux = 1 + 0.02 * np.sin(2 * np.pi * time / 0.5) + 0.01 * np.sin(2 * np.pi * time / 1.7)
    curve = LightCurve.from_arrays(time, flux)
    (first, power_1), (second, power_2) = lomb_scargle(good_points(curve), 0.1, 10).peaks(2)
    assert (first, second) == (pytest.approx(0.5, rel=1e-3), pytest.approx(1.7, rel=0.02))
    assert power_1 > power_2


def test_the_range_of_periods_ends_at_half_of_the_longest_sector():
    time = np.concatenate([np.arange(0, 27, 0.02), np.arange(700, 720, 0.02)])
    curve = LightCurve.from_arrays(time, np.ones(time.size), sector=np.where(time < 100, 1, 27))
    low, high = period_range(curve)
    assert (low, high) == (pytest.approx(0.04), pytest.approx(13.49, abs=0.01))
    with pytest.raises(ValueError, match="shortest < longest"):
        period_range(curve, 2.0, 1.0)


@pytest.mark.parametrize(("period", "radius"), [(0.9, 0.1), (3.3, 0.05), (7.7, 0.03)])
def test_the_fast_box_search_finds_what_the_exact_one_finds(period, radius):
    rng = np.random.default_rng(9)
    time = sector_times(rng)
    flux = binary_flux((time - 1500.2) / period, 0.12, radius, 0.0, 1.0, tides=False)
    points = points_of(time, flux + rng.normal(0, 0.003, time.size), 0.003)
    fast = search_boxes(points, 0.5, 13.0)
    best = fast.peaks(6, points.baseline)
    refined = max((refine_box(points, p) for p, _ in best), key=lambda dip: dip.depth_snr)
    trial = np.exp(np.linspace(np.log(0.5), np.log(13.0), 60_000))
    exact = BoxLeastSquares(time - time[0], points.flux, np.full(time.size, 0.003))
    slow = exact.power(trial, [0.06, 0.12, 0.2], objective="likelihood")
    assert refined.period == pytest.approx(trial[slow.power.argmax()], rel=3e-3)
    assert refined.period == pytest.approx(period, rel=2e-3)
    assert refined.depth_snr > 0.8 * slow.depth_snr.max()
