"""The cut engine: every grid, histogram and count follows any cut at once, over millions of rows."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.selection.crossfilter_bits import FailBits
from analysis.selection.crossfilter_counting import Counting
from analysis.selection.crossfilter_drag import Counted, Drag, Scene, build_drag
from analysis.selection.crossfilter_rows import (
    RowArray,
    nearest_on_screen,
    ordered_rows,
    passing_rows,
    rows_in_window,
)
from analysis.selection.crossfilter_totals import Totals
from analysis.selection.crossfilter_views import Answer, Grid, Histogram, Planes, read_only
from analysis.selection.cuts import Cut, Range
from analysis.selection.prepared import Prepared
from analysis.selection.table_columns import BoolArray, Table, near_names


@dataclass(eq=False)
class _Dragging:
    """The clause being dragged. While `ahead` the totals follow its range but its fail bits do not yet."""

    name: str
    column: str
    drag: Drag | None = None
    counted: Counted | None = None
    ahead: bool = False
    removed: int = 0


class Crossfilter:
    """Cuts on one table, and what passes them: grids of two columns, histograms, counts, rows.

    Each clause is a cut under a name. A histogram leaves out the clause of its own name, so a slider sees the
    distribution it cuts. Any clause may change at any time with `set`; a Range that is dragged goes through
    `begin_drag`, `move`, `end_drag`, and with the index from `prepare_drag` a move costs only the rows that
    it crosses. All ways give the same answers as masks of whole columns, bit for bit.

    One session owns a Crossfilter and calls it from one thread at a time; only `prepare_drag` may run beside
    it in another. What sessions share is `Prepared`, made from the table here unless it is given. `threads`
    limits the threads of one pass.

    Raises MissingColumnError where the table lacks a column, with the nearest names that it has.
    """

    def __init__(
        self,
        table: Table | Prepared,
        grids: Iterable[Grid] = (),
        histograms: Iterable[Histogram] = (),
        threads: int | None = None,
    ) -> None:
        self.prepared = table if isinstance(table, Prepared) else Prepared(table)
        self._lock = threading.RLock()
        self._fails = FailBits(self.prepared)
        self._counting = Counting(self.prepared, threads)
        self._cuts: dict[str, Cut] = {}
        self._changed = False
        self._dragging: _Dragging | None = None
        for grid in grids:
            self.add_grid(grid)
        for histogram in histograms:
            self.add_histogram(histogram)

    @property
    def n_rows(self) -> int:
        """Number of rows of the table."""
        return self.prepared.n_rows

    @property
    def clauses(self) -> dict[str, Cut]:
        """The cuts by name, in the order in which they were first set; a copy."""
        return dict(self._cuts)

    @property
    def grids(self) -> dict[str, Grid]:
        """The grids by name; a copy."""
        return dict(self._counting.grids)

    @property
    def histograms(self) -> dict[str, Histogram]:
        """The histograms by name; a copy."""
        return dict(self._counting.histograms)

    # ------------------------------------------------------------------ cuts

    def set(self, name: str, cut: Cut | None) -> None:
        """Set the clause of this name to the cut; None removes it.

        Raises what the cut raises on this table, and leaves all clauses as they were.
        """
        with self._lock:
            self._settle()
            if cut is None:
                self._fails.write(name, None)
                self._cuts.pop(name, None)
            else:
                self._fails.write(name, cut)
                self._cuts[name] = cut
            self._changed = True
            dragging = self._dragging
            if dragging is not None and (name != dragging.name or not _drags(cut, dragging.column)):
                self._drop_index()

    def update(self, clauses: Mapping[str, Cut | None]) -> None:
        """Set several clauses; where one of them raises, all stay as they were."""
        with self._lock:
            before = self.clauses
            try:
                for name, cut in clauses.items():
                    self.set(name, cut)
            except Exception:
                for name in clauses:
                    self.set(name, before.get(name))
                self._cuts = before
                raise

    # ------------------------------------------------------------------ views

    def add_grid(self, grid: Grid) -> None:
        """Answer this grid from now on, in place of one of the same name."""
        with self._lock:
            self._counting.add_grid(grid)
            self._drop_index()

    def remove_grid(self, name: str) -> None:
        """Stop answering the grid; raises KeyError where there is none of this name."""
        with self._lock:
            self._grid(name)
            self._counting.remove_grid(name)
            self._drop_index()

    def add_histogram(self, histogram: Histogram) -> None:
        """Answer this histogram from now on, in place of one of the same name."""
        with self._lock:
            self._drop_index()
            self._counting.add_histogram(histogram)

    def remove_histogram(self, name: str) -> None:
        """Stop answering the histogram; raises KeyError where there is none of this name."""
        with self._lock:
            if name not in self._counting.histograms:
                raise KeyError(_unknown("histogram", name, self._counting.histograms))
            self._drop_index()
            self._counting.remove_histogram(name)

    def zoom(
        self, name: str, x_range: tuple[float, float], y_range: tuple[float, float], shape: tuple[int, int]
    ) -> None:
        """Give the grid new ranges, in the units of its columns, and a new shape (lines, columns)."""
        with self._lock:
            grid = self._grid(name)
            x = replace(grid.x, low=x_range[0], high=x_range[1], bins=shape[1])
            y = replace(grid.y, low=y_range[0], high=y_range[1], bins=shape[0])
            self.add_grid(replace(grid, x=x, y=y))

    def background(self, name: str) -> Planes:
        """The grid over all rows of the table, without any cut."""
        return self._counting.background(self._grid(name))

    # ------------------------------------------------------------------ answers

    def answer(self, grids: Iterable[str] | None = None) -> Answer:
        """Everything as the present clauses leave it; `grids` names those wanted, if not all of them."""
        with self._lock:
            wanted = [self._grid(name) for name in (self._counting.grids if grids is None else grids)]
            self._refresh()
            if any(grid.reduce in ("min", "max") for grid in wanted):
                self._settle()
            totals, bits = self._counting.totals, self._fails.bits
            removed = {name: int(totals.removed[bits[name]]) if name in bits else 0 for name in self._cuts}
            dragging = self._dragging
            if dragging is not None and dragging.ahead:
                removed[dragging.name] = dragging.removed
            return Answer(
                {grid.name: self._counting.planes(grid, self._fails.wanted) for grid in wanted},
                {name: read_only(totals.bins[name].counts) for name in self._counting.histograms},
                totals.passing,
                removed,
            )

    def mask(self) -> BoolArray:
        """Boolean array, one value a row: True passes all clauses."""
        with self._lock:
            self._settle()
            return np.asarray(self._fails.wanted == 0, dtype=np.bool_)

    def rows(self, limit: int | None = None, order_by: str | None = None, ascending: bool = True) -> RowArray:
        """Row numbers that pass, the first `limit` of them, in the table's order or that of a column.

        Equal values stay in the table's order; missing ones come last either way; text orders by alphabet.
        """
        with self._lock:
            self._settle()
            words = self._fails.wanted
            limit = None if limit is None else max(limit, 0)
            if order_by is None:
                return passing_rows(words, limit)
            texts = self.prepared.texts(order_by)
            if texts is None:
                return ordered_rows(words, self.prepared.column(order_by), limit, ascending)
            places = np.where(texts.rows < 0, np.nan, texts.rows)
            return ordered_rows(words, places, limit, ascending)

    # ------------------------------------------------------------------ pointing

    def nearest(
        self,
        name: str,
        x: float,
        y: float,
        x_per_pixel: float,
        y_per_pixel: float,
        passing: bool = True,
        max_pixels: float = 12,
    ) -> tuple[int, float] | None:
        """(row, distance in pixels) of the star nearest on the screen to x, y on a grid's plane; None if none is near.

        x and y are in data units; a pixel spans `x_per_pixel` of them, or that many dex on a log10 axis. With
        `passing`, a star that passes goes before a nearer one that does not. Only stars within the grid's
        window and `max_pixels` count; of equally near ones it is the first in the table.
        """
        with self._lock:
            grid = self._grid(name)
            self._settle()
            steps = (float(x_per_pixel), float(y_per_pixel))
            found = None
            if passing and self._fails.bits:
                found = nearest_on_screen(self.prepared, grid, (x, y), steps, self._fails.wanted, max_pixels)
            return found or nearest_on_screen(self.prepared, grid, (x, y), steps, None, max_pixels)

    def inside(
        self,
        name: str,
        x0: float,
        x1: float,
        y0: float,
        y1: float,
        limit: int | None = None,
        passing: bool = False,
    ) -> RowArray:
        """Row numbers in the closed window x0..x1, y0..y1 of a grid's plane, the first `limit`; all or passing ones."""
        with self._lock:
            grid = self._grid(name)
            if passing:
                self._settle()
            words = self._fails.wanted if passing else None
            window = (float(x0), float(x1), float(y0), float(y1))
            return rows_in_window(self.prepared, grid, window, words, limit)

    # ------------------------------------------------------------------ dragging

    def prepare_drag(self, name: str) -> Drag:
        """The index for dragging the Range of this name, for `begin_drag`; may run in a thread of its own.

        It holds the rows that only this clause decides under the present other clauses and views. Where these
        change before or during the drag, or memory does not allow an index, moves take the full update.
        """
        with self._lock:
            column = self._dragged_column(name)
            if self._dragging is not None and self._dragging.name != name:
                self._settle()
            scene, counted = self._scene(name)
            kept, words = self._fails.without(name), self._fails.wanted.copy()
        return build_drag(self.prepared, name, column, scene, words, kept, counted.tables)

    def begin_drag(self, drag: Drag | str) -> None:
        """Let `move` move the clause of this name; with a Drag, at the cost of what it crosses.

        A Drag may also be given while moves of its clause are under way.
        """
        with self._lock:
            name = drag if isinstance(drag, str) else drag.name
            column = self._dragged_column(name)
            self._settle()
            self._dragging = _Dragging(name, column)
            if isinstance(drag, Drag) and drag.index is not None and drag.column == column:
                scene, _ = self._scene(name)
                if scene.same_as(drag.scene):
                    self._refresh()
                    self._dragging.drag, self._dragging.counted = drag, self._scene(name)[1]

    def has_index(self, name: str) -> bool:
        """True where the clause of this name is being dragged and its moves go by an index."""
        dragging = self._dragging
        return dragging is not None and dragging.name == name and dragging.drag is not None

    def move(self, low: float | None, high: float | None) -> Answer:
        """Give the dragged clause new ends, None for open, and answer; raises RuntimeError outside a drag."""
        with self._lock:
            dragging = self._dragging
            if dragging is None:
                raise RuntimeError("no clause is being dragged; call begin_drag with the name of one first")
            new = Range(dragging.column, low, high)
            if dragging.drag is None:
                self._fails.write(dragging.name, new)
                self._changed = True
            else:
                self._move_by_index(dragging, new)
            self._cuts[dragging.name] = new
            return self.answer()

    def end_drag(self) -> None:
        """End the drag and free its index; the clause keeps its last range."""
        with self._lock:
            self._settle()
            self._dragging = None

    def _move_by_index(self, dragging: _Dragging, new: Range) -> None:
        self._refresh()
        totals, bits = self._counting.totals, self._fails.bits
        if not dragging.ahead:
            dragging.removed = int(totals.removed[bits[dragging.name]]) if dragging.name in bits else 0
        old = self._cuts.get(dragging.name, Range(dragging.column))
        assert isinstance(old, Range) and dragging.drag is not None and dragging.drag.index is not None
        assert dragging.counted is not None
        grown = dragging.drag.index.move(old, new, dragging.counted, self.prepared.workers)
        totals.passing += grown
        dragging.removed -= grown
        dragging.ahead = True

    def _settle(self) -> None:
        """Let the fail bits catch up with the totals that a drag moved ahead."""
        dragging = self._dragging
        if dragging is not None and dragging.ahead:
            cut = self._cuts[dragging.name]
            assert isinstance(cut, Range)
            self._fails.write_counted_range(dragging.name, cut)
            if dragging.name in self._fails.bits:
                self._counting.totals.removed[self._fails.bits[dragging.name]] = dragging.removed
            dragging.ahead = False

    def _refresh(self) -> None:
        """Bring the totals up to date with the fail bits and the views."""
        if self._changed or not self._counting.is_complete:
            self._settle()
            self._counting.refresh(self._fails, self._changed)
            self._changed = False

    def _drop_index(self) -> None:
        self._settle()
        if self._dragging is not None:
            self._dragging = _Dragging(self._dragging.name, self._dragging.column)

    def _scene(self, name: str) -> tuple[Scene, Counted]:
        """What an index for the clause depends on, and the totals it will move."""
        every = self._counting.everything()
        bins = {other: totals for other, totals in every.bins.items() if other != name}
        others = {other: cut for other, cut in self._cuts.items() if other != name}
        bits = {other: bit for other, bit in self._fails.bits.items() if other != name}
        totals = Totals(every.layers, every.means, bins, every.removed)
        return Scene(others, bits, every.layers, every.means, bins), Counted(totals, totals.tables(bits, bits))

    def _dragged_column(self, name: str) -> str:
        cut = self._cuts.get(name)
        if isinstance(cut, Range):
            return cut.column
        if cut is None and name in self._counting.histograms:
            return self._counting.histograms[name].axis.column
        if cut is None:
            raise KeyError(_unknown("clause", name, self._cuts))
        raise ValueError(f"the clause {name!r} is {cut.text}; only a range of one column can be dragged")

    def _grid(self, name: str) -> Grid:
        if name not in self._counting.grids:
            raise KeyError(_unknown("grid", name, self._counting.grids))
        return self._counting.grids[name]


def _drags(cut: Cut | None, column: str) -> bool:
    return cut is None or (isinstance(cut, Range) and cut.column == column)


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    near = near_names(name, list(known))
    return f"the engine has no {kind} {name!r}{'; did you mean ' + ' or '.join(near) + '?' if near else ''}"
