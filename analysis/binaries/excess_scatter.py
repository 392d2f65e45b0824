"""Scatter beyond the measurement errors, from the error columns of a Gaia catalogue."""

import numpy as np
from scipy.stats import chi2

from analysis.stars.units import (
    DIMENSIONLESS,
    KILOMETRE_PER_SECOND,
    MILLIARCSECOND,
    FloatArray,
    Values,
    elementwise,
)

RV_NOISE_FLOOR = 0.11
ASTROMETRIC_PARAMETERS = 5


@elementwise(rv_error=KILOMETRE_PER_SECOND, n_transits=DIMENSIONLESS)
def rv_scatter(rv_error: Values, n_transits: Values) -> Values:
    """Standard deviation of a star's velocities in km/s from the error of their median.

    `rv_error` is radial_velocity_error (km/s), `n_transits` rv_nb_transits. Andrew et al. 2022, eqs. 48 and
    49: the noise floor of 0.11 km/s is taken out, and pi/2 for the median. 0 at or below the floor; NaN
    stays NaN.
    """
    squared = np.square(rv_error) - RV_NOISE_FLOOR**2
    return np.asarray(np.sqrt(2 * np.asarray(n_transits) / np.pi * np.maximum(squared, 0.0)))


@elementwise(rv_error=KILOMETRE_PER_SECOND, n_transits=DIMENSIONLESS, sigma_spec=KILOMETRE_PER_SECOND)
def ruwe_spec(rv_error: Values, n_transits: Values, sigma_spec: Values) -> Values:
    """Renormalised unit weight error of the velocities, dimensionless (Andrew et al. 2022, eq. 51).

    `rv_error` is radial_velocity_error (km/s), `n_transits` rv_nb_transits, `sigma_spec` the error (km/s) of
    one velocity of a single star of that magnitude and colour. NaN for fewer than 2 transits.
    """
    return np.asarray(_sample_scatter(rv_error, n_transits) / _positive(sigma_spec))


@elementwise(rv_error=KILOMETRE_PER_SECOND, n_transits=DIMENSIONLESS, sigma_spec=KILOMETRE_PER_SECOND)
def excess_rv_scatter(rv_error: Values, n_transits: Values, sigma_spec: Values) -> Values:
    """Velocity scatter in km/s that the measurement error does not explain: that of a binary.

    sigma_spec sqrt(ruwe_spec^2 - 1), arguments as in `ruwe_spec`; 0 where ruwe_spec is below 1. The paper
    only says that the error is removed; the quadratic difference is ours.
    """
    single = _positive(sigma_spec)
    squared = _sample_scatter(rv_error, n_transits) ** 2 - single**2
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)))


@elementwise(unit_weight_error=DIMENSIONLESS, sigma_ast=MILLIARCSECOND, n_observations=DIMENSIONLESS)
def excess_astrometric_scatter(unit_weight_error: Values, sigma_ast: Values, n_observations: Values) -> Values:
    """Astrometric scatter in mas that the measurement error does not explain: that of a binary.

    `unit_weight_error` is UWE or ruwe, `sigma_ast` the along-scan error (mas) of one observation of a single
    star, `n_observations` astrometric_n_good_obs_al. Andrew et al. 2022, eq. 19 inverted; 0 where the unit
    weight error is too small. NaN for 5 observations or fewer.
    """
    n = np.asarray(n_observations)
    freedom = np.where(n > ASTROMETRIC_PARAMETERS, (n - ASTROMETRIC_PARAMETERS) / n, np.nan)
    squared = 2 * (np.square(unit_weight_error) * freedom - 1)
    return np.asarray(_positive(sigma_ast) * np.sqrt(np.maximum(squared, 0.0)))


@elementwise(flux_error=DIMENSIONLESS, n_observations=DIMENSIONLESS)
def flux_scatter(flux_error: Values, n_observations: Values) -> Values:
    """Standard deviation of a star's single fluxes, in the unit of `flux_error` (Gaia: electrons per second).

    `flux_error` is phot_g_mean_flux_error, `n_observations` phot_g_n_obs. Andrew et al. 2022, at eq. 20.
    """
    return np.asarray(flux_error * np.sqrt(n_observations))


@elementwise(flux_error=DIMENSIONLESS, n_observations=DIMENSIONLESS, sigma_phot=DIMENSIONLESS)
def ruwe_phot(flux_error: Values, n_observations: Values, sigma_phot: Values) -> Values:
    """Renormalised unit weight error of the photometry, dimensionless (Andrew et al. 2022, eq. 20).

    `flux_error` is phot_g_mean_flux_error, `n_observations` phot_g_n_obs, `sigma_phot` the error of one
    flux of a constant star of that magnitude and colour, in the same unit. NaN for fewer than 2 observations.
    """
    n = np.asarray(n_observations)
    scatter = flux_error * np.sqrt(n)
    return np.asarray(np.where(n > 1, np.sqrt(n / (n - 1)), np.nan) * scatter / _positive(sigma_phot))


@elementwise(n_transits=DIMENSIONLESS)
def ruwe_spec_threshold(n_transits: Values, false_alarm: float = 1e-6) -> Values:
    """The ruwe_spec that a single star exceeds with probability `false_alarm`.

    From the chi-squared distribution with `n_transits` - 1 degrees of freedom: 3.7 for 3 transits, 2.0 only
    for 15 or more. NaN for fewer than 2 transits.
    """
    freedom = np.asarray(n_transits) - 1
    freedom = np.where(freedom > 0, freedom, np.nan)
    return np.asarray(np.sqrt(chi2.isf(false_alarm, freedom) / freedom))


def _sample_scatter(rv_error: Values, n_transits: Values) -> FloatArray:
    n = np.asarray(n_transits)
    return np.where(n > 1, np.sqrt(n / (n - 1)), np.nan) * rv_scatter(np.asarray(rv_error), n)


def _positive(sigma: Values) -> FloatArray:
    return np.where(np.asarray(sigma) > 0, sigma, np.nan)
