"""The samples of Li et al. 2021: M dwarfs for labels, for training, and in the Hyades."""

from __future__ import annotations

from analysis.selection.polygons import Inside
from analysis.selection.preset import Preset, step

_LI_PAPER = "Li et al. 2021, ApJS 253, 45"
_LI_DOI = "10.3847/1538-4365/abe1c1"
_QUADRANGLE = Inside("bp_rp", "absolute_g", ((0.7, 5), (1.4, 5), (5, 16.5), (4, 16.5)))
_LI = Preset(
    "li2021_m_dwarfs",
    "M dwarfs with reliable photometry, parallax and spectrum",
    _LI_PAPER,
    _LI_DOI,
    (
        step("1. Parallax over error above 5", "parallax_over_error > 5", "Sect. 3.1"),
        step("2. BP flux over error above 20", "phot_bp_mean_flux / phot_bp_mean_flux_error > 20", "Sect. 3.1"),
        step("2. RP flux over error above 20", "phot_rp_mean_flux / phot_rp_mean_flux_error > 20", "Sect. 3.1"),
        step("2. G flux over error above 20", "phot_g_mean_flux / phot_g_mean_flux_error > 20", "Sect. 3.1"),
        step("3. RUWE below 1.4", "ruwe < 1.4", "Sect. 3.1"),
        step("4. S/N in i above 5", "snri > 5", "Sect. 3.1"),
        step(
            "No giants: M_G of 5 or fainter",
            "absolute_g >= 5",
            "Sect. 3.1",
            note="Printed as M_G + A_G ≤ 5, which would keep the giants.",
            mark="corrected",
        ),
        step(
            "5. On the main sequence",
            _QUADRANGLE,
            "Sect. 3.1, Fig. 1",
            379_258,
            "The text speaks of a fifth criterion that it does not list; this is it. In the printed order of its "
            "corners, (0.7, 5), (1.4, 5), (4, 16.5), (5, 16.5), the quadrangle crosses itself.",
            mark="corrected",
        ),
        step("T_eff of the APOGEE-trained model 2800 to 4500 K", "2800 < teff_ap < 4500", "Sect. 5.3"),
        step(
            "T_eff of the BT-Settl-trained model 2800 to 4500 K",
            "2800 < teff_bt < 4500",
            "Sect. 5.3",
            None,
            "About 300,000.",
        ),
    ),
    "",
    "LAMOST DR6 M dwarfs × Gaia DR2",
    607_142,
)
_LI_TRAINING = Preset(
    "li2021_training",
    "M dwarfs with APOGEE labels to train on",
    _LI_PAPER,
    _LI_DOI,
    (
        step("1. T_eff 2800 to 4500 K", "2800 < teff < 4500", "Sect. 3.2.1"),
        step("2. T_eff error below 100 K", "teff_error < 100", "Sect. 3.2.1"),
        step("3. [M/H] -2 to 0.5", "-2 < m_h < 0.5", "Sect. 3.2.1"),
        step("4. [M/H] error below 0.1", "m_h_error < 0.1", "Sect. 3.2.1"),
        step("5. log g above 4", "logg > 4", "Sect. 3.2.1", 3785),
    ),
    "The labels are those of APOGEE DR16: its T_eff, [M/H] and log g with their errors.",
    "M dwarfs of the catalogue with APOGEE DR16 labels",
    4317,
)
_LI_HYADES = Preset(
    "li2021_hyades",
    "Hyades members",
    _LI_PAPER,
    _LI_DOI,
    (
        step(
            "Within 5° of the centre",
            "sin(radians(dec)) * sin(radians(15.867)) + cos(radians(dec)) * cos(radians(15.867))"
            " * cos(radians(ra - 66.725)) > cos(radians(5))",
            "Sect. 5.1",
        ),
        step("Proper motion in RA over parallax", "4 < pmra / parallax < 6", "Sect. 5.1"),
        step("Proper motion in Dec over parallax", "-2.5 < pmdec / parallax < 0", "Sect. 5.1"),
        step(
            "Distance 0.04 to 0.05 kpc",
            "20 < parallax < 25",
            "Sect. 5.1",
            23,
            "Printed as 0.04 < parallax < 0.05, which must be 1/parallax in kpc.",
            mark="corrected",
        ),
    ),
    "",
    "The M-dwarf catalogue",
)

LI2021: tuple[Preset, ...] = (
    _LI,
    _LI_TRAINING,
    _LI_HYADES,
)
