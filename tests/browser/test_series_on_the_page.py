"""Light curve, velocities and evidence of a star as a visitor uses them."""

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import expect

STAR_7 = "J074432.30%2B395421.5"
SLOW = 90_000


def test_the_evidence_on_a_published_star_is_one_picture(visit) -> None:
    page = visit(height=1400).open(f"?dataset=mu2022&star={STAR_7}&layout=star").page
    expect(page.locator("table.channels tr.for").filter(has_text="limit plane")).to_contain_text("1.6", timeout=SLOW)
    expect(page.locator("table.channels tr.missing").filter(has_text="light curve")).to_be_visible()
    expect(page.get_by_text("M₂ above 3 M☉")).to_be_visible()
    page.get_by_text("Rules and assumptions").click()
    expect(page.get_by_text("Mu et al. 2022, eq. 3").first).to_be_visible()
    page.get_by_label("Assumed population of companions").select_option("Field stars")
    odds = page.locator("dl.odds div").filter(has_text="no main-sequence star").locator("dd")
    expect(odds).to_be_visible(timeout=SLOW)


def test_a_light_curve_from_disk_is_searched_folded_and_cleaned_again(visit, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    time = np.arange(0, 20, 0.02)
    flux = 1 + 0.03 * np.cos(4 * np.pi * time / 0.4552) + rng.normal(0, 0.002, time.size)
    curve = tmp_path / "star7.csv"
    rows = [f"{t:.4f},{f:.5f},0.002" for t, f in zip(time, flux, strict=True)]
    curve.write_text("\n".join(["time,flux,flux_err", *rows]))
    page = visit(height=1400).open(f"?dataset=mu2022&star={STAR_7}&layout=star").page
    expect(page.get_by_text("No light curve of this star is at hand")).to_be_visible(timeout=SLOW)
    page.locator(".pen-star-file input[type=file]").set_input_files(curve)
    expect(page.get_by_text("star7.csv: light curve of this star")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Cleaning: 1000 of 1000 points left")).to_be_visible(timeout=SLOW)
    period = page.get_by_placeholder("period (d)").first
    expect(period).to_have_value(re.compile(r"0\.4552"))
    page.get_by_role("button", name="÷2").first.click()
    expect(period).to_have_value(re.compile(r"0\.2276"))
    expect(page.get_by_placeholder("period (d)").last).to_have_value(re.compile(r"0\.2276"))
    expect(page.get_by_text("expected minimum").or_(page.get_by_text("time scale")).first).to_be_visible(timeout=SLOW)
    clip = page.get_by_label("Clip (σ)")
    clip.fill("1")
    clip.press("Enter")
    expect(page.get_by_text("beyond 1 robust sigma")).to_be_visible(timeout=SLOW)


def test_a_light_curve_is_there_though_one_went_on_to_the_next_star_meanwhile(visit, tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    time = np.sort(rng.uniform(0, 25, 20_000))
    rows = [f"{t:.5f},{f:.5f},0.002" for t, f in zip(time, rng.normal(1, 0.002, time.size), strict=True)]
    curve = tmp_path / "star7.csv"
    curve.write_text("\n".join(["time,flux,flux_err", *rows]))
    page = visit(height=1400).open(f"?dataset=mu2022&star={STAR_7}&layout=star").page
    expect(page.get_by_text("No light curve of this star is at hand")).to_be_visible(timeout=SLOW)
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("time,colour\n1,2\n")
    page.locator(".pen-star-file input[type=file]").set_input_files([curve, wrong])
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="J074432.30+395421.5")).to_have_count(0)
    page.wait_for_timeout(3000)
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="J074432.30+395421.5").first).to_be_visible()
    expect(page.get_by_text("In use for this star: star7.csv")).to_be_visible(timeout=SLOW)
    expect(
        page.locator(".warn").filter(has_text="wrong.csv").or_(page.get_by_text("star7.csv: light curve"))
    ).to_be_visible()
    expect(page.get_by_text("of 20000 points left")).to_be_visible(timeout=SLOW)


def test_an_archive_out_of_reach_is_one_sentence_and_a_bad_file_another(visit, tmp_path: Path) -> None:
    page = visit(height=1400).open(f"?dataset=mu2022&star={STAR_7}&layout=star").page
    page.get_by_role("button", name="Fetch from MAST").click()
    expect(page.get_by_text("MAST finds light curves by TIC number")).to_be_visible()
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("time,colour\n1,2\n")
    page.locator(".pen-star-file input[type=file]").set_input_files(wrong)
    expect(page.locator(".warn").filter(has_text="wrong.csv")).to_be_visible(timeout=SLOW)
