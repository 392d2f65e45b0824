"""What the catalogue has from the spectrum of the star in focus: luminosity, distance and labels of M dwarfs."""

from __future__ import annotations

import math
from typing import Any

import panel as pn

from components.figures.distance import DistanceFigure
from components.state.labels import SpectroscopicLuminosity, StarLabels, star_labels
from components.state.workspace import Workspace
from components.theme import THEMES, Theme, escape, format_value, stylesheet
from components.velocity_tables import pm

NAMES = {
    "teff_ap": ("T_eff (APOGEE)", "K"),
    "teff_bt": ("T_eff (BT-Settl)", "K"),
    "m_h_ap": ("[M/H] (APOGEE)", "dex"),
    "m_h": ("[M/H]", "dex"),
}
NOTHING = "<p>The catalogue has neither a spectroscopic M_Ks nor labels of an M dwarf for this star.</p>"


def luminosity_html(found: SpectroscopicLuminosity) -> str:
    """Return both luminosities, their difference in errors, and the binary flag."""
    difference = found.geometric - found.absolute_k
    rows = [
        ("M_Ks of the spectrum", pm(found.absolute_k, found.absolute_k_error, "mag")),
        ("M_Ks of parallax and Kₛ", pm(found.geometric, found.geometric_error, "mag")),
        ("parallax − spectrum", "–" if math.isnan(difference) else f"{_signed(difference)} mag"),
        ("S/N_Δϖ", "–" if math.isnan(found.discrepancy) else f"{_signed(found.discrepancy)} σ"),
    ]
    cells = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
    if found.binary is None:
        verdict = (
            "<div class=verdict><span>Binary flag unknown: it needs k_m, a parallax with its error, and the "
            "error of M_Ks or the S/N (snrg)</span></div>"
        )
    elif found.binary:
        verdict = "<div class='verdict no'><span><b>binary</b>: more than 2σ too luminous for one star</span></div>"
    else:
        verdict = "<div class=verdict><span><b>single</b>: not 2σ too luminous for one star</span></div>"
    dust = f"A_Ks = {found.extinction_k:.3f} mag" if found.dust_known else "no E(B−V) is known, so no dust is assumed"
    return (
        f"<table class=values>{cells}</table>{verdict}<p class=small>Xiang et al. 2021, eqs. 15–17, with 0.25 mag of "
        f"scatter at a given spectrum; {dust}; the parallax as in the catalogue.</p>"
    )


def distance_html(found: SpectroscopicLuminosity, theme: Theme) -> str:
    """Return mode and 68 % of the distance, and what the curves are; or why there are none."""
    distance, curves = found.distance, found.curves
    if distance is None or curves is None:
        return "<p>No distance: it needs a parallax with its error, or k_m with M_Ks and its error.</p>"
    text = (
        f"<p><b>d = {format_value(float(distance.mode), 4)} pc</b> "
        f"(68 %: {format_value(float(distance.low), 4)} to {format_value(float(distance.high), 4)})</p>"
    )
    keys = [(theme.series[0], "▬", "parallax alone, as the star is flagged" if found.binary else "adopted")]
    if curves.by_parallax is not None and not found.binary:
        keys.append((theme.series[2], "╌", "parallax"))
    if curves.by_light is not None:
        keys.append((theme.series[1], "┈", "spectrum"))
    legend = " · ".join(f"<span style='color:{colour}'>{mark}</span> {name}" for colour, mark, name in keys)
    return f"{text}<p class=small>{legend}. Flat prior in distance.</p>"


def labels_html(found: StarLabels) -> str:
    """Return temperature and metallicity with errors, and whether the star lies in the quadrangle."""
    if not found.labels:
        return ""
    cells = "".join(
        f"<div><dt>{NAMES[one.column][0]}</dt><dd>{_label(one.value, one.error, NAMES[one.column][1])}</dd></div>"
        for one in found.labels
    )
    place = f"BP−RP = {format_value(found.bp_rp, 3)}, M_G = {format_value(found.absolute_g, 3)}"
    if found.in_quadrangle is None:
        mark, text = "", "Quadrangle of M dwarfs: unknown, it needs BP−RP and M_G"
    elif found.in_quadrangle:
        mark, text = "yes", f"<b>in the quadrangle of M dwarfs</b>: {escape(place)}"
    else:
        mark, text = "no", f"<b>outside the quadrangle of M dwarfs</b>: {escape(place)}"
    return (
        f"<dl class=numbers>{cells}</dl><div class='verdict {mark}'><span>{text}</span></div>"
        "<p class=small>Li et al. 2021, Table 2 and Fig. 1 (corners in the order that does not cross itself).</p>"
    )


class LabelsPanel(pn.viewable.Viewer):
    """Luminosity, distance and labels of the star in focus, worked out at once: a few ms."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._theme = THEMES[theme]
        prose: dict[str, Any] = {"margin": 0, "stylesheets": [stylesheet("prose")], "sizing_mode": "stretch_width"}
        self._luminosity, self._distance, self._labels = (pn.pane.HTML("", **prose) for _ in range(3))
        self._pane = pn.pane.Bokeh(None, margin=0, sizing_mode="stretch_width")
        self._make_figure()
        self._layout = pn.Column(
            self._luminosity, self._pane, self._distance, self._labels, margin=0, sizing_mode="stretch_width"
        )
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        self._make_figure()
        self._load()

    def _make_figure(self) -> None:
        self._figure = DistanceFigure(self._theme)
        self._pane.object = self._figure.model

    def _load(self) -> None:
        row = self._workspace.focus.row
        self._layout.visible = row is not None
        if row is None:
            return
        found = star_labels(self._workspace.catalogue, row)
        light = found.luminosity
        self._luminosity.object = luminosity_html(light) if light is not None else ""
        self._distance.object = distance_html(light, self._theme) if light is not None else ""
        self._labels.object = labels_html(found) if found.labels or light is not None else NOTHING
        for pane in (self._luminosity, self._distance, self._labels):
            pane.visible = bool(pane.object)
        self._pane.visible = light is not None and light.curves is not None
        if light is not None and light.curves is not None and light.distance is not None:
            self._figure.show(light.curves, light.distance)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _label(value: float, error: float, unit: str) -> str:
    if math.isnan(error):
        return f"{value:.0f} {unit}" if unit == "K" else f"{value:+.2f} {unit}".replace("-", "−")
    return pm(value, error, unit)
