"""Columns of LAMOST, 2MASS, Pan-STARRS, TESS and Hipparcos."""

from __future__ import annotations

from functools import partial

from analysis.catalogue.column import column

_F, _D, _I = "float32", "float64", "int16"
_lamost = partial(column, "LAMOST")
_2mass = partial(column, "2MASS")
_ps1 = partial(column, "Pan-STARRS1")
_tess = partial(column, "TESS")
_hip = partial(column, "Hipparcos (van Leeuwen 2007)")
_neighbours = partial(column, "Gaia DR3, counted")

LAMOST = (
    _lamost("obsid", "int64", "", "meta.id;obs", "LAMOST observation id", "Identifier of one LAMOST spectrum",
            short="obsid", aliases="specobjid lamost_obsid"),
    _lamost("designation", "str", "", "meta.id", "Designation", "Name made from the position, as printed",
            short="name", aliases="desig lamost_designation"),
    _lamost("planid", "str", "", "meta.id;obs.field", "LAMOST plate", "Name of the observed plate", short="plate",
            aliases="plan_id"),
    _lamost("spid", _I, "", "meta.id;instr", "Spectrograph", "Number of the spectrograph, 1 to 16", short="spid",
            aliases="sp_id"),
    _lamost("fiberid", _I, "", "meta.id;instr", "Fibre", "Number of the fibre, 1 to 250", short="fibre",
            aliases="fiber_id"),
    _lamost("lamost_input_mag", _F, "mag", "phot.mag", "Magnitude in LAMOST's input catalogue",
            "Magnitude of the target that the fibre was put on, as LAMOST's input catalogue has it", short="input mag",
            aliases="input_mag mag_input"),
    _lamost("obsdate", "str", "", "time.epoch;obs", "Observation date", "Date of the observation", short="date",
            aliases="obs_date date_obs"),
    _lamost("lmjd", "int32", "d", "time.epoch", "Local modified Julian day",
            "Modified Julian day of the observing night at Xinglong", short="LMJD", aliases="mjd_local"),
    _lamost("class", "str", "", "src.class", "Class", "Object class of the pipeline: STAR, GALAXY, QSO",
            short="class", aliases="spectral_class"),
    _lamost("subclass", "str", "", "src.spType", "Spectral type", "Spectral type as printed by the survey",
            short="type", aliases="sptype sp_type spectral_type lamost_sptype spt"),
    *(
        _lamost(f"snr{band}", _F, "", "stat.snr", f"S/N in {band}",
                f"Signal-to-noise ratio per pixel in the {band} band",
                short=f"S/N {band}", scale="log10", aliases=f"snr_{band} sn_{band}")
        for band in "ugriz"
    ),
    _lamost("teff", _F, "K", "phys.temperature.effective", "Effective temperature T_eff",
            "Effective temperature from the spectrum", short="T_eff", aliases="teff_lasp teff_k t_eff temp_eff"),
    _lamost("teff_error", _F, "K", "stat.error;phys.temperature.effective", "Error of T_eff",
            "Error of the effective temperature", short="σ_Teff", aliases="teff_err e_teff teff_err_k"),
    _lamost("logg", _F, "dex(cm / s2)", "phys.gravity", "Surface gravity log g", "Surface gravity from the spectrum",
            short="log g", aliases="log_g logg_lasp"),
    _lamost("logg_error", _F, "dex", "stat.error;phys.gravity", "Error of log g", "Error of the surface gravity",
            short="σ_logg", aliases="logg_err e_logg"),
    _lamost("feh", _F, "dex", "phys.abund.Z", "Metallicity [Fe/H]", "Iron abundance relative to the Sun",
            short="[Fe/H]", aliases="fe_h [fe/h] feh_lasp"),
    _lamost("feh_error", _F, "dex", "stat.error;phys.abund.Z", "Error of [Fe/H]", "Error of the iron abundance",
            short="σ_[Fe/H]", aliases="feh_err fe_h_err e_[fe/h]"),
    _lamost("rv", _F, "km / s", "spect.dopplerVeloc.opt", "Radial velocity V_R",
            "Heliocentric radial velocity of the co-added spectrum", short="V_R", aliases="rv_lamost hrv rv_lasp"),
    _lamost("rv_error", _F, "km / s", "stat.error;spect.dopplerVeloc.opt", "Error of V_R",
            "Error of the radial velocity", short="σ_VR", scale="log10", aliases="rv_err e_rv e_hrv"),
    _lamost("z", _F, "", "src.redshift", "Redshift", "Redshift from the spectrum; c z is about the velocity", short="z",
            aliases="redshift"),
    _lamost("z_error", _F, "", "stat.error;src.redshift", "Error of the redshift", "Error of the redshift",
            short="σ_z", scale="log10", aliases="z_err e_z"),
    _lamost("specid", "str", "", "meta.id", "LAMOST spectrum id",
            "Name of the spectrum: date, plate, spectrograph, fibre", short="specid"),
    _lamost("uniqflag", _I, "", "meta.code", "Unique star", "1 for the best spectrum of a star observed repeatedly",
            short="unique"),
)  # fmt: skip

TWO_MASS = (
    _2mass("j_m", _F, "mag", "phot.mag;em.IR.J", "J magnitude", "2MASS J magnitude, Vega", short="J",
           aliases="jmag J j_mag jmag_2mass"),
    _2mass("h_m", _F, "mag", "phot.mag;em.IR.H", "H magnitude", "2MASS H magnitude, Vega", short="H",
           aliases="hmag H h_mag hmag_2mass"),
    _2mass("k_m", _F, "mag", "phot.mag;em.IR.K", "Kₛ magnitude", "2MASS Kₛ magnitude, Vega", short="Kₛ",
           aliases="ks_m kmag ksmag Ks k_mag ks_mag kmag_2mass"),
    _2mass("j_msigcom", _F, "mag", "stat.error;phot.mag;em.IR.J", "Error of J", "Total uncertainty of the J magnitude",
           short="σ_J", scale="log10", aliases="e_jmag j_err j_error j_mag_error"),
    _2mass("h_msigcom", _F, "mag", "stat.error;phot.mag;em.IR.H", "Error of H", "Total uncertainty of the H magnitude",
           short="σ_H", scale="log10", aliases="e_hmag h_err h_error h_mag_error"),
    _2mass("k_msigcom", _F, "mag", "stat.error;phot.mag;em.IR.K", "Error of Kₛ",
           "Total uncertainty of the Kₛ magnitude",
           short="σ_Ks", scale="log10", aliases="e_kmag e_ksmag ks_msigcom k_err k_error ks_err k_mag_error"),
)  # fmt: skip

PAN_STARRS = (
    *(
        _ps1(f"{band}MeanPSFMag", _F, "mag", f"phot.mag;em.opt.{ucd}", f"PS1 {band} (PSF)",
             f"Mean {band} magnitude from point-spread-function photometry, AB", short=f"{band} PSF",
             aliases=f"ps1_{band} {band}_ps1 {band}_mean_psf_mag")
        for band, ucd in zip("grizy", "BRIII", strict=True)
    ),
    *(
        _ps1(f"{band}MeanApMag", _F, "mag", f"phot.mag;em.opt.{ucd}", f"PS1 {band} (aperture)",
             f"Mean {band} magnitude from aperture photometry, AB", short=f"{band} ap.",
             aliases=f"ps1_{band}_ap {band}_mean_ap_mag")
        for band, ucd in zip("grizy", "BRIII", strict=True)
    ),
)  # fmt: skip

TESS = (
    _tess("tic", "int64", "", "meta.id", "TESS Input Catalog id", "Identifier in the TESS Input Catalog", short="TIC",
          aliases="tic_id ticid tess_id tessid"),
    _tess("tmag", _F, "mag", "phot.mag;em.opt.I", "TESS magnitude", "Magnitude in the TESS band", short="T",
          aliases="tessmag tess_mag"),
    _tess("sector", _I, "", "meta.id;obs", "TESS sector", "Number of the TESS sector", short="sector"),
)  # fmt: skip

NEIGHBOURS = tuple(
    _neighbours(f"n_sources_{radius}arcsec", _I, "", "meta.number", f"Sources within {radius}″",
                f"Number of Gaia sources within {radius} arcseconds, the star itself counted", short=f"N({radius}″)",
                aliases=f"n_{radius}arcsec")
    for radius in (2, 4, 8)
)  # fmt: skip

HIPPARCOS = (
    _hip("hip", "int32", "", "meta.id;meta.main", "Hipparcos number", "Identifier in the Hipparcos Catalogue",
         short="HIP", aliases="hip_id hip_number"),
    _hip("hp_mag", _F, "mag", "phot.mag;em.opt.V", "Hipparcos magnitude Hp", "Median magnitude in the Hipparcos band",
         short="Hp", aliases="hpmag hp hp_magnitude"),
    _hip("hp_mag_error", _F, "mag", "stat.error;phot.mag;em.opt.V", "Error of Hp", "Error of the Hp magnitude",
         short="σ_Hp", scale="log10", aliases="e_hpmag"),
    _hip("hp_scatter", _F, "mag", "stat.stdev;phot.mag;em.opt.V", "Scatter of Hp",
         "Scatter of the Hp magnitudes of the transits; large for variable stars", short="s_Hp", scale="log10",
         aliases="shp"),
    _hip("b_v", _F, "mag", "phot.color;em.opt.B;em.opt.V", "Colour B−V", "Colour index B minus V", short="B−V",
         aliases="b-v bv bmag-vmag"),
    _hip("b_v_error", _F, "mag", "stat.error;phot.color;em.opt.B;em.opt.V", "Error of B−V",
         "Error of the colour index B−V", short="σ_B−V", aliases="e_b-v"),
    _hip("v_i", _F, "mag", "phot.color;em.opt.V;em.opt.I", "Colour V−I", "Colour index V minus I, Cousins",
         short="V−I", aliases="v-i vmag-imag"),
    _hip("v_i_error", _F, "mag", "stat.error;phot.color;em.opt.V;em.opt.I", "Error of V−I",
         "Error of the colour index V−I", short="σ_V−I", aliases="e_v-i"),
    _hip("goodness_of_fit", _F, "", "stat.fit.goodness", "Goodness of fit F2",
         "Goodness of the astrometric fit, normally distributed for single stars; 99 is the printed maximum",
         short="F2", aliases="f2"),
    _hip("rejected_percent", _I, "%", "meta.number", "Rejected data",
         "Percentage of the transits left out of the astrometric fit", short="F1"),
    _hip("n_field_transits", _I, "", "meta.number", "Field transits", "Number of field transits used", short="N_tr",
         aliases="ntr"),
    _hip("solution_type", _I, "", "meta.code.class", "Solution type",
         "Astrometric solution, last digit: 1 stochastic, 3 variability-induced mover, 5 five-parameter, 7 and 9 "
         "accelerated; the tens flag doubts",
         short="Sn"),
    _hip("cosmic_dispersion", _F, "mas", "stat.stdev", "Cosmic dispersion",
         "Dispersion added to the stochastic solutions; 0 elsewhere", short="σ_c"),
    _hip("n_components", _I, "", "meta.number", "Components", "Number of components of the system", short="N_c"),
    _hip("variability_annex", _I, "", "meta.code;src.var", "Variability annex",
         "0 not in the variability annex, 1 periodic variables, 2 unsolved variables", short="VA"),
)  # fmt: skip

SURVEYS = (*LAMOST, *TWO_MASS, *PAN_STARRS, *TESS, *NEIGHBOURS, *HIPPARCOS)
