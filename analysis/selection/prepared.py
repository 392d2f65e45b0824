"""A table made ready for the engine once, for all sessions of a process."""

from __future__ import annotations

import threading
import weakref
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.selection.crossfilter_codes import (
    Buckets,
    Codes,
    Measured,
    NumberArray,
    make_bins,
    make_buckets,
    make_pixels,
    measure,
)
from analysis.selection.crossfilter_store import Store
from analysis.selection.crossfilter_texts import TextCodes, text_codes
from analysis.selection.crossfilter_views import Axis
from analysis.selection.crossfilter_workers import Workers
from analysis.selection.table_columns import MissingColumnError, Table, number_column, read_column, row_count

_BYTES_A_ROW = 40
_LEAST_BYTES = 256 << 20


class Prepared:
    """Pixel, bin and drag-bucket codes of one table, made when first asked for; safe under many threads.

    `table` is a DataFrame or a mapping of arrays, which must not change afterwards; its columns are read where
    they lie and copied only where they are no plain arrays. `max_bytes` limits what is kept (default: 40
    bytes a row, at least 256 MiB), `max_drag_bytes` the drag indices of all sessions together. `threads` is
    the number of threads that one pass over the rows may use, the calling one included.
    """

    def __init__(
        self,
        table: Table,
        max_bytes: int | None = None,
        max_drag_bytes: int = 2 << 30,
        threads: int | None = None,
    ) -> None:
        self.table = table
        self.n_rows = row_count(table)
        self.workers = Workers(threads)
        self.max_drag_bytes = max_drag_bytes
        room = max(_BYTES_A_ROW * self.n_rows, _LEAST_BYTES) if max_bytes is None else max_bytes
        self.store = Store(room)
        self._columns: dict[str, NumberArray] = {}
        self._texts: dict[str, TextCodes | None] = {}
        self._drag_bytes = 0
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        """Bytes kept at present beside the table's own arrays and the drag indices."""
        return self.store.nbytes

    @property
    def drag_bytes(self) -> int:
        """Bytes of the drag indices that are alive, over all sessions."""
        return self._drag_bytes

    def column(self, name: str) -> NumberArray:
        """A column of numbers as a contiguous, read-only array of the machine's byte order.

        Raises MissingColumnError where the table lacks it, ValueError where it holds text.
        """
        known = self._columns.get(name)
        if known is None:
            known = self._columns.setdefault(name, _plain(number_column(self.table, name)))
        return known

    def raw_column(self, name: str) -> npt.NDArray[Any]:
        """A column of any kind as an array; raises MissingColumnError."""
        return self._columns[name] if name in self._columns else read_column(self.table, name)

    def texts(self, name: str) -> TextCodes | None:
        """A column of text as numbered texts, None where it holds numbers; raises MissingColumnError."""
        if name not in self._texts:
            if name not in self.table:
                raise MissingColumnError(name, [str(column) for column in self.table])
            found = self.store.get(("text", name), lambda: text_codes(self.table[name]))
            self._texts[name] = found if found.is_text else None
        return self._texts[name]

    def pixels(self, x: Axis, y: Axis) -> Codes:
        """The pixel of each row on the plane of two axes, and how many rows each pixel holds."""
        across, along = self.column(x.column), self.column(y.column)
        return self.store.get(("pixels", x, y), lambda: make_pixels(across, along, (x, y), self.workers))

    def bins(self, axis: Axis) -> Codes:
        """The bin of each row on the axis, and how many rows each bin holds."""
        values = self.column(axis.column)
        return self.store.get(("bins", axis), lambda: make_bins(values, axis, self.workers))

    def buckets(self, column: str) -> Buckets:
        """The drag bucket of each row by the column's value."""
        values = self.column(column)
        return self.store.get(("buckets", column), lambda: make_buckets(values, self.workers))

    def measured(self, column: str) -> Measured:
        """The column as floats, with the scale at which means of it are summed."""
        values = self.column(column)
        return self.store.get(("measured", column), lambda: measure(_floats(values)))

    def reserve_drag(self, nbytes: int, owner: object) -> bool:
        """Count the bytes of a drag index until its owner is gone; False where there is no room for it."""
        with self._lock:
            if self._drag_bytes + nbytes > self.max_drag_bytes:
                return False
            self._drag_bytes += nbytes
        weakref.finalize(owner, self._release_drag, nbytes)
        return True

    def _release_drag(self, nbytes: int) -> None:
        with self._lock:
            self._drag_bytes -= nbytes


def _plain(column: NumberArray) -> NumberArray:
    """The column as the kernels read it: contiguous, native, no half or extended precision; read-only."""
    dtype = column.dtype.newbyteorder("=")
    if dtype.kind == "f" and dtype.itemsize not in (4, 8):
        dtype = np.dtype(np.float32 if dtype.itemsize < 4 else np.float64)
    plain = np.ascontiguousarray(column, dtype=dtype)
    plain = plain.view() if plain is column else plain
    plain.flags.writeable = False
    return plain


def _floats(values: NumberArray) -> NumberArray:
    """The values as float32 where they already are or fit exactly, else float64."""
    if values.dtype.kind == "f":
        return values.view()
    return values.astype(np.float32 if values.dtype.itemsize <= 2 else np.float64)
