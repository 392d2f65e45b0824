"""The simulated survey as a visitor meets it: first, labelled, with real candidates, its truth and its teaching."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


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
