"""The companions that the simulated survey draws, as a prior of the companion of one star."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from analysis.simulate.multiplicity import (
    BLACK_HOLES,
    CLOSE_WHITE_DWARFS,
    NEUTRON_STARS,
    WIDE_WHITE_DWARFS,
    multiple_shares,
)
from analysis.stars.units import FloatArray

LOWEST_STAR = 0.08
TWIN_RATIO = 0.95


@dataclass(frozen=True)
class FieldCompanions:
    """Companions of field stars by period and mass, as `analysis.simulate.multiplicity` draws and sources them.

    `enrichment` multiplies the natural shares of neutron stars (1e-6) and black holes (1e-7): 1 for nature, the
    survey's own for a simulated one.
    """

    enrichment: float = 1.0

    @property
    def name(self) -> str:
        """What the prior is, in words."""
        if self.enrichment == 1:
            return "companions of field stars, neutron stars and black holes as rare as in nature"
        return f"companions of field stars, neutron stars and black holes {self.enrichment:g} times as common"

    def weight(self, m1: FloatArray, m2: FloatArray, semi_amplitude: FloatArray, period: FloatArray) -> FloatArray:
        """Prior of a draw of (K, inclination, log P): that of (m2, inclination, log P) times dm2/dK."""
        stars, remnants = self._densities(m1, m2, period)
        return (stars + remnants) * slope_of_mass(m1, m2, semi_amplitude)

    def luminous_share(self, m1: FloatArray, m2: FloatArray, period: FloatArray) -> FloatArray:
        """Part of the companions of this mass and period that are main-sequence stars."""
        stars, remnants = self._densities(m1, m2, period)
        return stars / np.maximum(stars + remnants, 1e-300)

    def _densities(self, m1: FloatArray, m2: FloatArray, period: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Companions per unit of log10 P and solar mass: main-sequence stars, and white dwarfs to black holes."""
        log_p = np.log10(period)
        multiple, triple = multiple_shares(m1)
        pairs = np.where(m1 < 0.6, norm.pdf(log_p, 4.66, 1.74), norm.pdf(log_p, 5.03, 2.28))
        pairs = np.where(m1 > 3.0, ((log_p > 0.2) & (log_p < 7.0)) / 6.8, pairs)
        stars = (multiple - triple) * pairs + triple * norm.pdf(log_p, 3.0, 1.5)
        q, least = m2 / m1, np.minimum(LOWEST_STAR / m1, 0.9)
        twins = np.where(log_p < 2, 0.20, 0.05)
        of_q = (1 - twins) * ((q > least) & (q < 1)) / (1 - least)
        of_q += twins * ((q > TWIN_RATIO) & (q < 1)) / (1 - TWIN_RATIO)
        close = CLOSE_WHITE_DWARFS * np.where(m1 < 0.8, 5.0, 1.0) * norm.pdf(log_p, -0.43, 0.44)
        wide = WIDE_WHITE_DWARFS * np.where(log_p > 2, norm.pdf(log_p, 4.5, 1.5), 0.0)
        compact = 0.5 * ((log_p > -0.7) & (log_p < 1.0)) / 1.7 + 0.5 * norm.pdf(log_p, 2.5, 0.45)
        neutron = min(NEUTRON_STARS * self.enrichment, 0.05) * norm.pdf(m2, 1.33, 0.15)
        black = min(BLACK_HOLES * self.enrichment, 0.05) * norm.pdf(m2, 7.8, 2.0) * (m2 > 4.0)
        remnants = (close + wide) * norm.pdf(m2, 0.60, 0.08) + compact * (neutron + black)
        return np.asarray(stars * of_q / m1), np.asarray(remnants)


def slope_of_mass(m1: FloatArray, m2: FloatArray, semi_amplitude: FloatArray) -> FloatArray:
    """dm2/dK at a given period and inclination (solar masses a km/s), from m2^3 / (m1 + m2)^2 proportional to K^3."""
    return np.asarray(m2 * 3 * (m1 + m2) / (3 * m1 + m2) / np.maximum(semi_amplitude, 1e-6))
