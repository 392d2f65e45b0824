"""A paper's selection on a catalogue: applied up to a step, changed, undone, saved in the address; its figures."""

import json
from urllib.parse import parse_qs

import pytest

from analysis.catalogue import add_derived, load_dataset
from analysis.selection import PRESETS, Range
from analysis.simulate import extended_population
from components.state.catalogue import Catalogue
from components.state.layouts import LAYOUTS, layouts_of, papers
from components.state.planes import FIGURES
from components.state.replay import describe_steps
from components.state.workspace import Workspace

WU = "wu2024_single_source"


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue(add_derived(extended_population(3000, 2)), "made", "Made sources")


@pytest.fixture
def workspace(catalogue):
    made = Workspace(catalogue)
    yield made
    made.close()


@pytest.fixture(scope="module")
def table_of_mu():
    return Catalogue(load_dataset("mu2022"), "mu2022", "Mu et al. 2022")


def test_a_selection_is_applied_up_to_a_step_in_one_step_of_the_history(workspace) -> None:
    before = workspace.selection.clauses
    assert workspace.replay.apply(WU, 3) == []
    assert [c.name for c in workspace.selection.clauses][:3] == [
        "slider:phot_bp_rp_excess_factor", "slider:ipd_frac_multi_peak", "slider:ipd_gof_harmonic_amplitude",
    ]  # fmt: skip
    assert workspace.replay.applied == (WU, 3)
    assert workspace.replay.differences() == []
    workspace.history.undo()
    assert workspace.selection.clauses == before
    assert workspace.replay.applied == ("", 0)
    workspace.history.redo()
    assert workspace.replay.applied == (WU, 3)


def test_counts_are_those_of_the_masks(workspace, catalogue) -> None:
    workspace.replay.apply(WU)
    workspace.replay.edit(2, "ipd_gof_harmonic_amplitude < 0.1")
    counts = workspace.replay.counts()
    steps = PRESETS[WU].steps
    passing, yours = (catalogue.table["ra"].notna().to_numpy().copy() for _ in range(2))
    for number, step in enumerate(steps):
        passing &= step.cut.mask(catalogue.table)
        yours &= step.cut.mask(catalogue.table) & (
            Range.below("ipd_gof_harmonic_amplitude", 0.1).mask(catalogue.table) if number == 2 else True
        )
        assert counts.published[number].count == passing.sum()
        assert counts.present[number] == yours.sum()
    (change,) = workspace.replay.differences()
    assert change.present == "ipd_gof_harmonic_amplitude < 0.1"
    workspace.replay.put_back(2)
    assert workspace.replay.differences() == []


def test_an_edit_that_asks_for_another_column_is_refused(workspace) -> None:
    workspace.replay.apply(WU)
    with pytest.raises(ValueError, match="not of ruwe"):
        workspace.replay.edit(2, "ruwe < 0.1")
    with pytest.raises(ValueError, match="ipd"):
        workspace.replay.edit(2, "ipd < 0.1")


def test_the_noise_line_is_edited_by_its_numbers(workspace) -> None:
    workspace.replay.apply(WU)
    workspace.replay.edit(5, "astrometric_excess_noise > 1.5 + 5.63e-8 * exp(0.895 * phot_g_mean_mag)")
    assert [change.kind for change in workspace.replay.differences()] == ["changed"]


def test_the_address_keeps_what_was_applied(workspace, catalogue) -> None:
    workspace.replay.apply(WU, 4)
    workspace.selection.enable("slider:ipd_frac_multi_peak", False)
    again = Workspace(catalogue, workspace.query())
    try:
        assert again.replay.applied == (WU, 4)
        assert again.replay.chosen == WU
        assert again.replay.differences() == workspace.replay.differences() != []
        assert json.loads(parse_qs(again.query()[1:])["paper"][0]) == [WU, 4]
    finally:
        again.close()
    strange = Workspace(catalogue, "?paper=%5B%22nobody%22%2C1%5D")
    assert len(strange.notices) == 1
    strange.close()


def test_steps_without_their_columns_are_described_as_away(table_of_mu) -> None:
    workspace = Workspace(table_of_mu)
    try:
        assert workspace.replay.chosen == "mu2022"
        left_out = workspace.replay.apply("mu2022")
        steps = describe_steps(PRESETS["mu2022"], workspace.replay.counts(), workspace.selection.clauses, 7)
        assert len(left_out) == 4 == sum(bool(step["missing"]) for step in steps)
        assert [step["count"] for step in steps if not step["missing"]] == [35, 35, 35]
        assert [step["published"] for step in steps if step["published"]] == [308, 81, 56, 35]
        with pytest.raises(ValueError, match="cannot be applied"):
            workspace.replay.apply("xiang2021_binaries")
    finally:
        workspace.close()


def test_every_figure_has_a_paper_planes_and_lines_that_can_be_read(catalogue) -> None:
    assert {layout.paper for layout in LAYOUTS} == set(papers()) == {name.split("_")[0] for name in PRESETS}
    assert len({layout.key for layout in LAYOUTS}) == len(LAYOUTS)
    known = {figure.key for figure in FIGURES}
    for layout in LAYOUTS:
        assert set(layout.planes) <= known
        assert layout.preset in ("", *PRESETS)


@pytest.mark.parametrize("key", [layout.key for layout in layouts_of("wu2024")])
def test_the_figures_of_wu_et_al_open_on_a_table_with_their_columns(workspace, key) -> None:
    layout = next(known for known in LAYOUTS if known.key == key)
    assert layout.missing(workspace.catalogue) == ""
    before = workspace.planes.figures, workspace.selection.clauses
    workspace.replay.show_figure(layout)
    shown = [figure.key for figure in workspace.planes.figures.values()]
    assert tuple(shown[: len(layout.planes)]) == layout.planes
    assert len(set(shown)) == len(shown) == (6 if len(layout.planes) > 4 else 4)
    assert all(not clause.enabled for clause in workspace.selection.clauses if clause.name.startswith("line:"))
    workspace.history.undo()
    assert (workspace.planes.figures, workspace.selection.clauses) == before


def test_lines_of_a_figure_leave_cuts_in_force_alone(workspace) -> None:
    workspace.selection.publish("slider:ruwe", Range("ruwe", 1.0, 1.4))
    workspace.replay.show_figure(next(layout for layout in LAYOUTS if layout.key == "wu2024_fig2"))
    assert workspace.selection["slider:ruwe"].cut == Range("ruwe", 1.0, 1.4)
    assert workspace.selection["slider:ruwe"].enabled
    assert not workspace.selection["slider:ipd_frac_multi_peak"].enabled


def test_figures_that_lack_columns_or_stars_say_so(workspace, table_of_mu) -> None:
    by_key = {layout.key: layout for layout in LAYOUTS}
    assert by_key["mu2022_fig3b"].missing(table_of_mu) == by_key["mu2022_fig3a"].missing(table_of_mu) == ""
    assert "half_delta_vr" in by_key["mu2022_fig2"].missing(workspace.catalogue)
    assert "blended_fraction" in by_key["wu2024_fig2"].missing(table_of_mu)
