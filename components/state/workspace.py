"""All that one session does with one open catalogue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import param

from analysis.catalogue import near_names
from analysis.selection import Cut, Inside, Range, parse
from components.state.address import query_of, restore
from components.state.catalogue import Catalogue
from components.state.focus import Focus
from components.state.folding import Folding
from components.state.history import History
from components.state.own_files import OwnFiles
from components.state.plane_slots import Planes
from components.state.plane_window import Window
from components.state.planes import ALL_SLOTS, FIGURES, custom_figure, is_for_triage, with_planes
from components.state.pump import Pump
from components.state.real_stars import RealStars
from components.state.replay import Replay, left_out_note
from components.state.selection import Clause, Selection
from components.state.series import SeriesSource
from components.state.series_cache import SeriesCache
from components.state.stage import Stage

FIRST_SLIDERS = (
    "delta_vr", "half_delta_vr", "period", "ruwe", "snrg", "parallax", "phot_g_mean_mag", "absolute_g", "bp_rp",
    "radial_velocity_error", "teff", "astrometric_excess_noise", "hp_mag", "absolute_hp", "v_i",
    "parallax_over_error", "goodness_of_fit", "parallax_error",
)  # fmt: skip
TRIAGE_SLIDERS = (
    "phot_bp_rp_excess_factor", "astrometric_excess_noise", "ruwe", "ipd_gof_harmonic_amplitude", "ipd_frac_multi_peak",
    "blended_fraction",
)  # fmt: skip
SLIDERS_AT_FIRST = 6


class Workspace(param.Parameterized):
    """A catalogue with the session's cuts, planes, star and engine."""

    windows = param.Dict(default={}, constant=True, doc="slot to the visible bounds, where zoomed")
    complaint = param.String(default="", doc="what was wrong with the last thing asked")
    spectrum_told = param.Parameter(default=None, doc="row and SpectrumEvidence of a measured star")
    series_version = param.Integer(default=0, doc="counts the files that the visitor gave for stars")
    typed_taken = param.Integer(default=0, doc="how many typed cuts were understood")

    def __init__(
        self,
        catalogue: Catalogue,
        query: str = "",
        series: SeriesSource | None = None,
        real: Catalogue | None = None,
    ) -> None:
        super().__init__()
        self.catalogue = catalogue
        self.series = SeriesSource(parent=series)
        self.history = History()
        self.selection = Selection(self.history, self._first_sliders())
        self.planes = Planes(self.history, catalogue.default_figures)
        self.focus = Focus(catalogue)
        self.folding = Folding(self.focus)
        self.series_cache = SeriesCache(catalogue, self.series)
        self.own_files = OwnFiles(catalogue, self.series)
        self.focus.param.watch(lambda event: self.series_cache.look_at(event.new), "row")
        self.real = None if real is None else RealStars(real)
        self._real_workspace: Workspace | None = None
        self.replay = Replay(self)
        self.stage = Stage(catalogue)
        self.pump = Pump(self.stage, self._complain)
        self.notices: list[str] = []
        self.preset_note = ""
        restore(self, query)
        self.history.clear()
        self._apply_figures(None)
        self._apply_clauses(None)
        self.selection.param.watch(self._apply_clauses, "clauses")
        self.planes.param.watch(self._apply_figures, "figures")
        if self.real is not None:
            self.focus.param.watch(lambda event: self._keep_one(event, self.real), "row")
            self.real.param.watch(lambda event: self._keep_one(event, self.focus), "row")

    # ------------------------------------------------------------------ cuts

    def limit(self, name: str, low: float | None, high: float | None) -> None:
        """Set the limits of a slider; ends equal to the present ones keep their exact value."""
        clause = self.selection[name]
        if clause.column is not None:
            self.selection.publish(name, Range(clause.column, low, high))

    def cut_by_text(self, text: str) -> None:
        """Add the cuts of an expression; raises ValueError with a readable message."""
        cut = parse(text, self.catalogue.table.columns)
        if isinstance(cut, Range):
            self.selection.publish(f"slider:{cut.column}", cut)
        else:
            self.selection.publish(self.selection.fresh_name("typed"), cut, "Typed cut")

    def try_text(self, text: str) -> None:
        """Add the cuts of an expression, or say in `complaint` what is wrong with it."""
        try:
            self.cut_by_text(text)
        except (ValueError, KeyError) as error:
            self.complaint = str(error.args[0] if error.args else error)
        else:
            self.param.update(complaint="", typed_taken=self.typed_taken + 1)

    def add_slider(self, column: str) -> None:
        """Add a slider for a column, or say in `complaint` why there can be none."""
        if column in self.catalogue.usable_columns:
            self.selection.add_slider(column)
            self.complaint = ""
        elif column in self.catalogue.table.columns:
            reason = "holds text" if column in self.catalogue.text_columns else "has no finite value"
            self.complaint = f"{column} {reason}, so it has no slider. Type a cut instead."
        else:
            near = near_names(column, self.catalogue.table.columns)
            hint = f" Did you mean {', '.join(near)}?" if near else ""
            self.complaint = f"{self.catalogue.title} has no column {column}.{hint}"

    def cut_by_shape(self, slot: str, cut: Cut) -> None:
        """Add a box or lasso drawn on a plane."""
        figure = self.planes.figures[slot]
        kind = "Lasso" if isinstance(cut, Inside) else "Box"
        x, y = (self.catalogue.label(name).short for name in (figure.x, figure.y))
        self.selection.publish(self.selection.fresh_name(kind.lower()), cut, f"{kind} on {y} – {x}")

    def apply_preset(self, name: str) -> None:
        """Replace the cuts by a paper's, leaving out the steps whose columns are absent: `preset_note` names them."""
        self.preset_note = left_out_note(name, self.replay.apply(name))

    # ------------------------------------------------------------------ planes

    def choose_figure(self, slot: str, key: str) -> None:
        """Show a named figure in a slot."""
        figure = next(figure for figure in FIGURES if figure.key == key)
        self._forget_window(slot)
        self.planes.show(slot, figure)

    def choose_axes(
        self, slot: str, x: str, y: str, value: str | None, x_log: bool, y_log: bool, scale: str,
        centre: float | None,
    ) -> None:  # fmt: skip
        """Show any two columns in a slot; raises ValueError where a log axis has nothing positive."""
        scales = ["log10" if log else "linear" for log in (x_log, y_log)]
        for column, axis_scale in zip((x, y), scales, strict=True):
            if self.catalogue.axis_range(column, axis_scale) is None:
                kind = "positive value for a logarithmic axis" if axis_scale == "log10" else "finite value"
                raise ValueError(f"{column} has no {kind} in {self.catalogue.title}.")
        now = self.planes.figures.get(slot)
        figure = custom_figure(x, y, value, *scales)
        same_axes = now is not None and (now.x, now.y, now.value, now.x_scale, now.y_scale) == (
            x, y, value, *scales)  # fmt: skip
        base = now if same_axes and now is not None else figure
        self._forget_window(slot)
        self.planes.show(slot, replace(base, colour_scale=scale, centre=centre))

    def show_planes(self, number: int) -> None:
        """Show four planes or six."""
        self.planes.arrange(with_planes(self.planes.figures, number, self.catalogue.figures))

    def choose_mass_ratio(self, slot: str, mass_ratio: float) -> None:
        """Draw the limit lines of a plane for a mass ratio M₂/M₁; raises ValueError outside 0 to 10."""
        if not 0 < mass_ratio <= 10:
            raise ValueError(f"a mass ratio of {mass_ratio:g} is outside 0 to 10")
        self.planes.show(slot, replace(self.planes.figures[slot], mass_ratio=mass_ratio))

    def figure_tag(self, slot: str) -> str:
        """Return a text that tells the figure in a slot from those before it."""
        figure = self.planes.figures.get(slot)
        return (
            "" if figure is None else f"{self.catalogue.name} {figure.x} {figure.y} {figure.x_scale} {figure.y_scale}"
        )

    def zoom(self, slot: str, bounds: tuple[float, float, float, float], width: int, height: int) -> None:
        """Follow the visible window of a plane."""
        figure = self.planes.figures.get(slot)
        if figure is None:
            return
        window = Window(*bounds, width, height)
        home = self.stage.home_window(slot, figure)
        zoomed = home is not None and not _alike(home.bounds, bounds)
        windows = {name: kept for name, kept in self.windows.items() if name != slot}
        if zoomed:
            windows[slot] = bounds
        with param.edit_constant(self):
            self.windows = windows
        self.pump.change(lambda stage: stage.show_window(slot, window))

    def forget_windows(self) -> None:
        """Show every plane whole again."""
        with param.edit_constant(self):
            self.windows = {}

    def _forget_window(self, slot: str) -> None:
        with param.edit_constant(self):
            self.windows = {name: kept for name, kept in self.windows.items() if name != slot}

    # ------------------------------------------------------------------ address

    def query(self) -> str:
        """Return the state as the query part of an address."""
        return query_of(self)

    @property
    def is_at_first(self) -> bool:
        """Tell whether the cuts are those that the catalogue opens with."""
        return self.selection.clauses == tuple(self._first_sliders())

    def show_windows(self, windows: dict[str, tuple[float, ...]]) -> None:
        """Note the visible bounds of each plane: x low, x high, y low, y high."""
        with param.edit_constant(self):
            self.windows = windows

    # ------------------------------------------------------------------ the star in focus

    def star_value(self, column: str) -> Any:
        """Return a value of the star in focus; None without star, column or value."""
        row = self.focus.row
        if row is None or column not in self.catalogue.table.columns:
            return None
        return self.catalogue.cell(column, row)

    def velocities(self, row: int) -> pd.DataFrame | None:
        """Return the single radial velocities at hand for a star, or None."""
        return self.series.velocities(self.catalogue, row)

    @property
    def real_workspace(self) -> Workspace | None:
        """Return what shows the real candidates beside this catalogue, made when first asked for; None without any."""
        if self._real_workspace is None and self.real is not None:
            self._real_workspace = Workspace(self.real.catalogue, series=self.series)
        return self._real_workspace

    def _keep_one(self, event: Any, other: RealStars | Focus | None) -> None:
        """Let go of the star of the other kind: one star at a time is looked at."""
        if event.new is None:
            return
        if isinstance(other, Focus) and other.row is not None:
            other.clear()
        elif isinstance(other, RealStars) and other.row is not None:
            other.pick_row(None)

    # ------------------------------------------------------------------ engine

    def _first_sliders(self) -> list[Clause]:
        usable = self.catalogue.usable_columns
        order = (*TRIAGE_SLIDERS, *FIRST_SLIDERS) if is_for_triage(usable) else FIRST_SLIDERS
        known = [name for name in dict.fromkeys(order) if name in usable]
        others = [name for name in self.catalogue.numeric_columns if name in usable and name not in known]
        first = (known + others)[:SLIDERS_AT_FIRST] if len(known) < 3 else known[:SLIDERS_AT_FIRST]
        return [Clause(f"slider:{name}", Range(name)) for name in first]

    def _apply_clauses(self, _event: object) -> None:
        clauses = self.selection.active
        columns = {c.name: c.column for c in self.selection.clauses if c.column in self.catalogue.usable_columns}
        self.pump.change(lambda stage: (stage.show_histograms(columns), stage.apply(clauses)))

    def _apply_figures(self, event: Any) -> None:
        old = event.old if event is not None else {}
        for slot in ALL_SLOTS:
            figure = self.planes.figures.get(slot)
            if figure == old.get(slot):
                continue
            if figure is None:
                self.pump.change(lambda stage, slot=slot: stage.drop_figure(slot))
                continue
            bounds = self.windows.get(slot)
            window = Window(*bounds) if bounds else None
            self.pump.change(lambda stage, s=slot, f=figure, w=window: stage.show_figure(s, f, w))

    def _complain(self, error: Exception) -> None:
        self.complaint = f"The picture could not be made: {error}"

    def close(self) -> None:
        """Free threads and the engine of this session."""
        self.series_cache.close()
        self.own_files.close()
        self.pump.close()
        if self._real_workspace is not None:
            self._real_workspace.close()


def _alike(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return all(abs(x - y) <= 1e-6 * max(abs(x), abs(y), 1e-12) for x, y in zip(a, b, strict=True))
