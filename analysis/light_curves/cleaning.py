"""Cleaning of a light curve in steps that are counted and can be shown."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import median_abs_deviation

from analysis.light_curves.quality import BoolArray
from analysis.light_curves.series import LightCurve
from analysis.stars.units import FloatArray

SIGMA = 3.0
DROP_ERROR_FRACTION = 0.05
SECONDS_PER_DAY = 86400
SEGMENT_GAP_DAYS = 0.5
MANY_DIPS = 3


@dataclass(frozen=True)
class CleaningStep:
    """One step: what it did, and how many points it dropped of those that came in."""

    name: str
    description: str
    points_in: int
    dropped: int


@dataclass(frozen=True, eq=False)
class CleanLightCurve(LightCurve):
    """A light curve that `clean` returned: the points kept, the step log, and the trend that was divided out.

    `trend_time` (d) and `trend` (relative flux) are empty without detrending; with it, one value a point
    before binning.
    """

    steps: tuple[CleaningStep, ...] = ()
    trend_time: FloatArray | None = None
    trend: FloatArray | None = None

    @property
    def dropped(self) -> int:
        """Number of points dropped in all steps."""
        return sum(step.dropped for step in self.steps)


def clean(
    light_curve: LightCurve,
    sigma: float | None = SIGMA,
    drop_error_fraction: float = DROP_ERROR_FRACTION,
    bin: float | None = None,
    detrend: float | None = None,
    keep_dips: bool = True,
) -> CleanLightCurve:
    """Light curve without bad points (relative flux), and the log of what was dropped why.

    Mu et al. 2022: points beyond 3 sigma and the 5 % with the largest errors are dropped. Here sigma is the
    robust one (1.4826 MAD) of each sector, and with `keep_dips` faint points stay that follow each other or
    outnumber the bright ones, since the plain rule (`keep_dips=False`) cuts out every eclipse. In order: bad
    quality or missing flux; detrending by a running median over `detrend` days (it flattens all variation
    slower than about a third of that window); the clip at `sigma` (None: no clip); the largest
    `drop_error_fraction` of the errors; means over `bin` days. A point with a missing error is dropped where
    others have one. Raises ValueError for arguments out of range; an empty result is no error.
    """
    _check(sigma, drop_error_fraction, bin, detrend)
    steps: list[CleaningStep] = []

    def keep(curve: LightCurve, rows: BoolArray, name: str, description: str) -> LightCurve:
        steps.append(CleaningStep(name, description, len(curve), int(np.count_nonzero(~rows))))
        return curve.select(rows)

    curve = keep(light_curve, light_curve.good, "quality", "bad quality bits or missing flux")
    trend_time = trend = None
    if detrend is not None:
        trend_time, trend = curve.time, running_median(curve, detrend)
        curve = _divided(curve, trend)
        steps.append(CleaningStep("detrend", f"divided by a {detrend:g} d running median", len(curve), 0))
    if sigma is not None:
        rows, kept = within_sigma(curve, sigma, keep_dips)
        note = f"; {kept} faint points kept as dips" if kept else ""
        curve = keep(curve, rows, "clip", f"beyond {sigma:g} robust sigma{note}")
    if drop_error_fraction > 0 and np.isfinite(curve.flux_error).any():
        rows = small_errors(curve.flux_error, drop_error_fraction)
        curve = keep(curve, rows, "errors", f"largest {drop_error_fraction:.0%} of the errors, or none given")
    if bin is not None:
        before = len(curve)
        curve = binned(curve, bin)
        description = f"means over {bin:g} d: {before} points became {len(curve)}"
        steps.append(CleaningStep("bin", description, before, 0))
    values: dict[str, Any] = {field.name: getattr(curve, field.name) for field in fields(LightCurve)}
    return CleanLightCurve(**values, steps=tuple(steps), trend_time=trend_time, trend=trend)


def _check(sigma: float | None, fraction: float, bin: float | None, detrend: float | None) -> None:
    if sigma is not None and not sigma > 0:
        raise ValueError(f"sigma is {sigma}: give a positive number, or None for no clip")
    if not 0 <= fraction < 1:
        raise ValueError(f"drop_error_fraction is {fraction}: give a number from 0 to below 1")
    for name, value in (("bin", bin), ("detrend", detrend)):
        if value is not None and not value > 0:
            raise ValueError(f"{name} is {value} d: give a positive width in days, or None")


def within_sigma(curve: LightCurve, sigma: float, keep_dips: bool = True) -> tuple[BoolArray, int]:
    """Which points lie within `sigma` robust sigma of their sector's median, and how many dips were kept.

    With `keep_dips`, points below the limit count as within where two or more follow each other without a
    gap, and all of them where they outnumber the points above it three to one: short eclipses, not outliers.
    """
    deviation = np.zeros(len(curve))
    for number in curve.sectors:
        rows = curve.sector == number
        scale = median_abs_deviation(curve.flux[rows], scale="normal")
        centred = curve.flux[rows] - np.median(curve.flux[rows])
        deviation[rows] = np.divide(centred, scale, out=np.zeros(rows.sum()), where=scale > 0)
    within = np.abs(deviation) <= sigma
    if not keep_dips:
        return within, 0
    low, high = deviation < -sigma, deviation > sigma
    if low.sum() >= MANY_DIPS * max(high.sum(), 2):
        return within | low, int(low.sum())
    next_to = np.diff(curve.time) < 2.5 * curve.cadence
    pair = low[1:] & low[:-1] & next_to
    dip = np.zeros(len(curve), dtype=bool)
    dip[1:] |= pair
    dip[:-1] |= pair
    return within | dip, int(dip.sum())


def small_errors(error: FloatArray, drop_fraction: float) -> BoolArray:
    """Which points keep: all but the `drop_fraction` with the largest errors; a missing error is dropped."""
    finite = np.isfinite(error)
    limit = np.quantile(error[finite], 1 - drop_fraction)
    return finite & (np.where(finite, error, np.inf) <= limit)


def running_median(curve: LightCurve, window: float) -> FloatArray:
    """Median flux within `window` days around each point, taken apart on either side of gaps over 0.5 d."""
    trend = np.empty(len(curve))
    breaks = np.flatnonzero((np.diff(curve.time) > SEGMENT_GAP_DAYS) | (np.diff(curve.sector) != 0)) + 1
    for rows in np.split(np.arange(len(curve)), breaks):
        seconds = pd.to_timedelta(curve.time[rows] - curve.time[rows[:1]], unit="D") if rows.size else None
        flux = pd.Series(curve.flux[rows], index=seconds)
        width = pd.Timedelta(seconds=window * SECONDS_PER_DAY)
        trend[rows] = flux.rolling(width, center=True, min_periods=1).median().to_numpy()
    return trend


def _divided(curve: LightCurve, trend: FloatArray) -> LightCurve:
    values: dict[str, Any] = {field.name: getattr(curve, field.name) for field in fields(LightCurve)}
    return LightCurve(**{**values, "flux": curve.flux / trend, "flux_error": curve.flux_error / trend})


def binned(curve: LightCurve, width: float) -> LightCurve:
    """Weighted means over bins of `width` days, each within one sector; empty bins are left out.

    Weights are inverse variances where all points have errors, else equal; the error of a bin then comes from
    the scatter in it (NaN for a single point). Quality becomes 0.
    """
    if not len(curve):
        return curve
    number = np.floor((curve.time - curve.time[0]) / width).astype(np.int64)
    starts = np.flatnonzero(np.r_[True, (np.diff(number) != 0) | (np.diff(curve.sector) != 0)])
    errors_known = bool(np.all(curve.flux_error > 0))
    weight = curve.flux_error**-2 if errors_known else np.ones(len(curve))
    total = np.add.reduceat(weight, starts)
    time = curve.time[0] + np.add.reduceat(weight * (curve.time - curve.time[0]), starts) / total
    flux = np.add.reduceat(weight * curve.flux, starts) / total
    if errors_known:
        error = total**-0.5
    else:
        count = np.diff(np.r_[starts, len(curve)])
        squares = np.add.reduceat((curve.flux - np.repeat(flux, count)) ** 2, starts)
        many = count > 1
        error = np.full(count.size, np.nan)
        error[many] = np.sqrt(squares[many] / (count[many] - 1) / count[many])
    values: dict[str, Any] = {field.name: getattr(curve, field.name) for field in fields(LightCurve)}
    zero = np.zeros(starts.size, dtype=np.int64)
    values |= {"time": time, "flux": flux, "flux_error": error, "quality": zero, "sector": curve.sector[starts]}
    return LightCurve(**values)
