"""The words of a selection's text, each with its place, in the spellings of Python, SQL and TOPCAT."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from analysis.selection.table_columns import RESERVED_WORDS

MAX_LENGTH = 200_000  # characters: room for a lasso of some thousand vertices or a list of ten thousand ids

_PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])
  | (?P<name>[^\W\d]\w*)
  | (?P<text>'(?:[^']|'')*')
  | (?P<double>"(?:[^"]|"")*")
  | (?P<backtick>`(?:[^`]|``)*`)
  | (?P<sign>\*\*|<=|>=|==|!=|<>|&&|\|\||[-+*/<>=!&|~(),\[\]])
    """,
    re.VERBOSE,
)
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {"&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "~": "not", "=": "==", "<>": "!="}
)
_UNCLOSED = MappingProxyType({"'": "text in single quotes", '"': "name in double quotes", "`": "name in backticks"})


class SelectionTextError(ValueError):
    """Text that is no selection: `.text`, `.position` (characters from 0) and `.reason`."""

    def __init__(self, reason: str, text: str, position: int) -> None:
        self.reason, self.text, self.position = reason, text, position
        start = max(0, position - 30)
        before, after = text[start:position], text[position : position + 30]
        begin, rest = "…" * (start > 0), "…" * (position + 30 < len(text))
        place = f"{begin}{before}⟪{after[:1]}⟫{after[1:]}{rest}"
        where = place if after else f"at the end of {before!r}"
        super().__init__(f"{reason} (character {position + 1}: {where})")


@dataclass(frozen=True)
class Token:
    """One word: its kind (number, name, text, double, backtick, word, sign, end), its text and its place."""

    kind: str
    text: str
    position: int


def tokens(text: str) -> list[Token]:
    """The words of the text with a last one of kind "end"; raises SelectionTextError at what is no word."""
    if len(text) > MAX_LENGTH:
        raise SelectionTextError(f"the text is longer than {MAX_LENGTH} characters", text, MAX_LENGTH)
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            raise SelectionTextError(_complaint(text, position), text, position)
        if match.lastgroup != "space":
            found.append(_token(str(match.lastgroup), match.group(), position))
        position = match.end()
    return [*found, Token("end", "", len(text))]


def _token(kind: str, text: str, position: int) -> Token:
    if kind in ("text", "double", "backtick"):
        return Token(kind, text[1:-1].replace(text[0] * 2, text[0]), position)
    if kind == "sign":
        spelled = _SPELLINGS.get(text, text)
        return Token("word" if spelled in RESERVED_WORDS else "sign", spelled, position)
    if kind == "name" and text.casefold() in RESERVED_WORDS:
        return Token("word", text.casefold(), position)
    return Token(kind, text, position)


def _complaint(text: str, position: int) -> str:
    character = text[position]
    if character in _UNCLOSED:
        return f"this {_UNCLOSED[character]} is not closed"
    if character == "." and position and (text[position - 1].isalnum() or text[position - 1] in '_"'):
        return "write the column's name without its table"
    if character.isdigit() or character == ".":
        return "this is no number; put double quotes around a column's name that begins with a digit"
    return f"{character!r} has no meaning here"
