"""Which orbits a few velocities allow: samples of period, semi-amplitude and eccentricity, and their modes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaln

from analysis.binaries.eccentric_orbit import normal_equations, velocity_terms
from analysis.binaries.posterior_kernel import marginal_likelihoods
from analysis.binaries.velocities import RadialVelocities
from analysis.stars.units import FloatArray

FEWEST_VELOCITIES = 3
DRAWS_PER_PERIOD_CELL = 24
FEWEST_DRAWS, MOST_DRAWS = 30_000, 300_000
MOVES = 3
MOST_ROUNDS = 60
SAMPLES_KEPT = 0.5
MODE_GAP_CYCLES = 0.3
# Periods without a gap between them are one mode, however wide.
WIDE_MODE = 1.1


@dataclass(frozen=True)
class OrbitPrior:
    """Prior of an orbit before its velocities; a choice, not taken from a paper unless said.

    Period log-uniform between `shortest_period` and `longest_period` (d). Eccentricity a beta distribution
    (0.867, 3.03 of Kipping 2013, MNRAS 434, L51), 0 throughout with `circular`. K cos omega and K sin omega
    Gaussian with the width that Price-Whelan et al. 2017 give K, `velocity_width` (km/s) at a year, growing as
    P^(-1/3) and (1 - e^2)^(-1/2). Offset of each instrument Gaussian about its mean, `offset_width` (km/s).
    `jitter` (km/s) is added to all errors in quadrature.
    """

    shortest_period: float = 0.1
    longest_period: float = 1000.0
    eccentricity_a: float = 0.867
    eccentricity_b: float = 3.03
    circular: bool = False
    velocity_width: float = 30.0
    offset_width: float = 100.0
    jitter: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.shortest_period < self.longest_period < np.inf:
            problem = f"periods from {self.shortest_period} to {self.longest_period} d"
            raise ValueError(f"{problem}: give 0 < shortest < longest")


@dataclass(frozen=True, eq=False)
class OrbitPosterior:
    """Samples of the orbits that the velocities allow, of equal weight; days, km/s, degrees.

    `modes` has one row a separate period: probability, period, semi_amplitude, eccentricity (medians and
    _lower, _upper: 16 and 84 %), chi2 of its best sample. `evidence` is the natural logarithm of the marginal
    likelihood under the prior, for comparisons on the same data.
    """

    period: FloatArray
    semi_amplitude: FloatArray
    eccentricity: FloatArray
    argument_of_periastron: FloatArray
    periastron_time: FloatArray
    offsets: Mapping[str, FloatArray]
    chi2: FloatArray
    evidence: float
    modes: pd.DataFrame
    prior: OrbitPrior

    @property
    def ambiguous(self) -> bool:
        """Whether no single period, known to 10 %, holds 90 % of the probability."""
        return bool(self.modes["probability"].iloc[0] < 0.9 or self.wide)

    @property
    def wide(self) -> bool:
        """Whether the 68 % interval of the most probable mode leaves its period unknown by more than 10 %."""
        best = self.modes.iloc[0]
        return bool(best["period_upper"] > WIDE_MODE * best["period_lower"])

    def interval(self, quantity: str, probability: float = 0.68) -> tuple[float, float, float]:
        """Median, lower and upper end of the central interval of "period", "semi_amplitude", "eccentricity"."""
        tail = 0.5 * (1 - probability)
        low, middle, high = np.quantile(getattr(self, quantity), [tail, 0.5, 1 - tail])
        return float(middle), float(low), float(high)


def sample_orbits(
    velocities: RadialVelocities, prior: OrbitPrior | None = None, samples: int = 4000, seed: int = 0
) -> OrbitPosterior:
    """Posterior of period (d), K (km/s) and e from three velocities or more, and the table of its modes.

    A grid over frequency (every resolvable period with many shapes) is weighed by the likelihood in which K,
    omega and the offsets are integrated out, and narrowed to the posterior by tempering: resample, move, raise
    the power of the likelihood. Same seed, same samples. Raises ValueError for fewer than three velocities.
    """
    prior = prior or OrbitPrior()
    if len(velocities) < FEWEST_VELOCITIES:
        raise ValueError(f"{len(velocities)} velocities: a posterior needs at least {FEWEST_VELOCITIES}")
    rng = np.random.default_rng(seed)
    model = _Model.of(velocities, prior)
    shapes, log_likelihood, log_weight = _grid(model, rng)
    power, evidence = 0.0, 0.0
    for _ in range(MOST_ROUNDS):
        step = _next_power(log_likelihood, log_weight, power, samples)
        weight = log_weight + step * log_likelihood
        top = weight.max()
        evidence += top + np.log(np.mean(np.exp(weight - top)))
        power += step
        chosen = _systematic(np.exp(weight - top), samples, rng)
        shapes, log_likelihood = shapes[chosen], log_likelihood[chosen]
        log_weight = np.zeros(samples)
        for _ in range(MOVES * (3 if power >= 1.0 else 1)):
            shapes, log_likelihood = _move(model, shapes, log_likelihood, power, rng)
        if power >= 1.0:
            break
    return _posterior(model, shapes, evidence, rng)


@dataclass(frozen=True, eq=False)
class _Model:
    """Data and prior in the numbers that the likelihood uses. A shape is (frequency, x, y): e = x^2 + y^2 and
    the mean anomaly at `middle` has the direction (x, y), so that the prior is smooth at e = 0."""

    time: FloatArray
    velocity: FloatArray
    weight: FloatArray
    indicator: FloatArray
    names: tuple[str, ...]
    middle: float
    centre: FloatArray
    baseline: float
    prior: OrbitPrior

    @classmethod
    def of(cls, data: RadialVelocities, prior: OrbitPrior) -> "_Model":
        names = data.instruments
        indicator = (data.instrument[:, None] == np.array(names)).astype(np.float64)
        weight = 1 / (data.velocity_error**2 + prior.jitter**2)
        centre = (indicator * weight[:, None]).T @ data.velocity / (indicator * weight[:, None]).sum(axis=0)
        middle = float(np.average(data.time, weights=weight))
        baseline = max(data.baseline, 1e-3)
        time = data.time - middle
        return cls(time, data.velocity, weight, indicator, names, middle, centre, baseline, prior)

    def geometry(self, shapes: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Period, eccentricity and periastron time (from the middle) of shapes."""
        period = 1 / shapes[:, 0]
        eccentricity = shapes[:, 1] ** 2 + shapes[:, 2] ** 2
        anomaly = np.arctan2(shapes[:, 2], shapes[:, 1])
        return period, np.minimum(eccentricity, 0.995), -anomaly / (2 * np.pi) * period

    def log_prior(self, shapes: FloatArray) -> FloatArray:
        """Logarithm of the prior density of shapes; -inf outside."""
        p = self.prior
        frequency, e = shapes[:, 0], shapes[:, 1] ** 2 + shapes[:, 2] ** 2
        inside = (frequency >= 1 / p.longest_period) & (frequency <= 1 / p.shortest_period) & (e < 0.99)
        safe_f, safe_e = np.where(inside, frequency, 1.0), np.clip(np.where(inside, e, 0.5), 1e-12, None)
        value = -np.log(safe_f) - np.log(np.log(p.longest_period / p.shortest_period)) - np.log(np.pi)
        if not p.circular:
            a, b = p.eccentricity_a, p.eccentricity_b
            value = value + (a - 1) * np.log(safe_e) + (b - 1) * np.log1p(-safe_e) - betaln(a, b)
        return np.where(inside, value, -np.inf)

    def solve(self, shapes: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Log marginal likelihood of each shape, and mean and inverse covariance of (A, B, offsets)."""
        period, eccentricity, periastron = self.geometry(shapes)
        terms = velocity_terms(self.time, period, eccentricity, periastron)
        rest = self.velocity - self.indicator @ self.centre
        matrix, right = normal_equations(terms, self.indicator, rest, self.weight)
        width = self.prior.velocity_width * (period / 365.25) ** (-1 / 3) / np.sqrt(1 - eccentricity**2)
        size = matrix.shape[1]
        precision = np.empty((shapes.shape[0], size))
        precision[:, :2] = (width**-2.0)[:, None]
        precision[:, 2:] = self.prior.offset_width**-2.0
        diagonal = np.arange(size)
        matrix[:, diagonal, diagonal] += precision
        mean = np.asarray(np.linalg.solve(matrix, right[..., None])[..., 0], dtype=np.float64)
        log_determinant = np.linalg.slogdet(matrix)[1] - np.sum(np.log(precision), axis=1)
        chi2 = float(np.sum(self.weight * rest**2)) - np.sum(mean * right, axis=1)
        constant = float(np.sum(np.log(self.weight / (2 * np.pi))))
        return np.asarray(0.5 * (constant - chi2 - log_determinant)), mean, matrix

    def log_likelihood(self, shapes: FloatArray) -> FloatArray:
        """Log marginal likelihood of each shape."""
        period, eccentricity, periastron = self.geometry(shapes)
        width = self.prior.velocity_width * np.cbrt(365.25 / period) / np.sqrt(1 - eccentricity**2)
        rest = self.velocity - self.indicator @ self.centre
        which = np.argmax(self.indicator, axis=1)
        return np.asarray(
            marginal_likelihoods(
                period,
                eccentricity,
                periastron,
                width**-2.0,
                self.prior.offset_width**-2.0,
                self.time,
                rest,
                self.weight,
                which,
                len(self.names),
            )
        )


def _grid(model: _Model, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Shapes over all frequencies, half evenly in frequency and half in its logarithm; likelihood and weight."""
    p = model.prior
    low, high = 1 / p.longest_period, 1 / p.shortest_period
    cells = (high - low) * model.baseline
    number = int(np.clip(DRAWS_PER_PERIOD_CELL * cells, FEWEST_DRAWS, MOST_DRAWS))
    even = (np.arange(number) + rng.random(number)) / number
    ratio = np.log(high / low)
    frequency = np.where(np.arange(number) % 2 == 0, low + (high - low) * even, low * np.exp(ratio * even))
    eccentricity = np.zeros(number) if p.circular else rng.beta(p.eccentricity_a, p.eccentricity_b, number)
    angle = 2 * np.pi * rng.random(number)
    root = np.sqrt(np.minimum(eccentricity, 0.989))
    shapes = np.column_stack([frequency, root * np.cos(angle), root * np.sin(angle)])
    density = 0.5 / (high - low) + 0.5 / (ratio * frequency)
    log_weight = -np.log(frequency) - np.log(ratio) - np.log(density)
    return shapes, model.log_likelihood(shapes), log_weight


def _next_power(log_likelihood: FloatArray, log_weight: FloatArray, power: float, samples: int) -> float:
    """Largest rise of the power that leaves `samples` / 2 effective members, by bisection."""

    def effective(step: float) -> float:
        weight = log_weight + step * log_likelihood
        weight = np.exp(weight - weight.max())
        return float(weight.sum() ** 2 / np.sum(weight**2))

    target = SAMPLES_KEPT * samples
    if effective(1.0 - power) >= target:
        return 1.0 - power
    low, high = 0.0, 1.0 - power
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(middle) >= target else (low, middle)
    return max(low, 1e-9)


def _systematic(weight: FloatArray, number: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """`number` rows drawn in proportion to their weights, with the least noise."""
    total = np.cumsum(weight / weight.sum())
    rows = np.searchsorted(total, (np.arange(number) + rng.random()) / number)
    return np.minimum(rows, weight.size - 1).astype(np.int64)


def _move(
    model: _Model, shapes: FloatArray, log_likelihood: FloatArray, power: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """One Metropolis step of every member, with step lengths over three decades since modes differ in width."""
    number = shapes.shape[0]
    scale = 10 ** -rng.uniform(0, 3.5, number)
    proposal = shapes.copy()
    proposal[:, 0] += scale * rng.normal(0.0, 0.4 / model.baseline, number)
    if not model.prior.circular:
        turn = np.power(10.0, -rng.uniform(0, 2.5, (number, 1)))
        proposal[:, 1:] += turn * rng.normal(0, 0.5, (number, 2))
    prior_now, prior_new = model.log_prior(shapes), model.log_prior(proposal)
    allowed = np.isfinite(prior_new)
    new = np.full(number, -np.inf)
    new[allowed] = model.log_likelihood(proposal[allowed])
    change = power * (new - log_likelihood) + prior_new - prior_now
    accept = allowed & (np.log(rng.random(number)) < change)
    return np.where(accept[:, None], proposal, shapes), np.where(accept, new, log_likelihood)


def _posterior(model: _Model, shapes: FloatArray, evidence: float, rng: np.random.Generator) -> OrbitPosterior:
    """Samples of the integrated parameters too, and the table of modes."""
    _, mean, matrix = model.solve(shapes)
    factor = np.linalg.cholesky(matrix)
    noise = rng.normal(size=mean.shape)
    linear = mean + np.linalg.solve(factor.swapaxes(1, 2), noise[..., None])[..., 0]
    period, eccentricity, periastron = model.geometry(shapes)
    terms = velocity_terms(model.time, period, eccentricity, periastron)
    offsets = linear[:, 2:] + model.centre
    predicted = np.sum(terms * linear[:, :2, None], axis=1) + offsets @ model.indicator.T
    chi2 = np.sum(model.weight * (model.velocity - predicted) ** 2, axis=1)
    semi_amplitude = np.hypot(linear[:, 0], linear[:, 1])
    return OrbitPosterior(
        period=period,
        semi_amplitude=semi_amplitude,
        eccentricity=eccentricity,
        argument_of_periastron=np.degrees(np.arctan2(linear[:, 1], linear[:, 0])) % 360,
        periastron_time=periastron + model.middle,
        offsets={name: offsets[:, i] for i, name in enumerate(model.names)},
        chi2=chi2,
        evidence=float(evidence),
        modes=_modes(period, semi_amplitude, eccentricity, chi2, model.baseline),
        prior=model.prior,
    )


def _modes(
    period: FloatArray, semi_amplitude: FloatArray, eccentricity: FloatArray, chi2: FloatArray, baseline: float
) -> pd.DataFrame:
    """One row for each group of periods that a gap in frequency separates, the most probable first."""
    order = np.argsort(1 / period)
    frequency = 1 / period[order]
    breaks = np.flatnonzero(np.diff(frequency) > MODE_GAP_CYCLES / baseline) + 1
    rows = []
    for members in np.split(order, breaks):
        row = {"probability": members.size / period.size, "samples": members.size}
        for name, values in (
            ("period", period),
            ("semi_amplitude", semi_amplitude),
            ("eccentricity", eccentricity),
        ):
            lower, middle, upper = np.quantile(values[members], [0.16, 0.5, 0.84])
            row |= {name: middle, f"{name}_lower": lower, f"{name}_upper": upper}
        row["chi2"] = float(chi2[members].min())
        rows.append(row)
    table = pd.DataFrame(rows).sort_values("probability", ascending=False, kind="stable")
    return table.reset_index(drop=True)
