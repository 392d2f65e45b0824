"""Hot stars of the simulation's spectral model on the grid of a stack, with noise and Hα emission."""

import numpy as np

from analysis.simulate.spectral_model import star_flux
from analysis.spectra import Spectrum, logarithmic_grid, stack_spectra

GRID = logarithmic_grid(3950, 8900, 2e-4)
WIDE = logarithmic_grid(3800, 9000, 2e-4)


def hot_star(rng, teff, logg, snr, emission=0.0, companion=None):
    """Spectrum at rest; `emission` is the equivalent width (Å) of Hα emission."""
    flux = star_flux(WIDE, teff, logg, 0.0, 0.0, emission)
    if companion is not None:
        share, other = companion
        flux = flux + share * star_flux(WIDE, other, 4.2, 0.0, 0.0)
    flux = flux / np.median(flux)
    sigma = flux / snr
    return Spectrum.from_arrays(WIDE, flux + sigma * rng.normal(size=WIDE.size), 1 / sigma**2)


def draw(rng, number):
    """Temperatures (K) and log g of OB dwarfs and giants."""
    return 10 ** rng.uniform(4.03, 4.45, number), rng.uniform(3.2, 4.4, number)


def hot_stack(number, snr, emitters=0.0, seed=0):
    """Stack, whether each star emits, temperature and log g."""
    rng = np.random.default_rng(seed)
    teff, logg = draw(rng, number)
    emits = rng.uniform(size=number) < emitters
    width = np.where(emits, rng.uniform(2, 10, number), 0.0)
    spectra = [hot_star(rng, t, g, snr, e) for t, g, e in zip(teff, logg, width, strict=True)]
    return stack_spectra(spectra, GRID, velocity=""), emits, teff, logg
