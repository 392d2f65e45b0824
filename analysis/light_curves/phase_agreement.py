"""Whether light curve and velocities of a star keep the phases to each other that one orbit demands."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PhaseAgreement:
    """Phase by which the light curve's deeper minimum comes after the one that the velocities predict.

    `offset` in cycles, -0.5 to 0.5, with its error; `half_cycle` says that the shallower minimum fits
    instead, as it does where the companion gives light or the stars eclipse. `agrees`: within three errors
    (and at least 0.02 cycles) of a minimum.
    """

    offset: float
    offset_error: float
    half_cycle: bool
    agrees: bool

    @property
    def statement(self) -> str:
        """The finding in one sentence."""
        number = f"{self.offset:+.3f} ± {self.offset_error:.3f} cycles"
        if not self.agrees:
            return f"Light curve and velocities disagree in phase: {number} from the expected minimum."
        which = "shallower" if self.half_cycle else "deeper"
        return f"The {which} minimum lies where the velocities put the star behind its companion ({number})."


def phase_agreement(
    light_epoch: float,
    velocity_epoch: float,
    period: float,
    light_epoch_error: float = 0.0,
    velocity_epoch_error: float = 0.0,
    period_error: float = 0.0,
) -> PhaseAgreement:
    """Phase of the deeper minimum against the velocity curve of the same circular orbit; days.

    `velocity_epoch`: when the velocity rises through the systemic one (as `fit_circular_orbit` gives). The
    visible star is then nearest to us; half a cycle later it is behind its companion and shows its tidally
    drawn-out, darker side: the deeper minimum of an ellipsoidal curve (Morris 1985). Both epochs on one time
    scale. The error of the period counts for the cycles between them. Raises ValueError for a bad period.
    """
    if not 0 < period < np.inf:
        raise ValueError(f"period is {period} d: give a positive number of days")
    cycles = (light_epoch - velocity_epoch) / period - 0.5
    offset = cycles - np.round(cycles)
    timing = np.hypot(light_epoch_error, velocity_epoch_error) / period
    error = float(np.hypot(timing, abs(cycles) * period_error / period))
    half_cycle = abs(offset) > 0.25
    from_minimum = 0.5 - abs(offset) if half_cycle else abs(offset)
    return PhaseAgreement(float(offset), error, bool(half_cycle), bool(from_minimum <= max(3 * error, 0.02)))
