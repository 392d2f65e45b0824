"""Lines over the planes of spectroscopic luminosities and labels: equality, the binary limit, the quadrangle."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import Legend

from analysis.spectra.m_dwarf_labels import QUADRANGLE
from analysis.stars.parallaxes import BINARY_THRESHOLD
from components.state.figure import Figure
from components.theme import Theme

FAR = 1e3
PAIR_BRIGHTENING = 2.5 * np.log10(2.0)


def draw_equal_luminosity(plot: Any, _figure: Figure, theme: Theme) -> None:
    """Draw where both luminosities agree, and where a pair of equal stars lies (0.753 mag brighter in the sky)."""
    ends = np.array([-30.0, 30.0])
    same = plot.line(ends, ends, line_color=theme.text, line_width=1.4)
    # a pair looks brighter by its parallax than its spectrum tells
    pair = plot.line(ends, ends + PAIR_BRIGHTENING, line_color=theme.series[3], line_width=1.4, line_dash="dashed")
    _legend(plot, [("equal", [same]), ("two equal stars", [pair])])


def draw_over_luminous(plot: Any, figure: Figure, theme: Theme) -> None:
    """Draw the limit above which a star is flagged as binary."""
    ends = [1e-9, 1e9] if figure.x_scale == "log10" else [-FAR, FAR]
    limit = plot.line(ends, [BINARY_THRESHOLD] * 2, line_color=theme.series[3], line_width=1.6, line_dash="dashed")
    _legend(plot, [(f"binary above {BINARY_THRESHOLD:g}", [limit])])


def draw_quadrangle(plot: Any, _figure: Figure, theme: Theme) -> None:
    """Draw the M dwarfs' quadrangle of Li et al. 2021, Fig. 1, its corners in the order that does not cross."""
    x, y = zip(*QUADRANGLE, QUADRANGLE[0], strict=True)
    edge = plot.line(x, y, line_color=theme.series[2], line_width=1.8)
    _legend(plot, [("M dwarfs, Li et al. 2021", [edge])])


def _legend(plot: Any, items: list[tuple[str, list[Any]]]) -> None:
    plot.add_layout(Legend(items=items), "above")


SPECTRA_OVERLAYS = {
    "equal_luminosity": draw_equal_luminosity,
    "over_luminous": draw_over_luminous,
    "m_dwarf_quadrangle": draw_quadrangle,
}
