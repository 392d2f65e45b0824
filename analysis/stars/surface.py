"""Radius and mass of a star of any luminosity class from its light, temperature and gravity."""

from __future__ import annotations

from functools import cache

import numpy as np

from analysis.stars.main_sequence import mean_dwarfs
from analysis.stars.units import DIMENSIONLESS, KELVIN, MAGNITUDE, FloatArray, Values, elementwise

# T_eff (K), radius and mass (solar) of mean dwarfs hotter than those of `mean_dwarfs`: O3 to B8, from the same table
# (Pecaut & Mamajek 2013, version 2024.05.15), which prints no BP-RP for them.
HOT_DWARFS = (
    (12300, 2.86, 3.38), (14000, 2.94, 3.92), (14500, 3.27, 4.3), (15700, 3.36, 4.7), (16400, 3.46, 5.1),
    (17000, 3.61, 5.4), (18500, 3.89, 6.1), (20600, 4.06, 7.3), (24500, 5.02, 9.9), (26000, 5.71, 11.8),
    (29000, 6.48, 14.8), (31400, 7.16, 17.7), (31900, 7.5, 18.7), (33300, 7.72, 20.2), (34300, 8.06, 21.9),
    (35100, 8.47, 23.6), (36100, 8.95, 26.0), (37900, 9.42, 28.0), (38000, 9.82, 31.0), (39800, 10.27, 35.0),
    (40400, 10.71, 38.0), (41400, 11.45, 43.0), (42900, 12.13, 48.0), (45900, 13.43, 59.0),
)  # fmt: skip
SUN_LOG_GRAVITY = 4.438  # cm/s^2, dex: G times the solar mass over the square of the solar radius


@elementwise(teff=KELVIN)
def dwarf_mass_from_teff(teff: Values) -> Values:
    """Mass in solar masses of a mean main-sequence star of `teff` (K), M8 to O3 (Pecaut & Mamajek 2013).

    Linear in the logarithms between the rows of the table; NaN outside of 2570 to 45,900 K.
    """
    return _along(teff, 2)


@elementwise(teff=KELVIN)
def dwarf_radius_from_teff(teff: Values) -> Values:
    """Radius in solar radii of a mean main-sequence star of `teff` (K); see `dwarf_mass_from_teff`."""
    return _along(teff, 1)


@elementwise(teff=KELVIN, absolute_g=MAGNITUDE)
def radius_from_light(teff: Values, absolute_g: Values) -> Values:
    """Radius in solar radii of a star of `teff` (K) and `absolute_g` (M_G in mag, freed of extinction).

    The surface is as bright as that of a mean dwarf of the temperature (Pecaut & Mamajek 2013), so that
    R = R_dwarf 10^(0.2 (M_G,dwarf - M_G)): giants differ by some per cent. NaN outside the dwarfs' temperatures.
    """
    temperature, log_radius, magnitude = _dwarfs()
    log_t = np.log10(np.asarray(teff))
    dwarf_radius, dwarf_g = (
        np.interp(log_t, temperature, column, left=np.nan, right=np.nan) for column in (log_radius, magnitude)
    )
    return np.asarray(10 ** (dwarf_radius + 0.2 * (dwarf_g - np.asarray(absolute_g))))


@elementwise(log_gravity=DIMENSIONLESS, teff=KELVIN, absolute_g=MAGNITUDE)
def mass_from_gravity(log_gravity: Values, teff: Values, absolute_g: Values) -> Values:
    """Mass in solar masses of a star of `log_gravity` (cm/s^2, dex), `teff` (K) and `absolute_g` (M_G in mag).

    g R^2 / G with R of `radius_from_light`; for giants too. An error of 0.1 dex in gravity is 23 % in mass. NaN where
    the radius is.
    """
    radius = np.asarray(radius_from_light(teff, absolute_g))
    return np.asarray(10 ** (np.asarray(log_gravity) - SUN_LOG_GRAVITY) * radius**2)


def _along(teff: Values, column: int) -> Values:
    log = _all_dwarfs()
    return np.asarray(10 ** np.interp(np.log10(np.asarray(teff)), log[:, 0], log[:, column], left=np.nan, right=np.nan))


@cache
def _all_dwarfs() -> FloatArray:
    """log10 of T_eff (ascending), radius and mass of mean dwarfs, M8 to O3."""
    cool = mean_dwarfs()[["teff", "radius", "mass"]].dropna().sort_values("teff").to_numpy(dtype=np.float64)
    rows: FloatArray = np.concatenate([cool, np.array(HOT_DWARFS, dtype=np.float64)])
    return np.asarray(np.log10(rows))


@cache
def _dwarfs() -> tuple[FloatArray, FloatArray, FloatArray]:
    """log10 T_eff (ascending), log10 radius and M_G of mean dwarfs."""
    table = mean_dwarfs().dropna(subset=["teff", "radius", "absolute_g"]).sort_values("teff")
    return (
        np.log10(table["teff"].to_numpy(dtype=np.float64)),
        np.log10(table["radius"].to_numpy(dtype=np.float64)),
        table["absolute_g"].to_numpy(dtype=np.float64),
    )
