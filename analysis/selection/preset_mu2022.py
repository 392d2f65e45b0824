"""The selection of Mu et al. 2022: compact objects with K and M dwarfs."""

from __future__ import annotations

from dataclasses import replace

from analysis.selection.cuts import OneOf
from analysis.selection.expression import parse
from analysis.selection.preset import Preset, step


def _types(letter: str) -> OneOf:
    """Spectral types of a class as LAMOST prints them: K0 to K9.5, and dM0 for dwarfs of class M."""
    numbers = [f"{number}{half}" for number in range(10) for half in ("", ".5")]
    return OneOf("subclass", tuple(f"{prefix}{letter}{number}" for prefix in ("", "d") for number in numbers))


_K_TYPES, _M_TYPES = _types("K"), _types("M")
_ABOVE_LIMIT = "half_delta_vr >= 81.24 * ({mass} / period) ** (1 / 3)"

_MU_STEPS = (
    step("(i) S/N in g above 10", "snrg > 10", "Sect. 2"),
    step("(ii) Single-lined", "single_lined", "Sect. 2"),
    step("At least three velocities", "n_rv >= 3", "Sect. 2", note="Repeats within 3 arcsec."),
    step("(iii) ΔV_R above 150 km/s", "delta_vr > 150", "Sect. 2", 308),
    step(
        "(iv) K or M dwarf",
        OneOf("subclass", _K_TYPES.values + _M_TYPES.values),
        "Sect. 2",
        81,
        "Type as LAMOST gives it. The paper also removes double or poorly measured lines by eye.",
    ),
    step("(v) Not eclipsing", "not eclipsing", "Sect. 2", 56, "25 eclipsing binaries removed by eye on TESS."),
)
_MU_NOTE = (
    "Of the 56, 19 have an ellipsoidal light curve and so a period; for the other 37 the shortest period that the "
    "Roche lobe allows (eq. 6) stands in. Nos. 1-16 of the 35 have a period, Nos. 17-35 the shortest one. Eleven of "
    "the 35 do not exceed eq. 3 with their own M1."
)
_MU = Preset(
    "mu2022",
    "Compact objects with K or M dwarfs: ΔV_R/2 against period",
    "Mu et al. 2022, Sci. China Phys. Mech. Astron. 65, 229711",
    "10.1007/s11433-021-1809-8",
    (
        *_MU_STEPS,
        step(
            "Above the limit for the mass band of its type",
            (_K_TYPES & parse(_ABOVE_LIMIT.format(mass=0.6))) | (_M_TYPES & parse(_ABOVE_LIMIT.format(mass=0.2))),
            "Sect. 3, eq. 3",
            35,
            "In or above 0.6-1.0 solar masses for K (11 stars), 0.2-0.6 for M (24): the lower edges count.",
            mark="derived",
        ),
    ),
    _MU_NOTE,
    "LAMOST DR5 single-epoch velocities (Bai et al. 2021)",
)
_MU_OWN_MASS = replace(
    _MU,
    name="mu2022_own_mass",
    title="The same, above the limit for the star's own mass",
    steps=(
        *_MU_STEPS,
        step(
            "Above eq. 3 with its own M1",
            "limit_ratio > 1",
            "eq. 3",
            note="Not the paper's choice: 24 of its 35 candidates pass.",
            mark="derived",
        ),
    ),
)

MU2022: tuple[Preset, ...] = (
    _MU,
    _MU_OWN_MASS,
)
