import numpy as np
import pytest

from analysis.binaries import ErrorMap, compare_error_maps, fit_error_map


def true_sigma(magnitude, colour):
    """A made-up law like Gaia's: a floor for bright stars, growing for faint and for hot ones."""
    return np.hypot(0.25, 10 ** (0.25 * (magnitude - 11.5) - 0.5 * (colour - 1.0)))


def stars(n, seed=0, binaries=0.2, freedom=19):
    rng = np.random.default_rng(seed)
    magnitude = np.clip(14 - rng.exponential(1.6, n), 2.1, 16)
    colour = np.clip(0.75 + 0.35 * rng.gamma(2.0, 0.6, n), 0.2, 4)
    single = true_sigma(magnitude, colour) * np.sqrt(rng.chisquare(freedom, n) / freedom)
    moved = single * np.where(rng.uniform(size=n) < binaries, rng.uniform(2, 20, n), 1.0)
    return magnitude, colour, moved


@pytest.fixture(scope="module")
def injected():
    return stars(200_000)


@pytest.fixture(scope="module")
def fitted(injected):
    return fit_error_map(*injected)


def test_an_injected_error_law_is_recovered_under_one_fifth_of_binaries(injected, fitted):
    magnitude, colour, _ = injected
    difference = np.log10(fitted.predict(magnitude, colour) / true_sigma(magnitude, colour))
    assert np.mean(difference) == pytest.approx(0, abs=0.02)  # an independent prototype has -0.0097, 0.005
    assert np.std(difference) < 0.015
    bright = magnitude < 6
    assert np.mean(difference[bright]) == pytest.approx(0, abs=0.04)
    assert np.std(difference[bright]) < 0.06


def test_with_the_map_the_41st_percentile_of_the_unit_weight_error_is_one(injected, fitted):
    magnitude, colour, scatter = injected
    unit_weight = scatter / fitted.predict(magnitude, colour)
    assert np.percentile(unit_weight, 41) == pytest.approx(1, abs=0.01)


def brute_force(magnitude, colour, scatter, centres, nodes):
    """One map by explicit distances and numpy's percentile, star by star."""
    box = np.column_stack([(magnitude - 2) / 16, (colour + 2) / 10])
    nearest = np.argmin(((box[:, None] - box[centres]) ** 2).sum(axis=2), axis=1)
    values = np.array([np.percentile(scatter[nearest == k], 41) for k in range(len(centres))])
    return values[np.argmin(((nodes[:, None] - box[centres]) ** 2).sum(axis=2), axis=1)]


def test_a_single_repeat_takes_the_values_of_voronoi_cells():
    magnitude, colour, scatter = stars(600, seed=3)
    fit = fit_error_map(magnitude, colour, scatter, centres=12, repeats=1, seed=9)
    order = np.argsort(scatter, kind="stable")
    box = np.column_stack([(magnitude - 2) / 16, (colour + 2) / 10])[order]
    bins = np.floor(box * 100).astype(int)
    density = np.array([(bins == bin_).all(axis=1).sum() for bin_ in bins])
    drawn = np.random.default_rng(9).standard_exponential(600) * np.sqrt(density)
    chosen = np.argsort(drawn)[:12]
    unit = np.linspace(0, 1, 100)
    nodes = np.array([(m, c) for c in unit for m in unit])
    expected = brute_force(magnitude[order], colour[order], scatter[order], chosen, nodes)
    assert fit.sigma.ravel() == pytest.approx(expected)


def test_the_density_exponent_moves_the_centres_to_sparse_regions():
    sample = stars(60_000, seed=1)

    def bright_cells(exponent):
        fit = fit_error_map(*sample, density_exponent=exponent, repeats=1)
        return np.unique(fit.sigma[:, fit.magnitude < 8]).size

    assert bright_cells(0.0) < 0.5 * bright_cells(-0.5) < 0.5 * bright_cells(-1.0)


def test_a_map_is_the_same_for_the_same_seed_and_tells_its_progress():
    sample, told = stars(5000), []
    first = fit_error_map(*sample, seed=2, progress=told.append)
    assert np.array_equal(first.sigma, fit_error_map(*sample, seed=2).sigma)
    assert not np.array_equal(first.sigma, fit_error_map(*sample, seed=3).sigma)
    assert told == pytest.approx(np.arange(1, 11) / 10)


def test_stars_without_values_or_outside_the_box_do_not_count():
    magnitude, colour, scatter = stars(5000)
    bad = [
        np.concatenate([column, extra])
        for column, extra in zip(
            (magnitude, colour, scatter),
            ([np.nan, 12, 12, 20, 12], [1, np.nan, 1, 1, 1], [9, 9, np.nan, 9, 0]),
            strict=True,
        )
    ]
    assert np.array_equal(fit_error_map(*bad).sigma, fit_error_map(magnitude, colour, scatter).sigma)


def test_too_few_stars_and_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="9 of 9 stars"):
        fit_error_map(np.full(9, 10.0), np.ones(9), np.ones(9))
    with pytest.raises(ValueError, match="one length"):
        fit_error_map(np.full(9, 10.0), np.ones(9), np.ones(8))


def test_a_map_is_linear_in_the_logarithm_between_its_points():
    grid = ErrorMap(np.array([0.0, 2.0]), np.array([0.0, 1.0]), np.array([[1.0, 100.0], [10.0, 1000.0]]))
    assert grid.predict(1.0, 0.0) == pytest.approx(10)
    assert grid.predict(np.array([0.0, 2.0, 1.0]), np.array([0.5, 1.0, 0.5])) == pytest.approx(
        [np.sqrt(10), 1000, 10 * np.sqrt(10)]
    )
    assert np.isnan(grid.predict(np.array([-0.1, 2.1, np.nan, 1.0]), np.array([0.5, 0.5, 0.5, 1.1]))).all()


def test_a_saved_map_loads_again(tmp_path, fitted):
    fitted.save(tmp_path / "map.csv")
    loaded = ErrorMap.load(tmp_path / "map.csv")
    assert np.array_equal(loaded.sigma, fitted.sigma)
    assert np.array_equal(loaded.magnitude, fitted.magnitude)
    assert np.array_equal(loaded.colour, fitted.colour)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mag,col\n1,2\n", "no column 'sigma'"),
        ("mag,col,sigma\n1,1,1\n1,2,1\n2,1,1\n", "do not fill"),
        ("mag,col,sigma\n1,1,1\n1,2,1\n2,1,1\n2,2,-1\n", "positive"),
    ],
)
def test_a_file_that_is_no_map_is_refused(tmp_path, text, message):
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        ErrorMap.load(tmp_path / "bad.csv")


def test_two_maps_are_compared_where_there_are_stars(fitted, injected):
    doubled = ErrorMap(fitted.magnitude, fitted.colour, 2 * fitted.sigma)
    comparison = compare_error_maps(doubled, fitted, injected[0], injected[1], fewest_stars=5)
    assert comparison.bias_dex == pytest.approx(np.log10(2))
    assert comparison.scatter_dex == pytest.approx(0, abs=1e-12)
    assert np.isnan(comparison.log_ratio[comparison.n_stars < 5]).all()
    assert comparison.n_stars.sum() == injected[0].size
    with pytest.raises(ValueError, match="none of the 1 stars"):
        compare_error_maps(doubled, fitted, [50.0], [1.0])


@pytest.mark.real
def test_a_survey_made_with_the_published_map_gives_that_map_back(real_dir):
    published = ErrorMap.load(real_dir / "reference" / "dr3_rvs_spec_error.csv")
    magnitude, colour, _ = stars(100_000)
    rng = np.random.default_rng(8)
    scatter = published.predict(magnitude, colour) * np.sqrt(rng.chisquare(19, magnitude.size) / 19)
    scatter[rng.uniform(size=magnitude.size) < 0.2] *= 8
    comparison = compare_error_maps(fit_error_map(magnitude, colour, scatter), published, magnitude, colour, 20)
    assert comparison.bias_dex == pytest.approx(0, abs=0.02)
    assert comparison.scatter_dex < 0.04
    assert published.predict(10.0, 1.2) == pytest.approx(0.40, rel=0.1)
