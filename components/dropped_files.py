"""Files that a visitor drops on the page: each is taken once, for the star it was dropped on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import panel as pn

from components.theme import stylesheet

KEPT_AREAS = 4


def take_dropped(dropper: pn.widgets.FileDropper) -> list[tuple[str, bytes]]:
    """Return name and content of the files that came since the last call.

    A drop area gathers the files of all times, and tells of all of them whenever one comes or is taken off its list.
    """
    given = dropper.value
    if not given:
        return []
    dropper.value = {}
    return [(name, content.encode() if isinstance(content, str) else content) for name, content in given.items()]


class StarDropArea(pn.viewable.Viewer):
    """A drop area for files of one star at a time.

    Every star gets an area of its own, and the last ones stay, hidden: a file that is still on its way when the next
    star is picked comes by the area, and belongs to the star, that it was dropped on.
    """

    def __init__(self, take: Callable[[int, str, bytes], None], css_class: str, largest_mb: int, height: int) -> None:
        super().__init__()
        self._take = take
        self._class, self._height, self._largest_mb = css_class, height, largest_mb
        self._layout = pn.Column(margin=0, sizing_mode="stretch_width")

    def __panel__(self) -> pn.Column:
        return self._layout

    @property
    def is_open(self) -> bool:
        """Tell whether there is an area to drop files on."""
        return any(area.visible for area in self._layout)

    def open(self, row: int) -> None:
        """Offer a new area, for files of the star of this row."""
        self.close()
        area = pn.widgets.FileDropper(
            multiple=True, max_file_size=f"{self._largest_mb}MB", max_total_file_size=f"{self._largest_mb}MB",
            height=self._height, sizing_mode="stretch_width", margin=(4, 0), css_classes=[self._class],
            stylesheets=[stylesheet("dropper")],
        )  # fmt: skip
        area.param.watch(partial(self._came, row, area), "value")
        self._layout[:] = [*self._layout[-KEPT_AREAS:], area]

    def close(self) -> None:
        """Offer none."""
        for area in self._layout:
            area.param.update(visible=False, css_classes=[])

    def _came(self, row: int, area: pn.widgets.FileDropper, _event: object) -> None:
        for name, content in take_dropped(area):
            self._take(row, name, content)
