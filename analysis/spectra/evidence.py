"""All that one spectrum tells of its star, in one call: velocity, type, second star, emission, and what to doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.spectra.classification import SpectralType, classify
from analysis.spectra.emission import HalphaFlags, flag_halpha
from analysis.spectra.pca import PcaReconstruction, Reconstruction
from analysis.spectra.profiles import CloseUp, close_up
from analysis.spectra.spectrum import C_KM_S, Spectrum, SpectrumError, SpectrumLike, as_spectrum
from analysis.spectra.templates import TemplateLibrary, type_number
from analysis.spectra.velocity import Velocity, measure_velocity

PROFILES = ("Hα", "Hβ")
# Above this χ² per degree of freedom the best template is said not to describe the spectrum. This program's limit.
POOR_CHI2 = 10.0
# Subtypes by which a file's class may be hotter than any template before a white dwarf is no longer looked for: the
# blue light of a hot star is then all that it would stand for. This program's limit.
HOTTER = 3.0


@dataclass(frozen=True, eq=False)
class SpectrumEvidence:
    """What a spectrum tells; parts that could not be had are None, with the reason among `notes`.

    `measured` is the velocity, `told` the type, `profiles` the close-ups by line (Hα, Hβ), `rebuilt` the PCA
    reconstruction and `halpha` its flags. The properties give the plain numbers.
    """

    spectrum: Spectrum
    measured: Velocity | None
    told: SpectralType | None
    profiles: Mapping[str, CloseUp]
    rebuilt: Reconstruction | None
    halpha: HalphaFlags | None
    notes: tuple[str, ...]

    @property
    def velocity(self) -> float:
        """Radial velocity (km/s), heliocentric where `heliocentric` says so; NaN without one."""
        return self.measured.velocity if self.measured is not None else np.nan

    @property
    def velocity_error(self) -> float:
        """Error of the velocity (km/s), without the survey's systematic one; NaN without a velocity."""
        return self.measured.error if self.measured is not None else np.nan

    @property
    def template(self) -> str:
        """Name of the template of the velocity; "" without one."""
        return self.measured.template if self.measured is not None else ""

    @property
    def heliocentric(self) -> bool:
        """Whether the velocity is the heliocentric one."""
        return self.measured is not None and self.measured.heliocentric

    @property
    def type(self) -> str:
        """Type as text, "M3" or "DA2.5+M3"; "" where none was found."""
        return self.told.name if self.told is not None else ""

    @property
    def composite(self) -> bool:
        """Whether a white dwarf beside the star is needed."""
        return self.told is not None and self.told.composite

    @property
    def white_dwarf_share(self) -> float:
        """Part of the light at 4400-4600 Å that the white dwarf gives; 0 for a single star, NaN without a type."""
        return self.told.white_dwarf_share if self.told is not None else np.nan

    @property
    def chi2_per_dof(self) -> float:
        """χ² per degree of freedom of the best type; NaN without one."""
        return self.told.chi2 / max(self.told.dof, 1) if self.told is not None else np.nan

    @property
    def double_lined(self) -> bool:
        """Warning that the correlation function is that of two stars, or that Hα has two peaks."""
        lined = self.measured is not None and self.measured.double_lined
        return lined or any(one.shape == "double" for name, one in self.profiles.items() if name == "Hα")

    @property
    def emission(self) -> bool | None:
        """Whether Hα stands above its PCA reconstruction; without one, above the continuum. None where unknown."""
        if self.halpha is not None:
            return self.halpha.emission
        profile = self.profiles.get("Hα")
        return profile.emission if profile is not None else None

    @property
    def bad(self) -> bool | None:
        """Whether the spectrum is spoiled around Hα, by the PCA reconstruction; None without one."""
        return self.halpha.bad if self.halpha is not None else None

    @property
    def snr(self) -> float:
        """Median signal-to-noise ratio a pixel."""
        return self.spectrum.snr()


def spectrum_evidence(
    spectrum: SpectrumLike,
    templates: Mapping[str, Spectrum],
    pca: PcaReconstruction | None = None,
    white_dwarfs: Mapping[str, Spectrum] | None = None,
    components: int | None = None,
    velocity_template: str | None = None,
) -> SpectrumEvidence:
    """Velocity, type, line profiles and, with a PCA model, emission and bad-spectrum flag of one spectrum.

    `templates` at rest; of a `TemplateLibrary` only those near the spectrum's own subclass take part in the
    velocity, all in the type; `velocity_template` names the only one for the velocity, as epochs that are to be
    compared need it. `white_dwarfs` are tried beside them, unless the file's class is hotter than all templates. Never
    raises for a poor spectrum: what could not be had is None and told in `notes`.
    """
    seen = as_spectrum(spectrum)
    notes: list[str] = []
    near = templates.near(str(seen.meta.get("subclass", ""))) if isinstance(templates, TemplateLibrary) else templates
    if velocity_template is not None:
        near = {velocity_template: templates[velocity_template]}
    measured = _measured(seen, near, notes)
    velocity = measured.velocity if measured is not None and np.isfinite(measured.velocity) else 0.0
    told = _told(seen, templates, white_dwarfs, velocity, notes)
    profiles = _profiles(seen, velocity, notes)
    rebuilt, halpha = None, None
    if pca is not None:
        rebuilt, halpha = _rebuilt(seen, pca, velocity, components, notes)
    return SpectrumEvidence(seen, measured, told, profiles, rebuilt, halpha, tuple(notes))


def rebuild(
    spectrum: Spectrum, pca: PcaReconstruction, velocity: float, components: int | None = None
) -> tuple[Reconstruction, HalphaFlags]:
    """PCA reconstruction at `velocity` (km/s) by the first `components`, and the Hα flags that follow.

    Raises ValueError where the spectrum has too few pixels in the model's windows.
    """
    facts = {"z": velocity / C_KM_S, "rv": velocity, "true_velocity": velocity}
    rebuilt = pca.reconstruct(spectrum.described(**facts), components)
    return rebuilt, flag_halpha(pca, rebuilt)


def _measured(seen: Spectrum, templates: Mapping[str, Spectrum], notes: list[str]) -> Velocity | None:
    try:
        measured = measure_velocity(seen, templates)
    except SpectrumError as error:
        notes.append(f"No velocity: {error.problem}.")
        return None
    if not np.isfinite(measured.velocity):
        notes.append("No velocity: χ² has no minimum within 800 km/s.")
    if not measured.heliocentric:
        notes.append("The file does not say that its wavelengths are heliocentric.")
    if measured.double_lined:
        notes.append(
            f"The correlation function is that of two stars, the second at {measured.second.velocity:.0f} km/s."
        )
    return measured


def _told(
    seen: Spectrum,
    templates: Mapping[str, Spectrum],
    white_dwarfs: Mapping[str, Spectrum] | None,
    velocity: float,
    notes: list[str],
) -> SpectralType | None:
    own = str(seen.meta.get("subclass", ""))
    hottest = min((number for number in map(type_number, templates) if np.isfinite(number)), default=np.nan)
    if type_number(own) < hottest - HOTTER:
        white_dwarfs = None
        notes.append(
            f"The file's class {own} is hotter than any template: the type is the nearest one, and no white dwarf is "
            "looked for."
        )
    try:
        told = classify(seen, templates, white_dwarfs, velocity)
    except SpectrumError as error:
        notes.append(f"No type: {error.problem}.")
        return None
    poor = told.chi2 / max(told.dof, 1)
    if poor > POOR_CHI2:
        notes.append(f"No template describes the spectrum well (χ² per degree of freedom {poor:.0f}).")
    return told


def _profiles(seen: Spectrum, velocity: float, notes: list[str]) -> dict[str, CloseUp]:
    found = {}
    for name in PROFILES:
        try:
            found[name] = close_up(seen, name, velocity)
        except SpectrumError as error:
            notes.append(f"No close-up of {name}: {error.problem}.")
    return found


def _rebuilt(
    seen: Spectrum, pca: PcaReconstruction, velocity: float, components: int | None, notes: list[str]
) -> tuple[Reconstruction | None, HalphaFlags | None]:
    try:
        rebuilt, halpha = rebuild(seen, pca, velocity, components)
    except ValueError as error:
        notes.append(f"No PCA reconstruction: {error}.")
        return None, None
    if not halpha.described:
        notes.append(
            f"The PCA model does not describe this kind of spectrum (χ² per pixel in its windows "
            f"{rebuilt.chi2 / max(rebuilt.dof, 1):.1f}): its emission flag says nothing."
        )
    return rebuilt, halpha
