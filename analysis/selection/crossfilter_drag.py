"""The index of one drag: moves of a range cost what they cross, however large the table is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.selection.crossfilter_bits import Words, range_ends
from analysis.selection.crossfilter_codes import NumberArray
from analysis.selection.crossfilter_totals import BinTotals, LayerTotals, MeanKey, MeanTotals, Tables
from analysis.selection.crossfilter_views import Axis
from analysis.selection.crossfilter_workers import Work
from analysis.selection.cuts import Cut, Range
from analysis.selection.kernels_drag import count_buckets, fill_index, move_near, move_records
from analysis.selection.kernels_pointers import address_of
from analysis.selection.kernels_totals import MEAN_VALUES
from analysis.selection.prepared import Prepared

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Scene:
    """What a drag index is made for: the other cuts with their bits, and everything that is counted."""

    others: dict[str, Cut]
    bits: dict[str, int]
    layers: dict[tuple[Axis, Axis], LayerTotals]
    means: dict[MeanKey, MeanTotals]
    bins: dict[str, BinTotals]

    def same_as(self, other: Scene) -> bool:
        """True where an index made for one serves the other."""
        return (
            self.others == other.others
            and self.bits == other.bits
            and list(self.layers) == list(other.layers)
            and list(self.means) == list(other.means)
            and {name: id(bins.codes) for name, bins in self.bins.items()}
            == {name: id(bins.codes) for name, bins in other.bins.items()}
            and list(self.bins) == list(other.bins)
        )


@dataclass(frozen=True, eq=False)
class Drag:
    """A range clause made ready to be dragged; `index` is None where it would not fit into the memory allowed."""

    name: str
    column: str
    scene: Scene
    index: DragIndex | None

    @property
    def nbytes(self) -> int:
        """Bytes of the index."""
        return 0 if self.index is None else self.index.nbytes


class BucketedValues:
    """Values in buckets: which places a change of range crosses."""

    def __init__(self, values: NumberArray, counts: IntArray) -> None:
        self.values = values
        self.offsets = np.concatenate(([0], np.cumsum(counts)))
        self.lows, self.highs = np.zeros((2, len(counts)), dtype=values.dtype)

    def finish(self) -> None:
        """Note the least and the greatest value of each bucket but the last, which holds the missing ones."""
        here = np.flatnonzero(np.diff(self.offsets[:-1]))
        if len(here):
            starts = self.offsets[here]
            filled = self.values[: self.offsets[-2]]
            self.lows[here] = np.minimum.reduceat(filled, starts)
            self.highs[here] = np.maximum.reduceat(filled, starts)

    def crossings(self, old: Range, new: Range) -> tuple[IntArray, IntArray]:
        """Runs of places as rows (start, stop, sign) and single places as rows (place, sign)."""
        was, becomes = self._states(old), self._states(new)
        partly = (was == 2) | (becomes == 2)
        signs = np.where(partly, 0, becomes - was)
        turns = np.flatnonzero(np.diff(signs, prepend=0, append=0))
        runs = np.stack((self.offsets[turns[:-1]], self.offsets[turns[1:]], signs[turns[:-1]]), axis=1)
        single = [self._differing(int(bucket), old, new) for bucket in np.flatnonzero(partly)]
        return runs[runs[:, 2] != 0], np.concatenate([np.empty((0, 2), np.int64), *single])

    def _states(self, cut: Range) -> npt.NDArray[np.int64]:
        """For each bucket 0 where nothing passes, 1 where all does, 2 where the values have to be asked."""
        if cut.is_open:
            return np.ones(len(self.lows), dtype=np.int64)
        low, high = range_ends(cut, self.values.dtype)
        touched = (self.highs >= low) & (self.lows <= high)
        states: IntArray = np.where((self.lows >= low) & (self.highs <= high), 1, 2) * touched
        states[-1] = 0
        states[np.diff(self.offsets) == 0] = 0
        return states

    def _differing(self, bucket: int, old: Range, new: Range) -> IntArray:
        start, stop = self.offsets[bucket], self.offsets[bucket + 1]
        values = self.values[start:stop]
        change = _passes(values, new).astype(np.int8) - _passes(values, old).astype(np.int8)
        places = np.flatnonzero(change)
        return np.stack((places + start, change[places].astype(np.int64)), axis=1)


class DragIndex:
    """The rows that pass all other cuts, and those that fail exactly one, sorted into buckets of the column."""

    def __init__(self, scene: Scene, values: NumberArray, deciding: IntArray, near: IntArray) -> None:
        n_deciding, n_near = int(deciding.sum()), int(near.sum())
        self.wide = any(bins.codes.rows.dtype == np.uint16 for bins in scene.bins.values())
        self.record_words = len(scene.layers) + -(-len(scene.bins) * (2 if self.wide else 1) // 4)
        self.deciding = BucketedValues(np.empty(n_deciding, values.dtype), deciding)
        self.near = BucketedValues(np.empty(n_near, values.dtype), near)
        self.records = np.zeros(n_deciding * self.record_words, dtype=np.uint32)
        self.near_words = np.empty(n_near, dtype=np.uint32)
        self.mean_values = [np.empty(n_deciding, mean.measured.values.dtype) for mean in scene.means.values()]
        planes = list(scene.layers)
        self.layer_of_mean = np.array([planes.index(key[:2]) for key in scene.means], dtype=np.int64)

    @property
    def nbytes(self) -> int:
        """Bytes of the index."""
        arrays = [self.deciding.values, self.near.values, self.records, self.near_words, *self.mean_values]
        return sum(array.nbytes for array in arrays)

    @property
    def views(self) -> tuple[Any, ...]:
        """The records as 32-, 16- and 8-bit words, the words of each, and whether bins take 16 bits."""
        records = self.records
        return records, records.view(np.uint16), records.view(np.uint8), self.record_words, self.wide

    def move(self, old: Range, new: Range, tables: Tables) -> int:
        """Bring the totals from the old range to the new one; returns by how many the passing rows grew.

        `tables` are those of the running totals, with the histograms in the order of the scene.
        """
        runs, single = self.deciding.crossings(old, new)
        means = tables.means.copy()
        means[:, MEAN_VALUES] = [address_of(values) for values in self.mean_values]
        grown = move_records(
            runs, single, *self.views, tables.layers, self.layer_of_mean, tables.bins, means, tables.scales
        )
        runs, single = self.near.crossings(old, new)
        move_near(runs, single, self.near_words, tables.bins, tables.bin_of_bit[1], tables.removed)
        return int(grown)


def build_drag(
    prepared: Prepared, name: str, column: str, scene: Scene, words: Words, kept: Any, tables: Tables
) -> Drag:
    """The drag of one clause; `words` are fail bits that nobody writes to meanwhile, `kept` all but its own bit.

    The histogram of the clause itself does not change during its drag; the scene must not hold it.
    """
    values = prepared.column(column)
    buckets = prepared.buckets(column)
    unit = words.dtype.type(1)
    slices = _Counted(buckets.number)
    prepared.workers.run(len(words), lambda _: _counting(slices, words, kept, unit, buckets.rows))
    deciding, near = slices.sums()
    index = DragIndex(scene, values, deciding, near)
    if not prepared.reserve_drag(index.nbytes, index):
        return Drag(name, column, scene, None)
    keys = (values.dtype.itemsize, address_of(values), address_of(index.deciding.values), address_of(index.near.values))
    targets = np.array([address_of(target) for target in index.mean_values], dtype=np.int64)
    layers, bins, means = tables.layers, tables.bins, tables.means
    records, shorts, octets, record_words, wide = index.views

    def work(start: int, stop: int) -> None:
        following, near_following = slices.starts[start]
        fill_index(
            words,
            kept,
            unit,
            buckets.rows,
            start,
            stop,
            following,
            near_following,
            np.array(keys),
            layers,
            bins,
            means,
            targets,
            tables.bin_of_bit[1],
            records,
            shorts,
            octets,
            record_words,
            wide,
            index.near_words,
        )

    slices.begin(index.deciding.offsets, index.near.offsets)
    prepared.workers.run(len(words), lambda _: work)
    index.deciding.finish()
    index.near.finish()
    return Drag(name, column, scene, index)


class _Counted:
    """Rows of each bucket in each slice, and from them where each slice begins to write."""

    def __init__(self, n_buckets: int) -> None:
        self.n_buckets = n_buckets
        self.counts: dict[int, tuple[IntArray, IntArray]] = {}
        self.starts: dict[int, tuple[IntArray, IntArray]] = {}

    def sums(self) -> tuple[IntArray, IntArray]:
        nothing = np.zeros(self.n_buckets, dtype=np.int64)
        deciding = sum((counts for counts, _ in self.counts.values()), nothing)
        near = sum((counts for _, counts in self.counts.values()), nothing)
        return deciding, near

    def begin(self, deciding: IntArray, near: IntArray) -> None:
        following, near_following = deciding[:-1].copy(), near[:-1].copy()
        for start in sorted(self.counts):
            self.starts[start] = following.copy(), near_following.copy()
            following += self.counts[start][0]
            near_following += self.counts[start][1]


def _counting(slices: _Counted, words: Words, kept: Any, unit: Any, buckets: npt.NDArray[np.uint16]) -> Work:
    def work(start: int, stop: int) -> None:
        deciding, near = np.zeros((2, slices.n_buckets), dtype=np.int64)
        count_buckets(words, kept, unit, buckets, start, stop, deciding, near)
        slices.counts[start] = deciding, near

    return work


def _passes(values: NumberArray, cut: Range) -> npt.NDArray[np.bool_]:
    if cut.is_open:
        return np.ones(len(values), dtype=np.bool_)
    low, high = range_ends(cut, values.dtype)
    return np.asarray((values >= low) & (values <= high), dtype=np.bool_)
