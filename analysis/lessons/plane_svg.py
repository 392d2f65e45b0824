"""A plane as an SVG picture, where no browser can take one of the page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 420, 64, 46, 30, 14
MOST_POINTS = 3000


@dataclass(frozen=True)
class PlaneAxis:
    """One axis: its label, its ends in data units (low below high), logarithmic or not, drawn the other way or not."""

    label: str
    low: float
    high: float
    logarithmic: bool = False
    inverted: bool = False

    def place(self, values: FloatArray) -> FloatArray:
        """Places from 0 to 1 along the axis; NaN for what has none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.logarithmic:
                low, high = math.log10(self.low), math.log10(self.high)
                places = (np.log10(values) - low) / (high - low)
            else:
                places = (values - self.low) / (self.high - self.low)
        places = np.where((places >= 0) & (places <= 1), places, np.nan)
        return 1 - places if self.inverted else places

    def ticks(self) -> list[float]:
        """A few round values between the ends."""
        if self.logarithmic:
            powers = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            few = [10.0**power for power in powers]
            return few if len(few) > 1 else [*few, *(v for v in (self.low, self.high))]
        span = self.high - self.low
        step = 10 ** math.floor(math.log10(span / 4))
        step *= next(factor for factor in (1, 2, 5, 10) if span / (step * factor) <= 6)
        first = math.ceil(self.low / step) * step
        return [first + number * step for number in range(int((self.high - first) / step) + 1)]


def plane_svg(
    title: str, x: PlaneAxis, y: PlaneAxis, xs: FloatArray, ys: FloatArray, passing: npt.NDArray[np.bool_],
    picked: int | None = None,
) -> bytes:  # fmt: skip
    """The stars of a plane: faint ones, passing ones above them, a ring round the picked row. Thinned where many."""
    across, up = x.place(np.asarray(xs, np.float64)), y.place(np.asarray(ys, np.float64))
    drawn = np.isfinite(across) & np.isfinite(up)
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def at(row: int) -> tuple[float, float]:
        return LEFT + float(across[row]) * width, TOP + (1 - float(up[row])) * height

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text x="{LEFT}" y="19" font-size="14" font-weight="600" fill="#222">{escape(title)}</text>'
    ]
    for wanted, colour, size in ((~passing, "#b9c2cc", 1.4), (passing, "#17559b", 2.2)):
        rows = np.flatnonzero(drawn & wanted)
        if len(rows) > MOST_POINTS:
            rows = rows[np.linspace(0, len(rows) - 1, MOST_POINTS).astype(int)]
        dots = "".join("M{:.1f} {:.1f}h0".format(*at(int(row))) for row in rows)
        look = f'stroke="{colour}" stroke-width="{2 * size}" stroke-linecap="round" fill="none"'
        parts.append(f'<path d="{dots}" {look}/>')
    if picked is not None and drawn[picked]:
        left, top = at(picked)
        parts.append(f'<circle cx="{left:.1f}" cy="{top:.1f}" r="8" fill="none" stroke="#c2158a" stroke-width="2"/>')
    parts.append(f'<rect x="{LEFT}" y="{TOP}" width="{width}" height="{height}" fill="none" stroke="#556"/>')
    for tick, place in zip(x.ticks(), x.place(np.array(x.ticks())), strict=True):
        if np.isfinite(place):
            left = LEFT + place * width
            top = HEIGHT - BOTTOM + 16
            parts.append(f'<text x="{left:.1f}" y="{top}" {_SMALL} text-anchor="middle">{tick:g}</text>')
    for tick, place in zip(y.ticks(), y.place(np.array(y.ticks())), strict=True):
        if np.isfinite(place):
            top = TOP + (1 - place) * height + 4
            parts.append(f'<text x="{LEFT - 6}" y="{top:.1f}" {_SMALL} text-anchor="end">{tick:g}</text>')
    middle = TOP + height / 2
    parts.append(
        f'<text x="{LEFT + width / 2}" y="{HEIGHT - 10}" {_SMALL} text-anchor="middle">{escape(x.label)}</text>'
        f'<text x="16" y="{middle}" {_SMALL} text-anchor="middle" transform="rotate(-90 16 {middle})">'
        f"{escape(y.label)}</text></svg>"
    )
    return "".join(parts).encode()


_SMALL = 'font-size="12" fill="#334"'
