"""Values of one column in the types that tables hold: numbers with NaN, truth values, text."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from analysis.catalogue.column import Column
from analysis.catalogue.raw import RawColumn

_WORDS_FOR_MISSING = {"", "-", "--", "---", "nan", "null", "none", "n/a", "na", "..."}
_TRUTH = {"true": True, "t": True, "yes": True, "1": True, "false": False, "f": False, "no": False, "0": False}
_SEXAGESIMAL = re.compile(r"^([+-]?)(\d{1,3})[:hd°\s]\s*(\d{1,2})[:m'′\s]\s*(\d{1,2}(?:\.\d*)?)[s\"″]?$")
_SHORT_INTEGER = 2
_LARGEST_EXACT = 2**53


def text_series(column: RawColumn) -> pd.Series[str]:
    """A text column: pandas' own text type where it has one, else objects; numbers are printed, missing is missing."""
    kind = pd.Series(["a"]).dtype
    if isinstance(column.content, pa.ChunkedArray):
        found: pd.Series[str] = column.content.to_pandas()
        return found if found.dtype == kind else found.astype(kind)
    return pd.Series(column.texts, dtype=kind)


def without_mask(column: RawColumn) -> Any:
    """The numbers with NaN where missing: floats as they are, masked integers and truth values as floats.

    Short integers and truth values become float32, longer ones float64; those beyond 2^53 become text, since a
    float would lose digits.
    """
    values, missing = column.numbers, column.missing
    if missing is None or not missing.any():
        return values
    if values.dtype.kind == "f":
        filled = values.copy()
    elif _is_beyond_floats(values[~missing]):
        return text_series(column)
    else:
        filled = values.astype(np.float32 if values.dtype.itemsize <= _SHORT_INTEGER else np.float64)
    filled[missing] = np.nan
    return filled


def _is_beyond_floats(values: NDArray[Any]) -> bool:
    return values.dtype.kind in "iu" and bool(np.abs(values.astype(np.float64)).max(initial=0) > _LARGEST_EXACT)


def numbers_from_text(column: RawColumn, known: Column) -> RawColumn | None:
    """The column as numbers where all its words are numbers, or hours or degrees in sexagesimal; else None."""
    texts = [None if text is None or text.strip().casefold() in _WORDS_FOR_MISSING else text for text in column.texts]
    try:
        numbers = np.array([np.nan if text is None else float(text) for text in texts])
    except ValueError:
        if known.name not in ("ra", "dec"):
            return None
        angles = [np.nan if text is None else _degrees(text.strip(), hours=known.name == "ra") for text in texts]
        if any(angle is None for angle in angles):
            return None
        return RawColumn(column.name, np.array(angles, dtype=float), None, "deg", column.ucd, column.description)
    return RawColumn(column.name, numbers, None, column.unit, column.ucd, column.description)


def truth_from(column: RawColumn, name: str) -> Any:
    """Truth values, as 0, 1 and NaN where some are missing; None where the column holds anything else."""
    missing = column.missing_mask
    if column.is_text:
        words = [None if text is None else text.strip().casefold() for text in column.texts]
        if any(word is not None and word not in _TRUTH for word in words):
            return None
        truth = np.array([word is not None and _TRUTH[word] for word in words], dtype=bool)
    elif column.kind == "b":
        truth = column.numbers
    elif np.isin(column.numbers[~missing], (0, 1)).all():
        truth = column.numbers == 1
    else:
        return None
    return without_mask(RawColumn(name, truth, missing if missing.any() else None))


def _degrees(text: str, *, hours: bool) -> float | None:
    found = _SEXAGESIMAL.match(text)
    if found is None:
        return None
    sign, whole, minutes, seconds = found.groups()
    value = int(whole) + int(minutes) / 60 + float(seconds) / 3600
    return (-value if sign == "-" else value) * (15 if hours else 1)


def plain_array(series: pd.Series[Any]) -> NDArray[Any]:
    """The column as an array that files can hold: numbers, truth values, or objects that are text or None.

    Not copied where it is one already. Masked numbers of pandas' nullable types become floats with NaN.
    """
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
        return series.to_numpy()
    if not isinstance(dtype, np.dtype) and pd.api.types.is_bool_dtype(dtype) and not series.isna().any():
        return series.to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(dtype) and not isinstance(dtype, np.dtype):
        if not series.isna().any() and pd.api.types.is_integer_dtype(dtype):
            return series.to_numpy(dtype=np.int64)
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    texts = np.empty(len(series), dtype=object)
    texts[:] = arrow_words(series).to_pylist()
    return texts


def is_words(series: pd.Series[Any]) -> bool:
    """Whether files hold the column as text."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        return dtype.kind not in "biuf"
    return not (pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype))


def arrow_words(series: pd.Series[Any]) -> pa.Array:
    """A text column as one Arrow array of strings, missing as null."""
    if isinstance(series.dtype, pd.StringDtype):
        words = pa.array(series.array, type=pa.large_string())
        return words.combine_chunks() if isinstance(words, pa.ChunkedArray) else words
    plain = [None if pd.isna(value) else str(value) for value in series.astype(object)]
    return pa.array(plain, type=pa.large_string())
