"""Light curve and velocities of the star in focus at one period, and whether they agree in phase."""

from __future__ import annotations

from typing import Any

import panel as pn

from components.documents import deliver
from components.figures.joint import JointFigure
from components.state.joint import Joint, join
from components.state.orbit import OrbitFit, StarOrbit, fit_star_orbit
from components.state.series import SearchedLightCurve
from components.state.workspace import Workspace
from components.theme import THEMES, escape, stylesheet

LACKING = "<p>Needs a light curve and a fitted orbit; this star has no {}.</p>"
SAME_PERIOD = 1e-9


class JointPanel(pn.viewable.Viewer):
    """Both series on one phase axis, phase 0 where the velocity rises; the expected minimum is marked."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._document = pn.state.curdoc
        self._curve: SearchedLightCurve | None = None
        self._orbit: StarOrbit | None = None
        self._joint: Joint | None = None
        prose: dict[str, Any] = {"margin": 0, "stylesheets": [stylesheet("prose")], "sizing_mode": "stretch_width"}
        self._note = pn.pane.HTML("", **prose)
        self._panes = [pn.pane.Bokeh(None, margin=0, sizing_mode="stretch_width") for _ in range(2)]
        self._make_figures(theme)
        self._plots = pn.Column(*self._panes, margin=0, sizing_mode="stretch_width", visible=False)
        self._layout = pn.Column(self._note, self._plots, margin=0, sizing_mode="stretch_width")
        workspace.focus.param.watch(lambda *_: self._load(), "row")
        workspace.param.watch(lambda *_: self._load(), "series_version")
        workspace.folding.param.watch(lambda *_: self._fold(), "period")
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._make_figures(name)
        if self._joint is not None and self._curve is not None and self._orbit is not None:
            self._figure.show(self._curve, self._orbit, self._joint)

    def _make_figures(self, theme: str) -> None:
        self._figure = JointFigure(THEMES[theme])
        self._panes[0].object, self._panes[1].object = self._figure.light, self._figure.velocity

    def _load(self) -> None:
        row, cache = self._workspace.focus.row, self._workspace.series_cache
        self._curve = self._orbit = self._joint = None
        self._layout.visible = row is not None
        self._plots.visible = False
        if row is None:
            return
        self._note.object = "<p>Waiting for light curve and velocities…</p>"

        def wanted() -> bool:
            return self._workspace.focus.row == row

        deliver(self._document, cache.light_curve(row), self._take_curve, self._refuse, wanted)
        deliver(self._document, cache.orbit(row), self._take_orbit, self._refuse, wanted)

    def _refuse(self, reason: str) -> None:
        self._note.object = f"<p class=warn>{escape(reason)}</p>"
        self._plots.visible = False

    def _take_curve(self, curve: SearchedLightCurve | None) -> None:
        if curve is None:
            self._note.object = LACKING.format("light curve")
            return
        self._curve = curve
        self._fold()

    def _take_orbit(self, orbit: StarOrbit | None) -> None:
        if orbit is None or orbit.fit is None:
            self._note.object = LACKING.format("fitted orbit")
            return
        self._orbit = orbit
        self._fold()

    def _fold(self) -> None:
        curve, orbit, row = self._curve, self._orbit, self._workspace.focus.row
        period = self._workspace.folding.period
        if curve is None or orbit is None or row is None or period is None:
            return

        def make() -> tuple[Joint | None, OrbitFit | None]:
            first = orbit.fit
            same = first is not None and abs(first.comparison.best.period / period - 1) < SAME_PERIOD
            fit = first if same else fit_star_orbit(orbit.velocities, period)
            return (None if fit is None else join(curve, orbit, fit, period)), fit

        deliver(
            self._document,
            self._workspace.series_cache.kept(row, "joint", (period, id(curve)), make),
            self._show,
            self._refuse,
            lambda: self._orbit is orbit and self._workspace.folding.period == period,
        )

    def _show(self, made: tuple[Joint | None, OrbitFit | None]) -> None:
        joint, _ = made
        if joint is None or self._curve is None or self._orbit is None:
            self._note.object = LACKING.format("fitted orbit")
            self._plots.visible = False
            return
        self._joint = joint
        self._figure.show(self._curve, self._orbit, joint)
        agreement = joint.agreement
        mark = "" if agreement is None else ("yes" if agreement.agrees else "no")
        doubt = (
            ""
            if self._orbit.varies
            else "<p class=small>The velocities do not vary significantly, so that this says little.</p>"
        )
        self._note.object = (
            f"<div class='verdict {mark}'><span>{escape(joint.statement)}</span></div>{doubt}"
            "<p class=small>An ellipsoidal star shows its deeper minimum when it is behind its companion, half a cycle "
            "after its velocity rises through the middle (Morris 1985).</p>"
        )
        self._plots.visible = True
