"""Random numbers that any row can draw alone, whatever rows are drawn with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from analysis.stars.units import FloatArray

Rows = NDArray[np.int64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True)
class Streams:
    """One stream of random numbers a quantity: the number of row i is element i of the quantity's own stream.

    Each stream is a SplitMix64 generator (Steele, Lea & Flood 2014, OOPSLA) whose start is a hash of the seed
    and the quantity's name. Its element i costs the same for any i, so a star can be made alone or in a block
    of any size and is the same star.
    """

    seed: int

    def bits(self, name: str, rows: Rows) -> NDArray[np.uint64]:
        """64 random bits a row, as uint64, in the shape of `rows`."""
        x = rows.astype(np.uint64)
        x += np.uint64(1)
        x *= _STEP
        x += self._start(name)
        x ^= x >> np.uint64(30)
        x *= _MIX_1
        x ^= x >> np.uint64(27)
        x *= _MIX_2
        x ^= x >> np.uint64(31)
        return x

    def uniform(self, name: str, rows: Rows, low: float = 0.0, high: float = 1.0) -> FloatArray:
        """Uniform numbers strictly between `low` and `high`, in the shape of `rows`."""
        x = (self.bits(name, rows) >> np.uint64(12)).astype(np.float64)
        x += 0.5
        x *= (high - low) * 2.0**-52
        x += low
        return x

    def normal(self, name: str, rows: Rows) -> FloatArray:
        """Normal numbers of mean 0 and standard deviation 1, in the shape of `rows`."""
        return np.asarray(ndtri(self.uniform(name, rows)), dtype=np.float64)

    def chi_squared(self, name: str, rows: Rows, freedom: FloatArray) -> FloatArray:
        """Chi-squared numbers with `freedom` degrees of freedom a row; 0 where that is 0 or less."""
        half = np.maximum(np.asarray(freedom, dtype=np.float64), 1e-3) / 2
        value = 2 * gammaincinv(half, self.uniform(name, rows))
        return np.where(np.asarray(freedom) > 0, value, 0.0)

    def poisson(self, name: str, rows: Rows, mean: FloatArray) -> FloatArray:
        """Poisson numbers with a `mean` (>= 0) a row, by inversion; at most 60 above the whole part of it."""
        u = self.uniform(name, rows)
        term = np.exp(-np.asarray(mean, dtype=np.float64))
        total, count = term.copy(), np.zeros_like(u)
        for k in range(1, int(np.max(mean, initial=0.0)) + 60):
            above = u > total
            if not above.any():
                break
            count += above
            term = term * mean / k
            total += term
        return count

    def table(self, name: str, rows: Rows, n: int, kind: str = "uniform") -> FloatArray:
        """`n` numbers a row in shape (rows, n); `kind` is "uniform" or "normal"."""
        draw = self.normal if kind == "normal" else self.uniform
        return np.stack([draw(f"{name}/{k}", rows) for k in range(n)], axis=-1)

    def _start(self, name: str) -> np.uint64:
        digest = hashlib.blake2b(f"{self.seed}/{name}".encode(), digest_size=8).digest()
        return np.uint64(int.from_bytes(digest, "little"))
