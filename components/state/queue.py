"""The order in which the passing stars wait to be judged, and the place in it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import numpy as np
import param

from analysis.vetting import QueueOrder, order_queue
from components.state.catalogue import Catalogue
from components.state.verdicts import Verdicts
from components.state.workspace import Workspace

log = logging.getLogger(__name__)
PREFETCH_AFTER_S = 0.2
SCORES = ("score", "p_compact", "mass_function", "snr_min", "half_delta_vr", "delta_vr", "ruwe")
MAGNITUDES = ("phot_g_mean_mag", "hp_mag", "absolute_g", "absolute_hp")
NO_ROWS = np.zeros(0, np.intp)


class Queue(param.Parameterized):
    """The passing stars in an order that stays the same while cuts move; `Focus` holds the star that is judged."""

    order = param.ClassSelector(class_=QueueOrder, default=None, allow_None=True, constant=True)
    unjudged_only = param.Boolean(default=False, doc="pass over the stars the reviewer has judged")
    length = param.Integer(default=0, constant=True, doc="passing stars")
    place = param.Integer(default=0, constant=True, doc="place of the star in focus, from 1; 0 for none")
    judged = param.Integer(default=0, constant=True, doc="passing stars that the reviewer has judged")
    upcoming = param.Integer(default=None, allow_None=True, constant=True, doc="row of the next star")
    building = param.Boolean(default=False, constant=True)
    note = param.String(default="", constant=True, doc="what the last step met")

    def __init__(self, verdicts: Verdicts) -> None:
        super().__init__()
        self._verdicts = verdicts
        self._workspace: Workspace | None = None
        self.rows = NO_ROWS
        self._passing = np.zeros(0, bool)
        self._judged_rows: set[int] = set()
        self._judged_first_seen: frozenset[str] = frozenset()
        self._resume: int | None = None
        self._shown = False
        self._stale = True
        self._then = 0
        self._task: asyncio.Task[None] | None = None
        verdicts.advance = self.next
        verdicts.param.watch(lambda *_: self._recount(), "revision")
        verdicts.param.watch(lambda *_: self._begin_anew(), "reviewer")
        self.param.watch(lambda *_: self._show(), "unjudged_only")

    # ------------------------------------------------------------------ what is in it

    def follow(self, workspace: Workspace) -> None:
        """Walk through the stars of this workspace from now on."""
        self._workspace = workspace
        self.rows, self._passing, self._resume, self._judged_rows = NO_ROWS, np.zeros(0, bool), None, set()
        self._judged_first_seen = frozenset(self._verdicts.mine)
        usable = self.columns
        if self.order is None or (self.order.kind != "random" and self.order.column not in usable):
            with param.edit_constant(self):
                self.order = first_order(workspace.catalogue)
        workspace.selection.param.watch(lambda *_: self._age(), "clauses")
        workspace.focus.param.watch(lambda *_: self._show(), "row")
        self._age()
        self._show()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns the queue can be sorted by."""
        if self._workspace is None:
            return ()
        catalogue = self._workspace.catalogue
        return tuple(name for name in catalogue.numeric_columns if name in catalogue.usable_columns)

    def choose(self, order: QueueOrder) -> None:
        """Sort the queue in another way. Raises ValueError for a column that cannot be sorted by."""
        if order.kind != "random" and order.column not in self.columns:
            raise ValueError(f"this catalogue cannot be sorted by {order.column!r}")
        with param.edit_constant(self):
            self.order = order
        self._begin_anew()

    def show(self, shown: bool) -> None:
        """Keep the queue in step with the cuts while it is looked at; otherwise it waits until it is asked."""
        self._shown = shown
        if shown and self._stale:
            self._build()

    def close(self) -> None:
        """Free everything of this queue."""
        if self._task is not None:
            self._task.cancel()
        self._workspace, self.rows, self._passing = None, NO_ROWS, np.zeros(0, bool)

    # ------------------------------------------------------------------ walking

    def next(self) -> None:
        """Look at the next star, passing over judged ones where that was asked for."""
        self._walk(1)

    def previous(self) -> None:
        """Look at the star before."""
        self._walk(-1)

    def go_to(self, place: int) -> None:
        """Look at the star of this place, counted from 1; places outside the queue lead to its ends."""
        if self._workspace is not None and len(self.rows):
            self._workspace.focus.pick_row(int(self.rows[min(max(place, 1), len(self.rows)) - 1]))

    def _walk(self, step: int) -> None:
        if self._stale or self._task is not None:
            self._build(then=step)
            return
        row = self._neighbour(step)
        if row is None:
            self._say(self._end(step))
        elif self._workspace is not None:
            self._say("")
            self._workspace.focus.pick_row(row)

    def _neighbour(self, step: int) -> int | None:
        position = self._position()
        if position is None:
            resume = 0 if self._resume is None else _position_of(self.rows, self._resume)
            position = (resume or 0) - (1 if step > 0 else 0)
        position += step
        while 0 <= position < len(self.rows):
            row = int(self.rows[position])
            if not (self.unjudged_only and row in self._judged_rows):
                return row
            position += step
        return None

    def _position(self) -> int | None:
        row = self._workspace.focus.row if self._workspace is not None else None
        return None if row is None else _position_of(self.rows, row)

    def _end(self, step: int) -> str:
        if not len(self.rows):
            return "No star passes the cuts, so the queue is empty."
        if self.unjudged_only and self.judged >= self.length:
            return "All stars of the queue are judged."
        return "This is the last star of the queue." if step > 0 else "This is the first star of the queue."

    # ------------------------------------------------------------------ building

    def _age(self) -> None:
        self._stale = True
        if self._shown:
            self._build()

    def _begin_anew(self) -> None:
        self._judged_first_seen = frozenset(self._verdicts.mine)
        self._resume = None
        self._age()

    def _build(self, then: int = 0) -> None:
        self._then = then or self._then
        self._stale = True
        if self._task is not None:
            return
        try:
            self._task = asyncio.get_running_loop().create_task(self._follow_cuts())
        except RuntimeError:  # no server yet
            return
        with param.edit_constant(self):
            self.building = True

    async def _follow_cuts(self) -> None:
        try:
            while self._stale and self._workspace is not None and not self._workspace.pump.closed:
                self._stale = False
                workspace, order = self._workspace, self.order
                await workspace.pump.settled()
                passing = await workspace.pump.ask(lambda stage: stage.passing())
                loop, seen = asyncio.get_running_loop(), self._judged_first_seen
                rows = await loop.run_in_executor(None, _ordered, workspace.catalogue, passing, order, seen)
                mine = list(self._verdicts.mine)
                judged = await loop.run_in_executor(None, _rows_of, workspace.catalogue, mine)
                if workspace is self._workspace:
                    self._verdicts.in_document(lambda rows=rows, p=passing, j=judged: self._take(rows, p, j))
        finally:
            self._task = None
            self._verdicts.in_document(self._built)

    def _take(self, rows: np.ndarray, passing: np.ndarray, judged: set[int]) -> None:
        focus = self._workspace.focus.row if self._workspace is not None else None
        if focus is not None and not (focus < len(passing) and passing[focus]):
            self._resume = _following(self.rows, focus, passing) if self._resume is None else self._resume
            if self._resume is not None and not passing[self._resume]:
                self._resume = _following(self.rows, self._resume, passing)
        else:
            self._resume = None
        self.rows, self._passing, self._judged_rows = rows, passing, judged
        self._show()

    def _built(self) -> None:
        with param.edit_constant(self):
            self.building = self._task is not None
        if not self._then or self._task is not None:
            return
        if self._stale:
            self._build()
            return
        then, self._then = self._then, 0
        self._walk(then)

    # ------------------------------------------------------------------ showing

    def _recount(self) -> None:
        changed = self._verdicts.changed
        if self._workspace is None:
            return
        if not changed:
            self._age()
            return
        for star in changed:
            row = self._workspace.catalogue.row_of(star)
            if row is not None:
                (self._judged_rows.add if star in self._verdicts.mine else self._judged_rows.discard)(row)
        self._show()

    def _show(self) -> None:
        position = self._position()
        judged = sum(bool(self._passing[row]) for row in self._judged_rows if row < len(self._passing))
        with param.edit_constant(self):
            self.param.update(
                length=len(self.rows),
                place=0 if position is None else position + 1,
                judged=judged,
                upcoming=self._neighbour(1) if len(self.rows) else None,
                note="",
            )
        self._prefetch()

    def _prefetch(self) -> None:
        """Read the series of the next star once those of this one are under way."""
        row, workspace = self.upcoming, self._workspace
        if row is None or workspace is None or not self._shown:
            return

        def begin() -> None:
            if workspace is self._workspace and row == self.upcoming and not workspace.pump.closed:
                workspace.series_cache.prefetch(row)

        try:
            asyncio.get_running_loop().call_later(PREFETCH_AFTER_S, begin)
        except RuntimeError:  # no server
            return

    def _say(self, text: str) -> None:
        with param.edit_constant(self):
            self.note = text


def first_order(catalogue: Catalogue) -> QueueOrder:
    """Return the order a catalogue opens with: by a score, else by brightness, else at random."""
    usable = catalogue.usable_columns
    for names, kind in ((SCORES, "score"), (MAGNITUDES, "magnitude")):
        column = next((name for name in names if name in usable), None)
        if column is not None:
            return QueueOrder(kind, column)
    return QueueOrder("random")


def _ordered(catalogue: Catalogue, passing: np.ndarray, order: QueueOrder, judged: frozenset[str]) -> np.ndarray:
    table, column = catalogue.table, catalogue.id_column
    if column is None:
        column = "row number"
        table = table[[order.column] if order.column else []].assign(**{column: np.arange(len(table))})
    return order_queue(table, passing, column, order, judged)


def _rows_of(catalogue: Catalogue, stars: list[str]) -> set[int]:
    """Return the rows of stars given by their identifiers as text; those that are not there are left out."""
    if catalogue.id_column is None:
        return {int(star) for star in stars if star.isdigit() and int(star) < len(catalogue)}
    values = catalogue.values(catalogue.id_column)
    wanted: list[Any] = list(stars)
    if values.dtype.kind in "iu":
        wanted = [int(star) for star in stars if star.lstrip("-").isdigit()]
    return set(np.flatnonzero(np.isin(values, np.array(wanted, dtype=values.dtype))).tolist()) if wanted else set()


def _position_of(rows: np.ndarray, row: int) -> int | None:
    found = np.flatnonzero(rows == row)
    return int(found[0]) if len(found) else None


def _following(rows: np.ndarray, row: int, passing: np.ndarray) -> int | None:
    """Return the first row after this one, in the old order, that passes now."""
    position = _position_of(rows, row)
    if position is None:
        return None
    later = rows[position + 1 :]
    found = np.flatnonzero(passing[later])
    return int(later[found[0]]) if len(found) else None
