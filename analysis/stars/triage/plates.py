"""Signal-to-noise of a spectrum against the magnitude of its target, plate by plate."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
LEAST_SPECTRA = 20


def plate_signal_deviation(
    magnitude: Any, signal_to_noise: Any, plate: Any, least_spectra: int = LEAST_SPECTRA
) -> FloatArray:
    """How far log10 S/N lies above the line log10 S/N = a + b mag of its plate, in robust standard deviations.

    A source far above was probably not what the fibre looked at (Wu et al. 2024, Sect. 4.1, the G7 "candidate"). NaN
    without magnitude or positive S/N, and on plates with fewer than `least_spectra` of them.
    """
    m, signal = (np.asarray(values, dtype=np.float64) for values in (magnitude, signal_to_noise))
    usable = np.isfinite(m) & (signal > 0)
    y = np.log10(np.where(usable, signal, 1.0))
    out = np.full(len(m), np.nan)
    codes, _ = pd.factorize(np.asarray(plate))
    order = np.argsort(codes, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        if not len(rows) or codes[rows[0]] < 0:
            continue
        good = rows[usable[rows]]
        if len(good) >= least_spectra:
            out[good] = _deviation(m[good], y[good])
    return out


def _deviation(x: FloatArray, y: FloatArray) -> FloatArray:
    kept = np.ones(len(x), dtype=np.bool_)
    residual, spread = y, 0.0
    for _ in range(3):
        slope, intercept = np.polyfit(x[kept], y[kept], 1) if np.ptp(x[kept]) > 0 else (0.0, float(np.median(y[kept])))
        residual = y - intercept - slope * x
        spread = max(1.4826 * float(np.median(np.abs(residual[kept] - np.median(residual[kept])))), 1e-6)
        kept = np.abs(residual) <= 3 * spread
    return np.asarray(residual / spread)
