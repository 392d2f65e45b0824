"""Libraries of template spectra at rest: simulated, stacked from one's own spectra, or read from a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from analysis.simulate.dwarf_sequence import (
    SPECTRAL_TYPE_TEFF,
    SPECTRAL_TYPES,
    dwarf_log_luminosity,
    dwarf_log_teff,
)
from analysis.simulate.spectral_model import star_flux
from analysis.spectra.normalise import continuum
from analysis.spectra.reading import read
from analysis.spectra.spectrum import C_KM_S, Spectrum, SpectrumError, logarithmic_grid
from analysis.spectra.text_files import write
from analysis.stars.units import FloatArray

FILE_ENDINGS = (".ecsv", ".csv", ".fits", ".fits.gz")
_TYPE = re.compile(r"^\s*(?:d|sd|esd|usd|g)?([OBAFGKML])\s*(\d(?:\.\d)?)?")


@dataclass(frozen=True, eq=False)
class TemplateLibrary(Mapping[str, Spectrum]):
    """Template spectra at rest by name, in the order of their types; `source` says where they are from."""

    templates: Mapping[str, Spectrum]
    source: str = ""

    def __post_init__(self) -> None:
        if not self.templates:
            raise ValueError("a library needs at least one template")
        ordered = sorted(self.templates.items(), key=lambda item: (type_number(item[0]), item[0]))
        object.__setattr__(self, "templates", MappingProxyType(dict(ordered)))

    def __getitem__(self, name: str) -> Spectrum:
        if name not in self.templates:
            raise KeyError(f"no template {name!r}: the library has {', '.join(self.templates)}")
        return self.templates[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.templates)

    def __len__(self) -> int:
        return len(self.templates)

    def near(self, subclass: str, reach: float = 3.0) -> TemplateLibrary:
        """Templates whose type is within `reach` subtypes of `subclass`; the nearest one at least.

        The whole library where `subclass` is no spectral type.
        """
        here = type_number(subclass)
        if not np.isfinite(here):
            return self
        distance = {name: abs(type_number(name) - here) for name in self}
        least = min((d for d in distance.values() if np.isfinite(d)), default=np.inf)
        chosen = {name: self[name] for name, d in distance.items() if d <= max(reach, least)}
        return TemplateLibrary(chosen, self.source) if chosen else self

    def write(self, folder: str | Path) -> Path:
        """Write one ECSV a template into `folder` (made if needed); `read_templates` reads it back."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, template in self.items():
            write(template.described(template=name, source=self.source), folder / f"{_safe(name)}.ecsv")
        return folder


def type_number(subclass: str) -> float:
    """Spectral type as a number: B0 is 10, A0 20, ... M0 60, M4.5 64.5; NaN for what is no type from O to L.

    Reads LAMOST's subclasses ("A7IV", "dM3", "G5") and names of templates ("M4_+0.0_Dwarf").
    """
    match = _TYPE.match(str(subclass))
    if match is None:
        return np.nan
    return 10.0 * "OBAFGKML".index(match[1]) + (float(match[2]) if match[2] else 5.0)


def simulated_templates(feh: float = 0.0, first: str = "O9", last: str = "L2") -> TemplateLibrary:
    """Dwarfs from type `first` to `last`, drawn by the model of `analysis.simulate` at R = 1800 (3650-9200 Å).

    Temperatures and gravities along the main sequence of Pecaut & Mamajek 2013. The model is a sketch: black body,
    lines and bands in the right places, no atmosphere; good against simulated spectra, rough against real ones.
    """
    grid = logarithmic_grid(3650.0, 9200.0)
    low, high = type_number(first), type_number(last)
    mass = np.geomspace(0.075, 20.2, 400)
    log_teff = dwarf_log_teff(mass)
    templates = {}
    for name, teff in zip(SPECTRAL_TYPES, SPECTRAL_TYPE_TEFF, strict=True):
        if not low <= type_number(name) <= high:
            continue
        here = float(np.interp(np.log10(teff), log_teff, mass))
        luminosity = float(dwarf_log_luminosity(np.array([here]))[0])
        logg = float(np.log10(here) + 4 * np.log10(teff / 5772.0) - luminosity + 4.438)
        flux = star_flux(grid, float(teff), logg, feh, 0.0)
        flux /= np.median(flux)
        meta = {
            "product": "simulated template",
            "teff": float(teff),
            "logg": round(logg, 2),
            "feh": feh,
            "subclass": name,
        }
        templates[name] = Spectrum.from_arrays(grid, flux, np.full(grid.shape, 1e6), name=name, meta=meta)
    return TemplateLibrary(templates, "simulated main sequence")


def read_templates(path: str | Path) -> TemplateLibrary:
    """Library of a folder with one spectrum a file, or of an .npz set; templates must be at rest, in vacuum.

    A template takes its name from `template` or `subclass` in its file, else from the file's name. An .npz holds
    `loglam` (log10 Å) or `wavelength` (Å) and one flux array a template. Raises SpectrumError naming the folder.
    """
    path = Path(path)
    if path.suffix == ".npz":
        return _read_npz(path)
    files = sorted(file for file in path.glob("*") if file.name.endswith(FILE_ENDINGS)) if path.is_dir() else []
    if not files:
        raise SpectrumError(path, "no templates there", f"Give an .npz or a folder of {', '.join(FILE_ENDINGS)}")
    templates: dict[str, Spectrum] = {}
    for file in files:
        one = read(file)
        name = str(one.meta.get("template") or one.meta.get("subclass") or file.name.split(".")[0])
        if name in templates:
            name = file.name.split(".")[0]
        templates[name] = one
    return TemplateLibrary(templates, str(templates[next(iter(templates))].meta.get("source", path.name)))


def build_templates(spectra: Iterable[Spectrum], least: int = 3, velocity: str = "z") -> TemplateLibrary:
    """Templates of one's own spectra: the median of each subclass at rest, shaped like its mean continuum.

    Each spectrum is shifted by `meta["z"]` (as c z) or, with velocity = "rv", by `meta["rv"]` (km/s). Classes of
    fewer than `least` spectra are joined to one of their letter where that has enough. The templates rest on
    the zero point of those velocities. Raises ValueError where no class has enough spectra.
    """
    groups: dict[str, list[Spectrum]] = {}
    for spectrum in spectra:
        subclass = str(spectrum.meta.get("subclass", ""))
        shift = _own_velocity(spectrum, velocity)
        if np.isfinite(type_number(subclass)) and shift is not None:
            groups.setdefault(subclass, []).append(spectrum.shifted(-shift))
    large = {name: members for name, members in groups.items() if len(members) >= least}
    rest: dict[str, list[Spectrum]] = {}
    for name, members in groups.items():
        if name not in large:
            rest.setdefault(name.lstrip("dsegu")[0], []).extend(members)
    for letter, members in rest.items():
        if len(members) >= least:
            middle = np.median([type_number(str(one.meta["subclass"])) for one in members])
            large[f"{letter}{middle % 10:.0f} (joined)"] = members
    if not large:
        raise ValueError(f"no subclass has {least} spectra with a velocity: give more spectra or lower `least`")
    built = {name: _stack(name, members) for name, members in large.items()}
    return TemplateLibrary(built, f"{sum(len(m) for m in large.values())} spectra stacked by subclass")


def _own_velocity(spectrum: Spectrum, kind: str) -> float | None:
    value = spectrum.meta.get(kind)
    if value is None or not np.isfinite(value):
        return None
    return float(value) * C_KM_S if kind == "z" else float(value)


def _stack(name: str, members: list[Spectrum]) -> Spectrum:
    first = max(float(one.wavelength[0]) for one in members)
    last = min(float(one.wavelength[-1]) for one in members)
    grid = logarithmic_grid(first, last)
    levels = [continuum(one) for one in members]
    lines = [_lines_on(grid, one, level) for one, level in zip(members, levels, strict=True)]
    shapes = []
    for one, level in zip(members, levels, strict=True):
        shape = np.interp(grid, one.wavelength, level)
        shapes.append(shape / np.median(shape))
    stacked = np.nanmedian(np.where(np.isfinite(lines).any(axis=0), lines, 1.0), axis=0)
    flux = stacked * np.median(shapes, axis=0)
    scatter = 1.4826 * np.nanmedian(np.abs(np.where(np.isfinite(lines), lines, 1.0) - stacked), axis=0) + 1e-4
    meta = {"product": "stacked template", "subclass": name, "n_spectra": len(members)}
    return Spectrum.from_arrays(grid, flux, len(members) / (scatter * np.abs(flux) + 1e-6) ** 2, name=name, meta=meta)


def _lines_on(grid: FloatArray, one: Spectrum, level: FloatArray) -> FloatArray:
    good = one.good & (level > 0)
    fine = np.interp(grid, one.wavelength[good], (one.flux / np.where(level > 0, level, 1.0))[good])
    doubt = np.interp(grid, one.wavelength, (~good).astype(np.float64))
    return np.where(doubt > 0.5, np.nan, fine)


def _read_npz(path: Path) -> TemplateLibrary:
    try:
        with np.load(path, allow_pickle=False) as held:
            arrays: dict[str, Any] = {name: np.asarray(held[name], dtype=np.float64) for name in held.files}
    except (OSError, ValueError) as error:
        raise SpectrumError(path, f"cannot be read as npz ({error})", "Fetch the file again") from error
    wavelength = 10 ** arrays.pop("loglam") if "loglam" in arrays else arrays.pop("wavelength", None)
    usable = {name: flux for name, flux in arrays.items() if wavelength is not None and flux.shape == wavelength.shape}
    if not usable:
        raise SpectrumError(path, "no wavelength with fluxes of its length", "It needs loglam or wavelength")
    meta = {"product": "template", "path": str(path)}
    templates = {
        name: Spectrum.from_arrays(wavelength, flux, np.where(flux > 0, 1e6, 0.0), flux <= 0, name, meta)
        for name, flux in usable.items()
    }
    return TemplateLibrary(templates, path.name)


def _safe(name: str) -> str:
    return re.sub(r"[^\w.+-]+", "_", name)
