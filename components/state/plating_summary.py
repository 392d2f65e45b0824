"""Bronze, silver and gold of Andrew et al. 2022 in a catalogue: how many stars pass each step, and how they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analysis.selection import PRESETS
from components.state.catalogue import Catalogue
from components.state.once import once

PRESET_OF: Mapping[str, str] = MappingProxyType(
    {"Bronze": "andrew2022_bronze", "Silver": "andrew2022_silver", "Gold": "andrew2022_gold"}
)
SAMPLE, NOTICED = "App. B.1", "both RUWE high"
COMPARED = ("parallax", "period_yr", "q", "secondary_mass")
BINS = 30
_LAST_OF_SAMPLE, _LAST_OF_NOTICED = "Has a colour", "RUWE above 1.25"


@dataclass(frozen=True)
class StepCount:
    """One step: what it asks, how many stars pass it and all before it, and how many in the paper (None: not told).

    ``passed`` is None, and ``missing`` names the columns, where the catalogue lacks them: the step is left out.
    """

    plating: str
    title: str
    section: str
    passed: int | None
    published: int | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Distribution:
    """Shares of each sample in bins of one column, on a log axis; every sample's shares sum to 1."""

    column: str
    edges: np.ndarray
    shares: Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class PlatingSummary:
    """The steps in order, the size of every sample, and the distributions of Fig. 17 that the columns allow."""

    steps: tuple[StepCount, ...]
    sizes: Mapping[str, int]
    distributions: tuple[Distribution, ...]


def plating_summary(catalogue: Catalogue) -> PlatingSummary:
    """Return step counts and distributions of the catalogue's platings; worked out once for all sessions."""
    return once(catalogue, "plating summary").get(lambda: _summarise(catalogue))


def _summarise(catalogue: Catalogue) -> PlatingSummary:
    passing = np.ones(len(catalogue), bool)
    samples: dict[str, np.ndarray] = {}
    counts: list[StepCount] = []
    done = 0
    for plating, name in PRESET_OF.items():
        preset = PRESETS[name]
        for step in preset.steps[done:]:
            missing = step.missing(catalogue.table.columns)
            if not missing:
                passing = passing & step.cut.mask(catalogue.table)
            passed = None if missing else int(np.count_nonzero(passing))
            counts.append(StepCount(plating, step.title, step.section, passed, step.published_count, missing))
            if step.title == _LAST_OF_SAMPLE:
                samples[SAMPLE] = passing
            elif step.title == _LAST_OF_NOTICED:
                samples[NOTICED] = passing
        done = len(preset.steps)
        samples[plating] = passing
    sizes = {name: int(np.count_nonzero(mask)) for name, mask in samples.items()}
    found = [_distribution(catalogue, column, samples) for column in COMPARED if column in catalogue.usable_columns]
    return PlatingSummary(tuple(counts), sizes, tuple(one for one in found if one is not None))


def _distribution(catalogue: Catalogue, column: str, samples: Mapping[str, np.ndarray]) -> Distribution | None:
    values = catalogue.values(column)
    kept = {name: values[mask] for name, mask in samples.items()}
    kept = {name: chosen[np.isfinite(chosen) & (chosen > 0)] for name, chosen in kept.items()}
    whole = kept[SAMPLE]
    if not len(whole):
        return None
    low, high = np.percentile(whole, (0.1, 99.9))
    others = np.concatenate([kept[name] for name in PRESET_OF])
    if len(others):
        low, high = min(low, others.min()), max(high, others.max())
    edges = np.geomspace(low * 0.999, max(high, low * 1.01) * 1.001, BINS + 1)
    shares = {}
    for name, chosen in kept.items():
        counts, _ = np.histogram(chosen, edges)
        shares[name] = counts / max(int(counts.sum()), 1)
    return Distribution(column, edges, shares)
