"""What speaks for an unseen companion of one star, from its catalogue and its series, under a chosen population."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.binaries import CompanionMassPrior, MassPrior
from analysis.simulate import FieldCompanions
from analysis.spectra import SpectrumEvidence
from analysis.vetting import PrimaryMass, StarData, StarEvidence, evidence, primary_mass
from components.state.catalogue import Catalogue
from components.state.orbit import StarOrbit
from components.state.series import SearchedLightCurve

if TYPE_CHECKING:
    from components.state.workspace import Workspace

EVEN, FIELD, SURVEY, NONE = "Even in log mass", "Field stars", "This survey", "None"
MEANINGS = {
    EVEN: "as many companions in each factor of mass from 0.01 to 100 M☉: favours no mass",
    FIELD: "companions of field stars by period and mass; neutron stars and black holes as rare as in nature",
    SURVEY: "the population this survey was drawn from, in which neutron stars and black holes are far too common",
    NONE: "inclinations isotropic at the measured mass function, as is usual; no population stands behind it",
}


def priors(catalogue: Catalogue) -> dict[str, MassPrior | None]:
    """Return the populations of companions that can be assumed, by name."""
    known: dict[str, MassPrior | None] = {
        EVEN: CompanionMassPrior(),
        FIELD: FieldCompanions(),
        NONE: None,
    }
    if catalogue.is_simulated:
        known = {SURVEY: FieldCompanions(float(catalogue.attrs["simulated"]["enrichment"])), **known}
    return known


def default_prior(catalogue: Catalogue) -> str:
    """Return the population to begin with: the true one of a simulated survey, else one that favours no mass."""
    return next(iter(priors(catalogue)))


def mass_in_focus(workspace: Workspace) -> PrimaryMass | None:
    """Return the mass of the star in focus with its source; None without a star or where nothing tells it."""
    row = workspace.focus.row
    return None if row is None else primary_mass(workspace.catalogue.star(row))


def gather(
    catalogue: Catalogue,
    row: int,
    curve: SearchedLightCurve | None,
    orbit: StarOrbit | None,
    prior: str,
    spectrum: SpectrumEvidence | None = None,
) -> StarEvidence:
    """Return the evidence on one star; some tenths of a second where there are velocities."""
    star = StarData(
        catalogue.star(row),
        curve.found if curve is not None else None,
        orbit.velocities.primary if orbit is not None else None,
        orbit.posterior if orbit is not None else None,
        orbit.fit.mass_ratio if orbit is not None and orbit.fit is not None else None,
        spectrum,
    )
    return evidence(star, priors(catalogue)[prior])
