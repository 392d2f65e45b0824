"""Luminosities of hot stars: injected scatters, over-luminous binaries, composite spectra, the catalogue."""

import numpy as np
import pandas as pd
import pytest
from simulated_hot_stars import GRID, draw, hot_star

from analysis.simulate.spectral_model import planck
from analysis.spectra import (
    LuminosityEstimator,
    Spectrum,
    SpectrumError,
    fit_luminosity_scatter,
    ob_catalogue,
    sample_luminosity_scatter,
    stack_spectra,
)
from analysis.spectra.luminosity import flag_binaries, train_network
from analysis.spectra.luminosity_scatter import LogPosterior

pytest.importorskip("sklearn")
INTRINSIC = 0.20


def absolute_k(teff, logg):
    """An invented relation of luminosity to temperature and gravity: brighter when hot and when swollen."""
    return 0.5 - 7.0 * (np.log10(teff) - 4.1) + 1.8 * (logg - 4.0)


def observed(number, seed, snr=100.0, doubles=0.15, emitters=0.1):
    """Stack, table and truth; doubles are equal pairs, 0.753 mag too bright, whose spectra look single."""
    rng = np.random.default_rng(seed)
    teff, logg = draw(rng, number)
    magnitude = absolute_k(teff, logg) + rng.normal(0, INTRINSIC, number)
    double, emits = rng.uniform(size=number) < doubles, rng.uniform(size=number) < emitters
    widths = np.where(emits, rng.uniform(2, 10, number), 0.0)
    spectra = [hot_star(rng, *one) for one in zip(teff, logg, np.full(number, snr), widths, strict=True)]
    distance = 10 ** rng.uniform(2.6, 3.2, number)
    parallax = 1000 / distance + rng.normal(0, 0.02, number)
    k = magnitude - 0.753 * double + 5 * np.log10(distance / 10) + rng.normal(0, 0.02, number)
    table = pd.DataFrame({"k_m": k, "k_msigcom": 0.02, "parallax": parallax, "parallax_error": 0.02, "snrg": snr})
    return stack_spectra(spectra, GRID, velocity=""), table, magnitude, double, emits


@pytest.fixture(scope="module")
def sample():
    return observed(600, 1)


@pytest.fixture(scope="module")
def trained(sample):
    stack, table, _, _, emits = sample
    return LuminosityEstimator(20, rounds=2).fit(stack, table, emits)


def injected(number, intrinsic, at_100, seed, slope=0.0, offset=0.0):
    rng = np.random.default_rng(seed)
    magnitude, distance = rng.uniform(-5, 1.5, number), 10 ** rng.uniform(2.4, 3.3, number)
    parallax = 1000 / distance + rng.normal(0, 0.02, number)
    snr = 10 ** rng.uniform(1.6, 2.5, number)
    spread = rng.normal(0, intrinsic, number) + rng.normal(0, at_100, number) * 100 / snr
    k = magnitude + 5 * np.log10(distance / 10) + 0.1 + rng.normal(0, 0.03, number)
    return (1 + slope) * magnitude + offset + spread, snr, k, 0.03, parallax, 0.02, 0.1, 0.0


@pytest.mark.parametrize("exact", [True, False])
def test_injected_scatters_slope_and_offset_come_back_within_their_errors(exact):
    truth = np.array([-0.05, 0.10, 0.25, 0.10])
    data = injected(4000, truth[2], truth[3], 11, truth[0], truth[1])
    fit = fit_luminosity_scatter(*data, exact=exact)
    found = np.array([fit.slope, fit.offset, fit.intrinsic, fit.at_100])
    assert (np.abs(found - truth) < 3.5 * fit.errors + 0.004).all()
    assert fit.errors[2] < 0.01
    assert fit.number == 4000


def test_the_posterior_agrees_with_the_maximum():
    data = injected(800, 0.25, 0.10, 5)
    fit = fit_luminosity_scatter(*data, exact=False)
    draws = sample_luminosity_scatter(fit, LogPosterior(*data, exact=False), 4000)[500:]
    assert draws[:, 2].mean() == pytest.approx(fit.intrinsic, abs=2 * fit.errors[2])
    assert draws[:, 2].std() == pytest.approx(fit.errors[2], rel=0.5)
    assert (draws[:, 2:] > 0).all()


def test_stars_without_data_are_left_out_and_too_few_are_refused():
    estimate, snr, k, error, parallax, parallax_error, *_ = injected(30, 0.25, 0.1, 2)
    parallax = np.where(np.arange(30) < 5, -1.0, parallax)
    estimate = np.where(np.arange(30) == 9, np.nan, estimate)
    assert fit_luminosity_scatter(estimate, snr, k, error, parallax, parallax_error).number == 24
    with pytest.raises(ValueError, match="9 stars"):
        fit_luminosity_scatter(*(v[:9] for v in (estimate[10:], snr[10:], k[10:])), error, parallax[10:19], 0.02)


def test_luminosities_of_unseen_stars_have_the_injected_scatter(trained):
    stack, _, truth, double, emits = observed(250, 2)
    estimate = trained.estimate(stack, emits)
    single = ~double & ~emits
    assert abs(np.mean((estimate - truth)[single])) < 0.1
    assert np.std((estimate - truth)[single]) < 1.5 * INTRINSIC
    # what depends on the spectrum alone is seen in double stars as well: they are not taken for brighter
    assert abs(np.mean((estimate - truth)[double & ~emits])) < 0.15


def test_emission_stars_have_a_network_of_their_own(trained):
    stack, _, truth, _, emits = observed(200, 3, emitters=0.6)
    estimate = trained.estimate(stack, emits)
    assert abs(np.mean((estimate - truth)[emits])) < 0.15
    assert np.std((estimate - truth)[emits]) < 2.5 * INTRINSIC
    assert not trained.models_["emission"].pixels_[np.abs(GRID - 6564.6) < 20].any()
    assert trained.models_["plain"].pixels_[np.abs(GRID - 6564.6) < 20].all()


def test_equal_doubles_are_flagged_more_than_singles_and_left_out_of_the_training(trained, sample):
    stack, table, _, double, emits = sample
    excess, flag = flag_binaries(trained.estimate(stack, emits), stack, table)
    assert (flag == (excess > 2)).all()
    assert flag[double].mean() > 0.5
    # 2.3 % of a normal distribution lie above 2
    assert flag[~double].mean() < 0.08
    assert trained.tested_.loc[double, "binary"].mean() > 0.5


def test_a_missing_parallax_leaves_the_flag_unknown(trained, sample):
    stack, table, _, _, emits = sample
    few = stack.select(np.arange(3))
    gap = table[:3].assign(parallax=[np.nan, 2.0, 2.0])
    assert np.isnan(flag_binaries(trained.estimate(few, emits[:3]), few, gap)[1][0])


def test_composite_spectra_are_taken_for_their_primaries(trained):
    rng = np.random.default_rng(9)
    teff, logg = draw(rng, 60)
    singles, equal, cool = [], [], []
    for one_teff, one_logg in zip(teff, logg, strict=True):
        singles.append(hot_star(rng, one_teff, one_logg, 200.0))
        # two equal stars: twice the light of one
        pair = hot_star(rng, one_teff, one_logg, 200.0)
        equal.append(Spectrum.from_arrays(pair.wavelength, 2 * pair.flux, pair.ivar / 4))
        cool.append(hot_star(rng, one_teff, one_logg, 200.0, companion=(0.3, 7500.0)))
    one, same, mixed = (trained.estimate(stack_spectra(s, GRID, velocity=""), False) for s in (singles, equal, cool))
    assert abs(np.mean(same - one)) < 0.03
    assert abs(np.median(mixed - one)) < 0.3


def dwarf(mass):
    """Teff (K), log g and radius (solar) of a main-sequence star of this mass, by L = M^3.5 and R = M^0.57."""
    radius = mass**0.57
    return 5772 * (mass**3.5 / radius**2) ** 0.25, 4.44 + np.log10(mass / radius**2), radius


@pytest.mark.parametrize(("q", "least", "most"), [(0.2, -0.05, 0.25), (0.7, 0.4, 1.0), (1.0, 0.65, 0.85)])
def test_a_pair_taken_for_one_star_stands_out_where_its_companion_adds_light(trained, q, least, most):
    """Fig. 9 of Xiang et al. 2021: what the pair's light and its spectrum say differ by at most 0.75 mag, at q = 1."""
    rng = np.random.default_rng(17)
    singles, pairs, brighter = [], [], []
    for mass in rng.uniform(3.3, 9.0, 40):
        (teff, logg, radius), (teff2, _, radius2) = dwarf(mass), dwarf(q * mass)
        share = (radius2 / radius) ** 2
        singles.append(hot_star(rng, teff, logg, 200.0))
        pairs.append(hot_star(rng, teff, logg, 200.0, companion=(share, teff2)))
        brighter.append(-2.5 * np.log10(1 + share * planck(21600.0, teff2) / planck(21600.0, teff)))
    one, both = (trained.estimate(stack_spectra(s, GRID, velocity=""), False) for s in (singles, pairs))
    left = np.median((both - one) - np.array(brighter))
    assert least < left < most


def test_a_saved_estimator_gives_the_same_without_training(trained, sample, tmp_path):
    stack, _, _, _, emits = sample
    few = stack.select(np.arange(20))
    back = LuminosityEstimator.load(trained.save(tmp_path / "ob"))
    assert back.estimate(few, emits[:20]) == pytest.approx(trained.estimate(few, emits[:20]), abs=2e-3)
    (tmp_path / "ob" / "plain_network.npz").write_bytes(b"x")
    with pytest.raises(SpectrumError, match="no network"):
        LuminosityEstimator.load(tmp_path / "ob")


def test_the_catalogue_has_the_columns_of_table_1_and_distances_of_both_kinds(trained, sample):
    stack, table, _, _, emits = sample
    extra = table.assign(ebv=0.0, ra=np.linspace(0, 300, 600), dec=10.0, ruwe=1.0)
    catalogue = ob_catalogue(trained.estimate(stack, emits), emits, stack, extra)
    for name in ("M_Ks", "M_Ks_err", "M_Ks_geo", "M_Ks_geo_err", "dis", "dis_low", "dis_high", "logdis", "logdis_err",
                 "ebv", "snr_dparallax", "binary_flag", "em_flag", "ruwe", "X", "Y", "Z"):  # fmt: skip
        assert name in catalogue
    assert catalogue["M_Ks_err"].to_numpy() == pytest.approx(np.full(600, 0.10))
    assert (catalogue["dis_low"] < catalogue["dis"]).all()
    # 2 % parallaxes rule: the mode is near 1000 / parallax
    ratio = catalogue["dis"] * catalogue["parallax"] / 1000
    assert ratio.median() == pytest.approx(1, abs=0.02)
    radius = np.sqrt((catalogue["X"] + 8.178) ** 2 + catalogue["Y"] ** 2 + catalogue["Z"] ** 2)
    assert radius.to_numpy() == pytest.approx(catalogue["dis"].to_numpy() / 1000)


def test_too_few_stars_and_missing_columns_are_named(sample):
    stack, table, _, _, emits = sample
    with pytest.raises(ValueError, match="30 are the least"):
        train_network(np.ones((5, 3)), np.ones(5))
    with pytest.raises(KeyError, match="no column k_m"):
        LuminosityEstimator(5).fit(stack, table.drop(columns="k_m"), emits)
    with pytest.raises(ValueError, match="plain stars pass the cuts"):
        LuminosityEstimator(5, least_snr=1e4).fit(stack, table, emits)
    with pytest.raises(ValueError, match="call fit"):
        LuminosityEstimator().estimate(stack, False)
