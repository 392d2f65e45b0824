"""TESS-like light curve of a simulated star."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.light_curves.series import LightCurve
from analysis.simulate import tess, variability
from analysis.simulate.random_streams import Streams
from analysis.simulate.stars import Star, StarLike, as_star
from analysis.stars.units import FloatArray

BTJD_ZERO = 2457000.0
FIRST_SECTOR = 1325.3  # BTJD of the start of sector 1
SCATTERED_LIGHT, MOMENTUM_DUMP, IMPULSIVE_OUTLIER = 4096, 32, 512
DUMP_INTERVAL = 2.5  # d
GAP = 1.1  # d, data downlink at mid-sector
_CADENCES = {"30min": 30 / 1440.0, "2min": 2 / 1440.0}


def light_curve(star: StarLike, cadence: str = "30min") -> LightCurve:
    """TESS-like light curve (relative flux against BTJD) of a star of a simulated survey; empty where TESS saw none.

    One to three sectors of 27.4 d with the downlink gap, momentum dumps, scattered light at the ends of orbits
    (quality bits 32 and 4096), outliers (512), a slow trend of up to three times the noise and white noise of
    `tess.half_hour_noise`; the signal is that whose scatter is in the row's phot_g_mean_flux_error. `cadence` is
    "30min" or "2min". `star` is a row of a survey table or a `Star`. Raises ValueError for another cadence.
    """
    if cadence not in _CADENCES:
        raise ValueError(f"cadence is {cadence!r}: give one of {', '.join(_CADENCES)}")
    one = as_star(star)
    step, sectors = _CADENCES[cadence], _sectors(one)
    parts = [_sector(one, number, step) for number in sectors]
    columns = [np.concatenate([part[k] for part in parts]) if parts else np.empty(0) for k in range(5)]
    return LightCurve.from_arrays(
        columns[0],
        columns[1],
        columns[2],
        columns[3].astype(np.int64),
        columns[4].astype(np.int64),
        time_scale="BTJD",
        name=f"simulated {one.source_id}",
        ids={"source_id": one.source_id},
        meta={"mission": "TESS", "product": f"simulated, {cadence}", "simulated": True},
    )


def _sectors(star: Star) -> list[int]:
    """Sectors that saw the star: none for a quarter of the sky, more near the ecliptic poles."""
    streams, rows = star.recipe.streams, np.array([star.row], dtype=np.int64)
    if streams.uniform("tess", rows)[0] >= tess.COVERED:
        return []
    south = star["dec"] < 0
    first = int(13 * streams.uniform("sector", rows)[0]) + (1 if south else 14)
    count = 1 + int(streams.uniform("sectors", rows)[0] > 0.7) + int(abs(star["dec"]) > 60)
    return [number for number in range(first, first + count) if number <= 26]


def _sector(
    star: Star, number: int, step: float
) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[np.int64], NDArray[np.int64]]:
    streams = Streams(star.recipe.seed)
    start = FIRST_SECTOR + (number - 1) * tess.SECTOR_LENGTH
    since = np.arange(step / 2, tess.SECTOR_LENGTH, step)
    middle = tess.SECTOR_LENGTH / 2
    since = since[np.abs(since - middle) > GAP / 2]
    cell = np.arange(since.size, dtype=np.int64) + star.row * np.int64(1 << 22) + number * np.int64(1 << 15)
    time = start + since
    noise = float(tess.half_hour_noise(np.array([star["tmag"]]))[0]) * np.sqrt(_CADENCES["30min"] / step)
    signal = variability.relative_flux(star.block.light.variability, (time + BTJD_ZERO)[None, :])[0]
    if star.block.look.extended[0]:
        signal = np.ones_like(time)
    flux = signal * (1 + _trend(streams, star, number, since) * min(noise, 0.003))
    flux += noise * streams.normal("cadence", cell)
    quality = np.zeros(since.size, dtype=np.int64)
    quality[np.mod(since, DUMP_INTERVAL) < max(step, 0.02)] |= MOMENTUM_DUMP
    orbit = np.mod(since, middle)
    stray = (orbit < 0.35) & (streams.uniform("stray", cell[:1])[0] < 0.6)
    quality[stray] |= SCATTERED_LIGHT
    flux = flux + np.where(stray, 20 * noise * np.exp(-orbit / 0.1), 0.0)
    outlier = streams.uniform("outlier", cell) < 0.001
    quality[outlier] |= IMPULSIVE_OUTLIER
    flux = flux + np.where(outlier, 8 * noise, 0.0)
    error = np.full(since.size, noise) * (1 + 0.1 * stray)
    return time, flux, error, quality, np.full(since.size, number, dtype=np.int64)


def _trend(streams: Streams, star: Star, number: int, since: FloatArray) -> FloatArray:
    """Slow drift, different in each orbit of the spacecraft, in units of the noise."""
    half = (since > tess.SECTOR_LENGTH / 2).astype(np.int64)
    place = np.array([star.row * 64 + number * 2, star.row * 64 + number * 2 + 1], dtype=np.int64)
    slope, bend = streams.normal("slope", place), streams.normal("bend", place)
    x = np.mod(since, tess.SECTOR_LENGTH / 2) / (tess.SECTOR_LENGTH / 4) - 1
    return np.asarray(0.8 * slope[half] * x + 0.6 * bend[half] * (x**2 - 1 / 3))
