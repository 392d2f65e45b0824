"""Watches over what comes from the server: in whole steps, and with a word while nothing comes."""

from __future__ import annotations

from pathlib import Path

import param
from panel.custom import JSComponent

from components.theme import THEMES, css_variables

_HERE = Path(__file__).parent
_STRIP = (
    ".strip{position:fixed;top:6px;left:50%;transform:translateX(-50%);z-index:10001;max-width:90vw;"
    "padding:9px 16px;border-radius:8px;font:13px/1.4 var(--pen-font);color:var(--pen-text);"
    "background:var(--pen-raised);border:1px solid var(--pen-warning);box-shadow:0 6px 24px #0007}"
    "[hidden]{display:none}"
)


class Connection(JSComponent):
    """A strip at the top of the page, shown while its connection is lost."""

    sheet = param.String(default="")

    _esm = "".join((_HERE / name).read_text(encoding="utf-8") for name in ("bokeh_page.js", "connection.js"))

    def __init__(self, theme: str) -> None:
        super().__init__(width=0, height=0, margin=0)
        self.show_theme(theme)

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self.sheet = f":host{{{css_variables(THEMES[name])}}}{_STRIP}"
