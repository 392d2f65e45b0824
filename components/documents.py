"""Changing what a page shows from code that waited for something in between."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial, wraps
from typing import Any

from bokeh.document import Document
from panel.io import document as panel_document
from panel.io.document import unlocked
from panel.io.state import set_curdoc
from panel.reactive import Syncable

log = logging.getLogger(__name__)


def as_current(document: Document | None) -> AbstractContextManager[Any]:
    """Make views, that note the current document when they are made, belong to this one."""
    return nullcontext() if document is None else set_curdoc(document)


def run_in_document(document: Document | None, action: Callable[[], Any]) -> None:
    """Run ``action`` under the document's lock, soon; at once where there is no served document.

    After an ``await`` the lock is no longer held, and Bokeh refuses changes made without it.
    """
    if document is not None and document.session_context is not None:
        document.add_next_tick_callback(partial(_in_order, document, action))
    else:
        action()


def _in_order(document: Document, action: Callable[[], Any]) -> None:
    # Panel writes its changes by a queue of its own, which may be put off while a socket is busy. What Bokeh would send
    # at once joins that queue: news of a model that the browser has not got yet would be lost.
    with _one_message(document):
        action()


@contextmanager
def _one_message(document: Document) -> Iterator[None]:
    with set_curdoc(document), unlocked("collect"):
        yield


def as_one_change(document: Document | None) -> AbstractContextManager[Any]:
    """Make Bokeh go through the models of the document once for all that come and go in this block."""
    return nullcontext() if document is None else document.models.freeze()


def keep_events_in_order() -> None:
    """Send what a visitor's click or entry changes by the queue of ``run_in_document``, whatever code changes it.

    Panel handles events without the document's lock and writes the changes of its own objects by itself, but Bokeh
    refuses, in an event, the change of a figure that was made without Panel.
    """
    for name in ("_process_bokeh_event", "_change_event"):
        handle = getattr(Syncable, name)
        if not hasattr(handle, "in_order"):
            setattr(Syncable, name, _ordered(handle))


def send_what_was_put_off() -> None:
    """Have Panel send every message that it put off while a socket was busy.

    A message that is put off while the one before is on its way stays behind until the next change: the task that is to
    send it finds the mark of a busy document taken away by the task before.
    """
    dispatch = panel_document._dispatch_msgs
    if hasattr(dispatch, "sends_all"):
        return

    @wraps(dispatch)
    async def dispatch_all(document: Document) -> None:
        if document in panel_document._WRITE_MSGS:
            panel_document._WRITE_BLOCK[document] = True
        await dispatch(document)

    dispatch_all.sends_all = True  # type: ignore[attr-defined]
    panel_document._dispatch_msgs = dispatch_all


def _ordered(handle: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handle)
    def in_order(self: Syncable, doc: Document, *rest: Any) -> Any:
        with _one_message(doc):
            return handle(self, doc, *rest)

    in_order.in_order = True  # type: ignore[attr-defined]
    return in_order


def deliver(
    document: Document | None,
    task: Future[Any],
    take: Callable[[Any], Any],
    refuse: Callable[[str], Any],
    wanted: Callable[[], bool],
) -> None:
    """Hand the result of a task to ``take``, or the reason why there is none to ``refuse``, under the lock.

    At once where it is there already. A task that was dropped, and a result that is no longer ``wanted``, is passed
    over.
    """
    if task.done():
        _hand_over(task, take, refuse, wanted)
    else:
        hand_over = partial(_hand_over, task, take, refuse, wanted)
        served = _is_served(document)

        def done(_: Future[Any]) -> None:
            if _is_served(document) or not served:  # else the page was closed meanwhile
                run_in_document(document, hand_over)

        task.add_done_callback(done)


def _is_served(document: Document | None) -> bool:
    return document is not None and document.session_context is not None


def _hand_over(
    task: Future[Any], take: Callable[[Any], Any], refuse: Callable[[str], Any], wanted: Callable[[], bool]
) -> None:
    if task.cancelled() or not wanted():
        return
    error = task.exception()
    if error is None:
        take(task.result())
    elif isinstance(error, CancelledError):
        return
    elif isinstance(error, ValueError | OSError):
        log.warning("%s", error)
        refuse(str(error))
    else:
        log.error("a star's series", exc_info=error)
        refuse(f"This could not be worked out ({type(error).__name__}: {error}).")
