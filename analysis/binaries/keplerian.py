"""Full Keplerian orbits fitted to velocities of one or several instruments, against the circular orbit."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares, minimize_scalar

from analysis.binaries.eccentric_orbit import (
    keplerian_velocity,
    normal_equations,
    true_anomaly_terms,
    velocity_terms,
)
from analysis.binaries.velocities import RadialVelocities
from analysis.stars.units import DAY, FloatArray, in_unit

ECCENTRICITY_STARTS = (0.05, 0.2, 0.4, 0.6, 0.75, 0.9)
ANOMALY_STARTS = 16
STARTS_FOLLOWED = 4
HIGHEST_ECCENTRICITY = 0.98
JITTER_ROUNDS = 8
MOST_PERIOD_STEPS = 100
STRONG_BIC_DIFFERENCE = 6.0
# Evaluations that tell which of the starts leads lowest; that one is then followed to its end.
TRIAL_EVALUATIONS = 40


@dataclass(frozen=True, eq=False)
class KeplerianOrbit:
    """V(t) = K [cos(omega + nu) + e cos omega] + offset of the instrument; km/s, days, degrees.

    `offsets` are the systemic velocity in the zero point of each instrument, `jitters` the scatter added to
    its errors. For e = 0, omega is 90 degrees less than where the velocity rises: `periastron_time` is then
    the time of highest velocity, omega 0. `errors` has the standard error of period, semi_amplitude,
    eccentricity, argument_of_periastron and periastron_time (0 for what was held fixed).
    """

    period: float
    semi_amplitude: float
    eccentricity: float
    argument_of_periastron: float
    periastron_time: float
    offsets: Mapping[str, float]
    jitters: Mapping[str, float]
    errors: Mapping[str, float]
    offset_errors: Mapping[str, float]
    chi2: float
    dof: int
    bic: float
    residuals: FloatArray

    @property
    def systemic_velocity(self) -> float:
        """Systemic velocity in km/s in the zero point of the instrument with most velocities."""
        return next(iter(self.offsets.values()))

    def velocity(self, time: npt.ArrayLike, instrument: str | None = None) -> FloatArray:
        """Model velocity in km/s at `time` (d) in an instrument's zero point, by default the first one's."""
        offset = self.systemic_velocity if instrument is None else self.offsets[instrument]
        orbit = keplerian_velocity(
            in_unit(time, DAY).astype(np.float64),
            self.period,
            self.semi_amplitude,
            self.eccentricity,
            self.argument_of_periastron,
            self.periastron_time,
        )
        return np.asarray(offset + orbit)

    def phase(self, time: npt.ArrayLike) -> FloatArray:
        """Phase in [0, 1) at `time` (d), 0 at periastron."""
        turns = (in_unit(time, DAY).astype(np.float64) - self.periastron_time) / self.period
        return np.asarray(turns - np.floor(turns))


@dataclass(frozen=True, eq=False)
class OrbitComparison:
    """Keplerian and circular orbit of the same velocities; `bic_difference` is circular minus Keplerian.

    `keplerian` is None where there are too few velocities for it.
    """

    circular: KeplerianOrbit
    keplerian: KeplerianOrbit | None

    @property
    def bic_difference(self) -> float:
        """BIC of the circular minus that of the Keplerian orbit; NaN without the latter."""
        return np.nan if self.keplerian is None else self.circular.bic - self.keplerian.bic

    @property
    def eccentric(self) -> bool:
        """Whether the data demand an eccentricity: BIC difference above 6."""
        return self.bic_difference > STRONG_BIC_DIFFERENCE

    @property
    def best(self) -> KeplerianOrbit:
        """The orbit that the comparison prefers."""
        return self.keplerian if self.eccentric and self.keplerian is not None else self.circular


def fit_orbit(
    velocities: RadialVelocities,
    period: float,
    period_reach: float | None = None,
    fit_jitter: bool = False,
) -> OrbitComparison:
    """Circular and Keplerian orbit near `period` (d), each instrument with its own offset, and their BIC.

    The period is free within `period_reach` (d; by default half a cycle over the baseline, 0 holds it). With
    `fit_jitter` each instrument with at least five velocities gets the extra scatter of highest likelihood.
    Raises ValueError for a period that is not positive or fewer velocities than a circular orbit needs.
    """
    period = float(in_unit(period, DAY))
    if not 0 < period < np.inf:
        raise ValueError(f"period is {period} d: give a positive number of days")
    offsets = len(velocities.instruments)
    if len(velocities) < offsets + 3:
        raise ValueError(f"{len(velocities)} velocities of {offsets} instruments: an orbit needs {offsets + 3}")
    reach = 0.5 * period**2 / max(velocities.baseline, period) if period_reach is None else period_reach
    circular = _with_jitter(velocities, period, reach, fit_jitter, eccentric=False)
    if len(velocities) < offsets + 6:
        return OrbitComparison(circular, None)
    return OrbitComparison(circular, _with_jitter(velocities, circular.period, reach, fit_jitter, eccentric=True))


@dataclass(frozen=True, eq=False)
class _Problem:
    """Velocities as the fit sees them: the rows' instruments by number, and total errors."""

    data: RadialVelocities
    names: tuple[str, ...]
    which: npt.NDArray[np.int64]
    error: FloatArray

    @property
    def indicator(self) -> FloatArray:
        return np.asarray(self.which[:, None] == np.arange(len(self.names)), dtype=np.float64)


def _with_jitter(
    data: RadialVelocities, period: float, reach: float, fit_jitter: bool, eccentric: bool
) -> KeplerianOrbit:
    """Fit, then raise the errors by the jitter that its residuals ask for, until it stays."""
    names = data.instruments
    which = np.array([names.index(str(name)) for name in data.instrument], dtype=np.int64)
    jitter = np.zeros(len(names))
    fit = None
    for _ in range(JITTER_ROUNDS if fit_jitter else 1):
        problem = _Problem(data, names, which, np.hypot(data.velocity_error, jitter[which]))
        fit = _fit(problem, period, reach, eccentric, jitter, fit_jitter)
        if not fit_jitter:
            break
        new = _jitters(problem, fit.residuals, parameters=5 if eccentric else 3)
        if np.allclose(new, jitter, rtol=0.01, atol=1e-4):
            break
        jitter = new
    assert fit is not None
    return fit


def _jitters(problem: _Problem, residuals: FloatArray, parameters: int) -> FloatArray:
    """Extra scatter (km/s) of highest likelihood for each instrument, scaled for the parameters fitted."""
    correction = np.sqrt(residuals.size / max(residuals.size - parameters - len(problem.names), 1))
    found = np.zeros(len(problem.names))
    for number in range(len(problem.names)):
        rows = problem.which == number
        if rows.sum() < 5:
            continue
        rest, error = residuals[rows] * correction, problem.data.velocity_error[rows]

        def cost(log_jitter: float, rest: FloatArray = rest, error: FloatArray = error) -> float:
            variance = error**2 + np.exp(2 * log_jitter)
            return float(np.sum(rest**2 / variance + np.log(variance)))

        high = np.log(max(float(np.std(rest)) * 3, 1e-4))
        best = minimize_scalar(cost, bounds=(np.log(1e-4), high), method="bounded")
        found[number] = np.exp(best.x) if best.fun < np.sum(rest**2 / error**2 + np.log(error**2)) else 0.0
    return found


def _fit(
    problem: _Problem, period: float, reach: float, eccentric: bool, jitter: FloatArray, fit_jitter: bool
) -> KeplerianOrbit:
    starts = _starts(problem, period, reach, eccentric)
    if len(starts) > 1:
        trials = [_refine(problem, start, period, reach, eccentric, TRIAL_EVALUATIONS)[0] for start in starts]
        starts = [min(trials, key=lambda trial: float(np.sum(_residuals(problem, trial, eccentric) ** 2)))]
    parameters, covariance = _refine(problem, starts[0], period, reach, eccentric)
    return _orbit(problem, parameters, covariance, eccentric, jitter, fit_jitter)


def _starts(problem: _Problem, period: float, reach: float, eccentric: bool) -> list[FloatArray]:
    """Parameter vectors (P, T, e, A, B, offsets) of least chi2 on a grid of period, e and mean anomaly."""
    data, weight = problem.data, problem.error**-2.0
    middle = float(np.average(data.time, weights=weight))
    step = 0.1 * period**2 / max(data.baseline, period)
    number = 1 + 2 * int(min(np.ceil(reach / step), MOST_PERIOD_STEPS)) if reach > 0 else 1
    periods = np.linspace(period - reach, period + reach, number) if number > 1 else np.array([period])
    eccentricities = np.array(ECCENTRICITY_STARTS if eccentric else (0.0,))
    fractions = np.arange(ANOMALY_STARTS if eccentric else 1) / ANOMALY_STARTS
    grid = np.meshgrid(periods[periods > 0], eccentricities, fractions, indexing="ij")
    trial, e, fraction = (axis.ravel() for axis in grid)
    periastron = middle + fraction * trial
    terms = velocity_terms(data.time, trial, e, periastron)
    matrix, right = normal_equations(terms, problem.indicator, data.velocity, weight)
    ridge = 1e-9 * np.trace(matrix, axis1=1, axis2=2)[:, None, None] * np.eye(matrix.shape[1])
    solution = np.linalg.solve(matrix + ridge, right[..., None])[..., 0]
    explained = np.sum(solution * right, axis=1)
    best = np.argsort(-explained, kind="stable")[: STARTS_FOLLOWED if eccentric else 1]
    return [np.array([trial[i], periastron[i], e[i], *solution[i]]) for i in best]


def _residuals(problem: _Problem, p: FloatArray, eccentric: bool) -> FloatArray:
    angle = 2 * np.pi * (problem.data.time - p[1]) / p[0]
    cosine, sine = true_anomaly_terms(angle, p[2] if eccentric else 0.0)
    model = p[3] * (cosine + (p[2] if eccentric else 0.0)) - p[4] * sine + p[5:][problem.which]
    return np.asarray((model - problem.data.velocity) / problem.error)


def _refine(
    problem: _Problem,
    start: FloatArray,
    period: float,
    reach: float,
    eccentric: bool,
    evaluations: int | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Least squares from a start; parameters and covariance, with zeros for what is held fixed."""
    free = np.ones(start.size, dtype=bool)
    free[0] = reach > 0
    if not eccentric:
        free[1] = free[2] = False
    low, high = np.full(start.size, -np.inf), np.full(start.size, np.inf)
    low[0], high[0] = max(period - reach, 0.1 * period), period + reach
    low[2], high[2] = 0.0, HIGHEST_ECCENTRICITY
    scale = np.ones(start.size)
    scale[0] = 0.01 * start[0] ** 2 / max(problem.data.baseline, start[0])
    scale[1], scale[2] = 0.01 * start[0], 0.01
    scale[3:] = max(float(np.hypot(start[3], start[4])), 1e-3)

    def cost(x: FloatArray) -> FloatArray:
        full = start.copy()
        full[free] = x
        return _residuals(problem, full, eccentric)

    inside = np.clip(start, low + 1e-12 * np.abs(np.nan_to_num(low, neginf=0)), high)
    bounds = (low[free], high[free])
    found = least_squares(cost, inside[free], bounds=bounds, x_scale=scale[free], max_nfev=evaluations)
    jacobian = np.asarray(found.jac, dtype=np.float64)
    parameters, covariance = start.copy(), np.zeros((start.size, start.size))
    parameters[free] = found.x
    unit = scale[free]
    inverse = np.linalg.pinv((jacobian * unit).T @ (jacobian * unit)) * np.outer(unit, unit)
    covariance[np.ix_(free, free)] = inverse
    return parameters, covariance


def _orbit(
    problem: _Problem,
    p: FloatArray,
    covariance: FloatArray,
    eccentric: bool,
    jitter: FloatArray,
    fit_jitter: bool,
) -> KeplerianOrbit:
    """The result of named numbers, with errors by the delta method."""
    amplitude = float(np.hypot(p[3], p[4]))
    omega = float(np.arctan2(p[4], p[3]))
    jacobian = np.zeros((5, p.size))
    jacobian[0, 0] = jacobian[2, 2] = jacobian[4, 1] = 1.0
    if amplitude > 0:
        jacobian[1, 3:5] = p[3] / amplitude, p[4] / amplitude
        jacobian[3, 3:5] = -p[4] / amplitude**2, p[3] / amplitude**2
    periastron = float(p[1])
    if not eccentric:
        # Phase and omega are one parameter here: omega becomes 0 and the time takes it all.
        periastron -= omega / (2 * np.pi) * p[0]
        jacobian[4] = -p[0] / (2 * np.pi) * jacobian[3]
        jacobian[3] = 0.0
        omega = 0.0
    errors = np.sqrt(np.maximum(np.diag(jacobian @ covariance @ jacobian.T), 0.0))
    names = ("period", "semi_amplitude", "eccentricity", "argument_of_periastron", "periastron_time")
    errors[3] = np.degrees(errors[3])
    residuals = -_residuals(problem, p, eccentric) * problem.error
    chi2 = float(np.sum((residuals / problem.error) ** 2))
    fitted = int(np.count_nonzero(np.diag(covariance))) + int(fit_jitter) * int(np.count_nonzero(jitter))
    middle = float(np.average(problem.data.time, weights=problem.error**-2))
    periastron += float(p[0]) * round((middle - periastron) / float(p[0]))
    n = len(problem.data)
    return KeplerianOrbit(
        period=float(p[0]),
        semi_amplitude=amplitude,
        eccentricity=float(p[2]) if eccentric else 0.0,
        argument_of_periastron=float(np.degrees(omega) % 360),
        periastron_time=periastron,
        offsets={name: float(p[5 + i]) for i, name in enumerate(problem.names)},
        jitters={name: float(jitter[i]) for i, name in enumerate(problem.names)},
        errors=dict(zip(names, (float(error) for error in errors), strict=True)),
        offset_errors={name: float(np.sqrt(covariance[5 + i, 5 + i])) for i, name in enumerate(problem.names)},
        chi2=chi2,
        dof=n - int(np.count_nonzero(np.diag(covariance))),
        bic=float(chi2 + 2 * np.sum(np.log(problem.error)) + fitted * np.log(n)),
        residuals=residuals,
    )


def double_lined_mass_ratio(primary: KeplerianOrbit, secondary: KeplerianOrbit) -> tuple[float, float]:
    """Mass ratio q = m2/m1 = K1/K2 of a double-lined binary, and its standard error."""
    ratio = primary.semi_amplitude / secondary.semi_amplitude
    relative = np.hypot(
        primary.errors["semi_amplitude"] / primary.semi_amplitude,
        secondary.errors["semi_amplitude"] / secondary.semi_amplitude,
    )
    return float(ratio), float(ratio * relative)
