"""PCA from restricted windows: algebra, masks, files, emission and bad spectra."""

from itertools import pairwise

import numpy as np
import pytest
from simulated_hot_stars import GRID, WIDE, hot_stack, hot_star

from analysis.spectra import PcaReconstruction, Spectrum, SpectrumError, SpectrumStack, stack_spectra
from analysis.spectra.emission import fit_without_emission, flag_emission, measure_halpha
from analysis.spectra.lines import free_of_emission


def random_stack(seed=0, spectra=60, rank=5, noise=0.0, missing=0.0):
    rng = np.random.default_rng(seed)
    basis = rng.normal(size=(rank, GRID.size))
    flux = 1 + 0.05 * (rng.normal(size=(spectra, rank)) @ basis) + noise * rng.normal(size=(spectra, GRID.size))
    ivar = np.full(flux.shape, 1 / max(noise, 1e-3) ** 2)
    ivar[rng.uniform(size=flux.shape) < missing] = 0
    return SpectrumStack(GRID, flux.astype("f4"), ivar.astype("f4"), tuple(map(str, range(spectra))), velocity="")


@pytest.fixture(scope="module")
def sample():
    return hot_stack(350, 100.0, 0.13, seed=2)


def test_components_are_those_of_a_plain_singular_value_decomposition():
    stack = random_stack(noise=0.02)
    model = PcaReconstruction(4).fit(stack)
    flux = stack.flux.astype(float)
    standard = (flux - flux.mean(0)) / flux.std(0, ddof=1)
    clean = free_of_emission(GRID)
    _, values, right = np.linalg.svd(standard[:, clean], full_matrices=False)
    assert model.explained_variance_ == pytest.approx(values[:4] ** 2 / 59, rel=1e-4)
    assert np.abs(np.sum(model.eigenvectors_ * right[:4], axis=1)) == pytest.approx(np.ones(4), abs=1e-4)
    assert model.explained_variance_ratio_ == pytest.approx(values[:4] ** 2 / (values**2).sum(), rel=1e-4)
    assert model.eigenvectors_ @ model.eigenvectors_.T == pytest.approx(np.eye(4), abs=1e-10)
    # pseudo-eigenbases by an independent least-squares solver; inside the windows they are the eigenvectors
    coefficients = standard[:, clean] @ right[:4].T
    expected = np.linalg.lstsq(coefficients, standard, rcond=None)[0]
    signs = np.sign(np.sum(model.eigenvectors_ * right[:4], axis=1))[:, None]
    assert model.pseudo_eigenbases_ * signs == pytest.approx(expected, abs=2e-3)
    assert model.pseudo_eigenbases_[:, clean] == pytest.approx(model.eigenvectors_, abs=2e-4)


def test_with_equal_weights_the_coefficients_are_projections():
    stack = random_stack(noise=0.02)
    model = PcaReconstruction(4).fit(stack)
    equal = SpectrumStack(
        GRID, stack.flux, (1 / model.scale_**2)[None].repeat(60, 0).astype("f4"), stack.names, velocity=""
    )
    rebuilt = model.reconstruct_row(equal, 7)
    clean = model.pixels_
    standard = ((stack.flux[7] - model.mean_) / model.scale_)[clean]
    assert rebuilt.coefficients == pytest.approx(model.eigenvectors_ @ standard, rel=1e-4, abs=1e-4)


def test_spectra_of_low_rank_are_rebuilt_exactly_outside_the_windows_too():
    stack = random_stack(rank=3)
    model = PcaReconstruction(3).fit(stack)
    rebuilt = model.reconstruct_row(stack, 5)
    assert rebuilt.flux == pytest.approx(stack.flux[5], abs=1e-4)
    assert not rebuilt.used[np.abs(GRID - 6564.6) < 20].any()


def test_missing_pixels_have_no_weight_and_are_rebuilt():
    whole = random_stack(rank=3, spectra=120)
    holes = random_stack(rank=3, spectra=120, missing=0.1)
    holes.flux[holes.ivar == 0] = 1e3
    model = PcaReconstruction(3, refills=6).fit(holes)
    rebuilt = np.stack([model.reconstruct_row(holes, i).flux for i in range(10)])
    assert np.abs(rebuilt - whole.flux[:10]).max() < 0.02
    assert np.isnan(model.reconstruct_row(holes, 0).residual[holes.ivar[0] == 0]).all()


def test_fewer_components_explain_less():
    stack = random_stack(rank=6, noise=0.02)
    model = PcaReconstruction(6).fit(stack)
    chi2 = [model.reconstruct_row(stack, 3, k).chi2 for k in range(1, 7)]
    assert all(more > less for more, less in pairwise(chi2))
    with pytest.raises(ValueError, match="1 to 6"):
        model.reconstruct_row(stack, 3, 7)


def test_a_model_read_from_its_file_rebuilds_the_same(tmp_path, sample):
    model = PcaReconstruction(10).fit(sample[0], source="simulated hot stars")
    back = PcaReconstruction.load(model.save(tmp_path / "model.npz"))
    assert back.provenance_ == model.provenance_
    assert back.provenance_["n_spectra"] == 350
    assert back.reconstruct_row(sample[0], 4).flux == pytest.approx(model.reconstruct_row(sample[0], 4).flux, abs=1e-5)
    (tmp_path / "other.npz").write_bytes(b"PK nothing")
    with pytest.raises(SpectrumError, match="no PCA model"):
        PcaReconstruction.load(tmp_path / "other.npz")


def test_a_spectrum_is_prepared_as_the_training_set_was(sample):
    model = PcaReconstruction(15).fit(sample[0])
    star = hot_star(np.random.default_rng(8), 15000.0, 3.8, 100.0)
    rebuilt = model.reconstruct(star)
    assert rebuilt.chi2 / rebuilt.dof == pytest.approx(1, abs=0.15)
    # the noise of 1 % is mostly gone: 15 numbers describe two thousand pixels
    clean = hot_star(np.random.default_rng(8), 15000.0, 3.8, 1e5)
    truth = stack_spectra([clean], GRID, velocity="").flux[0]
    assert np.std((rebuilt.flux - truth)[rebuilt.used]) < 0.003


def test_emission_is_found_completely_and_without_false_alarms(sample):
    stack, emits, _, _ = sample
    _, flags = fit_without_emission(stack, 20)
    # injected: 13 % with equivalent widths of 2 to 10 Å at S/N 100; the same setting gave 1.00 and 0.00 elsewhere, the
    # linear step of the paper alone 0.91 and 0.02 here
    assert emits.sum() >= 30
    assert flags.emission[emits].mean() > 0.98
    assert flags.emission[~emits].mean() < 0.01


def test_a_spoiled_spectrum_bad_and_not_in_emission(sample):
    model, _ = fit_without_emission(sample[0], 20)
    rng = np.random.default_rng(3)
    whole = hot_star(rng, 12000.0, 4.0, 100.0)
    cosmic = 1 - 0.6 * np.exp(-0.5 * ((WIDE - 6575.0) / 4.0) ** 2)
    spoiled = Spectrum.from_arrays(WIDE, whole.flux * cosmic, whole.ivar)
    normal = [hot_star(rng, 12000.0, 4.0, 100.0) for _ in range(30)]
    flags = flag_emission(*measure_halpha(model, stack_spectra([spoiled, *normal], GRID, velocity="")))
    assert flags.bad[0]
    assert not flags.emission[0]
    assert not flags.bad[1:].any()


def test_flags_follow_their_definition_and_missing_ones_are_unset():
    excess = np.array([0.01, -0.01, 0.01, -0.01, 0.5, np.nan])
    flags = flag_emission(excess, np.array([1.0, 1.1, 0.9, 1.0, 40.0, np.nan]))
    assert flags.excess_limit == pytest.approx(5 * 1.4826 * np.median(np.abs(excess[:5] - 0.01)))
    assert list(flags.emission) == [False, False, False, False, True, False]
    assert not flags.bad.any()
    assert not flag_emission([np.nan], [np.nan]).emission.any()


def test_unusable_input_is_refused_in_words(sample):
    with pytest.raises(ValueError, match="at least 3"):
        PcaReconstruction().fit(sample[0].select(np.arange(2)))
    with pytest.raises(ValueError, match="call fit"):
        PcaReconstruction().reconstruct(hot_star(np.random.default_rng(0), 15000.0, 4.0, 50.0))
    with pytest.raises(ValueError, match="emission_free"):
        PcaReconstruction(windows="clean")
    with pytest.raises(ValueError, match="no 'z' in its meta"):
        stack_spectra([Spectrum.from_arrays(WIDE, np.ones(WIDE.size))])
    model = PcaReconstruction(20).fit(sample[0])
    empty = SpectrumStack(GRID, sample[0].flux[:1], np.zeros((1, GRID.size), "f4"), ("dark",), velocity="")
    with pytest.raises(ValueError, match="dark: 0 pixels"):
        model.reconstruct_row(empty, 0)
