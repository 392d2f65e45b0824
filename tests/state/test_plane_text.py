"""A plane in words, and walking over it, against the table itself."""

import numpy as np
import pytest

from components.state.library import Library
from components.state.plane_text import describe_plane, step_from
from components.state.workspace import Workspace

SLOT = "second"


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    workspace = Workspace(Library().open("mu2022"))
    workspace.choose_figure(SLOT, "velocity_period")
    workspace.cut_by_text("half_delta_vr >= 100")
    stage = workspace.stage
    stage.show_figure(SLOT, workspace.planes.figures[SLOT])
    stage.apply(workspace.selection.active)
    return workspace


def test_the_text_counts_and_ranges_are_those_of_the_table(workspace: Workspace) -> None:
    table = workspace.catalogue.table
    drawn = table["period"].notna() & table["half_delta_vr"].notna()
    passing = drawn & (table["half_delta_vr"] >= 100)
    text = describe_plane(workspace.stage, SLOT)
    assert f"{passing.sum()} of {drawn.sum()} stars in this window pass" in text.sentences[1]
    half = next(sentence for sentence in text.sentences if sentence.startswith("ΔV_R/2 of the passing"))
    said = [float(word) for word in half.replace(",", " ").replace(".", ". ").split() if word.strip(".").isdigit()]
    for number, quartile in zip(said, np.nanquantile(table["half_delta_vr"][passing], [0.25, 0.75, 0.5]), strict=False):
        assert number == pytest.approx(quartile, rel=0.05)


def test_the_rows_are_the_topmost_passing_stars(workspace: Workspace) -> None:
    table = workspace.catalogue.table
    wanted = table[table["period"].notna()].nlargest(8, "half_delta_vr")["designation"].to_list()
    text = describe_plane(workspace.stage, SLOT, star=9)
    assert [row[0] for row in text.rows] == wanted
    assert any(sentence.startswith("Picked: ") and "334 km/s" in sentence for sentence in text.sentences)


def test_an_empty_slot_and_an_empty_selection_have_a_sentence(workspace: Workspace) -> None:
    assert describe_plane(workspace.stage, "sixth").sentences
    workspace.stage.apply({**workspace.selection.active, "none": workspace.selection["slider:half_delta_vr"].cut})
    assert describe_plane(workspace.stage, SLOT).sentences[1]


@pytest.mark.parametrize("direction", [(1, 0), (-1, 0), (0, 1), (0, -1)])
def test_a_step_goes_to_a_passing_star_in_that_direction(workspace: Workspace, direction: tuple[int, int]) -> None:
    table = workspace.catalogue.table
    row = step_from(workspace.stage, SLOT, None, *direction)
    assert row is not None
    seen = [row]
    while (found := step_from(workspace.stage, SLOT, seen[-1], *direction)) is not None and len(seen) < 40:
        moved = np.log10(
            table[["period", "half_delta_vr"]].iloc[found] / table[["period", "half_delta_vr"]].iloc[seen[-1]]
        )
        assert np.dot(moved, direction) > 0
        seen.append(found)
    assert len(seen) < 40
    assert (table["half_delta_vr"].iloc[seen] >= 100).all()


def test_every_passing_star_of_a_small_plane_can_be_reached_by_walking(workspace: Workspace) -> None:
    table = workspace.catalogue.table
    wanted = set(np.flatnonzero(table["period"].notna() & (table["half_delta_vr"] >= 100)))
    first = step_from(workspace.stage, SLOT, None, 1, 0)
    assert first is not None
    reached, edge = {first}, [first]
    while edge:
        row = edge.pop()
        for direction in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            found = step_from(workspace.stage, SLOT, row, *direction)
            if found is not None and found not in reached:
                reached.add(found)
                edge.append(found)
    assert reached == wanted
