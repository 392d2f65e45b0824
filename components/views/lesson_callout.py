"""The callout that shows a lesson's step beside the control it points at."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from analysis.lessons import Step, prose_html
from components.browser_script import browser_script
from components.documents import run_in_document
from components.state.learning import Learning
from components.state.session import Session
from components.theme import THEMES, css_variables

_CSS = Path(__file__).with_name("lesson_callout.css")
_BY_FIGURE = ("plane", "figure choice")


def looked_at(step: Step) -> tuple[str, ...]:
    """Return what the card must leave in sight; a step that points at a tab is about the page it opens."""
    about_page = any(anchor.startswith("tab:") for anchor in step.point_at)
    return step.look_at + (("side",) if about_page else ())


class LessonCallout(JSComponent):
    """Shows the present step of the session's lesson; takes the learner's answers."""

    step = param.Dict(default={})
    met = param.Boolean(default=False)
    missing = param.List(default=[])
    remark = param.String(default="")
    away = param.Boolean(default=False)
    progress = param.Dict(default={})
    sheet = param.String(default="")

    _esm = browser_script("views/lesson_callout.js")

    def __init__(self, session: Session) -> None:
        super().__init__(width=0, height=0, margin=0)
        self._session = session
        self._learning: Learning = session.learning
        self._document = pn.state.curdoc
        self._learning.in_document = partial(run_in_document, self._document)
        self._show_theme()
        self._show()
        session.param.watch(lambda *_: self._show_theme(), "theme")
        self._learning.param.watch(
            lambda *_: run_in_document(self._document, self._show),
            ["lesson", "step", "met", "missing", "remark", "away", "progress"],
        )

    def _show(self) -> None:
        learning = self._learning
        self.param.update(
            step=self._describe(),
            met=learning.met,
            missing=list(learning.missing),
            remark=learning.remark if learning.lesson is not None else "",
            away=learning.away,
            progress=dict(learning.progress),
        )

    def _describe(self) -> dict[str, Any]:
        learning = self._learning
        lesson, step = learning.lesson, learning.present
        if lesson is None or step is None:
            return {}
        return {
            "lesson": lesson.name,
            "lesson_title": lesson.title,
            "number": learning.step + 1,
            "total": len(lesson.steps),
            "title": step.title,
            "html": prose_html(step.text),
            "hint": prose_html(step.hint) if step.hint else "",
            "afterwards": prose_html(step.afterwards) if step.afterwards else "",
            "question": step.question,
            "unit": step.unit,
            "choices": list(step.choices),
            "anchors": [self._resolved(anchor) for anchor in step.point_at],
            "look_at": [self._resolved(anchor) for anchor in looked_at(step)],
            "waits": step.waits,
            "can_show": step.show_me is not None,
        }

    def _resolved(self, anchor: str) -> str:
        """Return an anchor with the slot in place of a figure's name."""
        word, _, part = anchor.partition(":")
        workspace = self._session.workspace
        if word in _BY_FIGURE and workspace is not None:
            slot = next((slot for slot, figure in workspace.planes.figures.items() if figure.key == part), part)
            return f"{word}:{slot}"
        return anchor

    def _show_theme(self) -> None:
        self.sheet = f":host{{{css_variables(THEMES[self._session.theme])}}}" + _CSS.read_text()

    def _handle_msg(self, data: Any) -> None:
        learning, kind = self._learning, data.get("kind")
        if kind == "next":
            learning.next()
        elif kind == "back":
            learning.back()
        elif kind == "leave":
            learning.leave()
        elif kind == "show_me":
            learning.show_me()
        elif kind == "away":
            learning.put_away(bool(data.get("away")))
        elif kind == "answer":
            learning.answer(str(data.get("text", "")), str(data.get("choice", "")))
        elif kind == "remember" and isinstance(data.get("progress"), dict):
            learning.remember(data["progress"])
