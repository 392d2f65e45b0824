"""What every engine is asked: eight cuts, four planes of 600 × 500 pixels, eight histograms."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from analysis.selection import Answer, Axis, Grid, Histogram, Range

HR = (Axis("bp_rp", -0.5, 3.5, 600), Axis("absolute_g", -3, 14, 500))
GRIDS = (
    Grid("HR diagram", *HR),
    Grid("RUWE map", *HR, "mean", "ruwe"),
    Grid(
        "velocity against period",
        Axis("period", 0.05, 100, 600, "log10"),
        Axis("half_delta_vr", 0.1, 300, 500, "log10"),
    ),
    Grid("RUWE against magnitude", Axis("phot_g_mean_mag", 4, 16, 600), Axis("ruwe", 0.7, 20, 500, "log10")),
)
SLIDERS = {
    "phot_g_mean_mag": Axis("phot_g_mean_mag", 4, 16, 64),
    "bp_rp": Axis("bp_rp", -0.5, 3.5, 64),
    "parallax_over_error": Axis("parallax_over_error", 0.5, 1000, 64, "log10"),
    "ruwe": Axis("ruwe", 0.7, 10, 64, "log10"),
    "radial_velocity_error": Axis("radial_velocity_error", 0.1, 20, 64, "log10"),
    "snrg": Axis("snrg", 2, 300, 64, "log10"),
    "absolute_g": Axis("absolute_g", -3, 14, 64),
    "companion_mass": Axis("companion_mass", 0.05, 3, 64),
}
HISTOGRAMS = tuple(Histogram(name, axis) for name, axis in SLIDERS.items())
COLUMNS = (*SLIDERS, "period", "half_delta_vr")
MOVED = "phot_g_mean_mag"

CUTS = {
    "loose": {
        "phot_g_mean_mag": (5, 15.6),
        "bp_rp": (0.3, 2.2),
        "parallax_over_error": (3, None),
        "ruwe": (None, 2.0),
        "radial_velocity_error": (None, 5),
        "snrg": (8, None),
        "absolute_g": (-2, 11),
        "companion_mass": (0.15, 2.5),
    },
    "tight": {
        "phot_g_mean_mag": (5, 15.6),
        "bp_rp": (0.6, 1.2),
        "parallax_over_error": (50, None),
        "ruwe": (None, 1.0),
        "radial_velocity_error": (None, 1),
        "snrg": (30, None),
        "absolute_g": (4, 6),
        "companion_mass": (0.8, 2.5),
    },
}


def ranges(kind: str) -> dict[str, Range]:
    """The eight cuts, "loose" or "tight"."""
    return {name: Range(name, low, high) for name, (low, high) in CUTS[kind].items()}


def moved_ends(values: np.ndarray, high: float, part: float) -> tuple[float, float]:
    """The upper end, and the one below it with this part of all rows between the two."""
    place = int(np.count_nonzero(values <= high) - part * len(values))
    return high, float(np.partition(values, place)[place])


def times_ms(work: Callable[[int], object], times: int) -> list[float]:
    """The milliseconds that the work takes each time; it is told how many times it was done before."""
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        work(number)
        taken.append(1e3 * (time.perf_counter() - begun))
    return taken


def median_ms(work: Callable[[int], object], times: int) -> float:
    """The median milliseconds that the work takes."""
    return float(np.median(times_ms(work, times)))


def plain_answer(table, cuts: dict[str, Range]) -> tuple[int, list[np.ndarray], list[np.ndarray]]:
    """Rows, counts of the planes and histograms by masks of whole columns and numpy: the reference."""
    masks = {name: cut.mask(table) for name, cut in cuts.items()}
    failed = np.zeros(len(table), dtype=np.uint8)
    for mask in masks.values():
        failed += ~mask
    grids = []
    for grid in GRIDS:
        inside = failed == 0
        places = [bin_numbers(table[axis.column].to_numpy(), axis) for axis in grid.axes]
        inside &= (places[0] >= 0) & (places[1] >= 0)
        pixels = places[1][inside].astype(np.int64) * grid.x.bins + places[0][inside]
        grids.append(np.bincount(pixels, minlength=grid.x.bins * grid.y.bins).reshape(grid.shape))
    histograms = []
    for name, axis in SLIDERS.items():
        bins = bin_numbers(table[name].to_numpy(), axis)[(failed - ~masks[name]) == 0]
        histograms.append(np.bincount(bins[bins >= 0], minlength=axis.bins))
    return int((failed == 0).sum()), grids, histograms


def bin_numbers(values: np.ndarray, axis: Axis) -> np.ndarray:
    """The bin of each value as int16, -1 for none."""
    bins = np.empty(len(values), dtype=np.int16)
    for start in range(0, len(values), 1 << 20):
        part = values[start : start + (1 << 20)].astype(np.float64)
        place = np.searchsorted(axis.edges, part, side="right") - 1
        place[part == axis.edges[-1]] = axis.bins - 1
        bins[start : start + (1 << 20)] = np.where((part >= axis.low) & (part <= axis.high), place, -1)
    return bins


def assert_right(answer: Answer, table, cuts: dict[str, Range]) -> None:
    """Every count of the answer is the reference's."""
    count, grids, histograms = plain_answer(table, cuts)
    assert answer.count == count
    for grid, counts in zip(GRIDS, grids, strict=True):
        np.testing.assert_array_equal(answer.grids[grid.name].count, counts)
    for name, counts in zip(SLIDERS, histograms, strict=True):
        np.testing.assert_array_equal(answer.histograms[name], counts)


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
