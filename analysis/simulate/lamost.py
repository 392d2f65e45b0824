"""LAMOST low-resolution epochs: when, how well, and what the spectra give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.simulate import evolution, motion
from analysis.simulate.dwarf_sequence import SPECTRAL_TYPE_TEFF, SPECTRAL_TYPES
from analysis.simulate.gaia_photometry import Appearance
from analysis.simulate.population import Field
from analysis.simulate.random_streams import Rows, Streams
from analysis.simulate.starlight import Starlight
from analysis.stars.units import FloatArray

MAX_EPOCHS = 20
NIGHTS, PER_NIGHT = 7, 3
FIRST_NIGHT = 2455866.0  # JD, 2011 October, the start of the pilot survey
SEASONS = 8
XINGLONG_LONGITUDE = 117.575  # deg east
DECLINATIONS = (-10.0, 60.0)
BRIGHTEST, FAINTEST = 9.0, 17.8
COVERAGE = 0.85
BLEND_VELOCITY = 160.0  # km/s, one resolution element at R = 1800
# Standard deviation (km/s) of the cross-correlation of two lines at R = 1800.
LINE_WIDTH = 299792.458 / 1800.0 / 2.3548 * np.sqrt(2.0)
BLEND_LIGHT = 0.15
CLASS_NAMES = ("", "STAR", "GALAXY")
# LAMOST prints whole subtypes, and dM or gM for M dwarfs and giants.
_WHOLE = tuple(kind.split(".")[0] for kind in SPECTRAL_TYPES)
_DWARF_NAMES = tuple(f"d{kind}" if kind[0] == "M" else kind for kind in _WHOLE)
_GIANT_NAMES = tuple(f"g{kind}" if kind[0] == "M" else kind for kind in _WHOLE)
SUBCLASS_NAMES = ("", *dict.fromkeys(_DWARF_NAMES + _GIANT_NAMES), "WD")
_CODES = np.array([[SUBCLASS_NAMES.index(name) for name in names] for names in (_DWARF_NAMES, _GIANT_NAMES)])


@dataclass(frozen=True)
class Epochs:
    """LAMOST epochs, shape (n, MAX_EPOCHS); only the first `count` of a row are real, the others NaN.

    `time` is BJD (TDB); `velocity`, measured where the lines of the system's stars blend, and its `error` are in km/s.
    `component_velocity` (n, MAX_EPOCHS, 3) are the velocities of the visible star, its companion and the outer one.
    """

    count: NDArray[np.int64]
    time: FloatArray
    velocity: FloatArray
    error: FloatArray
    component_velocity: FloatArray
    snrg: FloatArray


def observe_epochs(streams: Streams, rows: Rows, field: Field, light: Starlight, look: Appearance) -> Epochs:
    """Times, velocities and errors of 3-20 exposures in up to seven nights of 2-3 half-hour exposures each.

    Nights of one observing season follow each other within two months, at the meridian passage of the star between
    dusk and dawn, October to June. Errors: 3 km/s systematic and 5 km/s at S/N 30 (Bai et al. 2021; Mu et al. 2022
    quote 5 km/s), larger for hot stars. The velocity is that of the blended lines (`motion.blended_velocity`).
    """
    g = light.magnitude["g"]
    observed = (field.dec > DECLINATIONS[0]) & (field.dec < DECLINATIONS[1]) & (g > BRIGHTEST) & (g < FAINTEST)
    observed &= (streams.uniform("lamost", rows) < COVERAGE) & ~look.galaxy
    count = np.clip(np.round(3 * 7 ** (streams.uniform("epochs", rows) ** 2.0)), 3, MAX_EPOCHS).astype(np.int64)
    count = np.where(observed, count, 0)
    chosen = np.flatnonzero(observed)
    shape = (rows.size, MAX_EPOCHS)
    time, velocity, error = (np.full(shape, np.nan) for _ in range(3))
    components = np.full((*shape, 3), np.nan)
    snrg = _signal_to_noise(streams, rows, g)
    if chosen.size:
        some = rows[chosen]
        when = _times(streams, some, field.ra[chosen])
        orbits = light.orbits[chosen]
        actual = field.systemic_velocity[chosen, None, None] + motion.component_velocities(when, orbits)
        seen = motion.blended_velocity(actual, orbits[:, :, motion.LIGHT], LINE_WIDTH)
        sigma = _errors(streams, some, snrg[chosen], field.structure.log_teff[chosen])
        measured = seen + sigma * streams.table("lamost_rv", some, MAX_EPOCHS, "normal")
        real = np.arange(MAX_EPOCHS) < count[chosen, None]
        for target, values in ((time, when), (velocity, measured), (error, sigma)):
            target[chosen] = np.where(real, values, np.nan)
        components[chosen] = np.where(real[..., None], actual, np.nan)
    return Epochs(count, time, velocity, error, components, snrg)


def observe_spectra(
    streams: Streams, rows: Rows, field: Field, light: Starlight, look: Appearance, epochs: Epochs
) -> dict[str, FloatArray]:
    """LAMOST columns but the text: delta_vr and its error, n_rv, S/N, labels with errors, single_lined."""
    seen = epochs.count > 0
    safe = np.where(np.isfinite(epochs.velocity), epochs.velocity, 0.0)
    line = np.arange(rows.size)
    top = np.argmax(np.where(np.isfinite(epochs.velocity), epochs.velocity, -np.inf), axis=1)
    low = np.argmin(np.where(np.isfinite(epochs.velocity), epochs.velocity, np.inf), axis=1)
    change = safe[line, top] - safe[line, low]
    change_error = np.hypot(epochs.error[line, top], epochs.error[line, low])
    visible = seen | plated_extended(field, look)
    snrg = np.where(visible, epochs.snrg, np.nan)
    teff = 10**field.structure.log_teff
    teff_error = np.hypot(0.012 * teff, 0.01 * teff * 50 / epochs.snrg)
    other = light.light_ratio / (1 + light.light_ratio)
    seen_teff = teff - other * (teff - 10**light.secondary.log_teff) * 0.5
    giant_error = np.hypot(0.08, 3.0 / epochs.snrg)
    feh_error = np.hypot(0.05, 2.0 / epochs.snrg)
    columns = {
        "snrg": snrg,
        "snrr": snrg * 10 ** (0.15 * np.clip(light.magnitude["bp"] - light.magnitude["rp"], -0.5, 4.0)),
        "snri": snrg * 10 ** (0.20 * np.clip(light.magnitude["bp"] - light.magnitude["rp"], -0.5, 4.0)),
        "teff": seen_teff + teff_error * streams.normal("lamost_teff", rows),
        "teff_error": teff_error,
        "logg": field.structure.logg + giant_error * streams.normal("lamost_logg", rows),
        "logg_error": giant_error,
        "feh": field.feh + feh_error * streams.normal("lamost_feh", rows),
        "feh_error": feh_error,
        "rv": epochs.velocity[:, 0],
        "rv_error": epochs.error[:, 0],
        "delta_vr": change,
        "delta_vr_error": change_error,
    }
    for name in columns:
        if not name.startswith("snr"):
            columns[name] = np.where(seen, columns[name], np.nan)
    columns["n_rv"] = epochs.count
    columns["single_lined"] = seen & ~_double_lined(light, epochs)
    return columns


def spectral_class(field: Field, look: Appearance, seen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    """Codes into CLASS_NAMES and SUBCLASS_NAMES: the published type of the dwarf nearest in temperature."""
    borders = 0.5 * (SPECTRAL_TYPE_TEFF[1:] + SPECTRAL_TYPE_TEFF[:-1])
    nearest = np.searchsorted(-borders, -(10**field.structure.log_teff))
    giant = (field.structure.logg < 3.7).astype(np.int64)
    dead = field.stage == evolution.WHITE_DWARF
    subclass = np.where(dead, SUBCLASS_NAMES.index("WD"), _CODES[giant, nearest])
    star = np.where(look.galaxy, 2, 1)
    visible = seen | plated_extended(field, look)
    return np.where(visible, star, 0), np.where(visible & ~look.galaxy, subclass, 0)


def plated_extended(field: Field, look: Appearance) -> NDArray[np.bool_]:
    """Extended sources that a plate took for a star: those within the survey's declinations."""
    return look.extended & (field.dec > DECLINATIONS[0]) & (field.dec < DECLINATIONS[1])


def _double_lined(light: Starlight, epochs: Epochs) -> NDArray[np.bool_]:
    """Two luminous stars whose velocities part by more than a resolution element at one of the epochs."""
    apart = np.abs(epochs.component_velocity[..., 1:] - epochs.component_velocity[..., :1]) > BLEND_VELOCITY
    bright = light.orbits[:, :, motion.LIGHT] > BLEND_LIGHT
    return np.asarray((apart.any(axis=1) & bright).any(axis=1))


def _signal_to_noise(streams: Streams, rows: Rows, g: FloatArray) -> FloatArray:
    """S/N in g: about 150 at G = 11, 30 at 15, with a spread of 0.2 dex from plate to plate."""
    level = 170 * 10 ** (-0.18 * (g - 11.0)) / (1 + 10 ** (0.35 * (g - 16.0)))
    return np.asarray(np.clip(level * 10 ** (0.2 * streams.normal("snrg", rows)), 2.0, 900.0))


def _errors(streams: Streams, rows: Rows, snrg: FloatArray, log_teff: FloatArray) -> FloatArray:
    warm = 1 + 2.5 * np.clip((log_teff - 3.85) / 0.2, 0.0, 4.0)
    level = np.hypot(3.0, 4.0 * warm * (30.0 / snrg) ** 0.8)
    each = 10 ** (0.06 * streams.table("lamost_error", rows, MAX_EPOCHS, "normal"))
    return np.asarray(level[:, None] * each)


def _times(streams: Streams, rows: Rows, ra: FloatArray) -> FloatArray:
    """Times (n, MAX_EPOCHS) ordered within each row: exposures 35 min apart on nights of one or two seasons."""
    season = np.floor(SEASONS * streams.uniform("season", rows))
    # The night when the star passes the meridian at midnight, kept between October and June.
    midnight = np.mod((ra - 35.0) / 360.0 * 365.25, 365.25)
    night = np.clip(midnight, 20.0, 230.0) + 60.0 * (streams.table("night", rows, NIGHTS).T - 0.5)
    later = (streams.table("later", rows, NIGHTS) < 0.3).T
    day = np.floor(night) + 365.0 * (season + later) + FIRST_NIGHT
    steps = np.arange(NIGHTS)[:, None]
    day = np.maximum.accumulate(np.sort(day, axis=0) - steps, axis=0) + steps
    # Local sidereal time equals ra at the meridian; a night holds 8 hours around midnight.
    midnight_jd = day + 0.5 - XINGLONG_LONGITUDE / 360.0
    sidereal = np.mod(280.46061837 + 360.98564736629 * (midnight_jd - 2451545.0) + XINGLONG_LONGITUDE, 360.0)
    wait = np.mod(ra - sidereal + 180.0, 360.0) - 180.0
    centre = midnight_jd + np.clip(wait / 361.0, -0.17, 0.17)
    first = centre + 0.04 * (streams.table("hour", rows, NIGHTS).T - 0.5)
    exposure = np.arange(PER_NIGHT)[:, None, None] * (35.0 / 1440.0)
    slots = (first + exposure).transpose(2, 1, 0).reshape(rows.size, NIGHTS * PER_NIGHT)
    return np.ascontiguousarray(slots[:, :MAX_EPOCHS])
