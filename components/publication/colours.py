"""Colours of the screen as colours of white paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from matplotlib.colors import to_rgba

from components.theme import LIGHT, Theme

PAPER = "#ffffff"


def paper_colours(theme: Theme) -> dict[str, str]:
    """Return what stands on paper for each colour of a theme: that of the light theme, its backgrounds white."""
    pairs: dict[str, str] = {}
    for part in fields(Theme):
        shown, printed = getattr(theme, part.name), getattr(LIGHT, part.name)
        if isinstance(shown, tuple):
            pairs |= dict(zip(shown, printed, strict=False))
        elif str(shown).startswith("#"):
            pairs[shown] = PAPER if part.name in ("page", "panel", "raised") else printed
    return pairs


def paper_colour(colour: Any, alpha: float, colours: Mapping[str, str]) -> tuple[float, ...] | str:
    """Return a colour of a Bokeh glyph as matplotlib takes it; "none" for no colour."""
    if colour is None:
        return "none"
    if isinstance(colour, tuple):
        red, green, blue, *rest = colour
        return (red / 255, green / 255, blue / 255, alpha * (rest[0] if rest else 1))
    text = str(colour)
    if text.startswith("rgb"):
        parts = [float(part) for part in text[text.index("(") + 1 : -1].split(",")]
        return (*(part / 255 for part in parts[:3]), alpha * (parts[3] if len(parts) > 3 else 1))
    red, green, blue, own = to_rgba(colours.get(text.lower(), text))
    return (red, green, blue, own * alpha)
