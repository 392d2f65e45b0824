import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.light_curves import LightCurve, bin_phases, clean, fold, phase_of
from analysis.light_curves.cleaning import running_median


def curve(flux, error=0.01, cadence=0.02, **kwargs):
    flux = np.asarray(flux, dtype=float)
    return LightCurve.from_arrays(np.arange(flux.size) * cadence, flux, error, **kwargs)


def noisy(rng, points=1000, noise=0.01):
    return 1 + rng.normal(0, noise, points)


def step(cleaned, name):
    return next(step for step in cleaned.steps if step.name == name)


def test_the_plain_rule_drops_what_lies_beyond_three_sigma():
    flux = noisy(np.random.default_rng(1))
    flux[[100, 300]] = 1.5, 0.5
    cleaned = clean(curve(flux), drop_error_fraction=0, keep_dips=False)
    scale = 1.4826 * np.median(np.abs(flux - np.median(flux)))
    beyond = np.abs(flux - np.median(flux)) > 3 * scale
    assert cleaned.dropped == beyond.sum()
    assert not {2.0, 6.0} & set(np.round(cleaned.time, 6))


def test_an_eclipse_of_several_points_survives_and_a_lone_low_point_does_not():
    flux = noisy(np.random.default_rng(2))
    flux[500:504] -= 0.3
    flux[200] -= 0.3
    cleaned = clean(curve(flux), drop_error_fraction=0)
    times = set(np.round(cleaned.time / 0.02).astype(int))
    assert {500, 501, 502, 503} <= times
    assert 200 not in times
    assert "4 faint points kept" in step(cleaned, "clip").description


def test_many_short_eclipses_are_no_outliers():
    flux = noisy(np.random.default_rng(3))
    flux[10::50] -= 0.3
    cleaned = clean(curve(flux), drop_error_fraction=0)
    assert {10, 60, 960} <= set(np.round(cleaned.time / 0.02).astype(int))


def test_the_largest_errors_go():
    error = np.linspace(0.01, 0.02, 1000)
    cleaned = clean(curve(np.ones(1000) + 1e-3 * np.sin(np.arange(1000)), error), sigma=None)
    assert step(cleaned, "errors").dropped == 50
    assert cleaned.flux_error.max() <= 0.0195


def test_without_errors_none_are_dropped_for_them():
    cleaned = clean(curve(noisy(np.random.default_rng(4)), None))
    assert [s.name for s in cleaned.steps] == ["quality", "clip"]


def test_points_in_and_out_of_every_step_add_up():
    rng = np.random.default_rng(5)
    flux = noisy(rng)
    flux[::97] = np.nan
    raw = curve(flux, rng.uniform(0.01, 0.02, 1000), quality=(np.arange(1000) % 50 == 0).astype(int))
    cleaned = clean(raw, detrend=2.0)
    count = len(raw)
    for one in cleaned.steps:
        assert one.points_in == count
        count -= one.dropped
    assert count == len(cleaned)
    assert step(cleaned, "quality").dropped == np.sum(np.isnan(flux) | (np.arange(1000) % 50 == 0))


def test_detrending_takes_out_a_slow_drift_and_returns_it():
    rng = np.random.default_rng(6)
    time = np.arange(1000) * 0.02
    drift = 1 + 0.05 * np.sin(2 * np.pi * time / 15)
    wave = 1 + 0.01 * np.sin(2 * np.pi * time / 0.3)
    raw = curve(drift * wave + rng.normal(0, 1e-4, 1000))
    cleaned = clean(raw, sigma=None, drop_error_fraction=0, detrend=1.5)
    middle = slice(100, 900)
    shape = drift / np.median(drift * wave)
    assert cleaned.trend[middle] == pytest.approx(shape[middle], abs=0.004)
    assert cleaned.flux[middle] == pytest.approx(wave[middle], abs=0.005)
    assert cleaned.flux[100] * cleaned.trend[100] == pytest.approx(raw.flux[100])


def test_the_running_median_is_that_of_the_points_in_the_window():
    rng = np.random.default_rng(7)
    time = np.sort(np.concatenate([rng.uniform(0, 3, 60), rng.uniform(4, 6, 40)]))
    sample = LightCurve.from_arrays(time, noisy(rng, 100))
    trend = running_median(sample, 0.5)
    side = sample.time < 3.5
    for i in range(0, 100, 7):
        same = side == side[i]
        away = sample.time - sample.time[i]
        inside = same & (away > -0.25) & (away <= 0.25)
        slow = np.median(sample.flux[inside])
        assert trend[i] == pytest.approx(slow, abs=1e-9)


def test_binning_keeps_the_weighted_mean_and_lowers_the_error():
    rng = np.random.default_rng(8)
    error = rng.uniform(0.01, 0.03, 1000)
    raw = curve(1 + rng.normal(0, error), error)
    cleaned = clean(raw, sigma=None, drop_error_fraction=0, bin=0.1)
    assert len(cleaned) == 200
    first = slice(0, 5)
    weight = raw.flux_error[first] ** -2
    assert cleaned.flux[0] == pytest.approx(np.sum(weight * raw.flux[first]) / weight.sum())
    assert cleaned.flux_error[0] == pytest.approx(weight.sum() ** -0.5)


def test_nothing_left_is_a_light_curve_of_no_points():
    empty = clean(curve(np.ones(10), quality=np.ones(10, int)))
    assert len(empty) == 0
    assert empty.dropped == 10
    assert len(clean(empty, bin=1.0, detrend=1.0)) == 0


@pytest.mark.parametrize("wrong", [{"sigma": 0}, {"drop_error_fraction": 1}, {"bin": -1}, {"detrend": 0}])
def test_arguments_out_of_range_are_refused_by_name(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        clean(curve(np.ones(10)), **wrong)


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e3), st.floats(-1e5, 1e5))
def test_phases_lie_in_zero_to_one(time, period, epoch):
    (phase,) = phase_of([time], period, epoch)
    assert 0 <= phase < 1


@settings(max_examples=30)
@given(st.floats(0.05, 5), st.integers(-100, 100))
def test_whole_cycles_do_not_change_a_fold(period, cycles):
    raw = curve(noisy(np.random.default_rng(9), 50))
    one, other = fold(raw, period, 0.3), fold(raw, period, 0.3 + cycles * period)
    difference = np.abs(one.phase[np.argsort(one.time)] - other.phase[np.argsort(other.time)])
    assert np.minimum(difference, 1 - difference).max() < 1e-6
    assert np.allclose((one.time - 0.3) / period, one.cycle + one.phase, atol=1e-6)


def test_two_cycles_show_every_point_twice():
    folded = fold(curve(noisy(np.random.default_rng(10), 50)), 0.3)
    phase, flux, error = folded.two_cycles()
    assert phase.size == flux.size == error.size == 100
    assert phase[50:] == pytest.approx(folded.phase + 1)


def test_phase_bins_hold_the_means_of_their_points():
    folded = fold(curve(noisy(np.random.default_rng(11), 500)), 0.77)
    binned = bin_phases(folded, 13)
    for number in range(13):
        inside = (folded.phase * 13).astype(int) == number
        assert binned.count[number] == inside.sum()
        assert binned.flux[number] == pytest.approx(folded.flux[inside].mean())
        assert binned.flux_error[number] == pytest.approx(folded.flux[inside].std(ddof=1) / inside.sum() ** 0.5)
    assert np.isnan(bin_phases(fold(curve([1.0]), 1.0), 4).flux[1:]).all()


def test_a_fold_of_no_points_is_empty():
    assert fold(curve(np.ones(5), quality=np.ones(5, int)), 1.0).phase.size == 0


@pytest.mark.parametrize("period", [0.0, -1.0, np.nan, np.inf])
def test_a_period_that_is_none_is_refused(period):
    with pytest.raises(ValueError, match="positive number of days"):
        fold(curve(np.ones(5)), period)
