"""Tables, figures and reports to take away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param

from components.documents import run_in_document
from components.publication.panel_figure import panels_figure
from components.publication.panels import PanelContent, panel_content
from components.publication.plane import KINDS, plane_figure, save_figure
from components.publication.star_report import StarFacts, write_html, write_pdf
from components.state.exports import FORMATS, export_name, provenance_now, star_facts, write_export
from components.state.offered_files import plain_name
from components.state.printed_plane import print_plane
from components.state.selection_text import saved_clauses, selected_cut
from components.state.session import Session
from components.state.workspace import Workspace
from components.theme import THEMES, format_count
from components.tool_card import ToolCard, card_script

log = logging.getLogger(__name__)
PLANE, PANEL = "plane:", "panel:"


class SelectExport(ToolCard):
    """Writes files in a thread and hands them to the browser; ``sections`` are the panels of the star page."""

    formats = param.List(default=[list(pair) for pair in FORMATS.items()])
    kinds = param.List(default=[list(pair) for pair in KINDS.items()])
    figures = param.List(default=[], doc="key and title of each figure that can be saved")
    star = param.String(default="", doc="name of the star in focus")
    doing = param.String(default="")

    _esm = card_script("select_export")

    def __init__(self, session: Session, workspace: Workspace, theme: str, sections: Sequence[Any]) -> None:
        super().__init__(session, theme)
        self._workspace, self._sections = workspace, sections
        self._page_document = pn.state.curdoc
        workspace.focus.param.watch(lambda *_: self.refresh(), "row")
        workspace.planes.param.watch(lambda *_: self.refresh(), "figures")
        self.refresh()

    def refresh(self) -> None:
        """Name the figures and the star anew."""
        row = self._workspace.focus.row
        planes = [[PLANE + slot, f"Plane: {figure.title}"] for slot, figure in self._workspace.planes.figures.items()]
        panels = [] if row is None else [[PANEL + s.title, f"Star: {s.title}"] for s in self._sections]
        name = "" if row is None else self._workspace.catalogue.name_of(row)
        self.param.update(figures=planes + panels, star=name)

    def do_table(self, message: Mapping[str, Any]) -> None:
        """Export the passing stars."""
        suffix = str(message["format"])
        workspace, clauses = self._workspace, saved_clauses(self._workspace.selection)
        records = self._session.verdicts.visible_records()
        path = self._session.files.place(export_name(workspace.catalogue, suffix))
        words = f"Writing {FORMATS[suffix]}"
        replayed = workspace.replay.applied
        self._start(words, path, lambda: write_export(workspace.catalogue, clauses, records, path, replayed), _counted)

    def do_figure(self, message: Mapping[str, Any]) -> None:
        """Save one figure for publication."""
        key, kind = str(message["figure"]), str(message["format"])
        if kind not in KINDS:
            raise ValueError(f"figures are saved as {', '.join(KINDS.values())}")
        if key.startswith(PLANE):
            self._save_plane(key.removeprefix(PLANE), kind)
        else:
            self._save_panel(key.removeprefix(PANEL), kind)

    def do_report(self, message: Mapping[str, Any]) -> None:
        """Write the report of the star in focus."""
        kind, workspace = str(message["format"]), self._workspace
        row = workspace.focus.row
        if row is None:
            raise ValueError("Pick a star first: a report is of one star.")
        contents = [content for s in self._sections if not (content := panel_content(s.title, s.panel)).is_empty]
        path = self._session.files.place(f"{plain_name(workspace.catalogue.name_of(row))}.{kind}")
        write = write_pdf if kind == "pdf" else write_html
        facts, theme = self._facts(row), THEMES[self._session.theme]
        self._start("Writing the report", path, lambda: write(facts, contents, theme, path), _written)

    def _facts(self, row: int) -> StarFacts:
        workspace, catalogue = self._workspace, self._workspace.catalogue
        identifier, verdicts = workspace.focus.identifier, self._session.verdicts
        shown = verdicts.sees(identifier)
        history = [r for r in verdicts.book.history(identifier, catalogue) if shown or r.reviewer == verdicts.reviewer]
        answer = workspace.stage.answer
        ra, dec = workspace.star_value("ra"), workspace.star_value("dec")
        return StarFacts(
            identifier=identifier,
            name=catalogue.name_of(row),
            place="" if ra is None or dec is None else f"RA, Dec {ra:.5f}°, {dec:+.5f}°",
            records=history,
            provenance=provenance_now(catalogue, workspace.selection, 0 if answer is None else int(answer.count)),
            vocabulary=verdicts.book.vocabulary,
            **star_facts(catalogue, workspace.selection, row),
        )

    def _save_plane(self, slot: str, kind: str) -> None:
        workspace, theme = self._workspace, THEMES[self._session.theme]
        figure = workspace.planes.figures.get(slot)
        model = self._model_of(slot)
        if figure is None or model is None:
            raise ValueError("That plane shows nothing.")
        path = self._session.files.place(f"{workspace.catalogue.name}-{figure.key}.{kind}")
        label = f"Mean {workspace.catalogue.label(figure.value).text}" if figure.value else ""
        cut = selected_cut(workspace.selection)

        def draw(printed: Any) -> None:
            made = plane_figure(printed, model, theme, slot, label)
            save_figure(made, path, f"{workspace.catalogue.title}: {figure.title}", "" if cut is None else cut.text)

        async def make() -> None:
            printed = await workspace.pump.ask(lambda stage: print_plane(stage, slot))
            await asyncio.get_running_loop().run_in_executor(None, draw, printed)

        self._start("Drawing the plane", path, make, _written)

    def _save_panel(self, title: str, kind: str) -> None:
        section = next((s for s in self._sections if s.title == title), None)
        content = PanelContent(title) if section is None else panel_content(title, section.panel)
        if not content.figures:
            raise ValueError(f"{title} shows no figure of this star.")
        workspace, theme = self._workspace, THEMES[self._session.theme]
        path = self._session.files.place(f"{workspace.focus.identifier}-{title}.{kind}")

        def draw() -> None:
            save_figure(panels_figure(content.figures, theme), path, f"{self.star}: {title}", "")

        self._start("Drawing the panel", path, draw, _written)

    def _model_of(self, slot: str) -> Any:
        document, tag = self._page_document, self._workspace.figure_tag(slot)
        found = [] if document is None else list(document.select({"name": f"{slot}:figure"}))
        return next((model for model in reversed(found) if model.tags == [tag]), None)

    # ------------------------------------------------------------------ working

    def _start(self, words: str, path: Path, make: Callable[[], Any], tell: Callable[[Path, Any], str]) -> None:
        if self.doing:
            raise ValueError("One file at a time: wait for the last one.")
        self.param.update(doing=f"{words}…", said="", complaint="")
        pn.state.execute(partial(self._work, words, path, make, tell))

    async def _work(self, words: str, path: Path, make: Callable[[], Any], tell: Callable[[Path, Any], str]) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(make() if asyncio.iscoroutinefunction(make) else loop.run_in_executor(None, make))
        try:
            while not (await asyncio.wait((task,), timeout=0.5))[0]:
                size = sum(part.stat().st_size for part in path.parent.rglob("*") if part.is_file())
                if size > 1e6:
                    text = f"{words}… {size / 1e6:.0f} MB so far"
                    run_in_document(self._page_document, partial(self.param.update, doing=text))
            made = await task
        except (ValueError, OSError, KeyError, RuntimeError, MemoryError) as error:
            log.info("%s: %s", words, error)
            run_in_document(self._page_document, partial(self._fail, error))
            return
        run_in_document(self._page_document, partial(self._finish, path, tell(path, made)))

    def _finish(self, path: Path, text: str) -> None:
        self.doing = ""
        try:
            self.hand_over(path)
        except ValueError as error:
            self.refuse(error)
            return
        self.param.update(said=text, complaint="")

    def _fail(self, error: BaseException) -> None:
        self.doing = ""
        self.refuse(error)


def _counted(path: Path, provenance: Any) -> str:
    n = provenance.n_rows
    stars = "1 star" if n == 1 else f"{format_count(n)} stars"
    return f"{stars} in {path.name} ({_megabytes(path)})."


def _written(path: Path, _: Any) -> str:
    return f"{path.name} ({_megabytes(path)})."


def _megabytes(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(size / 1e3, 0.1):.1f} kB"
