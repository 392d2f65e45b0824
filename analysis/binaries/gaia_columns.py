"""The columns of Andrew et al. 2022 for a whole Gaia catalogue: unit weight errors, companions, platings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.binaries.astrometric_errors import along_scan_error
from analysis.binaries.error_inference import SUFFIXES, infer_companion
from analysis.binaries.error_maps import ErrorMap, fit_error_map
from analysis.binaries.excess_scatter import (
    excess_astrometric_scatter,
    excess_rv_scatter,
    ruwe_phot,
    ruwe_spec,
)
from analysis.binaries.platings import PLATINGS, platings
from analysis.binaries.projection_draws import ProjectionDraws
from analysis.stars.main_sequence import MainSequence, height_above_main_sequence
from analysis.stars.masses import mass_from_absolute_g
from analysis.stars.units import CHUNK_ROWS, FloatArray

Progress = Callable[[float, str], None]

# Below this many stars a map would say more of the stars drawn than of the instrument.
FEWEST_STARS_FOR_A_MAP = 2000
VELOCITY_COLUMNS = ("radial_velocity_error", "rv_nb_transits")
FLUX_COLUMNS = ("phot_g_mean_flux_error", "phot_g_n_obs")
COLOUR_COLUMNS = ("phot_g_mean_mag", "bp_rp")
ASTROMETRY_COLUMNS = ("ruwe", "astrometric_n_good_obs_al", "parallax")
EXTINCTION_COLUMNS = ("ag_gspphot", "ebpminrp_gspphot")
# Single stars of App. B.1 as far as the catalogue tells: column, smallest value, largest value.
_SAMPLE = (
    ("ruwe", np.nextafter(0.0, 1.0), np.inf),
    ("parallax_over_error", np.nextafter(10.0, 11.0), np.inf),
    ("n_sources_2arcsec", 1, 1),
)
_VELOCITY_SAMPLE = (("rv_nb_transits", 3, np.inf), ("rv_method_used", 1, 1))
_INFERRED = {"q": "q", "m2": "secondary_mass", "period_yr": "period_yr"}


@dataclass(frozen=True, eq=False)
class SingleStarErrors:
    """Errors of single stars against G and BP-RP: `spec` (km/s, one velocity) and `phot` (e/s, one G flux).

    None where the catalogue lacks the columns or has too few stars.
    """

    spec: ErrorMap | None
    phot: ErrorMap | None


@dataclass(frozen=True, eq=False)
class ErrorSample:
    """Stars that an error map is fitted to: `magnitude` (G) and `colour` (BP-RP) in mag, 1-d, and the standard
    deviation `scatter` of one measurement of each, in km/s for velocities, in e/s for G fluxes."""

    magnitude: FloatArray
    colour: FloatArray
    scatter: FloatArray


def velocity_sample(table: pd.DataFrame) -> ErrorSample | None:
    """Stars and scatter of their Gaia velocities for the map of sigma_spec (App. B.1, see `fit_single_star_errors`).

    None where the table lacks phot_g_mean_mag, bp_rp, radial_velocity_error or rv_nb_transits.
    """
    if not _has(table, VELOCITY_COLUMNS + COLOUR_COLUMNS):
        return None
    error, transits = _columns(table, VELOCITY_COLUMNS)
    return _sample_of(table, np.asarray(ruwe_spec(error, transits, 1.0)), _SAMPLE + _VELOCITY_SAMPLE)


def flux_sample(table: pd.DataFrame) -> ErrorSample | None:
    """Stars and scatter of their G fluxes for the map of sigma_phot (App. B.1, see `fit_single_star_errors`).

    None where the table lacks phot_g_mean_mag, bp_rp, phot_g_mean_flux_error or phot_g_n_obs.
    """
    if not _has(table, FLUX_COLUMNS + COLOUR_COLUMNS):
        return None
    error, observations = _columns(table, FLUX_COLUMNS)
    return _sample_of(table, np.asarray(ruwe_phot(error, observations, 1.0)), _SAMPLE)


def map_of_sample(sample: ErrorSample | None, progress: Progress | None = None) -> ErrorMap | None:
    """Error map of a sample (App. B.2), None without one or with fewer than 2,000 stars; `progress(fraction, text)`."""
    if sample is None or sample.scatter.size < FEWEST_STARS_FOR_A_MAP:
        return None
    told = (lambda fraction: progress(fraction, "")) if progress is not None else None
    return fit_error_map(sample.magnitude, sample.colour, sample.scatter, progress=told)


def fit_single_star_errors(table: pd.DataFrame, progress: Progress | None = None) -> SingleStarErrors:
    """Error maps fitted to the stars of a Gaia catalogue itself (Andrew et al. 2022, App. B.2).

    The stars are those of App. B.1 as far as the table has the columns: ruwe known, parallax_over_error > 10,
    alone within 2 arcsec; for the velocities also rv_nb_transits >= 3 and rv_method_used = 1. A map needs
    2,000 of them, else it is None. `progress(fraction, text)`.
    """
    report = progress or (lambda _fraction, _text: None)
    spec = map_of_sample(velocity_sample(table), _told(report, 0.0, 0.5, "fitting the velocity errors of single stars"))
    phot = map_of_sample(flux_sample(table), _told(report, 0.5, 1.0, "fitting the flux errors of constant stars"))
    return SingleStarErrors(spec, phot)


def add_error_columns(
    table: pd.DataFrame,
    errors: SingleStarErrors | None = None,
    draws: ProjectionDraws | None = None,
    sequence: MainSequence | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """New columns only, with the index of `table`: what Andrew et al. 2022 infer for a Gaia catalogue.

    ruwe_spec, ruwe_phot; primary_mass_from_g (solar masses, for dwarfs); q, secondary_mass (solar masses) and
    period_yr (years), each with _lower and _upper (16 and 84 %); absolute_g_excess (mag above the main sequence
    `sequence`, by default mean dwarfs); plating (Bronze, Silver, Gold or missing). Numbers are float32, NaN where an
    input is missing, and for the inferred ones where there is no excess scatter; ruwe_spec and what follows from it
    also where rv_method_used says that the velocities were not measured one by one. A column is left out where the
    table lacks its inputs; plating needs every column of `platings`.

    `errors` are fitted to the table where not given. M_G, the primary mass (from M_G) and the colour are freed
    of ag_gspphot and ebpminrp_gspphot where the table has these columns: a star without them gets neither mass
    nor height. `draws` as in `infer_companion`. About 20 s a million stars; `progress(fraction, text)`.
    """
    report = progress or (lambda _fraction, _text: None)
    if errors is None:
        errors = fit_single_star_errors(table, lambda fraction, text: report(0.75 * fraction, text))
    blocks = []
    for rows in _chunks(len(table)):
        blocks.append(_columns_of(table.iloc[rows], errors, draws, sequence))
        report(0.75 + 0.2 * rows.stop / len(table), "inferring companions")
    if not blocks:
        blocks = [_columns_of(table, errors, draws, sequence)]
    numbers = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    made = pd.DataFrame(numbers, index=table.index, copy=False)
    plating = _plating(table, made)
    if plating is not None:
        made["plating"] = plating
    report(1.0, "inferring companions")
    return made.drop(columns=["bp_rp_0", "absolute_g_0"], errors="ignore")


def corrected_photometry(table: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """BP-RP and M_G in mag, freed of ag_gspphot and ebpminrp_gspphot where the table has these columns.

    NaN where a value is missing, the extinction included, and for parallaxes that are not positive.
    """
    magnitude, colour, parallax = _columns(table, (*COLOUR_COLUMNS, "parallax"))
    with np.errstate(divide="ignore", invalid="ignore"):
        absolute_g = magnitude + 5 * np.log10(np.where(parallax > 0, parallax, np.nan) / 100)
    if _has(table, EXTINCTION_COLUMNS):
        extinction, reddening = _columns(table, EXTINCTION_COLUMNS)
        return colour - reddening, absolute_g - extinction
    return colour, absolute_g


def _columns_of(
    table: pd.DataFrame, errors: SingleStarErrors, draws: ProjectionDraws | None, sequence: MainSequence | None
) -> dict[str, npt.NDArray[np.float32]]:
    made: dict[str, FloatArray] = {}
    with_colour, with_mass = _has(table, COLOUR_COLUMNS), _has(table, (*COLOUR_COLUMNS, "parallax"))
    if errors.phot is not None and with_colour and _has(table, FLUX_COLUMNS):
        sigma = errors.phot.predict(*_columns(table, COLOUR_COLUMNS))
        error, observations = _columns(table, FLUX_COLUMNS)
        made["ruwe_phot"] = np.asarray(ruwe_phot(error, observations, sigma))
    if with_mass:
        colour, absolute_g = corrected_photometry(table)
        made["absolute_g_excess"] = np.asarray(height_above_main_sequence(colour, absolute_g, sequence))
        made["bp_rp_0"], made["absolute_g_0"] = colour, absolute_g
    if errors.spec is not None and with_colour and _has(table, VELOCITY_COLUMNS):
        error, transits = _single_velocities(table)
        sigma = errors.spec.predict(*_columns(table, COLOUR_COLUMNS))
        made["ruwe_spec"] = np.asarray(ruwe_spec(error, transits, sigma))
        if with_mass and _has(table, ASTROMETRY_COLUMNS):
            ruwe, observations, parallax = _columns(table, ASTROMETRY_COLUMNS)
            single = along_scan_error(_columns(table, ("phot_g_mean_mag",))[0])
            made["primary_mass_from_g"] = np.asarray(mass_from_absolute_g(made["absolute_g_0"]))
            inferred = infer_companion(
                excess_rv_scatter(error, transits, sigma),
                excess_astrometric_scatter(ruwe, single, observations),
                parallax,
                made["primary_mass_from_g"],
                draws=draws,
            )
            for name, column in _INFERRED.items():
                for suffix in SUFFIXES:
                    made[column + suffix] = inferred[name + suffix].to_numpy()
    return {name: values.astype(np.float32) for name, values in made.items()}


def _single_velocities(table: pd.DataFrame) -> list[FloatArray]:
    """Velocity error and number of transits, NaN where Gaia measured no velocity of each transit alone."""
    error, transits = _columns(table, VELOCITY_COLUMNS)
    if "rv_method_used" in table:
        error = np.where(_columns(table, ("rv_method_used",))[0] == 1, error, np.nan)
    return [error, transits]


def _plating(table: pd.DataFrame, made: pd.DataFrame) -> Any:
    """The highest plating of each star; None where the table lacks a column that one of the steps asks for."""
    shared = {str(name): table[name] for name in table.columns}
    own = {str(name): made[name] for name in made.columns}
    renamed = {"absolute_g_0": "absolute_g", "secondary_mass": "m2", "secondary_mass_lower": "m2_lower"}
    known = {**shared, **{renamed.get(name, name): column for name, column in own.items()}}
    result = platings(pd.DataFrame(known, index=table.index, copy=False))
    if result.missing:
        return None
    codes = np.full(len(table), -1, dtype=np.int8)
    for code, plating in enumerate(PLATINGS[1:]):
        codes[result.masks[plating]] = code
    return pd.Categorical.from_codes(codes, categories=pd.Index([plating.capitalize() for plating in PLATINGS[1:]]))


def _sample_of(table: pd.DataFrame, scatter: FloatArray, limits: tuple[tuple[str, float, float], ...]) -> ErrorSample:
    magnitude, colour = _columns(table, COLOUR_COLUMNS)
    chosen = np.isfinite(scatter) & (scatter > 0) & np.isfinite(magnitude) & np.isfinite(colour)
    for name, low, high in limits:
        if name in table:
            values = _columns(table, (name,))[0]
            chosen &= (values >= low) & (values <= high)
    return ErrorSample(magnitude[chosen], colour[chosen], scatter[chosen])


def _told(report: Progress, start: float, end: float, text: str) -> Progress:
    return lambda fraction, _text: report(start + (end - start) * fraction, text)


def _chunks(length: int) -> Iterator[slice]:
    for start in range(0, length, CHUNK_ROWS):
        yield slice(start, min(start + CHUNK_ROWS, length))


def _has(table: pd.DataFrame, names: tuple[str, ...]) -> bool:
    return all(name in table for name in names)


def _columns(table: pd.DataFrame, names: tuple[str, ...]) -> list[FloatArray]:
    return [table[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in names]
