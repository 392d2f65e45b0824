"""Stars of a magnitude-limited Galactic field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.simulate import evolution, galaxy
from analysis.simulate.dwarf_sequence import Photometry, photometry
from analysis.simulate.population_tables import MODULUS, MODULUS_STEP, age_window, kinds, places, seen_modulus
from analysis.simulate.random_streams import Rows, Streams
from analysis.stars.units import FloatArray


@dataclass(frozen=True)
class Field:
    """Single stars, one element a row: structure, place, dust and motion."""

    component: NDArray[np.int64]
    stage: NDArray[np.int64]
    initial_mass: FloatArray
    age: FloatArray
    feh: FloatArray
    structure: evolution.Structure
    absolute: Photometry
    distance: FloatArray
    longitude: FloatArray
    sin_b: FloatArray
    ra: FloatArray
    dec: FloatArray
    reddening: FloatArray
    pmra: FloatArray
    pmdec: FloatArray
    systemic_velocity: FloatArray


def draw_field(streams: Streams, rows: Rows) -> Field:
    """The stars of `rows`, each drawn from the survey's own distribution of kinds, distances and directions."""
    table = kinds()
    pick = np.searchsorted(table.cumulative, streams.uniform("kind", rows))
    pick = np.minimum(pick, table.cumulative.size - 1)
    component, stage = table.component[pick], table.stage[pick]
    mass = table.mass[pick] * 10 ** (table.mass_step * streams.uniform("mass", rows, -0.5, 0.5))
    share = table.progress[pick] + table.progress_step[pick] * streams.uniform("progress", rows, -0.5, 0.5)
    spread = np.array(galaxy.FEH_SPREAD)[component] * streams.normal("feh", rows)
    feh = np.clip(np.array(galaxy.FEH_MEAN)[component] + spread, -3.0, 0.45)
    window = age_window(component, stage, mass)
    age = window.low + share * (window.high - window.low)
    cooling = np.maximum(age - window.start, 1e-4)
    progress = np.clip((age - window.start) / (window.end - window.start), 0.0, 1.0)
    body = evolution.structure(stage, mass, progress, feh, cooling)
    absolute = photometry(body.log_luminosity, body.log_teff, feh)
    distance, longitude, sin_b, reddening = _place(streams, rows, table.line[pick])
    ra, dec = galaxy.equatorial(longitude, sin_b)
    peculiar = streams.table("velocity", rows, 3, "normal")
    pmra, pmdec, radial = galaxy.motion(component, longitude, sin_b, ra, dec, distance, peculiar)
    return Field(
        component, stage, mass, age, feh, body, absolute, distance, longitude, sin_b, ra, dec, reddening,
        pmra, pmdec, radial,
    )  # fmt: skip


def _place(streams: Streams, rows: Rows, line: NDArray[np.int64]) -> tuple[FloatArray, ...]:
    """Distance (pc), l (radians), sin b and E(BP-RP) (mag)."""
    table = places()
    modulus_cell = _from_lines(table.modulus, line, streams.uniform("modulus", rows))
    component = line // table.lines_per_component
    direction_line = component * MODULUS.size + modulus_cell
    direction = _from_lines(table.direction, direction_line, streams.uniform("direction", rows))
    cell_l, cell_b = direction // table.sin_b_cells, direction % table.sin_b_cells
    longitude = (cell_l + streams.uniform("longitude", rows)) * (2 * np.pi / table.longitude_cells)
    sin_b = -1 + (cell_b + streams.uniform("latitude", rows)) * (2 / table.sin_b_cells)
    wanted = MODULUS[modulus_cell] + MODULUS_STEP * streams.uniform("depth", rows, -0.5, 0.5)
    distance = _distance_at(wanted, sin_b)
    # Clouds: a factor of 1.5 (one sigma) that stars within about 4 deg share, and 1.15 of a star's own.
    patch = (np.floor(longitude * 16).astype(np.int64) << 20) + np.floor((sin_b + 1) * 16).astype(np.int64)
    cloud = np.exp(0.40 * streams.normal("cloud", patch) - 0.08 + 0.14 * streams.normal("dust", rows) - 0.01)
    visual = galaxy.mean_visual_extinction(distance, sin_b) * cloud
    return distance, longitude, sin_b, visual / 3.1 * galaxy.REDDENING_PER_EBV


def _distance_at(modulus: FloatArray, sin_b: FloatArray) -> FloatArray:
    """Distance (pc) at which 5 log(d/10) + A_G is `modulus`: Newton steps on log d from the dust-free distance."""
    log_d = 1 + modulus / 5
    for _ in range(12):
        here = seen_modulus(10**log_d, sin_b)
        beyond = seen_modulus(10 ** (log_d + 1e-4), sin_b)
        log_d -= (here - modulus) * 1e-4 / (beyond - here)
    return np.asarray(10**log_d)


def _from_lines(lines: FloatArray, line: NDArray[np.int64], u: FloatArray) -> NDArray[np.int64]:
    """Cell of each draw `u` on its own cumulative line; line i of `lines` runs from 2 i to 2 i + 1."""
    cells = lines.shape[1]
    cell = np.searchsorted(lines.ravel(), u + 2.0 * line) - line * cells
    return np.asarray(np.clip(cell, 0, cells - 1))
