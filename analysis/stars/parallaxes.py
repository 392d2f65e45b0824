"""Parallaxes from luminosities, and what their disagreement with measured ones says (Xiang et al. 2021)."""

import numpy as np

from analysis.stars.units import DIMENSIONLESS, MAGNITUDE, MILLIARCSECOND, Values, elementwise

INTRINSIC_SCATTER = 0.25
SCATTER_AT_100 = 0.10
BINARY_THRESHOLD = 2.0
DR2_ZERO_POINT = 0.0523
LN10_OVER_5 = np.log(10) / 5


@elementwise(apparent=MAGNITUDE, parallax=MILLIARCSECOND, extinction=MAGNITUDE)
def geometric_absolute_magnitude(apparent: Values, parallax: Values, extinction: Values = 0.0) -> Values:
    """Absolute magnitude m - A + 5 log10(parallax) - 10 (mag; parallax in mas, zero-point corrected).

    NaN where an input is NaN or the parallax is not positive.
    """
    positive = np.where(np.asarray(parallax) > 0, parallax, np.nan)
    return np.asarray(apparent - np.asarray(extinction) + 5 * np.log10(positive) - 10)


@elementwise(absolute_k=MAGNITUDE, k=MAGNITUDE, extinction_k=MAGNITUDE)
def spectrophotometric_parallax(absolute_k: Values, k: Values, extinction_k: Values = 0.0) -> Values:
    """Parallax in mas at which a star of luminosity `absolute_k` has the apparent magnitude `k` (all mag).

    Xiang et al. 2021, eq. 15, rebuilt from its words. NaN stays NaN.
    """
    return np.asarray(10 ** (0.2 * (10 + np.asarray(absolute_k) + extinction_k - k)))


@elementwise(
    parallax=MILLIARCSECOND,
    absolute_k_error=MAGNITUDE,
    k_error=MAGNITUDE,
    extinction_error=MAGNITUDE,
    intrinsic_scatter=MAGNITUDE,
)
def spectrophotometric_parallax_error(
    parallax: Values,
    absolute_k_error: Values,
    k_error: Values = 0.0,
    extinction_error: Values = 0.0,
    intrinsic_scatter: Values = INTRINSIC_SCATTER,
) -> Values:
    """Error in mas of a spectro-photometric `parallax` (mas) from the errors of its magnitudes (mag).

    `intrinsic_scatter` is that of luminosity at a given spectrum, 0.25 mag in Xiang et al. 2021; eq. 17.
    """
    squared = (
        np.square(absolute_k_error) + np.square(k_error) + np.square(extinction_error) + np.square(intrinsic_scatter)
    )
    return np.asarray(parallax * LN10_OVER_5 * np.sqrt(squared))


@elementwise(snr=DIMENSIONLESS, at_100=MAGNITUDE)
def absolute_k_measurement_error(snr: Values, at_100: Values = SCATTER_AT_100) -> Values:
    """Measurement error in mag of a luminosity from a spectrum of signal-to-noise `snr` per pixel.

    100 / snr times the error at 100, 0.10 mag in Xiang et al. 2021 (eq. 10). NaN where snr is not positive.
    """
    return np.asarray(at_100 * 100.0 / np.where(np.asarray(snr) > 0, snr, np.nan))


@elementwise(
    spectrophotometric=MILLIARCSECOND,
    measured=MILLIARCSECOND,
    spectrophotometric_error=MILLIARCSECOND,
    measured_error=MILLIARCSECOND,
)
def parallax_discrepancy(
    spectrophotometric: Values, measured: Values, spectrophotometric_error: Values, measured_error: Values
) -> Values:
    """Spectro-photometric minus measured parallax in units of their joint error; positive: too luminous.

    All in mas, the measured one zero-point corrected. Xiang et al. 2021, eq. 16. NaN stays NaN.
    """
    difference = np.asarray(spectrophotometric) - measured
    return np.asarray(difference / np.hypot(spectrophotometric_error, measured_error))


@elementwise(discrepancy=DIMENSIONLESS)
def binary_flag(discrepancy: Values, threshold: float = BINARY_THRESHOLD) -> Values:
    """1 where the `parallax_discrepancy` exceeds `threshold`, so that a second star adds light; else 0.

    NaN, for unknown, where the discrepancy is NaN.
    """
    value = np.asarray(discrepancy)
    return np.where(np.isnan(value), np.nan, (value > threshold).astype(np.float64))


@elementwise(parallax=MILLIARCSECOND, phot_g_mean_mag=MAGNITUDE)
def corrected_dr2_parallax(parallax: Values, phot_g_mean_mag: Values | None = None) -> Values:
    """Gaia DR2 parallax in mas freed of its zero point (Leung & Bovy 2019).

    Adds 0.0523 mas, or, with `phot_g_mean_mag`, 0.0528 - 0.00421 (G - 12.2) mas. For DR2 only: Gaia DR3 has a
    zero point of its own.
    """
    if phot_g_mean_mag is None:
        return np.asarray(parallax + DR2_ZERO_POINT)
    return np.asarray(parallax + (52.8 - 4.21 * (np.asarray(phot_g_mean_mag) - 12.2)) / 1000)
