"""The triage of one star, as its panel shows it; and an export that says what differs from the paper."""

import numpy as np

from analysis.catalogue import add_derived, load_dataset
from analysis.selection import Range
from analysis.simulate import extended_population, extended_population_truth
from analysis.stars.triage import triage
from analysis.vetting import read_stamp
from components.state.catalogue import Catalogue
from components.state.exports import write_export
from components.state.selection_text import saved_clauses
from components.state.triage import can_triage, triage_star
from components.state.truth import TruthCounter, class_titles, first_wanted, true_classes
from components.state.workspace import Workspace

MADE = Catalogue(add_derived(extended_population(1500, 4)), "made", "Made sources")
KIND = extended_population_truth(1500, 4)["kind_true"].astype(str).to_numpy()


def test_a_star_gets_the_verdict_of_the_whole_table() -> None:
    whole = triage(MADE.table)
    for row in [*np.flatnonzero(whole["candidate"])[:5], *np.flatnonzero(KIND == "wide binary")[:5]]:
        found = triage_star(MADE, int(row))
        steps = [all(one.met for one in found.criteria if one.step == f"step {n}") for n in (1, 2, 3)]
        assert steps == [bool(whole[f"step_{n}"][row]) for n in (1, 2, 3)]
        assert found.grade == whole["grade"][row] == sum(bool(one.met) for one in found.criteria if one.step == "grade")
        assert found.excess_class == str(whole["excess_class"][row])


def test_the_surroundings_of_a_star_are_named() -> None:
    row = int(np.flatnonzero(KIND == "contamination II")[0])
    around = triage_star(MADE, row).surroundings
    assert around.verdict == "contamination II"
    assert around.neighbours["magnitude_difference"].min() < -5


def test_the_printed_rows_are_graded_and_what_is_missing_is_said() -> None:
    catalogue = Catalogue(load_dataset("wu2024"), "wu2024", "Wu et al. 2024")
    found = triage_star(catalogue, 0)
    assert can_triage(catalogue)
    assert found.grade == 1
    assert {one.name for one in found.criteria if one.met is None} == {"β", "NCT", "AEN"}
    assert len(found.surroundings.unchecked) == 3
    assert not can_triage(Catalogue(load_dataset("mu2022"), "mu2022", "Mu et al. 2022"))


def test_an_export_says_which_paper_it_replays_and_what_differs(tmp_path) -> None:
    workspace = Workspace(MADE)
    try:
        workspace.replay.apply("wu2024_single_source", 3)
        workspace.replay.edit(2, "ipd_gof_harmonic_amplitude < 0.3")
        path = tmp_path / "candidates.ecsv"
        write_export(MADE, saved_clauses(workspace.selection), [], path, workspace.replay.applied)
        stamp = read_stamp(path)
        assert stamp.paper == "wu2024_single_source"
        (sentence,) = stamp.differences
        assert "ipd_gof_harmonic_amplitude < 0.3 instead of ipd_gof_harmonic_amplitude < 0.2" in sentence
    finally:
        workspace.close()


def test_the_extended_sources_have_a_truth_that_the_tuning_counts() -> None:
    """The published numbers of docs/papers.md for BRExcess from 2.37 to 5, counted through the Truth of the page."""
    catalogue = Catalogue(load_dataset("extended"), "extended", "Extended sources")
    assert catalogue.has_truth and catalogue.is_made_up and not catalogue.is_simulated
    truth = true_classes(catalogue)
    assert truth is not None
    kinds = extended_population_truth(20_000, 1)["kind_true"].astype(str).to_numpy()
    for name, total in zip(truth.classes, truth.totals, strict=True):
        assert total == (kinds == name).sum()
    assert set(class_titles(catalogue)) == set(truth.classes)
    excess = Range("phot_bp_rp_excess_factor", 2.37, 5.0)
    tally = TruthCounter(catalogue, truth).tally({"excess": excess})
    passing = excess.mask(catalogue.table)
    wanted = np.isin(kinds, first_wanted(catalogue))
    score = tally.score(first_wanted(catalogue))
    assert (score.selected, score.wanted, score.found) == (passing.sum(), wanted.sum(), (wanted & passing).sum())
    # The first line of the table in docs/papers.md: 5,930 sources, 18.7 % of them clusters.
    assert score.selected == 5930
    assert round(100 * score.purity, 1) == 18.7
    assert tally.enrichment == 1.0


def test_rows_that_are_no_source_of_the_population_are_of_unknown_kind() -> None:
    table = load_dataset("extended").iloc[:100].copy()
    table.loc[table.index[:3], "source_id"] = [1, 2, 3]
    truth = true_classes(Catalogue(table, "part", "Part"))
    assert truth is not None
    assert (truth.unknown, int(truth.totals.sum())) == (3, 97)
