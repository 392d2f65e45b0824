"""Errors of one Gaia observation by magnitude and colour, as published or measured."""

from __future__ import annotations

import numpy as np

from analysis.stars.units import FloatArray

# Along-scan scatter of one CCD (mas) by G: Lindegren et al. 2021 (A&A 649, A2), Fig. A.1.
_AL_G = (5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21)
_AL_SCATTER = (0.42, 0.196, 0.205, 0.218, 0.175, 0.157, 0.173, 0.146, 0.143, 0.172, 0.248, 0.394, 0.660, 1.186,
               2.317, 4.781, 9.8)  # fmt: skip
# Scatter of one velocity transit (km/s) by G and BP-RP: Andrew et al. 2022 (MNRAS 516, 3661), Fig. 20, read on a
# coarse grid; fainter than 13 it doubles each magnitude.
_SPEC_COLOUR = (0.42, 0.93, 1.43, 1.94, 2.44, 2.95, 3.96)
_SPEC_G = (6.2, 7.2, 8.1, 9.1, 10.1, 11.05, 12.0, 13.0)
_SPEC_SCATTER = (
    (0.72, 0.20, 0.20, 0.24, 0.45, 0.68, 1.1),
    (0.60, 0.24, 0.21, 0.26, 0.41, 0.71, 1.0),
    (1.35, 0.29, 0.23, 0.25, 0.38, 0.59, 1.0),
    (2.32, 0.41, 0.28, 0.28, 0.38, 0.54, 1.0),
    (3.68, 0.68, 0.39, 0.34, 0.39, 0.53, 0.93),
    (8.52, 1.21, 0.66, 0.52, 0.49, 0.53, 0.77),
    (20.0, 2.64, 1.26, 0.95, 0.78, 0.73, 0.78),
    (26.0, 6.31, 3.14, 2.04, 1.56, 1.27, 1.15),
)
# Relative scatter of one G observation: medians of phot_g_mean_flux_error sqrt(n_obs) / flux in Gaia DR3.
_FLUX_G = (3, 6, 8, 13.6, 14.6, 15.5, 16.4, 17.4, 18.3, 20)
_FLUX_SCATTER = (0.010, 0.006, 0.0045, 0.0038, 0.0050, 0.0071, 0.0116, 0.020, 0.035, 0.11)
# e/s, Vega: Riello et al. 2021 (A&A 649, A3)
G_ZERO_POINT, BP_ZERO_POINT, RP_ZERO_POINT = 25.6874, 25.3385, 24.7479


def along_scan_scatter(g: FloatArray) -> FloatArray:
    """Scatter of one CCD observation along the scan in mas, at magnitude `g`."""
    return np.asarray(10 ** np.interp(g, _AL_G, np.log10(_AL_SCATTER)))


def transit_velocity_scatter(g: FloatArray, bp_rp: FloatArray) -> FloatArray:
    """Scatter sigma_spec of the velocity of one transit in km/s, at magnitude `g` and colour `bp_rp`."""
    logs = np.log10(np.array(_SPEC_SCATTER))
    row = np.interp(g, _SPEC_G, np.arange(len(_SPEC_G)))
    column = np.interp(bp_rp, _SPEC_COLOUR, np.arange(len(_SPEC_COLOUR)))
    i = np.minimum(row.astype(np.int64), len(_SPEC_G) - 2)
    j = np.minimum(column.astype(np.int64), len(_SPEC_COLOUR) - 2)
    a, b = row - i, column - j
    low = logs[i, j] * (1 - b) + logs[i, j + 1] * b
    high = logs[i + 1, j] * (1 - b) + logs[i + 1, j + 1] * b
    return np.asarray(10 ** (low * (1 - a) + high * a + 0.301 * np.maximum(g - 13.0, 0.0)))


def flux_scatter(g: FloatArray) -> FloatArray:
    """Relative scatter of one G flux observation, at magnitude `g`."""
    return np.asarray(10 ** np.interp(g, _FLUX_G, np.log10(_FLUX_SCATTER)))


def colour_flux_error(magnitude: FloatArray, n_obs: FloatArray) -> FloatArray:
    """Relative error of the mean BP or RP flux, from its magnitude and the number of transits."""
    one = np.hypot(0.008, 0.030 * 10 ** (0.35 * (magnitude - 16.0)))
    return np.asarray(one / np.sqrt(np.maximum(n_obs, 1.0)))


def rvs_magnitude(g: FloatArray, rp: FloatArray) -> FloatArray:
    """G_RVS in mag: Sartoretti et al. 2023 (A&A 674, A6), eq. 2, held beyond 0.15 <= G - RP <= 1.2."""
    x = np.clip(g - rp, 0.15, 1.2)
    return np.asarray(rp - 0.0397 - 0.2852 * x - 0.0330 * x**2 - 0.0867 * x**3)


def excess_factor(bp_rp: FloatArray) -> FloatArray:
    """Mean BP/RP excess factor of isolated stars: Riello et al. 2021, Table 2."""
    x = np.clip(bp_rp, -1.0, 7.0)
    blue = 1.154360 + 0.033772 * x + 0.032277 * x**2
    middle = 1.162004 + 0.011464 * x + 0.049255 * x**2 - 0.005879 * x**3
    red = 1.057572 + 0.140537 * x
    return np.where(x < 0.5, blue, np.where(x < 4.0, middle, red))


def excess_factor_scatter(g: FloatArray) -> FloatArray:
    """Scatter of the corrected excess factor: Riello et al. 2021, eq. 18."""
    return np.asarray(0.0059898 + 8.817481e-12 * np.asarray(g) ** 7.618399)
