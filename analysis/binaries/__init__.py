"""Orbits, limits and companion masses."""
