"""Error maps of a catalogue: what they are made of, and how far they lie from a published one."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import simulate
from analysis.binaries import ErrorMap, ErrorSample
from analysis.catalogue import add_derived
from analysis.simulate.gaia_errors import transit_velocity_scatter
from components.state.catalogue import Catalogue
from components.state.error_maps import FLUX, VELOCITY, compare_with_file, cropped_map, fitted_errors

N, SEED = 40_000, 7


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(add_derived(simulate.survey(N, SEED)), "made", "Made stars")


def flat(sigma: float = 1.0) -> ErrorMap:
    return ErrorMap(np.linspace(2, 18, 100), np.linspace(-2, 8, 100), np.full((100, 100), sigma))


def test_the_map_gives_back_the_errors_that_the_survey_was_made_with(catalogue) -> None:
    found = fitted_errors(catalogue, VELOCITY)
    g, colour = np.meshgrid(found.magnitude, found.colour)
    many = found.stars >= 15
    assert many.sum() > 20
    ratio = found.sigma[many] / transit_velocity_scatter(g, colour)[many]
    assert np.median(ratio) == pytest.approx(1.0, abs=0.06)
    # Binaries scatter more than single stars, so the median of all lies above.
    assert np.median(found.median[many] / found.sigma[many]) > 1.0
    assert fitted_errors(catalogue, VELOCITY) is found


def test_flux_errors_are_mapped_as_well(catalogue) -> None:
    found = fitted_errors(catalogue, FLUX)
    assert (found.sigma[found.stars > 0] > 0).all()
    assert np.isnan(found.sigma[found.stars == 0]).all()


def test_counts_and_medians_are_those_of_the_nearest_stars() -> None:
    rng = np.random.default_rng(3)
    sample = ErrorSample(rng.uniform(5, 12, 500), rng.uniform(0, 2, 500), rng.uniform(1, 9, 500))
    whole = flat()
    found = cropped_map(VELOCITY, whole, sample)
    row = np.abs(sample.colour[:, None] - whole.colour).argmin(axis=1)
    column = np.abs(sample.magnitude[:, None] - whole.magnitude).argmin(axis=1)
    assert found.stars.sum() == 500
    for r, c in {(int(r), int(c)) for r, c in zip(row[:60], column[:60], strict=True)}:
        i, j = np.searchsorted(found.colour, whole.colour[r]), np.searchsorted(found.magnitude, whole.magnitude[c])
        here = (row == r) & (column == c)
        assert found.stars[i, j] == here.sum()
        assert found.median[i, j] == pytest.approx(np.median(sample.scatter[here]))


def test_missing_columns_and_too_few_stars_are_told(catalogue) -> None:
    less = Catalogue(catalogue.table.drop(columns=["rv_nb_transits"]), "less", "Less")
    with pytest.raises(ValueError, match=r"σ_spec cannot be mapped: Less has no rv_nb_transits"):
        fitted_errors(less, VELOCITY)
    few = Catalogue(catalogue.table.iloc[:500].copy(), "few", "Few")
    with pytest.raises(ValueError, match="2000 are needed"):
        fitted_errors(few, VELOCITY)


def test_a_published_map_is_compared_where_stars_are(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    sample = ErrorSample(rng.normal(10, 1, 5000), rng.normal(1, 0.3, 5000), np.ones(5000))
    found = cropped_map(VELOCITY, flat(2.0), sample)
    path = tmp_path / "published.csv"
    flat(1.0).save(path)
    compared = compare_with_file(found, path)
    assert compared.bias_dex == pytest.approx(np.log10(2.0))
    assert compared.scatter_dex == pytest.approx(0.0, abs=1e-12)
    assert compared.log_ratio.shape == found.stars.shape
    np.testing.assert_array_equal(np.isfinite(compared.log_ratio), found.stars >= 5)


def test_the_papers_own_map_of_velocity_errors_is_near_the_surveys(catalogue, real_dir: Path) -> None:
    compared = compare_with_file(fitted_errors(catalogue, VELOCITY), real_dir / "reference" / "dr3_rvs_spec_error.csv")
    assert abs(compared.bias_dex) < 0.1
    assert compared.scatter_dex < 0.3


def test_a_file_that_is_no_error_map_is_refused_by_name(tmp_path: Path) -> None:
    found = cropped_map(VELOCITY, flat(), ErrorSample(np.full(5, 10.0), np.full(5, 1.0), np.ones(5)))
    pd.DataFrame({"mag": [1.0], "col": [2.0]}).to_csv(tmp_path / "two.csv", index=False)
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01")
    for name in ("two.csv", "empty.csv", "binary.csv"):
        with pytest.raises(ValueError, match=name):
            compare_with_file(found, tmp_path / name)
