"""Completeness and purity follow the cuts of a session."""

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from analysis import simulate
from analysis.selection import Range
from components.state import tuning as module
from components.state.catalogue import Catalogue
from components.state.tuning import Tuned, Tuning, curve_thresholds
from components.state.workspace import Workspace

N, SEED = 3000, 5


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(simulate.survey(N, SEED), "made", "Made stars")


@pytest.fixture
def workspace(catalogue):
    space = Workspace(catalogue)
    yield space
    space.close()


def answers(workspace: Workspace, *acts: Callable[[Tuning], object]) -> list[Tuned]:
    """The answer at first, and after each act."""
    found: list[Tuned] = []

    async def paint(_: bytes) -> None:
        workspace.pump.acknowledge()

    async def run() -> None:
        workspace.pump.connect(paint)
        tuning = Tuning(workspace)
        tuning.wanted = ["ms_wd"]
        for act in (lambda _: None, *acts):
            act(tuning)
            await workspace.pump.settled()
            await tuning.settled()
            found.append(tuning.answer)

    asyncio.run(run())
    return found


def test_the_answer_follows_a_cut(workspace):
    before, after = answers(workspace, lambda _: workspace.limit("slider:ruwe", 1.2, None))
    wanted = (simulate.truth(N, SEED)["class_true"] == "ms_wd").to_numpy()
    passing = (workspace.catalogue.table["ruwe"] >= 1.2).to_numpy()
    assert (before.score.completeness, before.score.selected) == (1.0, N)
    assert after.score.completeness == pytest.approx((wanted & passing).sum() / wanted.sum())
    assert after.score.purity == pytest.approx((wanted & passing).sum() / passing.sum())
    assert (after.column, after.end, after.limit) == ("ruwe", "low", 1.2)


def test_the_answer_counts_what_the_engine_lets_pass(workspace):
    def cut(_: Tuning) -> None:
        workspace.limit("slider:ruwe", None, 1.4)
        workspace.cut_by_text("parallax > 0.7 and subclass is not null")

    *_, last = answers(workspace, cut)
    assert last.score.selected == int(workspace.stage.engine.mask().sum()) > 0


def test_the_curve_goes_through_the_present_selection(workspace):
    *_, last = answers(workspace, lambda _: workspace.limit("slider:ruwe", 1.21, None))
    at = int(np.flatnonzero(last.curve.thresholds == 1.21)[0])
    assert last.curve.completeness[at] == last.score.completeness
    assert last.curve.purity[at] == last.score.purity


def test_the_curve_follows_the_chosen_slider_and_limit(workspace):
    first, second, third = answers(
        workspace,
        lambda tuning: tuning.param.update(slider="slider:parallax", end="high"),
        lambda tuning: tuning.param.update(slider="no such slider", end=""),
    )
    assert first.name in workspace.selection
    assert (second.column, second.end) == ("parallax", "high")
    assert third.name == first.name


def test_an_upper_limit_alone_is_the_one_that_is_followed(workspace):
    *_, last = answers(workspace, lambda _: workspace.limit("slider:parallax", None, 3.0))
    assert (last.column, last.end, last.limit) == ("parallax", "high", 3.0)


def test_many_changes_in_a_row_are_answered_a_few_times_with_the_newest(workspace, monkeypatch):
    monkeypatch.setattr(Tuning, "pause", 0.02)
    counted = []
    real = module._answer
    monkeypatch.setattr(module, "_answer", lambda *args: counted.append(1) or real(*args))

    def many(_: Tuning) -> None:
        for low in np.linspace(0.9, 1.3, 60):
            workspace.limit("slider:ruwe", float(low), None)

    *_, last = answers(workspace, many)
    assert last.limit == 1.3
    assert len(counted) < 20


def test_a_catalogue_without_truth_has_no_answer(catalogue):
    table = catalogue.table.copy()
    table.attrs = {}
    space = Workspace(Catalogue(table, "real", "Real stars"))
    try:
        assert answers(space) == [None]
    finally:
        space.close()


def test_a_failure_is_said_and_not_raised(workspace, monkeypatch):
    def fail(*_: object) -> None:
        raise ValueError("the survey is of version 0")

    monkeypatch.setattr(module, "true_classes", fail)
    told = []

    async def run() -> None:
        tuning = Tuning(workspace)
        tuning.refresh()
        await tuning.settled()
        told.append(tuning.complaint)

    asyncio.run(run())
    assert "version 0" in told[0]


def test_thresholds_span_the_slider_on_its_own_scale(catalogue):
    low, high = catalogue.slider_limits("parallax")
    steps = curve_thresholds(catalogue, "parallax", 1.234)
    assert (steps[0], steps[-1]) == (low, high)
    assert 1.234 in steps
    ratios = np.diff(
        np.log(curve_thresholds(catalogue, "half_delta_vr" if "half_delta_vr" in catalogue.table else "delta_vr"))
    )
    assert ratios == pytest.approx(ratios[0])


def test_a_switched_off_slider_is_not_offered(workspace):
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1.0, None))
    tuning = Tuning(workspace)
    assert "slider:ruwe" in tuning.sliders
    workspace.selection.enable("slider:ruwe", False)
    assert "slider:ruwe" not in tuning.sliders
