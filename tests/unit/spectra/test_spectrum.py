"""The container: weights, shifts, grids."""

import numpy as np
import pytest
from astropy import units as u
from hypothesis import given
from hypothesis import strategies as st

from analysis.spectra import Spectrum, logarithmic_grid

GRID = np.linspace(5000, 6000, 501)


def test_a_pixel_without_weight_flux_or_with_a_mask_is_not_good():
    spectrum = Spectrum.from_arrays([1, 2, 3, 4.0], [1, np.nan, 1, 1], [1, 1, 0, 4], [True, False, False, False])
    assert list(spectrum.good) == [False, False, False, True]
    assert np.isnan(spectrum.error[:3]).all()
    assert spectrum.error[3] == 0.5
    assert list(spectrum.weight) == [0, 0, 0, 4]
    assert np.isnan(spectrum.select(spectrum.mask).snr())


def test_nanometres_are_converted_at_the_door():
    assert Spectrum.from_arrays([500, 501] * u.nm, [1, 1]).wavelength == pytest.approx([5000, 5010])


@given(st.floats(-2000, 2000))
def test_shifting_there_and_back_is_nothing(velocity):
    spectrum = Spectrum.from_arrays(GRID, GRID)
    back = spectrum.shifted(velocity).wavelength / (1 + velocity / 299792.458)
    assert back == pytest.approx(GRID, rel=1e-12)


def test_a_receding_source_is_redder():
    assert (Spectrum.from_arrays(GRID, GRID).shifted(100).wavelength > GRID).all()


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_a_straight_line_survives_a_new_grid(a, b):
    spectrum = Spectrum.from_arrays(GRID, a + b * GRID / 5000)
    new = spectrum.on(np.linspace(5100, 5900, 333))
    assert new.flux == pytest.approx(a + b * new.wavelength / 5000, abs=1e-9)
    assert new.good.all()


def test_pixels_outside_and_beside_bad_ones_are_masked_on_a_new_grid():
    bad = np.zeros(GRID.size, bool)
    bad[250] = True
    new = Spectrum.from_arrays(GRID, np.ones(GRID.size), mask=bad).on(np.array([4990, 5499.9, 5500.0, 5502.0]))
    assert list(new.good) == [False, False, False, True]


def test_a_spectrum_without_good_pixels_has_none_on_a_new_grid():
    assert not Spectrum.from_arrays(GRID, GRID, np.zeros(GRID.size)).on(GRID[:5]).good.any()


def test_grids_of_different_ends_share_their_pixels():
    one, other = logarithmic_grid(4000, 5000), logarithmic_grid(4500, 6000)
    shared = one[one >= other[0] - 1e-6]
    assert shared == pytest.approx(other[: shared.size], rel=1e-12)


def test_arrays_cannot_be_changed_and_must_ascend():
    spectrum = Spectrum.from_arrays(GRID, GRID)
    with pytest.raises(ValueError, match="read-only"):
        spectrum.flux[0] = 1
    with pytest.raises(ValueError, match="ascend"):
        Spectrum(GRID[::-1], GRID, GRID, GRID > 0)
    with pytest.raises(ValueError, match="lengths 501, 500"):
        Spectrum.from_arrays(GRID, GRID[1:])
