"""A simple library of DA white dwarfs: Balmer profiles over black bodies, no model atmospheres."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from analysis.spectra.lines import LINES
from analysis.spectra.spectrum import Spectrum, logarithmic_grid
from analysis.spectra.templates import TemplateLibrary
from analysis.stars.units import FloatArray

RESOLUTION = 1800.0
TEMPERATURES = (8000.0, 10_000.0, 12_000.0, 15_000.0, 20_000.0, 26_000.0, 35_000.0, 50_000.0)
# Depth and half-width (Å) of Hβ of a DA with log g = 8 against temperature (K), round values read off published
# sequences of DA spectra; strongest near 13,000 K.
_GRID_TEFF = np.array([6500.0, 8000.0, 10_000.0, 12_500.0, 16_000.0, 22_000.0, 30_000.0, 50_000.0, 80_000.0])
_GRID_DEPTH = np.array([0.15, 0.40, 0.58, 0.62, 0.57, 0.48, 0.40, 0.28, 0.20])
_GRID_WIDTH = np.array([8.0, 16.0, 26.0, 34.0, 33.0, 28.0, 24.0, 18.0, 14.0])
# Depth and width of each line relative to Hβ: wings grow, and lines merge, up the series.
_RELATIVE = MappingProxyType(
    {
        "Hα": (0.80, 0.85),
        "Hβ": (1.0, 1.0),
        "Hγ": (1.0, 0.95),
        "Hδ": (0.93, 0.85),
        "Hε": (0.75, 0.65),
        "H8": (0.50, 0.45),
        "H9": (0.28, 0.30),
        "H10": (0.12, 0.20),
    }
)
WING_POWER = 2.5


def white_dwarf_flux(wavelength: FloatArray, teff: float, logg: float = 8.0) -> FloatArray:
    """Surface flux (arbitrary unit common to all) of a DA white dwarf of `teff` (K) at `wavelength` (Å, vacuum).

    A black body times 1 - depth / (1 + |Δλ/width|^2.5) at each Balmer line from Hα to H10: the power is that of
    the wings of linear Stark broadening. Widths scale as g^0.2. Good for finding a white dwarf beside a cool star
    and for a rough temperature; not for log g.
    """
    x = np.asarray(wavelength, dtype=np.float64)
    flux = 1e20 / (x**5 * np.expm1(np.minimum(1.438777e8 / (x * teff), 600.0)))
    depth = float(np.interp(np.log(teff), np.log(_GRID_TEFF), _GRID_DEPTH))
    width = float(np.interp(np.log(teff), np.log(_GRID_TEFF), _GRID_WIDTH)) * 10 ** (0.2 * (logg - 8.0))
    for one in LINES:
        if one.name in _RELATIVE:
            strength, breadth = _RELATIVE[one.name]
            seen = np.hypot(width * breadth, one.wavelength / RESOLUTION / 2)
            flux = flux * (1 - depth * strength / (1 + (np.abs(x - one.wavelength) / seen) ** WING_POWER))
    return np.asarray(flux)


def white_dwarf_templates(temperatures: tuple[float, ...] = TEMPERATURES, logg: float = 8.0) -> TemplateLibrary:
    """DA white dwarfs at rest, 3650-9200 Å, named "DA" and 50,400 K over the temperature, as "DA4.2" for 12,000 K.

    See `white_dwarf_flux` for what they are. A folder of better ones is read with `read_templates`.
    """
    grid = logarithmic_grid(3650.0, 9200.0)
    templates = {}
    for teff in temperatures:
        flux = white_dwarf_flux(grid, teff, logg)
        name = f"DA{50_400.0 / teff:.1f}"
        meta = {"product": "simulated template", "teff": teff, "logg": logg, "subclass": "DA", "medium": "vacuum"}
        templates[name] = Spectrum.from_arrays(
            grid, flux / np.median(flux), np.full(grid.shape, 1e6), name=name, meta=meta
        )
    return TemplateLibrary(templates, f"DA sketch, log g = {logg:g}, without gravitational redshift")
