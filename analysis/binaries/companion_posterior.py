"""How massive the companion is: everything that is known of one star in one posterior."""

from dataclasses import dataclass
from typing import Protocol

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
LARGEST_GAUSSIAN_ERROR = 0.25
RESOLUTION_ELEMENT = 166.0  # km/s at R = 1800
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class VelocityEvidence:
    """What the velocities say: draws of K (km/s), period (d) and eccentricity, of one length.

    `prior_density` is the density of K, up to a factor, that the draws presuppose beside the velocities; None for a
    flat one. Periods presuppose equal numbers in each factor of period.
    """

    semi_amplitude: FloatArray
    period: FloatArray
    eccentricity: FloatArray
    prior_density: FloatArray | None = None


class MassPrior(Protocol):
    """A population of companions: `CompanionMassPrior`, `analysis.simulate.FieldCompanions`, or one of your own."""

    @property
    def name(self) -> str:
        """What it is, in words."""

    def weight(self, m1: FloatArray, m2: FloatArray, semi_amplitude: FloatArray, period: FloatArray) -> FloatArray:
        """Density of a draw of (K, inclination, log P), up to a factor."""

    def luminous_share(self, m1: FloatArray, m2: FloatArray, period: FloatArray) -> FloatArray:
        """Part of the companions of this mass and period that are main-sequence stars; NaN where it is not said."""


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

    @property
    def name(self) -> str:
        """What the prior is, in words."""
        return "equal numbers in each factor of mass" if self.slope == 1 else f"masses as m^-{self.slope:g}"

    def luminous_share(self, m1: FloatArray, m2: FloatArray, period: FloatArray) -> FloatArray:
        """Not said by this prior: NaN."""
        return np.full(m2.shape, np.nan)

    def weight(self, m1: FloatArray, m2: FloatArray, semi_amplitude: FloatArray, period: FloatArray) -> FloatArray:
        """Prior of a draw of (K, inclination), which is that of (m2, inclination) times dm2/dK."""
        inside = (m2 >= self.low) & (m2 <= self.high)
        mass = np.clip(m2, self.low, self.high)
        slope_of_k = mass * 3 * (m1 + mass) / (3 * m1 + mass) / np.maximum(semi_amplitude, 1e-6)
        return np.where(inside, mass**-self.slope * slope_of_k, 0.0)


@dataclass(frozen=True, eq=False)
class CompanionPosterior:
    """Weighted draws of the companion's mass and what it was made from; solar masses, inclination in degrees.

    `used` names the evidence. `effective_draws` is how many equal draws they are worth; where it is below
    200, the pieces of evidence contradict each other (`consistent` is then False). `luminous` is the part of the
    weight of each draw that a main-sequence companion has, where the prior tells it.
    """

    mass: FloatArray
    primary_mass: FloatArray
    inclination: FloatArray
    weight: FloatArray
    used: tuple[str, ...]
    luminous: FloatArray | None = None

    @property
    def probability_dark(self) -> float:
        """Probability that the companion is no main-sequence star; NaN where the prior does not tell them apart."""
        if self.luminous is None or not self.consistent:
            return np.nan
        return float(np.sum(self.weight * (1 - self.luminous)) / self.weight.sum())

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
    k, period, e = (values[rows] for values in (posterior.semi_amplitude, posterior.period, posterior.eccentricity))
    width = posterior.prior.velocity_width * np.cbrt(DAYS_A_YEAR / period) / np.sqrt(1 - e**2)
    # K cos omega and K sin omega are Gaussian there, so that K itself follows Rayleigh's distribution.
    return VelocityEvidence(k, period, e, np.maximum(k, 1e-6) / width**2 * np.exp(-0.5 * (k / width) ** 2))


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
    k = measured / np.maximum(covered, 1e-3)
    return VelocityEvidence(k, np.full(draws, float(period)), np.zeros(draws), 1 / np.maximum(k, 1e-6))


def companion_mass_posterior(
    velocities: VelocityEvidence,
    primary_mass: float,
    primary_mass_error: float,
    ellipsoidal: EllipsoidalEvidence | None = None,
    no_eclipses: bool = False,
    main_sequence_companion: bool = False,
    mass_prior: MassPrior | None = None,
    single_lined: bool = False,
    seed: int = 0,
) -> CompanionPosterior:
    """Posterior of the companion's mass (solar masses) from all that is known of a star.

    Draws of K, P, e, of m1 (Gaussian, positive) and of isotropic inclinations give m2 by the mass function;
    an `ellipsoidal` amplitude weighs them by its likelihood (Morris & Naftilan 1993, with the model's own
    error). A dark companion is too small to eclipse, so `no_eclipses` excludes inclinations only under the
    hypothesis of a `main_sequence_companion` of mass m2.

    Inclinations are isotropic at a given mass function, the usual choice, which no population of masses stands
    behind; with a `mass_prior` they are isotropic at a given mass, so that the probabilities are right for
    stars drawn from that population. Where the prior tells how many companions of a mass are main-sequence stars,
    these alone lose what `no_eclipses` and `single_lined` (no second star in the spectra) exclude. An error of the
    primary mass of more than a quarter is taken as relative, so that masses far above stay possible. Raises ValueError
    for a primary mass that is not positive.
    """
    if not primary_mass > 0 or not primary_mass_error >= 0:
        raise ValueError(f"primary mass {primary_mass} +- {primary_mass_error}: give a positive mass")
    rng = np.random.default_rng([seed, 1])
    number = velocities.semi_amplitude.size
    relative = primary_mass_error / primary_mass
    if relative > LARGEST_GAUSSIAN_ERROR:
        m1 = primary_mass * np.exp(rng.normal(0, relative, number))
    else:
        m1 = rng.normal(primary_mass, primary_mass_error, number)
    weight = (m1 > LEAST_PRIMARY_MASS).astype(np.float64)
    m1 = np.maximum(m1, LEAST_PRIMARY_MASS)
    cosine = rng.random(number)
    sine = np.sqrt(1 - cosine**2)
    f = np.asarray(mass_function(velocities.semi_amplitude, velocities.period, velocities.eccentricity))
    m2 = np.asarray(companion_mass(f, m1, np.maximum(sine, 1e-6)))
    used = ["velocities", "primary mass", "isotropic inclination"]
    distance = np.asarray(separation(m1 + m2, velocities.period))
    luminous = None
    if mass_prior is not None:
        weight = weight * mass_prior.weight(m1, m2, velocities.semi_amplitude, velocities.period)
        if velocities.prior_density is not None:
            weight = weight / np.maximum(velocities.prior_density, 1e-300)
        used.append(mass_prior.name)
        share = mass_prior.luminous_share(m1, m2, velocities.period)
        if np.isfinite(share).any():
            star = np.ones(number)
            if no_eclipses:
                star *= cosine > _reach(m1, m2, distance)
                used.append("no eclipses, as far as the companion is a main-sequence star")
            if single_lined:
                star *= 1 - _second_star_seen(m1, m2, velocities.semi_amplitude)
                used.append("no second star in the spectrum, as far as the companion is a main-sequence star")
            left = share * star
            luminous = left / np.maximum(left + 1 - share, 1e-300)
            weight = weight * (left + 1 - share)
    if ellipsoidal is not None:
        weight = weight * _ellipsoidal_weight(ellipsoidal, m1, m2, sine, distance, rng)
        used.append("ellipsoidal amplitude")
    if no_eclipses and main_sequence_companion:
        weight = weight * (cosine > _reach(m1, m2, distance))
        used.append("no eclipses by a main-sequence companion")
    return CompanionPosterior(m2, m1, np.degrees(np.arcsin(sine)), weight, tuple(used), luminous)


def _second_star_seen(m1: FloatArray, m2: FloatArray, semi_amplitude: FloatArray) -> FloatArray:
    """Probability that a main-sequence companion shows lines of its own at R = 1800.

    Rises from none at m2 = m1 / 2 (Mu et al. 2022) to certainty at 0.8 m1, where it gives some 40 % of the light of m1,
    and from none where the velocities part by a resolution element to certainty at two; a choice between those ends.
    """
    light = np.clip((m2 / m1 - SEEN_MASS_RATIO) / 0.3, 0, 1)
    apart = semi_amplitude * (1 + m1 / np.maximum(m2, 1e-6))
    return np.asarray(light * np.clip(apart / RESOLUTION_ELEMENT - 1, 0, 1))


def _reach(m1: FloatArray, m2: FloatArray, distance: FloatArray) -> FloatArray:
    """Cosine of the inclination below which two main-sequence stars eclipse each other."""
    return np.asarray((np.asarray(radius_from_mass(m1)) + np.asarray(radius_from_mass(m2))) / distance)


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
