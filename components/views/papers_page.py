"""The Papers tab: each paper's selection as a funnel beside one's own, what differs, and its figures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param

from analysis.selection import MARKS, PRESETS, differences_text
from components.documents import run_in_document
from components.state.layouts import LAYOUTS, layouts_of, papers
from components.state.replay import Counts, describe_steps
from components.state.session import Session
from components.state.workspace import Workspace
from components.tool_card import ToolCard, card_script

log = logging.getLogger(__name__)


class PapersPage(ToolCard):
    """Shows, applies, changes and compares the published selections; the counting runs off the event loop."""

    papers = param.List(default=[])
    paper = param.String(default="")
    presets = param.List(default=[])
    chosen = param.String(default="")
    about = param.Dict(default={})
    steps = param.List(default=[])
    grading = param.List(default=[])
    figures = param.List(default=[])
    changes = param.List(default=[])
    report = param.String(default="")
    upto = param.Integer(default=0, doc="steps applied of the selection shown; 0 where another one was")
    counting = param.Boolean(default=False)

    _esm = card_script("papers_page")

    def __init__(self, session: Session, workspace: Workspace, theme: str) -> None:
        super().__init__(session, theme)
        self.margin = (8, 12)
        self._workspace, self._replay = workspace, workspace.replay
        self._document = pn.state.curdoc
        self._papers = papers()
        self._counts: Counts | None = None
        self._asked = 0
        self._is_shown = True
        self.papers = [[key, about["name"]] for key, about in self._papers.items()]
        self._show()
        for state, names in ((workspace.selection, "clauses"), (workspace.replay, ["chosen", "applied"])):
            state.param.watch(lambda *_: self._show(), names)

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        super().show_theme(name)
        self.sheet += Path(__file__).with_name("papers_page.css").read_text(encoding="utf-8")

    def set_shown(self, shown: bool) -> None:
        """Hear whether the page is in front: hidden, it counts nothing."""
        if shown and not self._is_shown:
            self._is_shown = True
            self._show()
        self._is_shown = shown

    # ------------------------------------------------------------------ what is asked

    def do_paper(self, message: Mapping[str, Any]) -> None:
        """Look at the first selection of another paper."""
        self._replay.chosen = self._papers[str(message["key"])]["presets"][0]

    def do_choose(self, message: Mapping[str, Any]) -> None:
        """Look at another selection."""
        name = str(message["name"])
        if name not in PRESETS:
            raise ValueError(f"there is no selection {name!r}")
        self._replay.chosen = name

    def do_apply(self, message: Mapping[str, Any]) -> None:
        """Apply the selection, up to a step where one is named."""
        upto = message.get("upto")
        self._replay.apply(self._replay.chosen, None if upto is None else int(upto))

    def do_edit(self, message: Mapping[str, Any]) -> None:
        """Change the cut of a step."""
        self._replay.edit(int(message["number"]), str(message["text"]))

    def do_put_back(self, message: Mapping[str, Any]) -> None:
        """Give a step its published cut again."""
        self._replay.put_back(int(message["number"]))

    def do_figure(self, message: Mapping[str, Any]) -> None:
        """Arrange the page as a figure of the paper."""
        layout = next(known for known in LAYOUTS if known.key == message["key"])
        reason = layout.missing(self._workspace.catalogue)
        if reason:
            raise ValueError(f"{layout.figure} cannot be shown: {reason}")
        self._session.layout = "planes"
        self._replay.show_figure(layout)

    # ------------------------------------------------------------------ what is shown

    def _show(self) -> None:
        if not self._is_shown:
            return
        replay, preset = self._replay, self._replay.preset
        key = replay.chosen.split("_")[0]
        applied = replay.applied[1] if replay.is_applied else 0
        changes = replay.differences() if replay.is_applied else []
        self.param.update(
            paper=key,
            presets=[[name, PRESETS[name].title] for name in self._papers[key]["presets"]],
            chosen=replay.chosen,
            about={
                "title": preset.title,
                "citation": preset.paper,
                "doi": preset.doi,
                "note": preset.note,
                "parent": preset.parent,
                "parent_count": preset.parent_count,
                "catalogue": self._workspace.catalogue.title,
                "total": len(self._workspace.catalogue),
                "marks": dict(MARKS),
            },
            grading=[{"title": step.title, "text": step.cut.text} for step in preset.grading],
            figures=[
                [known.key, known.figure, known.title, known.missing(self._workspace.catalogue), known.note]
                for known in layouts_of(key)
            ],
            upto=applied,
            changes=[change.sentence for change in changes],
            report=differences_text(preset, changes),
        )
        self._show_steps()
        self._asked += 1
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # no server runs, so there is nobody to keep waiting
            self._take(self._asked, replay.counts())
        else:
            pn.state.execute(partial(self._count, self._asked))

    def _show_steps(self) -> None:
        clauses = self._workspace.selection.clauses
        self.steps = describe_steps(self._replay.preset, self._counts, clauses, self.upto)

    async def _count(self, asked: int) -> None:
        if asked != self._asked:
            return
        run_in_document(self._document, partial(self.param.update, counting=True))
        try:
            counts = await asyncio.get_running_loop().run_in_executor(None, self._replay.counts)
        except (ValueError, KeyError, MemoryError) as error:
            log.warning("a selection could not be counted: %s", error)
            run_in_document(self._document, partial(self._uncounted, asked, error))
            return
        run_in_document(self._document, partial(self._take, asked, counts))

    def _uncounted(self, asked: int, error: BaseException) -> None:
        if asked == self._asked:
            self.counting = False
            self.refuse(error)

    def _take(self, asked: int, counts: Counts) -> None:
        if asked == self._asked:
            self._counts = counts
            self.counting = False
            self._show_steps()
