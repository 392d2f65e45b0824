"""Which stars have companions, and which: classes, masses, periods and shapes of the orbits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.simulate import evolution
from analysis.simulate.random_streams import Rows, Streams
from analysis.stars.units import FloatArray

CLASSES = (
    "single", "ms_ms", "ms_wd", "ms_ns", "ms_bh", "triple", "spotted", "pulsating", "blend", "extended",
)  # fmt: skip
SINGLE, MS_MS, MS_WD, MS_NS, MS_BH, TRIPLE, SPOTTED, PULSATING, BLEND, EXTENDED = range(10)
ENRICHMENT = 3000.0
# Natural shares of field stars. Neutron stars: about 1e-6 (El-Badry et al. 2024, OJAp 7, 58). Black holes: of the
# order of 1e-7 (El-Badry et al. 2023, MNRAS 521, 4323). White dwarfs: close ones from the space density of
# post-common-envelope binaries (Schreiber & Gansicke 2003, A&A 406, 305), wide ones from the 8 % of A-K dwarfs
# within 20 pc (Holberg et al. 2013, MNRAS 435, 2077).
NEUTRON_STARS, BLACK_HOLES = 1e-6, 1e-7
CLOSE_WHITE_DWARFS, WIDE_WHITE_DWARFS = 4e-4, 0.06
EXTENDED_SOURCES = 1.5e-3
BLENDS = 0.01
# Multiple and triple shares of primaries by mass: Duchene & Kraus 2013 (ARA&A 51, 269), Table 1.
_MASSES = (0.1, 0.3, 0.6, 1.0, 1.5, 3.0, 10.0)
_MULTIPLE = (0.22, 0.26, 0.35, 0.44, 0.50, 0.60, 0.80)
_TRIPLE = (0.03, 0.05, 0.08, 0.11, 0.14, 0.20, 0.35)
G_SUN_DAY = 212.9142  # km/s (d/Msun)^(1/3): (2 pi G Msun / d)^(1/3)


@dataclass(frozen=True)
class Orbit:
    """Orbits of one level, one element a row; period 0 where there is none. Angles in radians, times in JD."""

    period: FloatArray
    eccentricity: FloatArray
    periastron: FloatArray
    omega: FloatArray
    node: FloatArray
    cos_i: FloatArray

    @property
    def sin_i(self) -> FloatArray:
        """Sine of the inclination."""
        return np.sqrt(1 - self.cos_i**2)


@dataclass(frozen=True)
class Systems:
    """Companions of the survey's stars. Masses in Msun, 0 where there is none; ages of remnants in Gyr."""

    kind: NDArray[np.int64]
    secondary_mass: FloatArray
    tertiary_mass: FloatArray
    cooling_age: FloatArray
    inner: Orbit
    outer: Orbit


def draw_systems(
    streams: Streams, rows: Rows, stage: NDArray[np.int64], mass: FloatArray, age: FloatArray,
    body: evolution.Structure, crowding: FloatArray, enrichment: float,
) -> Systems:  # fmt: skip
    """Companions for stars of `stage`, initial `mass` (Msun), `age` (Gyr) and present structure `body`.

    `crowding` scales the chance of a blend; `enrichment` multiplies the natural shares of neutron stars and black
    holes.
    """
    kind = _classes(streams, rows, stage, mass, body, crowding, enrichment)
    close_dwarf = (kind == MS_WD) & (streams.uniform("close_wd", rows) < _close_share(mass))
    close_remnant = ((kind == MS_NS) | (kind == MS_BH)) & (streams.uniform("close_remnant", rows) < 0.5)
    log_p = _log_periods(streams, rows, kind, mass, close_dwarf, close_remnant)
    secondary = _secondary_masses(streams, rows, kind, mass, log_p)
    paired = np.isin(kind, (MS_MS, MS_WD, MS_NS, MS_BH, TRIPLE))
    secondary = np.where(paired, secondary, 0.0)
    contact = contact_period(body.radius, body.mass, np.maximum(secondary, 0.05))
    period = np.maximum(10**log_p, 0.08)
    spread = 10 ** (0.4 * streams.uniform("detached", rows) ** 2)
    period = np.where(paired, np.where(period < contact, contact * spread, period), 0.0)
    dead = (kind == MS_WD) | (kind == MS_NS) | (kind == MS_BH)
    eccentricity = _eccentricities(streams, rows, period, stage, contact, dead & (close_dwarf | (kind == MS_WD)))
    inner = _orbit(streams, rows, "inner", period, eccentricity)
    triple = kind == TRIPLE
    # Outer periods at least 10 times the inner: hierarchies stable after Mardling & Aarseth 2001 (MNRAS 321, 398).
    outer_p = np.where(triple, period * 10 ** (1.0 + np.abs(1.5 * streams.normal("outer_period", rows))), 0.0)
    outer = _orbit(streams, rows, "outer", outer_p, 0.7 * streams.uniform("outer_e", rows) * triple)
    tertiary = np.where(triple, np.maximum(0.08, mass * streams.uniform("tertiary", rows, 0.1, 1.0)), 0.0)
    cooling = np.minimum(age, 10.0) * streams.uniform("cooling", rows) ** 1.5
    return Systems(kind, secondary, tertiary, cooling, inner, outer)


def multiple_shares(mass: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shares of multiple and of triple stars among primaries of a mass (Msun): Duchene & Kraus 2013, Table 1."""
    log_mass = np.log(mass)
    return np.interp(log_mass, np.log(_MASSES), _MULTIPLE), np.interp(log_mass, np.log(_MASSES), _TRIPLE)


def velocity_semi_amplitude(orbit: Orbit, visible_mass: FloatArray, companion_mass: FloatArray) -> FloatArray:
    """K (km/s) of the visible body: (2 pi G / P)^(1/3) m2 sin i (m1 + m2)^(-2/3) / sqrt(1 - e^2); 0 without orbit."""
    period = np.where(orbit.period > 0, orbit.period, np.inf)
    total = np.maximum(visible_mass + companion_mass, 1e-6)
    speed = G_SUN_DAY * companion_mass * total ** (-2 / 3) * period ** (-1 / 3)
    return np.asarray(speed * orbit.sin_i / np.sqrt(1 - orbit.eccentricity**2))


def separation_au(period: FloatArray, total_mass: FloatArray) -> FloatArray:
    """Semi-major axis of the relative orbit in AU, from Kepler's third law (period in d)."""
    return np.cbrt(total_mass * (period / 365.25) ** 2)


def contact_period(radius: FloatArray, mass: FloatArray, companion_mass: FloatArray) -> FloatArray:
    """Period (d) at which a star of `radius` (Rsun) fills its Roche lobe (Eggleton 1983, ApJ 268, 368)."""
    q = np.cbrt(mass / companion_mass)
    lobe = 0.49 * q**2 / (0.6 * q**2 + np.log1p(q))
    axis_au = radius / lobe / 215.032
    return np.asarray(365.25 * np.sqrt(axis_au**3 / (mass + companion_mass)))


def _classes(
    streams: Streams, rows: Rows, stage: NDArray[np.int64], mass: FloatArray, body: evolution.Structure,
    crowding: FloatArray, enrichment: float,
) -> NDArray[np.int64]:  # fmt: skip
    multiple, triple = multiple_shares(mass)
    steps = (
        (EXTENDED, np.full_like(mass, EXTENDED_SOURCES)),
        (MS_BH, np.full_like(mass, min(BLACK_HOLES * enrichment, 0.05))),
        (MS_NS, np.full_like(mass, min(NEUTRON_STARS * enrichment, 0.05))),
        (MS_WD, WIDE_WHITE_DWARFS + _close_rate(mass)),
        (BLEND, np.minimum(BLENDS * crowding, 0.2)),
        (TRIPLE, triple),
        (MS_MS, multiple - triple),
        (PULSATING, _pulsating_share(stage, body)),
        (SPOTTED, _spotted_share(stage, body)),
    )
    u = streams.uniform("class", rows)
    kind, edge = np.zeros(mass.size, dtype=np.int64), np.zeros_like(mass)
    for code, share in steps:
        kind = np.where((u >= edge) & (u < edge + share), code, kind)
        edge = edge + share
    lone = (stage == evolution.WHITE_DWARF) & (kind != EXTENDED)
    return np.where(lone, SINGLE, kind)


def _close_rate(mass: FloatArray) -> FloatArray:
    return np.asarray(CLOSE_WHITE_DWARFS * np.where(mass < 0.8, 5.0, 1.0))


def _close_share(mass: FloatArray) -> FloatArray:
    return np.asarray(_close_rate(mass) / (WIDE_WHITE_DWARFS + _close_rate(mass)))


def _pulsating_share(stage: NDArray[np.int64], body: evolution.Structure) -> FloatArray:
    """Delta Scuti stars, RR Lyrae stars and long-period variables, by place in the HR diagram."""
    t, luminosity = body.log_teff, body.log_luminosity
    strip = (t > 3.83) & (t < 3.93) & (luminosity < 1.5)  # about half pulsate: Murphy et al. 2019, MNRAS 485, 2380
    horizontal = (stage == evolution.CLUMP) & (t > 3.78) & (t < 3.87)
    cool = (stage == evolution.GIANT) & (luminosity > 2.8)
    return np.where(strip, 0.15, 0.0) + np.where(horizontal, 0.25, 0.0) + np.where(cool, 0.30, 0.0)


def _spotted_share(stage: NDArray[np.int64], body: evolution.Structure) -> FloatArray:
    """Cool dwarfs whose rotation shows: 25 % below 6500 K, 2 % of giants (McQuillan et al. 2014, ApJS 211, 24)."""
    return np.where(body.log_teff > np.log10(6500), 0.0, np.where(stage == evolution.DWARF, 0.20, 0.02))


def _log_periods(
    streams: Streams, rows: Rows, kind: NDArray[np.int64], mass: FloatArray,
    close_dwarf: NDArray[np.bool_], close_remnant: NDArray[np.bool_],
) -> FloatArray:  # fmt: skip
    """log10 of the (inner) period in days.

    Solar type: Raghavan et al. 2010 (ApJS 190, 1), normal 5.03, 2.28. M dwarfs: Winters et al. 2019 (AJ 157, 216),
    peak 20 AU and 1.16 dex. Above 3 Msun: Opik's law. Close white dwarfs: Nebot Gomez-Moran et al. 2011 (A&A 536,
    A43). Neutron stars and black holes: half from 0.2 to 10 d evenly in log P, half around 1 yr as Gaia's. The
    inner pairs of triples are closer than pairs alone (Tokovinin 2014, AJ 147, 87): here normal 3.0, 1.5. Pairs of
    stars that fall below 0.25 d (0.4 d in triples) are contact binaries: none below 0.22 d, typically 0.35 d, few
    above 0.5 d (Latkovic et al. 2021, ApJS 254, 10), here a Rayleigh distribution of 0.16 dex above 0.22 d.
    """
    z, u = streams.normal("period", rows), streams.uniform("period_u", rows)
    touching = np.log10(0.22) + 0.16 * np.sqrt(-2 * np.log(streams.uniform("touching", rows)))
    field = np.where(mass < 0.6, 4.66 + 1.74 * z, 5.03 + 2.28 * z)
    field = np.where(mass > 3.0, 0.2 + 6.8 * u, field)
    field = np.where(field < -0.6, touching, np.minimum(field, 8.5))
    dwarf = np.where(close_dwarf, -0.43 + 0.44 * z, np.maximum(4.5 + 1.5 * z, 2.0 + u))
    remnant = np.where(close_remnant, -0.7 + 1.7 * u, 2.5 + 0.45 * z)
    triple = 3.0 + 1.5 * z
    triple = np.where(triple < -0.4, touching, np.minimum(triple, 6.0))
    values = np.where(kind == MS_WD, dwarf, field)
    values = np.where((kind == MS_NS) | (kind == MS_BH), remnant, values)
    return np.where(kind == TRIPLE, triple, values)


def _secondary_masses(
    streams: Streams, rows: Rows, kind: NDArray[np.int64], mass: FloatArray, log_p: FloatArray
) -> FloatArray:
    """Companion masses: flat in q with a share of twins (q > 0.95) of 20 % below 100 d and 5 % above.

    Moe & Di Stefano 2017 (ApJS 230, 15). White dwarfs 0.60 +- 0.08 (Kepler et al. 2007, MNRAS 375, 1315), neutron
    stars 1.33 +- 0.15 and black holes 7.8 +- 2 Msun (Ozel & Freire 2016, ARA&A 54, 401; Ozel et al. 2010, ApJ 725,
    1918).
    """
    u, z = streams.uniform("mass_ratio", rows), streams.normal("companion_mass", rows)
    least = np.minimum(0.08 / mass, 0.9)
    q = least + (1 - least) * u
    twin = streams.uniform("twin", rows) < np.where(log_p < 2, 0.20, 0.05)
    value = mass * np.where(twin, 0.95 + 0.05 * u, q)
    value = np.where(kind == MS_WD, np.clip(0.60 + 0.08 * z, 0.35, 1.25), value)
    value = np.where(kind == MS_NS, np.clip(1.33 + 0.15 * z, 1.1, 2.1), value)
    return np.where(kind == MS_BH, np.clip(7.8 + 2.0 * z, 4.0, 16.0), value)


def _eccentricities(
    streams: Streams, rows: Rows, period: FloatArray, stage: NDArray[np.int64], contact: FloatArray,
    post_transfer: NDArray[np.bool_],
) -> FloatArray:  # fmt: skip
    """Uniform up to 1 - (P/2 d)^(-2/3) (Moe & Di Stefano 2017, eq. 3), kept out of the Roche lobe at periastron.

    Circular below 8 d (dwarfs; Meibom & Mathieu 2005, ApJ 620, 970) or 70 d (giants), and for white dwarfs closer
    than 1000 d, which have shared mass.
    """
    top = 1 - np.maximum(period / 2, 1.0) ** (-2 / 3)
    room = 1 - (contact / np.maximum(period, contact)) ** (2 / 3)
    value = np.minimum(top, room) * streams.uniform("eccentricity", rows)
    evolved = (stage == evolution.GIANT) | (stage == evolution.CLUMP)
    circular = (period < np.where(evolved, 70.0, 8.0)) | (post_transfer & (period < 1000.0))
    return np.where(circular, 0.0, np.minimum(value, 0.95))


def _orbit(streams: Streams, rows: Rows, name: str, period: FloatArray, eccentricity: FloatArray) -> Orbit:
    return Orbit(
        period=period,
        eccentricity=eccentricity,
        periastron=2457000.0 + period * streams.uniform(f"{name}/periastron", rows),
        omega=streams.uniform(f"{name}/omega", rows, 0.0, 2 * np.pi),
        node=streams.uniform(f"{name}/node", rows, 0.0, 2 * np.pi),
        cos_i=streams.uniform(f"{name}/cos_i", rows, -1.0, 1.0),
    )
