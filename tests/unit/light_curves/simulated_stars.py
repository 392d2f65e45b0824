"""Light curves with a known truth, made from geometry: not from the code under test."""

from dataclasses import dataclass

import numpy as np

from analysis.binaries.ellipsoidal import ellipsoidal_flux
from analysis.light_curves import LightCurve


@dataclass(frozen=True)
class Truth:
    kind: str
    period: float
    amplitude: float


def sector_times(rng, cadence_minutes=30.0, days=27.0):
    """Mid-times of one TESS sector: a gap of 1.2 d in the middle and 2 % of the points missing."""
    time = np.arange(0, days, cadence_minutes / 1440) + 1500.0
    keep = (np.abs(time - 1500.0 - days / 2) > 0.6) & (rng.random(time.size) > 0.02)
    return time[keep]


def overlap_area(distance, radius_1, radius_2):
    """Area common to two circles."""
    d = np.clip(np.asarray(distance, dtype=float), 1e-9, None)
    small, large = min(radius_1, radius_2), max(radius_1, radius_2)
    with np.errstate(invalid="ignore"):
        a1 = np.arccos(np.clip((d**2 + radius_1**2 - radius_2**2) / (2 * d * radius_1), -1, 1))
        a2 = np.arccos(np.clip((d**2 + radius_2**2 - radius_1**2) / (2 * d * radius_2), -1, 1))
        root = (-d + radius_1 + radius_2) * (d + radius_1 - radius_2) * (d - radius_1 + radius_2)
        root = np.sqrt(np.clip(root * (d + radius_1 + radius_2), 0, None))
    lens = radius_1**2 * a1 + radius_2**2 * a2 - 0.5 * root
    return np.where(d >= radius_1 + radius_2, 0.0, np.where(d <= large - small, np.pi * small**2, lens))


def binary_flux(phase, radius_1, radius_2, brightness_2, sin_i, mass_ratio=1.0, tides=True):
    """Two uniform discs (surface brightness 1 and `brightness_2`) that hide each other and pull tides."""
    angle = 2 * np.pi * phase
    cos_i2 = 1 - sin_i**2
    distance = np.sqrt(np.sin(angle) ** 2 + np.cos(angle) ** 2 * cos_i2)
    light_1, light_2 = np.pi * radius_1**2, np.pi * radius_2**2 * brightness_2
    hidden = overlap_area(distance, radius_1, radius_2)
    first_behind = np.cos(angle) > 0
    flux = light_1 + light_2 - np.where(first_behind, hidden, hidden * brightness_2)
    if tides:
        flux = flux + light_1 * ellipsoidal_flux(phase, mass_ratio, radius_1, sin_i)
        flux = flux + light_2 * ellipsoidal_flux(phase + 0.5, 1 / mass_ratio, radius_2, sin_i)
    return flux / (light_1 + light_2)


def lambert_flux(phase, amplitude):
    """Light of a companion that reflects as a Lambert sphere seen edge-on, brightest at phase 0.5."""
    z = np.arccos(-np.cos(2 * np.pi * phase))
    z = np.pi - z
    return 1 + amplitude * 2 * (np.sin(np.pi - z) + z * np.cos(np.pi - z)) / np.pi


def spotted_flux(time, period, amplitude, rng):
    """Three spots that come and go within weeks and turn at periods up to 6 % apart."""
    flux = np.ones(time.size)
    for _ in range(3):
        own = period * (1 + rng.uniform(-0.03, 0.03))
        phase0, latitude = rng.uniform(0, 2 * np.pi), rng.uniform(0, 1.0)
        sin_i = rng.uniform(0.5, 1)
        view = sin_i * np.cos(latitude) * np.cos(2 * np.pi * time / own + phase0)
        view = view + np.sqrt(1 - sin_i**2) * np.sin(latitude)
        born, life = time[0] + rng.uniform(-10, 30), rng.uniform(10, 25)
        flux -= amplitude * np.exp(-(((time - born) / life) ** 2)) * np.clip(view, 0, None)
    return flux


def make(kind, rng, period, noise, amplitude=None, cadence_minutes=30.0, days=27.0):
    """(light curve, truth) of a star of one kind; `amplitude` scales the variation where it is free."""
    time = sector_times(rng, cadence_minutes, days)
    phase = (time - 1500.3) / period
    if kind == "ellipsoidal":
        size, sin_i, q = rng.uniform(0.25, 0.38), np.sin(np.radians(rng.uniform(40, 70))), rng.uniform(0.5, 2.5)
        flux = 1 + ellipsoidal_flux(phase, q, size, sin_i)
    elif kind == "contact":
        q = rng.uniform(0.4, 1.0)
        r1 = rng.uniform(0.38, 0.44)
        flux = binary_flux(phase, r1, 0.78 - r1, rng.uniform(0.7, 1.0), np.sin(np.radians(rng.uniform(72, 90))), q)
    elif kind == "detached":
        r1 = rng.uniform(0.06, 0.16)
        r2 = r1 * rng.uniform(0.4, 1.0)
        cos_i = rng.uniform(0, 0.6) * (r1 + r2)
        flux = binary_flux(phase, r1, r2, rng.uniform(0.1, 1.0), np.sqrt(1 - cos_i**2))
    elif kind == "reflection":
        flux = lambert_flux(phase, amplitude or rng.uniform(0.02, 0.2))
    elif kind == "rotation":
        flux = spotted_flux(time, period, amplitude or rng.uniform(0.01, 0.05), rng)
    elif kind == "none":
        flux = np.ones(time.size)
    else:
        raise ValueError(kind)
    clean_flux = flux
    flux = flux + rng.normal(0, noise, time.size)
    curve = LightCurve.from_arrays(time, flux, noise, sector=1, time_scale="BTJD", meta={"mission": "TESS"})
    return curve, Truth("eclipsing" if kind in ("contact", "detached") else kind, period, float(np.ptp(clean_flux) / 2))


def red_noise(time, size, timescale, rng):
    """Ornstein-Uhlenbeck noise."""
    steps = np.exp(-np.diff(time) / timescale)
    value = np.empty(time.size)
    value[0] = rng.normal()
    kicks = rng.normal(size=time.size - 1) * np.sqrt(1 - steps**2)
    for i in range(1, time.size):
        value[i] = value[i - 1] * steps[i - 1] + kicks[i - 1]
    return size * value
