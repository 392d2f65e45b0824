"""Bokeh figures that are made once and filled with each star's data."""
