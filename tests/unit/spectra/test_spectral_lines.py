"""Line wavelengths, clean windows, continua and profiles of lines."""

import numpy as np
import pytest

from analysis.spectra import LINES, Spectrum, SpectrumError, close_up, line, logarithmic_grid, normalise
from analysis.spectra.lines import EXCLUDED_WINDOWS, always_clean, free_of_emission
from analysis.spectra.normalise import continuum

GRID = logarithmic_grid(3800, 9000)
C = 299792.458


def gaussian(x, centre, sigma):
    return np.exp(-0.5 * ((x - centre) / sigma) ** 2)


@pytest.mark.parametrize(
    ("name", "vacuum"),
    # line list of SDSS (vacuum), Paschen from NIST air wavelengths 8750.47 and 8598.39
    [("Hα", 6564.61), ("Hβ", 4862.68), ("Hγ", 4341.68), ("Hδ", 4102.89), ("Ca II K", 3934.78), ("P12", 8752.88),
     ("P14", 8600.75), ("Na I D2", 5891.58), ("He I 5877", 5877.25)],
)  # fmt: skip
def test_lines_are_where_the_archives_have_them(name, vacuum):
    assert line(name).wavelength == pytest.approx(vacuum, abs=0.06)


def test_every_line_has_a_source_and_a_name_of_its_own():
    assert len({one.name for one in LINES}) == len(LINES)
    assert all(one.source for one in LINES)
    with pytest.raises(KeyError, match="Hα"):
        line("Halpha")


def test_emission_free_pixels_avoid_hydrogen_and_the_excluded_windows():
    clean = free_of_emission(GRID)
    assert not clean[np.abs(GRID - 6564.6) < 29].any()
    assert not clean[GRID > 8350].any()
    for first, last in EXCLUDED_WINDOWS:
        assert not always_clean(GRID)[(first <= GRID) & (last >= GRID)].any()
    assert clean[(GRID > 5100) & (GRID < 5700)].all()
    assert (always_clean(GRID) | ~clean).all()


@pytest.mark.parametrize("method", ["spline", "smooth"])
def test_a_smooth_continuum_is_divided_out(method):
    shape = 50 * (1 + 0.4 * np.sin(GRID / 1500)) * np.exp(-GRID / 4000)
    noise = np.random.default_rng(1).normal(0, shape / 100)
    flat = normalise(Spectrum.from_arrays(GRID, shape + noise, (100 / shape) ** 2), method)
    inner = (GRID > 4000) & (GRID < 8800)
    assert np.abs(flat.flux[inner] - 1).mean() < 0.012
    # the S/N of a pixel does not change
    assert flat.ivar[inner] * flat.flux[inner] ** 2 == pytest.approx((1 + noise / shape)[inner] ** 2 * 1e4, rel=1e-6)


def test_lines_and_spikes_do_not_pull_the_continuum():
    lines = sum(0.5 * gaussian(GRID, centre, 4.0) for centre in range(4000, 9000, 150))
    flux = 100 * (1 - lines)
    flux[1000] = 1e5
    level = continuum(Spectrum.from_arrays(GRID, flux, np.ones(GRID.size)))
    inner = (GRID > 4000) & (GRID < 8800)
    assert level[inner] == pytest.approx(np.full(inner.sum(), 100.0), rel=0.02)


def test_masked_pixels_do_not_count():
    flux = np.full(GRID.size, 10.0)
    bad = (GRID > 6000) & (GRID < 6100)
    flux[bad] = 1e9
    assert continuum(Spectrum.from_arrays(GRID, flux, mask=bad))[~bad] == pytest.approx(10.0, rel=1e-6)


def test_a_spectrum_without_light_is_refused():
    with pytest.raises(SpectrumError, match="0 good pixels"):
        normalise(Spectrum.from_arrays(GRID, GRID, np.zeros(GRID.size)))
    with pytest.raises(SpectrumError, match="not positive"):
        normalise(Spectrum.from_arrays(GRID, -np.ones(GRID.size)), "smooth")
    with pytest.raises(ValueError, match="'spline' or 'smooth'"):
        normalise(Spectrum.from_arrays(GRID, GRID), "polynomial")


def star_with(components, snr=100.0, seed=3):
    """Flat spectrum with Gaussian lines at Hα: (velocity km/s, height, width km/s)."""
    flux = np.ones(GRID.size)
    for velocity, height, width in components:
        centre = 6564.61 * (1 + velocity / C)
        flux = flux + height * gaussian(GRID, centre, centre * width / C)
    noise = np.random.default_rng(seed).normal(0, 1 / snr, GRID.size)
    return Spectrum.from_arrays(GRID, flux + noise, np.full(GRID.size, snr**2))


@pytest.mark.parametrize("height", [-0.4, 0.8])
def test_one_peak_is_single_with_its_velocity(height):
    seen = close_up(star_with([(60.0, height, 90.0)]), "Hα", velocity=20.0)
    assert seen.shape == "single"
    assert seen.velocities[0] == pytest.approx(40.0, abs=8)
    assert seen.heights[0] == pytest.approx(height, abs=0.1)
    assert seen.emission == (height > 0)
    assert np.isnan(seen.separation)


@pytest.mark.parametrize("height", [-0.35, 0.6])
def test_two_separated_peaks_are_double(height):
    seen = close_up(star_with([(-150.0, height, 75.0), (150.0, 0.8 * height, 75.0)]))
    assert seen.shape == "double"
    assert seen.velocities == pytest.approx((-150, 150), abs=15)
    assert seen.separation == pytest.approx(300, abs=20)


def test_a_narrow_core_in_a_broad_line_is_single():
    assert close_up(star_with([(0.0, -0.4, 400.0), (0.0, -0.3, 80.0)])).shape == "single"


def test_a_metal_line_beside_the_line_is_not_a_second_star():
    assert close_up(star_with([(0.0, -0.4, 90.0), (640.0, -0.3, 90.0)])).shape == "single"


def test_noise_alone_has_no_line_and_single_lines_are_rarely_called_double():
    assert close_up(star_with([], snr=30)).shape == "none"
    shapes = [close_up(star_with([(0.0, -0.3, 90.0)], 40, seed)).shape for seed in range(12)]
    assert shapes.count("double") == 0


def test_a_line_outside_the_spectrum_is_named():
    with pytest.raises(SpectrumError, match="Hα"):
        close_up(star_with([]).between(4000, 5000))
