"""A lesson as a learner takes it: by clicking and typing, left and resumed."""

from collections.abc import Callable

from conftest import Visit


def test_a_lesson_is_begun_done_by_real_controls_left_and_resumed(visit: Callable[..., Visit]) -> None:
    visited = visit().open("?dataset=wu2024")
    page = visited.page
    page.set_default_timeout(40_000)
    page.locator(".bk-btn", has_text="Learn").first.click()
    page.get_by_role("button", name="Start Grade a triage").click()
    card = page.get_by_role("region", name="Lesson step")
    card.get_by_role("heading", name="Too fuzzy for a star").wait_for()
    card.get_by_role("button", name="Next").click()
    field = page.get_by_label("Upper limit of IPD goodness-of-fit", exact=False).first
    ring, control = page.locator(".pen-lesson .ring"), page.locator('[data-cut="slider:ipd_gof_harmonic_amplitude"]')
    page.wait_for_timeout(800)
    box, wanted = ring.bounding_box(), control.bounding_box()
    assert box is not None
    assert wanted is not None
    assert abs(box["x"] - wanted["x"]) < 8
    assert abs(box["y"] - wanted["y"]) < 8
    assert card.get_by_role("button", name="Skip").is_visible()
    field.fill("0.14")
    page.keyboard.press("Enter")
    card.get_by_role("button", name="Next").click()
    card.get_by_role("heading", name="Criterion 2").wait_for()
    card.get_by_label("How many of the 44 have IFMP = 0?").fill("8")
    page.keyboard.press("Enter")
    card.get_by_text("Not that.").wait_for()
    card.get_by_role("button", name="Hint").click()
    card.get_by_text("round arrow").wait_for()
    visited.wait_for_address("step=3")
    card.get_by_role("button", name="Leave the lesson").click()
    card.wait_for(state="hidden")
    page.goto(visited.url)
    page.locator(".bk-btn", has_text="Learn").first.click()
    page.get_by_role("button", name="Resume Grade a triage").click()
    card.get_by_role("heading", name="Criterion 2").wait_for()
    visited.wait_for_address("dataset=wu2024")
