"""Joint draws of the projection terms zeta and beta, as a survey of finite length would measure them."""

from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np
import numpy.typing as npt

from analysis.binaries.kepler import eccentric_anomaly
from analysis.binaries.projections import binary_astrometric_scatter, binary_rv_scatter
from analysis.stars.units import FloatArray

BASELINE_YEARS = 34 / 12
SHORTEST_PERIOD_YEARS = 10**-2.3
TRANSITS = (25, 60)
CCDS_PER_TRANSIT = 9
SYSTEMS_PER_BLOCK = 4000
DEFAULT_SYSTEMS, DEFAULT_SEED = 80_000, 2022

# Table 1 of Andrew et al. 2022: one solar mass, sigma_ast 0.3 mas, sigma_spec 1 km/s.
LOG_MASS_RATIO = (-3.2, 2.2)
NEAREST_PARALLAX = 0.5
SIGMA_AST, SIGMA_SPEC = 0.3, 1.0
RUWE_AST_CUT, RUWE_SPEC_CUT = 1.25, 2.0
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, eq=False)
class ProjectionDraws:
    """Joint draws of zeta (spectroscopic) and beta (astrometric): two arrays of one length, all positive."""

    zeta: FloatArray
    beta: FloatArray

    def __post_init__(self) -> None:
        if self.zeta.shape != self.beta.shape or self.zeta.ndim != 1 or self.zeta.size == 0:
            raise ValueError(
                f"zeta and beta have shapes {self.zeta.shape} and {self.beta.shape}: "
                "give two 1-d arrays of one length, not empty"
            )
        if not ((self.zeta > 0).all() and (self.beta > 0).all()):
            raise ValueError("every draw of zeta and beta must be positive")


@dataclass(frozen=True, eq=False)
class SimulatedProjections:
    """Simulated orbits and the projection terms that a survey measures; one array element an orbit.

    `period_yr` in years, angles in radians, `zeta` and `beta` after the survey's own fits, `n_transits`
    astrometric transits and `n_velocities` of them with a velocity.
    """

    period_yr: FloatArray
    eccentricity: FloatArray
    theta: FloatArray
    phi: FloatArray
    zeta: FloatArray
    beta: FloatArray
    n_transits: npt.NDArray[np.int64]
    n_velocities: npt.NDArray[np.int64]


def simulate_projections(
    period_yr: FloatArray, rng: np.random.Generator, baseline_yr: float = BASELINE_YEARS
) -> SimulatedProjections:
    """Projection terms zeta and beta measured for random orbits of the given periods (years).

    Isotropic orientations, eccentricities uniform in [0, 1), 25 to 60 transits at random times and scan
    angles within `baseline_yr`, half of them with a velocity. beta is what is left after position, proper
    motion and parallax are fitted to the along-scan positions of the photocentre; zeta is the scatter about
    the mean velocity. Without noise. Table 1 of Andrew et al. 2022, with random scans in place of Gaia's.
    """
    periods = np.asarray(period_yr, dtype=np.float64)
    blocks = [
        _simulate_block(periods[start : start + SYSTEMS_PER_BLOCK], rng, baseline_yr)
        for start in range(0, periods.size, SYSTEMS_PER_BLOCK)
    ]
    return SimulatedProjections(periods, *(np.concatenate(column) for column in zip(*blocks, strict=True)))


def default_draws(systems: int = DEFAULT_SYSTEMS, seed: int = DEFAULT_SEED) -> ProjectionDraws:
    """Joint draws of zeta and beta for binaries that a Gaia-like survey would notice.

    Dark companions of Table 1 of Andrew et al. 2022 with periods from 10^-2.3 yr to the baseline of 34 months
    (log-uniform) that pass ruwe > 1.25 and ruwe_spec > 2: Sect. 3 of the paper. Simulated from `seed` on the
    first call and remembered. Medians 0.65 (beta) and 0.55 (zeta); the paper, with Gaia's own scans, has 0.62
    and 0.55.
    """
    with _ONE_AT_A_TIME:  # two threads that ask at once would both simulate
        return _simulated_draws(systems, seed)


@cache
def _simulated_draws(systems: int, seed: int) -> ProjectionDraws:
    rng = np.random.default_rng(seed)
    longest = np.log10(BASELINE_YEARS)
    periods = 10 ** rng.uniform(np.log10(SHORTEST_PERIOD_YEARS), longest, systems)
    orbits = simulate_projections(periods, rng)
    noticed = _noticed(orbits, rng)
    zeta, beta = orbits.zeta[noticed], orbits.beta[noticed]
    zeta.setflags(write=False)
    beta.setflags(write=False)
    return ProjectionDraws(zeta, beta)


def _noticed(orbits: SimulatedProjections, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    size = orbits.period_yr.size
    mass_ratio = 10 ** rng.uniform(*LOG_MASS_RATIO, size)
    parallax = NEAREST_PARALLAX * rng.uniform(0, 1, size) ** (-1 / 3)
    velocity = np.asarray(binary_rv_scatter(1.0, orbits.period_yr, mass_ratio, orbits.zeta))
    angle = np.asarray(binary_astrometric_scatter(1.0, orbits.period_yr, mass_ratio, parallax, orbits.beta))
    n_al = CCDS_PER_TRANSIT * orbits.n_transits
    ruwe_ast = np.sqrt(n_al / (n_al - 5) * (1 + 0.5 * (angle / SIGMA_AST) ** 2))
    bessel = orbits.n_velocities / (orbits.n_velocities - 1)
    ruwe_spec = np.sqrt(1 + bessel * (velocity / SIGMA_SPEC) ** 2)
    return np.asarray((ruwe_ast > RUWE_AST_CUT) & (ruwe_spec > RUWE_SPEC_CUT))


def _simulate_block(
    period: FloatArray, rng: np.random.Generator, baseline: float
) -> tuple[npt.NDArray[np.generic], ...]:
    shape = (period.size, TRANSITS[1])
    e = rng.uniform(0, 1, period.size)
    theta, phi = np.arccos(rng.uniform(-1, 1, period.size)), rng.uniform(0, 2 * np.pi, period.size)
    n_transits = rng.integers(TRANSITS[0], TRANSITS[1] + 1, period.size)
    observed = np.arange(TRANSITS[1]) < n_transits[:, None]
    time = rng.uniform(-0.5, 0.5, shape) * baseline
    anomaly = np.asarray(
        eccentric_anomaly(2 * np.pi * (time / period[:, None] + rng.uniform(0, 1, (period.size, 1))), e[:, None])
    )
    velocity = _radial_velocity(anomaly, e, theta, phi)
    with_velocity = observed & (rng.uniform(0, 1, shape) < 0.5)
    with_velocity[:, :3] = True
    scan = rng.uniform(0, 2 * np.pi, shape)
    along_scan = _along_scan(anomaly, scan, e, theta, phi)
    design = _single_star_design(time, scan, rng, baseline)
    beta = np.sqrt(2 * _mean_square_residual(design, along_scan, observed))
    return e, theta, phi, _scatter(velocity, with_velocity), beta, n_transits, with_velocity.sum(axis=1)


def _radial_velocity(anomaly: FloatArray, e: FloatArray, theta: FloatArray, phi: FloatArray) -> FloatArray:
    """Velocity along the line of sight in units of 2 pi a / P (paper, eq. 33)."""
    across, along = np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi)
    moving = across[:, None] * np.sin(anomaly) - (np.sqrt(1 - e**2) * along)[:, None] * np.cos(anomaly)
    return np.asarray(moving / (1 - e[:, None] * np.cos(anomaly)))


def _along_scan(anomaly: FloatArray, scan: FloatArray, e: FloatArray, theta: FloatArray, phi: FloatArray) -> FloatArray:
    """Sky position along the scan direction in units of a; the two sky axes belong to the orbit."""
    x = np.cos(anomaly) - e[:, None]
    y = np.sqrt(1 - e[:, None] ** 2) * np.sin(anomaly)
    sine, cosine = np.sin(phi)[:, None], np.cos(phi)[:, None]
    toward = np.cos(theta)[:, None] * (cosine * x + sine * y)
    beside = cosine * y - sine * x
    return np.asarray(toward * np.sin(scan) + beside * np.cos(scan))


def _single_star_design(time: FloatArray, scan: FloatArray, rng: np.random.Generator, baseline: float) -> FloatArray:
    """Columns of position (2), proper motion (2) and parallax of the five-parameter fit, along scan."""
    systems = time.shape[0]
    sine, cosine = np.sin(scan), np.cos(scan)
    sun = 2 * np.pi * time + rng.uniform(0, 2 * np.pi, (systems, 1))
    sine_latitude = rng.uniform(-1, 1, (systems, 1))
    # scan angles count from the orbit's axes, which lie at random on the ecliptic ones
    turn = rng.uniform(0, 2 * np.pi, (systems, 1))
    parallax = np.sin(sun) * np.sin(scan + turn) - np.cos(sun) * sine_latitude * np.cos(scan + turn)
    year = time / baseline
    return np.stack([sine, cosine, year * sine, year * cosine, parallax], axis=-1)


def _mean_square_residual(design: FloatArray, position: FloatArray, observed: npt.NDArray[np.bool_]) -> FloatArray:
    weighted = design * observed[..., None]
    transposed = weighted.transpose(0, 2, 1)
    solution = np.linalg.solve(transposed @ design, transposed @ position[..., None])
    residual = (position - (design @ solution)[..., 0]) * observed
    return np.asarray((residual**2).sum(axis=1) / observed.sum(axis=1))


def _scatter(velocity: FloatArray, used: npt.NDArray[np.bool_]) -> FloatArray:
    count = used.sum(axis=1)
    mean = (velocity * used).sum(axis=1) / count
    return np.asarray(np.sqrt((((velocity - mean[:, None]) * used) ** 2).sum(axis=1) / count))
