"""The simulated survey as a visitor meets it: first, labelled, with real candidates, its truth and its teaching."""

from playwright.sync_api import expect

SLOW = 30_000


def test_a_first_visit_opens_the_simulated_survey_and_says_so(visit) -> None:
    page = visit().open()
    assert page.header == "20000 of 20000 pass"
    badge = page.page.locator("header .badge")
    expect(badge).to_have_text("Simulated")
    expect(badge).to_be_visible()
    page.wait_for_address("dataset=simulated")
    page.page.get_by_label("Catalogue", exact=True).select_option("mu2022")
    page.wait_for_count(81)
    expect(badge).to_be_hidden()


def test_a_real_candidate_over_the_survey_shows_its_own_page_and_opens_its_catalogue(visit) -> None:
    page = visit().open("?dataset=simulated")
    page.page.mouse.click(*page.screen_place("second", 0.4552, 156.0))
    expect(page.page.get_by_role("heading", name="J074432.30+395421.5")).to_be_visible(timeout=SLOW)
    expect(page.page.get_by_text("A real star")).to_be_visible()
    expect(page.page.get_by_text("above the limit for its own mass").first).to_be_visible(timeout=SLOW)
    expect(page.page.get_by_text("157.8 ± 2.6 km/s").first).to_be_visible(timeout=SLOW)
    assert page.count == 20000
    page.wait_for_address("candidate=J074432.30")
    page.page.get_by_role("gridcell").first.click()
    expect(page.page.get_by_role("heading", name="Simulated star")).to_be_visible(timeout=SLOW)
    expect(page.page.get_by_text("A real star")).to_be_hidden()
    page.page.mouse.click(*page.screen_place("second", 0.4552, 156.0))
    page.page.get_by_role("button", name="Open its own catalogue").click()
    page.wait_for_count(81)
    expect(page.page.get_by_role("heading", name="J074432.30+395421.5")).to_be_visible(timeout=SLOW)


def test_truth_tells_purity_in_nature_costs_per_class_and_how_well_orbits_are_inferred(visit) -> None:
    page = visit().open("?dataset=simulated")
    page.page.get_by_role("button", name="Truth", exact=True).click()
    expect(page.page.get_by_text("In nature", exact=False).first).to_be_visible(timeout=SLOW)
    field = page.page.locator('[data-cut="slider:ruwe"] .field').first
    field.fill("1.25")
    field.press("Enter")
    expect(page.page.get_by_label("Removed by")).to_be_visible(timeout=SLOW)
    expect(page.page.get_by_role("columnheader", name="removed")).to_be_visible()
    # 34 months after the errors of Gaia: stars of all four groups are compared.
    groups = page.page.locator("table.counts").filter(has=page.page.get_by_text("log P"))
    expect(groups.get_by_role("row")).to_have_count(5, timeout=SLOW)


def test_errors_counts_the_platings_step_by_step_and_applies_them(visit) -> None:
    page = visit().open("?dataset=simulated")
    page.page.get_by_role("button", name="Errors", exact=True).click()
    last = page.page.get_by_role("row").filter(has_text="Companion above 3 solar masses").first
    expect(last).to_be_visible(timeout=SLOW)
    left = int(last.get_by_role("cell").nth(1).inner_text().replace("\u2009", ""))
    assert 0 < left < 100
    page.page.get_by_role("button", name="Cut to bronze").click()
    page.page.wait_for_function(f"window.penumbra.last.header.count === {left}", timeout=SLOW)
    file = page.page.locator('input[type=file][accept*=".iso"]')
    file.set_input_files({"name": "mine.dat", "mimeType": "text/plain", "buffer": b"no isochrone\n"})
    expect(page.page.get_by_text("mine.dat: not an isochrone table")).to_be_visible(timeout=SLOW)
    maps = page.page.locator('input[type=file][accept=".csv"]')
    maps.set_input_files({"name": "map.csv", "mimeType": "text/csv", "buffer": b"mag,col\n1,2\n"})
    expect(page.page.get_by_text("map.csv: no column 'sigma'")).to_be_visible(timeout=SLOW)
