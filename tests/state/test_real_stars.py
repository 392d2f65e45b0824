"""Real candidates over a simulated survey: where they stand, how they are picked, and that nothing counts them."""

import numpy as np
import pytest

from analysis import simulate
from analysis.catalogue import add_derived, load_dataset
from components.state.catalogue import Catalogue
from components.state.planes import FIGURES
from components.state.real_stars import RealStars
from components.state.workspace import Workspace

N = 2000
FIGURE = {figure.key: figure for figure in FIGURES}
STAR_7 = "J074432.30+395421.5"


@pytest.fixture(scope="module")
def candidates() -> Catalogue:
    return Catalogue(load_dataset("mu2022"), "mu2022", "Mu et al. 2022")


@pytest.fixture
def workspace(candidates):
    space = Workspace(Catalogue(add_derived(simulate.survey(N, 5)), "made", "Made stars"), real=candidates)
    yield space
    space.close()


def test_all_35_candidates_stand_in_the_plane_of_the_paper(candidates) -> None:
    rows, period, half_range = RealStars(candidates).places(FIGURE["velocity_period"])
    assert len(rows) == 35
    # Table 1, No. 7: P = 0.4552 d, a velocity range of 312 km/s.
    at = [candidates.identify(int(row)) for row in rows].index(STAR_7)
    assert (period[at], half_range[at]) == pytest.approx((0.4552, 156.0))


def test_a_plane_of_columns_that_they_lack_shows_none(candidates) -> None:
    real = RealStars(candidates)
    assert len(real.places(FIGURE["hr_gaia"])[0]) == 0
    assert not real.stands_in(FIGURE["velocity_period"])


def test_their_brightness_in_the_infrared_is_inferred_and_said_to_be(candidates) -> None:
    real = RealStars(candidates)
    assert len(real.places(FIGURE["hr_infrared"])[0]) == 35
    assert real.stands_in(FIGURE["hr_infrared"])


def test_a_click_on_a_mark_finds_it_and_one_beside_does_not(workspace) -> None:
    workspace.planes.show("second", FIGURE["velocity_period"])
    stage, real = workspace.stage, workspace.real
    stage.show_figure("second", FIGURE["velocity_period"])
    row = real.nearest(stage.planes["second"], 0.4552, 156.0)
    assert real.catalogue.identify(row) == STAR_7
    assert real.nearest(stage.planes["second"], 9.0, 70.0) is None
    assert real.nearest(stage.planes["second"], -1.0, 156.0) is None
    assert real.nearest(None, 0.4552, 156.0) is None


def test_one_star_at_a_time_is_looked_at(workspace) -> None:
    workspace.focus.pick_row(3)
    assert workspace.real.pick(STAR_7)
    assert workspace.focus.row is None
    workspace.focus.pick_row(4)
    assert workspace.real.row is None


def test_no_count_knows_of_them(workspace) -> None:
    assert workspace.real.pick(STAR_7)
    assert len(workspace.catalogue) == N
    assert workspace.stage.engine.mask().sum() == N
    assert not np.isin(workspace.catalogue.values("source_id"), [STAR_7]).any()


def test_the_address_restores_the_candidate_and_refuses_another(workspace, candidates) -> None:
    workspace.real.pick(STAR_7)
    again = Workspace(workspace.catalogue, workspace.query(), real=candidates)
    assert again.real.identifier == STAR_7
    again.close()
    # No. 46 of Table S1 is a binary of the paper, but none of its 35 candidates.
    other = next(candidates.identify(row) for row in range(len(candidates)) if row not in workspace.real.rows)
    refused = Workspace(workspace.catalogue, f"?candidate={other.replace('+', '%2B')}", real=candidates)
    assert refused.real.row is None
    assert other in refused.notices[0]
    refused.close()
