"""Period, mass ratio and companion mass from excess velocity and position scatter (Andrew et al. 2022)."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.binaries.orbits import mass_ratio
from analysis.binaries.projection_draws import ProjectionDraws, default_draws
from analysis.binaries.projections import AU_PER_YEAR
from analysis.stars.units import (
    CHUNK_ROWS,
    DIMENSIONLESS,
    KILOMETRE_PER_SECOND,
    MILLIARCSECOND,
    SOLAR_MASS,
    YEAR,
    FloatArray,
    Values,
    elementwise,
    in_unit,
)

# au (km/s)^2 / (G Msun)
ALPHA_CONSTANT = 1.495978707e11 * 1e6 / 1.3271244e20
PERIOD_CONSTANT_YEARS = 2 * np.pi * AU_PER_YEAR
LEVELS = (0.50, 0.16, 0.84)
SUFFIXES = ("", "_lower", "_upper")
LOG_ALPHA_NODES = 512


@elementwise(
    rv_scatter=KILOMETRE_PER_SECOND,
    astrometric_scatter=MILLIARCSECOND,
    parallax=MILLIARCSECOND,
    zeta=DIMENSIONLESS,
    beta=DIMENSIONLESS,
)
def dark_period_yr(
    rv_scatter: Values, astrometric_scatter: Values, parallax: Values, zeta: Values, beta: Values
) -> Values:
    """Orbital period in years that explains both scatters by a dark companion (Andrew et al. 2022, eq. 8).

    Scatters in km/s and mas, `parallax` in mas, `zeta` and `beta` the projection terms.
    """
    au = np.asarray(astrometric_scatter) / parallax
    return np.asarray(PERIOD_CONSTANT_YEARS * au * zeta / (np.asarray(rv_scatter) * beta))


@elementwise(
    rv_scatter=KILOMETRE_PER_SECOND,
    astrometric_scatter=MILLIARCSECOND,
    parallax=MILLIARCSECOND,
    primary_mass=SOLAR_MASS,
    zeta=DIMENSIONLESS,
    beta=DIMENSIONLESS,
)
def dark_alpha(
    rv_scatter: Values,
    astrometric_scatter: Values,
    parallax: Values,
    primary_mass: Values,
    zeta: Values,
    beta: Values,
) -> Values:
    """The dimensionless alpha = q^3 / (1 + q)^2 of a dark companion (Andrew et al. 2022, eq. 10).

    Arguments as in `dark_period_yr`, `primary_mass` in solar masses. `mass_ratio(alpha)` is q.
    """
    au = np.asarray(astrometric_scatter) / parallax
    return np.asarray(ALPHA_CONSTANT * np.square(rv_scatter) * au / (primary_mass * beta * np.square(zeta)))


@elementwise(alpha=DIMENSIONLESS, light_ratio=DIMENSIONLESS)
def luminous_mass_ratio(alpha: Values, light_ratio: Values) -> Values:
    """Mass ratio q of a companion that gives `light_ratio` l of the primary's light, on the branch q > l.

    Root of q^2 (q - l) = alpha (1 + q)^2 (1 + l): Andrew et al. 2022, eq. 17, for a companion darker than its
    mass would suggest, where there is exactly one. NaN where an input is NaN or negative.
    """
    light = np.where(np.asarray(light_ratio) >= 0, light_ratio, np.nan)
    a = alpha * (1 + light)
    # Above its one positive root the cubic is convex, so Newton's steps from there only ever go down to it.
    q = light + np.asarray(mass_ratio(a))
    for _ in range(40):
        value = q**2 * (q - light) - a * (1 + q) ** 2
        slope = 3 * q**2 - 2 * light * q - 2 * a * (1 + q)
        step = np.where(slope > 0, value / np.where(slope > 0, slope, 1.0), 0.0)
        q = q - step
        if not np.any(np.abs(step) > 1e-14 * q):
            break
    return np.asarray(q)


def infer_companion(
    rv_scatter: Any,
    astrometric_scatter: Any,
    parallax: Any,
    primary_mass: Any,
    light_ratio: float = 0.0,
    draws: ProjectionDraws | None = None,
) -> pd.DataFrame:
    """Table of period_yr (years), q = m2/m1 and m2 (solar masses), each with its _lower and _upper.

    Medians and 16 and 84 % points over the unknown projection terms: `draws` of (zeta, beta), by default
    those of `default_draws`. `rv_scatter` (km/s) and `astrometric_scatter` (mas) are excess scatters,
    `parallax` in mas, `primary_mass` in solar masses; all broadcast; measurement errors do not enter.
    Andrew et al. 2022, eqs. 8-11, and 16 and 17 (branch q > l) for a `light_ratio` above 0. NaN where an
    input is NaN or not positive. The index is that of the first pandas Series among the arguments, which are
    matched by position.

    Every star shares the draws and q rises with 1/(beta zeta^2), so the quantiles of the draws give those of
    the results: no loop over stars.
    """
    if not 0 <= light_ratio < np.inf:
        raise ValueError(f"light_ratio is {light_ratio}: give the companion's over the primary's light, 0 or more")
    draws = default_draws() if draws is None else draws
    given = (rv_scatter, astrometric_scatter, parallax, primary_mass)
    units = (KILOMETRE_PER_SECOND, MILLIARCSECOND, MILLIARCSECOND, SOLAR_MASS)
    columns = np.broadcast_arrays(
        *(np.atleast_1d(in_unit(value, unit)) for value, unit in zip(given, units, strict=True))
    )
    if columns[0].ndim != 1:
        raise ValueError(f"the arguments broadcast to {columns[0].shape}: give numbers or 1-d columns")
    names = [name + suffix for name in ("period_yr", "q", "m2") for suffix in SUFFIXES]
    result = np.empty((len(names), columns[0].size))
    quantiles = _Quantiles(draws, light_ratio)
    for start in range(0, columns[0].size, CHUNK_ROWS):
        rows = slice(start, start + CHUNK_ROWS)
        result[:, rows] = quantiles.of(*(column[rows].astype(np.float64) for column in columns))
    index = next((value.index for value in given if isinstance(value, pd.Series)), None)
    return pd.DataFrame(dict(zip(names, result, strict=True)), index=index, copy=False)


class _Quantiles:
    """Quantiles over the draws of everything that one star's three numbers scale."""

    def __init__(self, draws: ProjectionDraws, light_ratio: float) -> None:
        self.light_ratio = light_ratio
        self.ratio = draws.zeta / draws.beta
        self.weight = 1 / (draws.beta * draws.zeta**2)
        self.ratio_at, self.weight_at = np.quantile(self.ratio, LEVELS), np.quantile(self.weight, LEVELS)

    def of(self, velocity: FloatArray, angle: FloatArray, parallax: FloatArray, mass: FloatArray) -> FloatArray:
        """Rows: period_yr, q and m2, each median, lower, upper."""
        usable = (velocity > 0) & (angle > 0) & (parallax > 0) & (mass > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            au = np.where(usable, angle / parallax, np.nan)
            alpha = ALPHA_CONSTANT * velocity**2 * au / mass
            period = PERIOD_CONSTANT_YEARS * au / velocity
        if self.light_ratio == 0:
            periods = period * self.ratio_at[:, None]
            ratios = [mass_ratio(alpha * weight) for weight in self.weight_at]
        else:
            periods = period * self._luminous_period_factors(alpha)
            ratios = [luminous_mass_ratio(alpha * weight, self.light_ratio) for weight in self.weight_at]
        return np.concatenate([periods, ratios, [q * mass for q in ratios]])

    def _luminous_period_factors(self, alpha: FloatArray) -> FloatArray:
        """Quantiles of (zeta/beta) q (1 + l) / (q - l), which know the star by alpha alone.

        The two draws do not move together here: quantiles are taken on a grid of alpha and interpolated.
        """
        usable = np.isfinite(alpha) & (alpha > 0)
        if not usable.any():
            return np.full((len(LEVELS), alpha.size), np.nan)
        log_alpha = np.log(np.where(usable, alpha, np.nan))
        low, high = np.nanmin(log_alpha), np.nanmax(log_alpha)
        nodes = np.linspace(low, high, LOG_ALPHA_NODES) if high > low else np.array([low])
        light = self.light_ratio
        table = np.empty((len(LEVELS), nodes.size))
        for column, node in enumerate(nodes):
            q = np.asarray(luminous_mass_ratio(np.exp(node) * self.weight, light))
            table[:, column] = np.quantile(self.ratio * q * (1 + light) / (q - light), LEVELS)
        return np.stack([np.exp(np.interp(log_alpha, nodes, np.log(row))) for row in table])


@elementwise(known_period_yr=YEAR, period_yr=YEAR, period_yr_lower=YEAR, period_yr_upper=YEAR)
def period_tension(
    known_period_yr: Values, period_yr: Values, period_yr_lower: Values, period_yr_upper: Values
) -> Values:
    """Signed distance of a known from the inferred period, in standard deviations of the inferred log period.

    Positive: the known orbit is longer. In a hierarchical triple the inferred period, which goes as the outer
    orbit's astrometric scatter over the inner one's velocity scatter, lies between the two true periods
    (Andrew et al. 2022, Sect. 2.4, eq. 18 with its ratio the right way up). Periods in years; NaN stays NaN.
    """
    distance = np.log(np.asarray(known_period_yr) / period_yr)
    above = np.log(np.asarray(period_yr_upper) / period_yr)
    below = np.log(np.asarray(period_yr) / period_yr_lower)
    return np.asarray(np.where(distance >= 0, distance / above, distance / below))


def triple_warning(inferred: pd.DataFrame, known_period_yr: Any, threshold: float = 2.0) -> pd.Series:
    """Which orbit of a possible triple the known period would be, row by row: "inner", "outer" or "".

    `inferred` is a table of `infer_companion`; `known_period_yr` (years) an orbital period measured
    otherwise, NaN where there is none (""). "inner": it is shorter than the inferred one by more than
    `threshold` inferred standard deviations in log period, so that something slower must cause the
    astrometric scatter. "outer": longer, so that something faster must cause the velocity scatter.
    Andrew et al. 2022, Sect. 2.4.
    """
    columns = ("period_yr", "period_yr_lower", "period_yr_upper")
    missing = [name for name in columns if name not in inferred]
    if missing:
        raise ValueError(f"the inferred table lacks {', '.join(missing)}: give a table made by infer_companion")
    tension = np.asarray(period_tension(known_period_yr, *(inferred[name].to_numpy() for name in columns)))
    kind = np.select([tension < -threshold, tension > threshold], ["inner", "outer"], default="")
    return pd.Series(kind, index=inferred.index, name="triple_warning")
