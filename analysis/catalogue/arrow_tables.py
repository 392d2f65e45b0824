"""Tables as Arrow tables, with units, UCDs and meanings in the fields."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pyarrow as pa

from analysis.catalogue.columns import COLUMNS
from analysis.catalogue.entries import arrow_words, is_words, plain_array

ATTRS_KEY = b"penumbra"
_FACTS = ("unit", "ucd", "description")


def described(table: pd.DataFrame, name: str) -> dict[str, str]:
    """Unit, UCD and meaning of a column: the schema's, or what the file that it came from said."""
    known = COLUMNS.get(name)
    if known is not None:
        return {"unit": known.unit, "ucd": known.ucd, "description": known.meaning}
    own = table.attrs.get("columns", {}).get(name, {})
    return {fact: str(own.get(fact) or "") for fact in _FACTS}


def to_arrow(table: pd.DataFrame, *, empty_for_nan: bool = False) -> pa.Table:
    """The table in Arrow, `attrs` in its metadata. Missing text is null; so is NaN where `empty_for_nan`."""
    arrays, fields = [], []
    for name in table.columns:
        if is_words(table[name]):
            array = arrow_words(table[name])
        else:
            array = pa.array(plain_array(table[name]), from_pandas=empty_for_nan)
        arrays.append(array)
        fields.append(field_for(table, str(name), array.type))
    return pa.table(arrays, schema=pa.schema(fields, metadata=attrs_metadata(table)))


def field_for(table: pd.DataFrame, name: str, kind: pa.DataType) -> pa.Field:
    """The Arrow field of a column, with its unit, UCD and meaning."""
    facts = {fact: text for fact, text in described(table, name).items() if text}
    return pa.field(name, kind, metadata=facts or None)


def attrs_metadata(table: pd.DataFrame) -> dict[bytes, bytes]:
    """The table's `attrs` as file metadata."""
    return {ATTRS_KEY: json.dumps(table.attrs, default=str).encode()}


def attrs_from(schema: pa.Schema) -> dict[Any, Any]:
    """The `attrs` kept in file metadata; empty where there are none."""
    text = (schema.metadata or {}).get(ATTRS_KEY)
    found: dict[Any, Any] = json.loads(text) if text else {}
    return found
