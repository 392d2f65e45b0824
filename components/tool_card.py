"""What the cards of the Select page have in common: look, messages, complaints, files handed to the browser."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from components.browser_script import browser_script
from components.state.session import Session
from components.theme import THEMES, css_variables

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
OVER_BOKEH_MB = 60


def card_script(name: str) -> str:
    """Return the browser's side of a card: what all cards share, then the card's own file in views."""
    return browser_script("tool_card.js", f"views/{name}.js")


class ToolCard(JSComponent):
    """A card whose messages ``{kind: "x"}`` call its ``do_x``; what that refuses is shown in the card."""

    sheet = param.String(default="")
    complaint = param.String(default="", doc="what was wrong with the last thing asked")
    said = param.String(default="", doc="what came of the last thing asked")

    _esm = "export function render() {}"

    def __init__(self, session: Session, theme: str, **params: Any) -> None:
        super().__init__(sizing_mode="stretch_width", margin=0, **params)
        self._session = session
        self.show_theme(theme)

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        sheet = (HERE / "styles" / "tool_card.css").read_text(encoding="utf-8")
        self.sheet = f":host{{{css_variables(THEMES[name])}}}" + sheet

    def hand_over(self, path: Path) -> None:
        """Let the browser save this file; raises ValueError where it is too large for the way there is."""
        site = self._session.site
        if site.files_path:
            key = self._session.files.offer(path)
            url = f"{site.files_path}/{self._session.token}/{key}/{path.name}"
            self._send_msg({"kind": "file", "url": url, "name": path.name})
            return
        size = path.stat().st_size
        if size > OVER_BOKEH_MB * 1024 * 1024:
            raise ValueError(
                f"{path.name} has {size / 1024 / 1024:.0f} MB, too large for this server. Start it as: penumbra serve"
            )
        self._send_msg({"kind": "file", "data": base64.b64encode(path.read_bytes()).decode(), "name": path.name})

    def refuse(self, error: BaseException) -> None:
        """Show in the card why something could not be done."""
        log.info("%s: %s", type(self).__name__, error)
        text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
        self.param.update(complaint=text or type(error).__name__, said="")

    def _handle_msg(self, data: Any) -> None:
        handler = getattr(self, f"do_{data.get('kind')}", None) if isinstance(data, Mapping) else None
        if handler is None:
            return
        self.complaint = ""
        try:
            handler(data)
        except (ValueError, KeyError, TypeError, OSError) as error:
            self.refuse(error)
