"""Challenges: the same name gives the same stars, picks are scored by hand-counted numbers, the first try counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.lessons import Challenge, HandedIn, class_board, result_verdict, score_picks, wanted_rows, why_missed
from analysis.vetting import DEFAULT_VOCABULARY, VerdictStore


def test_a_name_alone_determines_the_stars() -> None:
    one, two = Challenge(" Autumn Class A! ", 300), Challenge("autumn-class-a", 300)
    assert one == two
    assert one.dataset == "challenge-autumn-class-a"
    assert Challenge.of_dataset(one.dataset) == replace(one, stars=Challenge("x").stars)
    assert one.table()["source_id"].equals(two.table()["source_id"])
    assert Challenge("autumn class b").seed != one.seed
    assert Challenge.of_dataset("simulated") is None
    for name in ("", "  !", "x" * 41):
        with pytest.raises(ValueError, match="needs a name"):
            Challenge(name)


def test_the_table_holds_no_truth() -> None:
    challenge = Challenge("hidden", 300)
    table, truth = challenge.table(), challenge.truth()
    assert not [name for name in table.columns if name.endswith("_true")]
    assert len(table) == len(truth) == 300


def test_wanted_are_compact_companions_that_were_observed() -> None:
    classes = pd.Series(["ms_bh", "ms_ns", "single", "ms_ns", "ms_bh"])
    assert wanted_rows(classes, np.array([3, 2, 9, np.nan, 12])).tolist() == [True, False, False, False, True]


@pytest.mark.parametrize(
    ("picked", "found", "points"),
    [([0, 1], 2, 100), ([0], 1, 67), ([0, 1, 2, 3], 2, 67), ([2, 3], 0, 0), ([0, 0, 2], 1, 50)],
)
def test_points_are_the_harmonic_mean_of_completeness_and_purity(picked: list[int], found: int, points: int) -> None:
    wanted = np.array([True, True, False, False])
    result = score_picks(picked, wanted)
    assert (result.picked, result.found, result.wanted) == (len(set(picked)), found, 2)
    assert result.points == points
    assert HandedIn.from_text(result.text) == result


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"picked": 1, "found": 2, "wanted": 3}'])
def test_a_text_that_is_no_result_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="result of a challenge"):
        HandedIn.from_text(text)


def test_the_board_counts_the_first_try_of_each_and_survives_the_store(tmp_path: Path) -> None:
    challenge, start = Challenge("board"), datetime(2026, 11, 1, tzinfo=UTC)
    tries = [("Ada", HandedIn(4, 1, 4)), ("Ben", HandedIn(4, 3, 4)), ("Ada", HandedIn(4, 4, 4))]
    with VerdictStore(tmp_path / "verdicts.sqlite", DEFAULT_VOCABULARY) as store:
        for minute, (name, result) in enumerate(tries):
            said = result_verdict(challenge, result, name, "ruwe > 1.4")
            store.append(replace(said, time=start + timedelta(minutes=minute)))
        board = class_board(store.history(challenge.dataset))
        assert [record.tags for record in store.records()] == [("challenge:board",)] * 3
    assert [(line.reviewer, line.result.points, line.tries) for line in board] == [("Ben", 75, 1), ("Ada", 25, 2)]


def test_why_a_star_was_missed_names_the_cut_and_what_hid_it() -> None:
    slow = {"semi_amplitude_true": 12.0, "period_true": 900.0, "inclination_true": 80.0}
    fast = {"semi_amplitude_true": 200.0, "period_true": 0.5, "inclination_true": 60.0}
    seen = {"half_delta_vr": 150.0, "n_rv": 5, "period": 0.5, "snrg": 40.0}
    assert why_missed(seen, fast, []).startswith("It passes your cuts, but you did not pick it.")
    assert why_missed(seen, fast, ["“ruwe > 1.4”"]).startswith("Removed by “ruwe > 1.4”. It was in reach")
    assert "wide (P = 900 d) and slow: 12 km/s" in why_missed(seen, slow, [])
    assert "from above (i = 10°)" in why_missed(seen, {**slow, "inclination_true": 10.0}, [])
    assert "similar phases: ΔV_R/2 is 20 km/s" in why_missed({**seen, "half_delta_vr": 20.0}, fast, [])
    assert "No period is known" in why_missed({**seen, "period": None}, fast, [])
    assert "S/N below 10" in why_missed({**seen, "snrg": 5.0}, fast, [])
    assert "only its RUWE" in why_missed({"half_delta_vr": None, "n_rv": None, "ruwe": 3.0}, slow, [])
