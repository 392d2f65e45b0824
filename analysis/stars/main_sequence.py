"""The main sequence in the HR diagram: mean dwarfs, and how far a star stands above them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.stars.units import MAGNITUDE, FloatArray, Values, elementwise

# Corners (BP-RP, M_G) of the main-sequence mask in Fig. 13 of Andrew et al. 2022.
MASK_CORNERS = ((1.2, 8.0), (2.0, 8.0), (1.0, 4.0), (1.0, 2.0), (0.4, 2.0), (0.4, 4.0))

# Spectral type, T_eff (K), BP-RP (mag), M_G (mag), M_Ks (mag), radius and mass (solar) of mean dwarfs.
# Pecaut & Mamajek 2013 (ApJS 208, 9), as updated in E. Mamajek's table, version 2024.05.15; a selection of
# its rows, in which BP-RP rises throughout.
DWARFS = (
    ("B9", 10700, -0.12, 0.515, 0.621, 2.49, 2.75),
    ("A0", 9700, -0.037, 1.0, 0.949, 2.193, 2.33),
    ("A1", 9300, 0.005, 1.16, 1.07, 2.136, 2.17),
    ("A2", 8840, 0.068, 1.345, 1.172, 2.117, 2.06),
    ("A3", 8600, 0.11, 1.69, 1.447, 1.861, 1.92),
    ("A5", 8100, 0.194, 1.98, 1.607, 1.785, 1.86),
    ("A7", 7760, 0.263, 2.19, 1.702, 1.75, 1.76),
    ("A8", 7590, 0.32, 2.27, 1.694, 1.747, 1.67),
    ("F0", 7220, 0.377, 2.51, 1.836, 1.728, 1.6),
    ("F2", 6820, 0.49, 2.89, 2.045, 1.622, 1.43),
    ("F3", 6750, 0.518, 2.99, 2.116, 1.578, 1.41),
    ("F5", 6550, 0.587, 3.26, 2.291, 1.473, 1.32),
    ("F6", 6350, 0.64, 3.56, 2.5, 1.359, 1.25),
    ("F8", 6180, 0.694, 3.9, 2.76, 1.221, 1.16),
    ("F9", 6050, 0.719, 4.105, 2.915, 1.167, 1.12),
    ("G0", 5930, 0.784, 4.325, 3.043, 1.1, 1.07),
    ("G2", 5770, 0.823, 4.635, 3.236, 1.012, 1.0),
    ("G5", 5660, 0.85, 4.801, 3.345, 0.977, 0.98),
    ("G8", 5480, 0.9, 5.098, 3.532, 0.914, 0.93),
    ("G9", 5380, 0.95, 5.34, 3.693, 0.853, 0.89),
    ("K0", 5290, 0.983, 5.553, 3.827, 0.813, 0.86),
    ("K1", 5170, 1.01, 5.65, 3.889, 0.797, 0.85),
    ("K2", 5100, 1.1, 5.83, 3.938, 0.783, 0.82),
    ("K3", 4870, 1.19, 6.22, 4.1, 0.755, 0.76),
    ("K4", 4600, 1.34, 6.59, 4.247, 0.71, 0.72),
    ("K5", 4440, 1.43, 6.85, 4.397, 0.701, 0.7),
    ("K7", 4090, 1.7, 7.57, 4.81, 0.63, 0.64),
    ("M0", 3850, 1.84, 8.1, 5.15, 0.588, 0.585),
    ("M1", 3660, 2.09, 8.82, 5.64, 0.501, 0.51),
    ("M1.5", 3620, 2.13, 9.0, 5.75, 0.482, 0.485),
    ("M2", 3560, 2.23, 9.29, 5.98, 0.446, 0.45),
    ("M2.5", 3470, 2.39, 9.67, 6.18, 0.421, 0.42),
    ("M3", 3430, 2.5, 10.05, 6.55, 0.361, 0.36),
    ("M3.5", 3270, 2.78, 10.82, 7.1, 0.3, 0.29),
    ("M4", 3210, 2.94, 11.21, 7.36, 0.274, 0.24),
    ("M4.5", 3110, 3.16, 12.04, 7.93, 0.217, 0.18),
    ("M5", 3060, 3.35, 12.45, 8.2, 0.196, 0.155),
    ("M5.5", 2930, 3.71, 13.35, 8.8, 0.156, 0.122),
    ("M6", 2810, 4.16, 14.26, 9.22, 0.137, 0.105),
    ("M6.5", 2740, 4.5, 14.4, 9.5, 0.126, 0.096),
    ("M7", 2680, 4.65, 14.72, 9.7, 0.12, 0.09),
    ("M8", 2570, 4.86, 15.2, 9.92, 0.114, 0.086),
)


@dataclass(frozen=True, eq=False)
class MainSequence:
    """A main sequence: `bp_rp` (mag, ascending) and `absolute_g` (mag), and where it comes from."""

    bp_rp: FloatArray
    absolute_g: FloatArray
    source: str

    def __post_init__(self) -> None:
        if self.bp_rp.size < 2 or self.bp_rp.shape != self.absolute_g.shape:
            raise ValueError(f"{self.source}: a main sequence needs two or more points, one M_G for each BP-RP")
        if not (np.diff(self.bp_rp) > 0).all():
            raise ValueError(f"{self.source}: BP-RP of a main sequence must rise from point to point")

    @classmethod
    def of_mean_dwarfs(cls) -> "MainSequence":
        """B9 to M8 dwarfs near the Sun (Pecaut & Mamajek 2013, updated 2024)."""
        return cls(
            np.array([row[2] for row in DWARFS]),
            np.array([row[3] for row in DWARFS]),
            "Pecaut & Mamajek 2013",
        )


def mean_dwarfs() -> pd.DataFrame:
    """Mean dwarfs: spectral_type, teff (K), bp_rp, absolute_g, absolute_k (mag), radius and mass (solar).

    Pecaut & Mamajek 2013, as updated in version 2024.05.15 of the table.
    """
    names = ["spectral_type", "teff", "bp_rp", "absolute_g", "absolute_k", "radius", "mass"]
    return pd.DataFrame(list(DWARFS), columns=names)


def height_above_main_sequence(bp_rp: Values, absolute_g: Values, sequence: MainSequence | None = None) -> Values:
    """Magnitudes by which a star is brighter than the main sequence at its colour (positive: too bright).

    `bp_rp` and `absolute_g` (mag) freed of extinction; `sequence` by default that of mean dwarfs. The
    Delta M_G of Andrew et al. 2022, Sect. 5.1, who average over isochrones of the star's own metallicity
    instead. NaN outside the colours of the sequence.
    """
    line = MainSequence.of_mean_dwarfs() if sequence is None else sequence

    @elementwise(bp_rp=MAGNITUDE, absolute_g=MAGNITUDE)
    def height(bp_rp: Values, absolute_g: Values) -> Values:
        on_line = np.interp(bp_rp, line.bp_rp, line.absolute_g, left=np.nan, right=np.nan)
        return np.asarray(on_line - absolute_g)

    return height(bp_rp, absolute_g)


def in_main_sequence_mask(bp_rp: Values, absolute_g: Values) -> npt.NDArray[np.bool_]:
    """Whether a star lies in the main-sequence mask of Andrew et al. 2022 (Fig. 13); NaN never does.

    `bp_rp` and `absolute_g` (mag), floats or arrays that broadcast.
    """
    x, y = np.broadcast_arrays(np.asarray(bp_rp, dtype=np.float64), np.asarray(absolute_g, dtype=np.float64))
    inside: npt.NDArray[np.bool_] = np.zeros(x.shape, dtype=np.bool_)
    corners = MASK_CORNERS
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return np.asarray(inside & np.isfinite(x) & np.isfinite(y))
