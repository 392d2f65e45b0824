"""Opens a light curve or velocities of the star in focus from the visitor's disk, or fetches them from MAST."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import panel as pn

from components.documents import run_in_document
from components.dropped_files import StarDropArea
from components.state.own_files import LARGEST_MB, Taken
from components.state.workspace import Workspace
from components.theme import escape, stylesheet

log = logging.getLogger(__name__)
HINT = (
    "<p class=small>Light curves of TESS, Kepler and K2 (FITS), or tables of time and flux or magnitude; velocities as "
    "tables of time, velocity, error and instrument (rv2 for a second star). Several sectors are stitched.</p>"
)


class StarFilesPanel(pn.viewable.Viewer):
    """A drop area, a button that asks the archive, and the files in use for this star."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        del theme  # its colours are the page's own
        self._workspace = workspace
        self._document = pn.state.curdoc
        self._waiting: Taken | None = None
        # What came of files of a star that was left meanwhile: told when it is looked at again.
        self._untold: dict[int, list[tuple[Callable[[Any], None], Any]]] = {}
        prose: dict[str, Any] = {"margin": 0, "stylesheets": [stylesheet("prose")], "sizing_mode": "stretch_width"}
        widgets: dict[str, Any] = {"margin": (4, 2), "stylesheets": [stylesheet("widgets")]}
        self._dropper = StarDropArea(self._received, "pen-star-file", LARGEST_MB, height=84)
        self._stars = pn.widgets.Select(label="Which star of the table?", options=[], visible=False, **widgets)
        self._stars.param.watch(lambda event: self._choose(event.new), "value")
        self._tic = pn.widgets.TextInput(placeholder="TIC number", width=130, **widgets)
        self._fetch_button = pn.widgets.Button(label="Fetch from MAST", width=130, **widgets)
        self._drop_button = pn.widgets.Button(label="Use none of them", width=130, visible=False, **widgets)
        self._fetch_button.on_click(lambda *_: self._ask_archive())
        self._drop_button.on_click(lambda *_: self._drop())
        self._note = pn.pane.HTML("", **prose)
        self._layout = pn.Column(
            pn.pane.HTML(HINT, **prose), self._dropper, self._stars,
            pn.Row(self._tic, self._fetch_button, self._drop_button, margin=0), self._note,
            margin=0, sizing_mode="stretch_width",
        )  # fmt: skip
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance: the page's own colours serve."""

    def _load(self) -> None:
        row = self._workspace.focus.row
        self._layout.visible = row is not None
        self._waiting = None
        self._stars.visible = False
        if row is not None:
            self._dropper.open(row)
        tic = self._workspace.star_value("tic")
        self._tic.value = "" if tic is None else str(int(tic))
        self._show_names()
        for action, result in self._untold.pop(row, []) if row is not None else []:
            action(result)

    def _show_names(self, said: str = "") -> None:
        row = self._workspace.focus.row
        names = () if row is None else self._workspace.own_files.names.get(row, ())
        listed = f"<p>In use for this star: {escape(', '.join(names))}.</p>" if names else ""
        self._drop_button.visible = bool(names)
        self._note.object = said + listed

    def _received(self, row: int, name: str, content: bytes) -> None:
        self._run(row, partial(self._workspace.own_files.take, row, name, content), partial(self._taken, row))

    def _taken(self, row: int, taken: Taken) -> None:
        if taken.kind == "choice":
            self._waiting = taken
            self._stars.param.update(options=["", *taken.stars], value="", visible=True)
            self._show_names(f"<p>{escape(taken.name)} holds {len(taken.stars)} stars: choose one.</p>")
            return
        self._changed(row, f"<p>{escape(taken.name)}: {taken.kind} of this star.</p>")

    def _choose(self, star: str) -> None:
        row, taken = self._workspace.focus.row, self._waiting
        if star and taken is not None and row is not None:
            choose = partial(self._workspace.own_files.choose, row, taken, star)
            self._run(row, choose, lambda done: self._taken(row, done))

    def _ask_archive(self) -> None:
        row, text = self._workspace.focus.row, self._tic.value.strip().upper().removeprefix("TIC").strip()
        if row is None:
            return
        if not text.isdigit():
            self._show_names("<p class=warn>MAST finds light curves by TIC number: type one, such as 38846515.</p>")
            return
        self._fetch_button.disabled = True
        self._show_names(f"<p>Asking MAST for TIC {text}…</p>")

        def came(count: int) -> None:
            if count:
                self._changed(row, f"<p>{count} light curves of TIC {text} fetched.</p>")
            else:
                self._show_names(f"<p>MAST has no light curve of TIC {text}.</p>")

        self._run(row, partial(self._workspace.own_files.fetch, row, int(text)), came)

    def _drop(self) -> None:
        row = self._workspace.focus.row
        if row is not None:
            self._workspace.own_files.drop(row)
            self._changed(row, "")

    def _changed(self, row: int, said: str) -> None:
        self._workspace.series_cache.forget(row)
        self._workspace.series_version += 1
        self._stars.visible = False
        self._show_names(said)

    # ------------------------------------------------------------------ off the event loop

    def _run(self, row: int, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        pn.state.execute(partial(self._work, row, work, done))

    async def _work(self, row: int, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        try:
            result = await asyncio.get_running_loop().run_in_executor(None, work)
        except (ValueError, OSError) as error:
            log.warning("files of row %s: %s", row, error)
            run_in_document(self._document, partial(self._finish, row, self._refuse, str(error)))
            return
        run_in_document(self._document, partial(self._finish, row, done, result))

    def _finish(self, row: int, action: Callable[[Any], None], result: Any) -> None:
        self._fetch_button.disabled = False
        if self._workspace.focus.row == row:
            action(result)
        else:
            self._workspace.series_cache.forget(row)
            self._untold.setdefault(row, []).append((action, result))

    def _refuse(self, reason: str) -> None:
        self._show_names(f"<p class=warn>{escape(reason)}</p>")
