"""Whether a star may be an extended source: its flags against the triage of Wu et al. 2024, and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.stars.triage import Sky, Surroundings, TriageLimits, excess_class, in_m31, inspect_surroundings
from components.state.catalogue import Catalogue
from components.state.once import once

LIMITS = TriageLimits()
NEEDED = ("ipd_gof_harmonic_amplitude", "ipd_frac_multi_peak")


@dataclass(frozen=True)
class Criterion:
    """One parameter of a star: its value, the limit as text, and whether it is met (None: no value)."""

    name: str
    value: float | None
    limit: str
    met: bool | None
    step: str


@dataclass(frozen=True)
class StarTriage:
    """What the triage says of one star."""

    excess_class: str
    in_m31: bool
    criteria: tuple[Criterion, ...]
    grade: int | None
    off_points: tuple[tuple[str, float], ...]
    surroundings: Surroundings | None


def can_triage(catalogue: Catalogue) -> bool:
    """Tell whether the catalogue has the image flags at all."""
    return all(name in catalogue.usable_columns for name in NEEDED)


def triage_star(catalogue: Catalogue, row: int) -> StarTriage:
    """Return the triage of the star in a row; the first call builds a tree of the sky, so call it in a thread."""
    table = catalogue.table

    def value(name: str) -> float | None:
        found = catalogue.cell(name, row) if name in table.columns else None
        return None if found is None else float(found)

    def rule(name: str, column: str, limit: str, step: str, holds: Any) -> Criterion:
        found = value(column)
        return Criterion(name, found, limit, None if found is None else bool(holds(found)), step)

    g = value("phot_g_mean_mag")
    line = float("nan") if g is None else float(LIMITS.noise.limit(g))
    criteria = (
        rule("IFMP", "ipd_frac_multi_peak", "< 10 %", "step 1", lambda v: v < LIMITS.multi_peak),
        rule("IGHA", "ipd_gof_harmonic_amplitude", "< 0.2", "step 1", lambda v: v < LIMITS.harmonic_amplitude),
        rule("β", "blended_fraction", "< 0.5", "step 2", lambda v: v < LIMITS.blended),
        rule("NCT", "contaminated_transits", "= 0", "step 2", lambda v: v <= LIMITS.contaminated),
        rule(
            "AEN", "astrometric_excess_noise", f"> {line:.2f} mas (recollected line)", "step 3",
            lambda v: bool(np.isfinite(line)) and v > line,
        ),
        rule("IGHA", "ipd_gof_harmonic_amplitude", "< 0.14", "grade", lambda v: v < LIMITS.strict_harmonic_amplitude),
        rule("IFMP", "ipd_frac_multi_peak", "= 0 %", "grade", lambda v: v <= LIMITS.strict_multi_peak),
        rule("RUWE", "ruwe", "< 1.25", "grade", lambda v: v < LIMITS.strict_ruwe),
    )  # fmt: skip
    grade = value("extended_grade")
    deviations = (
        ("AEN above the median of its G (3σ and more: no point)", "astrometric_excess_noise_deviation"),
        ("C* of the BP/RP excess", "excess_factor_deviation"),
        ("PSF − aperture in r", "psf_aperture_deviation_r"),
        ("S/N above the line of its plate", "plate_signal_deviation"),
    )
    off = tuple((text, found) for text, name in deviations if (found := value(name)) is not None)
    excess, ra, dec = value("phot_bp_rp_excess_factor"), value("ra"), value("dec")
    kind = "" if excess is None else str(excess_class([excess])[0])
    around = None
    if ra is not None and dec is not None:
        sky = once(catalogue, "sky").get(lambda: Sky(table["ra"], table["dec"]))
        around = inspect_surroundings(table, sky, row)
    inside = ra is not None and dec is not None and bool(in_m31(ra, dec))
    return StarTriage(kind, inside, criteria, None if grade is None else int(grade), off, around)
