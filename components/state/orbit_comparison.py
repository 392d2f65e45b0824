"""Inferred against true orbits of the stars that pass the cuts of a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import param

from analysis.selection import Cut
from components.state.follower import Follower, Progress
from components.state.inferred_truth import (
    INNER,
    OUTER,
    Agreement,
    InferredTruth,
    agreements,
    can_be_compared,
    inferred_truth,
)
from components.state.workspace import Workspace

MAKING = "Comparing inferred with true orbits"
MOST_SHOWN = 3000


@dataclass(frozen=True, eq=False)
class ComparedOrbits:
    """One answer, of stars that are shown one by one: ``rows`` in the catalogue, group, true and inferred period (yr)
    and mass ratio, and whether they pass the cuts; ``agreements`` are of all that pass, ``of`` are that many."""

    rows: np.ndarray
    group: np.ndarray
    period: np.ndarray
    period_inferred: np.ndarray
    q: np.ndarray
    q_inferred: np.ndarray
    passing: np.ndarray
    agreements: tuple[Agreement, ...]
    of: int


class OrbitComparison(Follower):
    """Follows the cuts: which stars with inferred orbits pass, and how well their orbits are inferred."""

    noticed = param.Boolean(default=True, doc="only stars with RUWE_ast and RUWE_spec above the paper's thresholds")
    triples = param.Selector(default=INNER, objects=[INNER, OUTER], doc="the true orbit of a triple")

    pause = 0.4
    subject = "The comparison of inferred and true orbits"

    def __init__(self, workspace: Workspace, active: bool = True) -> None:
        super().__init__(workspace)
        self.active = active
        if can_be_compared(workspace.catalogue):
            self.follow("noticed", "triples")

    def work(self, cuts: Mapping[str, Cut]) -> Callable[[Progress], ComparedOrbits]:
        """Return what compares the orbits of the stars that pass these cuts."""
        catalogue, noticed, triples = self.workspace.catalogue, self.noticed, self.triples

        def compare(progress: Progress) -> ComparedOrbits:
            found = inferred_truth(catalogue, lambda share, _: progress(share, MAKING))
            passing = found.passing(catalogue, cuts)
            known = np.isfinite(found.true_period(triples))
            if noticed:
                known &= found.table["noticed"].to_numpy()
            return _shown(found, known, known & passing, triples)

        return compare


def _shown(found: InferredTruth, known: np.ndarray, passing: np.ndarray, triples: str) -> ComparedOrbits:
    """Show passing stars first, and of each group as many as of the others while there are any."""
    group = found.table["group"].to_numpy()
    candidates = np.random.default_rng(0).permutation(np.flatnonzero(known))
    turn = np.empty(len(candidates), np.int64)
    for kind in np.unique(2 * group[candidates] + passing[candidates]):
        here = 2 * group[candidates] + passing[candidates] == kind
        turn[here] = np.arange(np.count_nonzero(here))
    order = candidates[np.lexsort((turn, ~passing[candidates]))]
    at = np.sort(order[:MOST_SHOWN])
    table = found.table.iloc[at]
    return ComparedOrbits(
        rows=table.index.to_numpy(),
        group=group[at],
        period=found.true_period(triples)[at],
        period_inferred=table["period_inferred"].to_numpy(),
        q=table["q"].to_numpy(),
        q_inferred=table["q_inferred"].to_numpy(),
        passing=passing[at],
        agreements=tuple(agreements(found, passing, triples)),
        of=int(np.count_nonzero(passing)),
    )
