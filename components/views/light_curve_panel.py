"""The light curve of the star in focus: raw, cleaned, searched, and folded at any period."""

from __future__ import annotations

from typing import Any

import numpy as np
import panel as pn

from analysis.binaries import tidal_constraint
from analysis.stars import radius_from_mass
from components.documents import deliver
from components.figures.light_curve import FoldedFigure, PeriodogramFigure, TimeFigure
from components.folding_bar import FoldingBar
from components.state.series import Cleaning, SearchedLightCurve
from components.state.workspace import Workspace
from components.theme import THEMES, escape, format_value, stylesheet

NO_LIGHT_CURVE = (
    "<p>No light curve of this star is at hand. Open one under “Files of this star”, or start with "
    "<code>penumbra serve --series FOLDER</code> to have TESS, Kepler or text files found by TIC or Gaia "
    "identifier or by the star's name.</p>"
)
KINDS = {
    "ellipsoidal": "ellipsoidal: two equal humps an orbit, a star drawn out by its companion",
    "eclipsing": "eclipsing",
    "reflection": "reflection or beaming: one hump an orbit",
    "rotation": "rotation with spots",
    "none": "no significant period",
}
KEEP_DIPS = "Keep eclipses when clipping"
MINUTES_A_DAY = 1440
LEGEND = (
    "<p class=small>Against time: points kept, <span style='opacity:.7'>dropped (grey)</span>, "
    "× bad quality, ▲ momentum dumps, shaded gaps of over half a day.</p>"
)


class LightCurvePanel(pn.viewable.Viewer):
    """Shows the star's light curve as it was found off the event loop, and lets the visitor clean and fold it."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._document = pn.state.curdoc
        self._curve: SearchedLightCurve | None = None
        self._cleaning = Cleaning()
        prose: dict[str, Any] = {"margin": 0, "stylesheets": [stylesheet("prose")], "sizing_mode": "stretch_width"}
        plot: dict[str, Any] = {"margin": 0, "sizing_mode": "stretch_width"}
        self._note = pn.pane.HTML("", **prose)
        self._kind = pn.pane.HTML("", **prose)
        self._numbers = pn.pane.HTML("", **prose)
        self._steps = pn.pane.HTML("", **prose)
        self._panes = [pn.pane.Bokeh(None, **plot) for _ in range(3)]
        self._make_figures(theme)
        folded, periodogram, raw = self._panes
        self._plots = pn.Column(
            self._kind, FoldingBar(workspace.folding), folded, self._numbers, periodogram, raw,
            pn.pane.HTML(LEGEND, **prose), self._controls(), self._steps,
            margin=0, sizing_mode="stretch_width", visible=False,
        )  # fmt: skip
        self._layout = pn.Column(self._note, self._plots, margin=0, sizing_mode="stretch_width")
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        workspace.param.watch(lambda *_: self._load(), "series_version")
        workspace.folding.param.watch(lambda *_: self._fold(), ["period", "known"])
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._make_figures(name)
        self._draw()

    # ------------------------------------------------------------------ cleaning

    def _controls(self) -> pn.Column:
        widgets: dict[str, Any] = {
            "margin": (2, 3), "stylesheets": [stylesheet("widgets")], "width": 86,
        }  # fmt: skip
        first = Cleaning()
        self._inputs = {
            "sigma": pn.widgets.FloatInput(label="Clip (σ)", value=first.sigma, start=0, step=0.5, **widgets),
            "errors": pn.widgets.FloatInput(
                label="Errors (%)", value=100 * first.drop_error_fraction, start=0, end=90, step=1, **widgets
            ),
            "detrend": pn.widgets.FloatInput(label="Trend (d)", value=0, start=0, step=0.5, **widgets),
            "bin": pn.widgets.FloatInput(label="Bin (min)", value=0, start=0, step=10, **widgets),
        }
        # A single Checkbox of Bokeh has no label that is tied to it.
        self._dips = pn.widgets.CheckBoxGroup(
            options=[KEEP_DIPS],
            value=[KEEP_DIPS],
            margin=(2, 3),
            stylesheets=[stylesheet("widgets"), stylesheet("choosers")],
        )
        for widget in (*self._inputs.values(), self._dips):
            widget.param.watch(lambda *_: self._clean_again(), "value")
        hint = (
            "<p class=small>Cleaning as Mu et al. 2022: points beyond the clip, then those with the largest errors, "
            "are dropped; 0 leaves a step out. Trend: divide by a running median over so many days.</p>"
        )
        return pn.Column(
            pn.Row(*self._inputs.values(), margin=0),
            self._dips,
            pn.pane.HTML(hint, margin=0, stylesheets=[stylesheet("prose")], sizing_mode="stretch_width"),
            margin=0,
            sizing_mode="stretch_width",
        )

    def _clean_again(self) -> None:
        value = {name: float(widget.value or 0.0) for name, widget in self._inputs.items()}
        cleaning = Cleaning(
            value["sigma"] or None, value["errors"] / 100, value["detrend"] or None,
            value["bin"] / MINUTES_A_DAY or None, bool(self._dips.value),
        )  # fmt: skip
        if cleaning != self._cleaning:
            self._cleaning = cleaning
            self._load(keep=True)

    # ------------------------------------------------------------------ one star

    def _load(self, keep: bool = False) -> None:
        row = self._workspace.focus.row
        self._layout.visible = row is not None
        if not keep:
            self._curve = None
            self._plots.visible = False
        if row is None:
            return
        self._note.object = "<p>Reading and searching the light curve…</p>"
        cleaning = self._cleaning
        deliver(
            self._document,
            self._workspace.series_cache.light_curve(row, cleaning),
            self._take,
            self._refuse,
            lambda: self._workspace.focus.row == row and self._cleaning == cleaning,
        )

    def _refuse(self, reason: str) -> None:
        self._note.object = f"<p class=warn>{escape(reason)}</p>"

    def _take(self, curve: SearchedLightCurve | None) -> None:
        folding = self._workspace.folding
        if curve is None:
            self._note.object = NO_LIGHT_CURVE
            self._plots.visible = False
            return
        self._curve = curve
        self._note.object = ""
        found = curve.found
        folding.propose("light curve", found.orbital_period if np.isfinite(found.orbital_period) else None)
        if folding.period is None:
            folding.propose("likeliest orbit", found.period if np.isfinite(found.period) else 1.0)
        self._draw()

    def _make_figures(self, theme: str) -> None:
        look = THEMES[theme]
        self._folded = FoldedFigure(look)
        self._periodogram = PeriodogramFigure(look, self._workspace.folding.fold_at)
        self._time = TimeFigure(look)
        for pane, figure in zip(self._panes, (self._folded, self._periodogram, self._time), strict=True):
            pane.object = figure.model

    def _draw(self) -> None:
        curve = self._curve
        if curve is None:
            return
        self._time.show(curve)
        self._periodogram.show(curve)
        self._kind.object = kind_html(curve)
        self._numbers.object = numbers_html(curve) + tide_html(self._workspace, curve)
        self._steps.object = steps_html(curve)
        self._fold()
        self._plots.visible = True

    def _fold(self) -> None:
        curve, folding = self._curve, self._workspace.folding
        if curve is None:
            return
        self._periodogram.mark(folding.period, folding.known)
        if folding.period is not None:
            epoch = curve.found.epoch if np.isfinite(curve.found.epoch) else None
            self._folded.show(curve, folding.period, epoch)


def kind_html(curve: SearchedLightCurve) -> str:
    """Return the kind of variable, what else it may be, and why."""
    found = curve.found
    why = "".join(f"<p class=small>{escape(reason)}</p>" for reason in found.reasons[:3])
    configuration = f", {found.configuration}" if found.configuration else ""
    title = escape(KINDS.get(found.kind, found.kind) + configuration)
    others = f"<p class=small>Not excluded: {escape(', '.join(found.alternatives))}.</p>" if found.alternatives else ""
    mark = "no" if found.kind == "none" else "yes"
    return f"<div class='verdict {mark}'><span><b>{title}</b></span></div>{why}{others}"


def numbers_html(curve: SearchedLightCurve) -> str:
    """Return periods, amplitudes, asymmetry and eclipses of a searched light curve."""
    found = curve.found
    pairs = [
        ("P_orb", _with_error(found.orbital_period, found.orbital_period_error, "d")),
        ("Strongest sine" if found.method == "sine" else "Eclipses", f"{found.period:.7g} d"),
        ("False alarm", format_value(found.false_alarm, 2)),
        ("Signal to noise", format_value(found.signal_to_noise, 3)),
        ("cos 2φ", _per_mille(*found.ellipsoidal_amplitude)),
        ("O'Connell", _per_mille(*found.o_connell)),
        ("Minima differ", _per_mille(*found.minima_difference)),
        ("2P against P", f"ΔBIC {format_value(found.doubling_evidence, 3)}"),
    ]
    eclipses = found.eclipses
    if eclipses is not None:
        pairs += [
            ("Primary", _per_mille(eclipses.primary.depth, eclipses.primary.depth_error)),
            ("lasts", f"{eclipses.primary.duration * eclipses.period * 24:.2f} h"),
        ]
        if eclipses.secondary is not None:
            pairs += [
                ("Secondary", _per_mille(eclipses.secondary.depth, eclipses.secondary.depth_error)),
                ("at phase", f"{(eclipses.secondary.phase - eclipses.primary.phase) % 1:.3f}"),
            ]
        pairs.append(("Odd − even", _per_mille(eclipses.odd_even_difference, eclipses.odd_even_error)))
        pairs.append(("Eclipses seen", str(eclipses.cycles)))
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in pairs)
    return f"<dl class=numbers>{cells}</dl>"


def tide_html(workspace: Workspace, curve: SearchedLightCurve) -> str:
    """Return what the cos 2φ amplitude says of mass ratio and inclination, with all that it assumes."""
    found = curve.found
    mass = workspace.star_value("primary_mass")
    if found.kind != "ellipsoidal" or not mass or mass <= 0:
        return ""
    radius = float(radius_from_mass(mass))
    amplitude, error = found.ellipsoidal_amplitude
    tide = tidal_constraint(amplitude, error, found.orbital_period, mass, radius)
    least = f"so q ≥ {tide.least_mass_ratio:.2f}" if tide.possible else "more than any companion could raise"
    return (
        f"<p>Tides: <b>q sin² i / (1 + q) = {tide.value:.3f} ± {tide.error:.3f}</b>, {least}.</p>"
        f"<p class=small>Assumes that cos 2φ is the tide alone, no light of the companion, R₁ = {radius:.2f} R☉ of a "
        f"main-sequence star of {mass:.2f} M☉, limb darkening {tide.limb_darkening:g}, gravity darkening "
        f"{tide.gravity_darkening:g} (Morris & Naftilan 1993, first order: 10 to 20 % off near the Roche limit).</p>"
    )


def steps_html(curve: SearchedLightCurve) -> str:
    """Return the cleaning steps with what each dropped, and how many cadences carry which quality bit."""
    raw = curve.raw
    sectors = [number for number in raw.sectors if number > 0]
    product = str(raw.meta.get("product", ""))
    steps = "".join(
        f"<tr><td>{escape(step.description)}</td><td>−{step.dropped}</td></tr>" for step in curve.clean.steps
    )
    flags = "; ".join(f"{escape(name)} {count}" for name, count in raw.flags.items())
    files = raw.meta.get("paths") or ([raw.meta["path"]] if "path" in raw.meta else [])
    about = [
        part
        for part in (
            product,
            f"{len(files)} files stitched" if len(files) > 1 else "",
            f"sectors {', '.join(map(str, sectors))}" if sectors else "",
            f"time scale {raw.time_scale}",
        )
        if part
    ]
    return (
        f"<table class=values><tr><td>Cleaning: {len(curve.clean.time)} of {len(raw.time)} points left</td>"
        f"<td>dropped</td></tr>{steps}</table>"
        f"<p class=small>{escape('; '.join(about))}.{' Quality bits: ' + flags + '.' if flags else ''}</p>"
    )


def _with_error(value: float, error: float, unit: str) -> str:
    if not np.isfinite(value):
        return "–"
    if not np.isfinite(error) or error <= 0:
        return f"{value:.7g} {unit}"
    digits = int(np.clip(1 - np.floor(np.log10(error)), 0, 8))
    return f"{value:.{digits}f} ± {error:.{digits}f} {unit}"


def _per_mille(value: float, error: float) -> str:
    return f"{1e3 * value:.2f} ± {1e3 * error:.2f} ‰" if np.isfinite(value) else "–"
