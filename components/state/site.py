"""How the server that a page came from is set up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """``files_path`` is where offered files are fetched, empty where they must travel over Bokeh's connection;
    ``is_local`` tells that only this machine can reach the server, so that its desktop programs may be spoken to."""

    files_path: str = ""
    is_local: bool = False
