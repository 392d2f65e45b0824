"""Columns of the five papers and those that Penumbra computes from others."""

from __future__ import annotations

from functools import partial

from analysis.catalogue.column import Column, column

_F, _D, _I = "float32", "float64", "int16"
_epochs = partial(column, "Multi-epoch spectroscopy")
_derived = partial(column, "Penumbra")
_mu = partial(column, "Mu et al. 2022")
_wu = partial(column, "Wu et al. 2024")
_xiang = partial(column, "Xiang et al. 2021")
_li = partial(column, "Li et al. 2021")
_andrew = partial(column, "Andrew et al. 2022")

ORBITS = (
    _epochs("delta_vr", _F, "km / s", "spect.dopplerVeloc.opt;arith.diff", "Velocity range ΔV_R",
            "Largest minus smallest radial velocity over all epochs", short="ΔV_R", scale="log10",
            aliases="delta_rv dvr delta_v drv rv_range"),
    _epochs("delta_vr_error", _F, "km / s", "stat.error;spect.dopplerVeloc.opt", "Error of ΔV_R",
            "Quadratic sum of the errors of the two velocities", short="σ_ΔVR", scale="log10",
            aliases="delta_vr_err e_delta_vr delta_rv_error delta_rv_err"),
    _epochs("n_rv", _I, "", "meta.number", "Velocity epochs", "Number of radial velocities", short="N_RV",
            aliases="n_epochs nvisits"),
    _epochs("single_lined", "bool", "", "meta.code", "Single-lined", "Whether only one star is seen in the spectra",
            short="SB1"),
    _epochs("period", _D, "d", "time.period", "Orbital period P", "Orbital period, or its lower limit: see period_kind",
            short="P", scale="log10", aliases="porb p_orb per orbital_period porb_d period_d"),
    _epochs("period_error", _D, "d", "stat.error;time.period", "Error of the period", "Error of the period",
            short="σ_P", scale="log10", aliases="period_err e_period"),
    _epochs("period_kind", "str", "", "meta.code", "Kind of period",
            "photometric (light curve), spectroscopic (velocities) or roche_minimum (a lower limit: the period at "
            "which the star would fill its Roche lobe)", short="P from", aliases="porb_kind"),
    _epochs("eccentricity", _F, "", "src.orbital.eccentricity", "Eccentricity e", "Eccentricity of the orbit",
            short="e", aliases="ecc"),
    _epochs("semi_amplitude", _F, "km / s", "spect.dopplerVeloc;src.orbital", "Semi-amplitude K",
            "Velocity semi-amplitude of the star that is seen", short="K", scale="log10",
            aliases="semi_amplitude_primary k1 k2"),
    _epochs("semi_amplitude_error", _F, "km / s", "stat.error;spect.dopplerVeloc", "Error of K",
            "Error of the velocity semi-amplitude", short="σ_K", scale="log10",
            aliases="semi_amplitude_primary_error"),
    _epochs("eclipsing", "bool", "", "meta.code;src.var", "Eclipsing", "Whether the light curve shows eclipses",
            short="eclipses"),
    _epochs("primary_mass", _F, "solMass", "phys.mass", "Mass M₁ of the visible star", "Mass of the star that is seen",
            short="M₁", aliases="m1 m1_msun mass_primary"),
    _epochs("companion_mass", _F, "solMass", "phys.mass", "Companion mass M₂", "Mass of the unseen star", short="M₂",
            scale="log10", aliases="m2"),
)  # fmt: skip

DERIVED = (
    _derived("absolute_g", _F, "mag", "phys.magAbs;em.opt", "Absolute magnitude M_G",
             "G + 5 log₁₀(ϖ/100), ϖ in mas; corrected for extinction only where that was asked for; none for ϖ ≤ 0",
             short="M_G", aliases="abs_g m_g"),
    _derived("absolute_k", _F, "mag", "phys.magAbs;em.IR.K", "Absolute magnitude M_Ks",
             "Kₛ + 5 log₁₀(ϖ/100), ϖ in mas; not corrected for extinction; none for ϖ ≤ 0", short="M_Ks",
             aliases="abs_k m_ks_abs"),
    _derived("absolute_hp", _F, "mag", "phys.magAbs;em.opt.V", "Absolute magnitude M_Hp",
             "Hp + 5 log₁₀(ϖ/100), ϖ in mas; not corrected for extinction; none for ϖ ≤ 0", short="M_Hp"),
    _derived("half_delta_vr", _F, "km / s", "spect.dopplerVeloc.opt;arith.diff", "ΔV_R/2",
             "Half the velocity range: a lower limit of the semi-amplitude K₁ (Mu et al. 2022)", short="ΔV_R/2",
             scale="log10"),
    _derived("half_delta_vr_error", _F, "km / s", "stat.error;spect.dopplerVeloc.opt", "Error of ΔV_R/2",
             "Half the error of the velocity range", short="σ_ΔVR/2", scale="log10"),
    _derived("mass_function", _F, "solMass", "phys.mass;arith", "Mass function f",
             "P K₁³/2πG with K₁ = ΔV_R/2 and a circular orbit: a lower limit of the companion's mass "
             "(Mu et al. 2022, eq. 1)", short="f", scale="log10"),
    _derived("semi_amplitude_limit", _F, "km / s", "spect.dopplerVeloc;arith", "Faint-companion limit of K₁",
             "Largest K₁ that a main-sequence companion of half the star's own mass can cause "
             "(Mu et al. 2022, eq. 3 with the star's own M₁)", short="K₁ limit", scale="log10"),
    _derived("limit_ratio", _F, "", "spect.dopplerVeloc;arith.ratio", "ΔV_R/2 over its limit",
             "Half velocity range over semi_amplitude_limit; above 1 a faint main-sequence companion is excluded",
             short="ΔV_R/2 ÷ limit", scale="log10"),
    _derived("period_min", _F, "d", "time.period;stat.min", "Shortest period P_min",
             "Period at which a main-sequence star of mass M₁ fills its Roche lobe (Mu et al. 2022, eq. 6)",
             short="P_min", scale="log10"),
    _derived("minimum_companion_mass", _F, "solMass", "phys.mass;stat.min", "Smallest companion mass M₂ (sin i = 1)",
             "Companion mass for an orbit seen edge-on with K₁ = ΔV_R/2", short="M₂ min", scale="log10"),
    _derived("blended_fraction", _F, "", "meta.number;arith.ratio", "Blended fraction β",
             "Blended over all BP and RP transits (Wu et al. 2024, eq. 2; Riello et al. 2021)", short="β"),
    _derived("contaminated_transits", "int32", "", "meta.number", "Contaminated transits NCT",
             "Contaminated BP plus RP transits (Wu et al. 2024, eq. 3)", short="NCT"),
    _derived("phot_bp_rp_excess_factor_corrected", _F, "", "arith.factor;phot.flux", "Corrected BP/RP excess C*",
             "Excess factor minus the value that a star of its colour has (Riello et al. 2021)", short="C*",
             aliases="c_star"),
    _derived("excess_factor_deviation", _F, "", "stat.snr", "C* in its standard deviations",
             "Corrected BP/RP excess over σ_C* of single stars of that G (Riello et al. 2021, eq. 18)", short="C*/σ"),
    _derived("astrometric_excess_noise_over_line", _F, "mas", "stat.value;arith.diff", "Excess noise above the line",
             "Excess noise minus 0.297 + 5.63e-8 exp(0.895 G): the recollected eq. 1 of Wu et al. 2024",
             short="AEN − line"),
    _derived("astrometric_excess_noise_deviation", _F, "", "stat.snr", "Excess noise in σ of its G",
             "Excess noise above the running median of this table's sources with BRExcess < 2.37, in their robust "
             "standard deviations; above 3 a source is no point", short="AEN dev."),
    _derived("extended_grade", "int8", "", "meta.code.qual", "Grade of extended source",
             "Number of stringent criteria met: IGHA < 0.14, IFMP = 0, RUWE < 1.25 (Wu et al. 2024: 3A to 0A)",
             short="grade"),
    *(
        _derived(f"psf_minus_aperture_{band}", _F, "mag", "phot.mag;arith.diff", f"PS1 {band}: PSF − aperture",
                 f"Pan-STARRS {band} magnitude by PSF minus that in an aperture; positive for extended sources",
                 short=f"Δ{band} PSF − ap.")
        for band in "gri"
    ),
    *(
        _derived(f"psf_aperture_deviation_{band}", _F, "", "stat.snr", f"PS1 {band}: PSF − aperture in σ",
                 f"PSF − aperture in {band} above the line of this table's sources with BRExcess < 2.37, in standard "
                 "deviations; above 3 extended (Wu et al. 2024, Fig. 13)", short=f"Δ{band} in σ")
        for band in "gri"
    ),
    _derived("plate_signal_deviation", _F, "", "stat.snr", "S/N in σ of its plate",
             "log S/N in g above the line of S/N against G of its LAMOST plate, in robust standard deviations",
             short="S/N dev."),
    _derived("absolute_g_excess", _F, "mag", "phys.magAbs;arith.diff", "Height above the isochrone ΔM_G",
             "Isochrone minus star in M_G at the star's colour: positive where the star is too bright "
             "(Andrew et al. 2022)", short="ΔM_G"),
)  # fmt: skip

_SIN_I = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
MU2022 = (
    _mu("mu_number", _I, "", "meta.number", "No. in Mu et al. 2022",
        "Number of the candidate in Table 1 of Mu et al. 2022, 1 to 35", short="No."),
    _mu("simbad_type", "str", "", "src.class", "SIMBAD type", "Main object type in SIMBAD as printed", short="SIMBAD"),
    _mu("pyhammer_type", "str", "", "src.spType", "PyHammer type",
        "Spectral type by PyHammer; two types where a composite of two stars fits better", short="PyHammer"),
    _mu("mass_function_printed", _F, "solMass", "phys.mass", "Mass function f as printed",
        "Mass function in Table 2, two decimals", short="f printed", scale="log10"),
    *(
        _mu(f"companion_mass_sini_0{round(10 * sine)}_printed" if sine < 1 else "companion_mass_sini_10_printed", _F,
            "solMass", "phys.mass", f"M₂ at sin i = {sine:g} as printed",
            f"Companion mass in Table 2 for sin i = {sine:g}, two decimals", short=f"M₂ ({sine:g}) printed",
            scale="log10")
        for sine in _SIN_I
    ),
    _mu("absolute_k_implied", _F, "mag", "phys.magAbs;em.IR.K", "M_Ks implied by M₁",
        "SYNTHETIC, not measured: the absolute Kₛ magnitude at which the relation of Henry & McCarthy 1993 gives the "
        "printed M₁", short="M_Ks implied"),
    _mu("k_m_implied", _F, "mag", "phot.mag;em.IR.K", "Kₛ implied by M₁ and ϖ",
        "SYNTHETIC, not measured: absolute_k_implied at the printed parallax", short="Kₛ implied"),
    _mu("remark", "str", "", "meta.note", "Remark", "What a reader of the paper should know of this row",
        short="remark"),
)  # fmt: skip

WU2024 = (
    _wu("grade_printed", "str", "", "meta.code.qual", "Grade as printed",
        "Number of stringent criteria met (IGHA, IFMP, RUWE) with the letter A, as printed", short="grade"),
    _wu("search", "str", "", "meta.code", "Search", "single_source_resolved or multi_sources_resolved", short="search"),
    _wu("subset", "str", "", "meta.code", "Subset", "Whether Pan-STARRS1 magnitudes are at hand", short="subset"),
    _wu("psf_aperture_class", "str", "", "meta.code", "PSF − aperture class",
        "PS1 PSF − aperture magnitude against the comparison sample, in steps of 3σ", short="PSF − ap."),
    _wu("final_classification", "str", "", "src.class", "Final classification",
        "Kind of object after inspection by eye", short="kind"),
)  # fmt: skip


def _with_bounds(middle: Column) -> tuple[Column, Column, Column]:
    """The column and those of its 16th and 84th percentiles."""
    unit = {"solMass": " (M☉)", "yr": " (yr)"}.get(middle.unit, "")
    name = middle.label.removesuffix(unit)
    low, high = (
        column(
            middle.origin, f"{middle.name}_{end}", middle.dtype, middle.unit, f"{middle.ucd};stat.{ucd}",
            f"{name}, {percentile}", f"{percentile} of {middle.name}", short=f"{middle.short} {percentile[:2]} %",
            scale=middle.scale,
        )
        for end, ucd, percentile in (("lower", "min", "16th percentile"), ("upper", "max", "84th percentile"))
    )  # fmt: skip
    return middle, low, high


ANDREW2022 = (
    _andrew("ruwe_spec", _F, "", "stat.error", "RUWE_spec",
            "Scatter of the transit velocities over that of single stars of like magnitude and colour",
            short="RUWE_spec", scale="log10"),
    _andrew("ruwe_phot", _F, "", "stat.error", "RUWE_phot",
            "Scatter of the G fluxes over that of constant stars of like magnitude and colour", short="RUWE_phot",
            scale="log10"),
    _andrew("primary_mass_from_g", _F, "solMass", "phys.mass", "Mass M₁ from M_G",
            "Mass of a main-sequence star of this M_G (Pittordis & Sutherland 2019), meaningless for giants and white "
            "dwarfs; the M₁ that the inferred companion stands on", short="M₁ from M_G", scale="log10"),
    *_with_bounds(
        _andrew("q", _F, "", "phys.mass;arith.ratio", "Mass ratio q = M₂/M₁",
                "Mass ratio inferred from astrometric and spectroscopic scatter", short="q", scale="log10",
                aliases="mass_ratio")
    ),
    *_with_bounds(
        _andrew("secondary_mass", _F, "solMass", "phys.mass", "Inferred companion mass M₂",
                "Companion mass inferred from astrometric and spectroscopic scatter", short="M₂", scale="log10")
    ),
    *_with_bounds(
        _andrew("period_yr", _F, "yr", "time.period", "Inferred period P",
                "Period inferred from astrometric and spectroscopic scatter, in years", short="P", scale="log10")
    ),
    _andrew("plating", "str", "", "meta.code.qual", "Plating", "Bronze, Silver or Gold, the strictest that is met",
            short="plating"),
)  # fmt: skip

XIANG2021 = (
    _xiang("M_Ks", _F, "mag", "phys.magAbs;em.IR.K", "Spectroscopic M_Ks", "Absolute Kₛ magnitude from the spectrum",
           short="M_Ks (spec)", aliases="mks m_ks"),
    _xiang("M_Ks_err", _F, "mag", "stat.error;phys.magAbs;em.IR.K", "Error of the spectroscopic M_Ks",
           "Error of M_Ks", short="σ_MKs"),
    _xiang("M_Ks_geo", _F, "mag", "phys.magAbs;em.IR.K", "Geometric M_Ks",
           "Absolute Kₛ magnitude from the parallax and the extinction", short="M_Ks (geo)"),
    _xiang("M_Ks_geo_err", _F, "mag", "stat.error;phys.magAbs;em.IR.K", "Error of the geometric M_Ks",
           "Error of M_Ks_geo", short="σ_MKs geo"),
    _xiang("dis", _F, "pc", "pos.distance", "Distance", "Distance from spectrum and parallax, mode", short="d",
           scale="log10"),
    _xiang("dis_low", _F, "pc", "pos.distance;stat.min", "Distance, 16th percentile", "16th percentile of the distance",
           short="d 16 %", scale="log10"),
    _xiang("dis_high", _F, "pc", "pos.distance;stat.max", "Distance, 84th percentile",
           "84th percentile of the distance", short="d 84 %", scale="log10"),
    _xiang("logdis", _F, "", "pos.distance", "log₁₀ distance/pc", "Mean of the logarithm of the distance in pc",
           short="log d"),
    _xiang("logdis_err", _F, "", "stat.error;pos.distance", "Error of log₁₀ distance", "Error of logdis",
           short="σ_log d"),
    _xiang("ebv", _F, "mag", "phot.color.excess", "Reddening E(B−V)", "Colour excess in B−V", short="E(B−V)",
           aliases="e(b-v) e_b_v"),
    _xiang("ebv_error", _F, "mag", "stat.error;phot.color.excess", "Error of E(B−V)", "Error of the colour excess",
           short="σ_E(B−V)", aliases="ebv_err"),
    _xiang("snr_dparallax", _F, "", "stat.snr;pos.parallax", "Parallax excess over error S/N_Δϖ",
           "Spectro-photometric minus geometric parallax over its error; above 2 the star is too luminous to be single",
           short="S/N_Δϖ"),
    _xiang("binary_flag", "str", "", "meta.code", "Binary flag", "1 binary, 0 single, unknown where data are missing",
           short="binary"),
    _xiang("em_flag", _I, "", "meta.code", "Emission flag",
           "1 where the spectrum has emission lines", short="emission"),
)  # fmt: skip

LI2021 = (
    *(
        _li(f"teff_{kind}", _F, "K", "phys.temperature.effective", f"T_eff ({grid})",
            f"Effective temperature by SLAM trained on {grid}", short=f"T_eff {kind.upper()}")
        for kind, grid in (("ap", "APOGEE"), ("bt", "BT-Settl"))
    ),
    *(
        _li(f"teff_{kind}_error", _F, "K", "stat.error;phys.temperature.effective", f"Error of T_eff ({grid})",
            f"Error of teff_{kind}", short=f"σ_Teff {kind.upper()}", aliases=f"teff_{kind}_err")
        for kind, grid in (("ap", "APOGEE"), ("bt", "BT-Settl"))
    ),
    _li("m_h_ap", _F, "dex", "phys.abund.Z", "[M/H] (APOGEE)", "Metallicity by SLAM trained on APOGEE",
        short="[M/H] AP"),
    _li("m_h_ap_error", _F, "dex", "stat.error;phys.abund.Z", "Error of [M/H] (APOGEE)", "Error of m_h_ap",
        short="σ_[M/H] AP", aliases="m_h_ap_err"),
    _li("m_h", _F, "dex", "phys.abund.Z", "Metallicity [M/H]", "Metal abundance relative to the Sun (APOGEE)",
        short="[M/H]", aliases="mh [m/h]"),
    _li("m_h_error", _F, "dex", "stat.error;phys.abund.Z", "Error of [M/H]", "Error of the metal abundance",
        short="σ_[M/H]", aliases="m_h_err"),
)  # fmt: skip

PAPERS = (*ORBITS, *DERIVED, *MU2022, *WU2024, *ANDREW2022, *XIANG2021, *LI2021)
