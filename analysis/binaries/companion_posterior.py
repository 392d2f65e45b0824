"""How massive the companion is: everything that is known of one star in one posterior."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.binaries.ellipsoidal import GRAVITY_DARKENING, LIMB_DARKENING, ellipsoidal_amplitude
from analysis.binaries.orbits import companion_mass, mass_function, separation
from analysis.binaries.posterior import OrbitPosterior
from analysis.stars.radii import radius_from_mass
from analysis.stars.units import FloatArray

DRAWS = 100_000
LEAST_PRIMARY_MASS = 0.05
FEWEST_EFFECTIVE_DRAWS = 200.0
# First-order tides and an assumed radius and darkening: the amplitude is no better known than this.
ELLIPSOIDAL_MODEL_ERROR = 0.2
CHANDRASEKHAR_MASS, LIGHTEST_BLACK_HOLE = 1.4, 3.0
SEEN_MASS_RATIO = 0.5


@dataclass(frozen=True)
class VelocityEvidence:
    """What the velocities say: draws of K (km/s), period (d) and eccentricity, of one length."""

    semi_amplitude: FloatArray
    period: FloatArray
    eccentricity: FloatArray


@dataclass(frozen=True)
class EllipsoidalEvidence:
    """Measured cos 2x flux amplitude with its error, and the relative error of the model behind it.

    `radius` (solar radii) with its error is that of the visible star; None for a main-sequence star of its mass.
    """

    amplitude: float
    amplitude_error: float
    radius: float | None = None
    radius_error: float = 0.0
    model_error: float = ELLIPSOIDAL_MODEL_ERROR
    limb_darkening: float = LIMB_DARKENING
    gravity_darkening: float = GRAVITY_DARKENING


@dataclass(frozen=True)
class CompanionMassPrior:
    """Population of companions: numbers falling as mass^-`slope` between `low` and `high` (solar masses).

    Slope 1, equal numbers in each factor of mass, favours no mass; 2.35 is Salpeter's for stars.
    """

    slope: float = 1.0
    low: float = 0.01
    high: float = 100.0

    def weight(self, m1: FloatArray, m2: FloatArray, semi_amplitude: FloatArray) -> FloatArray:
        """Prior of a draw of (K, inclination), which is that of (m2, inclination) times dm2/dK."""
        inside = (m2 >= self.low) & (m2 <= self.high)
        mass = np.clip(m2, self.low, self.high)
        slope_of_k = mass * 3 * (m1 + mass) / (3 * m1 + mass) / np.maximum(semi_amplitude, 1e-6)
        return np.where(inside, mass**-self.slope * slope_of_k, 0.0)


@dataclass(frozen=True, eq=False)
class CompanionPosterior:
    """Weighted draws of the companion's mass and what it was made from; solar masses, inclination in degrees.

    `used` names the evidence. `effective_draws` is how many equal draws they are worth; where it is below
    200, the pieces of evidence contradict each other (`consistent` is then False).
    """

    mass: FloatArray
    primary_mass: FloatArray
    inclination: FloatArray
    weight: FloatArray
    used: tuple[str, ...]

    @property
    def effective_draws(self) -> float:
        """Effective number of draws."""
        return float(self.weight.sum() ** 2 / max(np.sum(self.weight**2), 1e-300))

    @property
    def consistent(self) -> bool:
        """Whether enough draws agree with all of the evidence."""
        return self.effective_draws >= FEWEST_EFFECTIVE_DRAWS

    def quantile(self, *probabilities: float) -> tuple[float, ...]:
        """Companion masses below which these probabilities lie; NaN without consistent draws."""
        if not self.consistent:
            return tuple(np.nan for _ in probabilities)
        order = np.argsort(self.mass)
        total = np.cumsum(self.weight[order])
        rows = np.searchsorted(total, np.asarray(probabilities) * total[-1])
        return tuple(float(m) for m in self.mass[order][np.minimum(rows, order.size - 1)])

    @property
    def median(self) -> float:
        """Median companion mass in solar masses."""
        return self.quantile(0.5)[0]

    def interval(self, probability: float = 0.68) -> tuple[float, float]:
        """Central interval of the companion mass in solar masses."""
        low, high = self.quantile(0.5 * (1 - probability), 0.5 * (1 + probability))
        return low, high

    def probability_above(self, mass: float) -> float:
        """Probability that the companion is heavier than `mass` (solar masses); NaN without consistent draws."""
        return self._probability(self.mass > mass)

    @property
    def probability_above_chandrasekhar(self) -> float:
        """Probability of more than 1.4 solar masses."""
        return self.probability_above(CHANDRASEKHAR_MASS)

    @property
    def probability_black_hole_mass(self) -> float:
        """Probability of more than 3 solar masses."""
        return self.probability_above(LIGHTEST_BLACK_HOLE)

    def probability_seen(self, mass_ratio: float = SEEN_MASS_RATIO) -> float:
        """Probability that a main-sequence star of the companion's mass would show in the spectrum.

        Taken as m2 > `mass_ratio` m1: Mu et al. 2022 call lighter ones too faint to be seen.
        """
        return self._probability(self.mass > mass_ratio * self.primary_mass)

    def histogram(self, edges: FloatArray) -> FloatArray:
        """Probability in each bin of mass between `edges` (solar masses)."""
        counts = np.histogram(self.mass, edges, weights=self.weight)[0]
        return np.asarray(counts / self.weight.sum())

    def _probability(self, rows: npt.NDArray[np.bool_]) -> float:
        return float(self.weight[rows].sum() / self.weight.sum()) if self.consistent else np.nan


def orbit_evidence(posterior: OrbitPosterior, draws: int = DRAWS, seed: int = 0) -> VelocityEvidence:
    """Velocity evidence from the samples of an orbit posterior."""
    rows = np.random.default_rng(seed).integers(posterior.period.size, size=draws)
    return VelocityEvidence(posterior.semi_amplitude[rows], posterior.period[rows], posterior.eccentricity[rows])


def fitted_evidence(
    semi_amplitude: float,
    semi_amplitude_error: float,
    period: float,
    eccentricity: float = 0.0,
    eccentricity_error: float = 0.0,
    draws: int = DRAWS,
    seed: int = 0,
) -> VelocityEvidence:
    """Velocity evidence from a fitted orbit (km/s, d) with Gaussian errors."""
    rng = np.random.default_rng(seed)
    amplitude = np.abs(rng.normal(semi_amplitude, semi_amplitude_error, draws))
    e = np.clip(np.abs(rng.normal(eccentricity, eccentricity_error, draws)), 0, 0.99)
    return VelocityEvidence(amplitude, np.full(draws, float(period)), e)


def range_evidence(
    half_delta_vr: float,
    half_delta_vr_error: float,
    epochs: int,
    period: float,
    draws: int = DRAWS,
    seed: int = 0,
) -> VelocityEvidence:
    """Velocity evidence from half the range (km/s) of `epochs` velocities of a circular orbit at random phases.

    K is larger than half the range by the part of the sine that the epochs happened to cover; the prior of K
    is flat in its logarithm. Raises ValueError for fewer than two epochs.
    """
    if epochs < 2:
        raise ValueError(f"{epochs} epochs have no range: give at least 2")
    rng = np.random.default_rng(seed)
    covered = np.empty(draws)
    for start in range(0, draws, 10_000):
        block = np.sin(2 * np.pi * rng.random((min(10_000, draws - start), epochs)))
        covered[start : start + block.shape[0]] = 0.5 * np.ptp(block, axis=1)
    measured = np.abs(rng.normal(half_delta_vr, half_delta_vr_error, draws))
    return VelocityEvidence(measured / np.maximum(covered, 1e-3), np.full(draws, float(period)), np.zeros(draws))


def companion_mass_posterior(
    velocities: VelocityEvidence,
    primary_mass: float,
    primary_mass_error: float,
    ellipsoidal: EllipsoidalEvidence | None = None,
    no_eclipses: bool = False,
    main_sequence_companion: bool = False,
    mass_prior: CompanionMassPrior | None = None,
    seed: int = 0,
) -> CompanionPosterior:
    """Posterior of the companion's mass (solar masses) from all that is known of a star.

    Draws of K, P, e, of m1 (Gaussian, positive) and of isotropic inclinations give m2 by the mass function;
    an `ellipsoidal` amplitude weighs them by its likelihood (Morris & Naftilan 1993, with the model's own
    error). A dark companion is too small to eclipse, so `no_eclipses` excludes inclinations only under the
    hypothesis of a `main_sequence_companion` of mass m2.

    Inclinations are isotropic at a given mass function, the usual choice, which no population of masses stands
    behind; with a `mass_prior` they are isotropic at a given mass, so that the probabilities are right for
    stars drawn from that population. Raises ValueError for a primary mass that is not positive.
    """
    if not primary_mass > 0 or not primary_mass_error >= 0:
        raise ValueError(f"primary mass {primary_mass} +- {primary_mass_error}: give a positive mass")
    rng = np.random.default_rng([seed, 1])
    number = velocities.semi_amplitude.size
    m1 = rng.normal(primary_mass, primary_mass_error, number)
    weight = (m1 > LEAST_PRIMARY_MASS).astype(np.float64)
    m1 = np.maximum(m1, LEAST_PRIMARY_MASS)
    cosine = rng.random(number)
    sine = np.sqrt(1 - cosine**2)
    f = np.asarray(mass_function(velocities.semi_amplitude, velocities.period, velocities.eccentricity))
    m2 = np.asarray(companion_mass(f, m1, np.maximum(sine, 1e-6)))
    used = ["velocities", "primary mass", "isotropic inclination"]
    if mass_prior is not None:
        weight = weight * mass_prior.weight(m1, m2, velocities.semi_amplitude)
        used.append(f"companion masses as m^-{mass_prior.slope:g}")
    distance = np.asarray(separation(m1 + m2, velocities.period))
    if ellipsoidal is not None:
        weight = weight * _ellipsoidal_weight(ellipsoidal, m1, m2, sine, distance, rng)
        used.append("ellipsoidal amplitude")
    if no_eclipses and main_sequence_companion:
        reach = (np.asarray(radius_from_mass(m1)) + np.asarray(radius_from_mass(m2))) / distance
        weight = weight * (cosine > reach)
        used.append("no eclipses by a main-sequence companion")
    return CompanionPosterior(m2, m1, np.degrees(np.arcsin(sine)), weight, tuple(used))


def _ellipsoidal_weight(
    evidence: EllipsoidalEvidence,
    m1: FloatArray,
    m2: FloatArray,
    sine: FloatArray,
    distance: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """Likelihood of the measured amplitude for each draw, relative to the best possible."""
    if evidence.radius is None:
        radius = np.asarray(radius_from_mass(m1))
    else:
        radius = np.abs(rng.normal(evidence.radius, evidence.radius_error, m1.size))
    predicted = np.asarray(
        ellipsoidal_amplitude(m2 / m1, radius / distance, sine, evidence.limb_darkening, evidence.gravity_darkening)
    )
    width = np.hypot(evidence.amplitude_error, evidence.model_error * predicted)
    pull = (evidence.amplitude - predicted) / width
    likelihood = np.exp(-0.5 * pull**2) * evidence.amplitude_error / width
    return np.asarray(np.where(radius < distance, likelihood, 0.0))
