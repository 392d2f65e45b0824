"""Extinction coefficients by band, with a choice of law, and reddening from colours."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from analysis.stars.units import MAGNITUDE, FloatArray, Values, elementwise

ExtinctionLaw = Literal["fitzpatrick1999", "wang_chen2019"]

R_V = 3.1
COLOUR_ERROR_FLOOR = 0.014
# A / E(B-V) at R_V = 3.1: Fitzpatrick 1999 at each band's effective wavelength.
FITZPATRICK = {
    "BP": 3.37,
    "G": 2.55,
    "RP": 1.80,
    "g": 3.67,
    "r": 2.58,
    "i": 1.90,
    "J": 0.812,
    "H": 0.506,
    "Ks": 0.347,
}
# Wang & Chen 2019 (ApJ 877, 116), printed as A / A_V.
WANG_CHEN = {
    band: R_V * relative
    for band, relative in {
        "G": 0.789,
        "BP": 1.002,
        "RP": 0.589,
        "J": 0.243,
        "H": 0.131,
        "Ks": 0.078,
    }.items()
}
LAWS: Mapping[str, Mapping[str, float]] = {"fitzpatrick1999": FITZPATRICK, "wang_chen2019": WANG_CHEN}


def extinction_coefficient(band: str, law: ExtinctionLaw = "fitzpatrick1999") -> float:
    """Extinction in `band` over E(B-V), mag per mag, at R_V = 3.1.

    Bands G, BP, RP, J, H, Ks, and g, r, i for "fitzpatrick1999" alone. The two laws differ by 40 % in Ks. For a
    fixed hot spectrum: Gaia's wide bands need less for cool or strongly reddened stars. Raises ValueError
    naming the known laws or bands.
    """
    if law not in LAWS:
        raise ValueError(f"unknown extinction law {law!r}: use one of {', '.join(LAWS)}")
    if band not in LAWS[law]:
        raise ValueError(f"{law} has no coefficient for the band {band!r}: it has {', '.join(LAWS[law])}")
    return LAWS[law][band]


def extinction(band: str, ebv: Values, law: ExtinctionLaw = "fitzpatrick1999") -> Values:
    """Extinction in mag in `band` for the reddening `ebv` = E(B-V) (mag)."""
    coefficient = extinction_coefficient(band, law)

    @elementwise(ebv=MAGNITUDE)
    def scaled(ebv: Values) -> Values:
        return np.asarray(coefficient * np.asarray(ebv))

    return scaled(ebv)


def reddening(
    excesses: Mapping[tuple[str, str], tuple[Values, Values]], law: ExtinctionLaw = "fitzpatrick1999"
) -> tuple[FloatArray, FloatArray]:
    """E(B-V) in mag and its error, as the weighted mean over colours.

    `excesses` maps a colour, as ("BP", "RP"), to the observed minus intrinsic colour and the error of that
    difference (mag; floats or arrays of one shape). Errors get a floor of 0.014 mag (Xiang et al. 2021, Sect.
    3.2). A NaN leaves that colour out for that star; NaN where none is left.
    """
    if not excesses:
        raise ValueError("give at least one colour excess")
    weight_sum, weighted = np.zeros(()), np.zeros(())
    for (blue, red), (excess, error) in excesses.items():
        slope = extinction_coefficient(blue, law) - extinction_coefficient(red, law)
        if slope <= 0:
            raise ValueError(f"the colour ({blue}, {red}) does not redden: name the bluer band first")
        estimate = np.asarray(excess, dtype=np.float64) / slope
        weight = (np.hypot(error, COLOUR_ERROR_FLOOR) / slope) ** -2.0
        known = np.isfinite(estimate) & np.isfinite(weight)
        weight_sum = weight_sum + np.where(known, weight, 0.0)
        weighted = weighted + np.where(known, weight * estimate, 0.0)
    usable = np.where(weight_sum > 0, weight_sum, np.nan)
    return np.asarray(weighted / usable), np.asarray(usable**-0.5)
