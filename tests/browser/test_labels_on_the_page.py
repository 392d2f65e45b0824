"""What a catalogue has from spectra, luminosity, distance and labels, beside the star that is picked."""

import pandas as pd
import pytest
from playwright.sync_api import expect

PER_EBV = 0.347  # A_Ks over E(B-V), SCIENCE 002.3


@pytest.fixture
def table(tmp_path, golden):
    """The golden star, the same at half its parallax so that it is a binary, and an M dwarf without luminosity."""
    star = golden["002"]["distance"]
    path = tmp_path / "spectral.csv"
    pd.DataFrame({
        "source_id": [4373465352415301632, 4373465352415301633, 4373465352415301634],
        "M_Ks": [star["M"], star["M"], None], "M_Ks_err": [star["sM"], star["sM"], None],
        "k_m": [star["m"], star["m"], None], "k_msigcom": [star["sm"], star["sm"], None],
        "ebv": [star["A"] / PER_EBV] * 3, "ebv_error": [star["sA"] / PER_EBV] * 3,
        "parallax": [star["plx"], 0.22, 25.0], "parallax_error": [star["splx"], 0.02, 0.05],
        "phot_g_mean_mag": [11.0, 11.0, 12.2], "bp_rp": [0.2, 0.2, 2.4], "teff_ap": [None, None, 3412.0],
    }).to_csv(path, index=False)  # fmt: skip
    return path


def test_luminosity_distance_and_labels_follow_the_picked_star(visit, table, golden) -> None:
    star = golden["002"]["distance"]
    page = visit().open("?dataset=mu2022")
    page.page.get_by_role("button", name="Open a file").click()
    page.page.locator("input[type=file]").set_input_files(table)
    page.wait_for_count(3)
    page.settle()
    page.page.get_by_role("gridcell", name="4373465352415301632").click()
    expect(page.page.get_by_text("single: not 2σ too luminous")).to_be_visible(timeout=20_000)
    distance = page.page.locator("p", has_text="d = ").filter(has_text="68 %")
    said = distance.inner_text()
    numbers = [float(word) for word in said.replace("\u2009", "").replace(")", "").split() if word[0].isdigit()]
    expected = [star["mode_pc"], star["p16_pc"], star["p84_pc"]]
    assert [number for number in numbers if number > 100] == pytest.approx(expected, rel=2e-3)
    page.page.get_by_role("gridcell", name="4373465352415301633").click()
    expect(page.page.get_by_text("binary: more than 2σ too luminous")).to_be_visible()
    expect(page.page.get_by_text("parallax alone, as the star is flagged")).to_be_visible()
    page.page.get_by_role("gridcell", name="4373465352415301634").click()
    expect(page.page.locator("dt", has_text="T_eff (APOGEE)")).to_be_visible()
    expect(page.page.get_by_text("3412 K")).to_be_visible()
    expect(page.page.get_by_text("more than 2σ too luminous")).to_be_hidden()
    expect(page.page.get_by_text("the quadrangle of M dwarfs", exact=False)).to_be_visible()
