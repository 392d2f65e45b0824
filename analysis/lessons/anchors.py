"""The words with which a lesson points at a control of the page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from analysis.lessons.errors import LessonError, near_hint

# The part after the colon, where a word takes one, and what is pointed at.
ANCHORS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cuts": ("", "the list of cuts"),
        "cut": ("COLUMN", "the slider of a column"),
        "typed cut": ("", "the field in which a cut is typed"),
        "add slider": ("", "the field that adds a slider"),
        "planes": ("", "the four planes"),
        "plane": ("SLOT or FIGURE", "a plane, by its place (first to fourth) or by the figure it shows"),
        "figure choice": ("SLOT or FIGURE", "the list in which a plane's figure is chosen"),
        "table": ("", "the table of passing stars"),
        "side": ("", "the right column"),
        "tally": ("", "the count of passing stars in the header"),
        "catalogue": ("", "the list of catalogues"),
        "presets": ("", "the list of papers' cuts"),
        "undo": ("", "the button that undoes"),
        "layout": ("NAME", "the button of a layout: planes or star"),
        "tab": ("NAME", "the tab of a page in the right column"),
        "panel": ("TITLE", "a panel of the star page, by its heading"),
        "control": ("LABEL", "any button or field, by the label it has on the screen"),
    }
)


def check_anchor(text: str) -> str:
    """The anchor itself; raises LessonError for a word that is not known or lacks its part after the colon."""
    word, _, part = text.partition(":")
    word, part = word.strip(), part.strip()
    if word not in ANCHORS:
        raise LessonError(f"nothing on the page is called {word!r}", near_hint(word, ANCHORS))
    wanted = ANCHORS[word][0]
    if wanted and not part:
        raise LessonError(f"point_at = {text!r} does not say which", f"Write {word}:{wanted}")
    if part and not wanted:
        raise LessonError(f"point_at = {text!r} has a part after the colon too many", f"Write {word}")
    return f"{word}:{part}" if part else word
