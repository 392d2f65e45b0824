"""The workbench as a visitor uses it, in a real browser."""

from urllib.parse import urlparse

import pytest
from playwright.sync_api import expect

STAR_5, STAR_7 = "J070307.60+344203.3", "J074432.30+395421.5"


def test_the_page_asks_no_host_but_its_own_server(visit, server) -> None:
    page = visit().open("?dataset=mu2022&star=" + STAR_7.replace("+", "%2B"))
    page.page.get_by_role("button", name="Open a file").click()
    page.settle()
    hosts = {urlparse(url).netloc for url in page.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlparse(server.url).netloc}
    assert any("/penumbra/frames" not in url for url in page.requests)


def test_a_first_visit_shows_four_planes_a_table_and_all_stars_passing(visit) -> None:
    page = visit().open("?dataset=mu2022")
    assert page.header == "81 of 81 pass"
    for slot in ("first", "second", "third", "fourth"):
        assert page.painted_pixels(slot) > 20
    expect(page.page.get_by_text("81 passing stars")).to_be_visible()
    expect(page.page.get_by_text("No star picked")).to_be_visible()


def test_dragging_a_slider_moves_planes_counts_and_table_and_undo_takes_it_back(visit) -> None:
    page = visit().open("?dataset=mu2022")
    page.drag_knob("delta_vr", "low", 80, release=False)
    page.page.wait_for_function("window.penumbra.last.header.count < 81")
    page.settle()
    during = page.count
    assert 0 < during < 81
    levels = "(s) => window.penumbra.last.arrays[s + '.level'].reduce((n, l) => n + (l >= 64), 0)"
    assert page.page.evaluate(levels, "second") == during
    expect(page.page.get_by_text(f"{during} passing star")).to_be_visible()
    page.page.mouse.up()
    page.settle()
    assert page.count == during
    page.wait_for_address("delta_vr")
    page.page.get_by_role("button", name="Undo").click()
    page.wait_for_count(81)
    page.page.get_by_role("button", name="Redo").click()
    page.wait_for_count(during)
    page.page.keyboard.press("Control+z")
    page.wait_for_count(81)


def test_typed_limits_are_exact_and_anything_else_is_refused_in_words(visit) -> None:
    page = visit().open("?dataset=mu2022")
    low = page.page.locator('[data-cut="slider:ruwe"] .field').first
    low.fill("1.25")
    low.press("Enter")
    page.wait_for_count(12)
    low.fill("wide")
    low.press("Enter")
    expect(page.page.get_by_text("“wide” is not a number")).to_be_visible()
    assert page.count == 12
    page.page.locator('[data-cut="slider:ruwe"] input[type=checkbox]').uncheck()
    page.wait_for_count(81)
    page.page.locator('[data-cut="slider:ruwe"] input[type=checkbox]').check()
    page.wait_for_count(12)
    page.page.get_by_role("button", name="Open the cut on RUWE").click()
    page.wait_for_count(81)


def test_a_slider_can_be_moved_with_the_keyboard(visit) -> None:
    page = visit().open("?dataset=mu2022")
    knob = page.page.locator('[data-cut="slider:ruwe"] .knob.low')
    knob.focus()
    for _ in range(6):
        page.page.keyboard.press("ArrowRight")
    page.page.wait_for_function("window.penumbra.last.header.count < 81")
    page.page.keyboard.press("Home")
    page.wait_for_count(81)


def test_columns_can_be_added_and_removed_as_sliders(visit) -> None:
    page = visit().open("?dataset=mu2022")
    add = page.page.get_by_label("Add a slider for a column")
    add.fill("phot_bp_rp_excess_factor")
    add.press("Enter")
    expect(page.page.locator('[data-cut="slider:phot_bp_rp_excess_factor"]')).to_be_visible()
    add.fill("ruwee")
    add.press("Enter")
    expect(page.page.get_by_text("has no column ruwee. Did you mean ruwe")).to_be_visible()
    page.page.locator('[data-cut="slider:phot_bp_rp_excess_factor"] button').last.click()
    expect(page.page.locator('[data-cut="slider:phot_bp_rp_excess_factor"]')).to_have_count(0)


def test_a_typed_expression_becomes_a_cut_and_a_wrong_one_is_explained(visit) -> None:
    page = visit().open("?dataset=mu2022")
    typed = page.page.get_by_label("Type a cut as an expression")
    typed.fill("ruwe > 1.25 & delta_vr > 200")
    typed.press("Enter")
    page.page.wait_for_function("window.penumbra.last.header.count < 12")
    typed.fill("ruwe >")
    typed.press("Enter")
    expect(page.page.get_by_role("alert").filter(has_text="ruwe")).to_be_visible()
    assert typed.input_value() == "ruwe >"


def test_no_star_passing_is_a_state_with_a_way_out(visit) -> None:
    page = visit().open("?dataset=mu2022")
    field = page.page.locator('[data-cut="slider:ruwe"] .field').first
    field.fill("500")
    field.press("Enter")
    page.wait_for_count(0)
    expect(page.page.get_by_text("No star passes all cuts.")).to_be_visible()
    page.page.get_by_role("button", name="Open all").click()
    page.wait_for_count(81)


@pytest.mark.parametrize("tool", ["Box Select", "Lasso Select"])
def test_a_shape_drawn_on_a_plane_becomes_a_cut_that_can_be_removed(visit, tool) -> None:
    page = visit().open("?dataset=mu2022")
    page.page.locator(f'[title^="{tool}"]').nth(1).click()
    left, top = page.screen_place("second", 0.11, 450)
    right, bottom = page.screen_place("second", 0.6, 134)
    page.page.mouse.move(left, top)
    page.page.mouse.down()
    if tool == "Box Select":
        page.page.mouse.move(right, bottom, steps=8)
    else:
        for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 3)):
            page.page.mouse.move(x, y, steps=6)
    page.page.mouse.up()
    page.page.wait_for_function("window.penumbra.last.header.count < 35")
    # Nos. 2, 3, 4, 7, 8, 10, 11, 22, 23, 24, 26 and 34 of Table 1 lie at 134-450 km/s and 0.11-0.6 d.
    assert page.count == 12
    line = page.page.locator(".cut.other")
    expect(line).to_have_count(1)
    line.get_by_role("button").click()
    page.wait_for_count(81)


def test_a_click_on_a_plane_opens_the_star_page_with_its_orbit(visit) -> None:
    page = visit().open("?dataset=mu2022")
    page.page.mouse.click(*page.screen_place("second", 0.4552, 156.0))
    expect(page.page.get_by_role("heading", name=STAR_7)).to_be_visible()
    expect(page.page.get_by_text("above the limit for its own mass")).to_be_visible()
    expect(page.page.get_by_text("157.8 ± 2.6 km/s")).to_be_visible()
    page.wait_for_address(STAR_7.replace("+", "%2B"))


def test_a_row_of_the_table_picks_a_star_and_an_alias_refolds_it(visit) -> None:
    page = visit().open("?dataset=mu2022")
    name = page.page.locator('[data-cut="slider:delta_vr"] .field').first
    name.fill("247")
    name.press("Enter")
    page.settle()
    page.page.get_by_role("gridcell", name=STAR_5).click()
    expect(page.page.get_by_role("heading", name=STAR_5)).to_be_visible()
    expect(page.page.get_by_text("212.1 ± 8.")).to_be_visible()
    expect(page.page.get_by_role("heading", name="In or out of the selection")).to_be_visible()  # the last panel
    page.settle()
    candidates = page.page.get_by_role("table", name="Candidate periods")
    candidates.get_by_role("button", name="P (d) 0.21635").first.click()
    expect(page.page.locator("dd").filter(has_text="0.21635")).to_be_visible()


def test_the_address_restores_cuts_star_planes_and_window(visit) -> None:
    page = visit().open("?dataset=mu2022")
    field = page.page.locator('[data-cut="slider:delta_vr"] .field').first
    field.fill("200")
    field.press("Enter")
    page.page.mouse.click(*page.screen_place("second", 0.4552, 156.0))
    expect(page.page.get_by_role("heading", name=STAR_7)).to_be_visible()
    page.page.get_by_label("Figure of the fourth plane").select_option("sky")
    page.wait_for_address("sky")
    page.settle()
    count = page.count
    assert count < 81
    again = visit().open("?" + page.page.url.split("?", 1)[1])
    assert again.count == count
    expect(again.page.get_by_role("heading", name=STAR_7)).to_be_visible()
    expect(again.page.get_by_label("Figure of the fourth plane")).to_have_value("sky")


def test_an_address_with_nonsense_opens_with_a_message(visit) -> None:
    page = visit().open('?dataset=mu2022&cuts=[["slider:x","nonsense > 3"]]&star=nobody')
    expect(page.page.get_by_role("alert").filter(has_text="nonsense")).to_be_visible()
    assert page.count == 81


def test_an_unknown_catalogue_in_the_address_falls_back_with_a_message(visit) -> None:
    page = visit().open("?dataset=atlantis")
    expect(page.page.get_by_role("alert").filter(has_text="atlantis")).to_be_visible()


def test_two_visitors_do_not_see_each_others_cuts(visit) -> None:
    first, second = visit().open("?dataset=mu2022"), visit().open("?dataset=mu2022")
    field = first.page.locator('[data-cut="slider:ruwe"] .field').first
    field.fill("1.25")
    field.press("Enter")
    first.wait_for_count(12)
    second.settle()
    assert second.count == 81


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080)])
def test_nothing_sticks_out_of_the_page(visit, width, height) -> None:
    page = visit(width=width, height=height).open("?dataset=mu2022")
    size = page.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size[0] <= width
    assert size[1] <= height


def test_the_appearance_can_be_changed_and_is_in_the_address(visit) -> None:
    page = visit().open("?dataset=mu2022")
    dark = page.page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.page.get_by_role("button", name="Light").click()
    page.page.wait_for_function("(dark) => getComputedStyle(document.body).backgroundColor !== dark", arg=dark)
    page.settle()
    page.wait_for_address("theme=light")
    assert page.painted_pixels("second") > 20
