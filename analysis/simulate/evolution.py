"""Luminosity, temperature and radius of a star from its mass, age and metallicity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.simulate.dwarf_sequence import dwarf_log_luminosity, dwarf_log_teff
from analysis.stars.units import FloatArray

STAGES = ("dwarf", "subgiant", "giant", "clump", "white_dwarf")
DWARF, SUBGIANT, GIANT, CLUMP, WHITE_DWARF = range(5)
LOG_TEFF_SUN = np.log10(5772.0)
LOG_L_TIP = 3.4


@dataclass(frozen=True)
class Structure:
    """Present mass (Msun), log10 L (Lsun), log10 T_eff (K), radius (Rsun) and log10 g (cm/s^2)."""

    mass: FloatArray
    log_luminosity: FloatArray
    log_teff: FloatArray

    @property
    def radius(self) -> FloatArray:
        """Radius in solar radii, from L = 4 pi R^2 sigma T^4."""
        return np.asarray(10 ** (0.5 * self.log_luminosity - 2 * (self.log_teff - LOG_TEFF_SUN)))

    @property
    def logg(self) -> FloatArray:
        """log10 of the surface gravity (cm/s^2)."""
        return np.asarray(4.438 + np.log10(self.mass) - 2 * np.log10(self.radius))


def main_sequence_lifetime(mass: FloatArray) -> FloatArray:
    """Main-sequence lifetime in Gyr, 10 (M/Msun)^-2.5 (M/L with L ~ M^3.5; Hansen & Kawaler 1994)."""
    return np.asarray(10.0 * np.asarray(mass, dtype=np.float64) ** -2.5)


def subgiant_lifetime(mass: FloatArray) -> FloatArray:
    """Time between the main sequence and the giant branch in Gyr: 20 % of the former, short above 1.6 Msun."""
    share = np.interp(mass, [1.0, 1.6, 2.5], [0.20, 0.10, 0.02])
    return np.asarray(share * main_sequence_lifetime(mass))


def giant_lifetime(mass: FloatArray) -> FloatArray:
    """Time on the red giant branch in Gyr: 6 % of the main sequence at 1 Msun, 1 % above 2.3 Msun."""
    share = np.interp(mass, [1.0, 1.8, 2.3], [0.06, 0.05, 0.01])
    return np.asarray(share * main_sequence_lifetime(mass))


def clump_lifetime(mass: FloatArray) -> FloatArray:
    """Time of central helium burning in Gyr: 0.1 below 2 Msun (Girardi 2016, ARA&A 54, 95), then 15 % of t_MS."""
    return np.asarray(np.where(mass < 2.0, 0.10, np.minimum(0.25, 0.15 * main_sequence_lifetime(mass))))


def remnant_mass(mass: FloatArray) -> FloatArray:
    """White dwarf mass (Msun) left by a star of initial `mass`: Cummings et al. 2018 (ApJ 866, 21), MIST fit."""
    m = np.asarray(mass, dtype=np.float64)
    low, middle, high = 0.080 * m + 0.489, 0.187 * m + 0.184, 0.107 * m + 0.471
    return np.clip(np.where(m < 2.85, low, np.where(m < 3.60, middle, high)), 0.5, 1.3)


def white_dwarf_radius(mass: FloatArray) -> FloatArray:
    """Radius (Rsun) of a white dwarf of `mass` (Msun): Nauenberg 1972 (ApJ 175, 417)."""
    x = np.asarray(mass, dtype=np.float64) / 1.433
    return np.asarray(0.0112 * np.sqrt(np.maximum(x ** (-2 / 3) - x ** (2 / 3), 1e-4)))


def structure(
    stage: NDArray[np.int64], mass: FloatArray, progress: FloatArray, feh: FloatArray, age: FloatArray
) -> Structure:
    """Structure of stars in their `stage` (index into STAGES), of initial `mass` (Msun) and [Fe/H].

    `progress` in [0, 1] is the share of the stage's time that has passed; for white dwarfs `age` (Gyr) is the
    cooling age. Schematic tracks, anchored on the published dwarf sequence: 0.4 dex brighter and 0.20-0.35 dex
    larger over the main sequence (the Sun: 0.7 to 1.8 Lsun), a subgiant branch to the giants' base, a giant
    branch up to log L = 3.4 on which time goes as L^-0.85, a clump at log L = 1.72 and Mestel cooling.
    """
    log_l, log_t = _main_sequence(mass, np.where(stage == DWARF, progress, 1.0), feh)
    base_l = np.maximum(log_l + 0.10, 0.35)
    base_t = _giant_branch(base_l, mass, feh)
    is_subgiant, is_giant = stage == SUBGIANT, stage == GIANT
    log_l = np.where(is_subgiant, log_l + progress * (base_l - log_l), log_l)
    log_t = np.where(is_subgiant, log_t + progress**1.5 * (base_t - log_t), log_t)
    tip = 10 ** (-0.85 * np.maximum(LOG_L_TIP - base_l, 0.1))
    giant_l = base_l - np.log10(1 - progress * (1 - tip)) / 0.85
    log_l = np.where(is_giant, giant_l, log_l)
    log_t = np.where(is_giant, _giant_branch(giant_l, mass, feh), log_t)
    clump = stage == CLUMP
    clump_l = np.where(mass < 2.0, 1.72, 1.72 + 2.2 * np.log10(np.maximum(mass, 2.0) / 2.0)) + 0.12 * (progress - 0.5)
    horizontal = 3.677 - 0.025 * feh + np.where(feh < -1.2, 0.25 * progress * (-feh - 1.2), 0.0)
    log_l = np.where(clump, clump_l, log_l)
    log_t = np.where(clump, np.minimum(horizontal, 4.05), log_t)
    dead = stage == WHITE_DWARF
    if not dead.any():
        return Structure(np.asarray(mass, dtype=np.float64), log_l, log_t)
    cooled = white_dwarf(remnant_mass(mass), age)
    return Structure(
        mass=np.where(dead, cooled.mass, mass),
        log_luminosity=np.where(dead, cooled.log_luminosity, log_l),
        log_teff=np.where(dead, cooled.log_teff, log_t),
    )


def white_dwarf(mass: FloatArray, cooling_age: FloatArray) -> Structure:
    """Structure of white dwarfs of `mass` (Msun) after `cooling_age` (Gyr).

    Mestel 1952 cooling, t = 8.8 Myr (A/12)^-1 (M/Msun)^(5/7) (L/Lsun)^(-5/7) for A = 12 (Iben & Tutukov 1984),
    at most 1 Lsun, with the radius of Nauenberg 1972. Crystallisation and convective coupling are left out.
    """
    luminosity = np.asarray(mass) * (np.maximum(cooling_age, 1e-4) / 8.8e-3) ** -1.4
    log_l = np.log10(np.minimum(luminosity, 1.0))
    log_t = LOG_TEFF_SUN + 0.25 * log_l - 0.5 * np.log10(white_dwarf_radius(mass))
    return Structure(np.asarray(mass, dtype=np.float64), log_l, np.asarray(log_t))


def _main_sequence(mass: FloatArray, progress: FloatArray, feh: FloatArray) -> tuple[FloatArray, FloatArray]:
    # The published sequence is that of dwarfs of about 5 Gyr, or of mid-life where they live shorter.
    typical = np.minimum(5.0 / main_sequence_lifetime(mass), 0.46)
    aged = progress - typical
    growth = np.interp(mass, [1.0, 1.5, 3.0], [0.20, 0.30, 0.35])
    log_l = dwarf_log_luminosity(mass) + 0.40 * aged - 0.15 * feh
    log_t = dwarf_log_teff(mass) + (0.10 - 0.5 * growth) * aged - 0.045 * feh
    return log_l, log_t


def _giant_branch(log_l: FloatArray, mass: FloatArray, feh: FloatArray) -> FloatArray:
    x = log_l - 0.5
    heavier = 0.05 * np.log10(np.clip(mass, 0.7, 5.0))
    return np.asarray(3.690 - 0.008 * x - 0.0125 * x * np.abs(x) + heavier - 0.025 * feh)
