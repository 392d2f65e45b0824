"""Light curve and velocities of a star on one phase axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.binaries import KeplerianOrbit
from analysis.light_curves import PhaseAgreement, light_minimum, phase_agreement, time_zero
from components.state.orbit import OrbitFit, StarOrbit
from components.state.series import SearchedLightCurve

UNKNOWN = "unknown"
# Between Julian dates on Earth and barycentric ones lie up to 8.3 minutes.
LIGHT_TRAVEL_DAYS = 8.3 / 1440


@dataclass(frozen=True, eq=False)
class Joint:
    """Both series at one period (d): when the velocity rises through its middle, on the light curve's time scale.

    ``agreement`` is None where the phases cannot be compared, with the reason in ``statement``.
    """

    period: float
    orbit: KeplerianOrbit
    rising_time: float
    shift: float
    agreement: PhaseAgreement | None
    statement: str


def join(curve: SearchedLightCurve, orbit: StarOrbit, fit: OrbitFit, period: float) -> Joint:
    """Return light curve and velocities at a period, and whether they keep the phases that one orbit demands.

    Raises ValueError for a light curve with too few points.
    """
    circular = fit.comparison.circular
    rising = circular.periastron_time - 0.25 * circular.period
    scales = (orbit.velocities.primary.time_scale, curve.clean.time_scale)
    if UNKNOWN in scales:
        which = "velocities" if scales[0] == UNKNOWN else "light curve"
        reason = f"The {which} do not say on which time scale they are, so that their phases cannot be compared."
        return Joint(period, fit.comparison.best, rising, 0.0, None, reason.replace("curve do", "curve does"))
    shift = time_zero(scales[0]) - time_zero(scales[1])
    epoch, error = light_minimum(curve.clean, period)
    rising_error = circular.errors["periastron_time"]
    same = "BJD" in scales[0] and ("BJD" in scales[1] or scales[1] in ("BTJD", "BKJD"))
    travel = 0.0 if same else LIGHT_TRAVEL_DAYS
    found = curve.found
    errors = [value for value in (circular.errors["period"], _error_near(found, period)) if value > 0]
    agreement = phase_agreement(
        epoch, rising + shift, period, error, float(np.hypot(rising_error, travel)), min(errors, default=0.0)
    )
    return Joint(period, fit.comparison.best, rising + shift, shift, agreement, agreement.statement)


def _error_near(found: object, period: float) -> float:
    """Error of the light curve's own period where that is the one folded at, else 0 for unknown."""
    own = float(getattr(found, "orbital_period", np.nan))
    error = float(getattr(found, "orbital_period_error", np.nan))
    return error if np.isfinite(error) and abs(own / period - 1) < 0.01 else 0.0
