"""The period at which all panels of the star in focus fold."""

from __future__ import annotations

import math

import param

from components.state.focus import Focus
from components.state.orbit import measured_period

# What is folded at until the visitor chooses: the first of these that is known.
ORIGINS = ("velocities", "light curve", "catalogue", "likeliest orbit")


class Folding(param.Parameterized):
    """One period (d) for light curve, velocities and both together; None until one is known.

    Panels and catalogue `propose` periods; the best of them is folded at until the visitor chooses another one.
    """

    period = param.Number(default=None, allow_None=True, constant=True, doc="folded at (d)")
    known = param.Dict(default={}, constant=True, doc="origin to the period (d) it proposes")
    complaint = param.String(default="", doc="what was wrong with the last period asked for")

    def __init__(self, focus: Focus) -> None:
        super().__init__()
        self._chosen = False
        self._focus = focus
        focus.param.watch(lambda *_: self._start(), "row")
        self._start()

    @property
    def chosen(self) -> bool:
        """Tell whether the visitor chose the period."""
        return self._chosen

    @property
    def best(self) -> float | None:
        """Return the period (d) to begin with, None where none is known."""
        return next((self.known[origin] for origin in ORIGINS if origin in self.known), None)

    @property
    def origin(self) -> str:
        """Return where the period comes from, empty for one that the visitor chose."""
        if self._chosen:
            return ""
        return next((origin for origin in ORIGINS if origin in self.known), "")

    def propose(self, origin: str, period: float | None) -> None:
        """Make a period (d) known under one of `ORIGINS`; None, or one that is no period, takes it away."""
        if origin not in ORIGINS:
            raise KeyError(f"{origin!r} is none of {', '.join(ORIGINS)}")
        known = {name: value for name, value in self.known.items() if name != origin}
        if period is not None and 0 < period < math.inf:
            known[origin] = float(period)
        with param.edit_constant(self):
            self.known = known
            if not self._chosen:
                self.period = self.best

    def fold_at(self, period: float) -> bool:
        """Fold at this period (d); one that is not positive is refused in `complaint`."""
        if not 0 < period < math.inf:
            self.complaint = "A period is a positive number of days."
            return False
        self._chosen = True
        with param.edit_constant(self):
            self.param.update(period=float(period), complaint="")
        return True

    def fold_at_text(self, text: str) -> bool:
        """Fold at a period that was typed; anything but a positive number is refused in `complaint`."""
        try:
            return self.fold_at(float(text.strip().removesuffix("d")))
        except ValueError:
            self.complaint = f"“{text}” is not a period in days."
            return False

    def double(self) -> None:
        """Fold at twice the period."""
        if self.period is not None:
            self.fold_at(2 * self.period)

    def halve(self) -> None:
        """Fold at half the period."""
        if self.period is not None:
            self.fold_at(self.period / 2)

    def reset(self) -> None:
        """Fold at the best known period again."""
        self._chosen = False
        with param.edit_constant(self):
            self.param.update(period=self.best, complaint="")

    def _start(self) -> None:
        self._chosen = False
        with param.edit_constant(self):
            self.param.update(known={}, period=None, complaint="")
        row = self._focus.row
        self.propose("catalogue", None if row is None else measured_period(self._focus.catalogue, row))
