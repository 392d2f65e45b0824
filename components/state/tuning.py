"""Completeness and purity of the present cuts, kept up to date while they move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import param

from analysis.selection import Cut, Range
from analysis.selection.tuning import Curve, Score, purity_in_nature
from components.state.catalogue import Catalogue
from components.state.follower import Follower, Progress
from components.state.slider_curves import LOWER, UPPER, SliderCurve, SliderCurves, cutting_end, even_thresholds
from components.state.truth import ENRICHED, Tally, TruthCounter, first_wanted, true_classes
from components.state.workspace import Workspace

MAKING = "Making the truth of the simulated stars"
STEPS = 96


@dataclass(frozen=True, eq=False)
class Tuned:
    """One answer: the tally of the cuts, the curve along one end of the slider ``name`` (None without slider), and
    coarser ones of every slider."""

    tally: Tally
    wanted: tuple[str, ...]
    name: str = ""
    column: str = ""
    end: str = LOWER
    limit: float | None = None
    scale: str = "linear"
    curve: Curve | None = None
    natural: np.ndarray | None = None
    every: Mapping[str, SliderCurve] = field(default_factory=dict)

    @property
    def purity_in_nature(self) -> float:
        """Return the purity of the present selection with neutron stars and black holes as rare as in nature."""
        return self.tally.purity_in_nature(self.wanted)

    @property
    def score(self) -> Score:
        """Return how complete and pure the present selection is."""
        return self.tally.score(self.wanted)


class Tuning(Follower):
    """Completeness and purity of the cuts of a workspace, and both along one slider."""

    wanted = param.List(default=[], doc="classes that are looked for")
    slider = param.String(default="", doc="clause whose limit the curve follows; empty for the first that cuts")
    end = param.Selector(default="", objects=["", LOWER, UPPER], doc="which limit; empty for the one that cuts")
    looked_at = param.Boolean(default=True, doc="whether the truth is in front")
    kept_on_cuts = param.Boolean(default=False, doc="whether the cuts tell it also where something else is in front")

    subject = "The truth"

    def __init__(self, workspace: Workspace, looked_at: bool = True) -> None:
        super().__init__(workspace)
        self.looked_at = looked_at
        self.wanted = list(first_wanted(workspace.catalogue))
        self._counter: TruthCounter | None = None
        self._curves: SliderCurves | None = None
        self.param.watch(lambda *_: self._attend(), ["looked_at", "kept_on_cuts"])
        self._attend()
        if self.has_truth:
            self.follow("wanted", "slider", "end")

    def _attend(self) -> None:
        self.active = self.looked_at or self.kept_on_cuts

    @property
    def has_truth(self) -> bool:
        """Tell whether the truth of the catalogue is known."""
        return self.workspace.catalogue.has_truth

    @property
    def sliders(self) -> dict[str, str]:
        """Return clause name and label of every slider that a curve can follow."""
        catalogue = self.workspace.catalogue
        return {
            clause.name: catalogue.label(clause.column).text
            for clause in self.workspace.selection.clauses
            if clause.enabled and clause.column in catalogue.usable_columns
        }

    def work(self, cuts: Mapping[str, Cut]) -> Callable[[Progress], Tuned]:
        """Return what counts these cuts against the truth, which is made the first time."""
        catalogue = self.workspace.catalogue
        asked = tuple(self.wanted), *self._choose(cuts)

        def count(progress: Progress) -> Tuned:
            if self._counter is None:
                truth = true_classes(catalogue, lambda share, _: progress(share, MAKING))
                if truth is None:
                    raise ValueError(f"the truth of {catalogue.title} is not known")
                self._counter = TruthCounter(catalogue, truth)
                self._curves = SliderCurves(catalogue, self._counter)
            answer = _answer(catalogue, self._counter, cuts, asked)
            assert self._curves is not None
            return replace(answer, every=self._curves.along(cuts, answer.wanted)) if answer.wanted else answer

        return count

    def _choose(self, cuts: Mapping[str, Cut]) -> tuple[str, str]:
        """Return the slider and the end of it that the curve follows: the chosen ones, or those that cut."""
        known = [name for name in self.sliders if isinstance(cuts.get(name), Range)]
        cutting = [name for name in known if not _range(cuts, name).is_open]
        name = self.slider if self.slider in known else next(iter((*cutting, *known)), "")
        if self.end or not name:
            return name, self.end or LOWER
        return name, cutting_end(_range(cuts, name))


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
    rare = counter.curve(cuts, name, end, thresholds, wanted, only=ENRICHED)
    natural = purity_in_nature(curve, rare, counter.enrichment)
    shown = None if limit is None else float(limit)
    return Tuned(tally, wanted, name, moving.column, end, shown, scale, curve, natural)


def curve_thresholds(catalogue: Catalogue, column: str, limit: float | None = None) -> np.ndarray:
    """Return ascending thresholds over a slider's range, evenly spaced on its scale, the present limit among them."""
    steps = even_thresholds(catalogue, column, STEPS)
    return steps if limit is None else np.unique(np.append(steps, limit))
