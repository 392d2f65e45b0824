"""One look for everything: colours, sizes and number formats, dark and light."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FONT = "Inter, 'Segoe UI', 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
STYLES = Path(__file__).parent / "styles"

# Levels of one painted pixel: 0 empty, then the faint stars, then the passing ones.
FAINT_LEVELS = range(1, 64)
PASSING_LEVELS = range(64, 256)
DIFFERENCE_SHARES, DIFFERENCE_STRENGTHS = 7, 12


@dataclass(frozen=True)
class Theme:
    """The colours of one appearance; every colour on the screen comes from here."""

    name: str
    page: str
    panel: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    warning: str
    good: str
    focus: str
    faint: tuple[str, ...]
    passing: tuple[str, ...]
    diverging: tuple[str, ...]
    difference: tuple[str, str, str]
    series: tuple[str, ...]

    def palette(self, diverging: bool) -> list[str]:
        """Return the 256 colours ``#rrggbbaa`` of a painted plane; level 0 is transparent."""
        upper = self.diverging if diverging else self.passing
        return [
            "#00000000",
            *(colour + "ff" for colour in blend(self.faint, len(FAINT_LEVELS))),
            *(colour + "ff" for colour in blend(upper, len(PASSING_LEVELS))),
        ]

    def difference_palette(self) -> list[str]:
        """Return the 256 colours of two selections painted beside each other (levels of `difference_levels`).

        The hues are Okabe and Ito's blue and orange, told apart with every kind of colour vision.
        """
        first, second, both = self.difference
        mixes = [both, *(mix for side in (first, second) for mix in blend((both, side), DIFFERENCE_SHARES + 1)[1:])]
        weakest = [blend((self.faint[-1], mix), 4)[1] for mix in mixes]
        pairs = zip(weakest, mixes, strict=True)
        upper = [colour for weak, mix in pairs for colour in blend((weak, mix), DIFFERENCE_STRENGTHS)]
        lower = [colour + "ff" for colour in blend(self.faint, len(FAINT_LEVELS))]
        padded = [*upper, *[both] * (len(PASSING_LEVELS) - len(upper))]
        return ["#00000000", *lower, *(colour + "ff" for colour in padded)]


DARK = Theme(
    name="dark",
    page="#0d1117",
    panel="#151b24",
    raised="#1e2733",
    line="#2d3846",
    text="#e6edf3",
    muted="#9aa7b5",
    accent="#58a6ff",
    warning="#f2a33a",
    good="#3fc1a5",
    focus="#ff6ec7",
    faint=("#2b3542", "#4a5868", "#78889a"),
    passing=("#f5861f", "#f9a73c", "#fcc762", "#fee79c", "#fffce6"),
    diverging=("#2f7fd8", "#7fb2e5", "#cdd3da", "#f0a860", "#d9570f"),
    difference=("#56b4e9", "#e69f00", "#d3d8de"),
    series=("#58a6ff", "#f2a33a", "#3fc1a5", "#d78ae8", "#e8e157"),
)

LIGHT = Theme(
    name="light",
    page="#eef1f5",
    panel="#ffffff",
    raised="#f6f8fa",
    line="#cfd7e0",
    text="#14202c",
    muted="#566475",
    accent="#0b62c4",
    warning="#a85400",
    good="#0b7a63",
    focus="#c2158a",
    faint=("#dfe4ea", "#c3ccd6", "#98a5b3"),
    passing=("#5ba0e0", "#2a78c5", "#17559b", "#0c3566", "#051a38"),
    diverging=("#1a5fb4", "#7da9d8", "#b9bfc6", "#dd9a52", "#a84300"),
    difference=("#0072b2", "#d55e00", "#6b7480"),
    series=("#0b62c4", "#a85400", "#0b7a63", "#8b3fa0", "#7a6a00"),
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def blend(anchors: Sequence[str], count: int) -> list[str]:
    """Return ``count`` colours ``#rrggbb`` spaced evenly along the anchors."""
    rgb = np.array([[int(anchor[i : i + 2], 16) for i in (1, 3, 5)] for anchor in anchors], float)
    at = np.linspace(0, len(anchors) - 1, count)
    channels = [np.interp(at, np.arange(len(anchors)), rgb[:, channel]) for channel in range(3)]
    return ["#" + "".join(f"{round(value):02x}" for value in colour) for colour in zip(*channels, strict=True)]


def format_count(count: int) -> str:
    """Return a whole number with thin spaces between thousands."""
    return f"{count:,}".replace(",", "\u2009")


def format_value(value: object, digits: int = 5) -> str:
    """Return a number in ``digits`` significant figures, a text as it is, and an en dash for nothing."""
    if value is None:
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return "–"
        if math.isinf(number):
            return "∞" if number > 0 else "−∞"
        if number != 0 and not 1e-4 <= abs(number) < 1e7:
            mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
            power = str(int(exponent)).translate(SUPERSCRIPTS)
            return f"{mantissa.rstrip('0').rstrip('.')}×10{power}".replace("-", "−")
        return f"{number:.{digits}g}".replace("-", "−") if abs(number) < 10**digits else f"{number:.0f}"
    return str(value) or "–"


def escape(text: object) -> str:
    """Return a text that is safe inside HTML, also in an attribute."""
    return html.escape(str(text), quote=True)


def css_variables(theme: Theme) -> str:
    """Return the custom properties that every stylesheet of the page reads."""
    names = ("page", "panel", "raised", "line", "text", "muted", "accent", "warning", "good", "focus")
    pairs = "".join(f"--pen-{name}:{getattr(theme, name)};" for name in names)
    return f"{pairs}--pen-font:{FONT};color-scheme:{theme.name};"


def series_variables(theme: Theme) -> str:
    """Return the custom properties of the first two series' colours, for curves drawn without Bokeh."""
    return "".join(f"--pen-series-{number}:{colour};" for number, colour in enumerate(theme.series[:2], start=1))


def style_figure(figure: Any, theme: Theme) -> None:
    """Give a Bokeh figure the colours and sizes of the theme."""
    figure.background_fill_color = theme.page
    figure.border_fill_color = theme.panel
    figure.outline_line_color = theme.line
    for axis in figure.axis:
        axis.axis_label_text_color = theme.text
        axis.axis_label_text_font = FONT
        axis.major_label_text_font = FONT
        axis.axis_label_text_font_size = "12px"
        axis.axis_label_text_font_style = "normal"
        axis.axis_label_standoff = 4
        axis.major_label_text_color = theme.muted
        axis.major_label_text_font_size = "11px"
        axis.axis_line_color = theme.line
        axis.major_tick_line_color = theme.muted
        axis.minor_tick_line_color = theme.line
    for legend in figure.legend:
        legend.update(
            background_fill_color=None,
            border_line_color=None,
            label_text_color=theme.muted,
            label_text_font=FONT,
            label_text_font_size="10.5px",
            orientation="horizontal",
            spacing=7,
            padding=0,
            margin=2,
            glyph_width=11,
            glyph_height=12,
            label_standoff=3,
        )
    for grid in figure.grid:
        grid.grid_line_color = theme.line
        grid.grid_line_alpha = 0.3


def stylesheet(name: str) -> str:
    """Return one of the stylesheets ``prose``, ``widgets`` (Panel's own), ``choosers``, ``dropper`` or ``table``."""
    return (STYLES / f"{name}.css").read_text(encoding="utf-8")
