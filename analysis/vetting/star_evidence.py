"""One verdict of the data on one star: every channel with its number, error and rule, and the companion's mass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy.stats import chi2 as chi2_distribution

from analysis.binaries import (
    CompanionPosterior,
    EllipsoidalEvidence,
    MassPrior,
    OrbitPosterior,
    OrbitPrior,
    RadialVelocities,
    companion_mass_posterior,
    limit_verdict,
    orbit_evidence,
    range_evidence,
    sample_orbits,
    tidal_constraint,
)
from analysis.light_curves import LightCurvePeriod
from analysis.spectra import SpectrumEvidence
from analysis.vetting.primary_mass import PrimaryMass, number_of, primary_mass

State = Literal["for", "against", "neutral", "missing"]
CHANNELS = ("velocities", "light curve", "spectrum", "astrometry", "velocity errors", "limit plane")
CIRCULAR_PERIOD = 8.0
PERIOD_ERROR = 1e-4
TIDE_ERROR = 0.2  # of the first-order theory
CONSTANT_CHANCE = 1e-3
FEWEST_VELOCITIES, FEWEST_EPOCHS_ASSUMED = 3, 3
ECLIPSE_SIGNAL_TO_NOISE = 5.0
SAMPLES = 2000
DRAWS = 40_000


@dataclass(frozen=True)
class Channel:
    """One kind of data: its number and error, and what the rule makes of it ("missing": there is no number)."""

    name: str
    quantity: str
    value: float | None
    error: float | None
    unit: str
    state: State
    rule: str
    detail: str


@dataclass(frozen=True, eq=False)
class StarEvidence:
    """All channels of a star, and the posterior of the companion's mass; `reason` says why where there is none."""

    channels: tuple[Channel, ...]
    primary_mass: PrimaryMass | None
    posterior: CompanionPosterior | None
    reason: str = ""

    def channel(self, name: str) -> Channel:
        """The channel of this name."""
        return next(channel for channel in self.channels if channel.name == name)

    @property
    def signs(self) -> int:
        """How many channels speak for an unseen companion."""
        return sum(channel.state == "for" for channel in self.channels)


@dataclass(frozen=True, eq=False)
class StarData:
    """What is known of a star: its row of the catalogue by schema column, and what was found in its series.

    `orbits` may be given where the velocities were sampled already without a known period; `mass_ratio` is q = m2/m1
    and its error of a star whose companion's velocities were measured too. Times in d, km/s.
    """

    row: Mapping[str, Any]
    light_curve: LightCurvePeriod | None = None
    velocities: RadialVelocities | None = None
    orbits: OrbitPosterior | None = None
    mass_ratio: tuple[float, float] | None = None
    spectrum: SpectrumEvidence | None = None

    def number(self, column: str) -> float | None:
        """A number of the catalogue, None where it is missing."""
        return number_of(self.row, column)


def evidence(star: StarData, mass_prior: MassPrior | None = None, seed: int = 0) -> StarEvidence:
    """Every channel's number, error and rule, and the posterior of the companion's mass (solar masses).

    The posterior takes the velocities (or half their range), the period, m1 with its error, isotropic inclinations,
    and where there are any the ellipsoidal amplitude, the lack of eclipses and of a second star in the spectrum.
    Without `mass_prior` inclinations are isotropic at a given mass function, which no population stands behind.
    """
    mass = primary_mass(star.row)
    period = known_period(star)
    channels = (
        _velocities(star),
        _light_curve(star, mass),
        _spectrum(star),
        _astrometry(star),
        _velocity_errors(star),
        _limit_plane(star, mass),
    )
    posterior, reason = _posterior(star, mass, period, mass_prior, seed)
    return StarEvidence(channels, mass, posterior, reason)


def known_period(star: StarData) -> tuple[float, float] | None:
    """Orbital period and its error (d), of an ellipsoidal or eclipsing light curve, else of the catalogue."""
    found = star.light_curve
    if found is not None and found.kind in ("ellipsoidal", "eclipsing") and np.isfinite(found.orbital_period):
        error = found.orbital_period_error
        return found.orbital_period, max(error if np.isfinite(error) else 0.0, PERIOD_ERROR * found.orbital_period)
    period = star.number("period")
    if period is None or not period > 0 or star.row.get("period_kind") == "roche_minimum":
        return None
    return period, star.number("period_error") or PERIOD_ERROR * period


def _velocities(star: StarData) -> Channel:
    rule = "a constant velocity would scatter as much with a probability below 0.001"
    data, half = star.velocities, star.number("half_delta_vr")
    quantity, unit = "ΔV_R/2", "km/s"
    if data is not None and len(data) > 1:
        best = max(data.instruments, key=lambda name: float(np.ptp(data.velocity[data.instrument == name])))
        one = data.select(data.instrument == best)
        weight = one.velocity_error**-2.0
        mean = np.average(one.velocity, weights=weight)
        chance = float(chi2_distribution.sf(np.sum(weight * (one.velocity - mean) ** 2), max(len(one) - 1, 1)))
        ends = (int(one.velocity.argmax()), int(one.velocity.argmin()))
        error = 0.5 * float(np.hypot(*(one.velocity_error[end] for end in ends)))
        state: State = "for" if chance < CONSTANT_CHANCE else "neutral"
        constant = f"{chance:.2g}" if chance >= 1e-4 else "below 0.0001"
        says = f"{len(data)} velocities; constant with probability {constant}"
        return Channel("velocities", quantity, data.half_delta_vr, error, unit, state, rule, says)
    if half is not None:
        error_of_half = star.number("half_delta_vr_error")
        rule = "half the range is above five of its errors"
        known = error_of_half is not None and error_of_half > 0
        state = "for" if known and half > 5 * (error_of_half or 0.0) else "neutral"
        says = "the catalogue's range; the single velocities are not at hand"
        return Channel("velocities", quantity, half, error_of_half, unit, state, rule, says)
    return Channel("velocities", quantity, None, None, unit, "missing", rule, "no velocities")


def _light_curve(star: StarData, mass: PrimaryMass | None) -> Channel:
    rule = "two equal humps an orbit that a companion can raise speak for tides; eclipses for one of a star's size"
    found = star.light_curve
    if found is None:
        return Channel("light curve", "cos 2φ", None, None, "‰", "missing", rule, "no light curve")
    amplitude, error = (1e3 * value for value in found.ellipsoidal_amplitude)
    value, sigma = (amplitude, error) if np.isfinite(amplitude) else (None, None)
    states: dict[str, State] = {"ellipsoidal": "for", "eclipsing": "against"}
    state = states.get(found.kind, "neutral")
    says: str = found.kind if found.kind != "none" else "no significant period"
    if found.kind == "ellipsoidal" and mass is not None and mass.radius is not None:
        tide = tidal_constraint(*found.ellipsoidal_amplitude, found.orbital_period, mass.value, mass.radius)
        says += f"; q sin² i / (1 + q) = {tide.value:.2f} for R₁ = {mass.radius:.2f} R☉"
        # The tide goes as the cube of the radius.
        doubt = np.sqrt(TIDE_ERROR**2 + (3 * mass.radius_error / mass.radius) ** 2 + (tide.error / tide.value) ** 2)
        if tide.value > np.exp(2 * doubt):
            state = "neutral"
            says = f"looks {says}: more than any companion raises, so rather spots that turn with the star"
    return Channel("light curve", "cos 2φ", value, sigma, "‰", state, rule, says)


def _spectrum(star: StarData) -> Channel:
    rule = "one set of lines: a main-sequence companion of more than half the mass would show a second one"
    found, single = star.spectrum, star.row.get("single_lined")
    if found is not None and found.measured is not None:
        second = ("two sets of lines" if found.double_lined else "") or ("a white dwarf too" if found.composite else "")
        says = f"{found.type or 'no type'}: {second or 'one star'}"
        state: State = "against" if second else "neutral"
        return Channel("spectrum", "velocity", found.velocity, found.velocity_error, "km/s", state, rule, says)
    if star.mass_ratio is not None:
        says = "the velocities of both stars were measured: the companion shines"
        return Channel("spectrum", "q", *star.mass_ratio, "", "against", rule, says)
    if single is not None and (star.number("n_rv") or 0) > 0:
        says = "single-lined by the catalogue" if single else "double-lined by the catalogue: the companion shines"
        return Channel("spectrum", "second star", None, None, "", "neutral" if single else "against", rule, says)
    return Channel("spectrum", "second star", None, None, "", "missing", rule, "no spectrum was measured")


def _astrometry(star: StarData) -> Channel:
    rule = "RUWE above 1.25: the position moves more than a single star's (Andrew et al. 2022)"
    return _threshold("astrometry", "RUWE", star.number("ruwe"), 1.25, rule)


def _velocity_errors(star: StarData) -> Channel:
    rule = "RUWE_spec above 2: Gaia's velocities scatter more than a single star's (Andrew et al. 2022)"
    return _threshold("velocity errors", "RUWE_spec", star.number("ruwe_spec"), 2.0, rule)


def _threshold(name: str, quantity: str, value: float | None, limit: float, rule: str) -> Channel:
    if value is None:
        return Channel(name, quantity, None, None, "", "missing", rule, f"no {quantity}")
    state: State = "for" if value > limit else "neutral"
    return Channel(name, quantity, value, None, "", state, rule, f"{value / limit:.2f} of the threshold {limit:g}")


def _limit_plane(star: StarData, mass: PrimaryMass | None) -> Channel:
    rule = "ΔV_R/2 above what a faint main-sequence companion of half the mass can cause (Mu et al. 2022, eq. 3)"
    half, period = star.number("half_delta_vr"), known_period(star)
    if star.velocities is not None and len(star.velocities) > 1:
        half = star.velocities.half_delta_vr
    if half is None or half <= 0 or period is None or mass is None:
        lacking = [
            name for name, value in (("ΔV_R", half), ("period", period), ("M₁", mass)) if value is None or value == 0
        ]
        return Channel("limit plane", "over limit", None, None, "×", "missing", rule, f"no {', '.join(lacking)}")
    verdict = limit_verdict(half, period[0], mass.value, None)
    ratio, limit = float(verdict.limit_ratio or np.nan), float(verdict.limit or np.nan)
    error_of_half = star.number("half_delta_vr_error")
    error = None if error_of_half is None else error_of_half / limit
    state: State = "for" if ratio > 1 else "neutral"
    says = f"limit {limit:.1f} km/s at {period[0]:.4g} d for {mass.value:.2f} M☉"
    return Channel("limit plane", "over limit", ratio, error, "×", state, rule, says)


def _posterior(
    star: StarData,
    mass: PrimaryMass | None,
    period: tuple[float, float] | None,
    mass_prior: MassPrior | None,
    seed: int,
) -> tuple[CompanionPosterior | None, str]:
    if mass is None:
        return None, "the mass of the visible star is not known"
    data, found = star.velocities, star.light_curve
    half, half_error = star.number("half_delta_vr"), star.number("half_delta_vr_error")
    ellipsoidal = None
    if data is not None and len(data) >= FEWEST_VELOCITIES:
        orbits = _orbits(data, period, star.orbits, seed)
        draws = orbit_evidence(orbits, DRAWS, seed)
    elif half is not None and half > 0 and period is not None:
        epochs = int(star.number("n_rv") or FEWEST_EPOCHS_ASSUMED)
        draws = range_evidence(half, half_error or 0.05 * half, max(epochs, 2), period[0], DRAWS, seed)
    else:
        return None, "neither three velocities nor their range with a period"
    if found is not None and found.kind == "ellipsoidal" and mass.radius is not None:
        amplitude, error = found.ellipsoidal_amplitude
        ellipsoidal = EllipsoidalEvidence(amplitude, error, mass.radius, mass.radius_error)
    steady = found is not None and found.kind != "eclipsing" and len(found.reasons) > 0
    posterior = companion_mass_posterior(
        draws,
        mass.value,
        mass.error,
        ellipsoidal,
        no_eclipses=steady and found is not None and found.periodogram is not None,
        mass_prior=mass_prior,
        single_lined=bool(star.row.get("single_lined")),
        seed=seed,
    )
    if star.mass_ratio is not None:
        posterior = _with_mass_ratio(posterior, *star.mass_ratio)
    if posterior.consistent:
        return posterior, ""
    if ellipsoidal is not None:
        without = companion_mass_posterior(draws, mass.value, mass.error, mass_prior=mass_prior, seed=seed)
        if without.consistent:
            return without, "the ellipsoidal amplitude contradicts the rest and was left out"
    return None, "the pieces of evidence contradict each other"


def _with_mass_ratio(posterior: CompanionPosterior, ratio: float, error: float) -> CompanionPosterior:
    """The posterior with the mass ratio of a double-lined star, no better than 2 %."""
    pull = (posterior.mass / posterior.primary_mass - ratio) / max(error, 0.02 * ratio)
    weight = posterior.weight * np.exp(-0.5 * pull**2)
    return replace(posterior, weight=weight, used=(*posterior.used, "mass ratio of both velocities"))


def _orbits(
    data: RadialVelocities, period: tuple[float, float] | None, sampled: OrbitPosterior | None, seed: int
) -> OrbitPosterior:
    """Samples of the orbit at the known period, circular below 8 d, else of all orbits that the velocities allow."""
    if period is None:
        return sampled if sampled is not None else sample_orbits(data, samples=SAMPLES, seed=seed)
    value, error = period
    reach = max(3 * error, 3 * PERIOD_ERROR * value)
    prior = OrbitPrior(value - reach, value + reach, circular=value < CIRCULAR_PERIOD)
    return sample_orbits(data, prior, samples=SAMPLES, seed=seed)
