"""What one visitor does with one catalogue, without a browser."""

import asyncio

import numpy as np
import pandas as pd
import pytest

from analysis.selection import Inside, Range
from components.state.catalogue import Catalogue
from components.state.frame import unpack_frame
from components.state.workspace import Workspace


def table(n: int = 500, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "source_id": np.arange(n, dtype=np.int64) + 4373465352415301632,
            "bp_rp": rng.uniform(0, 3, n),
            "absolute_g": rng.normal(6, 2, n),
            "phot_g_mean_mag": rng.uniform(8, 16, n),
            "ruwe": rng.lognormal(0, 0.3, n),
            "parallax": rng.gamma(2, 1, n),
            "period": 10 ** rng.normal(0, 1, n),
            "half_delta_vr": 10 ** rng.normal(1.5, 0.5, n),
            "subclass": rng.choice(["K3", "M1"], n),
        }
    )
    frame.loc[::7, "ruwe"] = np.nan
    return frame


@pytest.fixture
def workspace():
    space = Workspace(Catalogue(table(), "test", "Test stars"))
    yield space
    space.close()


@pytest.fixture
def frame_of(run_async):
    """Serve all wishes as the browser would have them served, and return the last frame."""
    return lambda workspace: run_async(last_frame(workspace))


async def last_frame(workspace: Workspace) -> tuple[dict, dict]:
    frames: list[bytes] = []

    async def send(frame: bytes) -> None:
        frames.append(frame)
        workspace.pump.acknowledge()

    workspace.pump.connect(send)
    await workspace.pump.settled()
    return unpack_frame(frames[-1])


def test_the_first_frame_shows_all_planes_with_every_star_passing(workspace, frame_of) -> None:
    header, arrays = frame_of(workspace)
    assert (header["count"], header["total"]) == (500, 500)
    assert set(header["planes"]) == {"first", "second", "third", "fourth"}
    assert len(arrays["first.x"]) == 500
    assert (arrays["first.level"] >= 64).all()


def test_counts_histograms_and_points_follow_a_cut_exactly(workspace, frame_of) -> None:
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1.1, None))
    workspace.selection.publish("slider:parallax", Range("parallax", None, 2.5))
    header, arrays = frame_of(workspace)
    stars = workspace.catalogue.table
    high_ruwe, near = stars["ruwe"].to_numpy() >= 1.1, stars["parallax"].to_numpy() <= 2.5
    assert header["count"] == int((high_ruwe & near).sum())
    removed = {name: number for name, number in header["removed"].items() if number}
    assert removed == {
        "slider:ruwe": int((near & ~high_ruwe).sum()),
        "slider:parallax": int((high_ruwe & ~near).sum()),
    }
    assert arrays["histogram:slider:ruwe"].sum() == pytest.approx(int((near & stars["ruwe"].notna()).sum()), abs=2)
    rows = arrays["first.rows"]
    np.testing.assert_array_equal(arrays["first.level"] >= 64, (high_ruwe & near)[rows])


def test_a_disabled_cut_does_not_count_but_keeps_its_limits(workspace, frame_of) -> None:
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1.1, None))
    workspace.selection.enable("slider:ruwe", False)
    header, _ = frame_of(workspace)
    assert header["count"] == 500
    assert workspace.selection["slider:ruwe"].cut == Range("ruwe", 1.1, None)


def test_a_drag_ends_where_the_full_way_ends(workspace, frame_of, run_async) -> None:
    frame_of(workspace)

    async def drag() -> None:
        for low in np.linspace(0.5, 1.3, 30):
            workspace.pump.move("slider:ruwe", float(low), None)
            await asyncio.sleep(0.002)
        workspace.pump.release()
        workspace.limit("slider:ruwe", 1.3, None)
        await workspace.pump.settled()

    run_async(drag())
    header, _ = frame_of(workspace)
    assert header["count"] == int((workspace.catalogue.table["ruwe"] >= 1.3).sum())


def test_a_slider_is_ready_when_the_pointer_rests_on_it_and_again_after_other_cuts_changed(
    workspace, frame_of, run_async
) -> None:
    frame_of(workspace)
    pump, stage = workspace.pump, workspace.stage

    async def ready(name: str) -> bool:
        for _ in range(300):
            await pump.settled()
            if stage.has_drag_index(name):
                return True
            await asyncio.sleep(0.01)
        return False

    async def visit() -> None:
        pump.grab("slider:ruwe")
        assert await ready("slider:ruwe")
        pump.release("slider:parallax")
        await pump.settled()
        assert stage.has_drag_index("slider:ruwe")
        workspace.limit("slider:parallax", 1.0, None)
        await pump.settled()
        assert not stage.has_drag_index("slider:ruwe")
        pump.grab("slider:ruwe")
        assert await ready("slider:ruwe")
        pump.release("slider:ruwe")
        await pump.settled()
        assert not stage.has_drag_index("slider:ruwe")

    run_async(visit())


def test_a_slider_may_be_removed_while_it_is_made_ready(workspace, frame_of, run_async, caplog) -> None:
    frame_of(workspace)
    pump = workspace.pump

    async def visit() -> None:
        pump.grab("slider:ruwe")
        workspace.selection.remove("slider:ruwe")
        await asyncio.sleep(0.3)
        await pump.settled()
        pump.grab("slider:parallax")
        await asyncio.sleep(0.3)
        workspace.selection.remove("slider:parallax")
        await pump.settled()
        pump.release("slider:parallax")
        workspace.limit("slider:period", 1.0, None)
        await pump.settled()

    run_async(visit())
    header, _ = frame_of(workspace)
    assert header["count"] == int((workspace.catalogue.table["period"] >= 1.0).sum())
    assert not caplog.text


def test_boxes_and_lassos_are_cuts_in_data_units(workspace, frame_of) -> None:
    corners = ((0.5, 4.0), (2.5, 4.0), (2.5, 8.0), (0.5, 8.0))
    workspace.cut_by_shape("first", Inside("bp_rp", "absolute_g", corners))
    header, _ = frame_of(workspace)
    stars = workspace.catalogue.table
    assert header["count"] == int((stars["bp_rp"].between(0.5, 2.5) & stars["absolute_g"].between(4, 8)).sum())
    assert workspace.selection.clauses[-1].label.startswith("Lasso")


def test_the_nearest_star_on_the_screen_is_found_on_log_axes_too(workspace, frame_of) -> None:
    frame_of(workspace)
    stars = workspace.catalogue.table
    slot = next(name for name, figure in workspace.planes.figures.items() if figure.key == "velocity_period")
    for row in (3, 77, 401):
        found = workspace.stage.nearest(slot, stars["period"][row], stars["half_delta_vr"][row])
        assert found == row


def test_the_address_brings_everything_back(workspace, frame_of) -> None:
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1.1, 1.9))
    workspace.cut_by_text("subclass = 'M1' and parallax > 1")
    workspace.selection.enable("slider:ruwe", False)
    workspace.choose_axes("fourth", "parallax", "ruwe", "period", False, True, "equalised", 1.5)
    workspace.zoom("first", (0.5, 1.5, 3.0, 9.0), 300, 200)
    workspace.focus.pick("4373465352415301700")
    again = Workspace(workspace.catalogue, workspace.query())
    try:
        assert again.selection.clauses == workspace.selection.clauses
        assert again.planes.figures == workspace.planes.figures
        assert again.windows == workspace.windows
        assert again.focus.row == workspace.focus.row == 68
        assert again.notices == []
        assert not again.history.can_undo
    finally:
        again.close()


@pytest.mark.parametrize(
    "query",
    ["?cuts=garbage", '?cuts=[["a","ruwe >"]]', '?planes={"first":"no such"}', '?views={"first":[1,2]}', "?star=17"],
)
def test_a_broken_address_is_reported_and_the_rest_opens(workspace, query) -> None:
    again = Workspace(workspace.catalogue, query)
    try:
        assert len(again.notices) == 1
        assert len(again.selection.clauses) == len(workspace.selection.clauses)
    finally:
        again.close()


def test_wrong_text_is_explained_and_changes_nothing(workspace) -> None:
    before = workspace.selection.clauses
    workspace.try_text("ruwee > 1.4")
    assert "ruwe" in workspace.complaint
    workspace.add_slider("subclass")
    assert "text" in workspace.complaint
    workspace.add_slider("paralax")
    assert "parallax" in workspace.complaint
    assert workspace.selection.clauses == before


def test_a_log_axis_without_positive_values_is_refused(workspace) -> None:
    with pytest.raises(ValueError, match="positive"):
        stars = table()
        stars["parallax"] = -stars["parallax"]
        other = Workspace(Catalogue(stars, "negative", "Negative parallaxes"))
        try:
            other.choose_axes("first", "parallax", "ruwe", None, True, False, "log", None)
        finally:
            other.close()


@pytest.mark.parametrize("rows", [1, 2])
def test_one_or_two_stars_are_a_catalogue_too(rows, frame_of) -> None:
    space = Workspace(Catalogue(table().iloc[:rows].reset_index(drop=True), "few", "Few stars"))
    try:
        header, arrays = frame_of(space)
        assert header["count"] == rows
        assert len(arrays["first.x"]) == rows
    finally:
        space.close()
