"""The catalogue of OB stars of Xiang et al. 2021, Table 1: luminosity, distance, emission and binary flags."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from astropy import units as u
from astropy.coordinates import SkyCoord

from analysis.spectra.luminosity import flag_binaries
from analysis.spectra.stacks import SpectrumStack
from analysis.stars import absolute_k_measurement_error, distance_posterior, extinction, geometric_absolute_magnitude
from analysis.stars.extinction import ExtinctionLaw
from analysis.stars.units import FloatArray

# Distance of the Sun from the Galactic centre in kpc: the paper's value was lost, GRAVITY Collaboration 2019 here.
SUN_FROM_CENTRE_KPC = 8.178
LN10 = np.log(10)
LN10_OVER_5 = LN10 / 5
HANDED_ON = ("pmra", "pmra_error", "pmdec", "pmdec_error", "ruwe", "ra", "dec", "specid", "rv", "rv_error", "source_id")


def ob_catalogue(
    absolute_k: npt.ArrayLike,
    emission: npt.ArrayLike,
    stack: SpectrumStack,
    table: pd.DataFrame,
    law: ExtinctionLaw = "fitzpatrick1999",
    sun_from_centre_kpc: float = SUN_FROM_CENTRE_KPC,
) -> pd.DataFrame:
    """One row a spectrum with the columns of Xiang et al. 2021, Table 1, as far as `table` has their inputs.

    `absolute_k` is the estimated M_Ks (mag). `table` has k_m, k_msigcom (mag), parallax (zero-point corrected) and
    parallax_error (mas), snrg, and perhaps ebv, ebv_error (mag), ra, dec (deg), proper motions, ruwe. M_Ks_err is the
    measurement error of the S/N; dis, dis_low, dis_high are in pc (mode, 16 and 84 %), logdis is the mean log10 of
    the distance in pc and logdis_err its deviation; binaries have their distance from the parallax alone. X, Y, Z in
    kpc, the Sun at X = -`sun_from_centre_kpc`. binary_flag and em_flag are 1 or 0, NaN where unknown.
    """
    estimate = np.asarray(absolute_k, dtype=np.float64)
    work = table.reset_index(drop=True).copy()
    ebv = _column(work, "ebv", 0.0)
    ebv_error = _column(work, "ebv_error", 0.0)
    work["extinction_k"] = extinction("Ks", ebv, law)
    work["extinction_k_error"] = extinction("Ks", ebv_error, law)
    work["snrg"] = _column(work, "snrg", np.nan) if "snrg" in work else stack.snr()
    excess, binary = flag_binaries(estimate, stack, work)
    measured = {name: _column(work, name, np.nan) for name in ("k_m", "k_msigcom", "parallax", "parallax_error")}
    error = np.asarray(absolute_k_measurement_error(work["snrg"].to_numpy(dtype=np.float64)))
    geometric = geometric_absolute_magnitude(measured["k_m"], measured["parallax"], work["extinction_k"].to_numpy())
    distance = distance_posterior(
        measured["parallax"],
        np.where(measured["parallax_error"] > 0, measured["parallax_error"], np.nan),
        np.where(binary == 1, np.nan, estimate),
        error,
        measured["k_m"],
        measured["k_msigcom"],
        work["extinction_k"].to_numpy(),
        work["extinction_k_error"].to_numpy(),
    )
    found = {
        "fitsname": list(stack.names),
        "snr_g": work["snrg"].to_numpy(dtype=np.float64),
        "M_Ks": estimate,
        "M_Ks_err": error,
        "M_Ks_geo": geometric,
        "M_Ks_geo_err": _geometric_error(measured, work),
        "dis": distance.mode,
        "dis_low": distance.low,
        "dis_high": distance.high,
        "logdis": np.asarray(distance.log_mean) / LN10,
        "logdis_err": np.asarray(distance.log_error) / LN10,
        "ebv": ebv,
        "ebv_err": ebv_error,
        "snr_dparallax": excess,
        "binary_flag": binary,
        "em_flag": np.asarray(emission, dtype=np.float64),
        "parallax": measured["parallax"],
        "parallax_error": measured["parallax_error"],
        "Ks": measured["k_m"],
        "Ks_err": measured["k_msigcom"],
    }
    catalogue = pd.DataFrame(found)
    for name in HANDED_ON:
        if name in work:
            catalogue[name] = work[name].to_numpy()
    if {"ra", "dec"} <= set(work):
        place = _galactic(work, np.asarray(distance.mode), sun_from_centre_kpc)
        catalogue[["X", "Y", "Z"]] = place
    return catalogue


def _geometric_error(measured: dict[str, FloatArray], work: pd.DataFrame) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        from_parallax = np.abs(measured["parallax_error"] / measured["parallax"]) / LN10_OVER_5
    magnitude = np.hypot(measured["k_msigcom"], work["extinction_k_error"].to_numpy(dtype=np.float64))
    return np.where(measured["parallax"] > 0, np.hypot(magnitude, from_parallax), np.nan)


def _galactic(work: pd.DataFrame, distance_pc: FloatArray, sun_from_centre_kpc: float) -> FloatArray:
    """X towards the centre (the Sun at minus its distance), Y along the rotation, Z to the north pole; kpc."""
    sky = SkyCoord(work["ra"].to_numpy() * u.deg, work["dec"].to_numpy() * u.deg).galactic
    longitude, latitude = np.asarray(sky.l.rad), np.asarray(sky.b.rad)
    d = distance_pc / 1000
    flat = d * np.cos(latitude)
    x = flat * np.cos(longitude) - sun_from_centre_kpc
    return np.stack([x, flat * np.sin(longitude), d * np.sin(latitude)], axis=1)


def _column(table: pd.DataFrame, name: str, default: float) -> FloatArray:
    if name not in table:
        return np.full(len(table), default)
    return table[name].to_numpy(dtype=np.float64)
