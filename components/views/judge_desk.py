"""Where a reviewer judges the star in focus and walks through the queue."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from analysis.vetting import QueueOrder
from components.browser_script import browser_script
from components.documents import run_in_document
from components.state.session import Session
from components.theme import THEMES, css_variables

_CSS = Path(__file__).with_name("judge_desk.css")


class JudgeDesk(JSComponent):
    """Verdict buttons, confidence, priority, tags, comment and history of a star; order and progress of the queue.

    Verdicts and drafts travel over the page's own connection (`Verdicts.receive`), since each needs an answer.
    """

    reviewer = param.String(default="")
    signed_in = param.Boolean(default=False)
    blind = param.Boolean(default=False)
    blind_for_all = param.Boolean(default=False)
    vocabulary = param.List(default=[])
    offered_tags = param.List(default=[])
    star = param.Dict(default={})
    queue = param.Dict(default={})
    columns = param.List(default=[])
    problem = param.String(default="")
    sheet = param.String(default="")

    _esm = browser_script(
        "views/judge_outbox.js", "views/judge_queue.js", "views/judge_history.js", "views/judge_desk.js"
    )

    def __init__(self, session: Session, theme: str) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0)
        self._verdicts, self._queue = session.verdicts, session.queue
        self._document = pn.state.curdoc
        catalogue = self._verdicts.workspace.catalogue if self._verdicts.workspace is not None else None
        names = self._queue.columns if catalogue is not None else ()
        shorts = [catalogue.label(name).short for name in names] if catalogue is not None else []
        self.columns = [
            [name, name if name == short else f"{short} ({name})"] for name, short in zip(names, shorts, strict=True)
        ]
        vocabulary = self._verdicts.book.vocabulary
        self.vocabulary = [[word.name, word.label, word.key, word.meaning] for word in vocabulary.words]
        self.offered_tags = list(vocabulary.tags)
        self.show_theme(theme)
        self._show_verdicts()
        self._show_queue()
        self._watched = [
            (self._verdicts, self._verdicts.param.watch(
                partial(self._soon, self._show_verdicts), ["reviewer", "blind", "star", "problem"])),
            (self._queue, self._queue.param.watch(
                partial(self._soon, self._show_queue),
                ["order", "unjudged_only", "length", "place", "judged", "building", "note"])),
        ]  # fmt: skip
        self.on_msg(lambda event: self._asked(event.data))

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self.sheet = f":host{{{css_variables(THEMES[name])}}}" + _CSS.read_text(encoding="utf-8")

    def close(self) -> None:
        """Stop following the session."""
        self._queue.show(False)
        for state, watcher in self._watched:
            state.param.unwatch(watcher)
        self._watched = []

    def _soon(self, show: Any, *_: Any) -> None:
        run_in_document(self._document, show)

    def _show_verdicts(self) -> None:
        verdicts = self._verdicts
        self.param.update(
            reviewer=verdicts.reviewer,
            signed_in=verdicts.signed_in,
            blind=verdicts.blind,
            blind_for_all=verdicts.book.blind,
            problem=verdicts.problem,
            star=verdicts.star,
        )

    def _show_queue(self) -> None:
        queue = self._queue
        order = queue.order or QueueOrder("random")
        self.queue = {
            "order": order.kind, "column": order.column, "seed": order.seed, "unjudged_first": order.unjudged_first,
            "unjudged_only": queue.unjudged_only, "length": queue.length, "place": queue.place, "judged": queue.judged,
            "building": queue.building, "note": queue.note,
        }  # fmt: skip

    def _asked(self, message: dict[str, Any]) -> None:
        verdicts, queue, kind = self._verdicts, self._queue, message.get("kind")
        if kind in ("next", "previous"):
            getattr(queue, kind)()
        elif kind == "shown":
            queue.show(bool(message["shown"]))
        elif kind == "blind":
            verdicts.blind = bool(message["blind"])
        elif kind == "unjudged_only":
            queue.unjudged_only = bool(message["only"])
        elif kind == "reviewer":
            self._try(lambda: verdicts.call_reviewer(str(message["name"])))
        elif kind == "order":
            self._try(lambda: queue.choose(_order(message, queue.columns)))

    def _try(self, action: Any) -> None:
        try:
            action()
        except ValueError as error:
            self.problem = f"{error}."[:1].upper() + f"{error}."[1:]


def _order(message: dict[str, Any], columns: tuple[str, ...]) -> QueueOrder:
    """Return the order a message of the page asks for. Raises ValueError for an impossible one."""
    kind, first = str(message["order"]), bool(message["unjudged_first"])
    if kind == "random":
        return QueueOrder(kind, seed=int(message["seed"]), unjudged_first=first)
    return QueueOrder(kind, str(message["column"]) or next(iter(columns), ""), unjudged_first=first)
