"""Choosing axes and colours, and a survey whose truth is known."""

import re

from playwright.sync_api import expect


def test_any_two_columns_can_be_axes_and_a_third_the_colour(visit) -> None:
    page = visit().open("?dataset=hipparcos")
    page.page.get_by_role("button", name="Axes and colour").nth(1).click()
    dialog = page.page.get_by_role("dialog", name="Axes and colour")
    dialog.get_by_label("Horizontal axis", exact=True).select_option("hp_mag")
    dialog.get_by_label("Vertical axis", exact=True).select_option("parallax_error")
    dialog.get_by_label("Vertical axis logarithmic").check()
    dialog.get_by_label("Colour", exact=True).select_option("goodness_of_fit")
    dialog.get_by_role("button", name="Apply").click()
    page.wait_for_address("parallax_error")
    page.settle()
    assert page.page.evaluate("window.penumbra.last.header.planes.second.diverging")
    assert page.painted_pixels("second") > 1000
    expect(page.page.get_by_label("Figure of the second plane")).to_contain_text("Mean F2")
    page.page.get_by_role("button", name="Undo").click()
    page.settle()
    assert not page.page.evaluate("window.penumbra.last.header.planes.second.diverging")


def test_a_log_axis_of_a_column_without_positive_values_is_refused(visit, tmp_path) -> None:
    path = tmp_path / "negative.csv"
    path.write_text("ra,dec,parallax\n1,2,-3\n2,3,-4\n3,4,-5\n")
    page = visit().open("?dataset=mu2022")
    page.page.get_by_role("button", name="Open a file").click()
    page.page.locator("input[type=file]").set_input_files(path)
    page.wait_for_count(3)
    page.settle()
    page.page.get_by_role("button", name="Axes and colour").first.click()
    dialog = page.page.get_by_role("dialog", name="Axes and colour")
    dialog.get_by_label("Horizontal axis", exact=True).select_option("parallax")
    dialog.get_by_label("Horizontal axis logarithmic").check()
    dialog.get_by_role("button", name="Apply").click()
    expect(page.page.get_by_role("alert").filter(has_text="no positive value")).to_be_visible()


def test_the_limit_lines_can_be_drawn_for_another_mass_ratio(visit) -> None:
    page = visit().open("?dataset=mu2022")
    page.page.get_by_role("button", name="Axes and colour").nth(1).click()
    ratio = page.page.get_by_role("textbox", name="Companion mass ratio of the limit lines")
    ratio.fill("1")
    ratio.press("Enter")
    page.wait_for_address("mass_ratio")
    page.page.keyboard.press("Escape")
    page.page.get_by_role("gridcell", name="J074432.30+395421.5").click()
    # κ = 1 raises the limit by (18/4)^(1/3): 81.24 × 1.651 × (0.74/0.4552)^(1/3) = 157.7 km/s, above No. 7's 156.
    expect(page.page.get_by_text("M₂/M₁ = 1)")).to_be_visible()
    expect(page.page.get_by_text("below the limit for its own mass")).to_be_visible()
    expect(page.page.get_by_text("0.99 × 157.7 km/s")).to_be_visible()


def test_on_the_simulated_survey_completeness_and_purity_follow_a_cut(visit) -> None:
    page = visit().open("?dataset=simulated")
    assert page.header == "20000 of 20000 pass"
    page.page.get_by_role("button", name="Truth").click()
    expect(page.page.get_by_text("Completeness").first).to_be_visible()
    whole = page.page.get_by_text("100 %", exact=True).first
    expect(whole).to_be_visible()
    field = page.page.locator('[data-cut="slider:half_delta_vr"] .field').first
    field.fill("60")
    field.press("Enter")
    page.page.wait_for_function("window.penumbra.last.header.count < 20000")
    expect(whole).to_be_hidden()


def test_every_cut_tells_what_it_costs_while_the_truth_is_in_front(visit) -> None:
    page = visit().open("?dataset=simulated")
    head = page.page.locator(".truth-head")
    card = page.page.locator('[data-cut="slider:half_delta_vr"]')
    field = card.locator(".field").first
    field.fill("30")
    field.press("Enter")
    page.settle()
    expect(head).to_be_hidden()
    page.page.get_by_role("button", name="Truth").click()
    expect(head).to_contain_text("neutron star, black hole")
    line = card.locator("summary")
    expect(line).to_contain_text(re.compile(r"wanted −[\d.]+ %, others −[\d.]+ %"))
    line.click()
    expect(card.locator("tr.wanted").first).to_contain_text("MS + neutron star")
    before = line.inner_text()
    low = page.page.locator('[data-cut="slider:snrg"] .field').first
    low.fill("80")
    low.press("Enter")
    expect(line).not_to_have_text(before)
    typed = page.page.get_by_role("textbox", name="Type a cut as an expression")
    typed.fill("single_lined")
    typed.press("Enter")
    other = page.page.locator(".cut.other summary")
    expect(other).to_contain_text("others −")
    page.page.get_by_role("button", name="Star", exact=True).last.click()
    expect(head).to_be_hidden()
    page.page.get_by_role("button", name="Truth").click()
    page.page.get_by_label("Show it on the cuts in other tabs too").check()
    page.page.get_by_role("button", name="Select", exact=True).click()
    expect(head).to_be_visible()
    expect(line).to_be_visible()


def test_a_simulated_star_has_a_light_curve_that_can_be_folded(visit) -> None:
    page = visit().open("?dataset=simulated")
    field = page.page.locator('[data-cut="slider:half_delta_vr"] .field').first
    field.fill("60")
    field.press("Enter")
    low = page.page.locator('[data-cut="slider:period"] .field').first
    low.fill("0.1")
    low.press("Enter")
    page.settle()
    page.page.get_by_role("gridcell").first.click()
    expect(page.page.get_by_role("heading", name="Simulated star")).to_be_visible()
    double = page.page.get_by_role("button", name="×2").first
    expect(double).to_be_visible(timeout=60_000)
    folded = page.page.get_by_placeholder("period (d)").first
    expect(folded).to_have_value(re.compile(r"\d"))
    before = float(folded.input_value())
    double.click()
    expect(folded).to_have_value(re.compile(re.escape(f"{2 * before:.6g}"[:6])))


def test_the_triage_of_extended_sources_is_weighed_against_their_truth(visit) -> None:
    page = visit().open("?dataset=extended")
    assert page.header == "26425 of 26425 pass"
    expect(page.page.get_by_label("Figure of the second plane")).to_contain_text("AEN against G")
    page.page.get_by_role("button", name="Truth", exact=True).click()
    typed = page.page.get_by_role("textbox", name="Type a cut as an expression")
    typed.fill("phot_bp_rp_excess_factor > 2.37 & phot_bp_rp_excess_factor <= 5")
    typed.press("Enter")
    page.wait_for_count(5930)
    # docs/papers.md: 5,930 sources of which 18.7 % are clusters.
    expect(page.page.locator(".truth-head")).to_contain_text("78.2 % complete, 18.7 % pure")
    page.page.get_by_role("gridcell").first.click()
    expect(page.page.get_by_role("heading", name="Simulated source")).to_be_visible()
