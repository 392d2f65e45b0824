"""Plain values as TOML text; Python's standard library only reads TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_string(text: str) -> str:
    """The text between double quotes, as TOML spells it. Raises ValueError for half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"{text!r:.60} holds half of a surrogate pair, which no text file can hold") from error
    # JSON escapes all that TOML does, but for the delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """The key bare where TOML allows it, otherwise between quotes."""
    return name if _BARE_KEY.fullmatch(name) else toml_string(name)


def toml_value(value: Any) -> str:
    """A text, number, truth value, list or mapping on one line; fields that are None are left out of mappings.

    Raises TypeError for anything else, ValueError for integers beyond 64 bits.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return toml_string(value)
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise ValueError(f"{value} is beyond the 64-bit integers of TOML")
        return str(value)
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, Mapping):
        pairs = (f"{toml_key(str(key))} = {toml_value(item)}" for key, item in value.items() if item is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    raise TypeError(f"{value!r:.60} of type {type(value).__name__} cannot be written as TOML")


def toml_lines(values: Mapping[str, Any]) -> list[str]:
    """One `key = value` line for each value that is not None."""
    return [f"{toml_key(key)} = {toml_value(value)}" for key, value in values.items() if value is not None]
