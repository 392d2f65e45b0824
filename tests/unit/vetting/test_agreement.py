from datetime import UTC, datetime
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.vetting import Record, agreement, cohen_kappa, conflicts, counting_records, fleiss_kappa, standings

WORDS = ("compact_object", "triple", "unsure")

# Fourteen psychiatrists, ten subjects, five categories: the worked example that textbooks give for Fleiss' kappa.
TEN_SUBJECTS = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)


def record(number, star, reviewer, word, kind="verdict", withdraws=""):
    return Record(
        number=number,
        source_id=star,
        reviewer=reviewer,
        verdict=word,
        kind=kind,
        withdraws=withdraws,
        token=f"t{number}",
        time=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _pairs(counts):
    """Two lists of labels in which each pair of labels occurs as often as counted."""
    pairs = [pair for pair, count in counts.items() for _ in range(count)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def test_cohen_s_kappa_of_a_two_by_two_table_worked_by_hand():
    # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: p_o = 35/50, p_e = (25·30 + 25·20)/2500 = 1/2, so 0.2/0.5.
    first, second = _pairs({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15})
    assert cohen_kappa(first, second) == pytest.approx(0.4, abs=1e-12)


def test_cohen_s_kappa_tells_two_tables_of_equal_agreement_apart():
    # Both agree in 60 of 100; p_e = 0.54 and 0.46: 0.06/0.46 and 0.14/0.54.
    first = {("y", "y"): 45, ("y", "n"): 15, ("n", "y"): 25, ("n", "n"): 15}
    second = {("y", "y"): 25, ("y", "n"): 35, ("n", "y"): 5, ("n", "n"): 35}
    assert cohen_kappa(*_pairs(first)) == pytest.approx(0.06 / 0.46, abs=1e-12)
    assert cohen_kappa(*_pairs(second)) == pytest.approx(0.14 / 0.54, abs=1e-12)


def test_fleiss_kappa_of_the_textbook_s_ten_subjects():
    # P = 0.378, P_e = 0.213 (from the column shares .143 .200 .279 .150 .229), κ = 0.210.
    assert fleiss_kappa(TEN_SUBJECTS) == pytest.approx(0.210, abs=5e-4)


def _fleiss_by_pairs(rows):
    """Agreement counted over every ordered pair of verdicts of a star."""
    rows = [row for row in rows if len(row) > 1]
    every = [word for row in rows for word in row]
    observed = np.mean([np.mean([a == b for a, b in permutations(row, 2)]) for row in rows])
    by_chance = sum((every.count(word) / len(every)) ** 2 for word in set(every))
    return (observed - by_chance) / (1 - by_chance)


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=5), min_size=1, max_size=8))
def test_fleiss_kappa_equals_the_count_over_all_pairs(rows):
    counts = [[row.count(word) for word in WORDS] for row in rows]
    judged = {word for row in rows if len(row) > 1 for word in row}
    if len(judged) < 2:
        assert np.isnan(fleiss_kappa(counts))
    else:
        assert fleiss_kappa(counts) == pytest.approx(_fleiss_by_pairs(rows), abs=1e-12)


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)), max_size=20))
def test_cohen_s_kappa_is_symmetric_at_most_one_and_one_only_for_full_agreement(pairs):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    kappa = cohen_kappa(first, second)
    other = cohen_kappa(second, first)
    assert kappa == other or (np.isnan(kappa) and np.isnan(other))
    if not np.isnan(kappa):
        assert kappa <= 1
        assert (kappa == 1) == (first == second)


def test_kappa_without_stars_or_with_one_word_alone_is_missing():
    assert np.isnan(cohen_kappa([], []))
    assert np.isnan(cohen_kappa(["a", "a"], ["a", "a"]))
    assert np.isnan(fleiss_kappa(np.zeros((0, 3))))
    assert np.isnan(fleiss_kappa([[1, 0], [0, 1]]))
    with pytest.raises(ValueError, match="same stars"):
        cohen_kappa(["a"], [])
    with pytest.raises(ValueError, match="whole numbers"):
        fleiss_kappa([[-1, 3]])
    with pytest.raises(ValueError, match="whole numbers"):
        fleiss_kappa([1, 2])


def test_a_team_s_agreement_counts_only_stars_that_two_judged():
    records = [
        record(1, "s1", "anna", "triple"),
        record(2, "s1", "ben", "triple"),
        record(3, "s2", "anna", "unsure"),
        record(4, "s2", "ben", "triple"),
        record(5, "s3", "anna", "unsure"),
        record(6, "s3", "ben", "unsure"),
        record(7, "s3", "cleo", "triple"),
        record(8, "s4", "anna", "compact_object"),
    ]
    found = agreement(records)
    assert (found.n_stars, found.n_reviewers, found.n_conflicts) == (3, 3, 2)
    # anna: t u u; ben: t t u. p_o = 2/3, p_e = (1·2 + 2·1)/9, κ = (2/3 − 4/9)/(1 − 4/9) = 0.4.
    assert found.pairs["anna", "ben"] == (pytest.approx(0.4), 3)
    assert found.pairs["anna", "cleo"][1] == 1
    assert found.fleiss == pytest.approx(_fleiss_by_pairs([["t", "t"], ["u", "t"], ["u", "u", "t"]]))


def test_a_conflict_is_listed_until_it_is_resolved_and_again_after_a_new_verdict():
    records = [record(1, "s1", "anna", "triple"), record(2, "s1", "ben", "unsure"), record(3, "s2", "anna", "triple")]
    assert [found.source_id for found in conflicts(records)] == ["s1"]
    assert standings(records)["s1"].verdict is None
    records.append(record(4, "s1", "cleo", "triple", kind="resolution"))
    assert conflicts(records) == ()
    assert standings(records)["s1"].verdict == "triple"
    assert standings(records)["s1"].state == "resolved"
    records.append(record(5, "s1", "dora", "artefact"))
    assert [found.source_id for found in conflicts(records)] == ["s1"]


def test_a_reviewer_who_changes_their_mind_ends_a_conflict():
    records = [record(1, "s1", "anna", "triple"), record(2, "s1", "ben", "unsure"), record(3, "s1", "ben", "triple")]
    assert conflicts(records) == ()
    records.append(record(4, "s1", "ben", "triple", kind="withdrawal", withdraws="t3"))
    assert len(conflicts(records)) == 1
    records.append(record(5, "s1", "ben", "unsure", kind="withdrawal", withdraws="t2"))
    assert [r.number for r in counting_records(records)] == [1]
    assert standings(records)["s1"].state == "agreed"
