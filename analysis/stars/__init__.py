"""Masses, radii and distances of single stars."""

from analysis.stars.distances import DistancePosterior, distance_likelihoods, distance_posterior
from analysis.stars.extended_sources import (
    blending_fraction,
    contaminated_transits,
    corrected_excess_factor,
    corrected_excess_factor_scatter,
    excess_noise_limit,
    extended_source_grade,
)
from analysis.stars.extinction import extinction, extinction_coefficient, reddening
from analysis.stars.isochrones import read_isochrone
from analysis.stars.main_sequence import (
    MainSequence,
    height_above_main_sequence,
    in_main_sequence_mask,
    mean_dwarfs,
)
from analysis.stars.masses import absolute_k_from_mass, mass_from_absolute_g, mass_from_absolute_k
from analysis.stars.parallaxes import (
    absolute_k_measurement_error,
    binary_flag,
    corrected_dr2_parallax,
    geometric_absolute_magnitude,
    parallax_discrepancy,
    spectrophotometric_parallax,
    spectrophotometric_parallax_error,
)
from analysis.stars.radii import radius_from_mass
from analysis.stars.surface import (
    dwarf_mass_from_teff,
    dwarf_radius_from_teff,
    mass_from_gravity,
    radius_from_light,
)

__all__ = [
    "DistancePosterior",
    "MainSequence",
    "absolute_k_from_mass",
    "absolute_k_measurement_error",
    "binary_flag",
    "blending_fraction",
    "contaminated_transits",
    "corrected_dr2_parallax",
    "corrected_excess_factor",
    "corrected_excess_factor_scatter",
    "distance_likelihoods",
    "distance_posterior",
    "dwarf_mass_from_teff",
    "dwarf_radius_from_teff",
    "excess_noise_limit",
    "extended_source_grade",
    "extinction",
    "extinction_coefficient",
    "geometric_absolute_magnitude",
    "height_above_main_sequence",
    "in_main_sequence_mask",
    "mass_from_absolute_g",
    "mass_from_absolute_k",
    "mass_from_gravity",
    "mean_dwarfs",
    "parallax_discrepancy",
    "radius_from_light",
    "radius_from_mass",
    "read_isochrone",
    "reddening",
    "spectrophotometric_parallax",
    "spectrophotometric_parallax_error",
]
