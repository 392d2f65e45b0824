"""The planes of what spectra tell: luminosities (Xiang et al. 2021) and labels of M dwarfs (Li et al. 2021)."""

from __future__ import annotations

from components.state.figure import Figure

_QUADRANGLE = ("m_dwarf_quadrangle",)
_OVER_LUMINOUS = ("over_luminous",)
# Centre: the limit of the binary flag.
_EXCESS = {"value": "snr_dparallax", "centre": 2.0, "spread": (-3.0, 8.0)}

SPECTRA_FIGURES = (
    Figure("mks_spec_geo", "Spectroscopic against geometric M_Ks", "M_Ks_geo", "M_Ks", invert_x=True, invert_y=True,
           overlays=("equal_luminosity",)),
    Figure("mks_spec_raw", "Spectroscopic M_Ks against that of the parallax", "absolute_k", "M_Ks", invert_x=True,
           invert_y=True, overlays=("equal_luminosity",)),
    Figure("mks_excess_map", "Mean S/N_Δϖ: M_Ks against that of the parallax", "absolute_k", "M_Ks", invert_x=True,
           invert_y=True, overlays=("equal_luminosity",), **_EXCESS),
    Figure("parallax_excess", "Parallax excess S/N_Δϖ against M_Ks", "M_Ks", "snr_dparallax", invert_x=True,
           overlays=_OVER_LUMINOUS),
    Figure("parallax_excess_snr", "Parallax excess S/N_Δϖ against S/N", "snrg", "snr_dparallax", "log10",
           overlays=_OVER_LUMINOUS),
    Figure("spectroscopic_distance", "Distance against M_Ks", "M_Ks", "dis", y_scale="log10", invert_x=True),
    Figure("m_dwarf_quadrangle", "M dwarfs of Li et al.: M_G against BP−RP", "bp_rp", "absolute_g", invert_y=True,
           overlays=_QUADRANGLE),
    Figure("m_h_map", "Mean [M/H]: M_G against BP−RP", "bp_rp", "absolute_g", invert_y=True, value="m_h", centre=0.0,
           spread=(-0.6, 0.4), overlays=_QUADRANGLE),
    Figure("m_h_ap_map", "Mean [M/H] (APOGEE): M_G against BP−RP", "bp_rp", "absolute_g", invert_y=True,
           value="m_h_ap", centre=0.0, spread=(-0.6, 0.4), overlays=_QUADRANGLE),
    Figure("teff_ap_bt", "T_eff by BT-Settl against APOGEE", "teff_ap", "teff_bt", invert_x=True, invert_y=True),
)  # fmt: skip
