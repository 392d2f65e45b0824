"""The index of one drag: moves of a range cost what they cross, however large the table is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.selection.crossfilter_bits import Words, range_ends
from analysis.selection.crossfilter_codes import Buckets, NumberArray
from analysis.selection.crossfilter_totals import BinTotals, LayerTotals, MeanKey, MeanTotals, Tables, Totals
from analysis.selection.crossfilter_views import Axis
from analysis.selection.crossfilter_workers import Work, Workers
from analysis.selection.cuts import Cut, Range
from analysis.selection.kernels_drag import count_buckets, fill_index, move_near, move_records
from analysis.selection.kernels_pointers import address_of, address_table
from analysis.selection.prepared import Prepared

IntArray = npt.NDArray[np.int64]

_SERIAL_BELOW = 400_000  # rows crossed: below, merging a second thread's totals costs more than it saves
_PIECE = 32_768


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


class Counted(NamedTuple):
    """The totals that a drag moves, and their tables for the kernels."""

    totals: Totals
    tables: Tables


class BucketedValues:
    """Values in buckets of ascending values, the last one for the missing: which places a change of range crosses.

    The ends of the buckets are those of the whole column: none of the values here lies outside.
    """

    def __init__(self, values: NumberArray, counts: IntArray, buckets: Buckets) -> None:
        self.values = values
        self.offsets = np.concatenate(([0], np.cumsum(counts)))
        self.lows, self.highs = buckets.lows, buckets.highs

    def crossings(self, old: Range, new: Range) -> tuple[IntArray, IntArray]:
        """Runs of places as rows (start, stop, sign) and single places as rows (place, sign)."""
        first, last = self._affected(old, new)
        was, becomes = self._states(old, first, last), self._states(new, first, last)
        partly = (was == 2) | (becomes == 2)
        signs = np.where(partly, 0, becomes - was)
        turns = np.flatnonzero(np.diff(signs, prepend=0, append=0))
        offsets = self.offsets[first:]
        runs = np.stack((offsets[turns[:-1]], offsets[turns[1:]], signs[turns[:-1]]), axis=1)
        single = [self._differing(int(bucket) + first, old, new) for bucket in np.flatnonzero(partly)]
        return runs[runs[:, 2] != 0], np.concatenate([np.empty((0, 2), np.int64), *single])

    def _affected(self, old: Range, new: Range) -> tuple[int, int]:
        """First and last bucket (exclusive) of those in which a row may change sides."""
        if old.is_open or new.is_open:
            return 0, len(self.lows) + 1
        first, last = len(self.lows), 0
        ends = zip(range_ends(old, self.values.dtype), range_ends(new, self.values.dtype), strict=True)
        for before, after in ends:
            if before != after:
                first = min(first, int(np.searchsorted(self.highs, min(before, after), side="left")))
                last = max(last, int(np.searchsorted(self.lows, max(before, after), side="right")))
        return first, max(first, last)

    def _states(self, cut: Range, first: int, last: int) -> IntArray:
        """For each bucket 0 where nothing passes, 1 where all does, 2 where the values have to be asked."""
        if cut.is_open:
            return np.ones(last - first, dtype=np.int64)
        low, high = range_ends(cut, self.values.dtype)
        lows, highs = self.lows[first:last], self.highs[first:last]
        states = np.zeros(last - first, dtype=np.int64)
        inside = np.where((lows >= low) & (highs <= high), 1, 2)
        states[: len(lows)] = inside * ((highs >= low) & (lows <= high))
        return states

    def _differing(self, bucket: int, old: Range, new: Range) -> IntArray:
        start, stop = self.offsets[bucket], self.offsets[bucket + 1]
        values = np.ascontiguousarray(self.values[start:stop])
        change = _passes(values, new).astype(np.int8) - _passes(values, old).astype(np.int8)
        places = np.flatnonzero(change)
        return np.stack((places + start, change[places].astype(np.int64)), axis=1)


class Records:
    """Rows as records of a few fields each, sorted into buckets by the value of the dragged column."""

    def __init__(
        self, key: NumberArray, fields: Sequence[NumberArray], tail: int, counts: IntArray, buckets: Buckets
    ) -> None:
        """Room for `counts` records a bucket, each with the key, the fields and `tail` bytes more at the end."""
        columns = [key, *fields]
        order = sorted(range(len(columns)), key=lambda place: -columns[place].dtype.itemsize)
        offsets = np.cumsum([0, *(columns[place].dtype.itemsize for place in order)])
        self.stride = -(-(int(offsets[-1]) + tail) // 8) * 8
        place_of = {place: int(offset) for place, offset in zip(order, offsets, strict=False)}
        self.offsets = np.array([place_of[place] for place in range(1, len(columns))], dtype=np.int64)
        self.fields = address_table(
            [(address_of(column), column.dtype.itemsize, place_of[place]) for place, column in enumerate(columns)], 3
        )
        self.data = np.empty(int(counts.sum()) * (self.stride // 8), dtype=np.uint64)
        octets = self.data.view(np.uint8).reshape(-1, self.stride)
        keys = octets[:, place_of[0] : place_of[0] + key.dtype.itemsize].view(key.dtype)[:, 0]
        self.values = BucketedValues(keys, counts, buckets)

    @property
    def nbytes(self) -> int:
        """Bytes of the records."""
        return self.data.nbytes


class DragIndex:
    """The rows that pass all other cuts, and those that fail exactly one, sorted into buckets of the column."""

    def __init__(self, scene: Scene, key: NumberArray, deciding: IntArray, near: IntArray, buckets: Buckets) -> None:
        layers = [layer.codes.rows for layer in scene.layers.values()]
        bins = [bins.codes.rows for bins in scene.bins.values()]
        means = [mean.measured.values for mean in scene.means.values()]
        self.deciding = Records(key, [*layers, *bins, *means], 0, deciding, buckets)
        self.near = Records(key, [], 4, near, buckets)
        self.layer_offsets, self.bin_offsets, values = np.split(
            self.deciding.offsets, [len(layers), len(layers) + len(bins)]
        )
        planes = list(scene.layers)
        pixels = [self.layer_offsets[planes.index(mean[:2])] for mean in scene.means]
        self.mean_offsets = np.stack((np.array(pixels, dtype=np.int64), values), axis=1)

    @property
    def nbytes(self) -> int:
        """Bytes of the index."""
        return self.deciding.nbytes + self.near.nbytes

    def move(self, old: Range, new: Range, counted: Counted, workers: Workers) -> int:
        """Bring the totals, those of the scene, from the old range to the new; returns how the passing rows grew."""
        runs, single = self.deciding.values.crossings(old, new)
        crossing = int((runs[:, 1] - runs[:, 0]).sum())
        if crossing < _SERIAL_BELOW or workers.threads == 1:
            grown = self._move(runs, single, counted.tables)
        else:
            grown = self._move(runs[:0], single, counted.tables) + self._move_long(runs, counted, workers)
        near, tables = self.near, counted.tables
        runs, single = near.values.crossings(old, new)
        move_near(runs, single, near.data, near.stride, tables.bins, tables.bin_of_bit[1], tables.removed)
        return grown

    def _move(self, runs: IntArray, single: IntArray, tables: Tables) -> int:
        records, stride = self.deciding.data, self.deciding.stride
        return int(
            move_records(
                runs, single, records, stride, tables.layers, self.layer_offsets, tables.bins, self.bin_offsets,
                tables.means, self.mean_offsets, tables.scales,
            )
        )  # fmt: skip

    def _move_long(self, runs: IntArray, counted: Counted, workers: Workers) -> int:
        """Move many records on several threads, each with totals of its own."""
        pieces = [
            (start, min(start + _PIECE, int(stop)), int(sign))
            for first, stop, sign in runs
            for start in range(int(first), int(stop), _PIECE)
        ]
        parts = [counted.totals]
        no_single = np.empty((0, 2), dtype=np.int64)

        def make_work(number: int) -> Work:
            if number:
                parts.append(counted.totals.blank())
            mine = parts[number]
            tables = mine.tables({}, {})

            def work(first: int, last: int) -> None:
                mine.passing += self._move(np.array(pieces[first:last]), no_single, tables)

            return work

        before = counted.totals.passing
        workers.run_slices([(piece, piece + 1) for piece in range(len(pieces))], make_work, workers.threads)
        for part in parts[1:]:
            counted.totals.add(part)
        return counted.totals.passing - before


def build_drag(
    prepared: Prepared, name: str, column: str, scene: Scene, words: Words, kept: Any, tables: Tables
) -> Drag:
    """The drag of one clause; `words` are fail bits that nobody writes to meanwhile, `kept` all but its own bit.

    The histogram of the clause itself does not change during its drag; the scene must not hold it.
    """
    buckets = prepared.buckets(column)
    unit = words.dtype.type(1)
    slices = _BucketCounts(buckets.number)
    prepared.workers.run(len(words), lambda _: _counting(slices, words, kept, unit, buckets.rows))
    deciding, near = slices.sums()
    index = DragIndex(scene, prepared.column(column), deciding, near, buckets)
    if not prepared.reserve_drag(index.nbytes, index):
        return Drag(name, column, scene, None)
    slices.begin(index.deciding.values.offsets, index.near.values.offsets)
    records = (index.deciding.data, index.deciding.stride, index.near.data, index.near.stride)

    def work(start: int, stop: int) -> None:
        fill_index(
            words, kept, unit, buckets.rows, start, stop, *slices.starts[start], index.deciding.fields,
            index.near.fields, *records, tables.bins, tables.bin_of_bit[1],
        )  # fmt: skip

    prepared.workers.run(len(words), lambda _: work)
    return Drag(name, column, scene, index)


class _BucketCounts:
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


def _counting(slices: _BucketCounts, words: Words, kept: Any, unit: Any, buckets: npt.NDArray[np.uint16]) -> Work:
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
