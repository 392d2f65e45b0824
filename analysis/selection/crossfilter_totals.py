"""Running totals of the rows that pass: pixels, sums and bins, which only ever add, and so merge by +."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.selection.crossfilter_codes import Codes, Measured, NumberArray
from analysis.selection.crossfilter_views import Axis, FloatArray
from analysis.selection.kernels_pointers import address_of, address_table
from analysis.selection.kernels_pointing import mean_plane
from analysis.selection.kernels_totals import COPIES, sum_all

MOST_BITS = 64

Axes = tuple[Axis, Axis]
MeanKey = tuple[Axis, Axis, str]


@dataclass(eq=False)
class LayerTotals:
    """How many passing rows each pixel of a plane holds; the last pixel is for rows outside."""

    codes: Codes
    counts: npt.NDArray[np.int32]

    @classmethod
    def empty(cls, codes: Codes) -> LayerTotals:
        """Totals of no rows."""
        return cls(codes, np.zeros(len(codes.counts), dtype=np.int32))


@dataclass(eq=False)
class MeanTotals:
    """Sums of a column in each pixel as integers, and how many rows there have no value."""

    codes: Codes
    measured: Measured
    sums: npt.NDArray[np.int64]
    fine: npt.NDArray[np.int64] | None
    missing: npt.NDArray[np.int32]

    @classmethod
    def empty(cls, codes: Codes, measured: Measured) -> MeanTotals:
        """Totals of no rows."""
        size = len(codes.counts)
        fine = np.zeros(size, dtype=np.int64) if measured.fine_scale else None
        return cls(codes, measured, np.zeros(size, np.int64), fine, np.zeros(size, np.int32))

    @classmethod
    def of_all(cls, codes: Codes, measured: Measured) -> MeanTotals:
        """Totals of all rows."""
        totals = cls.empty(codes, measured)
        sum_all(np.array(totals.addresses), measured.scales, codes.rows, measured.values)
        return totals

    @property
    def nbytes(self) -> int:
        """Bytes of the totals."""
        return self.sums.nbytes + self.missing.nbytes + (0 if self.fine is None else self.fine.nbytes)

    @property
    def addresses(self) -> tuple[int, ...]:
        """The row of the kernels' address table."""
        values = self.measured.values
        arrays = (self.sums, self.fine, self.missing)
        return (
            address_of(self.codes.rows),
            address_of(values),
            int(values.dtype == np.float64),
            *map(address_of, arrays),
        )

    def means(self, counts: npt.NDArray[np.int32] | npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """The mean in each pixel, NaN where no value is; `counts` are the rows of each pixel."""
        means = np.empty(len(self.sums) - 1, dtype=np.float32)
        fine = np.empty(0, np.int64) if self.fine is None else self.fine
        fine_inverse = 0.0 if self.fine is None else 1.0 / self.measured.fine_scale
        mean_plane(counts, self.missing, self.sums, fine, 1.0 / self.measured.scale, fine_inverse, means)
        return means


@dataclass(eq=False)
class BinTotals:
    """How many rows each bin holds, as a few copies that add up; the last bin is for rows outside."""

    codes: Codes
    copies: npt.NDArray[np.int64]

    @classmethod
    def empty(cls, codes: Codes) -> BinTotals:
        """Totals of no rows."""
        return cls(codes, np.zeros((COPIES, len(codes.counts)), dtype=np.int64))

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Rows in each bin, without those outside."""
        return np.asarray(self.copies.sum(axis=0)[:-1])

    @property
    def addresses(self) -> tuple[int, ...]:
        """The row of the kernels' address table."""
        return (
            address_of(self.codes.rows),
            int(self.codes.rows.dtype == np.uint16),
            address_of(self.copies),
            self.copies.shape[1],
        )


class Tables(NamedTuple):
    """What the kernels take: addresses of codes and totals, scales, the histogram of each bit, near misses.

    `bin_of_bit` has a row for the verdicts before and one for those after.
    """

    layers: npt.NDArray[np.int64]
    bins: npt.NDArray[np.int64]
    means: npt.NDArray[np.int64]
    scales: FloatArray
    bin_of_bit: npt.NDArray[np.int64]
    removed: npt.NDArray[np.int64]


@dataclass(eq=False)
class Totals:
    """All totals of a session. `removed` counts the rows that fail one cut only, by that cut's bit."""

    layers: dict[Axes, LayerTotals] = field(default_factory=dict)
    means: dict[MeanKey, MeanTotals] = field(default_factory=dict)
    bins: dict[str, BinTotals] = field(default_factory=dict)
    removed: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(MOST_BITS, dtype=np.int64))
    passing: int = 0

    def __bool__(self) -> bool:
        return bool(self.layers or self.means or self.bins)

    def tables(self, bits_before: Mapping[str, int], bits_after: Mapping[str, int]) -> Tables:
        """The tables for the kernels; they hold addresses, so these totals must outlive them."""
        bin_of_bit = np.full((2, MOST_BITS), -1, dtype=np.int64)
        for side, bits in enumerate((bits_before, bits_after)):
            for place, name in enumerate(self.bins):
                if name in bits:
                    bin_of_bit[side, bits[name]] = place
        layers = [(address_of(layer.codes.rows), address_of(layer.counts)) for layer in self.layers.values()]
        scales = [mean.measured.scales for mean in self.means.values()]
        return Tables(
            address_table(layers, 2),
            address_table([bins.addresses for bins in self.bins.values()], 4),
            address_table([mean.addresses for mean in self.means.values()], 6),
            np.array(scales, dtype=np.float64).reshape(len(scales), 3),
            bin_of_bit,
            self.removed,
        )

    def blank(self) -> Totals:
        """Totals of the same things over no rows."""
        return Totals(
            {key: LayerTotals.empty(layer.codes) for key, layer in self.layers.items()},
            {key: MeanTotals.empty(mean.codes, mean.measured) for key, mean in self.means.items()},
            {name: BinTotals.empty(bins.codes) for name, bins in self.bins.items()},
        )

    def add(self, other: Totals) -> None:
        """Add the totals of other rows."""
        for key, layer in other.layers.items():
            self.layers[key].counts += layer.counts
        for mean_key, mean in other.means.items():
            mine = self.means[mean_key]
            mine.sums += mean.sums
            mine.missing += mean.missing
            if mine.fine is not None and mean.fine is not None:
                mine.fine += mean.fine
        for name, bins in other.bins.items():
            self.bins[name].copies += bins.copies
        self.removed += other.removed
        self.passing += other.passing

    def clear(self) -> None:
        """Become the totals of no rows."""
        for array in self._arrays():
            array[...] = 0
        self.passing = 0

    def fill(self, n_rows: int, means_of_all: Mapping[MeanKey, MeanTotals]) -> None:
        """Become the totals of all n_rows rows."""
        self.clear()
        self.passing = n_rows
        for layer in self.layers.values():
            layer.counts[:] = layer.codes.counts
        for bins in self.bins.values():
            bins.copies[0] = bins.codes.counts
        for key, mean in self.means.items():
            everything = means_of_all[key]
            mean.sums[:], mean.missing[:] = everything.sums, everything.missing
            if mean.fine is not None and everything.fine is not None:
                mean.fine[:] = everything.fine

    def adopt(self, other: Totals) -> None:
        """Take over the entries of other totals over the same rows."""
        self.layers |= other.layers
        self.means |= other.means
        self.bins |= other.bins

    def _arrays(self) -> list[NumberArray]:
        arrays: list[NumberArray] = [self.removed]
        arrays += [layer.counts for layer in self.layers.values()]
        arrays += [bins.copies for bins in self.bins.values()]
        for mean in self.means.values():
            arrays += [mean.sums, mean.missing, *([] if mean.fine is None else [mean.fine])]
        return arrays
