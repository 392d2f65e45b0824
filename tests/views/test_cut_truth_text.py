"""What the cards of the cuts say where the truth is known."""

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest

from analysis import simulate
from components.cut_truth_text import class_rows, cost_line, cut_truths, wanted_title
from components.state.catalogue import Catalogue
from components.state.truth import CutCost, Tally
from components.state.tuning import Tuned, Tuning
from components.state.workspace import Workspace
from components.views.cut_sliders import CutSliders

CLASSES = ("single", "ms_ns", "ms_bh")
COST = CutCost("slider:ruwe", np.array([700, 40, 5]), np.array([300, 4, 1]))
TALLY = Tally(CLASSES, np.array([900, 80, 20]), np.array([30, 8, 0]), (COST,), unknown=0)
N, SEED = 3000, 5


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    space = Workspace(Catalogue(simulate.survey(N, SEED), "made", "Made stars"))
    yield space
    space.close()


def test_the_line_is_of_the_stars_that_the_other_cuts_leave() -> None:
    # 5 of 13 wanted ones, 300 of 330 others
    assert cost_line(TALLY, COST, ("ms_ns", "ms_bh")) == "wanted −38.5 %, others −90.9 %"


def test_a_class_of_which_nothing_is_left_gives_no_share() -> None:
    empty = Tally(CLASSES, np.array([900, 80, 20]), np.array([30, 0, 0]), (), unknown=0)
    cost = CutCost("cut", np.array([1, 80, 20]), np.array([0, 0, 0]))
    assert cost_line(empty, cost, ("ms_ns",)) == "wanted –, others −0 %"
    assert class_rows(empty, cost, ("ms_ns",)) == [["single star", 30, 0, False]]


def test_each_class_has_a_row_with_what_the_cut_alone_removes() -> None:
    assert class_rows(TALLY, COST, ("ms_ns",)) == [
        ["single star", 330, 300, False],
        ["MS + neutron star", 12, 4, True],
        ["MS + black hole", 1, 1, False],
    ]


def test_what_is_looked_for_is_named_shortly() -> None:
    assert wanted_title(("ms_ns", "ms_bh")) == "neutron star, black hole"
    assert wanted_title(("single", "ms_ns", "ms_bh")) == "What you look for"


def test_without_a_wish_or_an_answer_nothing_is_told() -> None:
    assert cut_truths(None) == {}
    assert cut_truths(Tuned(TALLY, ())) == {}


def test_the_cards_tell_the_truth_only_while_it_is_in_front_or_kept(workspace: Workspace) -> None:
    async def paint(_: bytes) -> None:
        workspace.pump.acknowledge()

    async def visit() -> list[dict]:
        workspace.pump.connect(paint)
        tuning = Tuning(workspace, looked_at=False)
        cards = CutSliders(workspace, "dark", tuning)
        seen = []
        for act in (
            lambda: workspace.limit("slider:ruwe", 1.2, None),
            lambda: tuning.param.update(looked_at=True),
            lambda: tuning.param.update(kept_on_cuts=True, looked_at=False),
            lambda: tuning.param.update(kept_on_cuts=False),
        ):
            act()
            await workspace.pump.settled()
            await tuning.settled()
            seen.append(cards.truth)
        return seen

    away, front, kept, dropped = asyncio.run(visit())
    assert away == dropped == {}
    wanted = simulate.truth(N, SEED)["class_true"].isin(["ms_ns", "ms_bh"]).to_numpy()
    passing = (workspace.catalogue.table["ruwe"] >= 1.2).to_numpy()
    share = (wanted & passing).sum() / wanted.sum()
    assert float(front["head"]["completeness"].split()[0]) == pytest.approx(100 * share, rel=0.01)
    card = front["cuts"]["slider:ruwe"]
    assert card["curve"]["end"] == "low" and card["curve"]["completeness"][0] == 1.0
    assert sum(row[2] for row in card["classes"]) == N - passing.sum()
    other = next(name for name in front["cuts"] if name != "slider:ruwe")
    assert front["cuts"][other]["line"] == ""
    assert kept == front
