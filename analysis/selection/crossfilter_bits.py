"""The verdicts of a session: for every row a word with one bit for each active cut that it fails."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.selection.crossfilter_codes import type_limits
from analysis.selection.crossfilter_masks import mask_of
from analysis.selection.crossfilter_totals import MOST_BITS
from analysis.selection.cuts import Cut, Range
from analysis.selection.kernels_bins import write_mask, write_range
from analysis.selection.prepared import Prepared

Words = npt.NDArray[Any]

_WIDTHS = (np.uint8, np.uint16, np.uint32, np.uint64)
_PROBE = 20_000


class Probe(NamedTuple):
    """Parts of the rows: whose change of verdict matters to a total, that pass, that fail one cut only."""

    changing: float
    passing: float
    near: float


class FailBits:
    """Fail bits as they are wanted (`wanted`) and as the totals were last brought up to (`counted`).

    Open ranges have no bit. A bit given back may go to another cut before it is counted: `counted_bits` says
    whose it was in the counted words, and `handed_over` that equal words may then not mean equal verdicts. The
    words grow from 8 to 64 bits with the number of active cuts.
    """

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self.bits: dict[str, int] = {}
        self.counted_bits: dict[str, int] = {}
        self.handed_over = False
        self.wanted: Words = np.zeros(prepared.n_rows, dtype=np.uint8)
        self.counted: Words = np.zeros(prepared.n_rows, dtype=np.uint8)

    @property
    def unit(self) -> Any:
        """The word 1, of the type of the words."""
        return self.wanted.dtype.type(1)

    def word(self, name: str) -> Any:
        """The word in which only the cut's bit is set."""
        return self.wanted.dtype.type(1 << self.bits[name])

    def without(self, name: str) -> Any:
        """The word in which every bit but the cut's is set."""
        every = (1 << 8 * self.wanted.dtype.itemsize) - 1
        return self.wanted.dtype.type(every & ~(1 << self.bits[name]) if name in self.bits else every)

    def write(self, name: str, cut: Cut | None) -> None:
        """Write the cut's bit into the wanted words; None or an open range gives the bit back.

        Raises what the cut raises on this table (MissingColumnError and ValueError), having changed nothing.
        """
        if isinstance(cut, Range):
            values = self._prepared.column(cut.column)
            if not cut.is_open:
                self._take_bit(name)
                low, high = range_ends(cut, values.dtype)
                self._write_range(values, low, high, self.word(name), self.wanted)
                return
        elif cut is not None:
            passes = mask_of(cut, self._prepared)
            self._take_bit(name)
            self._write_mask(passes, self.word(name))
            return
        self._give_back(name)

    def write_counted_range(self, name: str, cut: Range) -> None:
        """Write the range's bit into both words: the totals already follow it."""
        values = self._prepared.column(cut.column)
        if cut.is_open and name not in self.bits:
            return
        self._take_bit(name)
        if cut.is_open:
            keep = self.without(name)
            np.bitwise_and(self.wanted, keep, out=self.wanted)
        else:
            low, high = range_ends(cut, values.dtype)
            self._write_range(values, low, high, self.word(name), self.wanted)
        np.copyto(self.counted, self.wanted)
        self.note_counted()

    def note_counted(self) -> None:
        """Note that the counted words are now the wanted ones."""
        self.counted_bits = dict(self.bits)
        self.handed_over = False

    def probe(self) -> Probe:
        """What a look at some of the rows lets expect of the next pass."""
        step = max(1, len(self.wanted) // _PROBE)
        wanted, counted = self.wanted[::step], self.counted[::step]
        if not len(wanted):
            return Probe(0.0, 0.0, 0.0)
        near = (wanted & (wanted - self.unit)) == 0  # or passes
        was_near = (counted & (counted - self.unit)) == 0
        differs = wanted != counted
        return Probe(
            changing=float(np.mean(differs & (near | was_near))),
            passing=float(np.mean(wanted == 0)),
            near=float(np.mean(near & (wanted != 0))),
        )

    def _take_bit(self, name: str) -> None:
        if name in self.bits:
            return
        taken = set(self.bits.values())
        waiting = {bit for other, bit in self.counted_bits.items() if other != name}
        now = range(8 * self.wanted.dtype.itemsize)
        free = next((bit for bit in now if bit not in taken | waiting), None)
        if free is None:
            free = next((bit for bit in range(MOST_BITS) if bit not in taken), None)
            self.handed_over |= free in waiting
        if free is None:
            raise ValueError(f"more than {MOST_BITS} cuts are active; join some of them into one with &")
        width = next(width for width in _WIDTHS if free < 8 * np.dtype(width).itemsize)
        if np.dtype(width).itemsize > self.wanted.dtype.itemsize:
            self.wanted, self.counted = self.wanted.astype(width), self.counted.astype(width)
        self.bits[name] = free

    def _give_back(self, name: str) -> None:
        if name in self.bits:
            np.bitwise_and(self.wanted, self.without(name), out=self.wanted)
            del self.bits[name]

    def _write_range(self, values: npt.NDArray[Any], low: Any, high: Any, bit: Any, words: Words) -> None:
        def work(start: int, stop: int) -> None:
            write_range(values[start:stop], low, high, bit, words[start:stop])

        self._prepared.workers.run(len(words), lambda _: work)

    def _write_mask(self, passes: npt.NDArray[np.bool_], bit: Any) -> None:
        def work(start: int, stop: int) -> None:
            write_mask(passes[start:stop], bit, self.wanted[start:stop])

        self._prepared.workers.run(len(passes), lambda _: work)


def range_ends(cut: Range, dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """Both ends of a range as values of the column's type, the least and greatest where one is open."""
    low, high = cut.bounds_for(dtype)
    least, greatest = type_limits(dtype)
    return (least if low is None else low), (greatest if high is None else high)
