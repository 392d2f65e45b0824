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


def test_planes_are_painted_though_the_visit_began_with_the_star(visit: Callable[..., object]) -> None:
    one = visit().open("?dataset=hipparcos&layout=star")
    one.page.get_by_role("button", name="Planes", exact=True).click()
    one.page.wait_for_function("(window.penumbra.last.arrays['first.image']?.length ?? 0) > 50_000")
    assert one.painted_pixels("first") > 5000
