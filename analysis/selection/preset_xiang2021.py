"""The samples of Xiang et al. 2021: OB stars, their binaries, and the stars to train on."""

from __future__ import annotations

from dataclasses import replace

from analysis.selection.preset import Preset, step

_XIANG_PAPER = "Xiang et al. 2021, ApJS 253, 22"
_XIANG_DOI = "10.48550/arXiv.2008.10637"
_XIANG_UNIQUE = step(
    "One spectrum a star",
    "uniqflag == 1",
    "Sect. 2, Table 1",
    16_002,
    "Of 16,032, the one of highest S/N.",
)
_XIANG_BINARIES = Preset(
    "xiang2021_binaries",
    "OB binaries: too luminous for their parallax",
    _XIANG_PAPER,
    _XIANG_DOI,
    (
        _XIANG_UNIQUE,
        step(
            "Parallax excess above 2σ",
            "snr_dparallax > 2",
            "Sect. 6, eq. 16",
            1597,
            "13,257 stars are single; 1,148 have no Gaia or 2MASS data and stay unclassified.",
        ),
    ),
    "The published version of the paper changed the conclusion on LB-1: two luminous stars of like brightness.",
    "LAMOST DR5 OB spectra (Liu et al. 2019)",
    16_032,
)
_XIANG_TRAINING = replace(
    _XIANG_BINARIES,
    name="xiang2021_training",
    title="OB stars to train the magnitudes on",
    steps=(
        _XIANG_UNIQUE,
        step("S/N in g above 50", "snrg > 50", "Sect. 5.2"),
        step("Good parallax", "parallax_over_error > 10", "Sect. 5.2", mark="lost"),
        step("Not flagged as binary", "not snr_dparallax > 2", "Sect. 5.2", note="Two iterations in the paper."),
        step(
            "No emission lines",
            "em_flag == 0",
            "Sect. 5.2",
            6861,
            "Those with emission train a second network: 7,161.",
        ),
    ),
    note="The paper adds about 200 bright stars from outside the catalogue and sets a fifth of the stars apart.",
)

XIANG2021: tuple[Preset, ...] = (
    _XIANG_BINARIES,
    _XIANG_TRAINING,
)
