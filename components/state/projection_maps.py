"""How an orbit's scatter depends on where one looks from: Fig. 2 of Andrew et al. 2022 for any eccentricity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.binaries import (
    astrometric_projection,
    eccentric_anomaly,
    inferred_over_true,
    spectroscopic_projection,
)

ANGLE_STEPS = (121, 61)
ORBIT_STEPS = 241


@dataclass(frozen=True)
class View:
    """An orbit and where it is seen from: angles in degrees, mass ratio q and light ratio l of the companion."""

    eccentricity: float = 0.6
    theta: float = 60.0
    phi: float = 40.0
    mass_ratio: float = 1.0
    light_ratio: float = 0.0


@dataclass(frozen=True, eq=False)
class ProjectionMaps:
    """Arrays over theta (rows, 0 to 180 deg) and phi (columns, 0 to 360 deg): both projection terms, and log10 of
    inferred over true period and mass ratio."""

    zeta: np.ndarray
    beta: np.ndarray
    log_period: np.ndarray
    log_ratio: np.ndarray


@dataclass(frozen=True)
class ViewedOrbit:
    """What one view gives: both terms, and inferred over true period and mass ratio."""

    zeta: float
    beta: float
    period_factor: float
    ratio_factor: float


@dataclass(frozen=True, eq=False)
class OrbitSketch:
    """The primary's orbit as seen: path on the sky in units of its semi-major axis, velocity along the line of sight in
    units of 2 pi a / P over two periods from periastron."""

    x: np.ndarray
    y: np.ndarray
    phase: np.ndarray
    velocity: np.ndarray


def projection_maps(view: View) -> ProjectionMaps:
    """Return the four maps for the orbit of a view, whatever its own angles."""
    phi, theta = np.meshgrid(np.linspace(0, 2 * np.pi, ANGLE_STEPS[0]), np.linspace(0, np.pi, ANGLE_STEPS[1]))
    zeta = np.asarray(spectroscopic_projection(view.eccentricity, theta, phi))
    beta = np.asarray(astrometric_projection(view.eccentricity, theta, phi))
    period, ratio = inferred_over_true(zeta, beta, view.mass_ratio, view.light_ratio)
    with np.errstate(divide="ignore"):
        return ProjectionMaps(zeta, beta, np.log10(np.asarray(period)), np.log10(np.asarray(ratio)))


def viewed_orbit(view: View) -> ViewedOrbit:
    """Return what the method makes of the orbit in this very view."""
    theta, phi = np.radians(view.theta), np.radians(view.phi)
    zeta = float(spectroscopic_projection(view.eccentricity, theta, phi))
    beta = float(astrometric_projection(view.eccentricity, theta, phi))
    period, ratio = inferred_over_true(zeta, beta, view.mass_ratio, view.light_ratio)
    return ViewedOrbit(zeta, beta, float(period), float(ratio))


def orbit_sketch(view: View) -> OrbitSketch:
    """Return path and velocity curve of the primary as the view shows them."""
    theta, phi, e = np.radians(view.theta), np.radians(view.phi), view.eccentricity
    root = np.sqrt(1 - e**2)
    phase = np.linspace(0, 2, ORBIT_STEPS)
    anomaly = np.asarray(eccentric_anomaly(2 * np.pi * (phase % 1), e))
    place = np.stack([np.cos(anomaly) - e, root * np.sin(anomaly), np.zeros_like(anomaly)])
    speed = np.stack([-np.sin(anomaly), root * np.cos(anomaly), np.zeros_like(anomaly)]) / (1 - e * np.cos(anomaly))
    sight = np.array([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)])
    across = np.array([-np.sin(phi), np.cos(phi), 0.0])
    up = np.cross(sight, across)
    return OrbitSketch(across @ place, up @ place, phase, sight @ speed)
