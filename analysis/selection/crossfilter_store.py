"""Arrays made once and kept while there is room: the least recently used ones go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Store:
    """A cache limited in bytes, safe under many threads; two that want the same thing make it once.

    An entry says its size as `.nbytes`. What is in use elsewhere lives on when it is dropped here.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()
        self._makers: dict[Hashable, threading.Lock] = {}
        self._bytes = 0

    @property
    def nbytes(self) -> int:
        """Bytes of all that is kept."""
        return self._bytes

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The entry of this key, made now if it is not there."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return cast(T, self._entries[key])
            maker = self._makers.setdefault(key, threading.Lock())
        with maker:
            with self._lock:
                if key in self._entries:
                    return cast(T, self._entries[key])
            try:
                entry = make()
                self._keep(key, entry)
            finally:
                with self._lock:
                    self._makers.pop(key, None)
        return entry

    def _keep(self, key: Hashable, entry: Any) -> None:
        with self._lock:
            self._entries[key] = entry
            self._bytes += entry.nbytes
            while self._bytes > self.max_bytes and len(self._entries) > 1:
                _, dropped = self._entries.popitem(last=False)
                self._bytes -= dropped.nbytes
