"""Masses, radii and distances of single stars."""

from analysis.stars.masses import absolute_k_from_mass, mass_from_absolute_g, mass_from_absolute_k
from analysis.stars.radii import radius_from_mass

__all__ = ["absolute_k_from_mass", "mass_from_absolute_g", "mass_from_absolute_k", "radius_from_mass"]
