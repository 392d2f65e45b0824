"""What the figure of a spectrum draws: curves, model and residual, for each way of looking at the flux."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spectra import Spectrum, SpectrumError, normalise
from components.figures.spectrum import Trace
from components.state.spectra import FoundSpectra, MeasuredSpectra, Rebuilt

FLUX, NORMALISED, PCA = "Flux", "Normalised", "PCA"
OVERLAID, STACKED = "All epochs overlaid", "All epochs stacked"
C_KM_S = 299792.458
RESIDUAL = "(O − C) / σ"


@dataclass(frozen=True, eq=False)
class Drawing:
    """Curves with a model, a residual (None where there is none), and the label of the flux axis."""

    traces: tuple[Trace, ...]
    fit: Trace | None
    rest: Trace | None
    y_label: str


def draw_one(found: FoundSpectra, measured: MeasuredSpectra | None, number: int, how: str) -> Drawing:
    """Return one epoch as flux with its best template, or divided by its continuum.

    Raises SpectrumError where there is no continuum.
    """
    spectrum = found.spectra[number]
    if how == NORMALISED:
        return Drawing((_trace(normalise(spectrum), found.labels[number]),), None, None, "Flux / continuum")
    told = measured.evidence[number].told if measured is not None else None
    own = _trace(spectrum, found.labels[number])
    if told is None:
        return Drawing((own,), None, None, "Flux")
    fit = Trace(told.name, told.wavelength, told.model, np.full(told.model.shape, np.nan), ~np.isfinite(told.model))
    rest = np.where(own.bad, np.nan, (own.y - told.model) / own.error)
    return Drawing((own,), fit, Trace(RESIDUAL, own.x, rest, fit.error, own.bad), "Flux")


def draw_all(found: FoundSpectra, how: str, stacked: bool) -> Drawing:
    """Return all epochs over each other, or one above the other; those without a continuum are left out."""
    traces: list[Trace] = []
    for number, spectrum in enumerate(found.spectra):
        try:
            one = normalise(spectrum) if how == NORMALISED else spectrum
        except SpectrumError:
            continue
        trace = _trace(one, found.labels[number])
        level = 1.0 if how == NORMALISED else float(np.nanmedian(trace.y[~trace.bad])) or 1.0
        offset = 0.6 * len(traces) if stacked else 0.0
        traces.append(Trace(trace.label, trace.x, trace.y / level + offset, trace.error / level, trace.bad))
    label = "Flux / continuum" if how == NORMALISED else "Flux / its median"
    return Drawing(tuple(traces), None, None, f"{label}, shifted" if stacked else label)


def draw_rebuilt(rebuilt: Rebuilt, label: str, velocity: float) -> Drawing | None:
    """Return normalised flux with its PCA reconstruction at the star's velocity (km/s), and the residual."""
    found = rebuilt.reconstruction
    if found is None:
        return None
    x = found.wavelength * (1 + (velocity if np.isfinite(velocity) else 0.0) / C_KM_S)
    bad = ~(found.ivar > 0)
    error = 1 / np.sqrt(np.where(bad, np.nan, found.ivar))
    own = Trace(label, x, np.where(bad, np.nan, found.observed), error, bad)
    fit = Trace("PCA", x, found.flux, np.full(x.shape, np.nan), np.zeros(x.shape, bool))
    rest = Trace(RESIDUAL, x, found.residual / error, fit.error, bad)
    return Drawing((own,), fit, rest, "Flux / running mean")


def _trace(spectrum: Spectrum, label: str) -> Trace:
    bad = ~spectrum.good
    return Trace(label, spectrum.wavelength, np.where(bad, np.nan, spectrum.flux), spectrum.error, bad)
