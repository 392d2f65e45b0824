"""The letters that reports and figures are set in, and texts reduced to them."""

from __future__ import annotations

from functools import cache

from matplotlib.font_manager import FontProperties, findfont, get_font

FAMILY = "DejaVu Sans"
MISSING = "□"


@cache
def known_characters() -> frozenset[int]:
    """Return the code points that the font has a sign for."""
    return frozenset(get_font(findfont(FontProperties(family=FAMILY))).get_charmap())


def printable(text: object) -> str:
    """Return the text on one line, with a box for each character that cannot be set."""
    known = known_characters()
    line = " ".join(str(text).split())
    return "".join(c if ord(c) in known and c.isprintable() else MISSING for c in line)
