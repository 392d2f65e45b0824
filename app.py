"""Penumbra: builds one page for a visitor. ``penumbra serve`` and ``panel serve app.py`` both use it."""

from __future__ import annotations

import os
from pathlib import Path

import panel as pn

from components.documents import keep_events_in_order, send_what_was_put_off
from components.page import Page
from components.server import SOCKET_PATH, Streams
from components.state.library import Library
from components.state.session import Session


def build(library: Library, streams: Streams | None = None) -> pn.viewable.Viewable:
    """Return the page of one session; without ``streams`` its frames travel over Bokeh's own connection."""
    pn.extension("tabulator", "filedropper", notifications=False)
    keep_events_in_order()
    send_what_was_put_off()
    site = streams.site if streams is not None else None
    session = Session(library, _query(), site, user=_user())
    page = Page(session, SOCKET_PATH if streams is not None else "")
    if streams is not None:
        streams.add(page.stream)
    pn.state.on_session_destroyed(lambda _: page.close())
    page.start()
    return page.__panel__()


def _user() -> str:
    """Return who is logged in; empty where there is no login, or a guest's."""
    user = pn.state.user
    return "" if user in (None, "guest") else str(user)


def _query() -> str:
    location = pn.state.location
    return location.search if location is not None else ""


if pn.state.served and __name__.startswith("bokeh_app"):
    files = tuple(Path(name) for name in os.environ.get("PENUMBRA_FILES", "").split(os.pathsep) if name)
    build(pn.state.as_cached("penumbra-library", Library, files=files)).servable(title="Penumbra")
