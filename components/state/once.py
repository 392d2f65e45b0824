"""What is worked out once for a catalogue, whichever session of the process asks first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from components.state.catalogue import Catalogue

T = TypeVar("T")


class Once:
    """A value that the first caller makes while the others wait; a failure is not kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made = False
        self._value: Any = None

    @property
    def made(self) -> bool:
        """Tell whether the value is there."""
        return self._made

    def get(self, make: Callable[[], T]) -> T:
        """Return the value, made by ``make`` where it is not there yet; raises what ``make`` raises."""
        with self._lock:
            if not self._made:
                self._value = make()
                self._made = True
            value: T = self._value
            return value


def once(catalogue: Catalogue, name: str) -> Once:
    """Return the catalogue's place for the value of this name; it lives as long as the catalogue."""
    place: Once = catalogue.attrs.setdefault(f"once: {name}", Once())
    return place
