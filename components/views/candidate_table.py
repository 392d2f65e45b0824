"""The stars that pass, as a table; a click looks at one."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import panel as pn
from bokeh.models.widgets.tables import NumberFormatter

from analysis.catalogue import COLUMNS
from components.documents import run_in_document
from components.state.stage import Stage
from components.state.verdicts import Verdicts
from components.state.workspace import Workspace
from components.theme import escape, format_count, stylesheet

LIMIT = 500
REFRESH_S = 0.35
NAME, VERDICT = "star", "_verdict"


class CandidateTable(pn.viewable.Viewer):
    """The first passing stars in the chosen order; follows the cuts, also while one is dragged."""

    def __init__(self, workspace: Workspace, height: int, verdicts: Verdicts | None = None) -> None:
        super().__init__()
        self._workspace = workspace
        self._verdicts = verdicts
        self._document = pn.state.curdoc
        self._rows = np.zeros(0, np.int64)
        # Tabulator reads points in a field's name as a path: columns travel under names of our own.
        self._fields = {name: f"column{number}" for number, name in enumerate(self._choose_columns())}
        self._order: tuple[str, bool] | None = None
        self._title = pn.pane.HTML(
            "", margin=(4, 10, 2, 10), stylesheets=[stylesheet("prose")], sizing_mode="stretch_width"
        )
        self._height = height
        self._table: Any = None
        self._layout = pn.Column(self._title, margin=0, sizing_mode="stretch_width")
        self._task: asyncio.Task[None] | None = None
        self._wanted = False
        workspace.pump.on_frame(self.refresh)
        workspace.focus.param.watch(lambda *_: self._show_focus(), "row")
        self._watching = verdicts and verdicts.param.watch(
            lambda *_: run_in_document(self._document, self._show_verdicts), "revision"
        )
        self.refresh()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance (the stylesheet reads the page's own colours)."""

    def close(self) -> None:
        """Stop following the session's verdicts."""
        if self._verdicts is not None and self._watching is not None:
            self._verdicts.param.unwatch(self._watching)
            self._watching = None

    def _make_table(self, rows: np.ndarray) -> Any:
        # Tabulator loses values that are set before it is built: it is made when its first rows are known.
        label = self._workspace.catalogue.label
        table = pn.widgets.Tabulator(
            self._frame(rows),
            show_index=False,
            disabled=True,
            selectable=1,
            # Tabulator reads titles as HTML.
            titles={
                NAME: "Star",
                VERDICT: "Verdict",
                **{field: escape(label(name).text) for name, field in self._fields.items()},
            },
            margin=0,
            sizing_mode="stretch_width",
            height=self._height - 30,
            theme="simple",
            stylesheets=[stylesheet("table")],
            layout="fit_data_fill",
            text_align={field: "right" for field in self._fields.values()},
            formatters={
                self._fields[name]: NumberFormatter(format="0", nan_format="-") for name in self._whole_numbers()
            },
        )
        table.on_click(self._clicked)
        table.param.watch(self._sorted, "sorters")
        return table

    def refresh(self) -> None:
        """Show the passing stars soon; several calls close together count as one."""
        self._wanted = True
        if self._task is not None and not self._task.done():
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no server yet: the first frame calls again
            return
        self._task = loop.create_task(self._follow())

    async def _follow(self) -> None:
        while self._wanted and not self._workspace.pump.closed:
            self._wanted = False
            rows, count = await self._workspace.pump.ask(self._passing)
            run_in_document(self._document, partial(self._show, rows, count))
            await asyncio.sleep(REFRESH_S)

    def _passing(self, stage: Stage) -> tuple[np.ndarray, int]:
        column, ascending = self._order or (None, True)
        return stage.rows(LIMIT, column, ascending)

    def _show(self, rows: np.ndarray, count: int) -> None:
        total = len(self._workspace.catalogue)
        if count == 0:
            text = "<b>No star passes all cuts.</b> Open a cut on the left, or undo the last change."
        elif count > len(rows):
            order = self._order
            by = f"by {escape(self._workspace.catalogue.label(order[0]).short)}" if order else "in catalogue order"
            text = f"<b>First {format_count(len(rows))} of {format_count(count)} passing stars</b>, {by}"
        else:
            text = f"<b>{format_count(count)} passing {'star' if count == 1 else 'stars'}</b> of {format_count(total)}"
        self._title.object = f"<div>{text}</div>"
        if self._table is None:
            self._rows = rows
            self._table = self._make_table(rows)
            self._layout.append(self._table)
            self._show_focus()
        elif not np.array_equal(rows, self._rows):
            self._rows = rows
            self._table.value = self._frame(rows)
            self._show_focus()

    def _frame(self, rows: np.ndarray) -> pd.DataFrame:
        catalogue = self._workspace.catalogue
        columns: dict[str, Any] = {NAME: [catalogue.identify(int(row)) for row in rows]}
        if self._verdicts is not None:
            columns[VERDICT] = [self._verdicts.summary(star) for star in columns[NAME]]
        for name, field in self._fields.items():
            values = catalogue.table[name].iloc[rows]
            if values.dtype.kind == "f":
                columns[field] = [None if not np.isfinite(v) else float(f"{v:.6g}") for v in values]
            elif values.dtype.kind in "iu":
                columns[field] = values.to_list()
            else:
                columns[field] = values.astype("object").where(values.notna(), "").astype(str).to_list()
        texts = {name: object for name in (NAME, VERDICT) if name in columns}
        texts |= {field: object for name, field in self._fields.items() if name in catalogue.text_columns}
        return pd.DataFrame(columns).astype(texts)

    def _choose_columns(self) -> list[str]:
        workspace = self._workspace
        catalogue = workspace.catalogue
        wanted = ["mu_number", "subclass"]
        wanted += [clause.column for clause in workspace.selection.clauses if clause.column]
        for figure in workspace.planes.figures.values():
            wanted += figure.columns
        wanted += ["ra", "dec"]
        known = [name for name in dict.fromkeys(wanted) if name in catalogue.table.columns]
        return [name for name in known if name != catalogue.id_column]

    def _whole_numbers(self) -> list[str]:
        """Return the columns that hold counts and numbers of things, also where gaps make them floats."""
        known = [name for name in self._fields if name in COLUMNS and not COLUMNS[name].is_text]
        return [name for name in known if np.dtype(COLUMNS[name].dtype).kind in "iu"]

    def _clicked(self, event: Any) -> None:
        if event.row is not None and 0 <= event.row < len(self._rows):
            self._workspace.focus.pick(str(self._table.value[NAME].iloc[event.row]))

    def _sorted(self, event: Any) -> None:
        order = None
        if event.new:
            field, direction = event.new[0]["field"], event.new[0]["dir"]
            name = next((name for name, own in self._fields.items() if own == field), None)
            if name is not None:
                order = (name, direction == "asc")
        if order != self._order:
            self._order = order
            self.refresh()

    def _show_verdicts(self) -> None:
        if self._table is None or self._verdicts is None or self._workspace is not self._verdicts.workspace:
            return
        before, stars = self._table.value[VERDICT], self._table.value[NAME]
        changed = [
            (place, text) for place, (star, old) in enumerate(zip(stars, before, strict=True))
            if (text := self._verdicts.summary(star)) != old
        ]  # fmt: skip
        if changed:
            self._table.patch({VERDICT: changed})

    def _show_focus(self) -> None:
        if self._table is None:
            return
        row = self._workspace.focus.row
        found = np.flatnonzero(self._rows == row) if row is not None else []
        self._table.selection = [int(found[0])] if len(found) else []
