"""Files that a visitor drops on the page: each is taken once."""

from __future__ import annotations

import panel as pn


def take_dropped(dropper: pn.widgets.FileDropper) -> list[tuple[str, bytes]]:
    """Return name and content of the files that came since the last call.

    A drop area gathers the files of all times, and tells of all of them whenever one comes or is taken off its list.
    """
    given = dropper.value
    if not given:
        return []
    dropper.value = {}
    return [(name, content.encode() if isinstance(content, str) else content) for name, content in given.items()]
