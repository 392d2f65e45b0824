"""Reading, cleaning and searching light curves."""

from analysis.light_curves.archives import ArchiveError, FetchedFile, fetch_light_curves
from analysis.light_curves.batch import BatchSummary, search_periods
from analysis.light_curves.cleaning import DROP_ERROR_FRACTION, SIGMA, CleaningStep, CleanLightCurve, clean
from analysis.light_curves.eclipses import Eclipse, EclipseMeasurement
from analysis.light_curves.folding import FoldedLightCurve, PhaseCurve, bin_phases, fold, phase_of
from analysis.light_curves.harmonics import HarmonicFit
from analysis.light_curves.period import LightCurvePeriod, find_period
from analysis.light_curves.periodogram import Periodogram
from analysis.light_curves.phase_agreement import PhaseAgreement, light_minimum, phase_agreement
from analysis.light_curves.reading import read
from analysis.light_curves.series import LightCurve, SeriesError, stitch, time_zero
from analysis.light_curves.series_index import SeriesFile, SeriesIndex, SeriesMatch
from analysis.light_curves.variability import Coherence, KindThresholds, largest_ellipsoidal_amplitude

__all__ = [
    "DROP_ERROR_FRACTION",
    "SIGMA",
    "ArchiveError",
    "BatchSummary",
    "CleanLightCurve",
    "CleaningStep",
    "Coherence",
    "Eclipse",
    "EclipseMeasurement",
    "FetchedFile",
    "FoldedLightCurve",
    "HarmonicFit",
    "KindThresholds",
    "LightCurve",
    "LightCurvePeriod",
    "Periodogram",
    "PhaseAgreement",
    "PhaseCurve",
    "SeriesError",
    "SeriesFile",
    "SeriesIndex",
    "SeriesMatch",
    "bin_phases",
    "clean",
    "fetch_light_curves",
    "find_period",
    "fold",
    "largest_ellipsoidal_amplitude",
    "light_minimum",
    "phase_agreement",
    "phase_of",
    "read",
    "search_periods",
    "stitch",
    "time_zero",
]
