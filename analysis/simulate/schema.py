"""Columns of the simulated survey: type, unit, UCD and the codes of the text columns."""

from __future__ import annotations

from typing import NamedTuple

from analysis.simulate.evolution import STAGES
from analysis.simulate.galaxy import COMPONENTS
from analysis.simulate.lamost import CLASS_NAMES, SUBCLASS_NAMES
from analysis.simulate.multiplicity import CLASSES

EXTENDED_KINDS = ("", "galaxy", "star_cluster")
PERIOD_KINDS = ("", "photometric")
VARIABLE_FLAGS = ("NOT_AVAILABLE", "VARIABLE")


class SurveyColumn(NamedTuple):
    """A column: numpy type ("category" for text with few values), unit and UCD; `values` are a category's texts."""

    name: str
    dtype: str = "float32"
    unit: str = ""
    ucd: str = ""
    values: tuple[str, ...] = ()


_C = SurveyColumn
OBSERVABLES = (
    _C("source_id", "int64", "", "meta.id;meta.main"),
    _C("ra", "float64", "deg", "pos.eq.ra;meta.main"),
    _C("dec", "float64", "deg", "pos.eq.dec;meta.main"),
    _C("l", "float32", "deg", "pos.galactic.lon"),
    _C("b", "float32", "deg", "pos.galactic.lat"),
    _C("parallax", "float32", "mas", "pos.parallax.trig"),
    _C("parallax_error", "float32", "mas", "stat.error;pos.parallax.trig"),
    _C("parallax_over_error", "float32", "", "stat.snr;pos.parallax.trig"),
    _C("pm", "float32", "mas / yr", "pos.pm;pos.eq"),
    _C("pmra", "float32", "mas / yr", "pos.pm;pos.eq.ra"),
    _C("pmra_error", "float32", "mas / yr", "stat.error;pos.pm;pos.eq.ra"),
    _C("pmdec", "float32", "mas / yr", "pos.pm;pos.eq.dec"),
    _C("pmdec_error", "float32", "mas / yr", "stat.error;pos.pm;pos.eq.dec"),
    _C("ruwe", "float32", "", "stat.error"),
    _C("astrometric_excess_noise", "float32", "mas", "stat.value"),
    _C("astrometric_n_good_obs_al", "int16", "", "meta.number"),
    _C("visibility_periods_used", "int16", "", "meta.number"),
    _C("phot_g_mean_mag", "float32", "mag", "phot.mag;em.opt"),
    _C("phot_bp_mean_mag", "float32", "mag", "phot.mag;em.opt.B"),
    _C("phot_rp_mean_mag", "float32", "mag", "phot.mag;em.opt.R"),
    _C("bp_rp", "float32", "mag", "phot.color;em.opt.B;em.opt.R"),
    _C("phot_g_mean_flux", "float32", "electron / s", "phot.flux;em.opt"),
    _C("phot_g_mean_flux_error", "float32", "electron / s", "stat.error;phot.flux;em.opt"),
    _C("phot_bp_mean_flux", "float32", "electron / s", "phot.flux;em.opt.B"),
    _C("phot_bp_mean_flux_error", "float32", "electron / s", "stat.error;phot.flux;em.opt.B"),
    _C("phot_rp_mean_flux", "float32", "electron / s", "phot.flux;em.opt.R"),
    _C("phot_rp_mean_flux_error", "float32", "electron / s", "stat.error;phot.flux;em.opt.R"),
    _C("phot_g_n_obs", "int16", "", "meta.number"),
    _C("phot_bp_n_obs", "int16", "", "meta.number"),
    _C("phot_rp_n_obs", "int16", "", "meta.number"),
    _C("phot_bp_n_blended_transits", "int16", "", "meta.number"),
    _C("phot_rp_n_blended_transits", "int16", "", "meta.number"),
    _C("phot_bp_n_contaminated_transits", "int16", "", "meta.number"),
    _C("phot_rp_n_contaminated_transits", "int16", "", "meta.number"),
    _C("phot_bp_rp_excess_factor", "float32", "", "arith.factor;phot.flux;em.opt"),
    _C("ipd_frac_multi_peak", "int16", "%", "stat.value"),
    _C("ipd_gof_harmonic_amplitude", "float32", "", "stat.value"),
    _C("radial_velocity", "float32", "km / s", "spect.dopplerVeloc.opt;em.opt.I"),
    _C("radial_velocity_error", "float32", "km / s", "stat.error;spect.dopplerVeloc.opt;em.opt.I"),
    _C("rv_nb_transits", "int16", "", "meta.number"),
    _C("rv_method_used", "int16", "", "meta.code.class"),
    _C("non_single_star", "int16", "", "meta.code.status"),
    _C("phot_variable_flag", "category", "", "meta.code;src.var", VARIABLE_FLAGS),
    _C("teff_gspphot", "float32", "K", "phys.temperature.effective"),
    _C("ag_gspphot", "float32", "mag", "phys.absorption;em.opt"),
    _C("ebpminrp_gspphot", "float32", "mag", "phot.color.excess"),
    _C("ebv", "float32", "mag", "phot.color.excess"),
    _C("ebv_error", "float32", "mag", "stat.error;phot.color.excess"),
    _C("n_sources_2arcsec", "int16", "", "meta.number"),
    _C("n_sources_4arcsec", "int16", "", "meta.number"),
    _C("n_sources_8arcsec", "int16", "", "meta.number"),
    _C("j_m", "float32", "mag", "phot.mag;em.IR.J"),
    _C("j_msigcom", "float32", "mag", "stat.error;phot.mag;em.IR.J"),
    _C("h_m", "float32", "mag", "phot.mag;em.IR.H"),
    _C("h_msigcom", "float32", "mag", "stat.error;phot.mag;em.IR.H"),
    _C("k_m", "float32", "mag", "phot.mag;em.IR.K"),
    _C("k_msigcom", "float32", "mag", "stat.error;phot.mag;em.IR.K"),
    _C("gMeanPSFMag", "float32", "mag", "phot.mag;em.opt.B"),
    _C("rMeanPSFMag", "float32", "mag", "phot.mag;em.opt.R"),
    _C("iMeanPSFMag", "float32", "mag", "phot.mag;em.opt.I"),
    _C("rMeanApMag", "float32", "mag", "phot.mag;em.opt.R"),
    _C("tmag", "float32", "mag", "phot.mag;em.opt.I"),
    _C("period", "float32", "d", "time.period"),
    _C("period_kind", "category", "", "meta.code", PERIOD_KINDS),
    _C("eclipsing", "bool", "", "meta.code;src.var"),
    _C("class", "category", "", "src.class", CLASS_NAMES),
    _C("subclass", "category", "", "src.spType", SUBCLASS_NAMES),
    _C("snrg", "float32", "", "stat.snr"),
    _C("snrr", "float32", "", "stat.snr"),
    _C("snri", "float32", "", "stat.snr"),
    _C("teff", "float32", "K", "phys.temperature.effective"),
    _C("teff_error", "float32", "K", "stat.error;phys.temperature.effective"),
    _C("logg", "float32", "dex(cm / s2)", "phys.gravity"),
    _C("logg_error", "float32", "dex", "stat.error;phys.gravity"),
    _C("feh", "float32", "dex", "phys.abund.Z"),
    _C("feh_error", "float32", "dex", "stat.error;phys.abund.Z"),
    _C("rv", "float32", "km / s", "spect.dopplerVeloc.opt"),
    _C("rv_error", "float32", "km / s", "stat.error;spect.dopplerVeloc.opt"),
    _C("delta_vr", "float32", "km / s", "spect.dopplerVeloc.opt;arith.diff"),
    _C("delta_vr_error", "float32", "km / s", "stat.error;spect.dopplerVeloc.opt"),
    _C("n_rv", "int16", "", "meta.number"),
    _C("single_lined", "bool", "", "meta.code"),
    _C("uniqflag", "int16", "", "meta.code"),
    _C("em_flag", "int16", "", "meta.code"),
    _C("M_Ks", "float32", "mag", "phys.magAbs;em.IR.K"),
    _C("M_Ks_err", "float32", "mag", "stat.error;phys.magAbs;em.IR.K"),
    _C("snr_dparallax", "float32", "", "stat.snr;pos.parallax"),
    _C("teff_ap", "float32", "K", "phys.temperature.effective"),
    _C("teff_bt", "float32", "K", "phys.temperature.effective"),
    _C("m_h", "float32", "dex", "phys.abund.Z"),
    _C("m_h_error", "float32", "dex", "stat.error;phys.abund.Z"),
)
TRUTH = (
    _C("class_true", "category", "", "meta.code.class", CLASSES),
    _C("stage_true", "category", "", "meta.code.class", STAGES),
    _C("component_true", "category", "", "meta.code.class", COMPONENTS),
    _C("extended_kind_true", "category", "", "meta.code.class", EXTENDED_KINDS),
    _C("distance_true", "float32", "pc", "pos.distance"),
    _C("mass_true", "float32", "solMass", "phys.mass"),
    _C("radius_true", "float32", "solRad", "phys.size.radius"),
    _C("teff_true", "float32", "K", "phys.temperature.effective"),
    _C("luminosity_true", "float32", "solLum", "phys.luminosity"),
    _C("logg_true", "float32", "dex(cm / s2)", "phys.gravity"),
    _C("feh_true", "float32", "dex", "phys.abund.Z"),
    _C("age_true", "float32", "Gyr", "time.age"),
    _C("absolute_g_true", "float32", "mag", "phot.mag;em.opt"),
    _C("ebpminrp_true", "float32", "mag", "phot.color.excess"),
    _C("systemic_velocity_true", "float32", "km / s", "spect.dopplerVeloc"),
    _C("period_true", "float64", "d", "time.period"),
    _C("eccentricity_true", "float32", "", "src.orbital.eccentricity"),
    _C("periastron_time_true", "float64", "d", "time.epoch"),
    _C("periastron_argument_true", "float32", "deg", "src.orbital.periastron"),
    _C("node_true", "float32", "deg", "src.orbital.node"),
    _C("inclination_true", "float32", "deg", "src.orbital.inclination"),
    _C("semi_amplitude_true", "float32", "km / s", "spect.dopplerVeloc"),
    _C("mass_ratio_true", "float32", "", "phys.mass;arith.ratio"),
    _C("secondary_mass_true", "float32", "solMass", "phys.mass"),
    _C("secondary_teff_true", "float32", "K", "phys.temperature.effective"),
    _C("light_ratio_true", "float32", "", "phot.flux;arith.ratio"),
    _C("outer_period_true", "float64", "d", "time.period"),
    _C("outer_eccentricity_true", "float32", "", "src.orbital.eccentricity"),
    _C("tertiary_mass_true", "float32", "solMass", "phys.mass"),
    _C("outer_semi_amplitude_true", "float32", "km / s", "spect.dopplerVeloc"),
    _C("variability_period_true", "float32", "d", "time.period"),
    _C("variability_amplitude_true", "float32", "", "phot.flux;arith.ratio"),
    _C("flux_scatter_true", "float32", "", "stat.stdev;phot.flux"),
    _C("eclipse_depth_true", "float32", "", "phot.flux;arith.ratio"),
)
