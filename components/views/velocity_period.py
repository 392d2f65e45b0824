"""What Fig. 2 of Mu et al. 2022 adds to the ΔV_R/2–P_orb plane: limit lines, mass bands, black holes."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.core.properties import value
from bokeh.models import Legend, LegendItem

from analysis.binaries import mass_band, semi_amplitude_limit
from analysis.catalogue import black_hole_binaries
from components.state.planes import Figure
from components.theme import FONT, Theme

PERIODS = np.geomspace(1e-3, 1e5, 200)
LABEL_PERIOD = 1.15
LABEL_HEIGHT, PLANE_HEIGHT = 10.5, 205.0
DEFAULT_MASS_RATIO = 0.5
WIDEST_NAMED = 100.0


def draw_limit_lines(plot: Any, figure: Figure, theme: Theme) -> None:
    """Draw eq. 3 for the K and M bands: the shaded range of M₁ and its median, for the figure's mass ratio."""
    ratio = figure.mass_ratio
    items = []
    for letter, colour in (("K", theme.series[0]), ("M", theme.series[1])):
        band = mass_band(letter)
        assert band is not None
        low, high = (semi_amplitude_limit(mass, PERIODS, ratio) for mass in (band.low, band.high))
        shade = plot.varea(PERIODS, low, high, fill_color=colour, fill_alpha=0.13, level="underlay")
        median = semi_amplitude_limit(band.median, PERIODS, ratio)
        line = plot.line(PERIODS, median, line_color=colour, line_width=1.8)
        items.append((f"{letter} {band.low:g}–{band.high:g} M☉", [shade, line]))
    legend = Legend(items=items)
    if ratio != DEFAULT_MASS_RATIO:
        legend.items[0].label = {"value": f"{items[0][0]}, M₂/M₁ = {ratio:g}"}
    plot.add_layout(legend, "above")


def draw_black_holes(plot: Any, figure: Figure, theme: Theme) -> None:
    """Draw the nine black-hole X-ray binaries of Fig. 2 (K₂ of the donor) with their names, where they have room."""
    known = black_hole_binaries().sort_values("semi_amplitude", ascending=False)
    period, velocity = known["period"].to_numpy(), known["semi_amplitude"].to_numpy()
    names = known["name"].astype(str).to_list()
    stars = plot.scatter(period, velocity, marker="star", size=11, color=theme.text, alpha=0.95)
    for legend in plot.legend:
        legend.items = [*legend.items, LegendItem(label="black holes", renderers=[stars])]
    span = plot.y_range.end / plot.y_range.start
    if span > WIDEST_NAMED:  # the names would lie over the stars that are looked for
        return
    labels = spread_labels(velocity, span ** (LABEL_HEIGHT / PLANE_HEIGHT))
    plot.segment(period, velocity, LABEL_PERIOD * 0.96, labels, line_color=theme.muted, line_alpha=0.4)
    plot.text(
        [LABEL_PERIOD] * len(names),
        labels,
        names,
        text_font_size="9.5px",
        text_color=theme.text,
        text_font=value(FONT),
        text_baseline="middle",
        background_fill_color=theme.page,
        background_fill_alpha=0.55,
        padding=1,
    )


def spread_labels(velocity: np.ndarray, apart: float) -> np.ndarray:
    """Return heights for the labels of falling velocities, each at least a factor ``apart`` below the last."""
    heights = velocity.astype(float).copy()
    for i in range(1, len(heights)):
        heights[i] = min(heights[i], heights[i - 1] / apart)
    return heights


OVERLAYS = {"limit_lines": draw_limit_lines, "black_holes": draw_black_holes}
