"""LAMOST-like spectrum of a simulated star."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.simulate import labels, multiplicity
from analysis.simulate.galaxy import REDDENING_PER_EBV
from analysis.simulate.spectral_model import reddening, star_flux, transmission
from analysis.simulate.stars import Star, StarLike, as_star
from analysis.stars.units import FloatArray

# Pixels of LAMOST's low-resolution spectra: 1e-4 in log10 of the wavelength, 3700 to 9000 Angstrom in vacuum.
WAVELENGTH = 10 ** np.arange(np.log10(3700.0), np.log10(9000.0), 1e-4)
G_BAND = (4000.0, 5500.0)


@dataclass(frozen=True, eq=False)
class SimulatedSpectrum:
    """`wavelength` (Angstrom, vacuum), `flux` (relative), `ivar` (1/flux^2) and the heliocentric `velocity` (km/s) of
    the visible star.

    Empty arrays where LAMOST did not see the star.
    """

    wavelength: FloatArray
    flux: FloatArray
    ivar: FloatArray
    velocity: float


def spectrum(star: StarLike, epoch: int = 0) -> SimulatedSpectrum:
    """Spectrum (R = 1800, 3700-9000 Angstrom) of a star of a simulated survey at one of its LAMOST epochs.

    The light of the star and of its luminous companions, each at its own velocity, with dust, residual telluric
    bands and noise of the row's S/N (`snrg`, the median of 4000-5500 Angstrom). Active dwarfs and Be stars
    show emission (`labels.emission`). What `velocities` gives is measured where these lines blend. `star` is a row
    of a survey table or a `Star`. Raises IndexError for an epoch that does not exist.
    """
    one = as_star(star)
    if not np.isfinite(one["snrg"]):
        return SimulatedSpectrum(np.empty(0), np.empty(0), np.empty(0), np.nan)
    count = max(int(one.block.epochs.count[0]), 1)
    if not 0 <= epoch < count:
        raise IndexError(f"epoch {epoch} does not exist: the star has {count}, numbered from 0")
    velocity = _velocities(one, epoch)
    clean = _light(one, velocity)
    streams, row = one.recipe.streams, np.array([one.row], dtype=np.int64)
    water = float(streams.uniform(f"water/{epoch}", row)[0])
    # The pipeline divides by a telluric standard: a tenth of the bands is left.
    clean *= reddening(WAVELENGTH, float(one.block.field.reddening[0]) / REDDENING_PER_EBV)
    clean *= 0.9 + 0.1 * transmission(WAVELENGTH, 0.5 + water)
    band = (G_BAND[0] < WAVELENGTH) & (G_BAND[1] > WAVELENGTH)
    level = float(np.median(clean[band]))
    sigma = level / one["snrg"] * np.sqrt(np.maximum(clean / level, 0.02)) * _inefficiency(WAVELENGTH)
    pixel = np.arange(WAVELENGTH.size, dtype=np.int64) + row * np.int64(1 << 17) + epoch * np.int64(1 << 12)
    flux = clean + sigma * streams.normal("pixel", pixel)
    return SimulatedSpectrum(WAVELENGTH.copy(), flux / level, (level / sigma) ** 2, float(velocity[0]))


def _velocities(star: Star, epoch: int) -> FloatArray:
    """Velocities (3,) of the star and its companions at an epoch; for galaxies a redshift of 0.01 to 0.1."""
    if star.block.look.galaxy[0]:
        u = star.recipe.streams.uniform("redshift", np.array([star.row], dtype=np.int64))[0]
        return np.full(3, 299792.458 * (0.01 + 0.09 * u))
    epochs = star.block.epochs
    if epochs.count[0] == 0:
        return np.full(3, star.block.field.systemic_velocity[0])
    return np.asarray(epochs.component_velocity[0, epoch])


def _light(star: Star, velocity: FloatArray) -> FloatArray:
    block = star.block
    body, light, feh = block.field.structure, block.light, float(block.field.feh[0])
    teff, logg = 10 ** body.log_teff[0], body.logg[0]
    if block.look.extended[0]:
        return star_flux(WAVELENGTH, 4900.0, 2.5, -0.5, velocity[0])
    flux = star_flux(WAVELENGTH, teff, logg, feh, velocity[0], _emission(star))
    dwarf = block.systems.kind[0] != multiplicity.MS_WD
    ratios = (light.light_ratio[0], light.third_light_ratio[0])
    for ratio, other, speed in zip(ratios, (light.secondary, light.tertiary), velocity[1:], strict=True):
        if ratio > 0:
            area = (other.radius[0] / body.radius[0]) ** 2
            of_other = star_flux(WAVELENGTH, 10 ** other.log_teff[0], other.logg[0], feh if dwarf else 0.0, speed)
            flux = flux + area * of_other
    return flux


def _emission(star: Star) -> float:
    block, row = star.block, np.array([star.row], dtype=np.int64)
    return float(labels.emission(star.recipe.streams, row, block.field, block.systems, block.light)[0])


def _inefficiency(wavelength: FloatArray) -> FloatArray:
    """Noise relative to 4700 Angstrom at equal flux: both arms lose towards their ends and where they meet."""
    blue = 1 + 1.5 * np.clip((4100 - wavelength) / 400, 0, 1)
    seam = 1 + 1.2 * np.exp(-0.5 * ((wavelength - 5850) / 80) ** 2)
    red = np.where(wavelength > 5900, 0.8 + 0.5 * np.clip((wavelength - 8600) / 400, 0, 1), 1.0)
    return np.asarray(blue * seam * red)
