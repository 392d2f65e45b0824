"""Real candidates drawn over a simulated survey; no cut, count or completeness knows of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import param

from components.state.catalogue import Catalogue
from components.state.marks import nearest_mark
from components.state.plane_window import Plane
from components.state.planes import Figure

CANDIDATES = "mu2022"
MARK_REACH = 9.0
# Axes of the survey that the candidates have under another name: made from their printed masses, not measured.
STAND_INS: Mapping[str, str] = MappingProxyType({"absolute_k": "absolute_k_implied"})


class RealStars(param.Parameterized):
    """The 35 candidates of Mu et al. 2022 beside a simulated catalogue, and which of them is picked."""

    row = param.Integer(default=None, allow_None=True, constant=True, doc="row in their own catalogue")

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.rows = np.flatnonzero(np.isfinite(catalogue.values("mu_number")))

    @property
    def identifier(self) -> str:
        """Return the name of the picked one, empty for none."""
        return "" if self.row is None else self.catalogue.identify(self.row)

    @property
    def names(self) -> dict[int, str]:
        """Return row and name of every candidate."""
        return {int(row): self.name_of(int(row)) for row in self.rows}

    def name_of(self, row: int) -> str:
        """Return number and designation of a candidate."""
        return f"No. {int(self.catalogue.cell('mu_number', row))}, {self.catalogue.identify(row)}"

    def pick(self, identifier: str) -> bool:
        """Look at the candidate so named; returns False, and changes nothing, when there is none."""
        row = self.catalogue.row_of(identifier)
        if row is None or row not in self.rows:
            return False
        self.pick_row(row)
        return True

    def pick_row(self, row: int | None) -> None:
        """Look at the candidate in this row of its catalogue, or at none."""
        with param.edit_constant(self):
            self.row = row

    def places(self, figure: Figure) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return row, x and y of the candidates that have a place in a figure; none where an axis is not theirs."""
        columns = [STAND_INS.get(name, name) for name in (figure.x, figure.y)]
        if not set(columns) <= self.catalogue.usable_columns:
            return self.rows[:0], np.empty(0), np.empty(0)
        x, y = (np.asarray(self.catalogue.values(name)[self.rows], np.float64) for name in columns)
        known = np.isfinite(x) & np.isfinite(y)
        for values, scale in ((x, figure.x_scale), (y, figure.y_scale)):
            known &= (values > 0) | (scale != "log10")
        return self.rows[known], x[known], y[known]

    def stands_in(self, figure: Figure) -> bool:
        """Tell whether an axis of the figure is one that the candidates have only by inference."""
        return not {figure.x, figure.y}.isdisjoint(STAND_INS)

    def nearest(self, plane: Plane | None, x: float, y: float, reach: float = MARK_REACH) -> int | None:
        """Return the candidate whose mark is nearest on the screen and within ``reach`` pixels, or None."""
        if plane is None:
            return None
        rows, xs, ys = self.places(plane.figure)
        if not len(rows):
            return None
        best = nearest_mark(plane, xs, ys, x, y, reach)
        return None if best is None else int(rows[best])
