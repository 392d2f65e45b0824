"""The planes of a page: which figure stands in which slot."""

from __future__ import annotations

import param

from components.state.figure import Figure
from components.state.history import History


class Planes(param.Parameterized):
    """Which figure each slot shows."""

    figures = param.Dict(default={}, constant=True, doc="slot to Figure")

    def __init__(self, history: History, figures: dict[str, Figure]) -> None:
        super().__init__()
        self._history = history
        self._show(figures)
        history.keep(lambda: self.figures, self._show)

    def show(self, slot: str, figure: Figure) -> None:
        """Put a figure into a slot."""
        if self.figures.get(slot) != figure:
            self._history.record()
            self._show({**self.figures, slot: figure})

    def arrange(self, figures: dict[str, Figure]) -> None:
        """Put figures into all slots at once, as one step; the others are left empty."""
        if self.figures != figures:
            self._history.record()
            self._show(figures)

    def _show(self, figures: dict[str, Figure]) -> None:
        with param.edit_constant(self):
            self.figures = dict(figures)
