"""The figures of a spectrum: flux with marked lines, residual below, and close-ups of lines in velocity."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from bokeh.models import CustomJS, LabelSet, Range1d
from numpy.typing import NDArray

from analysis.spectra import LINES, MOLECULAR_BANDS, TELLURIC_WINDOWS, CloseUp
from components.figures.base import empty_source, new_figure, set_ends
from components.theme import FONT, Theme

FLUX_HEIGHT, REST_HEIGHT, PROFILE_HEIGHT = 240, 112, 176
KINDS: dict[str, tuple[str, ...]] = {
    "Balmer": ("Balmer",),
    "Ca II": ("Ca II",),
    "Na I": ("Na I",),
    "He": ("He I", "He II"),
    "Paschen": ("Paschen",),
    "TiO, CaH": (),
}
# Which name is written first where there is no room for all.
FIRST_NAMED = (
    "Hα", "Hβ", "Ca II K", "Na I D2", "Ca II 8544", "Hγ", "Hδ", "TiO 7055", "TiO 6159", "Na I 8185", "CaH3",
    "He I 5877", "TiO 4955", "He II 4687", "P10", "Ca II 8664", "CaH2",
)  # fmt: skip
SHORT = {
    "Na I D2": "Na D", "Ca II 8500": "Ca 8500", "Ca II 8544": "Ca 8544", "Ca II 8664": "Ca 8664", "TiO 4955": "TiO",
    "TiO 6159": "TiO", "TiO 7055": "TiO", "Na I 8185": "Na 8190",
}  # fmt: skip
UNNAMED = frozenset({"Na I D1", "Na I 8197", "Ca II H", "TiO5"})
LABEL_GAP = 34.0
# Writes only the names that have room at the present zoom, the more important ones first.
_PLACE_NAMES = """
const range = plot.x_range
const scale = (plot.inner_width || 300) / Math.max(range.end - range.start, 1e-9)
const taken = []
const {x, name, order} = source.data
const text = new Array(x.length).fill("")
for (const i of [...order.keys()].sort((a, b) => order[a] - order[b])) {
  const at = (x[i] - range.start) * scale
  const half = 0.5 * (5.6 * name[i].length + 6)
  if (!name[i] || at < half || at > (plot.inner_width || 300) - half) continue
  if (taken.every(([place, width]) => Math.abs(place - at) > width + half)) {
    taken.push([at, half])
    text[i] = name[i]
  }
}
source.data = {...source.data, text}
"""


@dataclass(frozen=True, eq=False)
class Trace:
    """One curve to draw: `y` over `x` (Å) with its `error` (NaN where unknown), `bad` pixels and a label."""

    label: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    error: NDArray[np.float64]
    bad: NDArray[np.bool_]


class SpectrumFigure:
    """Flux of one or more spectra with a model, lines, bands and telluric windows; what is left over below."""

    def __init__(self, theme: Theme) -> None:
        self._theme, self._marked = theme, 0
        wavelengths = Range1d(3700, 9000)
        self.model = plot = new_figure(theme, FLUX_HEIGHT, "", "Flux", wavelengths)
        self.residuals = new_figure(theme, REST_HEIGHT, "Wavelength in vacuum (Å)", "(O − C) / σ", wavelengths)
        self._bands, self._marks = empty_source("left", "right"), empty_source("x", "name", "text", "order", "colour")
        self._molecules = empty_source("left", "right", "colour")
        self._errors, self._bad = empty_source("x", "low", "high"), empty_source("x", "y")
        self._curves = empty_source("xs", "ys", "colour", "label")
        self._fit, self._rest, self._zero = empty_source("x", "y"), empty_source("x", "y"), empty_source("x", "y")
        for one in (plot, self.residuals):
            one.quad(
                left="left", right="right", bottom=-1e9, top=1e9, source=self._bands, fill_color=theme.muted,
                fill_alpha=0.16, line_color=None, level="underlay",
            )  # fmt: skip
        self._top = Range1d(0, 1)
        plot.extra_y_ranges = {"share": self._top}
        plot.quad(
            left="left", right="right", bottom=0.0, top=0.025, source=self._molecules, fill_color="colour",
            fill_alpha=0.9, line_color=None, y_range_name="share",
        )  # fmt: skip
        plot.segment(
            "x", 0.0, "x", 0.87, source=self._marks, line_color="colour", line_alpha=0.55, line_dash="dotted",
            y_range_name="share",
        )  # fmt: skip
        plot.varea("x", "low", "high", source=self._errors, fill_color=theme.series[0], fill_alpha=0.25)
        plot.multi_line("xs", "ys", source=self._curves, line_color="colour", line_width=1.0)
        plot.line("x", "y", source=self._fit, line_color=theme.series[1], line_width=1.4)
        plot.scatter(
            "x", "y", source=self._bad, marker="x", size=5, line_color=theme.warning, y_range_name="share"
        )  # fmt: skip
        self._names = LabelSet(
            x="x", y=0.885, text="text", source=self._marks, y_range_name="share", text_align="center",
            text_baseline="bottom", text_font=FONT, text_font_size="10px", text_color="colour",
        )  # fmt: skip
        plot.add_layout(self._names)
        place = CustomJS(args={"plot": plot, "source": self._marks}, code=_PLACE_NAMES)
        wavelengths.js_on_change("start", place)
        wavelengths.js_on_change("end", place)
        plot.js_on_change("inner_width", place)
        self._place = place
        self._marks.js_on_change("tags", place)
        plot.xaxis.visible = False
        self.residuals.line("x", "y", source=self._zero, line_color=theme.muted, line_dash="dotted")
        self.residuals.line("x", "y", source=self._rest, line_color=theme.series[0], line_width=0.9)

    def show(self, traces: Sequence[Trace], fit: Trace | None, rest: Trace | None, y_label: str) -> None:
        """Show curves (each in its colour, the first with its errors), a model, and a residual."""
        theme = self._theme
        colours = [theme.series[number % len(theme.series)] for number in range(len(traces))]
        if fit is not None and len(traces) == 1:
            colours = [theme.series[0]]
        first = traces[0]
        self._curves.data = {
            "xs": [one.x for one in traces],
            "ys": [np.where(one.bad, np.nan, one.y) for one in traces],
            "colour": colours,
            "label": [one.label for one in traces],
        }
        sure = np.isfinite(first.error) & ~first.bad if len(traces) == 1 else np.zeros(first.x.shape, bool)
        self._errors.data = {
            "x": first.x[sure], "low": (first.y - first.error)[sure], "high": (first.y + first.error)[sure],
        }  # fmt: skip
        bad = first.x[first.bad] if len(traces) == 1 else np.empty(0)
        self._bad.data = {"x": bad, "y": np.full(bad.shape, 0.05)}
        self._fit.data = {"x": fit.x, "y": fit.y} if fit is not None else {"x": [], "y": []}
        self._rest.data = {"x": rest.x, "y": rest.y} if rest is not None else {"x": [], "y": []}
        low, high = _height([np.where(one.bad, np.nan, one.y) for one in traces])
        set_ends(self.model.y_range, low, high + 0.17 * (high - low))
        self.model.yaxis.axis_label = y_label
        if rest is not None:
            most = float(np.nanpercentile(np.abs(rest.y), 99.5)) if np.isfinite(rest.y).any() else 1.0
            set_ends(self.residuals.y_range, -1.25 * most or -1.0, 1.25 * most or 1.0)
            self.residuals.yaxis.axis_label = rest.label
        self.residuals.visible = rest is not None
        self.model.xaxis.visible = rest is None
        self.model.xaxis.axis_label = "Wavelength in vacuum (Å)" if rest is None else ""

    def show_window(self, first: float, last: float, whole: tuple[float, float]) -> None:
        """Show the wavelengths from `first` to `last` (Å); a double click shows the `whole`."""
        self.model.x_range.update(start=first, end=last, reset_start=whole[0], reset_end=whole[1])

    def mark(self, kinds: Collection[str], velocity: float) -> None:
        """Mark the lines and bands of these kinds, shifted by `velocity` (km/s), and the telluric windows."""
        theme, factor = self._theme, 1 + velocity / 299792.458
        palette = dict(
            zip(KINDS, (theme.series[1], theme.series[2], theme.series[4], theme.series[3], theme.muted, theme.warning),
                strict=True)
        )  # fmt: skip
        spectral = {part: kind for kind, parts in KINDS.items() for part in parts}
        rows = [
            (one.wavelength * factor, one.name, palette[spectral[one.kind]])
            for one in LINES
            if spectral[one.kind] in kinds
        ]
        bands = MOLECULAR_BANDS if "TiO, CaH" in kinds else ()
        rows += [(one.first * factor, one.name, palette["TiO, CaH"]) for one in bands]
        importance = {name: number for number, name in enumerate(FIRST_NAMED)}
        self._marks.data = {
            "x": [x for x, _, _ in rows],
            "name": ["" if name in UNNAMED else SHORT.get(name, name) for _, name, _ in rows],
            "text": [""] * len(rows),
            "order": [importance.get(name, 99) for _, name, _ in rows],
            "colour": [colour for *_, colour in rows],
        }
        self._marked += 1
        self._marks.tags = [self._marked]
        self._molecules.data = {
            "left": [one.first * factor for one in bands],
            "right": [one.last * factor for one in bands],
            "colour": [palette["TiO, CaH"]] * len(bands),
        }
        self._bands.data = {
            "left": [one.first for one in TELLURIC_WINDOWS],
            "right": [one.last for one in TELLURIC_WINDOWS],
        }
        self._zero.data = {"x": [0, 30000], "y": [0, 0]}


class ProfileFigure:
    """One line in velocity with its errors, and the one or two peaks that fit it."""

    def __init__(self, theme: Theme) -> None:
        self.model = plot = new_figure(
            theme, PROFILE_HEIGHT, "Velocity (km/s)", "Flux / continuum", Range1d(-1500, 1500)
        )
        plot.min_border_left, plot.min_border_right = 46, 8
        plot.xaxis.ticker.desired_num_ticks = 4
        self._points, self._fit = empty_source("x", "y", "low", "high"), empty_source("x", "y")
        self._peaks, self._rest = empty_source("x"), empty_source("x")
        plot.segment("x", -1e3, "x", 1e3, source=self._rest, line_color=theme.muted, line_dash="dotted")
        plot.segment("x", -1e3, "x", 1e3, source=self._peaks, line_color=theme.focus, line_dash="dashed")
        plot.varea("x", "low", "high", source=self._points, fill_color=theme.series[0], fill_alpha=0.25)
        plot.step("x", "y", source=self._points, mode="center", line_color=theme.series[0], line_width=1.3)
        plot.line("x", "y", source=self._fit, line_color=theme.series[1], line_width=1.8)

    def show(self, profile: CloseUp) -> None:
        """Show a close-up; dashed lines stand at its peaks."""
        self._points.data = {
            "x": profile.velocity, "y": profile.flux,
            "low": profile.flux - profile.error, "high": profile.flux + profile.error,
        }  # fmt: skip
        fitted = np.isfinite(profile.model)
        self._fit.data = {"x": profile.velocity[fitted], "y": profile.model[fitted]}
        self._peaks.data = {"x": list(profile.velocities)}
        self._rest.data = {"x": [0.0]}
        low, high = _height([profile.flux], wings=0.2)
        set_ends(self.model.y_range, low, high)
        set_ends(self.model.x_range, float(profile.velocity[0]), float(profile.velocity[-1]))


def _height(curves: Sequence[NDArray[np.float64]], wings: float = 0.4) -> tuple[float, float]:
    """Ends of a flux axis that a few spikes do not decide."""
    values = np.concatenate([one[np.isfinite(one)] for one in curves])
    if not values.size:
        return 0.0, 1.0
    low, high = np.percentile(values, (wings, 100 - wings))
    pad = 0.08 * float(high - low) or 0.1
    return float(low) - pad, float(high) + pad
