"""The HEALPix pixel that a Gaia source_id carries."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.stars.units import FloatArray

GAIA_LEVEL = 12
SOURCE_ID_SHIFT = 35


def nested_pixel(ra: ArrayLike, dec: ArrayLike, level: int = GAIA_LEVEL) -> NDArray[np.int64]:
    """Nested HEALPix pixel number at `level` of positions `ra`, `dec` (deg), int64.

    Gorski et al. 2005 (ApJ 622, 759), Sect. 5. A Gaia source_id is 2^35 times the pixel of level 12 (ICRS) plus
    a number within it.
    """
    z = np.sin(np.radians(np.asarray(dec, dtype=np.float64)))
    quarter = np.mod(np.asarray(ra, dtype=np.float64), 360.0) / 90.0
    sides = 1 << level
    equatorial = np.abs(z) <= 2.0 / 3.0
    face_e, x_e, y_e = _equatorial(z, quarter, sides)
    face_p, x_p, y_p = _polar(z, quarter, np.radians(np.asarray(dec, dtype=np.float64)), sides)
    face = np.where(equatorial, face_e, face_p)
    x, y = np.where(equatorial, x_e, x_p), np.where(equatorial, y_e, y_p)
    return face * sides * sides + _spread(x) + 2 * _spread(y)


def _equatorial(z: FloatArray, quarter: FloatArray, sides: int) -> tuple[NDArray[np.int64], ...]:
    up = np.floor(sides * (0.5 + quarter - 0.75 * z)).astype(np.int64)
    down = np.floor(sides * (0.5 + quarter + 0.75 * z)).astype(np.int64)
    up_face, down_face = up // sides, down // sides
    one_side = np.where(up_face < down_face, up_face, down_face + 8)
    face = np.where(up_face == down_face, (up_face & 3) | 4, one_side)
    return face, down % sides, sides - 1 - (up % sides)


def _polar(z: FloatArray, quarter: FloatArray, dec: FloatArray, sides: int) -> tuple[NDArray[np.int64], ...]:
    turn = np.minimum(quarter.astype(np.int64), 3)
    part = quarter - turn
    # sqrt(3 (1 - |sin dec|)) without the cancellation close to a pole
    width = sides * np.sqrt(6.0) * np.abs(np.sin((np.pi / 2 - np.abs(dec)) / 2))
    up = np.minimum((part * width).astype(np.int64), sides - 1)
    down = np.minimum(((1.0 - part) * width).astype(np.int64), sides - 1)
    north = z > 0
    face = np.where(north, turn, turn + 8)
    return face, np.where(north, sides - 1 - down, up), np.where(north, sides - 1 - up, down)


def _spread(value: NDArray[np.int64]) -> NDArray[np.int64]:
    """The bits of a number of up to 16 bits moved to the even places."""
    v = value.astype(np.int64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        v = (v | (v << shift)) & mask
    return v
