"""What one session counts: its grids and histograms, kept up to date with the fail bits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.selection.crossfilter_bits import FailBits, Probe, Words
from analysis.selection.crossfilter_totals import (
    Axes,
    BinTotals,
    LayerTotals,
    MeanKey,
    MeanTotals,
    Totals,
)
from analysis.selection.crossfilter_views import Grid, Histogram, Planes, read_only
from analysis.selection.crossfilter_workers import Work
from analysis.selection.kernels_pointing import spread_extremes
from analysis.selection.kernels_totals import advance
from analysis.selection.prepared import Prepared

_EVERYTHING, _NOTHING = 0, 3  # verdicts: passes; fails more than one cut
_SCAN_NS, _MOVE_NS = 0.4, 12.0  # about what a row costs to look at, and to move
_SERIAL_BELOW = 5e6  # nanoseconds: below, merging a second thread's totals costs more than it saves


class Counting:
    """Grids and histograms by name, and the running totals behind them.

    Grids with the same axes share their counts. New ones wait in `_fresh` for the next refresh.
    """

    def __init__(self, prepared: Prepared, threads: int | None) -> None:
        self._prepared = prepared
        self._threads = threads
        self.grids: dict[str, Grid] = {}
        self.histograms: dict[str, Histogram] = {}
        self.totals = Totals(passing=prepared.n_rows)
        self._fresh = Totals()

    def add_grid(self, grid: Grid) -> None:
        """Count this grid from now on, in place of one of the same name."""
        codes = self._prepared.pixels(*grid.axes)
        if grid.value is not None:
            measured = self._prepared.measured(grid.value)
            key = (*grid.axes, grid.value)
            if grid.reduce == "mean" and key not in self.totals.means:
                self._fresh.means[key] = MeanTotals.empty(codes, measured)
        if grid.axes not in self.totals.layers:
            self._fresh.layers[grid.axes] = LayerTotals.empty(codes)
        self.grids[grid.name] = grid
        self._drop_unused()

    def remove_grid(self, name: str) -> None:
        """Stop counting the grid."""
        del self.grids[name]
        self._drop_unused()

    def add_histogram(self, histogram: Histogram) -> None:
        """Count this histogram from now on, in place of one of the same name."""
        codes = self._prepared.bins(histogram.axis)
        self.totals.bins.pop(histogram.name, None)
        self._fresh.bins[histogram.name] = BinTotals.empty(codes)
        self.histograms[histogram.name] = histogram

    def remove_histogram(self, name: str) -> None:
        """Stop counting the histogram."""
        del self.histograms[name]
        self.totals.bins.pop(name, None)
        self._fresh.bins.pop(name, None)

    @property
    def is_complete(self) -> bool:
        """False while something was added and not yet counted."""
        return not self._fresh

    def everything(self) -> Totals:
        """All that is counted, or will be after the next refresh."""
        return Totals(
            self.totals.layers | self._fresh.layers,
            self.totals.means | self._fresh.means,
            self.totals.bins | self._fresh.bins,
            self.totals.removed,
        )

    def refresh(self, fails: FailBits, changed: bool) -> None:
        """Bring the totals up to the wanted fail bits; `changed` says that they differ from the counted ones."""
        probe = fails.probe()
        if changed:
            few = probe.changing <= min(probe.passing, 1 - probe.passing) + probe.near
            if few and not fails.handed_over:
                self._scan(self.totals, fails, None, probe.changing)
            else:
                self._count_anew(self.totals, fails, probe)
                np.copyto(fails.counted, fails.wanted)
            fails.note_counted()
        if self._fresh:
            fresh, self._fresh = self._fresh, Totals()
            self._count_anew(fresh, fails, probe)
            self.totals.adopt(fresh)

    def planes(self, grid: Grid, wanted: Words) -> Planes:
        """The grid's counts and values now; `wanted` are the fail bits that the totals follow."""
        layer = self.totals.layers[grid.axes]
        counts = layer.counts[:-1].copy()
        value: npt.NDArray[np.float32] | None = None
        if grid.reduce == "mean" and grid.value is not None:
            value = self.totals.means[*grid.axes, grid.value].means(layer.counts)
        elif grid.value is not None:
            value = self._extremes(grid, wanted)
        return _planes(grid, counts, value)

    def background(self, grid: Grid) -> Planes:
        """The grid over all rows, without any cut."""
        key = ("background", *grid.axes, grid.reduce, grid.value)
        return self._prepared.store.get(key, lambda: self._make_background(grid))

    def _make_background(self, grid: Grid) -> Planes:
        codes = self._prepared.pixels(*grid.axes)
        value: npt.NDArray[np.float32] | None = None
        if grid.reduce == "mean" and grid.value is not None:
            value = self._mean_of_all((*grid.axes, grid.value)).means(codes.counts)
        elif grid.value is not None:
            value = self._extremes(grid, np.zeros(self._prepared.n_rows, dtype=np.uint8))
        return _planes(grid, codes.counts[:-1].astype(np.int32), value)

    def _mean_of_all(self, key: MeanKey) -> MeanTotals:
        x, y, column = key
        codes, measured = self._prepared.pixels(x, y), self._prepared.measured(column)
        return self._prepared.store.get(("mean", *key), lambda: MeanTotals.of_all(codes, measured))

    def _extremes(self, grid: Grid, words: Words) -> npt.NDArray[np.float32]:
        assert grid.value is not None
        codes, values = self._prepared.pixels(*grid.axes), self._prepared.measured(grid.value).values
        sign = values.dtype.type(-1 if grid.reduce == "min" else 1)
        parts: list[npt.NDArray[np.floating]] = []

        def make_work(_: int) -> Work:
            greatest = np.full(len(codes.counts), -np.inf, dtype=values.dtype)
            parts.append(greatest)
            return lambda start, stop: spread_extremes(codes.rows, values, words, sign, start, stop, greatest)

        self._prepared.workers.run(self._prepared.n_rows, make_work, self._threads)
        found = np.maximum.reduce(parts)[:-1]
        return np.where(np.isneginf(found), np.nan, found * sign + 0.0).astype(np.float32)

    def _count_anew(self, totals: Totals, fails: FailBits, probe: Probe) -> None:
        """Count the rows that pass, or take those that do not from the counts of all rows: whichever is fewer."""
        if probe.passing > 0.5 or not fails.bits:
            totals.fill(self._prepared.n_rows, {key: self._mean_of_all(key) for key in totals.means})
            if fails.bits:
                self._scan(totals, fails, _EVERYTHING, 1 - probe.passing + probe.near)
        else:
            totals.clear()
            self._scan(totals, fails, _NOTHING, probe.passing + probe.near)

    def _scan(self, totals: Totals, fails: FailBits, reference: int | None, moving: float) -> None:
        parts = [totals]

        def make_work(number: int) -> Work:
            if number:
                parts.append(totals.blank())
            mine = parts[number]
            tables = mine.tables(fails.counted_bits, fails.bits)

            def work(start: int, stop: int) -> None:
                mine.passing += advance(
                    fails.counted,
                    fails.wanted,
                    -1 if reference is None else reference,
                    fails.unit,
                    start,
                    stop,
                    *tables,
                )

            return work

        expected = self._prepared.n_rows * (_SCAN_NS + _MOVE_NS * moving)
        threads = 1 if expected < _SERIAL_BELOW else self._threads
        self._prepared.workers.run(self._prepared.n_rows, make_work, threads)
        for part in parts[1:]:
            totals.add(part)

    def _drop_unused(self) -> None:
        layers: set[Axes] = {grid.axes for grid in self.grids.values()}
        means: set[MeanKey] = {
            (*grid.axes, grid.value) for grid in self.grids.values() if grid.reduce == "mean" and grid.value is not None
        }
        for totals in (self.totals, self._fresh):
            totals.layers = {key: layer for key, layer in totals.layers.items() if key in layers}
            totals.means = {key: mean for key, mean in totals.means.items() if key in means}


def _planes(grid: Grid, counts: npt.NDArray[np.int32], value: npt.NDArray[np.float32] | None) -> Planes:
    return Planes(
        read_only(counts.reshape(grid.shape)), None if value is None else read_only(value.reshape(grid.shape))
    )
