"""The page without a pointer and without eyes: axe finds nothing serious, planes have a text and keys."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Visit

STAR_7 = "?dataset=mu2022&star=J074432.30%2B395421.5"
SERIOUS = {"serious", "critical"}


def findings(visited: Visit) -> list[str]:
    """What axe calls serious or critical, a line each."""
    visited.page.wait_for_timeout(2000)  # names are given to foreign controls every one and a half seconds
    found = Axe().run(visited.page).response["violations"]
    return [
        f"{rule['impact']} {rule['id']}: {node['html'][:160]}"
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


def wait_for(visited: Visit, part: str) -> None:
    visited.page.wait_for_function("(part) => location.search.includes(part)", arg=part, timeout=60_000)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_serious_on_any_page(visit: Callable[..., Visit], theme: str) -> None:
    visited = visit().open(f"{STAR_7}&theme={theme}")
    visited.page.get_by_role("heading", name="In or out of the selection").wait_for()  # the last panel
    visited.settle()
    assert findings(visited) == []
    tabs = visited.page.locator(".pen-side .bk-btn-group").first.locator(".bk-btn").all_inner_texts()
    assert {"Star", "Learn"} <= set(tabs)
    for name in tabs[1:]:
        visited.page.locator(".bk-btn", has_text=re.compile(f"^{name}$")).first.click()
        assert findings(visited) == [], name
    visited.page.get_by_role("button", name="Star", exact=True).first.click()


def test_axe_finds_nothing_serious_beside_a_lesson_and_in_the_star_layout(visit: Callable[..., Visit]) -> None:
    visited = visit().open("?lesson=grade-a-triage")
    visited.page.get_by_role("heading", name="Too fuzzy for a star").wait_for()
    assert findings(visited) == []
    visited.page.locator("[data-layout=star]").click()
    assert findings(visited) == []


def test_a_plane_is_walked_zoomed_and_read_without_a_pointer(visit: Callable[..., Visit]) -> None:
    visited = visit().open("?dataset=mu2022")
    page = visited.page
    plane = page.get_by_role("application", name="ΔV_R/2 against P_orb")
    plane.focus()
    page.keyboard.press("ArrowRight")
    wait_for(visited, "star=")
    first = page.url
    page.keyboard.press("ArrowUp")
    page.wait_for_function("(first) => location.href !== first", arg=first)
    assert page.locator(".pen-access [role=status]").inner_text().startswith("Picked J")
    page.keyboard.press("+")
    wait_for(visited, "views=")
    page.keyboard.press("Home")
    page.wait_for_function("!location.search.includes('views=')")
    page.get_by_role("button", name="The second plane in words").press("Enter")
    text = page.get_by_role("dialog", name="ΔV_R/2 against P_orb")
    text.get_by_text("35 of 35 stars in this window pass all cuts.").wait_for()
    text.get_by_role("button", name="J101356.31+272410.8").press("Enter")
    wait_for(visited, "J101356.31%2B272410.8")
    page.keyboard.press("Escape")
    text.wait_for(state="hidden")


def test_a_slider_and_the_table_are_used_by_keyboard(visit: Callable[..., Visit]) -> None:
    visited = visit().open("?dataset=mu2022")
    page = visited.page
    knob = page.get_by_role("slider", name="Lowest ΔV_R/2")
    knob.focus()
    for _ in range(3):
        page.keyboard.press("PageUp")
    wait_for(visited, "cuts=")
    visited.settle()
    assert visited.count < 81
    assert float(knob.get_attribute("aria-valuenow") or 0) > 76
    rows = page.get_by_role("rowgroup", name=re.compile("^Rows")).first
    rows.focus()
    page.keyboard.press("ArrowDown")
    wait_for(visited, "star=")
