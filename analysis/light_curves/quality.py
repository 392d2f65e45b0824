"""What the quality bits of TESS and Kepler cadences mean, and which cadences to leave out."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# TESS Science Data Products Description Document (EXP-TESS-ARC-ICD-0014), table 28.
TESS_BITS: Mapping[int, str] = MappingProxyType(
    {
        1: "attitude tweak",
        2: "safe mode",
        4: "coarse point",
        8: "Earth point",
        16: "argabrightening",
        32: "momentum dump",
        64: "cosmic ray in the aperture",
        128: "manual exclude",
        256: "discontinuity corrected",
        512: "impulsive outlier",
        1024: "cosmic ray in collateral data",
        2048: "stray light, set by hand",
        4096: "stray light, set by threshold",
        8192: "left out of the planet search",
        16384: "bad calibration",
        32768: "insufficient targets for error correction",
    }
)
# Kepler Archive Manual (KDMC-10008-006), table 2-3.
KEPLER_BITS: Mapping[int, str] = MappingProxyType(
    {
        1: "attitude tweak",
        2: "safe mode",
        4: "coarse point",
        8: "Earth point",
        16: "reaction wheel zero crossing",
        32: "reaction wheel desaturation",
        64: "argabrightening",
        128: "cosmic ray in the aperture",
        256: "manual exclude",
        1024: "sudden sensitivity dropout",
        2048: "impulsive outlier",
        4096: "argabrightening on the CCD",
        8192: "cosmic ray in collateral data",
        16384: "detector anomaly",
        32768: "no fine point",
        65536: "no data",
        131072: "rolling band in the aperture",
        262144: "rolling band in the mask",
        524288: "possible thruster firing",
        1048576: "thruster firing",
    }
)
BITS: Mapping[str, Mapping[int, str]] = MappingProxyType({"TESS": TESS_BITS, "Kepler": KEPLER_BITS})
# Cadences without usable photometry. Impulsive outliers stay in: deep eclipses are flagged as such.
BAD_BITS: Mapping[str, int] = MappingProxyType(
    {
        "TESS": 1 | 2 | 4 | 8 | 16 | 32 | 128 | 16384,
        "Kepler": 1 | 2 | 4 | 8 | 32 | 256 | 16384 | 65536 | 1048576,
    }
)
MOMENTUM_DUMP = 32


def is_good(quality: IntArray, mission: str | None) -> BoolArray:
    """Whether no bit that spoils the photometry is set; for an unknown mission, whether no bit is set."""
    bad = BAD_BITS.get(mission or "")
    return np.asarray(quality == 0 if bad is None else (quality & bad) == 0)


def describe_quality(quality: IntArray, mission: str | None) -> dict[str, int]:
    """Number of cadences with each bit set, by the bit's meaning ("bit 4096" where it has none on record)."""
    meanings = BITS.get(mission or "", {})
    seen = int(np.bitwise_or.reduce(quality)) if quality.size else 0
    bits = [1 << place for place in range(seen.bit_length()) if seen >> place & 1]
    return {meanings.get(bit, f"bit {bit}"): int(np.count_nonzero(quality & bit)) for bit in bits}
