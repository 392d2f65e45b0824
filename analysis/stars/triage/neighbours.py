"""Who stands near a source on the sky: neighbours, and companions that share parallax and proper motion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
NEIGHBOUR_RADIUS = 20.0  # arcsec, Wu et al. 2024, Sect. 4.2.1
COMPANION_RADIUS = 60.0  # arcsec, Sect. 4.1
BLEND_LIMIT = 1.75  # arcsec, width of Gaia's BP/RP windows, Sect. 3.2
_ARCSEC = np.pi / 180 / 3600


class Sky:
    """The positions of a catalogue (degrees), searched by a tree of unit vectors; sources without one are left out."""

    def __init__(self, ra: Any, dec: Any) -> None:
        self.ra, self.dec = (np.asarray(values, dtype=np.float64) for values in (ra, dec))
        if self.ra.shape != self.dec.shape or self.ra.ndim != 1:
            raise ValueError(
                f"ra and dec must be two columns of one length; they are {self.ra.shape}, {self.dec.shape}"
            )
        self._rows = np.flatnonzero(np.isfinite(self.ra) & np.isfinite(self.dec))
        self._tree = cKDTree(unit_vectors(self.ra[self._rows], self.dec[self._rows]))

    def __len__(self) -> int:
        return len(self.ra)

    def near(self, row: int, radius: float = NEIGHBOUR_RADIUS) -> tuple[IntArray, FloatArray]:
        """Rows of the other sources within `radius` arcsec of that of `row`, nearest first, and their separations."""
        if not (np.isfinite(self.ra[row]) and np.isfinite(self.dec[row])):
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        centre = unit_vectors(self.ra[[row]], self.dec[[row]])[0]
        rows = self._rows[self._tree.query_ball_point(centre, chord(radius))]
        rows = rows[rows != row]
        apart = separation(self.ra[row], self.dec[row], self.ra[rows], self.dec[rows])
        order = np.argsort(apart, kind="stable")
        return rows[order], apart[order]


def unit_vectors(ra: FloatArray, dec: FloatArray) -> FloatArray:
    """Unit vectors (n × 3) of positions in degrees."""
    a, d = np.radians(ra), np.radians(dec)
    return np.stack((np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)), axis=1)


def chord(radius: float) -> float:
    """Length of the chord of the unit sphere that `radius` arcsec span."""
    return float(2 * np.sin(radius * _ARCSEC / 2))


def separation(ra: Any, dec: Any, other_ra: Any, other_dec: Any) -> FloatArray:
    """Angle in arcsec between positions in degrees; exact for small angles (haversine)."""
    a1, d1, a2, d2 = (np.radians(np.asarray(v, dtype=np.float64)) for v in (ra, dec, other_ra, other_dec))
    half = np.sin((d2 - d1) / 2) ** 2 + np.cos(d1) * np.cos(d2) * np.sin((a2 - a1) / 2) ** 2
    return np.asarray(2 * np.arcsin(np.sqrt(half)) / _ARCSEC)


@dataclass(frozen=True)
class CompanionLimits:
    """What counts as a shared parallax and proper motion; the paper says only "similar".

    Differences of up to `n_sigma` combined errors count as none, and both parallaxes must exceed `n_sigma` errors: a
    star at any distance agrees with one of no known distance. To the proper motions the motion of an orbit is allowed:
    `orbit` ϖ^1.5 θ^-0.5 mas/yr (ϖ in mas, θ in arcsec), recollected from El-Badry et al. 2021 (MNRAS 506, 2269).
    """

    n_sigma: float = 3.0
    orbit: float = 0.44


def companions(
    table: pd.DataFrame | Mapping[str, Any],
    sky: Sky,
    row: int,
    radius: float = COMPANION_RADIUS,
    limits: CompanionLimits | None = None,
) -> tuple[IntArray, FloatArray]:
    """Rows within `radius` arcsec that share the parallax and proper motion of `row`, and their separations.

    Needs parallax, pmra, pmdec and their errors (mas, mas/yr). A wide binary of Wu et al. 2024 (Sect. 4.1). Raises
    KeyError where a column is missing.
    """
    limits = limits or CompanionLimits()
    rows, apart = sky.near(row, radius)

    def of(name: str, at: Any) -> FloatArray:
        return np.asarray(np.asarray(table[name])[at], dtype=np.float64)

    def difference(name: str) -> tuple[FloatArray, FloatArray]:
        error = np.hypot(of(f"{name}_error", rows), of(f"{name}_error", row))
        return of(name, rows) - of(name, row), error

    ratio = of("parallax", rows) / of("parallax_error", rows)
    own = float(of("parallax", row) / of("parallax_error", row))
    parallax, parallax_error = difference("parallax")
    (east, east_error), (north, north_error) = difference("pmra"), difference("pmdec")
    motion = np.hypot(east, north)
    orbit = limits.orbit * np.maximum(of("parallax", row), 0.0) ** 1.5 / np.sqrt(np.maximum(apart, 0.1))
    shared = (np.abs(parallax) <= limits.n_sigma * parallax_error) & (
        motion <= limits.n_sigma * np.hypot(east_error, north_error) + orbit
    )
    shared &= (ratio > limits.n_sigma) & (own > limits.n_sigma)
    return rows[shared], apart[shared]
