"""Changing what a page shows from code that waited for something in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bokeh.document import Document


def run_in_document(document: Document | None, action: Callable[[], Any]) -> None:
    """Run ``action`` under the document's lock, soon; at once where there is no served document.

    After an ``await`` the lock is no longer held, and Bokeh refuses changes made without it.
    """
    if document is not None and document.session_context is not None:
        document.add_next_tick_callback(action)
    else:
        action()
