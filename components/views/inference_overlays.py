"""What the planes of inferred orbits show beside the stars."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import Legend, LegendItem, Span

from analysis.binaries.projection_draws import BASELINE_YEARS
from components.state.figure import Figure
from components.theme import Theme

DAYS_A_YEAR = 365.25
PERIODS = np.geomspace(1e-3, 1e6, 2)


def draw_equal_periods(plot: Any, _figure: Figure, theme: Theme) -> None:
    """Draw where inferred (yr) and measured period (d) are equal, and the 34 months of Gaia's data (Fig. 9)."""
    line = plot.line(PERIODS, PERIODS / DAYS_A_YEAR, line_color=theme.text, line_width=1.5, line_alpha=0.8)
    plot.add_layout(
        Span(
            location=BASELINE_YEARS * DAYS_A_YEAR, dimension="height", line_color=theme.warning, line_dash="dotted",
            line_width=1.5,
        )
    )  # fmt: skip
    plot.add_layout(Legend(items=[LegendItem(label="equal periods", renderers=[line])]), "above")


INFERENCE_OVERLAYS = {"equal_periods": draw_equal_periods}
