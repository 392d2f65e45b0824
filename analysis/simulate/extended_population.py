"""Extended sources with what is mistaken for them, and the stars round them: a trial of the triage with known truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.simulate import gaia_errors
from analysis.simulate.random_streams import Rows, Streams
from analysis.stars.units import FloatArray

KINDS = (
    "star", "star cluster", "galaxy", "M31 cluster", "wide binary", "contamination I", "contamination II",
    "wrong match",
)  # fmt: skip
STAR, CLUSTER, GALAXY, M31_CLUSTER, WIDE_BINARY, CONTAMINATION_1, CONTAMINATION_2, WRONG_MATCH = range(8)
# A field of its own, not the sky's shares: half are plain stars to compare with, and few are what one looks for.
_SHARES = (0.50, 0.04, 0.20, 0.03, 0.10, 0.08, 0.03, 0.02)
_FIRST_ID = 7_000_000_000_000_000_000
M31 = (10.6847, 41.2687)
PER_PLATE = 400


def extended_population(n: int, seed: int) -> pd.DataFrame:
    """Table of `n` targets with LAMOST spectra and, after them, the neighbours that some of them have.

    Gaia's columns of Wu et al. 2024, Sect. 2.1, with errors; Pan-STARRS g, r, i by PSF and aperture; LAMOST's planid,
    snrg and input magnitude (empty for neighbours). Row i of the targets is the same in every longer table of the
    seed. A sketch of our own that raises the flags that the paper describes for each kind; the truth of the rows is
    `extended_population_truth(n, seed)`.
    """
    targets, neighbours, _ = _make(n, seed)
    return pd.concat([targets, neighbours], ignore_index=True)


def extended_population_truth(n: int, seed: int) -> pd.DataFrame:
    """Truth of `extended_population(n, seed)`, row by row.

    "kind_true" is one of KINDS (neighbours are stars), "target_true" the row whose neighbour this is (-1 for targets).
    """
    _, neighbours, kind = _make(n, seed)
    codes = np.concatenate((kind, np.full(len(neighbours), STAR)))
    owner = np.concatenate((np.full(n, -1), neighbours.attrs["owner"]))
    return pd.DataFrame({"kind_true": _category(codes, KINDS), "target_true": owner})


def _make(n: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, NDArray[np.int64]]:
    if n < 1:
        raise ValueError(f"n is {n}: a population has at least one target")
    streams, rows = Streams(seed), np.arange(n, dtype=np.int64)
    kind = np.searchsorted(np.cumsum(_SHARES), streams.uniform("kind", rows)).clip(0, len(KINDS) - 1)
    targets = _targets(streams, rows, kind)
    return targets, _neighbours(streams, rows, kind, targets), kind


def _category(codes: NDArray[np.int64], names: Sequence[str]) -> Any:
    return pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(names)))  # type: ignore[arg-type]


def _of(kind: NDArray[np.int64], *values: Any) -> Any:
    """One value or array for each kind, in the order of KINDS."""
    return np.choose(kind, [np.broadcast_to(np.asarray(value, dtype=np.float64), kind.shape) for value in values])


def _targets(streams: Streams, rows: Rows, kind: NDArray[np.int64]) -> pd.DataFrame:
    def u(name: str) -> FloatArray:
        return streams.uniform(name, rows)

    def z(name: str) -> FloatArray:
        return streams.normal(name, rows)

    m31 = kind == M31_CLUSTER
    ra = np.where(m31, M31[0] + 1.2 * z("ra_m31"), 360 * u("ra"))
    sin_dec = np.sin(np.radians(-10)) + u("dec") * (np.sin(np.radians(60)) - np.sin(np.radians(-10)))
    dec = np.where(m31, M31[1] + 0.9 * z("dec_m31"), np.degrees(np.arcsin(sin_dec)))
    extended = np.isin(kind, (CLUSTER, GALAXY, M31_CLUSTER))
    g = np.where(extended, 15.0 + 3.5 * np.sqrt(u("g")), 12.5 + 5.5 * np.sqrt(u("g")))
    g = np.where(np.isin(kind, (CONTAMINATION_2, WRONG_MATCH)), 16.0 + 2.5 * u("g"), g)
    colour = 0.6 + 1.4 * u("colour")
    size = _of(kind, 0, 10 ** (-0.15 + 0.25 * z("size")), 10 ** (0.15 + 0.3 * z("size")),
               10 ** (0.1 + 0.2 * z("size")), 0, 0, 0, 0)  # fmt: skip
    spread = _of(kind, 0, 0, 0, 0, 10 ** (0.1 + 0.35 * z("spread")), 10 ** (0.15 + 0.3 * z("spread")),
                 10 ** (0.15 + 0.3 * z("spread")), 0.03 + 0.1 * u("spread"))  # fmt: skip
    excess = gaia_errors.excess_factor(colour) + gaia_errors.excess_factor_scatter(g) * z("excess")
    excess = excess + np.where(extended, 0.35 + 1.7 * size, spread)
    position_only = u("solution") < _of(kind, 0.0, 0.2, 0.4, 0.25, 0.1, 0.25, 0.2, 0.05)
    unit = np.abs(1 + 0.06 * z("unit_weight"))
    ruwe = np.where(extended, 1.05 + 0.45 * size * np.exp(0.3 * z("ruwe")), unit)
    ruwe = np.where(np.isin(kind, (WIDE_BINARY, CONTAMINATION_1)), 1.1 + 0.5 * np.exp(0.8 * z("ruwe")), ruwe)
    scatter = gaia_errors.along_scan_scatter(g)
    noise = 0.35 * scatter * np.abs(1 + 0.8 * z("noise"))
    noise = np.where(extended, np.hypot(noise, 1.6 * size * np.exp(0.35 * z("noise_size"))), noise)
    raised = np.isin(kind, (WIDE_BINARY, CONTAMINATION_1))
    noise = np.where(raised, np.hypot(noise, 0.45 * np.exp(0.9 * z("noise_size"))), noise)
    shape = _of(kind, -1.55, -1.15, -0.85, -1.05, -1.15, -1.1, -1.3, -1.5) + 0.22 * z("shape")
    peaks = np.floor(_of(kind, 40 * (u("peaks") - 0.92), 30 * (u("peaks") - 0.75), 24 * (u("peaks") - 0.45),
                         20 * (u("peaks") - 0.6), 70 * u("peaks") ** 2, 60 * u("peaks") ** 2, 12 * (u("peaks") - 0.5),
                         40 * (u("peaks") - 0.92)))  # fmt: skip
    n_bp, n_rp = np.round(25 + 20 * u("n_bp")), np.round(25 + 20 * u("n_rp"))
    beta = np.where(raised, u("beta"), np.where(u("near") < 0.15, 0.3 * u("beta"), 0.03 * u("beta")))
    beta = np.where(kind == CONTAMINATION_2, 0.08 * u("beta"), beta)
    dirty = np.where(raised & (u("dirty") < 0.6), 0.02 + 0.5 * u("dirty_share"), 0.0)
    dirty = np.where((kind == STAR) & (u("dirty") < 0.05), 0.3 * u("dirty_share"), dirty)
    distant = extended | (kind == CONTAMINATION_2)
    parallax = np.where(distant, 0.0, np.where(kind == WIDE_BINARY, 1.5 + 10 * u("parallax") ** 2, 3 * u("parallax")))
    error = np.maximum(scatter / 12, 0.012) * np.where(extended | raised, 1.5, 1.0)
    motion = np.where(distant, 0.0, 4.0 * np.maximum(parallax, 0.3))
    kept = np.where(position_only, np.nan, 1.0)
    table = {
        "source_id": _FIRST_ID + rows, "ra": ra, "dec": dec, "parallax": (parallax + error * z("plx")) * kept,
        "parallax_error": error * kept, "pmra": (motion * z("pmra") + error * z("pmra_error")) * kept,
        "pmra_error": error * kept, "pmdec": (motion * z("pmdec") + error * z("pmdec_error")) * kept,
        "pmdec_error": error * kept, "phot_g_mean_mag": g, "bp_rp": colour, "phot_bp_rp_excess_factor": excess,
        "astrometric_excess_noise": noise, "ruwe": ruwe * kept, "ipd_gof_harmonic_amplitude": 10**shape,
        "ipd_frac_multi_peak": np.clip(peaks, 0, 100), "phot_bp_n_obs": n_bp, "phot_rp_n_obs": n_rp,
        "phot_bp_n_blended_transits": np.round(beta * n_bp), "phot_rp_n_blended_transits": np.round(beta * n_rp),
        "phot_bp_n_contaminated_transits": np.ceil(dirty * n_bp),
        "phot_rp_n_contaminated_transits": np.ceil(dirty * n_rp),
    }  # fmt: skip
    table |= _pan_starrs(streams, rows, g, colour, np.where(extended, 0.12 + 0.35 * size, 0.0))
    input_mag = np.where(kind == WRONG_MATCH, g - 5.2 - 3 * u("input"), g + 0.1 * z("input"))
    seen = np.minimum(input_mag, 18.5)
    table["lamost_input_mag"] = input_mag
    table["snrg"] = 10 ** (
        1.9 - 0.28 * (seen - 14) + 0.12 * z("snr") + 0.1 * streams.normal("plate", rows // PER_PLATE)
    )
    plates = [f"SIM{number:04d}" for number in range(int(rows[-1]) // PER_PLATE + 1)]
    table["planid"] = _category(rows // PER_PLATE, plates)
    return pd.DataFrame(table)


def _pan_starrs(streams: Streams, rows: Rows, g: FloatArray, colour: FloatArray, size: FloatArray) -> dict[str, Any]:
    """PSF and aperture magnitudes; `size` (mag) is what the PSF misses. A tenth have none."""
    offsets = {"g": 0.05 + 0.35 * colour, "r": 0.1 - 0.12 * colour, "i": 0.25 - 0.4 * colour}
    absent = streams.uniform("ps1", rows) < 0.1
    columns: dict[str, Any] = {}
    for band, offset in offsets.items():
        psf = g + offset + 0.01 * streams.normal(f"ps1_{band}", rows)
        point = 0.012 * (psf - 14.0) + 0.02 * streams.normal(f"ps1_ap_{band}", rows)
        columns[f"{band}MeanPSFMag"] = np.where(absent, np.nan, psf)
        columns[f"{band}MeanApMag"] = np.where(absent, np.nan, psf - point - size)
    return columns


def _neighbours(streams: Streams, rows: Rows, kind: NDArray[np.int64], targets: pd.DataFrame) -> pd.DataFrame:
    """The companions, contaminating and chance neighbours of the targets as rows of their own."""
    chance = (streams.uniform("chance", rows) < 0.15) & np.isin(kind, (STAR, CLUSTER, GALAXY))
    owner = np.flatnonzero(np.isin(kind, (WIDE_BINARY, CONTAMINATION_1, CONTAMINATION_2)) | chance)
    of, what = targets.iloc[owner], kind[owner]

    def u(name: str) -> FloatArray:
        return streams.uniform(f"neighbour_{name}", owner)

    def z(name: str) -> FloatArray:
        return streams.normal(f"neighbour_{name}", owner)

    apart = np.where(what == WIDE_BINARY, 2 + 28 * u("apart") ** 2, 2 + 5 * u("apart"))
    apart = np.where(what == CONTAMINATION_2, 4 + 15 * u("apart"), np.where(chance[owner], 5 + 40 * u("apart"), apart))
    fainter = np.where(what == WIDE_BINARY, 5 * u("contrast") - 2, np.where(chance[owner], 4 * u("contrast"), 0.0))
    fainter = np.where(what == CONTAMINATION_1, -4 * u("contrast"), fainter)
    fainter = np.where(what == CONTAMINATION_2, -5.2 - 5.5 * u("contrast"), fainter)
    angle = 2 * np.pi * u("angle")
    dec = of["dec"].to_numpy() + apart * np.sin(angle) / 3600
    ra = (of["ra"].to_numpy() + apart * np.cos(angle) / 3600 / np.cos(np.radians(dec))) % 360
    g = np.clip(of["phot_g_mean_mag"].to_numpy() + fainter, 4.0, 20.5)
    error = np.maximum(gaia_errors.along_scan_scatter(g) / 12, 0.012)
    paired = what == WIDE_BINARY

    def shared(name: str, other: FloatArray) -> FloatArray:
        own = of[name].to_numpy()
        noise = np.hypot(error, np.nan_to_num(of[f"{name}_error"].to_numpy()))
        return np.where(paired, own + noise * z(name), other)

    scatter = 0.35 * gaia_errors.along_scan_scatter(g)
    colour = 0.6 + 1.4 * u("colour")
    table = pd.DataFrame(
        {
            "source_id": _FIRST_ID + (1 << 40) + owner, "ra": ra, "dec": dec,
            "parallax": shared("parallax", 3 * u("parallax")), "parallax_error": error,
            "pmra": shared("pmra", 8 * z("pmra")), "pmra_error": error,
            "pmdec": shared("pmdec", 8 * z("pmdec")), "pmdec_error": error,
            "phot_g_mean_mag": g, "bp_rp": colour,
            "phot_bp_rp_excess_factor": gaia_errors.excess_factor(colour) + 0.02 * np.abs(z("excess")),
            "astrometric_excess_noise": scatter * np.abs(1 + 0.8 * z("noise")), "ruwe": np.abs(1 + 0.06 * z("ruwe")),
            "ipd_gof_harmonic_amplitude": 10 ** (-1.5 + 0.25 * z("shape")),
            "ipd_frac_multi_peak": np.clip(np.floor(20 * (u("peaks") - 0.8)), 0, 100),
            "phot_bp_n_obs": np.round(25 + 20 * u("n_bp")), "phot_rp_n_obs": np.round(25 + 20 * u("n_rp")),
            **{f"phot_{band}_n_{what}_transits": 0.0 for band in ("bp", "rp") for what in ("blended", "contaminated")},
        }
    )  # fmt: skip
    table.attrs["owner"] = owner
    return table
