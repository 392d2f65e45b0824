"""The spectra of a star as a visitor meets them: measured, rebuilt, stacked, and opened from a file."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from analysis.simulate.spectral_model import star_flux
from analysis.spectra import Spectrum, logarithmic_grid, write

SLOW = 60_000
SIX_EPOCHS = "2752639423760839941"
STAR_5, STAR_7 = "J070307.60+344203.3", "J074432.30+395421.5"
SHIFT = -73.0


@pytest.fixture
def spectrum_file(tmp_path):
    grid = logarithmic_grid(3850.0, 9000.0)
    flux = star_flux(grid, 3850.0, 4.8, 0.0, SHIFT)
    flux = flux / np.median(flux)
    noisy = flux + 0.02 * flux * np.random.default_rng(1).normal(size=grid.size)
    meta = {"subclass": "M0", "heliocentric": True, "mjd": 57123.5}
    return write(Spectrum.from_arrays(grid, noisy, 2500 / flux**2, meta=meta), tmp_path / "mine.ecsv")


def test_epochs_of_a_simulated_star_are_measured_rebuilt_and_stacked(visit) -> None:
    visitor = visit().open("?dataset=simulated")
    page = visitor.open(f"?dataset=simulated&star={SIX_EPOCHS}").page
    expect(page.get_by_text("6 spectra made by the simulation")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("components explain")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("of this simulated survey")).to_be_visible()
    expect(page.get_by_text("M1, a single star by χ² over templates")).to_be_visible()
    # the simulation gives this active dwarf an emission line
    expect(page.get_by_text("Hα in emission above the PCA reconstruction")).to_be_visible()
    page.get_by_role("button", name="PCA", exact=True).click()
    label = """(text) => Bokeh.documents.some((doc) => [...doc.all_models].some((m) => m.axis_label === text))"""
    page.wait_for_function(label, arg="Flux / running mean", timeout=SLOW)
    page.get_by_role("button", name="Normalised", exact=True).click()
    page.get_by_role("combobox").filter(has_text="All epochs stacked").select_option("All epochs stacked")
    page.wait_for_function(label, arg="Flux / continuum, shifted", timeout=SLOW)


def test_a_spectrum_from_the_visitors_disk_is_measured_for_the_picked_star(visit, spectrum_file) -> None:
    page = visit().open("?dataset=mu2022&star=" + STAR_5.replace("+", "%2B")).page
    expect(page.get_by_text("No spectrum of this star is at hand")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Open a spectrum of this star…").click()
    page.locator(".pen-spectrum-file input[type=file]").set_input_files(str(spectrum_file))
    expect(page.get_by_text("1 spectrum opened here")).to_be_visible(timeout=SLOW)
    text = page.locator("dl.numbers div").filter(has_text="V_R").filter(has_text="±").first.inner_text()
    velocity = float(re.search(r"([−\d.]+) ±", text)[1].replace("−", "-"))
    assert velocity == pytest.approx(SHIFT, abs=6)
    expect(page.get_by_text("PCA model: there is none")).to_be_visible(timeout=SLOW)


def test_spectra_dropped_one_after_the_other_belong_to_the_star_they_were_dropped_on(visit, spectrum_file) -> None:
    page = visit().open("?dataset=mu2022&star=" + STAR_5.replace("+", "%2B")).page
    second = spectrum_file.with_name(f"second_{spectrum_file.name}")
    second.write_bytes(spectrum_file.read_bytes())
    dropper = page.locator(".pen-spectrum-file input[type=file]")
    page.get_by_role("button", name="Open a spectrum of this star…").click(timeout=SLOW)
    dropper.set_input_files([str(spectrum_file), str(second)])
    expect(page.get_by_text("2 spectra opened here")).to_be_visible(timeout=SLOW)
    page.get_by_role("gridcell", name=STAR_7).click()
    expect(page.get_by_text("No spectrum of this star is at hand")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Open a spectrum of this star…").click()
    third = spectrum_file.with_name(f"third_{spectrum_file.name}")
    third.write_bytes(spectrum_file.read_bytes())
    dropper.set_input_files(str(third))
    expect(page.get_by_text("1 spectrum opened here")).to_be_visible(timeout=SLOW)
