import numpy as np
import pandas as pd
import pytest
from examples import IDS, stars
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.vetting import QueueOrder, at_random, highest_first, lowest_first, order_queue, unjudged_first

values = arrays(np.float64, st.integers(0, 12), elements=st.sampled_from([np.nan, -np.inf, -1.0, 0.0, 2.0, np.inf]))
ids = st.lists(st.integers(1, 2**63 - 1), unique=True, max_size=30).map(lambda found: np.array(found, dtype=np.int64))


@given(values)
def test_sorting_agrees_with_sorting_one_by_one(found):
    present = [row for row in range(len(found)) if not np.isnan(found[row])]
    missing = [row for row in range(len(found)) if np.isnan(found[row])]
    rising = sorted(present, key=lambda row: (found[row], row)) + missing
    falling = sorted(present, key=lambda row: (-found[row], row)) + missing
    assert lowest_first(found).tolist() == rising
    assert highest_first(found).tolist() == falling


@given(ids, st.integers(0, 5))
def test_a_random_order_holds_every_row_once_and_is_the_same_for_the_same_seed(found, seed):
    order = at_random(found, seed)
    assert sorted(order.tolist()) == list(range(len(found)))
    assert order.tolist() == at_random(found, seed).tolist()


@given(ids, st.integers(0, 5), st.data())
def test_stars_that_stay_keep_their_random_order_when_cuts_move(found, seed, data):
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(found), max_size=len(found))), dtype=bool)
    whole = found[at_random(found, seed)]
    part = found[kept]
    assert part[at_random(part, seed)].tolist() == [star for star in whole.tolist() if star in set(part.tolist())]


def test_a_random_order_depends_on_the_seed_and_not_on_the_row():
    found = np.arange(1, 2001, dtype=np.int64)
    first, second = at_random(found, 1), at_random(found, 2)
    assert first.tolist() != second.tolist()
    shuffled = np.random.default_rng(3).permutation(found)
    assert shuffled[at_random(shuffled, 1)].tolist() == found[first].tolist()
    # Spearman's rank correlation of a random order with the ids is below 4.5/√n by chance.
    for order in (first, second):
        assert abs(np.corrcoef(order, np.arange(2000))[0, 1]) < 4.5 / np.sqrt(2000)


def test_names_can_be_drawn_at_random_too():
    names = np.array([f"J{number:06d}" for number in range(500)])
    order = at_random(names, 7)
    assert sorted(order.tolist()) == list(range(500))
    assert abs(np.corrcoef(order, np.arange(500))[0, 1]) < 4.5 / np.sqrt(500)


def test_unjudged_stars_come_first_and_both_parts_keep_their_order():
    rows = np.array([4, 2, 0, 1, 3, 5])
    found = unjudged_first(rows, np.array(IDS), {str(IDS[2]), str(IDS[1]), "of another table"})
    assert found.tolist() == [4, 0, 3, 5, 2, 1]
    assert unjudged_first(rows, np.array(IDS), ()).tolist() == rows.tolist()


def test_identifiers_that_differ_in_their_last_digit_are_different_stars():
    found = np.array([4373465352415301632, 4373465352415301633])
    assert unjudged_first(np.array([0, 1]), found, {"4373465352415301632"}).tolist() == [1, 0]


def test_a_queue_holds_the_passing_stars_in_the_order_asked_for():
    table = stars()
    passing = np.array([True, True, True, True, False, True])
    brightest = QueueOrder("magnitude", "phot_g_mean_mag", unjudged_first=False)
    assert order_queue(table, passing, "source_id", brightest).tolist() == [2, 0, 1, 3, 5]
    score = QueueOrder("score", "ruwe")
    assert order_queue(table, passing, "source_id", score, {str(IDS[2])}).tolist() == [5, 1, 0, 3, 2]
    drawn = order_queue(table, passing, "source_id", QueueOrder("random", seed=4))
    assert sorted(drawn.tolist()) == [0, 1, 2, 3, 5]
    nobody = np.zeros(6, dtype=bool)
    assert order_queue(table, nobody, "source_id", QueueOrder("random"), {"1"}).tolist() == []


def test_an_impossible_order_is_refused():
    with pytest.raises(ValueError, match="score, magnitude, random"):
        QueueOrder("alphabetical")
    with pytest.raises(ValueError, match="needs the column"):
        QueueOrder("score")
    with pytest.raises(ValueError, match="seed of a queue's order must be int"):
        QueueOrder("random", seed="x")
    with pytest.raises(KeyError):
        order_queue(pd.DataFrame({"a": [1]}), np.array([True]), "a", QueueOrder("score", "b"))
