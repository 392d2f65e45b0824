"""Truth beside a catalogue: aligned with its rows, out of reach of its cuts, counted as the slow way counts."""

import numpy as np
import pandas as pd
import pytest

from analysis import simulate
from analysis.selection import Inside, Range, parse
from analysis.selection.tuning import Truth, class_costs, score, tuning_curve
from components.state.catalogue import Catalogue
from components.state.truth import TrueClasses, TruthCounter, true_classes, true_values

N, SEED = 4000, 11
CUTS = {
    "slider:ruwe": Range("ruwe", 1.1, 8.0),
    "slider:snrg": Range("snrg"),
    "slider:parallax": Range("parallax", None, 6.0),
    "typed:1": parse("subclass = 'M0' | rv_nb_transits > 4"),
    "lasso:1": Inside("bp_rp", "phot_g_mean_mag", ((0.2, 8.0), (3.0, 8.0), (3.0, 16.0), (0.2, 16.0))),
}
WANTED = ["ms_wd", "triple"]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return simulate.survey(N, SEED)


@pytest.fixture(scope="module")
def labels() -> np.ndarray:
    return simulate.truth(N, SEED)["class_true"].to_numpy(dtype=object)


def catalogue_of(table: pd.DataFrame, attrs: dict) -> Catalogue:
    frame = table.copy()
    frame.attrs = attrs
    return Catalogue(frame, "made", "Made stars")


def labels_from(truth: TrueClasses, rows: int) -> np.ndarray:
    found = np.full(rows, None, dtype=object)
    for name, start, end in zip(truth.classes, truth.starts, truth.starts[1:], strict=False):
        found[truth.rows[start:end]] = name
    return found


@pytest.fixture(scope="module")
def catalogue(table: pd.DataFrame) -> Catalogue:
    return catalogue_of(table, table.attrs)


@pytest.fixture(scope="module")
def truth(catalogue: Catalogue) -> TrueClasses:
    found = true_classes(catalogue)
    assert found is not None
    return found


def test_the_truth_of_each_row_is_its_own_in_any_order(table, labels):
    rows = np.random.default_rng(1).permutation(N)[: N // 2]
    shuffled = catalogue_of(table.iloc[rows].reset_index(drop=True), table.attrs)
    found = true_classes(shuffled)
    np.testing.assert_array_equal(labels_from(found, len(rows)), labels[rows])


def test_rows_of_another_origin_have_no_truth_and_do_not_count(table, labels):
    foreign = table.copy()
    foreign.loc[foreign.index[::5], "source_id"] = 4373465352415301632
    found = true_classes(catalogue_of(foreign, table.attrs))
    assert found.unknown == len(range(0, N, 5))
    assert found.totals.sum() == N - found.unknown
    assert labels_from(found, N)[1] == labels[1]


def test_the_truth_beside_the_file_is_read_and_not_made_again(tmp_path, monkeypatch, table, labels):
    path = simulate.write_survey(tmp_path / "field.arrow", N, SEED)
    monkeypatch.setattr(simulate, "truth", lambda *_: pytest.fail("the truth was simulated again"))
    found = true_classes(catalogue_of(table, {**table.attrs, "path": str(path)}))
    np.testing.assert_array_equal(labels_from(found, N), labels)


def test_a_truth_file_of_another_survey_is_not_believed(tmp_path, table, labels):
    path = simulate.write_survey(tmp_path / "field.arrow", 200, SEED + 1)
    found = true_classes(catalogue_of(table, {**table.attrs, "path": str(path)}))
    np.testing.assert_array_equal(labels_from(found, N), labels)


def test_a_catalogue_that_is_not_simulated_has_no_truth(table):
    assert true_classes(catalogue_of(table, {})) is None


def test_the_truth_is_made_once_for_all_sessions(catalogue, truth):
    assert true_classes(catalogue) is truth


def test_no_column_of_the_truth_can_be_cut(catalogue, truth):
    assert not set(catalogue.table.columns) & {column.name for column in simulate.TRUTH}


def test_the_tally_counts_as_whole_masks_count(catalogue, truth, labels):
    tally = TruthCounter(catalogue, truth).tally(CUTS)
    known = Truth.from_labels(labels)
    slow = class_costs(CUTS, catalogue.table, known).set_index(["cut", "class"])
    passing = np.logical_and.reduce([cut.mask(catalogue.table) for cut in CUTS.values()])
    expected = dict(zip(known.classes, known.count(passing), strict=True))
    for number, name in enumerate(tally.classes):
        assert tally.passing[number] == expected.get(name, 0)
        for cost in tally.costs:
            if name in known.classes:
                line = slow.loc[cost.name, name]
                assert (cost.removed[number], cost.removed_only[number]) == (line["removed"], line["removed_only"])
    assert [cost.name for cost in tally.costs] == [name for name in CUTS if name != "slider:snrg"]
    assert tally.score(WANTED) == score(passing, known.is_any_of(WANTED))


def test_a_tally_follows_cuts_that_change_come_and_go(catalogue, truth):
    counter = TruthCounter(catalogue, truth)
    counter.tally(CUTS)
    moved = {**CUTS, "slider:ruwe": Range("ruwe", 1.3, None)}
    del moved["lasso:1"]
    for cuts in (moved, {}, CUTS):
        passing = np.logical_and.reduce([np.ones(N, bool), *(cut.mask(catalogue.table) for cut in cuts.values())])
        assert counter.tally(cuts).passing.sum() == passing.sum()


@pytest.mark.parametrize(("end", "cut"), [("low", Range("ruwe", 1.1, 8.0)), ("high", Range("ruwe", None, 2.0))])
def test_the_curve_is_the_one_of_whole_masks(catalogue, truth, labels, end, cut):
    cuts = {**CUTS, "slider:ruwe": cut}
    thresholds = np.linspace(0.8, 3, 40)
    curve = TruthCounter(catalogue, truth).curve(cuts, "slider:ruwe", end, thresholds, WANTED)
    wanted = Truth.from_labels(labels).is_any_of(WANTED)
    slow = tuning_curve(cuts, "slider:ruwe", catalogue.table, wanted, thresholds, end)
    np.testing.assert_array_equal(curve.selected, slow.selected)
    np.testing.assert_array_equal(curve.found, slow.found)
    assert curve.wanted == slow.wanted > 0


def test_a_curve_needs_a_slider(catalogue, truth):
    with pytest.raises(TypeError, match="no slider"):
        TruthCounter(catalogue, truth).curve(CUTS, "typed:1", "low", np.array([1.0]), WANTED)


def test_the_truth_of_one_star_is_its_row_of_the_truth_table(catalogue):
    row = simulate.truth(N, SEED).iloc[17]
    found = true_values(catalogue, 17)
    assert found["class_true"] == row["class_true"]
    assert found["distance_true"] == pytest.approx(row["distance_true"])
