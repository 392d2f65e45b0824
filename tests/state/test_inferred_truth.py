"""Inferred against true orbits: made-up inferences whose errors are known, on a simulated survey."""

import asyncio

import numpy as np
import pandas as pd
import pytest

from analysis import simulate
from components.state.catalogue import Catalogue
from components.state.inferred_truth import GROUPS, INNER, OUTER, agreements, can_be_compared, inferred_truth
from components.state.orbit_comparison import MOST_SHOWN, OrbitComparison
from components.state.workspace import Workspace

N, SEED = 12_000, 11
TOO_LONG, TOO_LIGHT = 2.0, 0.5


@pytest.fixture(scope="module")
def known() -> pd.DataFrame:
    return simulate.truth(N, SEED)


@pytest.fixture(scope="module")
def catalogue(known) -> Catalogue:
    """A survey in which every period is inferred twice as long and every mass ratio half as large as it is."""
    table = simulate.survey(N, SEED)
    paired = (known["period_true"] > 0).to_numpy()
    table["period_yr"] = np.where(paired, TOO_LONG * known["period_true"] / 365.25, np.nan)
    table["q"] = np.where(paired, TOO_LIGHT * known["mass_ratio_true"], np.nan)
    table["ruwe_spec"] = np.where(np.arange(N) % 3 == 0, 1.0, 3.0)
    shuffled = table.iloc[np.random.default_rng(2).permutation(N)].reset_index(drop=True)
    shuffled.attrs = table.attrs
    return Catalogue(shuffled, "made", "Made stars")


@pytest.fixture
def workspace(catalogue):
    space = Workspace(catalogue)
    yield space
    space.close()


def compared(workspace: Workspace, **wish: object):
    async def paint(_: bytes) -> None:
        workspace.pump.acknowledge()

    async def run():
        workspace.pump.connect(paint)
        comparison = OrbitComparison(workspace)
        comparison.pause = 0.0
        comparison.param.update(**wish)
        await workspace.pump.settled()
        await comparison.settled()
        return comparison.answer

    return asyncio.run(run())


def test_each_star_is_compared_with_its_own_truth(catalogue, known) -> None:
    table = inferred_truth(catalogue).table
    np.testing.assert_allclose(table["period_inferred"], TOO_LONG * table["period"], rtol=1e-5)
    np.testing.assert_allclose(table["q_inferred"], TOO_LIGHT * table["q"], rtol=1e-5)
    kinds = known["class_true"].astype(str).value_counts()
    for number, classes in enumerate(GROUPS.values()):
        assert (table["group"] == number).sum() == sum(kinds.get(name, 0) for name in classes)


def test_the_agreement_is_the_error_that_was_put_in(catalogue) -> None:
    found = inferred_truth(catalogue)
    for group in agreements(found, np.ones(len(found.table), bool)):
        if group.stars >= 5:
            assert group.log_period == pytest.approx((np.log10(TOO_LONG), 0.0), abs=1e-5)
            assert group.log_q == pytest.approx((np.log10(TOO_LIGHT), 0.0), abs=1e-5)
    few = agreements(found, np.zeros(len(found.table), bool))
    assert all(group.stars == 0 and np.isnan(group.log_period[0]) for group in few)


def test_triples_can_be_compared_with_their_outer_orbits(catalogue) -> None:
    found = inferred_truth(catalogue)
    everything = np.ones(len(found.table), bool)
    inner, outer = (agreements(found, everything, which)[3] for which in (INNER, OUTER))
    # Outer periods are at least ten times the inner ones.
    assert outer.log_period[0] < inner.log_period[0] - 1
    assert outer.beyond_baseline > inner.beyond_baseline


def test_only_noticed_stars_that_pass_are_counted(workspace, known) -> None:
    workspace.limit("slider:ruwe", 1.3, None)
    answer = compared(workspace)
    table = workspace.catalogue.table
    noticed = (table["ruwe"] >= 1.3) & (table["ruwe_spec"] > 2) & table["q"].notna()
    kinds = set().union(*GROUPS.values())
    classes = simulate.truth(N, SEED).set_index(simulate.survey(N, SEED)["source_id"])["class_true"].astype(str)
    expected = noticed & table["source_id"].map(classes).isin(kinds)
    assert answer.of == sum(group.stars for group in answer.agreements) == int(expected.sum()) > 50
    more = compared(workspace, noticed=False)
    assert more.of > answer.of


def test_few_points_are_shown_of_many_and_every_group_has_its_share(workspace) -> None:
    answer = compared(workspace, noticed=False)
    assert len(answer.rows) == MOST_SHOWN < answer.of
    shown = np.bincount(answer.group, minlength=len(GROUPS))
    for number, group in enumerate(answer.agreements):
        assert shown[number] >= min(group.stars, MOST_SHOWN // (2 * len(GROUPS)))
    assert answer.passing.all()


def test_nothing_is_worked_out_while_nobody_looks(workspace) -> None:
    assert compared(workspace, active=False) is None


def test_a_catalogue_without_truth_or_without_inferences_cannot_be_compared(catalogue) -> None:
    bare = simulate.survey(50, SEED)
    assert not can_be_compared(Catalogue(bare, "made", "Made stars"))
    real = catalogue.table.copy()
    real.attrs = {}
    assert not can_be_compared(Catalogue(real, "real", "Real stars"))
    with pytest.raises(ValueError, match="no true orbits"):
        inferred_truth(Catalogue(real, "real", "Real stars"))
