"""Tables of any size to measure the engine on: columns as in Gaia's radial-velocity sample, made up fast.

They have the ranges, tails, gaps and correlations that matter to speed. They are no survey: nothing about
stars can be learnt from them; `analysis.simulate` draws a Galaxy whose truth is known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

_CHUNK = 250_000

_FLOATS = (
    "ra", "dec", "parallax", "parallax_error", "parallax_over_error", "pmra", "pmdec", "phot_g_mean_mag",
    "bp_rp", "absolute_g", "ruwe", "astrometric_excess_noise", "radial_velocity", "radial_velocity_error",
    "teff_gspphot", "period", "delta_vr", "half_delta_vr", "companion_mass", "snrg",
)  # fmt: skip


def benchmark_table(n_rows: int, seed: int = 0) -> pd.DataFrame:
    """A table of n_rows stars in schema units: 20 float32 columns, source_id (int64), rv_nb_transits (int16).

    The same seed gives the same stars; a shorter table is the beginning of a longer one. NaN marks what a star
    has no value of: 40 % have no period, 10 % no delta_vr, 3 % no radial velocity, 15 % no temperature.
    """
    columns: dict[str, npt.NDArray[Any]] = {"source_id": np.empty(n_rows, dtype=np.int64)}
    columns |= {name: np.empty(n_rows, dtype=np.float32) for name in _FLOATS}
    columns["rv_nb_transits"] = np.empty(n_rows, dtype=np.int16)
    for start in range(0, n_rows, _CHUNK):
        stop = min(start + _CHUNK, n_rows)
        for name, values in _chunk(np.random.default_rng((seed, start // _CHUNK))).items():
            columns[name][start:stop] = values[: stop - start]
    return pd.DataFrame(columns, copy=False)


def _chunk(random: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
    stars = _photometry(random) | _spectroscopy(random)
    g = stars["phot_g_mean_mag"]
    error = 0.012 * 10 ** (0.2 * np.maximum(g - 13, 0)) * random.lognormal(0, 0.25, _CHUNK)
    parallax = 10 ** ((stars["absolute_g"] - g + 10) / 5) + random.normal(0, 1, _CHUNK) * error
    binary = random.random(_CHUNK) < 0.12
    astrometry = {
        "source_id": random.integers(2**48, 2**62, _CHUNK),
        "ra": random.uniform(0, 360, _CHUNK),
        "dec": np.degrees(np.arcsin(random.uniform(-1, 1, _CHUNK))),
        "parallax": parallax,
        "parallax_error": error,
        "parallax_over_error": parallax / error,
        "pmra": random.standard_t(3, _CHUNK) * 6 * np.maximum(parallax, 0.1),
        "pmdec": (random.standard_t(3, _CHUNK) * 6 - 2) * np.maximum(parallax, 0.1),
        "ruwe": random.normal(1.01, 0.06, _CHUNK) + binary * random.lognormal(-1, 1.2, _CHUNK),
        "astrometric_excess_noise": random.lognormal(-2.5, 0.8, _CHUNK) * (random.random(_CHUNK) < 0.7),
    }
    return stars | astrometry


def _photometry(random: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
    """A main sequence, a giant branch with its clump and a few white dwarfs, to a limit near G = 16."""
    kind = random.random(_CHUNK)
    giant, dwarf = kind < 0.35, kind > 0.998
    colour = np.where(giant, random.normal(1.25, 0.18, _CHUNK), 0.55 + random.gamma(2.2, 0.22, _CHUNK))
    colour = np.maximum(np.where(dwarf, random.normal(0.1, 0.3, _CHUNK), colour), -0.5)
    magnitude = np.where(giant, 0.5 - 4.5 * (colour - 1.22), 0.3 + 5.2 * colour - 0.45 * colour**2)
    magnitude = np.where(dwarf, 12 + 2.5 * colour, magnitude) + random.normal(0, 0.35, _CHUNK)
    temperature = 8800 / (colour + 0.75) + random.normal(0, 150, _CHUNK)
    return {
        "bp_rp": colour,
        "absolute_g": magnitude,
        "phot_g_mean_mag": np.clip(16 - random.exponential(1.7, _CHUNK), 2.5, None),
        "teff_gspphot": _with_gaps(random, temperature, 0.15),
    }


def _spectroscopy(random: np.random.Generator) -> dict[str, npt.NDArray[Any]]:
    period = _with_gaps(random, random.lognormal(0.6, 1.6, _CHUNK), 0.4)
    delta_vr = _with_gaps(random, random.lognormal(1.8, 1.1, _CHUNK), 0.1)
    velocity = _with_gaps(random, random.standard_t(4, _CHUNK) * 35, 0.03)
    error = 0.12 + random.lognormal(0, 0.9, _CHUNK)
    return {
        "period": period,
        "delta_vr": delta_vr,
        "half_delta_vr": delta_vr / 2,
        "companion_mass": random.lognormal(-0.7, 0.6, _CHUNK),
        "radial_velocity": velocity,
        "radial_velocity_error": np.where(np.isnan(velocity), np.nan, error),
        "rv_nb_transits": random.poisson(14, _CHUNK) + 1,
        "snrg": random.lognormal(3.3, 0.8, _CHUNK),
    }


def _with_gaps(random: np.random.Generator, values: npt.NDArray[np.float64], part: float) -> npt.NDArray[np.float64]:
    return np.where(random.random(len(values)) < part, np.nan, values)
