"""Stellar masses from absolute magnitudes, and back."""

from typing import Literal

import numpy as np

from analysis.stars.units import DIMENSIONLESS, MAGNITUDE, SOLAR_MASS, FloatArray, Values, elementwise

MassRelation = Literal["henry1993", "mann2019"]

# log10 m = slope M_K + intercept for M_K up to the node. Recollected: see mass_from_absolute_k.
HENRY_SLOPES = np.array([-0.1048, -0.2521, -0.1668])
HENRY_INTERCEPTS = np.array([0.3217, 1.1965, 0.6092])
HENRY_NODES = np.array([5.94, 6.89])
HENRY_RANGE = (3.07, 10.23)

MANN_RANGE = (4.0, 11.0)
MANN_PIVOT = 7.5
MANN_COEFFICIENTS = (-0.642, -0.208, -8.43e-4, 7.87e-3, 1.42e-4, -2.13e-4)
MANN_COEFFICIENTS_WITH_METALLICITY = (-0.647, -0.207, -6.53e-4, 7.13e-3, 1.84e-4, -1.60e-4)
MANN_METALLICITY_FACTOR = -0.0035

PITTORDIS_SLOPE = 0.0725
SUN_ABSOLUTE_G = 4.76


@elementwise(m_k=MAGNITUDE, feh=DIMENSIONLESS)
def mass_from_absolute_k(m_k: Values, relation: MassRelation = "henry1993", feh: Values | None = None) -> Values:
    """Mass in solar masses of a main-sequence star of 2MASS absolute magnitude `m_k` (mag).

    `relation`: "henry1993" (Henry & McCarthy 1993, AJ 106, 773; 3.07 <= M_K <= 10.23; the relation of Mu et
    al. 2022, its coefficients recollected and not read in a source: they join at both nodes and meet the
    published ends of the range) or "mann2019" (Mann et al. 2019, ApJ 871, 63; 4 < M_K < 11, scatter 2 %).
    `feh` (dex) chooses the metallicity form of "mann2019" and is refused by "henry1993".
    NaN outside the relation's range and where `m_k` or `feh` is NaN.
    """
    magnitude = np.asarray(m_k)
    if _named(relation, feh) == "mann2019":
        mass = 10.0 ** _mann_log_mass(magnitude, feh)
        if feh is not None:
            mass = mass * (1.0 + MANN_METALLICITY_FACTOR * np.asarray(feh))
        low, high = MANN_RANGE
    else:
        segment = np.searchsorted(HENRY_NODES, magnitude)
        mass = 10.0 ** (HENRY_SLOPES[segment] * magnitude + HENRY_INTERCEPTS[segment])
        low, high = HENRY_RANGE
    return np.where((magnitude >= low) & (magnitude <= high), mass, np.nan)


@elementwise(mass=SOLAR_MASS, feh=DIMENSIONLESS)
def absolute_k_from_mass(mass: Values, relation: MassRelation = "henry1993", feh: Values | None = None) -> Values:
    """Absolute 2MASS K_s magnitude of a main-sequence star of `mass` (solar masses).

    The inverse of `mass_from_absolute_k`, with its relations and ranges; NaN outside the range.
    """
    if _named(relation, feh) == "mann2019":
        factor = 1.0 if feh is None else 1.0 + MANN_METALLICITY_FACTOR * np.asarray(feh)
        return _mann_magnitude(np.log10(np.asarray(mass) / factor), feh)
    log_mass = np.log10(np.asarray(mass))
    at_nodes = HENRY_SLOPES[:2] * HENRY_NODES + HENRY_INTERCEPTS[:2]
    segment = (log_mass < at_nodes[0]).astype(int) + (log_mass < at_nodes[1])
    magnitude = (log_mass - HENRY_INTERCEPTS[segment]) / HENRY_SLOPES[segment]
    tolerance = 1e-9
    inside = (magnitude >= HENRY_RANGE[0] - tolerance) & (magnitude <= HENRY_RANGE[1] + tolerance)
    return np.where(inside, np.clip(magnitude, *HENRY_RANGE), np.nan)


@elementwise(m_g=MAGNITUDE)
def mass_from_absolute_g(m_g: Values) -> Values:
    """Mass in solar masses from the Gaia absolute magnitude M_G (mag), extinction corrected.

    log10 m1 = 0.0725 (4.76 - M_G): Pittordis & Sutherland 2019, as used by Andrew et al. 2022 (read in a
    secondary source). A main-sequence relation: meaningless for giants and white dwarfs. NaN stays NaN.
    """
    return np.asarray(10.0 ** (PITTORDIS_SLOPE * (SUN_ABSOLUTE_G - np.asarray(m_g))))


def _named(relation: str, feh: Values | None) -> str:
    if relation not in ("henry1993", "mann2019"):
        raise ValueError(f"unknown mass relation {relation!r}: use 'henry1993' or 'mann2019'")
    if relation == "henry1993" and feh is not None:
        raise ValueError("relation 'henry1993' has no metallicity term: leave feh out or use 'mann2019'")
    return relation


def _mann_log_mass(magnitude: FloatArray, feh: Values | None) -> FloatArray:
    coefficients = MANN_COEFFICIENTS if feh is None else MANN_COEFFICIENTS_WITH_METALLICITY
    x = magnitude - MANN_PIVOT
    log_mass = np.zeros_like(x)
    for coefficient in reversed(coefficients):
        log_mass = log_mass * x + coefficient
    return log_mass


def _mann_magnitude(log_mass: FloatArray, feh: Values | None) -> FloatArray:
    """Magnitude where the polynomial, which falls over its whole range, equals `log_mass`; by bisection."""
    low = np.full_like(log_mass, MANN_RANGE[0])
    high = np.full_like(log_mass, MANN_RANGE[1])
    rounding = 1e-12
    inside = (log_mass <= _mann_log_mass(low, feh) + rounding) & (log_mass >= _mann_log_mass(high, feh) - rounding)
    for _ in range(52):
        middle = 0.5 * (low + high)
        too_bright = _mann_log_mass(middle, feh) > log_mass
        low, high = np.where(too_bright, middle, low), np.where(too_bright, high, middle)
    return np.where(inside, 0.5 * (low + high), np.nan)
