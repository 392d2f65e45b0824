"""Masses, radii and distances of single stars."""

from analysis.stars.isochrones import read_isochrone
from analysis.stars.main_sequence import (
    MainSequence,
    height_above_main_sequence,
    in_main_sequence_mask,
    mean_dwarfs,
)
from analysis.stars.masses import absolute_k_from_mass, mass_from_absolute_g, mass_from_absolute_k
from analysis.stars.radii import radius_from_mass

__all__ = [
    "MainSequence",
    "absolute_k_from_mass",
    "height_above_main_sequence",
    "in_main_sequence_mask",
    "mass_from_absolute_g",
    "mass_from_absolute_k",
    "mean_dwarfs",
    "radius_from_mass",
    "read_isochrone",
]
