"""Radial velocities of the star in focus: folded, fitted, with the aliases of its period."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
import panel as pn

from analysis.binaries import CircularOrbit, companion_mass, mass_function
from components.documents import run_in_document
from components.state.orbit import Orbit, find_orbit
from components.state.workspace import Workspace
from components.theme import THEMES, Theme, escape, format_value, style_figure, stylesheet

log = logging.getLogger(__name__)
hv.extension("bokeh")
LISTED_ALIASES = 12


def fold_plot(orbit: Orbit, fit: CircularOrbit, theme: Theme) -> hv.Overlay:
    """Return velocities over two turns of phase with the fitted sine."""
    phase = fit.phase(orbit.velocities["time"].to_numpy())
    velocity = orbit.velocities["velocity"].to_numpy()
    error = orbit.velocities["velocity_error"].to_numpy()
    phases, velocities, errors = np.concatenate((phase, phase + 1)), np.tile(velocity, 2), np.tile(error, 2)
    turns = np.linspace(0, 2, 240)
    curve = fit.systemic_velocity + fit.semi_amplitude * np.sin(2 * np.pi * turns)
    frame = {"Phase": phases, "Velocity": velocities, "Error": errors}
    return (
        hv.HLine(fit.systemic_velocity).opts(color=theme.muted, line_dash="dotted", line_width=1)
        * hv.Curve((turns, curve), "Phase", "Velocity").opts(color=theme.series[0], line_width=2)
        * hv.ErrorBars(frame, "Phase", ["Velocity", "Error"]).opts(color=theme.muted, upper_head=None, lower_head=None)
        * hv.Scatter(frame, "Phase", "Velocity").opts(color=theme.series[1], size=6)
    ).opts(xlim=(0, 2), xlabel="", ylabel="Velocity (km/s)", xaxis="bare", height=180)


def residual_plot(orbit: Orbit, fit: CircularOrbit, theme: Theme) -> hv.Overlay:
    """Return observed minus fitted velocities over two turns of phase."""
    phase = fit.phase(orbit.velocities["time"].to_numpy())
    error = orbit.velocities["velocity_error"].to_numpy()
    frame = {
        "Phase": np.concatenate((phase, phase + 1)),
        "Residual": np.tile(fit.residuals, 2),
        "Error": np.tile(error, 2),
    }
    return (
        hv.HLine(0).opts(color=theme.muted, line_dash="dotted", line_width=1)
        * hv.ErrorBars(frame, "Phase", ["Residual", "Error"]).opts(color=theme.muted, upper_head=None, lower_head=None)
        * hv.Scatter(frame, "Phase", "Residual").opts(color=theme.series[1], size=5)
    ).opts(xlim=(0, 2), xlabel="Phase", ylabel="O − C", height=110)


def alias_table(orbit: Orbit) -> pd.DataFrame:
    """Return the candidate periods as texts: period, K₁, χ², and whether it rounds to the printed period."""
    shown = orbit.aliases[:LISTED_ALIASES]
    return pd.DataFrame(
        {
            "P (d)": [f"{alias.period:.6f}" for alias in shown],
            "K₁ (km/s)": [f"{alias.fit.semi_amplitude:.1f}" for alias in shown],
            "χ²": [format_value(alias.fit.chi2, 4) for alias in shown],
            "rounds to it": ["yes" if orbit.within_print(alias.period) else "no" for alias in shown],
        }
    )


class VelocityPanel(pn.viewable.Viewer):
    """Folded velocities, the fit's numbers, and the aliases to choose from."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._document = pn.state.curdoc
        self._theme = THEMES[theme]
        self._orbit: Orbit | None = None
        self._period: float | None = None
        self._numbers = pn.pane.HTML("", margin=0, stylesheets=[stylesheet("prose")], sizing_mode="stretch_width")
        self._fold = pn.pane.HoloViews(None, margin=0, sizing_mode="stretch_width")
        self._residuals = pn.pane.HoloViews(None, margin=0, sizing_mode="stretch_width")
        self._note = pn.pane.HTML("", margin=(4, 0), stylesheets=[stylesheet("prose")], sizing_mode="stretch_width")
        self._aliases = pn.widgets.Tabulator(
            pd.DataFrame(), show_index=False, disabled=True, selectable=1, height=150, margin=(4, 0),
            sizing_mode="stretch_width", theme="simple",
            stylesheets=[stylesheet("table")], name="Candidate periods",
        )  # fmt: skip
        self._aliases.on_click(lambda event: self.choose(event.row))
        self._typed = pn.widgets.TextInput(
            placeholder="Fold at another period (d)",
            stylesheets=[stylesheet("widgets")],
            margin=(4, 0),
            sizing_mode="stretch_width",
            name="",
        )
        self._typed.param.watch(lambda event: self._fold_at_text(event.new), "value")
        self._plots = pn.Column(
            self._numbers, self._fold, self._residuals, self._aliases, self._typed, margin=0,
            sizing_mode="stretch_width",
        )  # fmt: skip
        self._layout = pn.Column(self._note, self._plots, margin=0, sizing_mode="stretch_width")
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        self._draw()

    def choose(self, number: int) -> None:
        """Fold at one of the listed periods."""
        if self._orbit is not None and number < len(self._orbit.aliases):
            self._period = self._orbit.aliases[number].period
            self._draw()

    def _fold_at_text(self, text: str) -> None:
        if not text.strip():
            return
        try:
            period = float(text)
            if not 0 < period < np.inf:
                raise ValueError
        except ValueError:
            self._note.object = f"<p class=warn>{escape(text)} is not a period in days.</p>"
            return
        self._period = period
        self._draw()

    def _load(self) -> None:
        row = self._workspace.focus.row
        self._orbit, self._period = None, None
        if row is None:
            self._layout.visible = False
            return
        self._layout.visible = True
        velocities = self._workspace.velocities(row)
        if velocities is None or not len(velocities):
            self._note.object = "<p>No single radial velocities of this star are at hand.</p>"
            self._plots.visible = False
            return
        self._note.object = "<p>Searching the period…</p>"
        pn.state.execute(partial(self._search, row, velocities))

    async def _search(self, row: int, velocities: pd.DataFrame) -> None:
        period = self._workspace.star_value("period")
        try:
            orbit = await asyncio.get_running_loop().run_in_executor(None, find_orbit, velocities, period)
        except ValueError as error:
            log.warning("no orbit for row %s: %s", row, error)
            run_in_document(self._document, partial(self._refuse, row, str(error)))
            return
        run_in_document(self._document, partial(self._take, row, orbit))

    def _refuse(self, row: int, reason: str) -> None:
        if self._workspace.focus.row == row:
            self._note.object = f"<p class=warn>{escape(reason)}</p>"
            self._plots.visible = False

    def _take(self, row: int, orbit: Orbit) -> None:
        if self._workspace.focus.row != row:
            return
        self._orbit = orbit
        self._period = orbit.search.period if orbit.search is not None else orbit.printed_period
        self._aliases.value = alias_table(orbit)
        self._draw()

    def _draw(self) -> None:
        orbit, theme = self._orbit, self._theme
        if orbit is None:
            return
        if self._period is None:
            self._note.object = f"<p>{escape(orbit.reason)}</p>"
            self._plots.visible = False
            return
        fit = orbit.fit_at(self._period)

        def hook(plot: Any, element: Any) -> None:
            style_figure(plot.state, theme)

        look = hv.opts.Overlay(hooks=[hook], responsive=True, toolbar=None)
        self._fold.object = fold_plot(orbit, fit, theme).opts(look)
        self._residuals.object = residual_plot(orbit, fit, theme).opts(look)
        self._numbers.object = self._describe(orbit, fit)
        self._note.object = f"<p>{escape(orbit.reason)}</p>" if orbit.reason else ""
        self._plots.visible = True

    def _describe(self, orbit: Orbit, fit: CircularOrbit) -> str:
        f = mass_function(fit.semi_amplitude, fit.period)
        free = max(len(orbit.velocities) - (4 if orbit.search else 3), 0)
        pairs = [
            ("P", f"{fit.period:.6f} d"),
            ("K₁", f"{fit.semi_amplitude:.1f} ± {fit.semi_amplitude_error:.1f} km/s"),
            ("V₀", f"{fit.systemic_velocity:.1f} ± {fit.systemic_velocity_error:.1f} km/s"),
            ("χ²", f"{format_value(fit.chi2, 4)} for {free} d.o.f."),
            ("f(M₂)", f"{format_value(f, 3)} M☉"),
        ]  # fmt: skip
        mass = self._workspace.star_value("primary_mass")
        if mass is not None and mass > 0:
            pairs.append(("M₂, sin i = 1", f"{format_value(companion_mass(f, mass), 3)} M☉"))
        cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs)
        printed = (
            f"<p class=small>Catalogue period {orbit.printed_period:g} d stands for "
            f"{orbit.window[0]:.6g}–{orbit.window[1]:.6g} d; candidates a little beyond are listed too.</p>"
            if orbit.window and orbit.printed_period
            else ""
        )
        return f"<dl class=numbers>{cells}</dl>{printed}"
