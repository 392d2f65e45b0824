import csv

import numpy as np
import pandas as pd
import pytest

from analysis.catalogue import add_derived
from analysis.selection import Inside, OneOf, Range, as_adql, as_python, as_topcat, cut_from_dict, parse
from analysis.selection.funnel import count_funnel
from analysis.selection.preset import Preset, Step, step
from analysis.selection.presets import MARKS, PRESETS

# Wu et al. 2024, Tables 1 and 2: grade, RUWE (None where printed as a dash), IGHA, IFMP (%)
WU_ROWS = {
    "6498392893703424": ("1A", 1.5272, 0.0538, 3),
    "2705814759231952768": ("2A", 1.4281, 0.1010, 0),
    "173086700992466688": ("2A", 5.7579, 0.0522, 0),
    "3267157265308327424": ("2A", 1.7812, 0.1048, 0),
    "3848578082069151104": ("1A", None, 0.1652, 0),
    "1484005522545507584": ("1A", 1.7970, 0.1483, 0),
    "2563091316653315840": ("1A", 1.6664, 0.1316, 9),
}
# Mu et al. 2022, Table 1: number, type, ΔV_R (km/s), P (d)
MU_ROWS = {
    1: ("M3", 169, 0.2631),
    5: ("M0", 248, 0.2163),
    6: ("M0", 215, 0.2286),
    7: ("K3", 312, 0.4552),
    10: ("M3", 668, 0.1290),
    17: ("M0", 168, 0.2411),
    35: ("M0", 156, 0.2589),
}


def counts(name):
    return {step.title: step.published_count for step in PRESETS[name].steps if step.published_count is not None}


def test_mu_et_al_go_from_308_to_35():
    assert list(counts("mu2022").values()) == [308, 81, 56, 35]


def test_andrew_et_al_go_from_the_velocity_sample_to_the_platings():
    assert list(counts("andrew2022_gold").values()) == [6_023_733, 147_475, 4641, 2620, 50]
    assert PRESETS["andrew2022_gold"].parent_count == 33_812_183
    notes = " ".join(step.note for step in PRESETS["andrew2022_gold"].steps)
    assert "6,254,790" in notes  # the paper gives both numbers
    assert "45" in notes


def test_each_plating_begins_with_the_one_below():
    bronze, silver, gold = (PRESETS[f"andrew2022_{name}"].steps for name in ("bronze", "silver", "gold"))
    assert silver[: len(bronze)] == bronze
    assert gold[: len(silver)] == silver


def test_wu_et_al_split_their_sources_by_bp_rp_excess():
    assert counts("wu2024_single_source") == {"BP/RP excess 2.37 to 5": 4085}
    assert list(counts("wu2024_large_excess").values()) == [701, 585]
    assert list(counts("wu2024_extension").values()) == [37_306, 6]


def test_the_other_papers_counts_are_theirs():
    assert list(counts("li2021_m_dwarfs").values()) == [379_258]
    assert list(counts("li2021_training").values()) == [3785]
    assert list(counts("li2021_hyades").values()) == [23]
    assert list(counts("xiang2021_binaries").values()) == [16_002, 1597]
    assert list(counts("xiang2021_training").values()) == [16_002, 6861]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_every_preset_prints_saves_and_says_where_it_comes_from(preset):
    cut = preset.cut()
    assert parse(cut.text) == cut
    assert cut_from_dict(cut.to_dict()) == cut
    assert all(write(cut) for write in (as_python, as_adql, as_topcat))
    assert preset.paper and preset.doi.startswith("10.") and preset.title
    assert all(step.title and step.section and step.mark in MARKS for step in (*preset.steps, *preset.grading))
    published = [step.published_count for step in preset.steps if step.published_count is not None]
    assert published == sorted(published, reverse=True)


def test_what_is_recollected_lost_or_corrected_says_so():
    marked = {(name, step.title): step.mark for name, preset in PRESETS.items() for step in preset.steps}
    assert marked["wu2024_single_source", "Step 3: excess noise above the line for point sources"] == "recollected"
    assert marked["xiang2021_training", "Good parallax"] == "lost"
    assert marked["li2021_m_dwarfs", "5. On the main sequence"] == "corrected"
    assert marked["andrew2022_gold", "Not above the isochrone"] == "corrected"


def test_the_excess_noise_line_meets_its_recollected_values():
    # 0.31 mas (G = 14), 0.39 (16), 0.53 (17), 0.86 (18), 1.66 (19), 3.64 (20)
    (noise,) = (step.cut for step in PRESETS["wu2024_single_source"].steps if step.mark == "recollected")
    g = np.array([14, 16, 17, 18, 19, 20.0])
    line = np.array([0.31, 0.39, 0.53, 0.86, 1.66, 3.64])
    assert noise.mask({"phot_g_mean_mag": g, "astrometric_excess_noise": line + 0.006}).all()
    assert not noise.mask({"phot_g_mean_mag": g, "astrometric_excess_noise": line - 0.006}).any()


def wu_table(rows):
    columns = ["ruwe", "ipd_gof_harmonic_amplitude", "ipd_frac_multi_peak"]
    return pd.DataFrame([row[1:] for row in rows], columns=columns).astype(float)


def test_the_grades_of_wu_et_al_follow_from_their_printed_values():
    grades = PRESETS["wu2024_single_source"].grade(wu_table(WU_ROWS.values()))
    assert [f"{grade}A" for grade in grades] == [row[0] for row in WU_ROWS.values()]


def test_all_44_grades_of_wu_et_al_follow(shared_dir):
    lines = (shared_dir / "tables" / "hcsc_candidates.csv").read_text().splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    table = wu_table(
        [
            (
                row["grade_printed"],
                row["ruwe"] or None,
                row["ipd_gof_harmonic_amplitude"],
                row["ipd_frac_multi_peak_pct"],
            )
            for row in rows
        ]
    )
    grades = PRESETS["wu2024_multi_source"].grade(table)
    assert len(rows) == 44
    assert [f"{grade}A" for grade in grades] == [row["grade_printed"] for row in rows]
    lenient = [step.cut for step in PRESETS["wu2024_single_source"].steps if step.title.startswith("Step 1")]
    assert all(cut.mask(table).all() for cut in lenient)


def test_the_blending_fraction_and_contamination_are_those_of_eqs_2_and_3():
    transits = {
        "phot_bp_n_blended_transits": np.array([4, 5, 0]),
        "phot_rp_n_blended_transits": np.array([5, 5, 0]),
        "phot_bp_n_obs": np.array([10, 10, 10]),
        "phot_rp_n_obs": np.array([10, 10, 10]),
        "phot_bp_n_contaminated_transits": np.array([0, 0, 0]),
        "phot_rp_n_contaminated_transits": np.array([0, 0, 1]),
    }
    beta, contaminated = (step.cut for step in PRESETS["wu2024_single_source"].steps if "Step 2" in step.title)
    table = add_derived(pd.DataFrame(transits))
    assert beta.mask(table).tolist() == [True, False, True]  # β = 0.45, 0.5, 0
    assert contaminated.mask(table).tolist() == [True, True, False]


def mu_table(rows):
    return pd.DataFrame(
        {
            "subclass": [kind for kind, _, _ in rows],
            "delta_vr": [float(change) for _, change, _ in rows],
            "half_delta_vr": [change / 2 for _, change, _ in rows],
            "period": [period for _, _, period in rows],
        }
    )


def test_the_35_candidates_of_mu_et_al_lie_above_the_lower_edge_of_their_type(shared_dir):
    lines = (shared_dir / "tables" / "table1.csv").read_text().splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    table = mu_table([(row["lamost_sptype"], float(row["delta_vr_km_s"]), float(row["porb_d"])) for row in rows])
    results = count_funnel(PRESETS["mu2022"], table)
    assert [result.count for result in results if result.is_applied] == [35, 35, 35]
    kinds = [step.cut for step in PRESETS["mu2022"].steps if step.title.startswith("(iv)")]
    assert kinds[0].mask(table).all()


def test_candidates_from_table_1_of_mu_et_al_pass_every_step_that_it_can_answer():
    results = count_funnel(PRESETS["mu2022"], mu_table(list(MU_ROWS.values())))
    assert [result.count for result in results if result.is_applied] == [7, 7, 7]
    assert [result.step.title[:5] for result in results if result.is_applied] == ["(iii)", "(iv) ", "Above"]


def test_the_mass_band_of_mu_et_al_is_that_of_the_star_s_type():
    # Eq. 3 at P = 0.3 d: 81.24 (0.6/0.3)^(1/3) = 102.4 km/s for K, 81.24 (0.2/0.3)^(1/3) = 71.0 km/s for M
    above = PRESETS["mu2022"].steps[-1].cut
    table = {
        "subclass": np.array(["K5", "K5", "M2", "M2", "G2"]),
        "half_delta_vr": np.array([103.0, 102.0, 72.0, 70.0, 300.0]),
        "period": np.full(5, 0.3),
    }
    assert above.mask(table).tolist() == [True, False, True, False, False]


def test_the_main_sequence_mask_of_andrew_et_al_is_a_simple_polygon():
    (mask,) = (step.cut for step in PRESETS["andrew2022_gold"].steps if isinstance(step.cut, Inside))
    stars = {"bp_rp": np.array([0.7, 1.4, 1.2, 0.3, 1.5]), "absolute_g": np.array([3.0, 7.0, 3.0, 3.0, 4.5])}
    assert mask.mask(stars).tolist() == [True, True, False, False, False]


def test_hyades_members_lie_within_five_degrees():
    circle = PRESETS["li2021_hyades"].steps[0].cut
    centre = {"ra": np.array([66.725, 66.725, 66.725]), "dec": np.array([15.867, 20.8, 20.9])}
    assert circle.mask(centre).tolist() == [True, True, False]


def test_a_threshold_of_ten_leaves_ten_out():
    assert PRESETS["mu2022"].steps[0].cut == Range.above("snrg", 10)
    assert not PRESETS["mu2022"].steps[0].cut.mask({"snrg": np.array([10.0])})[0]


def test_steps_that_lack_a_column_say_which_and_are_left_out_of_the_cut():
    preset = PRESETS["andrew2022_bronze"]
    columns = ["ruwe", "ipd_frac_multi_peak", "rv_nb_transits", "bp_rp"]
    lacking = {step.title: missing for step, missing in preset.applicable(columns)}
    assert lacking["RUWE_spec above 2"] == ("ruwe_spec",)
    assert lacking["RUWE above 1.25"] == ()
    assert preset.cut(columns).columns == frozenset(columns)
    assert preset.cut(["nothing"]) is None


def test_a_funnel_counts_after_each_step_and_greys_what_it_cannot_apply():
    preset = Preset(
        "p",
        "t",
        "paper",
        "10.1/1",
        (step("a", "ruwe > 1", "1"), step("b", "missing_column > 1", "2"), step("c", OneOf("n", (1,)), "3")),
    )
    table = pd.DataFrame({"ruwe": [0.5, 2.0, 3.0, np.nan], "n": [1, 1, 2, 1]})
    results = count_funnel(preset, table)
    assert [(result.count, result.removed, result.missing) for result in results] == [
        (2, 2, ()),
        (None, None, ("missing_column",)),
        (1, 1, ()),
    ]
    assert [result.count for result in count_funnel(preset, table.iloc[:0])] == [0, None, 0]


def test_a_funnel_ends_with_the_rows_of_the_whole_cut():
    rng = np.random.default_rng(3)
    table = {name: rng.integers(0, 4, 500).astype(float) for name in PRESETS["andrew2022_silver"].columns}
    table["parallax_over_error"] = rng.uniform(5, 20, 500)
    preset = PRESETS["andrew2022_silver"]
    assert count_funnel(preset, table)[-1].count == np.count_nonzero(preset.cut().mask(table))


def test_a_mark_that_means_nothing_is_refused():
    with pytest.raises(ValueError, match="must be one of printed"):
        Step("t", Range("a", 1), "1", mark="guessed")
