"""The keys of the page, in one place, and the sheet that explains them."""

from __future__ import annotations

from pathlib import Path

import param
from panel.custom import JSComponent

from analysis.vetting import Vocabulary
from components.state.keys import KEYS, WITH_CTRL
from components.theme import THEMES, css_variables

_CSS = Path(__file__).with_name("keys.css")
_ARROWS = {"ArrowRight": "→", "ArrowLeft": "←"}


class Keys(JSComponent):
    """Hears every key of the page and tells the page or the server what it means; none while something is typed."""

    keys = param.Dict(default={})
    groups = param.List(default=[])
    sheet = param.String(default="")

    _esm = Path(__file__).with_name("keys.js")

    def __init__(self, vocabulary: Vocabulary, theme: str) -> None:
        super().__init__(width=0, height=0, margin=0)
        self.keys = {
            **{key: [known.act, key] for known in KEYS for key in known.keys},
            **{word.key: ["verdict", word.name] for word in vocabulary.words},
        }
        groups: dict[str, list[list[str]]] = {"Verdicts": [[word.key, word.label] for word in vocabulary.words]}
        for known in KEYS:
            shown = " ".join(_ARROWS.get(key, key) for key in known.keys)
            groups.setdefault(known.group, []).append([shown, known.text])
        groups.setdefault("Everywhere", []).extend(list(pair) for pair in WITH_CTRL)
        self.groups = [[title, lines] for title, lines in groups.items()]
        self.show_theme(theme)

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self.sheet = f":host{{{css_variables(THEMES[name])}}}" + _CSS.read_text(encoding="utf-8")
