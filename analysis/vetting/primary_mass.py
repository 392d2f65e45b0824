"""Mass and radius of the star that is seen, from what a catalogue tells of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.stars import (
    dwarf_mass_from_teff,
    dwarf_radius_from_teff,
    mass_from_absolute_g,
    mass_from_gravity,
    mean_dwarfs,
    radius_from_light,
    radius_from_mass,
)
from analysis.stars.surface import SUN_LOG_GRAVITY

# Below this (cm/s^2, dex) a star has left the main sequence, so that its mass does not follow from its light alone.
EVOLVED_GRAVITY = 3.9
EVOLVED_MASS = (1.8, 0.85)
# What is known of an evolved star before it is measured: 1.5 solar masses, times or over 1.7.
EVOLVED_LOG_MASS = (float(np.log(1.5)), 0.53)
# Below this gravity a hot star has left the main sequence, or its light is mixed into that of a giant, of which
# 3 solar masses, times or over 3, are expected.
HOT_EVOLVED_GRAVITY = 3.3
LIT_GIANT_LOG_MASS = (float(np.log(3.0)), 1.1)
HOT_EVOLVED_MASS = (1.3, 0.45)  # in masses of a dwarf of the temperature; share
# ln T of one star differs by less between two catalogues; by more where two stars share the light.
ONE_TEMPERATURE = 0.15
OF_CATALOGUE = "of the catalogue"
HOT, HOTTEST = 7000.0, 45_900.0
RADIUS_ERROR = 0.15
LEAST_GRAVITY_ERROR, USUAL_GRAVITY_ERROR = 0.1, 0.2  # dex
LEAST_TEFF_ERROR, LEAST_LIGHT_ERROR, UNKNOWN_DUST = 0.02, 0.1, 0.2  # share, mag, mag

# "K3", "dM4.5", "G2V" and LAMOST's "dM3", not "gM2" or "K1III".
_DWARF_TYPE = re.compile(r"^d?([OBAFGKM]\d(?:\.\d+)?)(?:V|e)*$")


@dataclass(frozen=True)
class PrimaryMass:
    """Mass of the visible star and its error (solar masses), where it comes from, and the radius (solar radii).

    `radius` is None where nothing tells it.
    """

    value: float
    error: float
    source: str
    radius: float | None = None
    radius_error: float = 0.0

    @classmethod
    def of_dwarf(cls, value: float, error: float, source: str) -> PrimaryMass:
        """Mass of a main-sequence star, whose radius follows from it (15 %)."""
        radius = float(radius_from_mass(value))
        return cls(value, error, source, radius, RADIUS_ERROR * radius)


def number_of(row: Mapping[str, Any], column: str) -> float | None:
    """A number of a catalogue's row, None where it is missing."""
    value = row.get(column)
    if value is None or isinstance(value, str) or not np.isfinite(value):
        return None
    return float(value)


def primary_mass(row: Mapping[str, Any]) -> PrimaryMass | None:
    """Mass of the visible star of a row, None where nothing tells it.

    The catalogue's own where it has an error; else of stars above 7000 K from T_eff (15 %, evolved ones 45 %), of cool
    evolved ones from gravity, temperature and light, assumed where these lack; of cool dwarfs the catalogue's (from
    M_Ks, 8 %), else from M_G (15 %); with none of these as of a mean dwarf of the spectral type (20 %). Where an
    evolved star has two temperatures far apart the lower one goes with its gravity.
    """
    given, given_error = number_of(row, "primary_mass"), number_of(row, "primary_mass_error")
    if given is not None and given > 0 and given_error is not None and given_error > 0:
        return PrimaryMass.of_dwarf(given, given_error, OF_CATALOGUE)
    gravity = number_of(row, "logg")
    temperature = number_of(row, "teff") or number_of(row, "teff_gspphot")
    absolute = number_of(row, "absolute_g")
    if temperature is not None and temperature > HOT:
        return _of_hot_star(row, gravity, temperature, absolute)
    if gravity is not None and gravity < EVOLVED_GRAVITY:
        measured = None
        if temperature is not None and absolute is not None:
            teff = _cooler(row, temperature) or temperature
            measured = _evolved(row, gravity, teff, absolute, EVOLVED_LOG_MASS)
        return measured or PrimaryMass(*EVOLVED_MASS, f"assumed for an evolved star (log g = {gravity:.2f})")
    if given is not None and given > 0:
        return PrimaryMass.of_dwarf(given, 0.08 * given, OF_CATALOGUE)
    if absolute is None:
        return _of_type(row)
    value = float(mass_from_absolute_g(absolute - (number_of(row, "ag_gspphot") or 0.0)))
    if not np.isfinite(value) or value <= 0:
        return None
    return PrimaryMass.of_dwarf(value, 0.15 * value, "from M_G (Pittordis & Sutherland 2019)")


def _of_type(row: Mapping[str, Any]) -> PrimaryMass | None:
    """Mass of a mean dwarf of the row's spectral type; None for giants and types that the table lacks."""
    text = str(row.get("subclass") or "").strip()
    found = _DWARF_TYPE.match(text)
    if found is None:
        return None
    known = mean_dwarfs().dropna(subset=["mass"])
    places = np.array([_place_of(kind) for kind in known["spectral_type"]])
    place = _place_of(found[1])
    if not places.min() <= place <= places.max():
        return None
    value = float(np.interp(place, places, known["mass"]))
    return PrimaryMass.of_dwarf(value, 0.2 * value, f"of a {found[1]} dwarf (Pecaut & Mamajek 2013)")


def _place_of(kind: str) -> float:
    """Number of a spectral type, 10 a class: 20 for A0, 65 for M5."""
    return 10.0 * "OBAFGKM".index(kind[0]) + float(kind[1:])


def _of_hot_star(row: Mapping[str, Any], gravity: float | None, teff: float, absolute: float | None) -> PrimaryMass:
    held = min(teff, HOTTEST)
    value, radius = float(dwarf_mass_from_teff(held)), float(dwarf_radius_from_teff(held))
    if gravity is None or gravity >= HOT_EVOLVED_GRAVITY:
        source = f"of a dwarf of {teff:.0f} K (Pecaut & Mamajek 2013)"
        return PrimaryMass(value, 0.15 * value, source, radius, RADIUS_ERROR * radius)
    cooler = _cooler(row, teff)
    lit_giant = None
    if cooler is not None and absolute is not None:
        lit_giant = _evolved(row, gravity, cooler, absolute, LIT_GIANT_LOG_MASS)
    times, share = HOT_EVOLVED_MASS
    value *= times
    radius = float(np.sqrt(value * 10 ** (SUN_LOG_GRAVITY - gravity)))
    source = f"of a star of {teff:.0f} K that has left the main sequence (log g = {gravity:.2f})"
    return lit_giant or PrimaryMass(value, share * value, source, radius, share * radius)


def _cooler(row: Mapping[str, Any], teff: float) -> float | None:
    """The temperature of Gaia's photometry, where it is so much lower that a giant and a hot star share the light."""
    other = number_of(row, "teff_gspphot")
    return other if other is not None and other > 0 and np.log(teff / other) > ONE_TEMPERATURE else None


def _evolved(
    row: Mapping[str, Any], gravity: float, teff: float, absolute: float, before: tuple[float, float]
) -> PrimaryMass | None:
    """Mass g R² / G of an evolved star, held near the masses (mean and spread of ln M) that such stars have."""
    dust = number_of(row, "ag_gspphot")
    light = absolute - (dust or 0.0)
    radius = float(radius_from_light(teff, light))
    measured = float(mass_from_gravity(gravity, teff, light))
    if not np.isfinite(measured) or measured <= 0:
        return None
    share = max((number_of(row, "teff_error") or 0.0) / teff, LEAST_TEFF_ERROR)
    hotter, cooler = (float(radius_from_light(teff * (1 + sign * share), light)) for sign in (1, -1))
    of_teff = abs(np.log(hotter / cooler)) / 2 if np.isfinite(hotter * cooler) else 4 * share
    precision = number_of(row, "parallax_over_error")
    distance = 5 / np.log(10) / precision if precision is not None and precision > 0 else 0.0
    of_light = (
        0.2 * np.log(10) * np.sqrt(LEAST_LIGHT_ERROR**2 + distance**2 + (UNKNOWN_DUST if dust is None else 0.0) ** 2)
    )
    of_radius = float(np.hypot(of_teff, of_light))
    of_gravity = np.log(10) * max(number_of(row, "logg_error") or USUAL_GRAVITY_ERROR, LEAST_GRAVITY_ERROR)
    mean, spread = before
    weights = np.array([1 / (of_gravity**2 + 4 * of_radius**2), 1 / spread**2])
    value = float(np.exp(np.average([np.log(measured), mean], weights=weights)))
    error = float(value / np.sqrt(weights.sum()))
    source = f"from log g = {gravity:.2f}, {teff:.0f} K and M_G, an evolved star"
    return PrimaryMass(value, error, source, radius, of_radius * radius)
