"""What one plane shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What one plane shows: two columns as axes, and a count or the mean of a third as colour."""

    key: str
    title: str
    x: str
    y: str
    x_scale: str = "linear"
    y_scale: str = "linear"
    invert_x: bool = False
    invert_y: bool = False
    value: str | None = None
    centre: float | None = None
    spread: tuple[float, float] | None = None
    overlays: tuple[str, ...] = ()
    colour_scale: str = "log"
    mass_ratio: float = 0.5

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns the figure needs."""
        return (self.x, self.y) if self.value is None else (self.x, self.y, self.value)

    def missing(self, columns: Collection[str]) -> tuple[str, ...]:
        """Return the needed columns that are not among ``columns``."""
        return tuple(name for name in self.columns if name not in columns)
