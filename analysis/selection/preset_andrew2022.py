"""The platings of Andrew et al. 2022: massive dark companions from astrometric and spectroscopic errors."""

from __future__ import annotations

from dataclasses import replace

from analysis.selection.polygons import Inside
from analysis.selection.preset import Preset, step

_ANDREW_PAPER = "Andrew et al. 2022, MNRAS 516, 3661"
_ANDREW_DOI = "10.5281/zenodo.6779374"  # the catalogue that the paper publishes
_MS_MASK = Inside("bp_rp", "absolute_g", ((1.2, 8), (2, 8), (1, 4), (1, 2), (0.4, 2), (0.4, 4)))
_BRONZE = (
    step("Has a velocity error", "radial_velocity_error > 0", "App. B.1"),
    step("At least three transits", "rv_nb_transits >= 3", "App. B.1"),
    step("Has a RUWE", "ruwe > 0", "App. B.1"),
    step("Parallax over error above 10", "parallax_over_error > 10", "App. B.1"),
    step("Velocities measured one by one", "rv_method_used == 1", "App. B.1", note="The largest cut: bright stars."),
    step("Alone within 2 arcsec", "n_sources_2arcsec == 1", "App. B.1", note="The star itself is counted."),
    step("Has a G magnitude", "phot_g_mean_mag is not null", "App. B.1"),
    step(
        "Has a colour",
        "bp_rp is not null",
        "App. B.1",
        6_023_733,
        "Sect. 4.1 of the same paper gives 6,254,790.",
    ),
    step(
        "RUWE_spec above 2",
        "ruwe_spec > 2",
        "Sect. 5.1",
        note="1.7 for one single star in a million; looser than that below about 15 transits.",
    ),
    step("RUWE above 1.25", "ruwe > 1.25", "Sect. 5.1"),
    step("No second peak", "ipd_frac_multi_peak == 0", "Sect. 5.1"),
    step("Alone within 4 arcsec", "n_sources_4arcsec == 1", "Sect. 5.1", 147_475),
    step("Mass ratio above 1", "q > 1", "Sect. 5.1"),
    step("Companion above 3 solar masses", "secondary_mass > 3", "Sect. 5.1", 4641),
)
_SILVER = (
    *_BRONZE,
    step("Mass ratio above 1 at the 16th percentile", "q_lower > 1", "Sect. 5.1"),
    step("Companion above 3 solar masses at the 16th percentile", "secondary_mass_lower > 3", "Sect. 5.1", 2620),
)
_GOLD = (
    *_SILVER,
    step("Alone within 8 arcsec", "n_sources_8arcsec == 1", "Sect. 5.1"),
    step("RUWE_phot below 2", "ruwe_phot < 2", "Sect. 5.1", note="1.9 for one constant star in a million."),
    step("On the main sequence", _MS_MASK, "Sect. 5.1, Fig. 13", note="Colour and M_G corrected for extinction."),
    step(
        "Not above the isochrone",
        "absolute_g_excess <= 0",
        "Sect. 5.1",
        50,
        "Height above the isochrone in mag, positive where too bright. The text removes ΔM_G < 0, the wrong sign. "
        "Five of the 50 have other periods in nss_two_body_orbit and are taken out: 45.",
        mark="corrected",
    ),
)
_ANDREW = Preset(
    "andrew2022_bronze",
    "Massive dark companions from errors: bronze",
    _ANDREW_PAPER,
    _ANDREW_DOI,
    _BRONZE,
    "1,129 of the 4,641 are known variables, 670 of them eclipsing; at least 9 % are triples.",
    "Gaia DR3 stars with a radial velocity",
    33_812_183,
)
_ANDREW_SILVER = replace(
    _ANDREW, name="andrew2022_silver", title="Massive dark companions from errors: silver", steps=_SILVER, note=""
)
_ANDREW_GOLD = replace(
    _ANDREW, name="andrew2022_gold", title="Massive dark companions from errors: gold", steps=_GOLD, note=""
)

ANDREW2022: tuple[Preset, ...] = (
    _ANDREW,
    _ANDREW_SILVER,
    _ANDREW_GOLD,
)
