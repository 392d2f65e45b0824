"""Masses, radii and distances of single stars."""
