"""A night's vetting at the keyboard, as a reviewer does it."""

import json
import socket
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from analysis.vetting import VerdictStore

SLOW = 60_000
ATTACK = "<img src=x onerror=alert(1)> deep? jkv"


@pytest.fixture
def store_path(tmp_path) -> Path:
    return tmp_path / "verdicts.sqlite"


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def place(page: Page):
    return page.locator("output.place b")


def begin(visit, url: str, name: str = "anna") -> Page:
    """Open the judging page, give one's name, and look at the first star; keyboard only."""
    page = visit(url=url).open("?dataset=mu2022").page
    page.keyboard.press("v")
    expect(page.get_by_label("Your name")).to_be_visible(timeout=SLOW)
    if name:
        page.get_by_label("Your name").fill(name)
        page.keyboard.press("Enter")
    page.keyboard.press("j")
    expect(place(page)).to_have_text("1", timeout=SLOW)
    expect(page.get_by_text("You have not judged this star.")).to_be_visible()
    return page


def test_stars_are_judged_flagged_commented_undone_and_walked_by_keyboard_alone(
    visit, start_server, store_path
) -> None:
    page = begin(visit, start_server("--verdicts", str(store_path)).url)
    first = page.locator(".judging h2").inner_text()
    for key in ("4", "p", "f", "/"):
        page.keyboard.press(key)
    page.keyboard.type(ATTACK)
    expect(page.get_by_text("Draft kept.", exact=True)).to_be_visible(timeout=SLOW)
    assert place(page).inner_text() == "1"
    page.keyboard.press("Enter")
    page.keyboard.press("e")
    expect(place(page)).to_have_text("2", timeout=SLOW)
    page.keyboard.press("t")
    expect(place(page)).to_have_text("3", timeout=SLOW)
    expect(page.locator("output.place .small")).to_have_text("2 judged")
    page.keyboard.press("Control+z")
    expect(place(page)).to_have_text("2", timeout=SLOW)
    expect(page.get_by_text("took back “Triple”")).to_be_visible(timeout=SLOW)
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_text("You said “Triple”")).to_be_visible(timeout=SLOW)
    page.keyboard.press("k")
    expect(page.get_by_text("You said “Eclipsing”, 80 %")).to_be_visible(timeout=SLOW)
    expect(page.locator(".history .said")).to_have_text(ATTACK)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    for key in ("u", "j", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body || Boolean(document.activeElement.shadowRoot)")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert place(page).inner_text() == "1"
    with VerdictStore(store_path) as store:
        records = store.records()
    assert [(r.kind, r.verdict) for r in records] == [
        ("verdict", "eclipsing"), ("verdict", "triple"), ("withdrawal", "triple"), ("verdict", "triple"),
    ]  # fmt: skip
    said = records[0]
    assert said.source_id == first
    assert (said.reviewer, said.confidence, said.priority, said.tags) == ("anna", 0.8, "high", ("flagged",))
    assert said.comment == ATTACK
    assert said.dataset_name == "mu2022"
    assert len(said.dataset_hash) == 64
    assert "Companion" in said.panels


def test_a_draft_and_a_verdict_outlive_a_killed_server_and_the_page_comes_back_by_itself(
    visit, start_server, store_path
) -> None:
    arguments = ("--port", free_port(), "--verdicts", str(store_path))
    server = start_server(*arguments)
    visited = visit(url=server.url)
    page = begin(lambda url: visited, server.url)
    star = page.locator(".judging h2").inner_text()
    page.keyboard.press("/")
    page.keyboard.type("kept before the crash")
    expect(page.get_by_text("Draft kept.", exact=True)).to_be_visible(timeout=SLOW)
    server.process.kill()
    expect(page.get_by_text("The server does not answer.")).to_be_visible(timeout=SLOW)
    page.keyboard.type(", and after it")
    page.keyboard.press("Enter")
    page.keyboard.press("s")
    with page.expect_navigation(timeout=3 * SLOW):
        start_server(*arguments)
    page.wait_for_function("window.penumbra?.last", timeout=SLOW)
    page.get_by_text("Judge", exact=True).first.click()
    expect(page.locator(".judging h2")).to_have_text(star, timeout=SLOW)
    expect(page.get_by_text("You said “Single or variable”")).to_be_visible(timeout=SLOW)
    expect(page.locator(".history .said")).to_have_text("kept before the crash, and after it")
    with VerdictStore(store_path) as store:
        (record,) = store.records()
    assert (record.source_id, record.reviewer, record.comment) == (star, "anna", "kept before the crash, and after it")
    # The browser itself tells of refused connections, and Tabulator of a table that is not in view when it is made.
    told = ("ERR_CONNECTION", "websocket", "failed to fetch", "session", "verticalfillmode")
    visited.errors = [error for error in visited.errors if not any(word.lower() in error.lower() for word in told)]


def test_a_store_that_cannot_be_written_is_said_and_the_verdict_waits_in_the_browser(
    visit, start_server, store_path
) -> None:
    store_path.mkdir()
    page = begin(visit, start_server("--verdicts", str(store_path)).url)
    page.keyboard.press("/")
    page.keyboard.type("not lost")
    page.keyboard.press("Enter")
    page.keyboard.press("c")
    expect(page.get_by_text("1 verdict is not saved yet and kept in this browser.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_label("Comment", exact=True)).to_have_value("not lost")
    assert place(page).inner_text() == "1"
    store_path.rmdir()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("You said “Compact-object candidate”")).to_be_visible(timeout=SLOW)
    with VerdictStore(store_path) as store:
        assert [record.comment for record in store.records()] == ["not lost"]


def test_who_logs_in_is_the_reviewer_and_nobody_gets_in_without(visit, start_server, store_path, tmp_path) -> None:
    passwords = tmp_path / "people.json"
    passwords.write_text(json.dumps({"vera": "rubin 1970"}))
    server = start_server("--verdicts", str(store_path), "--basic-auth", str(passwords))
    visited = visit(url=server.url)
    page = visited.page
    page.goto(server.url + "?dataset=mu2022")
    page.locator("input[name=username]").fill("vera")
    page.locator("input[name=password]").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Invalid username or password!")).to_be_visible()
    page.locator("input[name=username]").fill("vera")
    page.locator("input[name=password]").fill("rubin 1970")
    page.keyboard.press("Enter")
    page.wait_for_function("window.penumbra?.last", timeout=SLOW)
    page.keyboard.press("v")
    expect(page.get_by_label("Your name")).to_have_value("vera", timeout=SLOW)
    expect(page.get_by_label("Your name")).to_be_disabled()
    page.keyboard.press("j")
    expect(place(page)).to_have_text("1", timeout=SLOW)
    page.keyboard.press("u")
    expect(place(page)).to_have_text("2", timeout=SLOW)
    with VerdictStore(store_path) as store:
        assert [record.reviewer for record in store.records()] == ["vera"]
    assert not [asked for asked in visited.requests if asked.startswith("http") and not asked.startswith(server.url)]


def test_two_reviewers_disagree_and_one_resolves_it(visit, start_server, store_path) -> None:
    server = start_server("--verdicts", str(store_path))
    anna = begin(visit, server.url, "anna")
    anna.keyboard.press("t")
    expect(place(anna)).to_have_text("2", timeout=SLOW)
    ben = begin(visit, server.url, "ben")
    ben.keyboard.press("s")
    expect(place(ben)).to_have_text("2", timeout=SLOW)
    ben.get_by_role("button", name="Agreement of the team").click()
    expect(ben.locator(".conflict")).to_have_count(1, timeout=SLOW)
    ben.locator(".conflict select").select_option("triple")
    ben.get_by_role("button", name="Resolve", exact=True).click()
    expect(ben.get_by_text("conflicts, 1 resolved")).to_be_visible(timeout=SLOW)
    anna.keyboard.press("k")
    expect(anna.get_by_text("resolved it as “Triple”")).to_be_visible(timeout=SLOW)
