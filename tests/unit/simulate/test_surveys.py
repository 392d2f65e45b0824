"""The survey's table and its truth."""

import astropy.units as u
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.simulate import OBSERVABLES, TRUTH, Recipe, survey, truth
from analysis.simulate.healpix import nested_pixel
from analysis.simulate.surveys import blocks, observe


@settings(max_examples=15, deadline=None)
@given(start=st.integers(0, 5_000_000), size=st.integers(1, 300), cut=st.integers(0, 299))
def test_a_star_is_the_same_in_blocks_of_any_size(start, size, cut):
    rows = np.arange(start, start + size, dtype=np.int64)
    row = min(cut, size - 1)
    block, alone = observe(Recipe(4), rows), observe(Recipe(4), rows[row : row + 1])
    for group in ("observed", "truth"):
        for name, values in getattr(block, group).items():
            single = getattr(alone, group)[name][0]
            assert single == pytest.approx(values[row], rel=2e-5, abs=1e-5, nan_ok=True), name
    assert block.observed["source_id"][row] == alone.observed["source_id"][0]


def test_the_chunk_size_changes_nothing(table):
    part = [b.observed for b in blocks(3000, Recipe(20), size=777)]
    for column in OBSERVABLES:
        joined = np.concatenate([block[column.name] for block in part])
        whole = table[column.name].iloc[:3000]
        values = whole.cat.codes.to_numpy() if column.dtype == "category" else whole.to_numpy()
        np.testing.assert_allclose(joined.astype(float), values.astype(float), rtol=2e-6, err_msg=column.name)


def test_a_longer_survey_of_the_same_seed_begins_with_the_shorter(table):
    pd.testing.assert_frame_equal(survey(500, 20), table.iloc[:500], rtol=2e-6)


def test_seeds_and_enrichments_give_other_surveys(table):
    assert not np.intersect1d(survey(500, 21).source_id, table.source_id).size
    assert not np.intersect1d(survey(500, 20, enrichment=1).source_id, table.source_id).size


def test_identifiers_are_unique_and_hold_the_pixel_of_the_position(table):
    assert table.source_id.dtype == np.int64 and table.source_id.is_unique
    assert (table.source_id // 34359738368 == nested_pixel(table.ra, table.dec)).all()


def test_no_truth_is_among_the_observables(table, known):
    assert not [name for name in table.columns if name.endswith("_true")]
    assert all(name.endswith("_true") for name in known.columns)
    assert len(table) == len(known)


def test_columns_have_the_types_and_units_of_the_schema(table, known):
    for columns, frame in ((OBSERVABLES, table), (TRUTH, known)):
        assert list(frame.columns) == [c.name for c in columns]
        for column in columns:
            assert str(frame[column.name].dtype) == column.dtype
            u.Unit(column.unit)


def test_the_table_says_that_it_is_simulated_and_how(table):
    about = table.attrs["simulated"]
    assert about["n"] == 60_000 and about["seed"] == 20 and about["enrichment"] == 3000.0


@pytest.mark.parametrize("n", [0, 1])
def test_tiny_surveys_have_all_columns(n):
    assert survey(n, 1).shape == (n, len(OBSERVABLES)) and truth(n, 1).shape == (n, len(TRUTH))


@pytest.mark.parametrize(("n", "seed", "word"), [(-1, 0, "n is"), (2**28, 0, "n is"), (1, -1, "seed")])
def test_impossible_surveys_are_refused(n, seed, word):
    with pytest.raises(ValueError, match=word):
        survey(n, seed)


def test_a_negative_enrichment_is_refused():
    with pytest.raises(ValueError, match="enrichment"):
        survey(1, 1, enrichment=-2.0)


def test_progress_ends_at_one():
    seen = []
    survey(100, 1, progress=lambda fraction, text: seen.append((fraction, text)))
    assert seen[-1][0] == 1.0 and "stars" in seen[-1][1]


def test_dark_companions_are_as_common_as_the_enrichment_says():
    shares = truth(40_000, 3, enrichment=1e5).class_true.value_counts(normalize=True)
    # natural shares 1e-6 and 1e-7, capped at 5 %
    assert shares["ms_ns"] == pytest.approx(0.05, abs=0.004)
    assert shares["ms_bh"] == pytest.approx(0.01, abs=0.002)
    assert not truth(40_000, 3, enrichment=0).class_true.isin(["ms_ns", "ms_bh"]).any()


def test_multiples_are_as_common_as_published(known):
    """Duchene & Kraus 2013: 44 +- 2 % of solar-type and 26 +- 3 % of M dwarfs have companions that are not dead."""
    dwarfs = known[known.stage_true == "dwarf"]
    pairs = dwarfs.class_true.isin(["ms_ms", "triple"])
    solar, red = dwarfs.mass_true.between(0.9, 1.1), dwarfs.mass_true.between(0.25, 0.5)
    assert pairs[solar].mean() == pytest.approx(0.44, abs=0.03)
    assert pairs[red].mean() == pytest.approx(0.28, abs=0.05)


def test_most_stars_are_brighter_than_16(table):
    assert (table.phot_g_mean_mag < 16.5).mean() > 0.97
    assert 12.5 < table.phot_g_mean_mag.median() < 14.5


def test_single_dwarfs_lie_on_the_published_main_sequence(table, known):
    """Pecaut & Mamajek 2013: M_G 4.635 at BP-RP 0.823 (G2V), 7.57 at 1.70 (K7V), 10.05 at 2.50 (M3V)."""
    single = known.class_true.isin(["single", "spotted"]) & (known.stage_true == "dwarf")
    single &= (table.parallax_over_error > 20) & (known.component_true == "thin_disc")
    parallax = table.parallax.where(table.parallax > 0)
    absolute = table.phot_g_mean_mag + 5 * np.log10(parallax / 100) - 1.890 * known.ebpminrp_true
    colour = table.bp_rp - known.ebpminrp_true
    for middle, expected in ((0.823, 4.635), (1.70, 7.57), (2.50, 10.05)):
        here = single & ((colour - middle).abs() < 0.04)
        assert here.sum() > 30
        assert absolute[here].median() == pytest.approx(expected, abs=0.45)


def test_the_red_clump_stands_where_gaia_sees_it(table, known):
    """Hawkins et al. 2017: M_G = 0.44 +- 0.01 (dispersion 0.20) for the clump; here within the tracks' 0.2 mag."""
    clump = (known.stage_true == "clump") & (known.component_true == "thin_disc") & (known.mass_true < 1.8)
    assert known.absolute_g_true[clump].median() == pytest.approx(0.44, abs=0.2)


def test_white_dwarfs_are_faint_and_near(table, known):
    dead = known.stage_true == "white_dwarf"
    assert dead.sum() > 50
    assert known.absolute_g_true[dead].min() > 7.5
    assert known.distance_true[dead].median() < 200


def test_parallaxes_scatter_by_their_errors_about_the_truth(table, known):
    single = (known.class_true == "single") & table.parallax.notna()
    pull = (table.parallax - 1000 / known.distance_true)[single] / table.parallax_error[single]
    assert abs(pull.mean()) < 0.03 and pull.std() == pytest.approx(1.0, abs=0.05)


def test_ruwe_of_single_stars_is_that_of_gaia(table, known):
    """Gaia DR3 (20,000 stars below RUWE 1.4): 16, 50, 84 % at 0.96, 1.02, 1.08."""
    ruwe = table.ruwe[known.class_true == "single"]
    assert ruwe.quantile([0.16, 0.5, 0.84]).to_numpy() == pytest.approx([0.95, 1.01, 1.07], abs=0.02)
    assert (ruwe > 1.25).mean() < 0.005


def test_ruwe_rises_where_the_photocentre_moves(table, known):
    """Andrew et al. 2022, eq. 19, with beta 0.62: orbits of 0.3-2.5 yr seen at their expected RUWE."""
    period = known.period_true / 365.25
    pairs = known.class_true.isin(["ms_wd", "ms_ns", "ms_bh"]) & period.between(0.3, 2.5) & (table.ruwe > 1.6)
    q, light = known.mass_ratio_true, known.light_ratio_true
    axis = np.cbrt(known.mass_true * (1 + q) * period**2)
    wobble = ((q - light) / ((1 + q) * (1 + light))).abs() * axis * 1000 / known.distance_true * 0.62
    g = [10, 11, 12, 13, 14, 15, 16, 17]
    sigma = np.interp(table.phot_g_mean_mag, g, [0.157, 0.173, 0.146, 0.143, 0.172, 0.248, 0.394, 0.660])
    ratio = table.ruwe / np.sqrt(1 + 0.5 * (wobble / sigma) ** 2)
    assert pairs.sum() > 20
    assert np.median(ratio[pairs]) == pytest.approx(1.0, abs=0.15)


def test_velocity_errors_of_single_stars_follow_their_transits(table, known):
    """Eqs. 48-51 of Andrew et al. 2022 turn the error back into RUWE_spec = 1 at the published sigma_spec."""
    solar = known.class_true.isin(["single", "spotted"]) & table.phot_g_mean_mag.between(11.8, 12.2)
    solar &= table.bp_rp.between(0.75, 1.25) & (table.rv_nb_transits > 10)
    n = table.rv_nb_transits[solar]
    scatter = np.sqrt(2 * n / np.pi) * np.sqrt(table.radial_velocity_error[solar] ** 2 - 0.11**2)
    # sigma_spec at G = 12: 2.9 km/s at BP-RP 0.8, 1.6 at 1.2
    expected = np.interp(table.bp_rp[solar], [0.5, 0.8, 1.2], [11.8, 2.9, 1.6])
    assert np.median(scatter / expected) == pytest.approx(1.0, abs=0.25)


def test_velocity_errors_of_close_pairs_show_their_orbits(table, known):
    """A circular orbit scatters by K/sqrt 2: sigma_vr from the error stays near it where K is far above noise."""
    close = known.class_true.isin(["ms_ms", "ms_ns", "ms_bh"]) & (known.eccentricity_true == 0)
    close &= (known.period_true < 30) & (known.semi_amplitude_true.between(25, 90)) & (table.rv_nb_transits > 12)
    close &= table.phot_g_mean_mag < 12
    n = table.rv_nb_transits[close]
    scatter = np.sqrt(2 * n / np.pi) * table.radial_velocity_error[close]
    assert close.sum() > 20
    assert np.median(scatter / (known.semi_amplitude_true[close] / np.sqrt(2))) == pytest.approx(1.0, abs=0.12)


def test_faint_stars_have_no_gaia_velocity(table):
    assert table.radial_velocity[table.phot_rp_mean_mag > 14.7].isna().all()
    with_rv = table.radial_velocity.notna()
    assert (table.rv_nb_transits[with_rv] >= 3).all() and (table.rv_nb_transits[~with_rv] == 0).all()
    assert (table.radial_velocity_error[with_rv] < 40).all()


def test_lamost_has_three_to_twenty_epochs_in_its_declinations(table):
    seen = table.n_rv > 0
    assert 0.2 < seen.mean() < 0.5
    assert table.n_rv[seen].between(3, 20).all()
    assert table.dec[seen].between(-10, 60).all()
    assert (table.delta_vr.notna() == seen).all()


def test_constant_stars_change_by_what_noise_alone_gives(table, known):
    """The expected range of n normal numbers: 1.693, 2.326, 3.078 standard deviations for 3, 5, 10."""
    still = known.class_true.isin(["single", "spotted"]) & (table.n_rv > 0)
    for n, expected in ((3, 1.693), (5, 2.326), (10, 3.078)):
        ratio = (table.delta_vr / (table.delta_vr_error / np.sqrt(2)))[still & (table.n_rv == n)]
        assert ratio.mean() == pytest.approx(expected, rel=0.08)


def test_mass_functions_follow_from_the_true_orbits(known):
    """f = 1.0361e-7 K^3 P (1 - e^2)^1.5 equals m2^3 sin^3 i / (m1 + m2)^2 (Mu et al. 2022, eq. 1)."""
    pairs = known[known.period_true.notna()]
    k, e = pairs.semi_amplitude_true.astype(float), pairs.eccentricity_true.astype(float)
    measured = 1.03615e-7 * k**3 * pairs.period_true * (1 - e**2) ** 1.5
    sin_i = np.sin(np.radians(pairs.inclination_true.astype(float)))
    expected = pairs.secondary_mass_true.astype(float) ** 3 * sin_i**3
    expected /= (pairs.mass_true.astype(float) + pairs.secondary_mass_true) ** 2
    good = sin_i > 0.05
    np.testing.assert_allclose(measured[good], expected[good], rtol=3e-3)


def test_no_star_overfills_its_roche_lobe(known):
    """Eggleton 1983: the lobe is 0.49 q^(2/3) / (0.6 q^(2/3) + ln(1 + q^(1/3))) of the separation, q = m1/m2."""
    pairs = known[known.period_true.notna()].astype({"mass_true": float, "secondary_mass_true": float})
    q = np.cbrt(pairs.mass_true / pairs.secondary_mass_true)
    lobe = 0.49 * q**2 / (0.6 * q**2 + np.log(1 + q))
    # 4.2083 solar radii is the separation of one solar mass in one day.
    apart = 4.2083 * np.cbrt((pairs.mass_true + pairs.secondary_mass_true) * pairs.period_true**2)
    nearest = apart * (1 - pairs.eccentricity_true)
    assert (pairs.radius_true / (lobe * nearest)).max() < 1.01


def test_pairs_of_stars_end_at_the_shortest_contact_binaries_without_a_pile(known):
    """Latkovic et al. 2021: none below 0.22 d; and no period that many stars share, where a limit cut them off."""
    pairs = known[known.class_true.isin(["ms_ms", "triple"]) & (known.period_true < 100)]
    close = np.sort(pairs.period_true.astype(float))
    assert close[0] >= 0.219
    assert (close < 0.5).sum() > 30
    assert np.unique(close).size == close.size
    counts, _ = np.histogram(np.log10(close), np.arange(-0.65, 2.05, 0.1))
    assert (counts[1:] < 2.5 * counts[:-1] + 12).all()
    assert (counts[:-1] < 2.5 * counts[1:] + 12).all()


def test_extended_sources_look_extended(table, known):
    big, point = known.class_true == "extended", known.class_true == "single"
    assert big.sum() > 30
    assert (table.phot_bp_rp_excess_factor[big] > 1.8).mean() > 0.5
    assert (table.phot_bp_rp_excess_factor[point] > 1.8).mean() < 0.001
    assert table.radial_velocity[big].isna().all()
    g = table.phot_g_mean_mag[big].astype(float)
    line = 0.297 + 5.63e-8 * np.exp(0.895 * g)  # the recollected AEN line of paper 001
    assert (table.astrometric_excess_noise[big] > line).mean() > 0.5


def test_blends_are_crowded_in_the_image(table, known):
    blend, point = known.class_true == "blend", known.class_true == "single"
    assert (table.ipd_frac_multi_peak[blend] > 10).mean() > 0.8 > 0.1 > (table.ipd_frac_multi_peak[point] > 10).mean()
    assert (table.n_sources_4arcsec >= table.n_sources_2arcsec).all()
    assert (table.n_sources_8arcsec >= table.n_sources_4arcsec).all()
    assert (table.n_sources_2arcsec >= 1).all()


def test_photometric_periods_are_those_of_the_truth(table, known):
    found = table.period.notna()
    assert (found == (table.period_kind == "photometric")).all()
    orbit = np.abs(table.period / known.period_true - 1) < 1e-3
    own = np.abs(table.period / known.variability_period_true - 1) < 1e-3
    assert (orbit | own)[found].all()
    assert (known.eclipse_depth_true[table.eclipsing] > 0.01).all()


def test_single_ob_stars_are_seldom_too_luminous_and_pairs_often(table, known):
    """Xiang et al. 2021: 10.0 % of OB stars flagged; a two-sigma cut leaves 2.3 % of singles (tested: 1.5 %)."""
    hot = table.snr_dparallax.notna()
    assert hot.sum() > 1500
    flagged = table.snr_dparallax > 2
    assert (flagged & hot).sum() / hot.sum() == pytest.approx(0.10, abs=0.035)
    single = hot & known.class_true.isin(["single", "pulsating"])
    assert (flagged & single).sum() / single.sum() < 0.03


def test_spectral_types_are_lamosts_and_follow_the_temperature(table, known):
    """Pecaut & Mamajek 2013: K5V 4440 K, M2V 3560 K; LAMOST writes dM2 for a dwarf."""
    teff = known.teff_true
    assert teff[table.subclass == "K5"].median() == pytest.approx(4440, abs=120)
    assert teff[table.subclass == "dM2"].median() == pytest.approx(3560, abs=80)
    assert (known.stage_true[table.subclass.isin(["gM0", "gM1"])] == "giant").all()
    assert (table["class"] == "GALAXY").any()


def test_quiet_stars_have_no_emission_flag(table, known):
    cool = known.teff_true < 11_000
    assert not table.em_flag[cool & (known.class_true == "single")].any()
    assert table.em_flag[cool & (known.class_true == "spotted") & (table.n_rv > 0)].any()
