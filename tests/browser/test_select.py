"""The Select tab as a visitor uses it: text, sessions, links, difference, files; and a server that comes back."""

import re
import signal
import socket
import sys
import urllib.parse
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import expect

from analysis.catalogue import load_dataset
from analysis.vetting import read_export

WIDE = '[["slider:half_delta_vr","half_delta_vr > 100"]]'


def select(page):
    page.page.get_by_role("button", name="Select", exact=True).click()
    expect(page.page.get_by_role("heading", name="The selection")).to_be_visible()
    return page.page


def cuts(text: str) -> str:
    return "&cuts=" + urllib.parse.quote(text)


def test_the_text_is_edited_a_mistake_is_named_and_nothing_typed_is_lost(visit) -> None:
    page = visit().open("?dataset=mu2022" + cuts(WIDE))
    tab = select(page)
    text = tab.get_by_label("Selection as text")
    expect(text).to_have_value("half_delta_vr > 100")
    text.fill("half_delta_vr > 100\nand perod < 1")
    tab.get_by_role("button", name="Apply", exact=True).click()
    expect(tab.get_by_role("alert").filter(has_text="did you mean period")).to_be_visible()
    expect(text).to_have_value("half_delta_vr > 100\nand perod < 1")
    page.page.reload()
    page.page.wait_for_function("window.penumbra?.last", timeout=60_000)
    tab = select(page)
    text = tab.get_by_label("Selection as text")
    expect(text).to_have_value("half_delta_vr > 100\nand perod < 1")
    text.fill("half_delta_vr > 100\nand period < 0.3")
    text.press("Control+Enter")
    stars = load_dataset("mu2022")
    wanted = (stars["delta_vr"] / 2 > 100) & (stars["period"] < 0.3)
    page.wait_for_count(int(wanted.sum()))
    expect(page.page.locator('[data-cut="slider:period"] .field').nth(1)).to_have_value("0.3")
    tab.get_by_role("tab", name="ADQL").click()
    expect(tab.get_by_label("Selection as code")).to_contain_text("AND period < 0.3")


def test_a_session_is_saved_linked_opened_elsewhere_and_removed(visit, tmp_path) -> None:
    page = visit().open("?dataset=mu2022" + cuts(WIDE))
    count, name = page.count, "Night <i>one</i>"
    tab = select(page)
    tab.get_by_label("Name of this session").fill(name)
    tab.get_by_role("button", name="Save", exact=True).first.click()
    item = tab.locator(f'[data-session="{name}"]')
    expect(item).to_contain_text("one cut")
    item.get_by_role("button", name="Link").click()
    expect(tab.get_by_label("Short link")).to_have_value(re.compile(r"\?s=[0-9a-f]{12}$"))
    link = tab.get_by_label("Short link").input_value()
    with tab.expect_download() as download:
        item.get_by_role("button", name="TOML").click()
    file = tmp_path / "night.toml"
    download.value.save_as(file)
    assert "half_delta_vr > 100" in file.read_text()

    other = visit().open("?" + link.split("?")[1])
    other.wait_for_count(count)
    other.wait_for_address("half_delta_vr")
    third = visit().open("?dataset=hipparcos")
    elsewhere = select(third)
    elsewhere.get_by_label("Session file").set_input_files(file)
    third.wait_for_count(count)
    broken = tmp_path / "broken.toml"
    broken.write_text("cuts = [")
    elsewhere = select(third)
    elsewhere.get_by_label("Session file").set_input_files(broken)
    expect(elsewhere.get_by_role("alert").filter(has_text="is no session")).to_be_visible()

    item.get_by_role("button", name="Delete").click()
    expect(item).to_be_visible()
    item.get_by_role("button", name="Really delete").click()
    expect(item).to_have_count(0)


def test_the_difference_of_two_selections_is_counted_and_painted(visit) -> None:
    page = visit().open("?dataset=hipparcos" + cuts('[["slider:parallax","parallax > 10"]]'))
    tab = select(page)
    tab.get_by_label("Selection A", exact=True).select_option("all")
    tab.get_by_label("Selection B", exact=True).select_option("now")
    tab.get_by_role("button", name="Paint the difference").click()
    page.page.wait_for_function("window.penumbra.last.header.comparison")
    parallax = load_dataset("hipparcos")["parallax"]
    table = tab.get_by_label("Stars in the two selections")
    expect(table).to_contain_text(f"{int((~(parallax > 10)).sum()):,}".replace(",", "\u2009"))
    expect(table).to_contain_text(f"{int((parallax > 10).sum()):,}".replace(",", "\u2009"))
    levels = np.array(page.page.evaluate("Array.from(window.penumbra.last.arrays['first.image'])"))
    hues = set(((levels[levels >= 64] - 64) // 12).tolist())
    assert 0 in hues and 7 in hues and max(hues) <= 7  # both, and more of A; nothing is only in B
    tab.get_by_role("button", name="Stop", exact=True).click()
    page.page.wait_for_function("!window.penumbra.last.header.comparison")


def test_an_exported_file_brings_its_cuts_back(visit, tmp_path) -> None:
    page = visit().open("?dataset=mu2022&star=J074432.30%2B395421.5" + cuts(WIDE))
    count = page.count
    tab = select(page)
    tab.get_by_label("Format of the table").select_option("fits")
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Export", exact=True).click()
    path = tmp_path / "selection.fits"
    download.value.save_as(path)
    assert len(read_export(path).table) == count
    address = download.value.url
    for wrong in (
        address.replace("/penumbra/files/", "/penumbra/files/x"),
        re.sub(r"/[^/]+/([^/]+)$", r"/x/\1", address),
    ):
        assert page.page.request.get(wrong).status == 404
    with tab.expect_download(timeout=60_000) as download:
        tab.get_by_role("button", name="PDF", exact=True).click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    with tab.expect_download(timeout=60_000) as download:
        tab.get_by_role("button", name="Save", exact=True).last.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")

    page.page.get_by_role("button", name="Open a file").click()
    page.page.locator("input[type=file]:visible, input[type=file]").first.set_input_files(path)
    expect(page.page.get_by_text("This table was exported by Penumbra", exact=False).first).to_be_visible(
        timeout=30_000
    )
    page.settle()
    tab = select(page)
    tab.get_by_role("button", name="Restore its cuts").click()
    page.wait_for_address("half_delta_vr")
    page.wait_for_count(count)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_page_comes_back_by_itself_when_its_server_was_killed(visit, start_server) -> None:
    port = free_port()
    command = [sys.executable, "-m", "components.command", "serve", "--port", str(port)]
    server = start_server(command=command)
    page = visit(server.url).open("?dataset=mu2022" + cuts(WIDE))
    page.page.evaluate("window.beforeTheFall = true")
    count = page.count
    select(page).get_by_label("Selection as text").fill("half_delta_vr > 100 and period < 0")
    server.process.send_signal(signal.SIGKILL)
    server.process.wait(20)
    expect(page.page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible(timeout=20_000)
    again = start_server(command=command)
    page.page.wait_for_function("!window.beforeTheFall && window.penumbra?.last", timeout=60_000)
    page.wait_for_count(count)
    expect(select(page).get_by_label("Selection as text")).to_have_value("half_delta_vr > 100 and period < 0")
    page.errors[:] = [
        error for error in page.errors if "ERR_CONNECTION_REFUSED" not in error and "WebSocket" not in error
    ]
    again.stop()


ATTACKS = (
    '<img src=x onerror="window.attacked=1">',
    '"><svg onload="window.attacked=1">',
    "<script>window.attacked=1</script>",
    "javascript:window.attacked=1",
    "</textarea></style></title><img src=x onerror=window.attacked=1>",
    "{{constructor.constructor('window.attacked=1')()}}",
    "'-window.attacked=1-'",
    "<iframe srcdoc='<script>parent.attacked=1</script>'></iframe>",
)


def hostile_file(folder: Path) -> Path:
    draw = np.random.default_rng(3)
    columns = {
        "designation": [f"{text} {n}" for n, text in enumerate(ATTACKS)],
        "remark": list(ATTACKS), "subclass": list(reversed(ATTACKS)),
        # Without quotes, which a CSV doubles: the columns that planes and table show first.
        **{text.replace('"', ""): draw.uniform(0, 1, 8) for text in ATTACKS[:5]},
    }  # fmt: skip
    path = folder / '"><img src=x onerror=window.attacked=1>.csv'
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def test_texts_of_a_hostile_catalogue_never_run_on_any_page(visit, tmp_path) -> None:
    page = visit().open("?dataset=mu2022")
    window, dialogs = page.page, []
    window.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    def nothing_ran(where: str) -> None:
        window.wait_for_timeout(400)
        assert window.evaluate("window.attacked") is None, where
        assert window.locator("img[src=x], iframe[srcdoc], svg[onload]").count() == 0, where
        assert not [request for request in page.requests if urllib.parse.urlparse(request).path == "/x"], where

    window.get_by_role("button", name="Open a file").click()
    window.locator("input[type=file]").first.set_input_files(hostile_file(tmp_path))
    page.wait_for_count(8)
    page.settle()
    nothing_ran("opened")
    window.get_by_role("button", name="About").click()
    nothing_ran("about")
    window.get_by_role("gridcell").first.click()
    field = window.get_by_role("combobox", name="Add a slider").or_(window.get_by_placeholder("Type a cut"))
    field.last.fill("subclass != '" + ATTACKS[0].replace("'", "''") + "'")
    field.last.press("Enter")
    page.wait_for_count(7)
    nothing_ran("picked and cut")
    for number in (2, 3, 4):
        window.get_by_role("columnheader").nth(number).click()
        page.settle()
    nothing_ran("sorted")
    for name in ("Star", "Judge", "Select", "Learn"):
        window.get_by_role("button", name=name, exact=True).last.click()
        nothing_ran(name)
        if name == "Select":
            for attack in ATTACKS[:2]:
                window.get_by_label("Name of this session").fill(attack)
                window.get_by_role("button", name="Save", exact=True).first.click()
                expect(window.locator(".item .name").filter(has_text=attack)).to_be_visible()
            for form in ("Python", "ADQL", "TOPCAT", "Text"):
                window.get_by_role("tab", name=form).click()
            window.get_by_label("Selection as text").fill(ATTACKS[0])
            window.get_by_role("button", name="Apply", exact=True).click()
            nothing_ran("typed")
    window.get_by_role("button", name="Axes and colour").first.click()
    nothing_ran("axes")
    assert dialogs == []
