"""Opening catalogues in the page: the shipped ones, the visitor's own, and what cannot be opened."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

ATTACK = '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>'


def test_hipparcos_is_painted_and_its_cuts_work(visit) -> None:
    page = visit().open("?dataset=hipparcos")
    assert page.header == "117955 of 117955 pass"
    assert page.painted_pixels("first") > 2000
    page.drag_knob("parallax", "low", 60)
    page.page.wait_for_function("window.penumbra.last.header.count < 117955")
    page.settle()
    assert 0 < page.count < 117955


def test_sirius_is_found_by_its_number_and_by_a_click(visit) -> None:
    page = visit().open("?dataset=hipparcos&star=32349")
    expect(page.page.get_by_role("heading", name="HIP 32349")).to_be_visible()
    expect(page.page.get_by_text("379.21")).to_be_visible()


def test_the_catalogue_can_be_changed_and_the_planes_follow(visit) -> None:
    page = visit().open("?dataset=mu2022")
    page.page.get_by_label("Catalogue", exact=True).select_option("hipparcos")
    page.wait_for_count(117955)
    page.settle()
    assert page.painted_pixels("first") > 2000
    page.page.get_by_label("Catalogue", exact=True).select_option("mu2022")
    page.wait_for_count(81)


def test_zooming_counts_the_visible_window_anew(visit) -> None:
    page = visit().open("?dataset=hipparcos")
    total = page.page.evaluate("window.penumbra.last.header.planes.first.total")
    x, y = page.screen_place("first", 0.8, 3.0)
    page.page.mouse.move(x, y)
    for _ in range(6):
        page.page.mouse.wheel(0, -300)
        page.page.wait_for_timeout(60)
    page.page.wait_for_function(f"window.penumbra.last.header.planes.first.total < {total}")
    page.settle()
    page.wait_for_address("views=")
    page.page.get_by_role("button", name="Show everything again").first.click()
    page.page.wait_for_function(f"window.penumbra.last.header.planes.first.total === {total}")


def test_hovering_names_the_count_of_the_pixel(visit) -> None:
    page = visit().open("?dataset=hipparcos")
    x, y = page.screen_place("first", 0.6, 4.0)
    page.page.mouse.move(x, y)
    page.page.mouse.move(x + 1, y + 1)
    expect(page.page.get_by_role("tooltip")).to_contain_text("in this pixel pass")


def upload(page, path: Path) -> None:
    page.page.get_by_role("button", name="Open a file").click()
    page.page.locator("input[type=file]").set_input_files(path)


def test_a_visitor_can_drop_a_file_of_their_own(visit, tmp_path) -> None:
    rng = np.random.default_rng(4)
    table = pd.DataFrame({
        "SOURCE_ID": 4373465352415301632 + np.arange(50),
        "BP-RP": rng.uniform(0, 3, 50), "Gmag": rng.uniform(8, 15, 50), "ruwe": rng.uniform(0.9, 2, 50),
    })  # fmt: skip
    path = tmp_path / "mine.csv"
    table.to_csv(path, index=False)
    page = visit().open("?dataset=mu2022")
    upload(page, path)
    page.wait_for_count(50)
    page.settle()
    page.page.get_by_role("gridcell", name="4373465352415301632").click()
    expect(page.page.get_by_role("heading", name="Gaia DR3 4373465352415301632")).to_be_visible()


def test_after_a_reload_the_same_file_brings_its_cuts_back(visit, tmp_path) -> None:
    path = tmp_path / "mine.csv"
    ruwe = np.linspace(0.9, 2.0, 50)
    pd.DataFrame({"source_id": np.arange(50) + 10**12, "ruwe": ruwe, "parallax": ruwe}).to_csv(path, index=False)
    page = visit().open("?dataset=mu2022")
    upload(page, path)
    page.wait_for_count(50)
    field = page.page.locator('[data-cut="slider:ruwe"] .field').first
    field.fill("1.25")
    field.press("Enter")
    left = int((ruwe >= 1.25).sum())
    page.wait_for_count(left)
    page.wait_for_address("1.25")
    page.page.reload()
    page.page.wait_for_function("window.penumbra?.last", timeout=60_000)
    expect(page.page.get_by_role("alert").filter(has_text="Open the file again")).to_be_visible()
    upload(page, path)
    page.wait_for_count(left)
    expect(page.page.get_by_text("as the address asked for it")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "empty"),
        ("words.fits", b"this is not a table at all, only words\n", "words.fits"),
        ("names.csv", b"name,kind\na,b\nc,d\n", "names.csv"),
        ("floats.csv", b"source_id,ruwe\n4.3734653524153016e+18,1.0\n4.3734653524153017e+18,1.1\n", "source_id"),
        ("twice.csv", b"source_id,ruwe\n12345678901,1.0\n12345678901,1.1\n", "12345678901"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name_and_the_session_lives(
    visit, tmp_path, name, content, words
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    page = visit().open("?dataset=mu2022")
    upload(page, path)
    message = page.page.get_by_role("alert").filter(has_text="could not be opened")
    expect(message).to_contain_text(words)
    expect(message).to_contain_text(name.split(".")[0])
    expect(message).not_to_contain_text("/penumbra-")
    field = page.page.locator('[data-cut="slider:ruwe"] .field').first
    field.fill("1.25")
    field.press("Enter")
    page.wait_for_count(12)


def test_texts_in_a_catalogue_never_run(visit, tmp_path) -> None:
    table = pd.DataFrame({
        "designation": [f"{ATTACK} {i}" for i in range(20)],
        "ruwe": np.linspace(0.9, 2, 20), "bp_rp": np.linspace(0, 2, 20), "phot_g_mean_mag": np.linspace(8, 12, 20),
        "subclass": [ATTACK] * 20, ATTACK: np.arange(20.0),
    })  # fmt: skip
    path = tmp_path / "attack.csv"
    table.to_csv(path, index=False)
    page = visit().open("?dataset=mu2022")
    upload(page, path)
    page.wait_for_count(20)
    page.settle()
    page.page.get_by_role("gridcell").filter(has_text="onerror").first.click()
    page.settle()
    x, y = page.screen_place("first", 1.0, 10.0)
    page.page.mouse.move(x, y)
    page.page.wait_for_timeout(800)
    assert page.page.evaluate("window.attacked === undefined")
    assert page.page.locator("img[src=x]").count() == 0


def test_the_ten_thousand_gaia_stars_have_planes_and_cuts(visit, start_server, real_dir) -> None:
    server = start_server(str(real_dir / "gaia" / "gaia_dr3_200pc_10k.parquet"))
    page = visit(url=server.url).open()
    assert page.header == "10000 of 10000 pass"
    for slot in ("first", "third", "fourth"):
        assert page.painted_pixels(slot) > 1000
    field = page.page.locator('[data-cut="slider:ruwe"] .field').first
    field.fill("1.4")
    field.press("Enter")
    page.page.wait_for_function("window.penumbra.last.header.count < 10000")
    assert page.count == 1568
