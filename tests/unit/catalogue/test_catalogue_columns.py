"""The schema and the spellings it knows."""

import astropy.units as u
import numpy as np
import pytest
from astropy.io.votable.ucd import check_ucd

from analysis.catalogue import COLUMNS, match_column, near_names
from analysis.catalogue.units import conversion, parse_unit, plain_unit, unit_text

# Inputs and outputs of the five papers.
PAPERS_NEED = """
source_id ra dec parallax parallax_error pmra pmdec pm phot_g_mean_mag phot_bp_mean_mag phot_rp_mean_mag bp_rp
phot_bp_rp_excess_factor astrometric_excess_noise ruwe ipd_gof_harmonic_amplitude ipd_frac_multi_peak
phot_bp_n_obs phot_rp_n_obs phot_bp_n_blended_transits phot_rp_n_blended_transits
phot_bp_n_contaminated_transits phot_rp_n_contaminated_transits designation obsid spid fiberid obsdate lmjd
planid class subclass snru snrg snrr snri snrz teff logg feh rv rv_error k_m k_msigcom j_m h_m sector
gMeanPSFMag rMeanPSFMag iMeanPSFMag rMeanApMag astrometric_n_good_obs_al phot_g_mean_flux phot_g_mean_flux_error
phot_g_n_obs radial_velocity_error rv_nb_transits rv_method_used ag_gspphot ebpminrp_gspphot non_single_star
phot_variable_flag q q_lower q_upper secondary_mass secondary_mass_lower secondary_mass_upper period_yr plating
ruwe_spec ruwe_phot M_Ks M_Ks_err M_Ks_geo dis dis_low dis_high ebv snr_dparallax binary_flag em_flag
parallax_offset uniqflag specid teff_ap teff_ap_error teff_bt m_h_ap delta_vr delta_vr_error period period_kind
simbad_type pyhammer_type primary_mass half_delta_vr mass_function semi_amplitude_limit limit_ratio period_min
minimum_companion_mass hip hp_mag v_i b_v tic tmag absolute_g absolute_k absolute_hp
"""


@pytest.mark.parametrize("name", PAPERS_NEED.split())
def test_the_schema_knows_every_column_of_the_five_papers(name: str) -> None:
    assert COLUMNS[name].name == name


@pytest.mark.parametrize("column", COLUMNS.values(), ids=list(COLUMNS))
def test_every_column_has_a_unit_a_ucd_and_words(column) -> None:
    u.Unit(column.unit)
    assert check_ucd(column.ucd, check_controlled_vocabulary=True)
    assert column.meaning and column.origin and column.label and column.short
    assert column.scale in ("linear", "log10")
    assert column.dtype == "str" or np.dtype(column.dtype)
    assert not column.meaning.endswith(".")


def test_labels_carry_the_unit_once() -> None:
    assert COLUMNS["half_delta_vr"].label == "ΔV_R/2 (km/s)"
    assert COLUMNS["absolute_g"].label == "Absolute magnitude M_G (mag)"
    assert COLUMNS["period"].label == "Orbital period P (d)"
    assert COLUMNS["ruwe"].label == "RUWE"
    assert COLUMNS["secondary_mass_lower"].label == "Inferred companion mass M₂, 16th percentile (M☉)"


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("SOURCE_ID", "source_id"), ("dr3_source_id", "source_id"), ("Source", "source_id"), ("GaiaDR3", "source_id"),
        ("Gmag", "phot_g_mean_mag"), ("G", "phot_g_mean_mag"), ("BPmag", "phot_bp_mean_mag"),
        ("RP", "phot_rp_mean_mag"),
        ("BP-RP", "bp_rp"), ("Plx", "parallax"), ("e_Plx", "parallax_error"), ("pmRA", "pmra"), ("pmDE", "pmdec"),
        ("e_pmRA", "pmra_error"), ("RA_ICRS", "ra"), ("DE_ICRS", "dec"), ("RAJ2000", "ra"), ("Kmag", "k_m"),
        ("Ks", "k_m"), ("J", "j_m"), ("H", "h_m"), ("rv_err", "rv_error"), ("RUWE", "ruwe"),
        ("epsi", "astrometric_excess_noise"), ("RV", "rv"),
        ("E(BP/RP)", "phot_bp_rp_excess_factor"), ("GLON", "l"), ("Hpmag", "hp_mag"), ("V-I", "v_i"),
        ("tess_id", "tic"),        ("porb_d", "period"), ("TEFF_AP", "teff_ap"),
    ],
)  # fmt: skip
def test_spellings_of_other_archives_are_known(spelling: str, name: str) -> None:
    found = match_column(spelling)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("name", ["g", "B", "L", "Q", "j", "h", "colour", ""])
def test_names_of_one_letter_match_only_in_exact_case(name: str) -> None:
    assert match_column(name) is None


def test_near_names_put_an_alias_first_and_then_look_alikes() -> None:
    assert near_names("Plx", ["parallax_error", "parallax", "ruwe"])[0] == "parallax"
    assert near_names("rue", COLUMNS) == ("ruwe",)
    assert near_names("zzzzzz", COLUMNS) == ()


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("mas.yr**-1", u.mas / u.yr), ("'electron'.s**-1", u.electron / u.s), ("log(cm.s**-2)", u.dex(u.cm / u.s**2)),
        ("[cm/s2]", u.dex(u.cm / u.s**2)), ("Days", u.d), ("Msun", u.Msun), ("km s-1", u.km / u.s), ("'dex'", u.dex),
    ],
)  # fmt: skip
def test_units_are_understood_as_archives_write_them(text: str, unit: u.UnitBase) -> None:
    assert parse_unit(text) == unit


@pytest.mark.parametrize(
    ("found", "wanted", "factor"),
    [
        ("arcsec", "mas", 1000.0), ("rad", "deg", 180 / np.pi), ("h", "d", 1 / 24), ("m/s", "km / s", 1e-3),
        ("mag(AB)", "mag", 1.0), ("log(cm.s**-2)", "dex(cm / s2)", 1.0), ("dex", "dex(cm / s2)", 1.0), ("%", "", 0.01),
        ("yr", "d", 365.25),
    ],
)  # fmt: skip
def test_units_convert_to_the_schema(found: str, wanted: str, factor: float) -> None:
    assert conversion(found, wanted) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize(("found", "wanted"), [("Hz", "d"), ("mag", "dex"), ("dex", "K"), ("mas", ""), ("K", "mag")])
def test_units_of_another_kind_do_not_convert(found: str, wanted: str) -> None:
    assert conversion(found, wanted) is None


def test_an_unknown_unit_is_said_to_be_unknown() -> None:
    with pytest.raises(LookupError):
        conversion("furlongs per fortnight", "km / s")
    assert plain_unit("furlongs per fortnight") == "furlongs per fortnight"
    assert plain_unit("---") == ""


@pytest.mark.parametrize("unit", sorted({column.unit for column in COLUMNS.values()} - {""}))
@pytest.mark.parametrize("style", ["fits", "vounit"])
def test_every_unit_of_the_schema_survives_the_spelling_of_a_format(unit: str, style: str) -> None:
    assert parse_unit(unit_text(unit, style)) == u.Unit(unit)
