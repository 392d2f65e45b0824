"""Completeness and purity of the present cuts, kept up to date while they move."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import param

from analysis.selection import Cut, Range
from analysis.selection.tuning import Curve, Score
from components.state.catalogue import Catalogue
from components.state.stage import Stage
from components.state.truth import Tally, TruthCounter, true_classes
from components.state.workspace import Workspace

log = logging.getLogger(__name__)
REFRESH_S = 0.25
STEPS = 96
DARK_COMPANIONS = ("ms_ns", "ms_bh")
LOWER, UPPER = "low", "high"


@dataclass(frozen=True, eq=False)
class Tuned:
    """One answer: the tally of the cuts, and the curve along one end of the slider ``name`` (None without slider)."""

    tally: Tally
    wanted: tuple[str, ...]
    name: str = ""
    column: str = ""
    end: str = LOWER
    limit: float | None = None
    scale: str = "linear"
    curve: Curve | None = None

    @property
    def score(self) -> Score:
        """Return how complete and pure the present selection is."""
        return self.tally.score(self.wanted)


class Tuning(param.Parameterized):
    """Follows the cuts of a workspace: one answer in the making, the newest wish wins, four a second at most."""

    wanted = param.List(default=list(DARK_COMPANIONS), doc="classes that are looked for")
    slider = param.String(default="", doc="clause whose limit the curve follows; empty for the first that cuts")
    end = param.Selector(default="", objects=["", LOWER, UPPER], doc="which limit; empty for the one that cuts")
    answer = param.Parameter(default=None, constant=True, doc="the last Tuned, or None")
    doing = param.String(default="", constant=True, doc="what is in progress")
    progress = param.Number(default=-1.0, constant=True, doc="share done, negative where unknown")
    complaint = param.String(default="", constant=True, doc="why there is no answer")

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._counter: TruthCounter | None = None
        self._task: asyncio.Task[None] | None = None
        self._wish = False
        if self.has_truth:
            workspace.pump.on_frame(self.refresh)
            self.param.watch(lambda *_: self.refresh(), ["wanted", "slider", "end"])
            self.refresh()

    @property
    def has_truth(self) -> bool:
        """Tell whether the truth of the catalogue is known."""
        return self.workspace.catalogue.is_simulated

    @property
    def sliders(self) -> dict[str, str]:
        """Return clause name and label of every slider that a curve can follow."""
        catalogue = self.workspace.catalogue
        return {
            clause.name: catalogue.label(clause.column).text
            for clause in self.workspace.selection.clauses
            if clause.enabled and clause.column in catalogue.usable_columns
        }

    def refresh(self) -> None:
        """Answer anew soon; several calls close together count as one."""
        self._wish = True
        if self._task is not None and not self._task.done():
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no server yet: the first frame calls again
            return
        self._task = loop.create_task(self._follow())

    async def settled(self) -> None:
        """Wait until the newest wish is answered."""
        while self._task is not None and not self._task.done():
            await self._task

    async def _follow(self) -> None:
        pump, loop = self.workspace.pump, asyncio.get_running_loop()
        while self._wish and not pump.closed:
            self._wish = False
            try:
                cuts = await pump.ask(_clauses)
                if self._counter is None:
                    self._counter = await self._make_counter(loop)
                asked = tuple(self.wanted), *self._choose(cuts)
                answer = await loop.run_in_executor(None, _answer, self.workspace.catalogue, self._counter, cuts, asked)
            except (ValueError, KeyError, OSError, RuntimeError, MemoryError) as error:
                if pump.closed:
                    return
                log.warning("the truth could not be counted", exc_info=error)
                self._say(complaint=f"The truth could not be counted: {error}", doing="")
                return
            if not pump.closed:
                self._say(answer=answer, complaint="")
                await asyncio.sleep(REFRESH_S)

    async def _make_counter(self, loop: asyncio.AbstractEventLoop) -> TruthCounter:
        def progress(share: float, _text: str) -> None:
            loop.call_soon_threadsafe(lambda: self._say(progress=share))

        self._say(doing="Making the truth of the simulated stars")
        catalogue = self.workspace.catalogue
        truth = await loop.run_in_executor(None, true_classes, catalogue, progress)
        self._say(doing="", progress=-1.0)
        if truth is None:
            raise ValueError(f"{catalogue.title} is no simulated catalogue")
        return TruthCounter(catalogue, truth)

    def _choose(self, cuts: Mapping[str, Cut]) -> tuple[str, str]:
        """Return the slider and the end of it that the curve follows: the chosen ones, or those that cut."""
        known = [name for name in self.sliders if isinstance(cuts.get(name), Range)]
        cutting = [name for name in known if not _range(cuts, name).is_open]
        name = self.slider if self.slider in known else next(iter((*cutting, *known)), "")
        if self.end or not name:
            return name, self.end or LOWER
        moving = _range(cuts, name)
        return name, UPPER if moving.low is None and moving.high is not None else LOWER

    def _say(self, **values: object) -> None:
        with param.edit_constant(self):
            self.param.update(**values)


def _clauses(stage: Stage) -> dict[str, Cut]:
    return stage.engine.clauses


def _range(cuts: Mapping[str, Cut], name: str) -> Range:
    cut = cuts[name]
    assert isinstance(cut, Range)
    return cut


def _answer(
    catalogue: Catalogue, counter: TruthCounter, cuts: Mapping[str, Cut], asked: tuple[tuple[str, ...], str, str]
) -> Tuned:
    wanted, name, end = asked
    tally = counter.tally(cuts)
    if not name:
        return Tuned(tally, wanted)
    moving = _range(cuts, name)
    scale = catalogue.slider_scale(moving.column)
    limit = moving.low if end == LOWER else moving.high
    thresholds = curve_thresholds(catalogue, moving.column, limit)
    curve = counter.curve(cuts, name, end, thresholds, wanted)
    return Tuned(tally, wanted, name, moving.column, end, None if limit is None else float(limit), scale, curve)


def curve_thresholds(catalogue: Catalogue, column: str, limit: float | None = None) -> np.ndarray:
    """Return ascending thresholds over a slider's range, evenly spaced on its scale, the present limit among them."""
    low, high = catalogue.slider_limits(column) or (0.0, 1.0)
    if catalogue.slider_scale(column) == "log10":
        steps = np.geomspace(low, high, STEPS)
    else:
        steps = np.linspace(low, high, STEPS)
    return steps if limit is None else np.unique(np.append(steps, limit))
