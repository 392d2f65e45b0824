"""Radial velocities of the star in focus: folded, fitted, and all the orbits they allow."""

from __future__ import annotations

from typing import Any

import panel as pn

from analysis.binaries import KeplerianOrbit
from components.choice_table import ChoiceTable
from components.documents import deliver
from components.figures.velocity import OrbitFigure, PosteriorFigure, instrument_styles
from components.folding_bar import FoldingBar
from components.state.evidence import mass_in_focus
from components.state.orbit import OrbitFit, StarOrbit, fit_star_orbit
from components.state.workspace import Workspace
from components.theme import THEMES, escape, stylesheet
from components.velocity_tables import (
    alias_table,
    fit_html,
    instruments_html,
    mode_table,
    modes_html,
    variation_html,
)

NO_VELOCITIES = (
    "<p>No single radial velocities of this star are at hand. Open a table of them under “Files of this star”, or put "
    "tables beside the light curves of <code>penumbra serve --series FOLDER</code>.</p>"
)
SHAPES = ("Better by BIC", "Circular", "Keplerian")
SAME_PERIOD = 1e-9


class VelocityPanel(pn.viewable.Viewer):
    """Folded velocities with their orbit, its numbers, and the table and picture of all periods they allow."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._document = pn.state.curdoc
        self._theme = THEMES[theme]
        self._orbit: StarOrbit | None = None
        self._fit: OrbitFit | None = None
        prose: dict[str, Any] = {"margin": 0, "stylesheets": [stylesheet("prose")], "sizing_mode": "stretch_width"}
        plot: dict[str, Any] = {"margin": 0, "sizing_mode": "stretch_width"}
        self._note = pn.pane.HTML("", **prose)
        self._numbers = pn.pane.HTML("", **prose)
        self._instruments = pn.pane.HTML("", **prose)
        self._modes_note = pn.pane.HTML("", **prose)
        self._panes = [pn.pane.Bokeh(None, **plot) for _ in range(3)]
        self._make_figures()
        self._shape = pn.widgets.RadioButtonGroup(
            options=list(SHAPES), value=SHAPES[0], margin=(4, 2), stylesheets=[stylesheet("widgets")],
            sizing_mode="stretch_width",
        )  # fmt: skip
        self._shape.param.watch(lambda *_: self._draw_fit(), "value")
        self._alias_periods: list[float] = []
        self._mode_periods: list[float] = []
        self._aliases = ChoiceTable("Candidate periods", theme, lambda row: self._choose(self._alias_periods, row))
        self._modes = ChoiceTable("Allowed periods", theme, lambda row: self._choose(self._mode_periods, row))
        fold, residuals, posterior = self._panes
        self._fitted = pn.Column(
            self._shape, self._numbers, fold, residuals, self._instruments, margin=0, sizing_mode="stretch_width"
        )
        self._allowed = pn.Column(self._modes_note, posterior, self._modes, margin=0, sizing_mode="stretch_width")
        self._plots = pn.Column(
            FoldingBar(workspace.folding), self._fitted, self._aliases, self._allowed, margin=0,
            sizing_mode="stretch_width", visible=False,
        )  # fmt: skip
        self._layout = pn.Column(self._note, self._plots, margin=0, sizing_mode="stretch_width")
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        workspace.param.watch(lambda *_: self._load(), "series_version")
        workspace.folding.param.watch(lambda *_: self._fold(), "period")
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = THEMES[name]
        for table in (self._aliases, self._modes):
            table.show_theme(name)
        self._make_figures()
        self._draw()

    def _make_figures(self) -> None:
        self._figure = OrbitFigure(self._theme)
        self._posterior = PosteriorFigure(self._theme, self._workspace.folding.fold_at)
        models = (self._figure.model, self._figure.residuals, self._posterior.model)
        for pane, model in zip(self._panes, models, strict=True):
            pane.object = model

    def _choose(self, periods: list[float], number: int) -> None:
        if number < len(periods):
            self._workspace.folding.fold_at(periods[number])

    # ------------------------------------------------------------------ one star

    def _load(self) -> None:
        row = self._workspace.focus.row
        self._orbit, self._fit = None, None
        self._layout.visible = row is not None
        self._plots.visible = False
        if row is None:
            return
        self._note.object = "<p>Searching the orbits…</p>"
        deliver(
            self._document,
            self._workspace.series_cache.orbit(row),
            self._take,
            self._refuse,
            lambda: self._workspace.focus.row == row,
        )

    def _refuse(self, reason: str) -> None:
        self._note.object = f"<p class=warn>{escape(reason)}</p>"
        self._plots.visible = self._orbit is not None

    def _take(self, orbit: StarOrbit | None) -> None:
        if orbit is None:
            self._note.object = NO_VELOCITIES
            return
        self._orbit, self._fit = orbit, orbit.fit
        self._note.object = ""
        folding = self._workspace.folding
        folding.propose("velocities", orbit.period)
        if orbit.period is None and (orbit.varies or folding.period is None):
            folding.propose("likeliest orbit", orbit.likeliest)
        self._draw()
        self._fold()

    def _fold(self) -> None:
        """Fit at the period that is folded at; the fits of the same period are made once."""
        orbit, row, period = self._orbit, self._workspace.focus.row, self._workspace.folding.period
        self._posterior.mark(period)
        for table, periods in ((self._aliases, self._alias_periods), (self._modes, self._mode_periods)):
            table.mark(nearest_row(periods, period))
        if orbit is None or row is None or period is None:
            return
        first = orbit.fit
        if first is not None and abs(first.comparison.best.period / period - 1) < SAME_PERIOD:
            self._take_fit(first)
            return
        task = self._workspace.series_cache.kept(row, "fit", period, lambda: fit_star_orbit(orbit.velocities, period))
        deliver(
            self._document,
            task,
            self._take_fit,
            self._refuse,
            lambda: self._orbit is orbit and self._workspace.folding.period == period,
        )

    def _take_fit(self, fit: OrbitFit | None) -> None:
        self._fit = fit
        self._draw_fit()

    # ------------------------------------------------------------------ drawing

    def _shown(self, fit: OrbitFit) -> KeplerianOrbit:
        chosen = {"Circular": fit.comparison.circular, "Keplerian": fit.comparison.keplerian}
        return chosen.get(self._shape.value) or fit.comparison.best

    def _draw(self) -> None:
        orbit = self._orbit
        if orbit is None:
            return
        self._draw_fit()
        aliases = orbit.near.aliases if orbit.near.search is not None else ()
        self._alias_periods = [alias.period for alias in aliases]
        self._aliases.show(alias_table(orbit.near))
        posterior = orbit.posterior
        self._allowed.visible = posterior is not None
        if posterior is not None:
            self._mode_periods = [float(period) for period in posterior.modes["period"]]
            self._modes.show(mode_table(posterior))
            self._modes_note.object = modes_html(posterior, len(orbit.velocities.primary))
            self._posterior.show(posterior)
        self._plots.visible = True

    def _draw_fit(self) -> None:
        orbit, fit = self._orbit, self._fit
        if orbit is None:
            return
        self._fitted.visible = fit is not None
        if fit is None:
            count = len(orbit.velocities.primary)
            plural = "velocity is" if count == 1 else "velocities are"
            more = "" if orbit.posterior is None else " What they allow is below."
            self._note.object = f"<p>{count} {plural} too few for a fitted orbit (4 at least).{more}</p>"
            return
        self._note.object = ""
        shown = self._shown(fit)
        self._figure.show(orbit, fit, shown)
        known = mass_in_focus(self._workspace)
        mass = None if known is None else known.value
        self._numbers.object = variation_html(orbit) + fit_html(orbit, fit, shown, mass)
        styles = instrument_styles(self._theme, orbit.velocities.primary.instruments)
        self._instruments.object = instruments_html(orbit, fit, shown, styles)


def nearest_row(periods: list[float], period: float | None) -> int | None:
    """Return which of the periods is the one folded at, to a part in 10⁷; None: none of them."""
    if period is None:
        return None
    return next((row for row, one in enumerate(periods) if abs(one / period - 1) < 1e-7), None)
