"""What Fig. 2 of Mu et al. 2022 adds to the ΔV_R/2–P_orb plane: limit lines, mass bands, black holes."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, LabelSet

from analysis.binaries import mass_band, semi_amplitude_limit
from analysis.catalogue import black_hole_binaries
from components.state.planes import Figure
from components.theme import Theme

PERIODS = np.geomspace(1e-3, 1e5, 200)


def draw_limit_lines(plot: Any, figure: Figure, theme: Theme) -> None:
    """Draw eq. 3 for the K and M bands: the shaded range of M₁ and its median, for the figure's mass ratio."""
    ratio = figure.mass_ratio
    for letter, colour in (("K", theme.series[0]), ("M", theme.series[1])):
        band = mass_band(letter)
        assert band is not None
        low, high = (semi_amplitude_limit(mass, PERIODS, ratio) for mass in (band.low, band.high))
        plot.varea(PERIODS, low, high, fill_color=colour, fill_alpha=0.13, level="underlay")
        plot.line(
            PERIODS,
            semi_amplitude_limit(band.median, PERIODS, ratio),
            line_color=colour,
            line_width=1.8,
            legend_label=f"{letter}: M₁ {band.low:g}–{band.high:g}, line {band.median:g} M☉, M₂/M₁ = {ratio:g}",
        )


def draw_black_holes(plot: Any, figure: Figure, theme: Theme) -> None:
    """Draw the nine black-hole X-ray binaries of Fig. 2 with their names (K₂ of the donor)."""
    known = black_hole_binaries()
    source = ColumnDataSource(
        {"period": known["period"], "velocity": known["semi_amplitude"], "name": known["name"].astype(str)}
    )
    plot.scatter(
        "period", "velocity", source=source, marker="star", size=11, color=theme.text, alpha=0.9,
        legend_label="black-hole X-ray binaries",
    )  # fmt: skip
    plot.add_layout(
        LabelSet(
            x="period", y="velocity", text="name", source=source, x_offset=7, y_offset=-5,
            text_font_size="9px", text_color=theme.muted, text_font="Inter, Segoe UI, Arial, sans-serif",
        )
    )  # fmt: skip


OVERLAYS = {"limit_lines": draw_limit_lines, "black_holes": draw_black_holes}
