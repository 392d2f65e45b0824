"""Whether light curve and velocities of a star keep the phases to each other that one orbit demands."""

from dataclasses import dataclass

import numpy as np

from analysis.light_curves.harmonics import bin_points, fit_harmonics, good_points
from analysis.light_curves.series import LightCurve

LARGEST_PHASE_ERROR = 0.1
HARMONICS = 4


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
        if not self.offset_error < LARGEST_PHASE_ERROR:
            return f"The period is not known well enough to compare the phases: {number}."
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


def light_minimum(light_curve: LightCurve, period: float) -> tuple[float, float]:
    """Time of the deeper minimum nearest to the middle of a light curve folded at `period` (d), and its error.

    Of the series of four harmonics; the error is that of the phase of its strongest term. Times in d on the light
    curve's own scale. Raises ValueError for a period that is not positive or fewer than 20 good points.
    """
    if not 0 < period < np.inf:
        raise ValueError(f"period is {period} d: give a positive number of days")
    points = good_points(light_curve)
    if points.time.size < 5 * HARMONICS:
        raise ValueError(f"{points.time.size} good points are too few for the minimum of a light curve")
    fit = fit_harmonics(bin_points(points, period / 60), period, HARMONICS)
    phases = np.linspace(0, 1, 721)[:-1]
    lowest = float(phases[int(np.argmin(fit.at_phase(phases)))])
    strongest = int(np.argmax(fit.amplitudes))
    relative = float(fit.amplitude_errors[strongest] / max(fit.amplitudes[strongest], 1e-300))
    epoch = fit.epoch + lowest * period
    middle = 0.5 * float(points.time[0] + points.time[-1])
    return epoch + period * round((middle - epoch) / period), relative * period / (2 * np.pi * (strongest + 1))
