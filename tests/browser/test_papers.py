"""Replaying a paper in the page: apply, stop, change, compare; its figures; lines that are sliders."""

from playwright.sync_api import expect

COUNT = "window.penumbra.last.header.count"


def papers(page):
    page.page.get_by_role("button", name="Papers", exact=True).click()
    return page.page.get_by_role("list", name="Steps of the selection")


def test_a_selection_is_applied_stopped_changed_and_put_back(visit) -> None:
    page = visit().open("?dataset=mu2022")
    steps = papers(page)
    expect(page.page.get_by_text("Not applied")).to_be_visible()
    expect(steps.get_by_text("Left out: this catalogue has no snrg.")).to_be_visible()
    expect(steps.get_by_role("button", name="Apply up to step 1")).to_be_disabled()
    page.page.get_by_role("button", name="Apply all steps").click()
    page.wait_for_count(35)
    expect(page.page.get_by_text("the catalogue has no snrg")).to_be_visible()
    steps.get_by_role("button", name="Apply up to step 4").click()
    page.wait_for_address("paper=%5B%22mu2022%22%2C4%5D")
    field = steps.get_by_label("Number 1 of step 4", exact=False)
    field.fill("300")
    field.press("Enter")
    page.page.wait_for_function(f"{COUNT} < 35")
    few = page.count
    expect(page.page.get_by_text("delta_vr > 300 instead of delta_vr > 150")).to_be_visible()
    expect(page.page.locator('[data-cut="slider:delta_vr"] .field').first).to_have_value("300")
    assert 0 < few < 35
    steps.get_by_role("button", name="put back").click()
    page.page.wait_for_function(f"{COUNT} > {few}")


def test_a_number_that_is_none_is_refused_in_words(visit) -> None:
    page = visit().open("?dataset=mu2022&paper=%5B%22mu2022%22%2C7%5D")
    steps = papers(page)
    page.page.get_by_role("button", name="Apply all again").click()
    page.wait_for_count(35)
    field = steps.get_by_label("Number 1 of step 4", exact=False)
    field.fill("many")
    field.press("Enter")
    expect(page.page.get_by_role("alert").filter(has_text="many")).to_be_visible()
    assert page.count == 35


def test_a_figure_opens_its_planes_and_undo_takes_them_back(visit) -> None:
    page = visit().open("?dataset=mu2022")
    papers(page)
    page.page.get_by_label("Paper", exact=True).select_option("wu2024")
    figure = page.page.get_by_role("button", name="Fig. 2 Six parameters", exact=False)
    expect(figure).to_be_disabled()
    expect(page.page.get_by_text("needs blended_fraction", exact=False).first).to_be_visible()
    page.page.get_by_label("Paper", exact=True).select_option("mu2022")
    page.page.get_by_role("button", name="Fig. 3 right", exact=False).click()
    expect(page.page.get_by_label("Figure of the first plane")).to_have_value("velocity_period")
    page.page.wait_for_function("location.search.includes('star=J074432.30')", timeout=60_000)
    page.page.get_by_role("button", name="Undo").click()
    expect(page.page.get_by_label("Figure of the first plane")).to_have_value("hr_implied")


def test_a_line_on_a_plane_is_the_slider(visit) -> None:
    page = visit().open("?dataset=mu2022")
    knob = page.page.locator('[data-cut="slider:half_delta_vr"] .field').first
    knob.fill("120")
    knob.press("Enter")
    page.page.wait_for_function(f"{COUNT} < 35")
    before = page.count
    x, y = page.screen_place("second", 0.3, 120)
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    for step in range(1, 9):
        page.page.mouse.move(x, y - 5 * step)
    page.page.mouse.up()
    page.page.wait_for_function(f"{COUNT} < {before}")
    page.settle()
    assert float(knob.input_value()) > 125
    stars = page.page.evaluate("window.penumbra.last.arrays['second.y'].length")
    assert stars > page.count
    _, moved = page.screen_place("second", 0.3, float(knob.input_value()))
    assert abs(moved - (y - 40)) < 6


def test_six_planes_are_asked_for_in_the_gear(visit) -> None:
    page = visit().open("?dataset=hipparcos")
    page.page.get_by_role("button", name="Axes and colour").first.click()
    page.page.get_by_role("dialog", name="Axes and colour").get_by_label("Number of planes").select_option("6")
    page.page.wait_for_function("Object.keys(window.penumbra.last.header.planes).length === 6")
    page.settle()
    assert page.painted_pixels("sixth") > 100
    page.page.get_by_role("button", name="Undo").click()
    page.page.wait_for_function("Object.keys(window.penumbra.last.header.planes).length === 4")
