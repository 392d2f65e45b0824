"""Mean properties along the main sequence, as published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.stars.units import FloatArray

# Pecaut & Mamajek 2013 (ApJS 208, 9), table version 2024.05.15: spectral type, effective temperature (K),
# log L (Lsun), radius (Rsun), M_G, BP-RP, M_J, M_H, M_Ks (mag), mass (Msun). Gaia DR2 and 2MASS Vega magnitudes.
# The table prints no BP-RP hotter than B9V and no M_G hotter than B3V: there BP-RP continues as 1.2 (B-V) - 0.04
# and M_G is M_V. L0V and L2V have no printed BP-RP: it is held at 4.9.
_ROWS = (
    ("O9V", 33300, 4.820, 7.72, -4.20, -0.414, -3.440, -3.271, -3.200, 20.2),
    ("B0V", 31400, 4.652, 7.16, -3.90, -0.401, -3.170, -3.009, -2.942, 17.7),
    ("B1V", 26000, 4.128, 5.71, -3.00, -0.374, -2.330, -2.185, -2.126, 11.8),
    ("B2V", 20600, 3.428, 4.06, -1.80, -0.298, -1.340, -1.230, -1.198, 7.3),
    ("B3V", 17000, 2.992, 3.61, -1.19, -0.254, -0.830, -0.729, -0.708, 5.4),
    ("B5V", 15700, 2.772, 3.36, -0.84, -0.227, -0.540, -0.386, -0.376, 4.7),
    ("B7V", 14000, 2.476, 2.94, -0.39, -0.194, -0.160, -0.079, -0.075, 3.92),
    ("B8V", 12300, 2.188, 2.86, -0.01, -0.171, 0.190, 0.257, 0.254, 3.38),
    ("B9V", 10700, 1.864, 2.49, 0.515, -0.120, 0.590, 0.637, 0.621, 2.75),
    ("A0V", 9700, 1.584, 2.193, 1.000, -0.037, 0.950, 0.977, 0.949, 2.33),
    ("A2V", 8840, 1.384, 2.117, 1.345, 0.068, 1.190, 1.206, 1.172, 2.06),
    ("A5V", 8100, 1.092, 1.785, 1.980, 0.194, 1.680, 1.645, 1.607, 1.86),
    ("A7V", 7760, 1.000, 1.750, 2.190, 0.263, 1.800, 1.742, 1.702, 1.76),
    ("F0V", 7220, 0.864, 1.728, 2.510, 0.377, 1.980, 1.881, 1.836, 1.60),
    ("F2V", 6820, 0.710, 1.622, 2.890, 0.490, 2.240, 2.095, 2.045, 1.43),
    ("F5V", 6550, 0.556, 1.473, 3.260, 0.587, 2.520, 2.345, 2.291, 1.32),
    ("F8V", 6180, 0.292, 1.221, 3.900, 0.694, 3.050, 2.821, 2.760, 1.16),
    ("G0V", 5930, 0.130, 1.100, 4.325, 0.784, 3.370, 3.110, 3.043, 1.07),
    ("G2V", 5770, 0.010, 1.012, 4.635, 0.823, 3.600, 3.309, 3.236, 1.00),
    ("G5V", 5660, -0.054, 0.977, 4.801, 0.850, 3.730, 3.421, 3.345, 0.98),
    ("G8V", 5480, -0.204, 0.914, 5.098, 0.900, 3.960, 3.614, 3.532, 0.93),
    ("K0V", 5290, -0.324, 0.813, 5.553, 0.983, 4.310, 3.918, 3.827, 0.86),
    ("K2V", 5100, -0.428, 0.783, 5.830, 1.100, 4.460, 4.036, 3.938, 0.82),
    ("K3V", 4870, -0.570, 0.755, 6.220, 1.190, 4.780, 4.210, 4.100, 0.76),
    ("K4V", 4600, -0.692, 0.710, 6.590, 1.340, 4.910, 4.370, 4.247, 0.72),
    ("K5V", 4440, -0.780, 0.701, 6.850, 1.430, 5.100, 4.529, 4.397, 0.70),
    ("K6V", 4300, -0.848, 0.669, 7.150, 1.530, 5.310, 4.708, 4.560, 0.67),
    ("K7V", 4090, -0.992, 0.630, 7.570, 1.700, 5.590, 4.974, 4.810, 0.64),
    ("K9V", 3930, -1.100, 0.608, 7.900, 1.790, 5.820, 5.190, 5.010, 0.60),
    ("M0V", 3850, -1.164, 0.588, 8.100, 1.840, 5.970, 5.340, 5.150, 0.585),
    ("M1V", 3660, -1.336, 0.501, 8.820, 2.090, 6.480, 5.862, 5.640, 0.51),
    ("M2V", 3560, -1.540, 0.446, 9.290, 2.230, 6.810, 6.214, 5.980, 0.45),
    ("M3V", 3430, -1.788, 0.361, 10.050, 2.500, 7.380, 6.802, 6.550, 0.36),
    ("M3.5V", 3270, -2.032, 0.300, 10.820, 2.780, 7.930, 7.369, 7.100, 0.29),
    ("M4V", 3210, -2.144, 0.274, 11.210, 2.940, 8.200, 7.640, 7.360, 0.24),
    ("M4.5V", 3110, -2.400, 0.217, 12.040, 3.160, 8.800, 8.231, 7.930, 0.18),
    ("M5V", 3060, -2.520, 0.196, 12.450, 3.350, 9.090, 8.512, 8.200, 0.155),
    ("M5.5V", 2930, -2.792, 0.156, 13.350, 3.710, 9.720, 9.129, 8.800, 0.122),
    ("M6V", 2810, -2.980, 0.137, 14.260, 4.160, 10.180, 9.572, 9.220, 0.105),
    ("M7V", 2680, -3.188, 0.120, 14.720, 4.650, 10.700, 10.090, 9.700, 0.090),
    ("M8V", 2570, -3.292, 0.114, 15.200, 4.860, 11.050, 10.370, 9.920, 0.086),
    ("L0V", 2270, -3.616, 0.102, 16.600, 4.900, 11.760, 11.060, 10.550, 0.077),
    ("L2V", 2060, -3.816, 0.097, 17.300, 4.900, 12.470, 11.580, 11.000, 0.075),
)
SOLAR_BOLOMETRIC_MAGNITUDE = 4.74


@dataclass(frozen=True)
class Photometry:
    """Absolute Vega magnitudes in five bands (mag), without extinction."""

    g: FloatArray
    bp_rp: FloatArray
    j: FloatArray
    h: FloatArray
    k: FloatArray


def _column(index: int) -> FloatArray:
    return np.array([row[index] for row in reversed(_ROWS)], dtype=np.float64)


_TEFF, _LOG_L, _G, _BP_RP, _J, _H, _K, _MASS = (_column(i) for i in (1, 2, 4, 5, 6, 7, 8, 9))
_LOG_TEFF, _LOG_MASS = np.log10(_TEFF), np.log10(_MASS)
_BOLOMETRIC = SOLAR_BOLOMETRIC_MAGNITUDE - 2.5 * _LOG_L
# A regular grid in log T keeps a million look-ups cheap and equal for rows drawn alone.
_GRID = np.linspace(_LOG_TEFF[0], _LOG_TEFF[-1], 2048)
_ON_GRID = {
    name: np.interp(_GRID, _LOG_TEFF, values)
    for name, values in (
        ("correction", _BOLOMETRIC - _G),
        ("bp_rp", _BP_RP),
        ("g_j", _G - _J),
        ("g_h", _G - _H),
        ("g_k", _G - _K),
    )
}
SPECTRAL_TYPES = tuple(row[0][:-1] for row in _ROWS)
SPECTRAL_TYPE_TEFF = np.array([row[1] for row in _ROWS], dtype=np.float64)


def dwarf_log_luminosity(mass: FloatArray) -> FloatArray:
    """log10 of the luminosity (Lsun) of a typical field dwarf of `mass` (Msun); ends are held outside the table."""
    return np.interp(np.log10(mass), _LOG_MASS, _LOG_L)


def dwarf_log_teff(mass: FloatArray) -> FloatArray:
    """log10 of the effective temperature (K) of a typical field dwarf of `mass` (Msun)."""
    return np.interp(np.log10(mass), _LOG_MASS, _LOG_TEFF)


def photometry(log_luminosity: FloatArray, log_teff: FloatArray, feh: FloatArray) -> Photometry:
    """Absolute magnitudes of stars of given log10 L (Lsun), log10 T_eff (K) and [Fe/H].

    Bolometric corrections and colours are those of dwarfs of the same temperature (Pecaut & Mamajek 2013), also
    for giants; hot ends are held. BP-RP is bluer by 0.06 mag a dex of metal poverty: a round number for the
    line blanketing, not a published relation.
    """
    place = (np.clip(log_teff, _GRID[0], _GRID[-1]) - _GRID[0]) * ((_GRID.size - 1) / (_GRID[-1] - _GRID[0]))
    index = np.minimum(place.astype(np.int64), _GRID.size - 2)
    part = place - index

    def look(name: str) -> FloatArray:
        values = _ON_GRID[name]
        low = values[index]
        return np.asarray(low + part * (values[index + 1] - low))

    g = SOLAR_BOLOMETRIC_MAGNITUDE - 2.5 * log_luminosity - look("correction")
    return Photometry(
        g=g,
        bp_rp=look("bp_rp") + 0.06 * np.clip(feh, -2.0, 0.5),
        j=g - look("g_j"),
        h=g - look("g_h"),
        k=g - look("g_k"),
    )
