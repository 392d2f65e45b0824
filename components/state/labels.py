"""What the catalogue has from a star's spectrum: luminosity with the distance it implies, and labels of M dwarfs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.spectra.m_dwarf_labels import in_quadrangle
from analysis.stars import (
    DistancePosterior,
    absolute_k_measurement_error,
    binary_flag,
    distance_likelihoods,
    distance_posterior,
    extinction,
    geometric_absolute_magnitude,
    parallax_discrepancy,
    spectrophotometric_parallax,
    spectrophotometric_parallax_error,
)
from analysis.stars.units import FloatArray
from components.state.catalogue import Catalogue

LUMINOSITY = "M_Ks"
M_DWARF = ("teff_ap", "teff_bt", "m_h_ap")
LABELS = ("teff_ap", "teff_bt", "m_h_ap", "m_h")
CURVE_POINTS = 400
LN10_OVER_5 = math.log(10) / 5


@dataclass(frozen=True)
class Label:
    """A label of a star with its error (NaN where the catalogue has none)."""

    column: str
    value: float
    error: float


@dataclass(frozen=True, eq=False)
class DistanceCurves:
    """Relative densities over the distance in pc; those of a single kind of data are None where it is missing."""

    distance: FloatArray
    by_parallax: FloatArray | None
    by_light: FloatArray | None
    together: FloatArray


@dataclass(frozen=True, eq=False)
class SpectroscopicLuminosity:
    """M_Ks of the spectrum against that of the parallax (mag), and the distance (pc); NaN where unknown.

    `discrepancy` is S/N_Δϖ and `binary` whether it is above 2 (Xiang et al. 2021, eq. 16; None: unknown). The
    distance of a binary rests on the parallax alone, as in the paper.
    """

    absolute_k: float
    absolute_k_error: float
    geometric: float
    geometric_error: float
    discrepancy: float
    binary: bool | None
    extinction_k: float
    dust_known: bool
    distance: DistancePosterior | None
    curves: DistanceCurves | None


@dataclass(frozen=True, eq=False)
class StarLabels:
    """What the spectrum of one star says; `luminosity` None and `labels` empty where the catalogue has none."""

    luminosity: SpectroscopicLuminosity | None
    labels: tuple[Label, ...]
    bp_rp: float
    absolute_g: float
    in_quadrangle: bool | None


def has_labels(catalogue: Catalogue) -> bool:
    """Tell whether any star of the catalogue has a spectroscopic M_Ks or labels of M dwarfs."""
    return any(name in catalogue.usable_columns for name in (LUMINOSITY, *M_DWARF))


def star_labels(catalogue: Catalogue, row: int) -> StarLabels:
    """Return luminosity, distance and labels of the star in a row; a few ms."""
    absolute_k = _number(catalogue, LUMINOSITY, row)
    luminosity = None if math.isnan(absolute_k) else _luminosity(catalogue, row, absolute_k)
    labels = tuple(
        Label(name, value, _positive(_number(catalogue, f"{name}_error", row)))
        for name in LABELS
        if not math.isnan(value := _number(catalogue, name, row))
    )
    bp_rp, absolute_g = _number(catalogue, "bp_rp", row), _number(catalogue, "absolute_g", row)
    known = not math.isnan(bp_rp + absolute_g)
    within = bool(in_quadrangle(bp_rp, absolute_g)) if known else None
    return StarLabels(luminosity, labels, bp_rp, absolute_g, within)


def _luminosity(catalogue: Catalogue, row: int, absolute_k: float) -> SpectroscopicLuminosity:
    def number(name: str) -> float:
        return _number(catalogue, name, row)

    error = _positive(number("M_Ks_err"))
    if math.isnan(error):
        error = float(absolute_k_measurement_error(number("snrg")))
    ebv = number("ebv")
    dust = float(extinction("Ks", 0.0 if math.isnan(ebv) else ebv))
    dust_error = float(extinction("Ks", _known(_positive(number("ebv_error")))))
    k, k_error = number("k_m"), _known(_positive(number("k_msigcom")))
    parallax, parallax_error = number("parallax"), _positive(number("parallax_error"))
    expected = float(spectrophotometric_parallax(absolute_k, k, dust))
    expected_error = float(spectrophotometric_parallax_error(expected, error, k_error, dust_error))
    excess = float(parallax_discrepancy(expected, parallax, expected_error, parallax_error))
    binary = None if math.isnan(excess) else bool(binary_flag(excess) == 1)
    geometric = float(geometric_absolute_magnitude(k, parallax, dust))
    measured = (k, k_error, dust, dust_error)
    distance, curves = _distance(parallax, parallax_error, absolute_k, error, measured, binary is True)
    return SpectroscopicLuminosity(
        absolute_k,
        error,
        geometric,
        math.nan if math.isnan(geometric) else math.hypot(k_error, dust_error, parallax_error / parallax / LN10_OVER_5),
        excess,
        binary,
        dust,
        not math.isnan(ebv),
        distance,
        curves,
    )


def _distance(
    parallax: float,
    parallax_error: float,
    absolute_k: float,
    error: float,
    measured: tuple[float, float, float, float],
    binary: bool,
) -> tuple[DistancePosterior | None, DistanceCurves | None]:
    """The posterior of the distance, and the curves of it and of both kinds of data alone."""
    light = (absolute_k, error, *measured)
    has_parallax = not math.isnan(parallax + parallax_error)
    has_light = not any(math.isnan(value) for value in light)
    if not (has_parallax or (has_light and not binary)):
        return None, None
    alone = []
    if has_parallax:
        alone.append(distance_posterior(parallax, parallax_error))
    if has_light:
        alone.append(distance_posterior(math.nan, math.nan, *light))
    used = light if has_light and not binary else (math.nan, 0.0, *measured)
    found = distance_posterior(parallax, parallax_error, *used)
    low = min(0.85 * float(one.low) for one in (*alone, found))
    high = max(float(found.high), *(min(float(one.high), 3 * float(found.high)) for one in alone)) * 1.15
    grid = np.linspace(max(low, 1e-3 * high), high, CURVE_POINTS)
    by_parallax, by_light = distance_likelihoods(grid, parallax, parallax_error, *light)
    together = (by_parallax if has_parallax else 1.0) * (by_light if has_light and not binary else 1.0)
    together = np.asarray(together / max(float(np.max(together)), 1e-300))
    return found, DistanceCurves(grid, by_parallax if has_parallax else None, by_light if has_light else None, together)


def _number(catalogue: Catalogue, column: str, row: int) -> float:
    if column not in catalogue.numeric_columns:
        return math.nan
    value = catalogue.cell(column, row)
    return math.nan if value is None else float(value)


def _positive(value: float) -> float:
    return value if value > 0 and math.isfinite(value) else math.nan


def _known(value: float) -> float:
    return 0.0 if math.isnan(value) else value
