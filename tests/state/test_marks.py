"""Marks drawn over a plane, and what a catalogue without known pairs opens with."""

from types import SimpleNamespace

import numpy as np

from components.state.marks import black_hole_at, nearest_mark
from components.state.plane_window import Window
from components.state.planes import FIGURES, SLOTS, default_figures


def plane(key: str, window: Window) -> SimpleNamespace:
    return SimpleNamespace(figure=next(figure for figure in FIGURES if figure.key == key), window=window)


def test_the_black_hole_under_the_pointer_is_named_on_logarithmic_axes() -> None:
    shown = plane("velocity_period", Window(0.05, 10, 10, 1000, 300, 200))
    found = black_hole_at(shown, 0.17, 705)  # XTE J1118+480: 0.169934 d, 708.8 km/s (BlackCAT)
    assert found is not None
    assert found["name"] == "XTE J1118+480"
    assert black_hole_at(shown, 3, 20) is None
    assert black_hole_at(plane("ruwe_magnitude", Window(5, 18, 0.7, 30, 300, 200)), 0.17, 705) is None


def test_the_nearest_mark_is_nearest_on_the_screen_not_in_the_units_of_the_axes() -> None:
    shown = plane("sky", Window(0, 360, -1, 1, 360, 200))  # a degree is 1 pixel across, 100 pixels up
    assert nearest_mark(shown, np.array([5.0, 0.0]), np.array([0.0, 0.5]), 0.0, 0.0) == 0
    assert nearest_mark(shown, np.array([50.0]), np.array([0.0]), 0.0, 0.0) is None
    assert nearest_mark(shown, np.array([]), np.array([]), 0.0, 0.0) is None


def test_no_pair_of_columns_is_shown_twice_at_first() -> None:
    columns = ["ra", "dec", "ruwe", "ipd_gof_harmonic_amplitude", "ipd_frac_multi_peak", "grade"]
    figures = default_figures(columns, columns)
    assert set(figures) == set(SLOTS)
    pairs = [frozenset((figure.x, figure.y)) for figure in figures.values()]
    assert len(set(pairs)) == len(pairs)
