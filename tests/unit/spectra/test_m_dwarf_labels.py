"""SLAM: the regression, the likelihood, and what Li et al. print."""

import numpy as np
import pandas as pd
import pytest

from analysis.spectra import Slam, SpectrumError, cv_bias_scatter, in_quadrangle, logarithmic_grid, stack_spectra
from analysis.spectra.m_dwarf_labels import cross_validate_labels, label_catalogue, simulated_m_dwarfs, snr_curve
from analysis.spectra.slam_training import Hyper

SVR = pytest.importorskip("sklearn.svm").SVR
GRID = logarithmic_grid(6000, 8900, 1.5e-3)
SMALL = (Hyper(10.0, 0.05, 0.3), Hyper(1.0, 0.1, 1.0))


def sample(number, snr, seed):
    spectra, labels = simulated_m_dwarfs(number, snr, seed)
    return stack_spectra(spectra, GRID, velocity=""), labels


@pytest.fixture(scope="module")
def trained():
    stack, labels = sample(120, 150.0, 1)
    return Slam(SMALL, folds=5).fit(stack, labels), stack, labels


def test_a_pixel_is_a_support_vector_regression_of_the_standardised_flux(trained):
    slam, stack, labels = trained
    pixel = 20
    column = np.flatnonzero(slam.pixels_)[pixel]
    theta = (labels.to_numpy() - labels.to_numpy().mean(0)) / labels.to_numpy().std(0)
    flux = stack.flux[:, column].astype(float)
    standard = (flux - flux.mean()) / flux.std()
    chosen = [
        SVR(C=h.penalty, epsilon=h.tube, gamma=h.gamma).fit(theta, standard)
        for h in SMALL
        if h.gamma == slam.model_.gamma[pixel]
    ]
    expected = chosen[0].predict(theta[:9]) * flux.std() + flux.mean()
    assert slam.model_.evaluate(theta[:9])[0][:, pixel] == pytest.approx(expected, rel=1e-6)


def test_slopes_are_the_derivatives_of_the_fluxes(trained):
    slam = trained[0]
    theta = np.array([[0.3, -0.2], [-1.0, 0.8]])
    value, slope = slam.model_.evaluate(theta)
    for label in range(2):
        step = np.zeros(2)
        step[label] = 1e-6
        assert (slam.model_.evaluate(theta + step)[0] - value) / 1e-6 == pytest.approx(slope[:, :, label], abs=1e-4)


def test_labels_of_unseen_stars_come_back(trained):
    slam = trained[0]
    stack, true = sample(80, 150.0, 2)
    seen = slam.predict(stack).table()
    bias, scatter = cv_bias_scatter(seen["teff"], true["teff"])
    assert abs(bias) < 30
    assert scatter < 120
    assert cv_bias_scatter(seen["m_h"], true["m_h"])[1] < 0.3
    assert (seen["teff_error"] > 0).all()


def test_less_noise_gives_better_labels(trained):
    curve = snr_curve(trained[0], [10.0, 150.0], number=60)
    assert curve.loc[0, "teff_scatter"] > 1.3 * curve.loc[1, "teff_scatter"]
    assert curve.loc[0, "m_h_scatter"] > 1.3 * curve.loc[1, "m_h_scatter"]


def test_halpha_is_masked(trained):
    slam = trained[0]
    assert not slam.pixels_[np.abs(slam.wavelength_ - 6564.6) < 10].any()


def test_a_model_read_from_its_file_predicts_the_same(trained, tmp_path):
    slam, stack, _ = trained
    few = stack.select(np.arange(5))
    back = Slam.load(slam.save(tmp_path / "slam.npz"))
    assert back.predict(few).estimates == pytest.approx(slam.predict(few).estimates)
    (tmp_path / "x.npz").write_bytes(b"no")
    with pytest.raises(SpectrumError, match="no SLAM model"):
        Slam.load(tmp_path / "x.npz")


def test_cross_validation_never_uses_the_star_itself():
    stack, labels = sample(40, 100.0, 4)
    folds = []
    seen = cross_validate_labels(
        Slam(SMALL[:1], folds=2), stack, labels, folds=4, progress=lambda done, of, what: folds.append((done, of))
    )
    assert folds == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert seen["teff"].notna().all()
    assert len(seen) == 40
    # a wrong label of one star changes what the others say, not what its own spectrum says
    spoiled = labels.copy()
    spoiled.loc[7, "teff"] += 1500
    again = cross_validate_labels(Slam(SMALL[:1], folds=2), stack, spoiled, folds=4)
    assert abs(again.loc[7, "teff"] - seen.loc[7, "teff"]) < 300


def test_calibrated_errors_are_those_that_cross_validation_shows():
    stack, labels = sample(100, 100.0, 6)
    slam = Slam(SMALL, folds=4).fit(stack, labels)
    others, true = sample(150, 100.0, 8)
    before = slam.predict(others).errors
    slam.calibrate(cross_validate_labels(slam, stack, labels, folds=5), labels)
    seen = slam.predict(others)
    assert (seen.errors >= before).all()
    pull = (seen.estimates - true.to_numpy()) / seen.errors
    assert 1.4826 * np.median(np.abs(pull), axis=0) == pytest.approx([1, 1], abs=0.4)
    with pytest.raises(KeyError, match="no label teff"):
        slam.calibrate(pd.DataFrame({"x": [1]}), labels)


def test_progress_counts_pixels_up_to_all():
    stack, labels = sample(30, 100.0, 5)
    told = []
    slam = Slam(SMALL[:1], folds=2).fit(stack, labels, progress=lambda *seen: told.append(seen))
    assert told[-1] == (slam.pixels_.sum(), slam.pixels_.sum(), "pixels trained")


def test_a_dark_spectrum_has_no_labels(trained):
    slam, stack, _ = trained
    dark = stack.select(np.arange(2))
    dark.ivar[0] = 0
    seen = slam.predict(dark)
    assert np.isnan(seen.estimates[0]).all()
    assert np.isfinite(seen.estimates[1]).all()


@pytest.mark.parametrize(
    ("colour", "magnitude", "inside"),
    # (2.3, 10) is inside for the corrected order of corners only; below the bow tie's crossing
    [(2.3, 10.0, True), (0.9, 5.2, True), (4.4, 16.0, True), (1.0, 8.0, False), (3.0, 6.0, False), (2.0, 4.9, False)],
)
def test_the_quadrangle_is_the_corrected_one(colour, magnitude, inside):
    assert bool(in_quadrangle(colour, magnitude)) is inside


def test_the_quadrangle_has_the_area_of_its_corners():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, 6, 400_000), rng.uniform(4, 17, 400_000)
    # the shoelace formula gives 9.775 for the corrected order, 5.0 for the printed one
    assert in_quadrangle(x, y).mean() * 6 * 13 == pytest.approx(9.775, abs=0.15)
    assert not in_quadrangle(np.nan, 10.0)


def test_the_scatter_is_not_too_small_by_the_root_of_n():
    rng = np.random.default_rng(1)
    bias, scatter = cv_bias_scatter(3500 + 5 + rng.normal(0, 28, 3000), np.full(3000, 3500.0))
    assert bias == pytest.approx(5, abs=1.6)
    assert scatter == pytest.approx(np.hypot(5, 28), rel=0.05)
    assert np.isnan(cv_bias_scatter([np.nan], [1.0])).all()


def test_the_catalogue_has_the_columns_of_table_2(trained):
    slam, stack, _ = trained
    facts = pd.DataFrame({"source_id": np.arange(3), "snri": 50.0})
    labels = slam.predict(stack.select(np.arange(3)))
    table = label_catalogue(labels, facts)
    assert list(table.columns) == ["source_id", "snri", "TEFF_AP", "TEFF_AP_ERR", "M_H_AP", "M_H_AP_ERR"]
    assert list(label_catalogue(labels, facts, "bt_settl").columns)[2:] == ["TEFF_BT", "TEFF_BT_ERR"]
    with pytest.raises(ValueError, match="apogee"):
        label_catalogue(labels, facts, "aspcap")
    with pytest.raises(ValueError, match="2 rows of facts for 3 stars"):
        label_catalogue(labels, facts[:2])


def test_unusable_training_sets_are_refused_in_words(trained):
    _, stack, labels = trained
    for wrong, says in (
        (labels[:5], "5 rows of labels"),
        (labels.assign(teff=3000.0), "columns of one value"),
        (labels.assign(teff=np.nan), "finite"),
    ):
        with pytest.raises(ValueError, match=says):
            Slam(SMALL).fit(stack, wrong)
    with pytest.raises(ValueError, match="call fit"):
        Slam(SMALL).predict(stack)
