"""Astrometry and velocities as Gaia DR3 would tabulate them, with the orbits' marks on RUWE and errors."""

from __future__ import annotations

import numpy as np

from analysis.simulate import gaia_errors, scanning
from analysis.simulate.population import Field
from analysis.simulate.random_streams import Rows, Streams
from analysis.simulate.scanning import CCDS_PER_TRANSIT, Scans
from analysis.simulate.starlight import Starlight
from analysis.stars.units import FloatArray

# Katz et al. 2023 (A&A 674, A5): mean velocities for G_RVS < 14 and 3100-14500 K, errors below 40 km/s; epoch
# velocities (rv_method_used = 1) for G_RVS < 12.
RVS_LIMIT, EPOCH_LIMIT = 14.0, 12.0
RVS_COOLEST, RVS_HOTTEST = 3100.0, 14500.0
LARGEST_RV_ERROR = 40.0  # km/s
RV_ERROR_FLOOR = 0.11  # km/s
LEAST_PARALLAX_ERROR = 0.009  # mas


def observe_astrometry(
    streams: Streams, rows: Rows, field: Field, light: Starlight, scans: Scans, extra: FloatArray
) -> dict[str, FloatArray]:
    """Astrometric columns of Gaia DR3; NaN for stars with fewer than six transits (two-parameter solutions).

    The chi-squared of the five-parameter fit is that of the photocentre's own residuals plus noise, non-central
    by `scans.misfit`. `extra` (mas) is further scatter, of extended sources and blends. The parallax zero point is
    left at 0.
    """
    g = light.magnitude["g"]
    scatter = gaia_errors.along_scan_scatter(g)
    good = np.round(scans.transits * CCDS_PER_TRANSIT)
    freedom = np.maximum(good - 5, 1)
    central = (scans.misfit + 0.5 * extra**2 * scans.transits) * CCDS_PER_TRANSIT / scatter**2
    noise = streams.normal("astrometry", rows)
    chi_squared = (np.sqrt(central) + noise) ** 2 + streams.chi_squared("astrometry_rest", rows, freedom - 1)
    # Attitude and calibration noise shared by the CCDs of a transit: the width of RUWE in DR3 is 0.06, not 0.036.
    shared = np.exp(0.05 * streams.normal("attitude", rows))
    ruwe = np.sqrt(chi_squared / freedom) * shared
    unit_error = scatter / np.sqrt(CCDS_PER_TRANSIT) * np.maximum(ruwe, 1.0)
    errors = unit_error[:, None] * np.sqrt(scans.covariance)
    errors[:, 2] = np.hypot(errors[:, 2], LEAST_PARALLAX_ERROR)
    draws = streams.table("astrometry_error", rows, 5, "normal")
    found = scans.shift + errors * draws
    parallax = 1000.0 / field.distance + found[:, 2]
    pmra, pmdec = field.pmra + found[:, 3], field.pmdec + found[:, 4]
    formal = 0.93 * scatter
    excess = np.sqrt(np.maximum(np.square(ruwe * scatter) - formal**2, 0.0)) * 0.6
    return {
        "parallax": parallax,
        "parallax_error": errors[:, 2],
        "parallax_over_error": parallax / errors[:, 2],
        "pmra": pmra,
        "pmra_error": errors[:, 3],
        "pmdec": pmdec,
        "pmdec_error": errors[:, 4],
        "pm": np.hypot(pmra, pmdec),
        "ruwe": ruwe + 0.0 * scans.covariance[:, 2],
        "astrometric_excess_noise": excess,
        "astrometric_n_good_obs_al": good,
        "visibility_periods_used": scans.visibility_periods,
    }


def observe_velocities(
    streams: Streams, rows: Rows, field: Field, light: Starlight, scans: Scans
) -> dict[str, FloatArray]:
    """radial_velocity, its error (km/s), rv_nb_transits and rv_method_used; NaN and 0 where DR3 has none.

    The error follows Andrew et al. 2022, eqs. 48-49: RVE^2 = pi/2 S^2/N + 0.11^2, S the standard deviation of the
    N epoch velocities, whose noise and orbit add as a non-central chi-squared.
    """
    bp_rp = light.magnitude["bp"] - light.magnitude["rp"]
    rvs = gaia_errors.rvs_magnitude(light.magnitude["g"], light.magnitude["rp"])
    scatter = gaia_errors.transit_velocity_scatter(light.magnitude["g"], bp_rp)
    n = scans.rv_transits.astype(np.float64)
    noise = streams.normal("rv_noise", rows)
    total = (np.sqrt(scans.velocity_sum) / scatter + noise) ** 2 + streams.chi_squared("rv_rest", rows, n - 2)
    variance = scatter**2 * total / np.maximum(n - 1, 1)
    error = np.sqrt(np.pi / 2 * variance / np.maximum(n, 1) + RV_ERROR_FLOOR**2)
    teff = 10**field.structure.log_teff
    seen = (rvs < RVS_LIMIT) & (n >= 3) & (teff > RVS_COOLEST) & (teff < RVS_HOTTEST) & (error < LARGEST_RV_ERROR)
    velocity = field.systemic_velocity + error * streams.normal("rv_mean", rows)
    return {
        "radial_velocity": np.where(seen, velocity, np.nan),
        "radial_velocity_error": np.where(seen, error, np.nan),
        "rv_nb_transits": np.where(seen, n, 0),
        "rv_method_used": np.where(seen, np.where(rvs < EPOCH_LIMIT, 1, 2), 0),
        "rvs_scatter": scatter,
    }


def scan_field(streams: Streams, rows: Rows, field: Field, light: Starlight) -> Scans:
    """Gaia's scans of a block of stars."""
    return scanning.scan(field.ra, field.dec, light.orbits, streams.bits("scan", rows))
