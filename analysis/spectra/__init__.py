"""Reading spectra, and what they tell: velocities, types, luminosities and labels."""

from analysis.spectra.batch import BatchResult, find_spectra, run_batch
from analysis.spectra.classification import SpectralType, classify
from analysis.spectra.confusion import composite_confusion, type_confusion
from analysis.spectra.emission import (
    EmissionFlags,
    HalphaFlags,
    fit_without_emission,
    flag_emission,
    flag_halpha,
    measure_halpha,
)
from analysis.spectra.epochs import measure_file, velocity_ranges, velocity_row
from analysis.spectra.evidence import SpectrumEvidence, rebuild, spectrum_evidence
from analysis.spectra.folders import classify_folder, measure_velocities, stack_folder, train_pca
from analysis.spectra.lines import LINES, MOLECULAR_BANDS, TELLURIC_WINDOWS, VELOCITY_BANDS, Band, Line, line
from analysis.spectra.luminosity import LuminosityEstimator, flag_binaries
from analysis.spectra.luminosity_scatter import (
    LuminosityScatter,
    fit_luminosity_scatter,
    sample_luminosity_scatter,
)
from analysis.spectra.m_dwarf_labels import (
    cross_validate_labels,
    cv_bias_scatter,
    in_quadrangle,
    label_catalogue,
    simulated_m_dwarfs,
    snr_curve,
)
from analysis.spectra.normalise import continuum, normalise
from analysis.spectra.ob_catalogue import ob_catalogue
from analysis.spectra.pca import PcaReconstruction, Reconstruction
from analysis.spectra.profiles import CloseUp, close_up
from analysis.spectra.reading import read, read_exposures
from analysis.spectra.second_star import SecondStar
from analysis.spectra.slam import Labels, Slam
from analysis.spectra.spectrum import Spectrum, SpectrumError, as_spectrum, logarithmic_grid, vacuum_from_air
from analysis.spectra.spectrum_index import SpectrumFile, SpectrumIndex, SpectrumMatch
from analysis.spectra.stacks import SpectrumStack, stack_spectra
from analysis.spectra.star_velocities import group_epochs, join_velocities, star_velocities
from analysis.spectra.templates import (
    TemplateLibrary,
    build_templates,
    read_templates,
    simulated_templates,
    type_number,
)
from analysis.spectra.text_files import write
from analysis.spectra.velocity import Velocity, bands_for, measure_velocity
from analysis.spectra.white_dwarfs import white_dwarf_templates

__all__ = [
    "LINES",
    "MOLECULAR_BANDS",
    "TELLURIC_WINDOWS",
    "VELOCITY_BANDS",
    "Band",
    "BatchResult",
    "CloseUp",
    "EmissionFlags",
    "HalphaFlags",
    "Labels",
    "Line",
    "LuminosityEstimator",
    "LuminosityScatter",
    "PcaReconstruction",
    "Reconstruction",
    "SecondStar",
    "Slam",
    "SpectralType",
    "Spectrum",
    "SpectrumError",
    "SpectrumEvidence",
    "SpectrumFile",
    "SpectrumIndex",
    "SpectrumMatch",
    "SpectrumStack",
    "TemplateLibrary",
    "Velocity",
    "as_spectrum",
    "bands_for",
    "build_templates",
    "classify",
    "classify_folder",
    "close_up",
    "composite_confusion",
    "continuum",
    "cross_validate_labels",
    "cv_bias_scatter",
    "find_spectra",
    "fit_luminosity_scatter",
    "fit_without_emission",
    "flag_binaries",
    "flag_emission",
    "flag_halpha",
    "group_epochs",
    "in_quadrangle",
    "join_velocities",
    "label_catalogue",
    "line",
    "logarithmic_grid",
    "measure_file",
    "measure_halpha",
    "measure_velocities",
    "measure_velocity",
    "normalise",
    "ob_catalogue",
    "read",
    "read_exposures",
    "read_templates",
    "rebuild",
    "run_batch",
    "sample_luminosity_scatter",
    "simulated_m_dwarfs",
    "simulated_templates",
    "snr_curve",
    "spectrum_evidence",
    "stack_folder",
    "stack_spectra",
    "star_velocities",
    "train_pca",
    "type_confusion",
    "type_number",
    "vacuum_from_air",
    "velocity_ranges",
    "velocity_row",
    "white_dwarf_templates",
    "write",
]
