"""Lines, molecular bands and telluric windows, all in vacuum wavelengths (Å), and the bands of the papers."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from analysis.spectra.spectrum import BoolArray, vacuum_from_air
from analysis.stars.units import FloatArray

Window = tuple[float, float]
LineKind = Literal["Balmer", "Paschen", "Ca II", "Na I", "He I", "He II"]


class Line(NamedTuple):
    """A spectral line: its name, vacuum wavelength (Å), kind, and where the number is from."""

    name: str
    wavelength: float
    kind: LineKind
    source: str


class Band(NamedTuple):
    """A molecular band or telluric window from `first` to `last` (Å, vacuum)."""

    name: str
    first: float
    last: float
    source: str


_NIST = "NIST ASD, Ritz wavelengths, multiplets as one line"
_RYDBERG = "Rydberg formula with R_H = 109677.58 1/cm"


def _paschen(upper: int) -> Line:
    wavelength = 1e8 / (109677.58 * (1 / 3**2 - 1 / upper**2))
    return Line(f"P{upper}", round(wavelength, 2), "Paschen", _RYDBERG)


LINES: tuple[Line, ...] = (
    Line("Hα", 6564.61, "Balmer", _NIST),
    Line("Hβ", 4862.68, "Balmer", _NIST),
    Line("Hγ", 4341.68, "Balmer", _NIST),
    Line("Hδ", 4102.89, "Balmer", _NIST),
    Line("Hε", 3971.19, "Balmer", _NIST),
    Line("H8", 3890.15, "Balmer", _NIST),
    Line("H9", 3836.47, "Balmer", _NIST),
    Line("H10", 3798.98, "Balmer", _NIST),
    *(_paschen(upper) for upper in range(16, 9, -1)),
    Line("Ca II K", 3934.78, "Ca II", _NIST),
    Line("Ca II H", 3969.59, "Ca II", _NIST),
    Line("Ca II 8500", 8500.36, "Ca II", _NIST),
    Line("Ca II 8544", 8544.44, "Ca II", _NIST),
    Line("Ca II 8664", 8664.52, "Ca II", _NIST),
    Line("Na I D2", 5891.58, "Na I", _NIST),
    Line("Na I D1", 5897.56, "Na I", _NIST),
    Line("Na I 8185", 8185.51, "Na I", _NIST),
    Line("Na I 8197", 8197.08, "Na I", _NIST),
    Line("He I 4027", 4027.33, "He I", _NIST),
    Line("He I 4473", 4472.73, "He I", _NIST),
    Line("He I 4923", 4923.30, "He I", _NIST),
    Line("He I 5017", 5017.08, "He I", _NIST),
    Line("He I 5877", 5877.25, "He I", _NIST),
    Line("He I 6680", 6679.99, "He I", _NIST),
    Line("He I 7067", 7067.14, "He I", _NIST),
    Line("He II 4687", 4687.02, "He II", _NIST),
    Line("He II 5413", 5413.02, "He II", _NIST),
)


def _in_air(name: str, first: float, last: float, source: str) -> Band:
    low, high = vacuum_from_air(np.array([first, last]))
    return Band(name, round(float(low), 1), round(float(high), 1), source)


_REID = "Reid, Hawley & Gizis 1995, AJ 110, 1838, index window converted from air"
MOLECULAR_BANDS: tuple[Band, ...] = (
    _in_air("CaH1", 6380.0, 6390.0, _REID),
    _in_air("CaH2", 6814.0, 6846.0, _REID),
    _in_air("CaH3", 6960.0, 6990.0, _REID),
    _in_air("TiO5", 7126.0, 7135.0, _REID),
    _in_air("TiO 4955", 4954.0, 5160.0, "head of the α system, round end"),
    _in_air("TiO 6159", 6158.0, 6370.0, "head of the γ′ system, round end"),
    _in_air("TiO 7055", 7053.0, 7250.0, "head of the γ system, round end"),
)
_ROUND = "round ends that enclose the band at low resolution"
TELLURIC_WINDOWS: tuple[Band, ...] = (
    Band("O₂ γ", 6275.0, 6330.0, _ROUND),
    Band("O₂ B", 6865.0, 6950.0, _ROUND),
    Band("H₂O", 7160.0, 7340.0, _ROUND),
    Band("O₂ A", 7590.0, 7710.0, _ROUND),
    Band("H₂O", 8120.0, 8350.0, _ROUND),
    Band("H₂O", 8930.0, 9700.0, _ROUND),
)
# Mu et al. 2022, Sect. 2: bands for the velocities of K and M dwarfs.
VELOCITY_BANDS: tuple[Window, ...] = ((4550.0, 5300.0), (6350.0, 9000.0))
# Xiang et al. 2021, Sect. 5.1: telluric bands and interstellar Na I D, left out for all stars.
EXCLUDED_WINDOWS: tuple[Window, ...] = (
    (5720.0, 6050.0),
    (6270.0, 6380.0),
    (6800.0, 6990.0),
    (7100.0, 7320.0),
    (7520.0, 7740.0),
    (8050.0, 8350.0),
)
# Xiang et al. 2021 show their clean windows only as a figure: these half-widths are this program's default.
BALMER_HALF_WIDTH = 30.0
HELIUM_HALF_WIDTH = 15.0
HELIUM_IN_EMISSION = ("He I 5877", "He I 6680", "He I 7067")
CALCIUM = ("Ca II K", "Ca II H")
PASCHEN_FROM = 8350.0


def line(name: str) -> Line:
    """The line of that name; raises KeyError naming those that there are."""
    for one in LINES:
        if one.name == name:
            return one
    raise KeyError(f"no line {name!r}: use one of {', '.join(one.name for one in LINES)}")


def inside(wavelength: FloatArray, windows: tuple[Window, ...]) -> BoolArray:
    """Whether each wavelength (Å) lies in one of the windows, ends included."""
    found = np.zeros(np.shape(wavelength), np.bool_)
    for first, last in windows:
        found |= (wavelength >= first) & (wavelength <= last)
    return found


def always_clean(wavelength: FloatArray) -> BoolArray:
    """Pixels (Å) outside the windows that Xiang et al. 2021 leave out for every star."""
    return ~inside(wavelength, EXCLUDED_WINDOWS)


def free_of_emission(wavelength: FloatArray) -> BoolArray:
    """Pixels (Å) that emission lines do not touch: no Balmer, He I 5877, 6680, 7067, Ca II H, K or Paschen line.

    Also outside `EXCLUDED_WINDOWS`. The paper draws its windows without printing them: 30 Å to either side of
    Balmer lines, 15 Å of helium lines and of Ca II H, K (interstellar in hot stars), and nothing beyond 8350 Å are
    this program's default.
    """
    balmer = tuple(_around(one, BALMER_HALF_WIDTH) for one in LINES if one.kind == "Balmer")
    helium = tuple(_around(line(name), HELIUM_HALF_WIDTH) for name in (*HELIUM_IN_EMISSION, *CALCIUM))
    return always_clean(wavelength) & ~inside(wavelength, balmer + helium) & (wavelength < PASCHEN_FROM)


def _around(one: Line, half_width: float) -> Window:
    return one.wavelength - half_width, one.wavelength + half_width
