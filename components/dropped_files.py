"""Files that a visitor drops on the page: each is taken once, for the star it was dropped on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import panel as pn

from components.theme import stylesheet

AREAS = 4


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

    A few areas take turns, and those not shown stay: a file that is still on its way when the next star is picked comes
    by the area, and belongs to the star, that it was dropped on. To make an area for every star would take a third
    of the time of showing the star.
    """

    def __init__(self, take: Callable[[int, str, bytes], None], css_class: str, largest_mb: int, height: int) -> None:
        super().__init__()
        self._take = take
        self._class, self._height, self._largest_mb = css_class, height, largest_mb
        self._layout = pn.Column(margin=0, sizing_mode="stretch_width")
        self._turns: list[pn.widgets.FileDropper] = []
        self._rows: dict[pn.widgets.FileDropper, int] = {}

    def __panel__(self) -> pn.Column:
        return self._layout

    @property
    def is_open(self) -> bool:
        """Tell whether there is an area to drop files on."""
        return any(area.visible for area in self._layout)

    def open(self, row: int) -> None:
        """Offer an area for files of the star of this row."""
        self.close()
        idle = [area for area in self._turns if not area._file_buffer]
        area = idle[0] if idle and len(self._turns) >= AREAS else self._new_area()
        self._turns = [*(other for other in self._turns if other is not area), area]
        self._rows[area] = row
        area.param.update(visible=True, css_classes=[self._class])

    def _new_area(self) -> pn.widgets.FileDropper:
        area = pn.widgets.FileDropper(
            multiple=True, max_file_size=f"{self._largest_mb}MB", max_total_file_size=f"{self._largest_mb}MB",
            height=self._height, sizing_mode="stretch_width", margin=(4, 0), stylesheets=[stylesheet("dropper")],
        )  # fmt: skip
        area.param.watch(partial(self._came, area), "value")
        self._layout.append(area)
        return area

    def close(self) -> None:
        """Offer none."""
        for area in self._layout:
            area.param.update(visible=False, css_classes=[])

    def _came(self, area: pn.widgets.FileDropper, _event: object) -> None:
        for name, content in take_dropped(area):
            self._take(self._rows[area], name, content)
