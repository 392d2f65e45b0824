"""The line that parts extended from point sources on the plane of astrometric excess noise (Wu et al. 2024, eq. 1)."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import Legend

from analysis.stars.triage import TriageLimits
from components.state.figure import Figure
from components.theme import Theme

MAGNITUDES = np.linspace(3.0, 21.5, 200)


def draw_noise_line(plot: Any, _figure: Figure, theme: Theme) -> None:
    """Draw the line of excess noise that the triage goes by; its numbers are recollected, not read in the paper."""
    limit = TriageLimits().noise.limit(MAGNITUDES)
    line = plot.line(MAGNITUDES, limit, line_color=theme.series[3], line_width=1.6, line_dash="dashed")
    plot.add_layout(Legend(items=[("AEN line, recollected", [line])]), "above")


TRIAGE_OVERLAYS = {"noise_line": draw_noise_line}
