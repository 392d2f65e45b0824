"""How the brightness of a star changes: tides, eclipses, spots and pulsation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.binaries.ellipsoidal import ellipsoidal_amplitude, ellipsoidal_harmonics
from analysis.simulate.motion import eccentric_anomaly
from analysis.simulate.multiplicity import Orbit
from analysis.stars.units import FloatArray

PHASES = 128


@dataclass(frozen=True)
class Variability:
    """What changes the brightness of each row; flux relative to the mean outside eclipses.

    `tide` (n, 3) holds the factors of cos(phi), cos(2 phi), cos(3 phi), phi = 0 where the visible star is farthest.
    Radii are in units of the separation; `second_light` is the companion's share of the light, `third_light`
    that of all else in the aperture. `intrinsic_*` belong to spots or pulsation.
    """

    orbit: Orbit
    tide: FloatArray
    radius_1: FloatArray
    radius_2: FloatArray
    second_light: FloatArray
    third_light: FloatArray
    intrinsic_period: FloatArray
    intrinsic_amplitude: FloatArray
    intrinsic_phase: FloatArray
    intrinsic_harmonic: FloatArray

    def take(self, index: NDArray[np.int64]) -> Variability:
        """The same for some of the rows."""
        orbit = Orbit(**{name: getattr(self.orbit, name)[index] for name in Orbit.__dataclass_fields__})
        names = [name for name in self.__dataclass_fields__ if name != "orbit"]
        return Variability(orbit, *(getattr(self, name)[index] for name in names))


def tidal_terms(mass_ratio: FloatArray, radius_1: FloatArray, sin_i: FloatArray, light_share: FloatArray) -> FloatArray:
    """Factors (n, 3) of cos(phi), cos(2 phi), cos(3 phi) for a star that gives `light_share` of the light.

    Morris & Naftilan 1993 (ApJ 419, 344), leading order; R/a is held at 0.5 and the amplitude at 0.15.
    """
    size = np.minimum(radius_1, 0.5)
    slanted = np.maximum(sin_i, 0.05)
    amplitude = np.minimum(np.asarray(ellipsoidal_amplitude(mass_ratio, size, sin_i)), 0.15) * light_share
    harmonics = ellipsoidal_harmonics(size, slanted)
    first = np.clip(np.asarray(harmonics.first), -0.3, 0.3)
    return np.stack([-amplitude * first, -amplitude, -amplitude * np.asarray(harmonics.third)], axis=-1)


def can_eclipse(v: Variability) -> NDArray[np.bool_]:
    """True where the discs overlap at some phase of the orbit."""
    e, omega = v.orbit.eccentricity, v.orbit.omega
    depth = np.abs(v.orbit.cos_i) * (1 - e**2)
    nearest = np.minimum(depth / (1 + e * np.sin(omega)), depth / (1 - e * np.sin(omega)))
    return np.asarray((v.radius_2 > 0) & (nearest < v.radius_1 + v.radius_2))


def orbital_flux(v: Variability, time: FloatArray) -> FloatArray:
    """Flux (n, m) at `time` (n, m; JD) from tides and eclipses, 1 where nothing happens."""
    orbit = v.orbit
    period = np.where(orbit.period > 0, orbit.period, 1.0)[:, None]
    e, omega = orbit.eccentricity[:, None], orbit.omega[:, None]
    mean = np.mod(2 * np.pi * (time - orbit.periastron[:, None]) / period, 2 * np.pi)
    anomaly = eccentric_anomaly(mean, np.broadcast_to(e, mean.shape))
    distance = 1 - e * np.cos(anomaly)
    true = 2 * np.arctan2(np.sqrt(1 + e) * np.sin(anomaly / 2), np.sqrt(1 - e) * np.cos(anomaly / 2))
    # The visible star is farthest from us at true anomaly + omega = 90 deg.
    angle = true + omega - np.pi / 2
    flux = np.ones_like(mean)
    for k in range(3):
        flux += v.tide[:, k, None] * np.cos((k + 1) * angle) / distance**3
    clear = distance * np.sqrt(np.maximum(1 - (orbit.sin_i[:, None] * np.cos(angle)) ** 2, 0.0))
    behind = np.cos(angle) > 0
    r1, r2 = v.radius_1[:, None], v.radius_2[:, None]
    eclipsed = can_eclipse(v)
    if eclipsed.any():
        area = disc_overlap(clear, r1, np.maximum(r2, 1e-6)) * eclipsed[:, None]
        second, third = v.second_light[:, None], v.third_light[:, None]
        first = 1 - second - third
        lost = np.where(behind, first * area / r1**2, second * area / np.maximum(r2, 1e-6) ** 2)
        flux -= np.minimum(lost, 0.98)
    return flux


def intrinsic_flux(v: Variability, time: FloatArray) -> FloatArray:
    """Flux change (n, m) from spots or pulsation: a wave and its first harmonic, of mean 0."""
    period = np.where(v.intrinsic_period > 0, v.intrinsic_period, 1.0)[:, None]
    angle = 2 * np.pi * (time - 2457000.0) / period + v.intrinsic_phase[:, None]
    wave = np.cos(angle) + v.intrinsic_harmonic[:, None] * np.cos(2 * angle + 1.0)
    return np.asarray(v.intrinsic_amplitude[:, None] * wave)


def relative_flux(v: Variability, time: FloatArray) -> FloatArray:
    """Flux (n, m) at `time` (n, m; JD), 1 for a star that does not change."""
    return orbital_flux(v, time) * (1 + intrinsic_flux(v, time))


def flux_scatter(v: Variability) -> FloatArray:
    """Standard deviation (n) of the relative flux over all phases."""
    own = 0.5 * v.intrinsic_amplitude**2 * (1 + v.intrinsic_harmonic**2)
    moving = np.flatnonzero((np.abs(v.tide[:, 1]) > 3e-5) | can_eclipse(v))
    orbital = np.zeros_like(own)
    if moving.size:
        some = v.take(moving)
        phase = (np.arange(PHASES) + 0.5) / PHASES
        time = some.orbit.periastron[:, None] + some.orbit.period[:, None] * phase
        orbital[moving] = np.var(orbital_flux(some, time), axis=1)
    return np.sqrt(own + orbital)


def eclipse_depth(v: Variability) -> FloatArray:
    """Deepest relative loss of light (n) in an eclipse, 0 where there is none."""
    depth = np.zeros(v.radius_1.shape)
    index = np.flatnonzero(can_eclipse(v))
    if index.size:
        some = v.take(index)
        first = 1 - some.second_light - some.third_light
        e, omega = some.orbit.eccentricity, some.orbit.omega
        for sign in (1, -1):
            apart = np.abs(some.orbit.cos_i) * (1 - e**2) / (1 + sign * e * np.sin(omega))
            area = disc_overlap(apart[:, None], some.radius_1[:, None], np.maximum(some.radius_2, 1e-6)[:, None])[:, 0]
            share = first / some.radius_1**2 if sign > 0 else some.second_light / np.maximum(some.radius_2, 1e-6) ** 2
            depth[index] = np.maximum(depth[index], np.minimum(share * area, 0.98))
    return depth


def disc_overlap(apart: FloatArray, r1: FloatArray, r2: FloatArray) -> FloatArray:
    """Area / pi that two discs of radii r1, r2 share when their centres are `apart`; arrays that broadcast."""
    d = np.maximum(apart, 1e-9)
    small, large = np.minimum(r1, r2), np.maximum(r1, r2)
    cos_1 = np.clip((d**2 + r1**2 - r2**2) / (2 * d * r1), -1, 1)
    cos_2 = np.clip((d**2 + r2**2 - r1**2) / (2 * d * r2), -1, 1)
    kite = np.maximum((-d + r1 + r2) * (d + r1 - r2) * (d - r1 + r2) * (d + r1 + r2), 0.0)
    lens = r1**2 * np.arccos(cos_1) + r2**2 * np.arccos(cos_2) - 0.5 * np.sqrt(kite)
    area = np.where(d >= r1 + r2, 0.0, np.where(d <= large - small, np.pi * small**2, lens))
    return np.asarray(area / np.pi)
