"""The panel of completeness and purity, without a browser."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from analysis import simulate
from analysis.selection.tuning import Curve
from components.state.catalogue import Catalogue
from components.state.truth import CLASS_TITLES, CutCost, Tally
from components.state.tuning import Tuned
from components.state.workspace import Workspace
from components.theme import DARK, LIGHT
from components.views.truth_panel import (
    CurveFigure,
    TruthPanel,
    classes_html,
    costs_html,
    percent,
    score_html,
)

CLASSES = ("single", "ms_ns", "ms_bh")
TALLY = Tally(
    CLASSES,
    np.array([900, 80, 20]),
    np.array([30, 8, 2]),
    (CutCost("slider:ruwe", np.array([700, 40, 5]), np.array([300, 4, 1])),),
    unknown=7,
)
CURVE = Curve(np.array([1.0, 1.2, 1.4]), np.array([100, 40, 0]), np.array([20, 10, 0]), 100)


def tuned(limit: float | None = 1.2, wanted: tuple[str, ...] = ("ms_ns", "ms_bh")) -> Tuned:
    return Tuned(TALLY, wanted, "slider:ruwe", "ruwe", "low", limit, "linear", CURVE)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(simulate.survey(2000, 5), "made", "Made stars")


def test_completeness_and_purity_are_told_with_what_they_are_made_of() -> None:
    text = score_html(tuned())
    assert "10 %" in text  # 10 of 100 wanted stars
    assert "25 %" in text  # 10 of 40 passing stars
    assert "10 of 100 wanted" in text
    assert "10 of 40 passing" in text


def test_nothing_wanted_asks_for_a_choice() -> None:
    assert "Choose above" in score_html(tuned(wanted=()))


def test_a_share_of_nothing_is_a_dash() -> None:
    assert percent(float("nan")) == "–"
    assert percent(0.0) == "0 %"


def test_every_class_has_its_line_and_the_wanted_ones_stand_out() -> None:
    text = classes_html(TALLY, ("ms_bh",))
    assert text.count("<tr") == len(CLASSES) + 1
    assert text.count("class=wanted") == 1
    assert "<td>20</td><td>2</td><td>10 %</td>" in text
    assert "7 stars without truth" in text


def test_a_cut_tells_what_it_takes_from_each_wanted_class() -> None:
    text = costs_html(TALLY, ("ms_ns", "ms_bh"), {"slider:ruwe": "RUWE <b>"})
    assert "RUWE &lt;b&gt;" in text
    assert "4 <span class=less>/ 40</span>" in text
    assert "1 <span class=less>/ 5</span>" in text
    assert "300 <span class=less>/ 700</span>" in text


def test_without_cuts_nothing_is_lost() -> None:
    assert "No cut is set" in costs_html(Tally(CLASSES, TALLY.totals, TALLY.totals, (), 0), ("ms_ns",), {})


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_curve_is_in_per_cent_with_the_present_limit_marked(theme) -> None:
    shown = CurveFigure(tuned(), "RUWE, at least", theme)
    np.testing.assert_allclose(shown.source.data["completeness"], [20, 10, np.nan])
    np.testing.assert_allclose(shown.source.data["purity"], [20, 25, np.nan])
    assert (shown.mark.visible, shown.mark.location) == (True, 1.2)
    shown.show(tuned(limit=None))
    assert not shown.mark.visible


def test_the_panel_follows_the_cuts(catalogue) -> None:
    workspace = Workspace(catalogue)
    panel = TruthPanel(workspace, "dark")

    async def paint(_: bytes) -> None:
        workspace.pump.acknowledge()

    async def visit() -> None:
        workspace.pump.connect(paint)
        for act in (lambda: None, lambda: workspace.limit("slider:ruwe", 1.3, None)):
            act()
            await workspace.pump.settled()
            await panel.tuning.settled()

    try:
        asyncio.run(visit())
        passing = int((catalogue.table["ruwe"] >= 1.3).sum())
        assert f"of {passing} passing stars" in panel._score.object
        assert panel._slider.value == "slider:ruwe"
        assert panel._along.visible
        before = panel._plot.object
        panel.show_theme("light")
        assert panel._plot.object is not before
    finally:
        workspace.close()


def test_choosing_classes_and_the_limit_asks_for_them(catalogue) -> None:
    workspace = Workspace(catalogue)
    try:
        panel = TruthPanel(workspace, "dark")
        panel._wanted.value = ["triple"]
        panel._end.value = "high"
        assert (panel.tuning.wanted, panel.tuning.end) == (["triple"], "high")
        assert set(panel._wanted.options.values()) == set(CLASS_TITLES) == set(simulate.CLASSES)
    finally:
        workspace.close()


def test_a_catalogue_without_truth_says_so(catalogue) -> None:
    table = catalogue.table.copy()
    table.attrs = {}
    workspace = Workspace(Catalogue(table, "real", "Real stars"))
    try:
        panel = TruthPanel(workspace, "light")
        assert "is not known" in panel._note.object
        assert not panel._counts.visible
    finally:
        workspace.close()


def test_purity_in_nature_counts_dark_companions_at_their_natural_number() -> None:
    rare = replace(TALLY, enrichment=3000.0)
    # 30 single stars, 8 + 2 enriched ones: 10/3000 of 30 + 10/3000.
    assert rare.purity_in_nature(("ms_ns", "ms_bh")) == pytest.approx(1.111e-4, rel=1e-3)
    assert "0.0111 %" in score_html(replace(tuned(), tally=rare))
    assert "In nature" not in score_html(tuned())


def test_a_chosen_cut_shows_what_it_takes_from_each_class() -> None:
    text = classes_html(TALLY, ("ms_bh",), "slider:ruwe")
    assert "300 <span class=less>/ 700</span>" in text
    assert "1 <span class=less>/ 5</span>" in text
    assert "removed" not in classes_html(TALLY, ("ms_bh",), "another")
