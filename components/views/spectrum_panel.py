"""The spectra of the star in focus: flux, lines, velocity, type, PCA reconstruction and close-ups."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import panel as pn

from analysis.spectra import SpectrumError
from components.choice_table import ChoiceTable
from components.documents import deliver, run_in_document
from components.dropped_files import StarDropArea
from components.figures.spectrum import KINDS, ProfileFigure, SpectrumFigure
from components.figures.spectrum_traces import (
    FLUX,
    NORMALISED,
    OVERLAID,
    PCA,
    STACKED,
    Drawing,
    draw_all,
    draw_one,
    draw_rebuilt,
)
from components.spectrum_text import (
    epoch_table,
    numbers_html,
    profile_html,
    rebuilt_html,
    verdicts_html,
)
from components.state.spectra import FoundSpectra, MeasuredSpectra, Rebuilt
from components.state.uploads import UploadFolder
from components.state.workspace import Workspace
from components.theme import THEMES, escape, stylesheet

NO_SPECTRA = (
    "<p>No spectrum of this star is at hand. Open one below, or start with <code>penumbra serve --spectra FOLDER"
    "</code> to have LAMOST and SDSS files found by obsid, designation, fibre, Gaia identifier or place on the sky.</p>"
)
WINDOWS = {
    "Whole spectrum": (0.0, np.inf),
    "Blue, Ca II H, K to Hβ": (3850.0, 4950.0),
    "Hβ to Mg b": (4750.0, 5350.0),
    "Na I D": (5780.0, 6010.0),
    "Hα": (6450.0, 6680.0),
    "TiO and CaH, 6700–7300": (6650.0, 7300.0),
    "Ca II triplet": (8400.0, 8800.0),
}
LEGEND = (
    "<p class=small>Shaded: telluric bands. Dotted: lines at the star's velocity. × at the foot: bad pixels. Drag to "
    "zoom, double click for all.</p>"
)
LIMIT_MB = 50
SAY_EVERY = 0.3


class SpectrumPanel(pn.viewable.Viewer):
    """Shows a star's spectra as soon as they are read, and what they tell once it is worked out."""

    def __init__(self, workspace: Workspace, theme: str) -> None:
        super().__init__()
        self._workspace = workspace
        self._document = pn.state.curdoc
        self._theme = theme
        self._found: FoundSpectra | None = None
        self._measured: MeasuredSpectra | None = None
        self._rebuilt: Rebuilt | None = None
        self._folder = UploadFolder()
        self._own = 0  # files of the visitor among the spectra shown
        self._said = 0.0
        prose: dict[str, Any] = {"margin": 0, "stylesheets": [stylesheet("prose")], "sizing_mode": "stretch_width"}
        plot: dict[str, Any] = {"margin": 0, "sizing_mode": "stretch_width"}
        widget: dict[str, Any] = {
            "margin": (2, 3), "stylesheets": [stylesheet("widgets")], "sizing_mode": "stretch_width",
        }  # fmt: skip
        self._note, self._verdicts, self._numbers, self._pca_text = (pn.pane.HTML("", **prose) for _ in range(4))
        self._panes = [pn.pane.Bokeh(None, **plot) for _ in range(4)]
        self._titles = [pn.pane.HTML("", **prose) for _ in range(2)]
        self._epoch = pn.widgets.Select(options=[], **widget)
        self._window = pn.widgets.Select(options=list(WINDOWS), **widget)
        self._how = pn.widgets.RadioButtonGroup(options=[FLUX, NORMALISED, PCA], value=FLUX, **widget)
        self._kinds = pn.widgets.CheckButtonGroup(
            options=list(KINDS), value=["Balmer", "Ca II", "Na I", "TiO, CaH"], **widget
        )
        self._components = pn.widgets.DiscreteSlider(name="Components", options=[1], value=1, **widget)
        self._epochs = ChoiceTable("Epochs", theme, self._pick)
        self._dropper = StarDropArea(self._received, "pen-spectrum-file", LIMIT_MB, height=80)
        self._opener = pn.widgets.Button(name="Open a spectrum of this star…", **widget)
        self._make_figures()
        flux, rest, halpha, hbeta = self._panes
        self._told = pn.Column(self._verdicts, self._numbers, self._epochs, **plot)
        self._pca = pn.Column(self._components, self._pca_text, **plot)
        close_ups = pn.Row(
            pn.Column(self._titles[0], halpha, **plot), pn.Column(self._titles[1], hbeta, **plot), **plot
        )
        self._close_ups = close_ups
        self._plots = pn.Column(
            pn.Row(self._epoch, self._window, **plot), self._how, flux, rest, self._kinds,
            pn.pane.HTML(LEGEND, **prose), self._pca, self._told, close_ups, visible=False, **plot,
        )  # fmt: skip
        self._layout = pn.Column(self._note, self._plots, self._opener, self._dropper, **plot)
        self._watch()
        self._load()

    def __panel__(self) -> pn.Column:
        return self._layout

    def show_theme(self, name: str) -> None:
        """Take on an appearance."""
        self._theme = name
        self._epochs.show_theme(name)
        self._make_figures()
        self._draw()

    def _watch(self) -> None:
        self._workspace.focus.param.watch(lambda *_: self._load(), "row")
        for widget in (self._epoch, self._how):
            widget.param.watch(lambda *_: self._changed(), "value")
        self._window.param.watch(lambda *_: self._zoom(), "value")
        self._kinds.param.watch(lambda *_: self._mark(), "value")
        self._components.param.watch(lambda *_: self._ask_rebuilt(), "value_throttled")
        self._opener.on_click(lambda *_: self._offer_files())

    def _make_figures(self) -> None:
        theme = THEMES[self._theme]
        self._figure, self._profiles = SpectrumFigure(theme), [ProfileFigure(theme) for _ in range(2)]
        models = (self._figure.model, self._figure.residuals, *(one.model for one in self._profiles))
        for pane, model in zip(self._panes, models, strict=True):
            pane.object = model

    # ------------------------------------------------------------------ one star

    @property
    def _number(self) -> int:
        """Number of the epoch whose numbers are shown: the chosen one, or the best where all are."""
        found = self._found
        assert found is not None
        if self._epoch.value in found.labels:
            return found.labels.index(self._epoch.value)
        return int(np.argmax([one.snr() for one in found.spectra]))

    def _load(self) -> None:
        row = self._workspace.focus.row
        self._found = self._measured = self._rebuilt = None
        self._layout.visible = row is not None
        self._plots.visible = False
        self._dropper.close()
        if row is None:
            return
        source, catalogue = self._workspace.series.spectra, self._workspace.catalogue
        if not source.can_have(catalogue, row):
            self._note.object = NO_SPECTRA
            return
        self._note.object = "<p>Reading the spectra…</p>"
        own = self._own = len(source.own(catalogue, row))
        say = self._progress_of(row)
        task = self._workspace.series_cache.kept(row, "spectra", own, lambda: source.find(catalogue, row, say))
        deliver(
            self._document, task, self._take, self._refuse,
            lambda: self._workspace.focus.row == row and self._own == own,
        )  # fmt: skip

    def _progress_of(self, row: int) -> Callable[[float, str], None]:
        """Return what tells the page from a thread how far the work for this star is, a few times a second."""

        def say(_share: float, text: str) -> None:
            now = time.monotonic()
            if now - self._said > SAY_EVERY:
                self._said = now
                run_in_document(self._document, partial(self._show_progress, row, text))

        return say

    def _show_progress(self, row: int, text: str) -> None:
        if self._workspace.focus.row == row and (self._measured is None or self._rebuilt is None):
            self._note.object = f"<p>{escape(text)}…</p>"

    def _refuse(self, reason: str) -> None:
        self._note.object = f"<p class=warn>{escape(reason)}</p>"

    def _take(self, found: FoundSpectra | None) -> None:
        if found is None:
            self._note.object = NO_SPECTRA
            if self._workspace.catalogue.is_simulated:
                self._note.object = "<p>LAMOST did not see this simulated star: it has no spectrum.</p>"
            return
        row, source = self._workspace.focus.row, self._workspace.series.spectra
        assert row is not None
        self._found = found
        several = len(found.spectra) > 1
        labels = _distinct(found.labels)
        self._found = (
            found if labels == found.labels else FoundSpectra(found.spectra, labels, found.found_by, found.problems)
        )
        options = [*labels, *((OVERLAID, STACKED) if several else ())]
        best = labels[int(np.argmax([one.snr() if one.good.any() else -1.0 for one in found.spectra]))]
        self._epoch.param.update(options=options, value=best)
        self._epoch.visible = True
        self._told.visible = self._close_ups.visible = self._pca.visible = False
        self._note.object = "<p>Measuring velocity and type…</p>"
        self._plots.visible = True
        self._draw()
        self._zoom()
        catalogue, say, shown = self._workspace.catalogue, self._progress_of(row), self._found
        task = self._workspace.series_cache.kept(
            row, "measured spectra", self._own, lambda: source.measure(catalogue, shown, say)
        )
        deliver(self._document, task, self._take_measured, self._refuse, lambda: self._found is shown)

    def _take_measured(self, measured: MeasuredSpectra) -> None:
        assert self._found is not None
        self._measured = measured
        self._workspace.spectrum_told = (self._workspace.focus.row, max(measured.evidence, key=lambda one: one.snr))
        table = epoch_table(self._found, measured)
        self._epochs.show(table if len(table) > 1 else table.head(0))
        self._note.object = ""
        self._told.visible = self._close_ups.visible = True
        self._draw()
        self._ask_rebuilt()

    def _ask_rebuilt(self) -> None:
        """Rebuild the shown epoch; the model is made first where there is none yet."""
        found, measured, row = self._found, self._measured, self._workspace.focus.row
        if found is None or measured is None or row is None:
            return
        number, source, catalogue = self._number, self._workspace.series.spectra, self._workspace.catalogue
        velocity = measured.evidence[number].velocity
        velocity = velocity if np.isfinite(velocity) else 0.0
        components = int(self._components.value) if self._components.value in self._components.options[1:] else 0
        say, spectrum = self._progress_of(row), found.spectra[number]
        self._pca_text.object = "<p class=small>Rebuilding from principal components…</p>"
        self._pca.visible = True
        task = self._workspace.series_cache.kept(
            row, "rebuilt spectrum", (number, components, self._own),
            lambda: source.rebuild(catalogue, spectrum, velocity, components, say),
        )  # fmt: skip
        deliver(
            self._document, task, self._take_rebuilt, self._refuse,
            lambda: self._found is found and self._number == number,
        )  # fmt: skip

    def _take_rebuilt(self, rebuilt: Rebuilt) -> None:
        self._rebuilt = rebuilt
        self._note.object = ""
        self._components.visible = rebuilt.reconstruction is not None
        if rebuilt.steps:
            self._components.param.update(options=list(rebuilt.steps), value=rebuilt.components)
        self._pca_text.object = rebuilt_html(rebuilt)
        self._draw()

    def _pick(self, number: int) -> None:
        if self._found is not None and number < len(self._found.labels):
            self._epoch.value = self._found.labels[number]

    def _changed(self) -> None:
        if self._found is None:
            return
        self._rebuilt = None
        self._draw()
        self._ask_rebuilt()

    # ------------------------------------------------------------------ drawing

    def _drawing(self) -> Drawing | None:
        found, how = self._found, self._how.value
        assert found is not None
        if how == PCA:
            if self._rebuilt is None or self._measured is None:
                return None
            return draw_rebuilt(self._rebuilt, found.labels[self._number], self._velocity)
        if self._epoch.value in (OVERLAID, STACKED):
            return draw_all(found, how, self._epoch.value == STACKED)
        return draw_one(found, self._measured, self._number, how)

    @property
    def _velocity(self) -> float:
        velocity = self._measured.evidence[self._number].velocity if self._measured is not None else 0.0
        return velocity if np.isfinite(velocity) else 0.0

    def _draw(self) -> None:
        found, measured = self._found, self._measured
        if found is None:
            return
        try:
            drawing = self._drawing()
        except SpectrumError as error:
            self._refuse(str(error))
            return
        if drawing is not None and drawing.traces:
            self._figure.show(drawing.traces, drawing.fit, drawing.rest, drawing.y_label)
            self._panes[1].visible = drawing.rest is not None
        self._mark()
        if measured is None:
            return
        one = measured.evidence[self._number]
        self._verdicts.object = verdicts_html(one, self._rebuilt)
        in_catalogue = self._workspace.star_value("delta_vr")
        self._numbers.object = numbers_html(found, measured, self._number, in_catalogue)
        for name, title, figure, pane in zip(("Hα", "Hβ"), self._titles, self._profiles, self._panes[2:], strict=True):
            profile = one.profiles.get(name)
            title.object = profile_html(name, profile)
            pane.visible = profile is not None
            if profile is not None:
                figure.show(profile)

    def _mark(self) -> None:
        self._figure.mark(self._kinds.value, self._velocity if self._found is not None else 0.0)

    def _zoom(self) -> None:
        if self._found is None:
            return
        ends = [(float(one.wavelength[0]), float(one.wavelength[-1])) for one in self._found.spectra]
        whole = min(first for first, _ in ends), max(last for _, last in ends)
        first, last = WINDOWS[self._window.value]
        self._figure.show_window(max(first, whole[0]), min(last, whole[1]), whole)

    # ------------------------------------------------------------------ files of the visitor

    def _offer_files(self) -> None:
        row = self._workspace.focus.row
        if self._dropper.is_open or row is None:
            self._dropper.close()
        else:
            self._dropper.open(row)

    def _received(self, row: int, name: str, content: bytes) -> None:
        self._workspace.series.spectra.add(self._workspace.catalogue, row, self._folder.keep(name, content))
        if self._workspace.focus.row == row:
            self._load()


def _distinct(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Labels of which no two are the same."""
    seen: dict[str, int] = {}
    made = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        made.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return tuple(made)
