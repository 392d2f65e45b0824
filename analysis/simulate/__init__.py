"""A survey whose truth is known: its table, its truth, and the series of any of its stars.

`survey(n, seed)` gives what Gaia, LAMOST, 2MASS and TESS would tabulate, `truth(n, seed)` what the stars are;
`light_curve`, `velocities` and `spectrum` take a row of the table.
"""

from analysis.simulate.companion_prior import FieldCompanions
from analysis.simulate.epochs import EpochVelocities, velocities
from analysis.simulate.extended_population import KINDS, extended_population, extended_population_truth
from analysis.simulate.light_curves import light_curve
from analysis.simulate.multiplicity import CLASSES, ENRICHMENT
from analysis.simulate.schema import OBSERVABLES, TRUTH
from analysis.simulate.spectra import SimulatedSpectrum, spectrum
from analysis.simulate.stars import Star, as_star, from_source_id, star
from analysis.simulate.storage import SurveyFileError, open_survey, open_truth, truth_path, write_survey
from analysis.simulate.surveys import VERSION, Recipe, survey, truth

__all__ = [
    "CLASSES",
    "ENRICHMENT",
    "KINDS",
    "OBSERVABLES",
    "TRUTH",
    "VERSION",
    "EpochVelocities",
    "FieldCompanions",
    "Recipe",
    "SimulatedSpectrum",
    "Star",
    "SurveyFileError",
    "as_star",
    "extended_population",
    "extended_population_truth",
    "from_source_id",
    "light_curve",
    "open_survey",
    "open_truth",
    "spectrum",
    "star",
    "survey",
    "truth",
    "truth_path",
    "velocities",
    "write_survey",
]
