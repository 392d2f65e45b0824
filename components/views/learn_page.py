"""The page Learn of the right column."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from components.browser_script import browser_script
from components.documents import run_in_document
from components.state.learning import Learning
from components.state.session import Session
from components.theme import THEMES, css_variables

_CSS = Path(__file__).with_name("learn_page.css")
_WATCHED = ["lesson", "step", "progress", "remark"]


class LearnPage(JSComponent):
    """Offers the lessons, with how far each went, and shows the outline of the one that runs."""

    lessons = param.List(default=[])
    running = param.Dict(default={})
    remark = param.String(default="")
    errors = param.List(default=[])
    sheet = param.String(default="")

    _esm = browser_script("views/learn_page.js")

    def __init__(self, session: Session, theme: str) -> None:
        super().__init__(sizing_mode="stretch_width", margin=(8, 12))
        self._learning: Learning = session.learning
        self._titles = session.library.titles
        self._document = pn.state.curdoc
        self.show_theme(theme)
        self._show()
        self._watching = self._learning.param.watch(lambda *_: run_in_document(self._document, self._show), _WATCHED)

    def close(self) -> None:
        """Stop following the lessons."""
        self._learning.param.unwatch(self._watching)

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self.sheet = f":host{{{css_variables(THEMES[name])}}}" + _CSS.read_text()

    def _show(self) -> None:
        learning = self._learning
        lesson = learning.lesson
        self.param.update(
            lessons=[
                {
                    "name": known.name,
                    "title": known.title,
                    "summary": known.summary,
                    "minutes": known.minutes,
                    "total": len(known.steps),
                    "data": self._titles.get(known.dataset, known.dataset).split(":")[0],
                    "done": len(learning.progress.get(known.name, [])),
                    "next": learning.next_step(known.name),
                }
                for known in learning.shelf
            ],
            running={}
            if lesson is None
            else {
                "title": lesson.title,
                "step": learning.step,
                "steps": [
                    [step.title, number in learning.progress.get(lesson.name, [])]
                    for number, step in enumerate(lesson.steps)
                ],
            },
            remark=learning.remark if lesson is None else "",
            errors=list(learning.shelf.errors),
        )

    def _handle_msg(self, data: Any) -> None:
        learning, kind = self._learning, data.get("kind")
        if kind == "begin":
            pn.state.execute(partial(learning.begin, str(data["name"]), int(data.get("step", 0))))
        elif kind == "go_to":
            learning.go_to(int(data["step"]))
        elif kind == "show":
            learning.put_away(False)
        elif kind == "leave":
            learning.leave()
