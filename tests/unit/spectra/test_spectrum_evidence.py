"""What one call says of a spectrum: injected velocity, type, companion, emission; and what it says of a poor one."""

import numpy as np
import pytest
from simulated_hot_stars import hot_stack, hot_star

from analysis.simulate.spectral_model import star_flux
from analysis.spectra import (
    Spectrum,
    fit_without_emission,
    logarithmic_grid,
    simulated_templates,
    spectrum_evidence,
    white_dwarf_templates,
)
from analysis.spectra.confusion import mix

GRID = logarithmic_grid(3750.0, 9050.0)
COOL = simulated_templates(first="K2", last="M6")


def cool_star(velocity=0.0, snr=50.0, emission=0.0, seed=0, subclass="M2"):
    flux = star_flux(GRID, 3550.0, 4.8, 0.0, velocity, emission)
    flux = flux / np.median(flux)
    sigma = np.sqrt(np.maximum(flux, 0.02)) / snr
    noisy = flux + sigma * np.random.default_rng(seed).normal(size=GRID.size)
    return Spectrum.from_arrays(
        GRID, noisy, 1 / sigma**2, meta={"subclass": subclass, "heliocentric": True}, name="M dwarf"
    )


def test_velocity_type_and_profiles_of_an_injected_star():
    told = spectrum_evidence(cool_star(velocity=-87.0), COOL, white_dwarfs=white_dwarf_templates())
    assert told.velocity == pytest.approx(-87.0, abs=4 * told.velocity_error)
    assert 0 < told.velocity_error < 3
    assert told.type in ("M1", "M2", "M3")
    assert not told.composite
    assert not told.double_lined
    assert told.white_dwarf_share == 0
    assert told.emission is False
    assert told.bad is None
    assert told.heliocentric
    assert told.notes == ()


def test_a_white_dwarf_beside_it_and_emission_are_told():
    rng = np.random.default_rng(2)
    pair = mix(COOL["M3"], white_dwarf_templates()["DA3.4"], 0.5, 40.0, rng)
    told = spectrum_evidence(pair, COOL, white_dwarfs=white_dwarf_templates())
    assert told.composite
    assert told.white_dwarf_share == pytest.approx(0.5, abs=0.1)
    active = spectrum_evidence(cool_star(emission=5.0), COOL)
    assert active.emission is True


def test_a_star_hotter_than_all_templates_is_not_given_a_white_dwarf():
    """The blue light of an F star is not that of a white dwarf beside a K star."""
    flux = star_flux(GRID, 6600.0, 4.2, 0.0, 0.0)
    flux = flux / np.median(flux)
    sigma = np.sqrt(flux) / 60
    noisy = flux + sigma * np.random.default_rng(1).normal(size=GRID.size)
    for subclass, looked_for in (("F5", False), ("", True)):
        seen = Spectrum.from_arrays(GRID, noisy, 1 / sigma**2, meta={"subclass": subclass}, name="F dwarf")
        told = spectrum_evidence(seen, COOL, white_dwarfs=white_dwarf_templates())
        assert told.composite is looked_for
        assert any("hotter than any template" in note for note in told.notes) is not looked_for


def test_with_a_model_emission_and_spoiled_spectra_are_flagged_and_strangers_are_not():
    model, _ = fit_without_emission(hot_stack(150, 100.0, 0.0, seed=5)[0], 10)
    hot = simulated_templates(first="B0", last="A2")
    rng = np.random.default_rng(6)
    plain = spectrum_evidence(hot_star(rng, 15000.0, 3.9, 100.0), hot, model)
    emits = spectrum_evidence(hot_star(rng, 15000.0, 3.9, 100.0, emission=6.0), hot, model)
    assert plain.emission is False
    assert plain.bad is False
    assert plain.rebuilt.chi2 / plain.rebuilt.dof < 2
    assert emits.emission is True
    assert emits.bad is False
    stranger = spectrum_evidence(cool_star(), COOL, model)
    assert stranger.halpha.emission is None
    assert any("does not describe" in note for note in stranger.notes)


def test_a_spectrum_without_usable_pixels_is_described_in_words():
    empty = Spectrum.from_arrays(GRID, np.ones(GRID.size), np.zeros(GRID.size))
    told = spectrum_evidence(empty, COOL)
    assert told.measured is None
    assert told.told is None
    assert np.isnan(told.velocity)
    assert told.type == ""
    assert told.emission is None
    assert len(told.notes) == 4
