"""Derived columns of the triage for extended sources (Wu et al. 2024), for any table with the Gaia columns.

Three of them compare a source with the others of its table: `astrometric_excess_noise_deviation`,
`psf_aperture_deviation_*` and `plate_signal_deviation` change when the table does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.stars.extended_sources import (
    corrected_excess_factor,
    corrected_excess_factor_scatter,
    extended_source_grade,
)
from analysis.stars.triage.apertures import fit_point_sources
from analysis.stars.triage.noise_line import ExponentialNoiseLine, measure_noise_line
from analysis.stars.triage.plates import plate_signal_deviation
from analysis.stars.triage.screening import TriageLimits

Array = NDArray[Any]
POINT_SOURCE_EXCESS = TriageLimits().medium_excess  # below it a source belongs to the comparison sample
BANDS = ("g", "r", "i")


def corrected_excess(excess: Array, colour: Array) -> Array:
    """C* of Riello et al. 2021."""
    return np.asarray(corrected_excess_factor(colour, excess))


def excess_deviation(corrected: Array, magnitude: Array) -> Array:
    """C* in standard deviations of well-behaved sources of that G (Riello et al. 2021, eq. 18)."""
    return np.asarray(corrected / np.asarray(corrected_excess_factor_scatter(magnitude)))


def noise_over_line(noise: Array, magnitude: Array) -> Array:
    """Excess noise minus the recollected line (mas)."""
    return np.asarray(noise - ExponentialNoiseLine().limit(magnitude))


def noise_deviation(noise: Array, magnitude: Array, excess: Array) -> Array:
    """Excess noise above the running median of the table's point-like sources, in their standard deviations."""
    alike = excess < POINT_SOURCE_EXCESS
    line = measure_noise_line(magnitude[alike], noise[alike])
    return np.full(len(noise), np.nan) if line is None else line.deviation(magnitude, noise)


def grade(amplitude: Array, peaks: Array, ruwe: Array) -> Array:
    """Stringent criteria met, 0 to 3."""
    return extended_source_grade(amplitude, peaks, ruwe).astype(np.int8)


def psf_aperture_deviation(psf: Array, aperture: Array, excess: Array) -> Array:
    """PSF − aperture above the line of the table's point-like sources, in their standard deviations."""
    alike = excess < POINT_SOURCE_EXCESS
    line = fit_point_sources(psf[alike], aperture[alike])
    return np.full(len(psf), np.nan) if line is None else line.deviation(psf, aperture)


def plate_deviation(magnitude: Array, signal: Array, plate: Array) -> Array:
    """log S/N above the line of its plate, in standard deviations."""
    return plate_signal_deviation(magnitude, signal, plate)
