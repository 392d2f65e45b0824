"""The triage of Wu et al. 2024: hyper-compact star clusters among LAMOST × Gaia sources."""

from __future__ import annotations

from dataclasses import replace

from analysis.selection.preset import Preset, step

_WU_PAPER = "Wu et al. 2024, AJ 167"
_WU_DOI = "10.3847/1538-3881/ad3e6b"
_SIGNS = "The printed comparison signs are lost; these reproduce the tables."
_WU_CLEAN = (
    step("Step 1: IFMP below 10 %", "ipd_frac_multi_peak < 10", "Sect. 4.2.1", mark="derived"),
    step(
        "Step 1: IGHA below 0.2",
        "ipd_gof_harmonic_amplitude < 0.2",
        "Sect. 4.2.1",
        note="RUWE < 1.25 is listed here too but removes nothing: 41 of the 44 that pass exceed it or have none.",
        mark="derived",
    ),
)
_WU_BLENDING = (
    step(
        "Step 2: blending fraction β below 0.5",
        "blended_fraction < 0.5",
        "Sect. 4.2.1, eq. 2",
        mark="derived",
    ),
    step(
        "Step 2: no contaminated transits (NCT = 0)",
        "contaminated_transits <= 0",
        "Sect. 4.2.1, eq. 3",
        note="The paper's text calls eq. 3 'Equation 6'.",
        mark="derived",
    ),
)
_WU_NOISE = (
    step(
        "Step 3: excess noise above the line for point sources",
        "astrometric_excess_noise > 0.297 + 5.63e-8 * exp(0.895 * phot_g_mean_mag)",
        "Sect. 3.2, eq. 1",
        note="In mas. The line should leave 93.1 % of the comparison stars below and 96.7 % of 453 M31 clusters above.",
        mark="recollected",
    ),
)
_WU_GRADING = (
    step("IGHA below 0.14", "ipd_gof_harmonic_amplitude < 0.14", "Sect. 4.2.1, step 4", note=_SIGNS, mark="derived"),
    step("IFMP of 0 %", "ipd_frac_multi_peak == 0", "Sect. 4.2.1, step 4", note=_SIGNS, mark="derived"),
    step("RUWE below 1.25", "ruwe < 1.25", "Sect. 4.2.1, step 4", note="A missing RUWE fails.", mark="derived"),
)
_WU_CLASS = step("BP/RP excess 2.37 to 5", "2.37 < phot_bp_rp_excess_factor <= 5", "Sect. 3.1", 4085, _SIGNS)
_WU_PARENT = "LAMOST DR7 × Gaia EDR3 within 1 arcsec"
_WU_SINGLE = Preset(
    "wu2024_single_source",
    "Hyper-compact clusters seen as one source",
    _WU_PAPER,
    _WU_DOI,
    (_WU_CLASS, *_WU_CLEAN, *_WU_BLENDING, *_WU_NOISE),
    "The grade, 3A to 0A, is the number of stringent criteria met. Table 1 holds 11 candidates of this search: 1 of "
    "them stays likely. Its text counts one 2A and one 1A above and one 2A below 3σ; the table has one 1A above and "
    "two 2A below.",
    _WU_PARENT,
    6_138_049,
    _WU_GRADING,
)
_WU_MULTI = replace(
    _WU_SINGLE,
    name="wu2024_multi_source",
    title="Hyper-compact clusters seen as several sources (without step 3)",
    steps=(_WU_CLASS, *_WU_CLEAN, *_WU_BLENDING),
    note="The text removes step 3; the reason that it gives, contamination by neighbours, would fit step 2. Table 2 "
    "holds 33 candidates. Above 3σ the text counts one 2A, thirteen 1A and five 0A; the table has twelve 1A there and "
    "one within. Of the sources without PS1 magnitudes it counts three 0A, nine 1A, three 2A and one 3A; the table has "
    "2, 8, 3 and 1.",
)
_WU_MULTI_NEIGHBOURS = replace(
    _WU_SINGLE,
    name="wu2024_multi_source_step2",
    title="Hyper-compact clusters seen as several sources (without step 2)",
    steps=(_WU_CLASS, *_WU_CLEAN, *_WU_NOISE),
    note="The other reading of the text: it removes step 3, but its reason, contamination by neighbours, fits step 2.",
)
_WU_PS1 = replace(
    _WU_SINGLE,
    name="wu2024_ps1",
    title="Extended in Pan-STARRS: PSF minus aperture above 3σ",
    steps=(
        _WU_CLASS,
        step(
            "Pan-STARRS magnitudes fainter than 14",
            "rMeanPSFMag > 14 and rMeanApMag > 14",
            "Sect. 4.2.1",
            2572,
            "The letter of the band is lost in the text; r is a choice, g and i are other columns. The text says that "
            "1,511 sources lack them; 4085 - 2572 is 1513.",
            mark="lost",
        ),
        step(
            "PSF − aperture more than 3σ above the line",
            "psf_aperture_deviation_r > 3",
            "Sect. 4.2.1, Fig. 13",
            1906,
            "647 lie within 3σ and 19 below: 2,572 in all. The line is that of this catalogue's sources with an excess "
            "below 2.37, as the paper's is that of 11,368 such sources.",
            mark="lost",
        ),
    ),
    note="What the paper then screens in three parts: above, within and below.",
    grading=(),
)
_WU_WIDER = replace(
    _WU_SINGLE,
    name="wu2024_extension",
    title="The extension to smaller BP/RP excess",
    steps=(
        step("BP/RP excess 1.8 to 2.37", "1.8 < phot_bp_rp_excess_factor <= 2.37", "Sect. 4.2.2", 37_306, _SIGNS),
        *_WU_CLEAN,
        *_WU_BLENDING,
        replace(_WU_NOISE[0], published_count=6),
    ),
    note="The paper finds 6 single-source and 240 multi-source candidates, all of them something else.",
)
_WU_LARGE = Preset(
    "wu2024_large_excess",
    "Sources of the largest BP/RP excess, outside M31",
    _WU_PAPER,
    _WU_DOI,
    (
        step("BP/RP excess above 5", "phot_bp_rp_excess_factor > 5", "Sect. 3.1", 701, _SIGNS),
        step(
            "Not in the field of M31",
            "not (9.5 < ra < 12.5 and 40 < dec < 42.5)",
            "Sect. 4.1",
            585,
            "116 removed. By eye the rest are 483 galaxies, 24 clusters of M31, 25 wrong matches, 35 contaminated, "
            "15 wide binaries, 2 without data and 1 wrong candidate.",
        ),
    ),
    "",
    _WU_PARENT,
    6_138_049,
    _WU_GRADING,
)

WU2024: tuple[Preset, ...] = (
    _WU_SINGLE,
    _WU_MULTI,
    _WU_MULTI_NEIGHBOURS,
    _WU_PS1,
    _WU_LARGE,
    _WU_WIDER,
)
