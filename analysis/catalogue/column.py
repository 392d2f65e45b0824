"""One column of the schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Scale = Literal["linear", "log10"]

# How a unit is written on an axis, where astropy's spelling is not what the field prints.
PRINTED_UNITS = {
    "km / s": "km/s",
    "mas / yr": "mas/yr",
    "electron / s": "e⁻/s",
    "solMass": "M☉",
    "solRad": "R☉",
    "dex(cm / s2)": "dex",
    "Angstrom": "Å",
    "deg": "°",
}


@dataclass(frozen=True)
class Column:
    """What a column means: its unit and type, how files spell it and how the screen writes it.

    `unit` is astropy's spelling ("" for a pure number), `dtype` the numpy type of the origin archive ("str" for
    text), `ucd` the IVOA's content descriptor, `label` the axis label with unit and `short` the one for tight
    places, `scale` the usual axis, `aliases` the spellings of other archives.
    """

    name: str
    unit: str
    dtype: str
    ucd: str
    meaning: str
    origin: str
    label: str
    scale: Scale
    aliases: tuple[str, ...]
    short: str

    @property
    def is_text(self) -> bool:
        """Whether the column holds words, not numbers."""
        return self.dtype == "str"

    @property
    def numpy_dtype(self) -> np.dtype[np.generic] | None:
        """The numpy type of the origin archive; None for text."""
        return None if self.is_text else np.dtype(self.dtype)


def column(
    origin: str,
    name: str,
    dtype: str,
    unit: str,
    ucd: str,
    label: str,
    meaning: str,
    *,
    short: str = "",
    scale: Scale = "linear",
    aliases: str = "",
) -> Column:
    """A column from its label without unit and its aliases in one text, parted by blanks."""
    printed = PRINTED_UNITS.get(unit, unit)
    return Column(
        name=name,
        unit=unit,
        dtype=dtype,
        ucd=ucd,
        meaning=meaning,
        origin=origin,
        label=f"{label} ({printed})" if printed else label,
        scale=scale,
        aliases=tuple(aliases.split()),
        short=short or label,
    )
