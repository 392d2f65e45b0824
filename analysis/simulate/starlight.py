"""The light and the motion of each system: magnitudes of the sum, light ratios, photocentre orbits, eclipses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.simulate import evolution, galaxy, multiplicity
from analysis.simulate.dwarf_sequence import Photometry, photometry
from analysis.simulate.multiplicity import Orbit, Systems
from analysis.simulate.population import Field
from analysis.simulate.random_streams import Rows, Streams
from analysis.simulate.variability import Variability, tidal_terms
from analysis.stars.units import FloatArray

BANDS = ("g", "bp", "rp", "j", "h", "k")
RESOLVED = 0.6  # arcsec: wider companions are sources of their own (Fabricius et al. 2021, A&A 649, A5)
UNLIKE = 0.23  # dex of the temperature in which lines become unlike, matched to spectral_model
LONGEST_PERIOD = 1e6  # d: wider orbits move nothing within the surveys
SOLAR_RADII_PER_AU = 215.032


@dataclass(frozen=True)
class Starlight:
    """One element a row. `light_ratio` and `third_light_ratio` are G fluxes relative to the visible star.

    `magnitude` holds apparent magnitudes (extinction and companions included) by band; `orbits` (n, 2, 11) is what
    the kernels of `motion` and `scanning` read; `separation` (arcsec) is that of the widest luminous companion, NaN
    without one.
    """

    magnitude: dict[str, FloatArray]
    absolute_g: FloatArray
    light_ratio: FloatArray
    third_light_ratio: FloatArray
    secondary: evolution.Structure
    tertiary: evolution.Structure
    semi_amplitude: FloatArray
    outer_semi_amplitude: FloatArray
    separation: FloatArray
    resolved: NDArray[np.bool_]
    orbits: FloatArray
    variability: Variability


def combine(streams: Streams, rows: Rows, field: Field, systems: Systems) -> Starlight:
    """Light and motion of the systems of a field of stars."""
    kind, body = systems.kind, field.structure
    secondary, second = _companion(field, systems.secondary_mass, systems)
    third_body = _dwarf(systems.tertiary_mass, field)
    third = photometry(third_body.log_luminosity, third_body.log_teff, field.feh)
    luminous = np.isin(kind, (multiplicity.MS_MS, multiplicity.MS_WD, multiplicity.TRIPLE))
    is_triple = kind == multiplicity.TRIPLE
    parallax = 1000.0 / field.distance
    axis = multiplicity.separation_au(systems.inner.period, body.mass + systems.secondary_mass)
    total = body.mass + systems.secondary_mass
    outer_axis = multiplicity.separation_au(systems.outer.period, total + systems.tertiary_mass)
    inner_apart, outer_apart = axis * parallax / 1e3, outer_axis * parallax / 1e3
    ratio = {band: np.where(luminous, _ratio(field.absolute, second, band), 0.0) for band in BANDS}
    third_ratio = {band: np.where(is_triple, _ratio(field.absolute, third, band), 0.0) for band in BANDS}
    inside, outside = inner_apart < RESOLVED, outer_apart < RESOLVED
    magnitude = {
        band: _band(field.absolute, band) + 5 * np.log10(field.distance / 10)
        + galaxy.EXTINCTION[band] * field.reddening
        - 2.5 * np.log10(1 + ratio[band] * inside + third_ratio[band] * outside)
        for band in BANDS
    }  # fmt: skip
    light, third_light = ratio["g"] * inside, third_ratio["g"] * outside
    k_inner = multiplicity.velocity_semi_amplitude(systems.inner, body.mass, systems.secondary_mass)
    k_outer = multiplicity.velocity_semi_amplitude(systems.outer, total, systems.tertiary_mass)
    orbits = np.stack(
        [
            _kernel_orbit(
                systems.inner, k_inner, axis * parallax, systems.secondary_mass / body.mass, light,
                np.where(kind == multiplicity.MS_WD, 0.0, light * _alikeness(body, secondary)),
            ),
            _kernel_orbit(
                systems.outer, k_outer, outer_axis * parallax, systems.tertiary_mass / total, third_light / (1 + light),
                third_light * _alikeness(body, third_body),
            ),
        ],
        axis=1,
    )  # fmt: skip
    apart = np.where(luminous, np.where(is_triple, outer_apart, inner_apart), np.nan)
    return Starlight(
        magnitude, field.absolute.g, light, third_light, secondary, third_body, k_inner, k_outer, apart,
        luminous & ~np.where(is_triple, outside, inside), orbits,
        _variability(streams, rows, field, systems, secondary, axis, light, third_light),
    )  # fmt: skip


def _alikeness(first: evolution.Structure, second: evolution.Structure) -> FloatArray:
    """How far the lines of a second star stand for those of the first in a cross-correlation, 0 to 1."""
    return np.asarray(np.exp(-0.5 * np.square((first.log_teff - second.log_teff) / UNLIKE)))


def _dwarf(mass: FloatArray, field: Field) -> evolution.Structure:
    safe = np.maximum(mass, 0.076)
    passed = np.clip(field.age / evolution.main_sequence_lifetime(safe), 0.0, 1.0)
    stage = np.zeros(mass.size, dtype=np.int64)
    return evolution.structure(stage, safe, passed, field.feh, np.zeros_like(mass))


def _companion(field: Field, mass: FloatArray, systems: Systems) -> tuple[evolution.Structure, Photometry]:
    dwarf = _dwarf(mass, field)
    dead = systems.kind == multiplicity.MS_WD
    cooled = evolution.white_dwarf(np.clip(mass, 0.3, 1.3), systems.cooling_age)
    body = evolution.Structure(
        np.where(dead, cooled.mass, dwarf.mass),
        np.where(dead, cooled.log_luminosity, dwarf.log_luminosity),
        np.where(dead, cooled.log_teff, dwarf.log_teff),
    )
    return body, photometry(body.log_luminosity, body.log_teff, np.where(dead, 0.0, field.feh))


def _band(absolute: Photometry, band: str) -> FloatArray:
    """Absolute magnitude in a band; G - BP is 0.4 of -(BP - RP), close to the mean of the Gaia stars."""
    if band == "bp":
        return absolute.g + 0.4 * absolute.bp_rp
    if band == "rp":
        return absolute.g - 0.6 * absolute.bp_rp
    return np.asarray(getattr(absolute, band), dtype=np.float64)


def _ratio(first: Photometry, second: Photometry, band: str) -> FloatArray:
    return np.asarray(10 ** (0.4 * (_band(first, band) - _band(second, band))))


def _kernel_orbit(
    orbit: Orbit, semi_amplitude: FloatArray, axis_mas: FloatArray, mass_ratio: FloatArray, light: FloatArray,
    line_light: FloatArray,
) -> FloatArray:  # fmt: skip
    """Columns of motion: the photocentre moves on (q - l) / ((1 + q)(1 + l)) of the relative orbit.

    `line_light` is the light that carries lines like the visible star's, which a white dwarf's does not.
    """
    size = axis_mas * (mass_ratio - light) / ((1 + mass_ratio) * (1 + light))
    cos_w, sin_w = np.cos(orbit.omega), np.sin(orbit.omega)
    cos_n, sin_n = np.cos(orbit.node), np.sin(orbit.node)
    moving = (orbit.period > 0) & (orbit.period < LONGEST_PERIOD)
    columns = (
        np.where(moving, orbit.period, 0.0),
        orbit.eccentricity,
        orbit.periastron,
        orbit.omega,
        semi_amplitude,
        size * (cos_w * cos_n - sin_w * sin_n * orbit.cos_i),
        size * (cos_w * sin_n + sin_w * cos_n * orbit.cos_i),
        size * (-sin_w * cos_n - cos_w * sin_n * orbit.cos_i),
        size * (-sin_w * sin_n + cos_w * cos_n * orbit.cos_i),
        line_light,
        np.where(moving, 1 / np.maximum(mass_ratio, 1e-6), 0.0),
    )
    return np.stack(columns, axis=-1)


def _variability(
    streams: Streams, rows: Rows, field: Field, systems: Systems, secondary: evolution.Structure,
    axis: FloatArray, light: FloatArray, third_light: FloatArray,
) -> Variability:  # fmt: skip
    kind = systems.kind
    everything = 1 + light + third_light
    axis_solar = np.where(axis > 0, axis, np.inf) * SOLAR_RADII_PER_AU
    radius_1 = field.structure.radius / axis_solar
    dark = (kind == multiplicity.MS_NS) | (kind == multiplicity.MS_BH)
    radius_2 = np.where((systems.secondary_mass > 0) & ~dark, secondary.radius / axis_solar, 0.0)
    q = systems.secondary_mass / field.structure.mass
    sin_i = systems.inner.sin_i
    tide = tidal_terms(q, radius_1, sin_i, 1 / everything)
    # The companion's own tide has the same phase in its even term.
    other = tidal_terms(np.where(q > 0, 1 / np.maximum(q, 1e-3), 0.0), radius_2, sin_i, light / everything)
    tide[:, 1] += other[:, 1] * ~dark
    period, amplitude, harmonic = _intrinsic(streams, rows, field, kind)
    return Variability(
        orbit=systems.inner,
        tide=tide,
        radius_1=radius_1,
        radius_2=radius_2,
        second_light=light / everything,
        third_light=third_light / everything,
        intrinsic_period=period,
        intrinsic_amplitude=amplitude,
        intrinsic_phase=streams.uniform("intrinsic_phase", rows, 0.0, 2 * np.pi),
        intrinsic_harmonic=harmonic,
    )


def _intrinsic(
    streams: Streams, rows: Rows, field: Field, kind: NDArray[np.int64]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Period (d), amplitude and share of the first harmonic of spots or pulsation; 0 where there is neither.

    Rotation: log-normal around 12 d with 0.4 dex, amplitude falling with period (McQuillan et al. 2014). Delta
    Scuti: log-normal around 0.09 d with 0.2 dex, 1-20 mmag; RR Lyrae: 0.4-0.7 d, 0.2-0.4; long-period: 20-250 d,
    0.01-0.2 (Catelan & Smith 2015, Pulsating Stars): round ranges.
    """
    z, u, v = streams.normal("rotation", rows), streams.uniform("amplitude", rows), streams.uniform("wave", rows)
    spotted, pulsating = kind == multiplicity.SPOTTED, kind == multiplicity.PULSATING
    rotation = np.clip(12.0 * 10 ** (0.4 * z), 0.3, 60.0)
    spot = np.clip(0.012 * (rotation / 10.0) ** -0.6 * 10 ** (0.6 * (u - 0.5)), 5e-4, 0.08)
    cool = field.structure.log_luminosity > 2.5
    horizontal = (field.stage == evolution.CLUMP) & ~cool
    fast = 0.09 * 10 ** (0.2 * np.clip(z, -3.0, 3.0))
    wave_period = np.where(cool, 20 * 12.5**v, np.where(horizontal, 0.4 + 0.3 * v, fast))
    wave = np.where(cool, 0.01 * 20**u, np.where(horizontal, 0.2 + 0.2 * u, 0.001 * 20**u))
    period = np.where(spotted, rotation, np.where(pulsating, wave_period, 0.0))
    amplitude = np.where(spotted, spot, np.where(pulsating, wave, 0.0))
    harmonic = np.where(spotted, 0.5 * v, np.where(pulsating & horizontal, 0.45, 0.1))
    return period, amplitude, harmonic
