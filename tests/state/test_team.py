"""What the agreement page shows, against counts made by hand."""

import pytest
from test_verdicts import Desk, book, catalogue  # noqa: F401

from components.state.team import team_summary


@pytest.fixture
def team(run_async, book, catalogue):  # noqa: F811
    desks = {name: Desk(book, name, catalogue) for name in ("anna", "ben")}
    # Ten stars that both judged: 5 triple by both, 3 single by both, 2 where they differ. Cohen by hand:
    # p_o = 0.8, anna 6 triple and 4 single, ben 6 triple and 4 single, p_e = 0.36 + 0.16 = 0.52.
    given = [("triple", "triple")] * 5 + [("single", "single")] * 3 + [("triple", "single"), ("single", "triple")]

    async def judge() -> None:
        for row, (first, second) in enumerate(given):
            await desks["anna"].give(row, first)
            await desks["ben"].give(row, second, comment="ben's reason")
        await desks["anna"].give(20, "eclipsing")

    run_async(judge())
    yield desks
    for desk in desks.values():
        desk.close()


def test_counts_kappa_and_conflicts_are_those_counted_by_hand(team, catalogue) -> None:  # noqa: F811
    summary = team_summary(team["anna"].verdicts)
    assert summary["reviewers"] == ["anna", "ben"]
    by_word = {row["word"]: row["by"] for row in summary["counts"]}
    assert (by_word["triple"], by_word["single"], by_word["eclipsing"]) == ([6, 6], [4, 4], [1, 0])
    assert (summary["judged"], summary["shared"], summary["n_conflicts"]) == (11, 10, 2)
    ((a, b, kappa, n),) = summary["pairs"]
    assert (a, b, n) == ("anna", "ben", 10)
    assert kappa == pytest.approx((0.8 - 0.52) / (1 - 0.52))
    assert [conflict["star"] for conflict in summary["conflicts"]] == [catalogue.identify(8), catalogue.identify(9)]


def test_a_resolution_settles_a_conflict_and_undo_opens_it_again(run_async, team, catalogue) -> None:  # noqa: F811
    anna, star = team["anna"], catalogue.identify(8)

    async def resolve() -> None:
        answer = await anna.give(8, "triple", resolves=True, comment="spectrum decides")
        assert answer["ok"]

    run_async(resolve())
    summary = team_summary(team["ben"].verdicts)
    assert (summary["n_conflicts"], summary["resolved"]) == (1, 1)
    assert team["ben"].verdicts.summary(star) == "Triple, resolved"
    assert anna.verdicts.mine[star].verdict == "triple"

    async def undo() -> None:
        anna.workspace.history.undo()
        await anna.settle()

    run_async(undo())
    assert team_summary(team["ben"].verdicts)["n_conflicts"] == 2


def test_in_blind_mode_the_team_is_seen_on_ones_own_stars_only(run_async, team) -> None:
    ben = team["ben"]
    ben.verdicts.blind = True
    by_word = {row["word"]: row["by"] for row in team_summary(ben.verdicts)["counts"]}
    assert by_word["eclipsing"] == [0, 0]
    assert by_word["triple"] == [6, 6]
