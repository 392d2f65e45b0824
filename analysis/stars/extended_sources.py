"""Gaia's quality columns as a test for extended or blended sources (Wu et al. 2024)."""

import numpy as np
import numpy.typing as npt

from analysis.stars.units import DIMENSIONLESS, MAGNITUDE, Values, elementwise

IGHA_LIMIT, IFMP_LIMIT, RUWE_LIMIT = 0.14, 0.0, 1.25


@elementwise(bp_rp=MAGNITUDE, phot_bp_rp_excess_factor=DIMENSIONLESS)
def corrected_excess_factor(bp_rp: Values, phot_bp_rp_excess_factor: Values) -> Values:
    """BP/RP flux excess C* freed of its trend with colour, about 0 for a single point source.

    Riello et al. 2021 (A&A 649, A3), Table 2. NaN where an input is NaN.
    """
    x = np.asarray(bp_rp)
    blue = 1.154360 + 0.033772 * x + 0.032277 * x**2
    middle = 1.162004 + 0.011464 * x + 0.049255 * x**2 - 0.005879 * x**3
    red = 1.057572 + 0.140537 * x
    return np.asarray(phot_bp_rp_excess_factor - np.where(x < 0.5, blue, np.where(x < 4.0, middle, red)))


@elementwise(phot_g_mean_mag=MAGNITUDE)
def corrected_excess_factor_scatter(phot_g_mean_mag: Values) -> Values:
    """Standard deviation of C* for well-behaved point sources of that G (Riello et al. 2021, eq. 18)."""
    return np.asarray(0.0059898 + 8.817481e-12 * np.asarray(phot_g_mean_mag) ** 7.618399)


@elementwise(
    phot_bp_n_blended_transits=DIMENSIONLESS,
    phot_rp_n_blended_transits=DIMENSIONLESS,
    phot_bp_n_obs=DIMENSIONLESS,
    phot_rp_n_obs=DIMENSIONLESS,
)
def blending_fraction(
    phot_bp_n_blended_transits: Values,
    phot_rp_n_blended_transits: Values,
    phot_bp_n_obs: Values,
    phot_rp_n_obs: Values,
) -> Values:
    """Fraction beta of the BP and RP transits that are blended (Wu et al. 2024, eq. 2); NaN without transits."""
    blended = np.asarray(phot_bp_n_blended_transits) + phot_rp_n_blended_transits
    observed = np.asarray(phot_bp_n_obs) + phot_rp_n_obs
    return np.asarray(blended / np.where(observed > 0, observed, np.nan))


@elementwise(phot_bp_n_contaminated_transits=DIMENSIONLESS, phot_rp_n_contaminated_transits=DIMENSIONLESS)
def contaminated_transits(phot_bp_n_contaminated_transits: Values, phot_rp_n_contaminated_transits: Values) -> Values:
    """Number of BP and RP transits contaminated by another source (Wu et al. 2024, eq. 3)."""
    return np.asarray(phot_bp_n_contaminated_transits + np.asarray(phot_rp_n_contaminated_transits))


@elementwise(phot_g_mean_mag=MAGNITUDE)
def excess_noise_limit(
    phot_g_mean_mag: Values, floor: float = 0.297, scale: float = 5.63e-8, steepness: float = 0.895
) -> Values:
    """Astrometric excess noise in mas above which a source of that G is not a point (Wu et al. 2024, eq. 1).

    floor + scale exp(steepness G). The three defaults are recollected (Hughes et al. 2021, Gaia DR2) and were
    not found in a source: treat the line as adjustable.
    """
    return np.asarray(floor + scale * np.exp(steepness * np.asarray(phot_g_mean_mag)))


def extended_source_grade(
    ipd_gof_harmonic_amplitude: Values,
    ipd_frac_multi_peak: Values,
    ruwe: Values,
    igha_limit: float = IGHA_LIMIT,
    ifmp_limit: float = IFMP_LIMIT,
    ruwe_limit: float = RUWE_LIMIT,
) -> npt.NDArray[np.int64]:
    """Number (0 to 3) of strict point-source criteria met, the grades 0A to 3A of Wu et al. 2024.

    IGHA < 0.14, IFMP = 0 (at most `ifmp_limit`, in per cent), RUWE < 1.25; a missing value meets none.
    """
    amplitude, peaks, unit_weight = (
        np.asarray(value, dtype=np.float64) for value in (ipd_gof_harmonic_amplitude, ipd_frac_multi_peak, ruwe)
    )
    met = (amplitude < igha_limit).astype(np.int64) + (peaks <= ifmp_limit) + (unit_weight < ruwe_limit)
    return np.asarray(met, dtype=np.int64)
