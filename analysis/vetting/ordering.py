"""The order in which stars wait to be judged: pure functions of the selection's rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

ORDERS = ("score", "magnitude", "random")
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class QueueOrder:
    """How the queue is sorted: by `column` highest first ("score") or lowest first ("magnitude"), or at random.

    Raises ValueError for another kind, and where a sorted order has no column.
    """

    kind: str = "score"
    column: str = ""
    seed: int = 0
    unjudged_first: bool = True

    def __post_init__(self) -> None:
        if self.kind not in ORDERS:
            raise ValueError(f"the order of a queue is one of {', '.join(ORDERS)}, not {self.kind!r}")
        for name, kind in (("column", str), ("seed", int), ("unjudged_first", bool)):
            if type(getattr(self, name)) is not kind:
                raise ValueError(f"{name} of a queue's order must be {kind.__name__}, not {getattr(self, name)!r:.40}")
        if self.kind != "random" and not self.column:
            raise ValueError(f"an order by {self.kind} needs the column to sort by")


def highest_first(values: ArrayLike) -> Rows:
    """Row numbers by falling value; missing values last, equal ones in row order."""
    return lowest_first(-np.asarray(values, dtype=np.float64))


def lowest_first(values: ArrayLike) -> Rows:
    """Row numbers by rising value, so brightest first for magnitudes; missing last, equal ones in row order."""
    return np.argsort(np.asarray(values, dtype=np.float64), kind="stable")


def at_random(source_ids: ArrayLike | Sequence[Any], seed: int) -> Rows:
    """Row numbers in an order drawn from the seed.

    A star's place beside another depends on the two ids and the seed alone: when cuts move, the stars that stay keep
    their order, and two reviewers with one seed meet the stars in the same order.
    """
    return np.argsort(_draws(np.asarray(source_ids), seed), kind="stable")


def unjudged_first(rows: Rows, source_ids: ArrayLike | Sequence[Any], judged: Collection[str]) -> Rows:
    """The rows with those of unjudged stars moved to the front, otherwise in the order given.

    `judged` holds identifiers as text, as the store keeps them.
    """
    texts = identifier_texts(source_ids)[rows]
    done = pd.Series(texts, dtype=object).isin(list(judged)).to_numpy()
    return np.concatenate([rows[~done], rows[done]])


def order_queue(
    table: pd.DataFrame, passing: NDArray[np.bool_], id_column: str, order: QueueOrder, judged: Collection[str] = ()
) -> Rows:
    """Row numbers of the passing stars in the queue's order. Raises KeyError where the table lacks a column."""
    candidates = np.flatnonzero(passing)
    ids = table[id_column].to_numpy()[candidates]
    if order.kind == "random":
        found = at_random(ids, order.seed)
    else:
        sort = highest_first if order.kind == "score" else lowest_first
        found = sort(table[order.column].to_numpy()[candidates])
    if order.unjudged_first:
        found = unjudged_first(found, ids, judged)
    return candidates[found]


def identifier_texts(source_ids: ArrayLike | Sequence[Any]) -> NDArray[np.str_]:
    """Identifiers as an array of text, exact for 64-bit integers."""
    return np.asarray(source_ids).astype(str)


def _draws(ids: NDArray[Any], seed: int) -> NDArray[np.uint64]:
    start = np.uint64(int.from_bytes(blake2b(str(seed).encode(), digest_size=8).digest(), "little"))
    if ids.dtype.kind in "iu":
        return _mixed(ids.astype(np.uint64) ^ start)
    words = (int.from_bytes(blake2b(str(text).encode(), digest_size=8).digest(), "little") for text in ids)
    return _mixed(np.fromiter(words, dtype=np.uint64, count=len(ids)) ^ start)


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64 (Steele, Lea & Flood 2014): neighbouring numbers become unrelated ones, no two the same."""
    with np.errstate(over="ignore"):
        bits = bits + np.uint64(0x9E3779B97F4A7C15)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return bits ^ (bits >> np.uint64(31))
