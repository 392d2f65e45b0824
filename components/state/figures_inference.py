"""The planes of companions from astrometric and spectroscopic errors (Andrew et al. 2022)."""

from __future__ import annotations

from components.state.figure import Figure

_HR = {"x": "bp_rp", "y": "absolute_g", "invert_y": True}
# Colours are centred on the thresholds of bronze, and on the 34 months of Gaia's data (yr).
INFERENCE_FIGURES = (
    Figure("triad_spec_ast", "RUWE_spec against RUWE_ast", "ruwe", "ruwe_spec", "log10", "log10"),
    Figure("triad_phot_ast", "RUWE_phot against RUWE_ast", "ruwe", "ruwe_phot", "log10", "log10"),
    Figure("triad_phot_spec", "RUWE_phot against RUWE_spec", "ruwe_spec", "ruwe_phot", "log10", "log10"),
    Figure("inferred_masses", "Inferred M₂ against M₁", "primary_mass_from_g", "secondary_mass", "log10", "log10"),
    Figure("inferred_orbit", "Inferred mass ratio against period", "period_yr", "q", "log10", "log10"),
    Figure(
        "inferred_period",
        "Inferred against measured period",
        "period",
        "period_yr",
        "log10",
        "log10",
        overlays=("equal_periods",),
    ),
    Figure("q_map", "Mean inferred q: M_G against BP−RP", **_HR, value="q", centre=1.0, spread=(0.2, 5.0)),
    Figure(
        "secondary_mass_map", "Mean inferred M₂: M_G against BP−RP", **_HR, value="secondary_mass", centre=3.0,
        spread=(0.3, 10.0),
    ),
    Figure(
        "period_yr_map", "Mean inferred P: M_G against BP−RP", **_HR, value="period_yr", centre=2.83, spread=(0.0, 10.0)
    ),
    Figure(
        "height_map", "Mean ΔM_G: M_G against BP−RP", **_HR, value="absolute_g_excess", centre=0.0, spread=(-1.0, 2.0)
    ),
    Figure("galactic", "Galactic latitude against longitude", "l", "b", invert_x=True),
)  # fmt: skip
