"""Which star is being looked at."""

from __future__ import annotations

import param

from components.state.catalogue import Catalogue


class Focus(param.Parameterized):
    """One star or none; everything that picks a star calls `pick`."""

    row = param.Integer(default=None, allow_None=True, constant=True, doc="row in the catalogue")
    identifier = param.String(default="", constant=True, doc="the star's name as text")

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.catalogue = catalogue

    def pick(self, identifier: str) -> bool:
        """Look at the star so named; returns False, and changes nothing, when there is none."""
        row = self.catalogue.row_of(identifier)
        if row is None:
            return False
        self.pick_row(row)
        return True

    def pick_row(self, row: int) -> None:
        """Look at the star in this row; raises IndexError outside the table."""
        if not 0 <= row < len(self.catalogue):
            raise IndexError(f"row {row} is outside {self.catalogue.title} with {len(self.catalogue)} rows")
        with param.edit_constant(self):
            self.param.update(row=row, identifier=self.catalogue.identify(row))

    def clear(self) -> None:
        """Look at no star."""
        with param.edit_constant(self):
            self.param.update(row=None, identifier="")
