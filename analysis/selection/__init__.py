"""Cuts as values, published presets, and the engine that answers them."""
