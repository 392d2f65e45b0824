"""A simple spectral model of stars: black body, lines and molecular bands by temperature."""

from __future__ import annotations

import numpy as np

from analysis.stars.units import FloatArray

RESOLUTION = 1800.0
C_KM_S = 299792.458
# Vacuum wavelengths in Angstrom.
BALMER = (6564.61, 4862.68, 4341.68, 4102.89, 3971.19, 3890.15, 3836.47, 3798.98, 3771.70, 3751.22)
# Line, its equivalent width (Angstrom) at its strongest, the temperature (K) there and the width of that peak in
# dex of T. Strengths are round values of MK classification standards (Gray & Corbally 2009), not a computed model.
METALS = (
    (3934.78, 9.0, 4800.0, 0.12), (3969.59, 8.0, 4800.0, 0.12), (4227.92, 2.5, 3900.0, 0.10),
    (4305.6, 5.0, 5300.0, 0.07), (4384.8, 2.2, 5000.0, 0.12), (4531.0, 2.0, 4700.0, 0.10),
    (5168.76, 1.6, 4600.0, 0.10), (5174.13, 1.9, 4500.0, 0.10), (5185.05, 2.2, 4500.0, 0.10),
    (5270.9, 2.0, 4900.0, 0.12), (5329.5, 1.6, 4900.0, 0.12), (5407.0, 0.8, 4900.0, 0.12),
    (5891.58, 3.0, 3700.0, 0.12), (5897.56, 2.4, 3700.0, 0.12), (6104.5, 0.8, 4300.0, 0.10),
    (6164.0, 0.9, 4300.0, 0.10), (6498.5, 1.0, 4700.0, 0.12), (7667.0, 1.6, 3200.0, 0.08),
    (7701.1, 1.4, 3200.0, 0.08), (8185.5, 1.5, 3300.0, 0.08), (8197.1, 2.0, 3300.0, 0.08),
    (8500.36, 1.5, 4700.0, 0.16), (8544.44, 3.4, 4700.0, 0.16), (8664.52, 2.8, 4700.0, 0.16),
)  # fmt: skip
HELIUM = ((4027.3, 1.2), (4472.7, 1.4), (4922.9, 0.7), (5877.2, 1.0), (6680.0, 0.8), (7067.2, 0.7))
# Band head, where it fades (Angstrom) and its depth at 3000 K: TiO and CaH of the M sequence (Reid, Hawley & Gizis
# 1995, AJ 110, 1838, and Kirkpatrick, Henry & McCarthy 1991, ApJS 77, 417, name the heads).
BANDS = (
    (4762.0, 4950.0, 0.45), (4956.0, 5160.0, 0.50), (5168.0, 5440.0, 0.50), (5449.0, 5750.0, 0.40),
    (5848.0, 6140.0, 0.50), (6158.0, 6370.0, 0.60), (6384.0, 6530.0, 0.30), (6652.0, 6740.0, 0.40),
    (6751.0, 6860.0, 0.40), (6900.0, 7045.0, 0.25), (7055.0, 7250.0, 0.75), (7590.0, 7720.0, 0.40),
    (7828.0, 8050.0, 0.30), (8206.0, 8340.0, 0.30), (8433.0, 8560.0, 0.50), (8860.0, 9000.0, 0.50),
)  # fmt: skip
# Telluric bands (first, last wavelength, depth).
TELLURIC = (
    (6869.0, 6944.0, 0.12), (7166.0, 7320.0, 0.10), (7595.0, 7700.0, 0.35), (8140.0, 8330.0, 0.12),
    (8950.0, 9000.0, 0.15),
)  # fmt: skip


def planck(wavelength: FloatArray, teff: float) -> FloatArray:
    """Surface brightness of a black body per unit wavelength (arbitrary unit common to all temperatures)."""
    x = 1.438777e8 / (wavelength * teff)
    return np.asarray(1e20 / (wavelength**5 * np.expm1(np.minimum(x, 600.0))))


def star_flux(
    wavelength: FloatArray, teff: float, logg: float, feh: float, velocity: float, emission: float = 0.0
) -> FloatArray:
    """Surface flux (arbitrary unit) at `wavelength` (Angstrom, vacuum) of a star that recedes at `velocity` (km/s).

    Black body of `teff` (K) times Balmer lines (broad with `logg`), metal lines (stronger with `feh`), helium above
    10,000 K and TiO/CaH bands below 4200 K. `emission` is the equivalent width (Angstrom) of H alpha emission;
    H beta and Ca II H, K have 0.3 of it. Lines carry the resolution of R = 1800. This is a sketch that has the
    right features in the right places, not an atmosphere.
    """
    rest = wavelength / (1 + velocity / C_KM_S)
    depth = np.zeros_like(rest)
    depth += _balmer(rest, teff, logg)
    abundance = 10 ** (0.35 * np.clip(feh, -2.5, 0.5)) if logg < 6 else 0.0
    log_t = np.log10(teff)
    for line, width, peak, spread in METALS:
        strength = width * abundance * np.exp(-0.5 * ((log_t - np.log10(peak)) / spread) ** 2)
        if strength > 0.01:
            depth += strength * _gauss(rest, line, 1.0)
    if teff > 10_000 and logg < 6:
        helium = np.exp(-0.5 * ((log_t - np.log10(20_000.0)) / 0.15) ** 2)
        for line, width in HELIUM:
            depth += width * helium * _gauss(rest, line, 1.2)
    flux = planck(rest, teff) * np.exp(-depth)
    if teff < 4200:
        flux *= _molecules(rest, teff, logg)
    if emission:
        share = ((BALMER[0], 1.0), (BALMER[1], 0.3), (BALMER[2], 0.15), (3934.78, 0.3), (3969.59, 0.3))
        for line, part in share:
            flux += planck(rest, teff) * emission * part * _gauss(rest, line, 0.8)
    return np.asarray(flux)


def transmission(wavelength: FloatArray, water: float) -> FloatArray:
    """Share of the light that the telluric bands leave, `water` times their mean depth (1 is the mean)."""
    value = np.ones_like(wavelength)
    for first, last, depth in TELLURIC:
        x = (wavelength - first) / (last - first)
        inside = (x > 0) & (x < 1)
        value -= np.where(inside, np.minimum(depth * water, 0.95) * 4 * np.sqrt(np.clip(x, 0, 1)) * (1 - x) / 1.54, 0.0)
    return value


def reddening(wavelength: FloatArray, ebv: float) -> FloatArray:
    """Share of the light that dust of `ebv` (mag) leaves: A = 3.1 E(B-V) (5500/wavelength)^1.3, a power law."""
    return np.asarray(10 ** (-0.4 * 3.1 * ebv * (5500.0 / wavelength) ** 1.3))


def _gauss(rest: FloatArray, line: float, intrinsic: float) -> FloatArray:
    """A line of unit equivalent width (Angstrom), seen at R = 1800."""
    sigma = np.hypot(line / RESOLUTION / 2.3548, intrinsic)
    return np.asarray(np.exp(-0.5 * ((rest - line) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi)))


def _balmer(rest: FloatArray, teff: float, logg: float) -> FloatArray:
    log_t = np.log10(teff)
    width = 13.0 * np.exp(-0.5 * ((log_t - 3.96) / (0.13 if log_t < 3.96 else 0.28)) ** 2)
    wing = np.clip(3.0 + 3.0 * (logg - 3.5), 2.0, 8.0) * np.clip((log_t - 3.7) / 0.25, 0.1, 1.0)
    if logg > 6:
        width, wing = 45.0 * np.exp(-0.5 * ((log_t - 4.1) / 0.28) ** 2), 22.0
    total = np.zeros_like(rest)
    for k, line in enumerate(BALMER):
        gamma = np.hypot(wing, line / RESOLUTION / 2.0)
        total += width * 0.93**k * gamma / np.pi / ((rest - line) ** 2 + gamma**2)
    return total


def _molecules(rest: FloatArray, teff: float, logg: float) -> FloatArray:
    strength = np.clip((4200.0 - teff) / 1200.0, 0.0, 1.4)
    value = np.ones_like(rest)
    for head, end, depth in BANDS:
        x = (rest - head) / (end - head)
        edge = 1 / (1 + np.exp(-np.clip((rest - head) / 2.5, -30, 30)))
        hydride = 6350 < head < 6400 or 6740 < head < 6910
        weight = np.clip(1 + 0.25 * (logg - 4.5), 0.1, 1.3) if hydride else 1.0
        value *= 1 - np.minimum(depth * strength * weight, 0.92) * edge * np.clip(1 - x, 0.0, 1.0)
    return value
