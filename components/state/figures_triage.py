"""The planes of the triage for extended sources (Wu et al. 2024, Figs. 1 to 4, 12 and 13)."""

from __future__ import annotations

from components.state.figure import Figure

_G = "phot_g_mean_mag"

TRIAGE_FIGURES = (
    Figure(
        "noise_magnitude", "AEN against G", _G, "astrometric_excess_noise", y_scale="log10", overlays=("noise_line",)
    ),
    Figure("igha_magnitude", "IGHA against G", _G, "ipd_gof_harmonic_amplitude", y_scale="log10"),
    Figure("ifmp_magnitude", "IFMP against G", _G, "ipd_frac_multi_peak"),
    Figure("blended_magnitude", "β against G", _G, "blended_fraction"),
    Figure("contaminated_magnitude", "NCT against G", _G, "contaminated_transits"),
    Figure("corrected_excess", "C* against G", _G, "phot_bp_rp_excess_factor_corrected"),
    *(
        Figure(
            f"psf_aperture_{band}", f"PSF − aperture against {band}", f"{band}MeanPSFMag", f"psf_minus_aperture_{band}"
        )
        for band in "rgi"
    ),
    Figure("signal_magnitude", "S/N against G", _G, "snrg", y_scale="log10"),
)
