"""The star beside its panels, and the planes again."""

from collections.abc import Callable

from playwright.sync_api import expect

STAR_7 = "J074432.30%2B395421.5"


def test_the_star_fills_the_middle_and_the_planes_come_back(visit: Callable[..., object]) -> None:
    page = (one := visit().open(f"?dataset=mu2022&star={STAR_7}")).page
    sliders, name = page.get_by_text("Cuts", exact=True), page.get_by_role("heading", name="J074432.30+395421.5")
    expect(sliders).to_be_visible()
    narrow = name.bounding_box()["x"]
    page.get_by_role("button", name="Star", exact=True).first.click()
    expect(sliders).to_be_hidden()
    assert name.bounding_box()["x"] < 100 < narrow
    fold = page.get_by_role("heading", name="Radial velocities", exact=True)
    curve = page.get_by_role("heading", name="Light curve", exact=True)
    assert fold.bounding_box()["x"] > curve.bounding_box()["x"] + 300
    one.wait_for_address("layout=star")
    page.get_by_role("button", name="Planes", exact=True).click()
    expect(sliders).to_be_visible()
    assert name.bounding_box()["x"] == narrow


def test_the_next_star_is_shown_from_its_top(visit: Callable[..., object]) -> None:
    page = (one := visit().open(f"?dataset=mu2022&star={STAR_7}&layout=star")).page
    evidence = page.get_by_role("heading", name="Evidence", exact=True)
    expect(page.get_by_role("heading", name="In or out of the selection")).to_be_attached(timeout=30_000)
    one.settle()
    page.get_by_role("cell", name="P_min period_min").scroll_into_view_if_needed()
    expect(evidence).not_to_be_in_viewport()
    for unit in ("km/s", "M☉", "mas/yr"):
        expect(page.get_by_role("cell", name=unit, exact=True).first).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="J074432.30+395421.5")).to_have_count(0)
    expect(evidence).to_be_in_viewport()
    one.settle()
    expect(evidence).to_be_in_viewport()


def test_planes_are_painted_though_the_visit_began_with_the_star(visit: Callable[..., object]) -> None:
    one = visit().open("?dataset=hipparcos&layout=star")
    one.page.get_by_role("button", name="Planes", exact=True).click()
    one.page.wait_for_function("(window.penumbra.last.arrays['first.image']?.length ?? 0) > 50_000")
    assert one.painted_pixels("first") > 5000
