"""Reading spectra, and what they tell: velocities, types, luminosities and labels."""

from analysis.spectra.lines import LINES, MOLECULAR_BANDS, TELLURIC_WINDOWS, VELOCITY_BANDS, Band, Line, line
from analysis.spectra.normalise import continuum, normalise
from analysis.spectra.profiles import CloseUp, close_up
from analysis.spectra.reading import read, read_exposures
from analysis.spectra.spectrum import Spectrum, SpectrumError, as_spectrum, logarithmic_grid, vacuum_from_air
from analysis.spectra.text_files import write

__all__ = [
    "LINES",
    "MOLECULAR_BANDS",
    "TELLURIC_WINDOWS",
    "VELOCITY_BANDS",
    "Band",
    "CloseUp",
    "Line",
    "Spectrum",
    "SpectrumError",
    "as_spectrum",
    "close_up",
    "continuum",
    "line",
    "logarithmic_grid",
    "normalise",
    "read",
    "read_exposures",
    "vacuum_from_air",
    "write",
]
