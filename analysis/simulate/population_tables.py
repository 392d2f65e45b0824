"""Tables from which the survey's kinds of stars and their places are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.simulate import evolution, galaxy
from analysis.simulate.dwarf_sequence import photometry
from analysis.stars.units import FloatArray

# Distance modulus plus A_G (mag).
MODULUS_STEP = 0.1
MODULUS = np.arange(-4.0, 20.0, MODULUS_STEP)
BRIGHT_LIMIT = 3.0

FIELD, COOL_DWARFS, WHITE_DWARFS = range(3)
# Cool dwarfs and white dwarfs are over-represented by these factors, so that a million stars hold enough of them.
PROGRAMME_FACTOR = (1.0, 1.5, 6.0)
_MAGNITUDE_STEP = 0.1
_MAGNITUDES = np.arange(-8.0, 18.0, _MAGNITUDE_STEP)
_MASS_RANGE = (0.085, 9.0)
_MASS_CELLS = 260
_PROGRESS_CELLS = (6, 8, 40, 4, 60)


@dataclass(frozen=True)
class Kinds:
    """Cells of stars that look alike; `cumulative` runs to 1 over the share of the survey that each has."""

    component: NDArray[np.int64]
    stage: NDArray[np.int64]
    mass: FloatArray
    mass_step: float  # dex
    progress: FloatArray
    progress_step: FloatArray
    line: NDArray[np.int64]
    cumulative: FloatArray


@dataclass(frozen=True)
class Places:
    """Cumulative lines (line i runs from 2 i to 2 i + 1) of modulus and of direction.

    A modulus line belongs to (component, programme, M_G), a direction line to (component, modulus).
    """

    longitude_cells: int
    sin_b_cells: int
    lines_per_component: int
    modulus: FloatArray
    direction: FloatArray
    volume: FloatArray  # places seen from each modulus line


class AgeWindow(NamedTuple):
    """Ages in Gyr: `low` to `high` of the stars of a component in a stage that runs from `start` to `end`."""

    low: FloatArray
    high: FloatArray
    start: FloatArray
    end: FloatArray


def selected(g: FloatArray, programme: int) -> FloatArray:
    """Share of the stars of apparent magnitude `g` that the survey holds, 0 to 1.

    The field: all to G = 12, then 0.35 dex fewer a magnitude to 15, none beyond 16.5: the mix of Gaia's
    spectrometer and LAMOST's plates. Dwarfs cooler than 4500 K are complete to 16 (LAMOST observed them in a
    programme of their own), white dwarfs to 17.5, since few would be left otherwise. Nothing above G = 3.
    """
    if programme == COOL_DWARFS:
        share = np.where(g < 16.0, 1.0, 0.0)
    elif programme == WHITE_DWARFS:
        share = np.where(g < 17.5, 1.0, 0.0)
    else:
        thinning = 0.35 * np.maximum(g - 12.0, 0.0) + 1.5 * np.maximum(g - 15.0, 0.0)
        share = np.where(g < 16.5, 10**-thinning, 0.0)
    return np.asarray(share * (g > BRIGHT_LIMIT))


def seen_modulus(distance: FloatArray, sin_b: FloatArray) -> FloatArray:
    """5 log10(d / 10 pc) plus the mean A_G, in mag."""
    reddening = galaxy.mean_visual_extinction(distance, sin_b) / 3.1 * galaxy.REDDENING_PER_EBV
    return np.asarray(5 * np.log10(distance / 10) + galaxy.EXTINCTION["g"] * reddening)


def age_window(component: NDArray[np.int64], stage: NDArray[np.int64], mass: FloatArray) -> AgeWindow:
    """Ages that stars of a component and initial mass have in a stage, born at a constant rate."""
    ages = np.array(galaxy.AGE_RANGE)[component]
    borders = np.cumsum(
        [
            np.zeros_like(mass),
            evolution.main_sequence_lifetime(mass),
            evolution.subgiant_lifetime(mass),
            evolution.giant_lifetime(mass),
            evolution.clump_lifetime(mass),
            np.full_like(mass, 1e3),
        ],
        axis=0,
    )
    columns = np.arange(mass.size)
    start, end = borders[stage, columns], borders[stage + 1, columns]
    low = np.clip(start, ages[:, 0], ages[:, 1])
    high = np.clip(end, ages[:, 0], ages[:, 1])
    return AgeWindow(low, np.maximum(high, low), start, end)


@cache
def kinds() -> Kinds:
    """Every cell (component, stage, mass, share of the stage) weighted by the places from which it is seen.

    Masses follow Kroupa 2001 (MNRAS 322, 231): slopes 1.3 below and 2.3 above 0.5 Msun, for primaries.
    """
    edges = np.linspace(np.log10(_MASS_RANGE[0]), np.log10(_MASS_RANGE[1]), _MASS_CELLS + 1)
    cells = [
        (component, stage, 10 ** (0.5 * (edges[i] + edges[i + 1])), (j + 0.5) / n, 1.0 / n)
        for component in range(len(galaxy.COMPONENTS))
        for stage, n in enumerate(_PROGRESS_CELLS)
        for i in range(_MASS_CELLS)
        for j in range(n)
    ]
    component, stage = (np.array([cell[k] for cell in cells], dtype=np.int64) for k in (0, 1))
    mass, progress, step = (np.array([cell[k] for cell in cells]) for k in (2, 3, 4))
    window = age_window(component, stage, mass)
    ages = np.array(galaxy.AGE_RANGE)[component]
    share = (window.high - window.low) / (ages[:, 1] - ages[:, 0]) * step
    age = window.low + progress * (window.high - window.low)
    passed = np.clip((age - window.start) / (window.end - window.start), 0.0, 1.0)
    feh = np.array(galaxy.FEH_MEAN)[component]
    body = evolution.structure(stage, mass, passed, feh, np.maximum(age - window.start, 1e-4))
    absolute_g = photometry(body.log_luminosity, body.log_teff, feh).g
    programme = np.where(stage == evolution.WHITE_DWARF, WHITE_DWARFS, FIELD)
    programme = np.where((stage == evolution.DWARF) & (body.log_teff < np.log10(4500.0)), COOL_DWARFS, programme)
    born = np.where(mass < 0.5, (mass / 0.5) ** -0.3, (mass / 0.5) ** -1.3)
    line = _modulus_line(component, programme, absolute_g)
    weight = born * share * places().volume[line] * np.array(PROGRAMME_FACTOR)[programme]
    keep = weight > 0
    cumulative = np.cumsum(weight[keep])
    return Kinds(
        component[keep], stage[keep], mass[keep], float(edges[1] - edges[0]), progress[keep], step[keep],
        line[keep], cumulative / cumulative[-1],
    )  # fmt: skip


@cache
def places(longitude_cells: int = 24, sin_b_cells: int = 48) -> Places:
    """Where stars can lie, by modulus and direction, from the density of each component."""
    sin_b = np.tile(-1 + (np.arange(sin_b_cells) + 0.5) * (2 / sin_b_cells), longitude_cells)[:, None]
    longitude = np.repeat((np.arange(longitude_cells) + 0.5) * (2 * np.pi / longitude_cells), sin_b_cells)[:, None]
    distance = 10 ** np.linspace(0.2, 4.8, 600)
    cell = np.round((seen_modulus(distance, sin_b) - MODULUS[0]) / MODULUS_STEP).astype(np.int64)
    inside = (cell >= 0) & (cell < MODULUS.size)
    index = (np.where(inside, cell, 0) * sin_b.size + np.arange(sin_b.size)[:, None]).ravel()
    modulus, direction, volume = [], [], []
    for component in range(len(galaxy.COMPONENTS)):
        weight = galaxy.density(component, distance, longitude, sin_b) * distance**3 * inside
        grid = np.bincount(index, weight.ravel(), MODULUS.size * sin_b.size).reshape(MODULUS.size, sin_b.size)
        direction.append(_cumulative(np.asarray(grid, dtype=np.float64)))
        for programme in (FIELD, COOL_DWARFS, WHITE_DWARFS):
            seen = grid.sum(axis=1) * selected(MODULUS + _MAGNITUDES[:, None], programme)
            volume.append(seen.sum(axis=1))
            modulus.append(_cumulative(seen))
    per_component = 3 * _MAGNITUDES.size
    return Places(
        longitude_cells, sin_b_cells, per_component, _stacked(modulus), _stacked(direction), np.concatenate(volume)
    )


def _modulus_line(
    component: NDArray[np.int64], programme: NDArray[np.int64], absolute_g: FloatArray
) -> NDArray[np.int64]:
    cell = np.round((absolute_g - _MAGNITUDES[0]) / _MAGNITUDE_STEP).astype(np.int64)
    return np.asarray((component * 3 + programme) * _MAGNITUDES.size + np.clip(cell, 0, _MAGNITUDES.size - 1))


def _cumulative(weight: FloatArray) -> FloatArray:
    total = np.cumsum(weight, axis=-1)
    return np.asarray(total / np.maximum(total[..., -1:], 1e-300))


def _stacked(lines: list[FloatArray]) -> FloatArray:
    joined = np.concatenate(lines)
    return np.asarray(joined + 2.0 * np.arange(joined.shape[0])[:, None])
