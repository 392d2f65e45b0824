"""The controls of the period that all panels of a star fold at."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.state.folding import Folding
from components.theme import escape, stylesheet

ORIGIN_TEXTS = {
    "velocities": "from the velocities",
    "light curve": "from the light curve",
    "catalogue": "from the catalogue",
    "likeliest orbit": "the likeliest orbit",
    "": "chosen here",
}


class FoldingBar(pn.viewable.Viewer):
    """Type a period, halve or double it, or go back to the best known one."""

    def __init__(self, folding: Folding) -> None:
        super().__init__()
        self._folding = folding
        widgets: dict[str, Any] = {"margin": (4, 2), "stylesheets": [stylesheet("widgets")]}
        self._typed = pn.widgets.TextInput(placeholder="period (d)", width=116, **widgets)
        halve = pn.widgets.Button(label="÷2", width=44, description="Fold at half the period", **widgets)
        double = pn.widgets.Button(label="×2", width=44, description="Fold at twice the period", **widgets)
        best = pn.widgets.Button(label="Best", width=52, description="Fold at the best known period", **widgets)
        self._note = pn.pane.HTML(
            "", margin=(8, 4), stylesheets=[stylesheet("prose")], sizing_mode="stretch_width", min_width=60
        )
        halve.on_click(lambda *_: folding.halve())
        double.on_click(lambda *_: folding.double())
        best.on_click(lambda *_: folding.reset())
        self._typed.param.watch(lambda event: self._take(event.new), "value")
        self._layout = pn.Row(self._typed, halve, double, best, self._note, margin=0, sizing_mode="stretch_width")
        folding.param.watch(lambda *_: self._show(), ["period", "known", "complaint"])
        self._show()

    def __panel__(self) -> pn.Row:
        return self._layout

    def _take(self, text: str) -> None:
        if text.strip() and text != self._shown():
            self._folding.fold_at_text(text)

    def _shown(self) -> str:
        return "" if self._folding.period is None else f"{self._folding.period:.8g}"

    def _show(self) -> None:
        folding = self._folding
        if folding.complaint:
            self._note.object = f"<span class='small warn'>{escape(folding.complaint)}</span>"
            return
        self._typed.value = self._shown()
        text = "" if folding.period is None else f"d, {ORIGIN_TEXTS[folding.origin]}"
        self._note.object = f"<span class=small>{text}</span>"
