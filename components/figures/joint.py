"""Light curve and velocities of one star on one phase axis."""

from __future__ import annotations

import numpy as np
from bokeh.models import Label, Range1d, Span

from analysis.light_curves import bin_phases, fold
from components.figures.base import empty_source, new_figure, set_ends
from components.state.joint import Joint
from components.state.orbit import StarOrbit
from components.state.series import SearchedLightCurve
from components.theme import FONT, Theme

PHASE_BINS = 50


class JointFigure:
    """Binned flux above, velocities below; phase 0 where the velocity rises through the middle of its range."""

    def __init__(self, theme: Theme) -> None:
        phases = Range1d(0, 2)
        self.light = new_figure(theme, 136, "", "Flux", phases)
        self.velocity = new_figure(theme, 150, "Phase (0: the star is nearest to us)", "V (km/s)", phases)
        self.light.xaxis.visible = False
        self._flux, self._points = empty_source("x", "y", "low", "high"), empty_source("x", "y", "low", "high")
        self._curve = empty_source("x", "y")
        self.light.segment("x", "low", "x", "high", source=self._flux, line_color=theme.series[1])
        self.light.scatter("x", "y", source=self._flux, size=4, color=theme.series[1])
        self.velocity.line("x", "y", source=self._curve, line_color=theme.series[0], line_width=2)
        self.velocity.segment("x", "low", "x", "high", source=self._points, line_color=theme.muted)
        self.velocity.scatter("x", "y", source=self._points, size=6, color=theme.series[2])
        for phase in (0.5, 1.5):
            for plot in (self.light, self.velocity):
                span = Span(location=phase, dimension="height", line_color=theme.focus, line_dash="dashed")
                plot.add_layout(span)
        self.light.add_layout(
            Label(
                x=0.5,
                y=5,
                y_units="screen",
                x_offset=4,
                text="deeper minimum expected",
                text_font=FONT,
                text_color=theme.focus,
                text_font_size="10px",
                text_baseline="bottom",
            )
        )
        set_ends(phases, 0.0, 2.0)

    def show(self, curve: SearchedLightCurve, orbit: StarOrbit, joint: Joint) -> None:
        """Show another star, or another period."""
        mean = bin_phases(fold(curve.clean, joint.period, joint.rising_time), PHASE_BINS)
        here = np.isfinite(mean.flux)
        x, y, error = mean.phase[here], mean.flux[here], np.nan_to_num(mean.flux_error[here])
        self._flux.data = {
            "x": np.concatenate((x, x + 1)), "y": np.tile(y, 2),
            "low": np.tile(y - error, 2), "high": np.tile(y + error, 2),
        }  # fmt: skip
        pad = 0.12 * float(np.ptp(y)) or 0.01 if len(y) else 0.01
        set_ends(self.light.y_range, float(y.min()) - 2 * pad, float(y.max()) + pad)
        data, model = orbit.velocities.primary, joint.orbit
        start = joint.rising_time - joint.shift
        offsets = np.array([model.offsets[str(name)] - model.systemic_velocity for name in data.instrument])
        phase = np.mod((data.time - start) / joint.period, 1)
        v, e = data.velocity - offsets, data.velocity_error
        self._points.data = {
            "x": np.concatenate((phase, phase + 1)), "y": np.tile(v, 2),
            "low": np.tile(v - e, 2), "high": np.tile(v + e, 2),
        }  # fmt: skip
        turns = np.linspace(0, 2, 241)
        line = model.velocity(start + turns * joint.period)
        self._curve.data = {"x": turns, "y": line}
        ends = np.concatenate((line, v - e, v + e))
        pad = 0.06 * float(np.ptp(ends)) or 1.0
        set_ends(self.velocity.y_range, float(ends.min()) - pad, float(ends.max()) + pad)
