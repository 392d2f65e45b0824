"""Photometry, image flags and neighbours as Gaia DR3, 2MASS and Pan-STARRS would tabulate them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.simulate import gaia_errors, galaxy, multiplicity
from analysis.simulate.population import Field
from analysis.simulate.random_streams import Rows, Streams
from analysis.simulate.scanning import CCDS_PER_TRANSIT, Scans
from analysis.simulate.starlight import Starlight
from analysis.stars.units import FloatArray

BLEND_LIMIT = 1.75  # arcsec, Gaia's BP/RP windows (Riello et al. 2021)


@dataclass(frozen=True)
class Appearance:
    """How the image of each row departs from a point: blends and extended sources; 0 or False for the rest.

    `noise` (mas) adds to the astrometric scatter, `excess` to the BP/RP flux excess; `apart` (arcsec) and
    `contrast` (mag) belong to the chance neighbour of a blend.
    """

    extended: NDArray[np.bool_]
    blended: NDArray[np.bool_]
    galaxy: NDArray[np.bool_]
    noise: FloatArray
    excess: FloatArray
    apart: FloatArray
    contrast: FloatArray


def source_density(longitude: FloatArray, sin_b: FloatArray) -> FloatArray:
    """Gaia sources a square arcsecond: 6,000 a square degree at the poles, 150,000 to 400,000 in the plane.

    A round description of the DR3 star counts (l in radians).
    """
    b = np.degrees(np.abs(np.arcsin(sin_b)))
    towards_centre = np.exp(-np.abs(np.degrees(np.angle(np.exp(1j * longitude)))) / 50.0)
    plane = np.exp(-b / 9.0) * (1.5e5 + 2.5e5 * towards_centre)
    return np.asarray((6e3 + plane) / 3600.0**2)


def appearance(streams: Streams, rows: Rows, kind: NDArray[np.int64]) -> Appearance:
    """Blends (a second star within 2 arcsec) and extended sources: 70 % galaxies, 30 % compact star clusters."""
    extended, blended = kind == multiplicity.EXTENDED, kind == multiplicity.BLEND
    u, z = streams.uniform("extension", rows), streams.normal("extension_noise", rows)
    return Appearance(
        extended=extended,
        blended=blended,
        galaxy=extended & (streams.uniform("galaxy", rows) < 0.7),
        noise=np.where(extended, 10 ** (0.3 + 0.45 * z), np.where(blended, 10 ** (-0.7 + 0.5 * z), 0.0)),
        excess=np.where(extended, 0.4 + 0.9 * u / (1.05 - u) ** 0.8, np.where(blended, 0.9 * u**2, 0.0)),
        apart=np.where(blended, 0.15 + 1.85 * np.sqrt(streams.uniform("apart", rows)), np.nan),
        contrast=np.where(blended, 4.0 * streams.uniform("contrast", rows), np.nan),
    )


def observe_fluxes(
    streams: Streams, rows: Rows, light: Starlight, scans: Scans, look: Appearance, variation: FloatArray
) -> dict[str, FloatArray]:
    """Mean magnitudes, fluxes, errors and observation counts; `variation` is the star's own relative scatter.

    phot_g_mean_flux_error is the scatter of the single observations over sqrt(n), so that variable stars have the
    larger error of Andrew et al. 2022, eq. 20.
    """
    added = np.where(look.blended, 2.5 * np.log10(1 + 10 ** (-0.4 * np.nan_to_num(look.contrast))), 0.0)
    g, bp, rp = light.magnitude["g"], light.magnitude["bp"] - added, light.magnitude["rp"] - added
    n_g = np.round(scans.transits * CCDS_PER_TRANSIT * 0.99)
    n_bp = np.round(scans.transits * 0.97)
    n_rp = np.round(scans.transits * 0.98)
    own = gaia_errors.flux_scatter(g)
    freedom = np.maximum(n_g - 1, 1)
    noise = own * np.sqrt(streams.chi_squared("flux_scatter", rows, freedom) / freedom)
    g_error = np.hypot(noise, variation) / np.sqrt(np.maximum(n_g, 1))
    bp_error = np.hypot(gaia_errors.colour_flux_error(bp, n_bp), variation / np.sqrt(np.maximum(n_bp, 1)))
    rp_error = np.hypot(gaia_errors.colour_flux_error(rp - 0.3, n_rp), variation / np.sqrt(np.maximum(n_rp, 1)))
    flux = 10 ** (0.4 * (gaia_errors.G_ZERO_POINT - g)) * (1 + g_error * streams.normal("g_flux", rows))
    g_seen = gaia_errors.G_ZERO_POINT - 2.5 * np.log10(flux)
    bp_seen = bp - 1.0857 * np.minimum(bp_error, 0.3) * streams.normal("bp_flux", rows)
    rp_seen = rp - 1.0857 * np.minimum(rp_error, 0.3) * streams.normal("rp_flux", rows)
    bp_flux = 10 ** (0.4 * (gaia_errors.BP_ZERO_POINT - bp_seen))
    rp_flux = 10 ** (0.4 * (gaia_errors.RP_ZERO_POINT - rp_seen))
    colour = bp_seen - rp_seen
    wobble = gaia_errors.excess_factor_scatter(g) * streams.normal("excess", rows)
    return {
        "phot_g_mean_mag": g_seen,
        "phot_bp_mean_mag": bp_seen,
        "phot_rp_mean_mag": rp_seen,
        "bp_rp": colour,
        "phot_g_mean_flux": flux,
        "phot_g_mean_flux_error": flux * g_error,
        "phot_bp_mean_flux": bp_flux,
        "phot_bp_mean_flux_error": bp_flux * bp_error,
        "phot_rp_mean_flux": rp_flux,
        "phot_rp_mean_flux_error": rp_flux * rp_error,
        "phot_g_n_obs": n_g,
        "phot_bp_n_obs": n_bp,
        "phot_rp_n_obs": n_rp,
        "phot_bp_rp_excess_factor": gaia_errors.excess_factor(colour) + wobble + look.excess,
        "flux_scatter": own,
    }


def observe_image(
    streams: Streams, rows: Rows, field: Field, light: Starlight, look: Appearance, fluxes: dict[str, FloatArray]
) -> dict[str, FloatArray]:
    """Image flags, blended and contaminated transits, and sources within 2, 4 and 8 arcsec (the star counted)."""
    u, z = streams.uniform("image", rows), streams.normal("image_shape", rows)
    separation = np.nan_to_num(light.separation, nan=0.0)
    faint = -2.5 * np.log10(np.maximum(light.light_ratio + light.third_light_ratio, 1e-9))
    close_pair = (separation > 0.12) & (separation < 1.5) & (faint < 3.5)
    double = look.blended & (look.apart > 0.12)
    peaks = np.where(close_pair | double, np.round(5 + 90 * u), 0.0)
    stray = np.where(u < 0.10, np.round(1 + 6 * (u / 0.10) ** 2), 0.0)
    peaks = np.where(look.extended, np.round(np.where(u < 0.4, 0.0, 30 * (u - 0.4))), np.maximum(peaks, stray))
    shape = np.where(look.extended, -1.0, np.where(close_pair | look.blended, -0.9, -1.55))
    expected = source_density(field.longitude, field.sin_b) * np.pi
    within_2 = 1 + streams.poisson("within_2", rows, 0.5 * expected * 4)  # half of such pairs are resolved
    within_2 += look.blended & (look.apart > 0.6)
    within_2 += light.resolved & (light.separation < 2)
    within_4 = within_2 + streams.poisson("within_4", rows, expected * 12)
    within_4 += light.resolved & (light.separation >= 2) & (light.separation < 4)
    within_8 = within_4 + streams.poisson("within_8", rows, expected * 48)
    within_8 += light.resolved & (light.separation >= 4) & (light.separation < 8)
    n_bp, n_rp = fluxes["phot_bp_n_obs"], fluxes["phot_rp_n_obs"]
    share = np.where(look.blended | close_pair, 0.3 + 0.7 * streams.uniform("blended", rows), 0.0)
    share = np.maximum(share, np.where(within_8 > within_2, 0.35 * streams.uniform("near", rows) ** 2, 0.0))
    bright = streams.uniform("bright_neighbour", rows) < np.minimum(30 * expected, 0.2)
    dirty = np.where(bright, 0.5 * streams.uniform("contaminated", rows), 0.0)
    return {
        "ipd_frac_multi_peak": peaks,
        "ipd_gof_harmonic_amplitude": 10 ** (shape + 0.28 * z),
        "phot_bp_n_blended_transits": np.round(share * n_bp),
        "phot_rp_n_blended_transits": np.round(share * n_rp),
        "phot_bp_n_contaminated_transits": np.round(dirty * n_bp),
        "phot_rp_n_contaminated_transits": np.round(dirty * n_rp),
        "n_sources_2arcsec": within_2,
        "n_sources_4arcsec": within_4,
        "n_sources_8arcsec": within_8,
    }


def observe_other_surveys(
    streams: Streams, rows: Rows, field: Field, light: Starlight, look: Appearance
) -> dict[str, FloatArray]:
    """2MASS J, H, Ks with errors, Pan-STARRS g, r, i and the dust and temperature estimates of Gaia's GSP-Phot."""
    columns: dict[str, FloatArray] = {}
    for band in ("j", "h", "k"):
        magnitude = light.magnitude[band]
        error = np.hypot(0.022, 0.03 * 10 ** (0.4 * (magnitude - 14.5)))
        columns[f"{band}_m"] = magnitude + error * streams.normal(f"{band}_m", rows)
        columns[f"{band}_msigcom"] = error
    g, x = light.magnitude["g"], light.magnitude["bp"] - light.magnitude["rp"]
    # Evans et al. 2018 (A&A 616, A4), Table A.2: G minus SDSS g, r, i; Pan-STARRS differs by up to 0.1 mag.
    z = np.clip(x, -0.4, 3.2)
    columns["gMeanPSFMag"] = g - (0.13518 - 0.46245 * z - 0.25171 * z**2 + 0.021349 * z**3)
    columns["rMeanPSFMag"] = g - (-0.12879 + 0.24662 * z - 0.027464 * z**2 - 0.049465 * z**3)
    columns["iMeanPSFMag"] = g - (-0.29676 + 0.64728 * z - 0.10141 * z**2)
    for band in ("g", "r", "i"):
        columns[f"{band}MeanPSFMag"] += 0.01 * streams.normal(f"ps1_{band}", rows)
    size = np.where(look.extended, 0.15 + 0.5 * look.noise**0.5, np.where(look.blended, 0.1, 0.0))
    point = 0.012 * (columns["rMeanPSFMag"] - 14.0) + 0.02 * streams.normal("ps1_aperture", rows)
    columns["rMeanApMag"] = columns["rMeanPSFMag"] - point - size
    teff = 10**field.structure.log_teff
    missing = streams.uniform("gspphot", rows) < 0.10
    a_g = field.reddening * galaxy.EXTINCTION["g"]
    # GSP-Phot errs along the temperature-extinction line: one draw for both (Andrae et al. 2023, A&A 674, A27).
    along = streams.normal("gspphot_error", rows)
    columns["teff_gspphot"] = np.where(missing, np.nan, teff * (1 + 0.02 * along))
    columns["ag_gspphot"] = np.where(missing, np.nan, np.maximum(a_g + 0.09 * along, 0.0))
    reddening = np.maximum(field.reddening + 0.048 * along, 0.0)
    columns["ebpminrp_gspphot"] = np.where(missing, np.nan, reddening)
    ebv_error = np.hypot(0.014, 0.02 * streams.uniform("ebv_error", rows))
    columns["ebv"] = field.reddening / galaxy.REDDENING_PER_EBV + ebv_error * streams.normal("ebv", rows)
    columns["ebv_error"] = ebv_error
    return columns
