"""TESS: photometric noise, which stars show a period, sectors and cadences."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.simulate.gaia_photometry import Appearance
from analysis.simulate.random_streams import Rows, Streams
from analysis.simulate.starlight import Starlight
from analysis.simulate.variability import can_eclipse
from analysis.stars.units import FloatArray

SECTOR_LENGTH = 27.4  # d
LONGEST_PERIOD = 13.0  # d: half a sector
COVERED = 0.75  # share of the sky in the first two years (Ricker et al. 2015 plan: 85 % of it)
CADENCES_PER_SECTOR = 1200.0
LEAST_SIGNAL_TO_NOISE = 15.0
ECLIPSE_SEEN = 0.01


def tess_magnitude(g: FloatArray, bp_rp: FloatArray) -> FloatArray:
    """TESS magnitude from Gaia photometry: Stassun et al. 2019 (AJ 158, 138), eq. 1."""
    x = np.clip(bp_rp, -0.2, 3.5)
    return np.asarray(g - 0.00522555 * x**3 + 0.0891337 * x**2 - 0.633923 * x + 0.0324473)


def half_hour_noise(tmag: FloatArray) -> FloatArray:
    """Relative noise of one 30-minute cadence: photons, sky and a floor of 60 ppm.

    The shape of Ricker et al. 2015 (JATIS 1, 014003), Fig. 8: 200 ppm in an hour at T = 10, 1 % at T = 16.
    """
    hour = np.hypot(200e-6 * 10 ** (0.2 * (tmag - 10)), 40e-6 * 10 ** (0.4 * (tmag - 10)))
    return np.asarray(np.hypot(60e-6, np.sqrt(2.0) * hour))


def observe_periods(
    streams: Streams, rows: Rows, light: Starlight, look: Appearance, scatter: FloatArray, depth: FloatArray
) -> dict[str, NDArray[Any]]:
    """tmag, the photometric period (d) where a sector shows one, its kind, and whether eclipses are seen.

    A period is found when the scatter stands 15 times above the noise of a sector and it is below 13 d: the orbit's
    where tides and eclipses prevail, else that of spots or pulsation. Good to 1e-4; NaN otherwise.
    """
    tmag = tess_magnitude(light.magnitude["g"], light.magnitude["bp"] - light.magnitude["rp"])
    v = light.variability
    own = 0.5 * v.intrinsic_amplitude**2 * (1 + v.intrinsic_harmonic**2)
    orbital = scatter**2 > 2 * own
    period = np.where(orbital, v.orbit.period, v.intrinsic_period)
    noise = half_hour_noise(tmag) / np.sqrt(CADENCES_PER_SECTOR)
    seen = (streams.uniform("tess", rows) < COVERED) & ~look.extended & (tmag < 16.5)
    found = seen & (scatter > LEAST_SIGNAL_TO_NOISE * noise) & (period > 0) & (period < LONGEST_PERIOD)
    measured = period * (1 + 1e-4 * streams.normal("tess_period", rows))
    return {
        "tmag": tmag,
        "period": np.where(found, measured, np.nan),
        "period_kind": found.astype(np.int64),
        "eclipsing": found & orbital & (depth > ECLIPSE_SEEN) & can_eclipse(v),
    }
