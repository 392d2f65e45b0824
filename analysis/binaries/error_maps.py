"""Maps of the measurement error of single stars over magnitude and colour."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import KDTree

from analysis.stars.units import MAGNITUDE, FloatArray, Values, elementwise, in_unit

MAGNITUDE_RANGE = (2.0, 18.0)
COLOUR_RANGE = (-2.0, 8.0)
GRID_POINTS = 100
CENTRES = 1000
REPEATS = 10
SINGLE_STAR_PERCENTILE = 41.0
DENSITY_EXPONENT = -0.5
DENSITY_BINS = 100
FEWEST_STARS_PER_CENTRE = 10


@dataclass(frozen=True, eq=False)
class ErrorMap:
    """Error of one measurement of a single star, on a regular grid.

    `magnitude` (m,) and `colour` (c,) in mag, ascending; `sigma` (c, m) in the unit of the scatter it was
    fitted to, positive.
    """

    magnitude: FloatArray
    colour: FloatArray
    sigma: FloatArray

    def __post_init__(self) -> None:
        if self.sigma.shape != (self.colour.size, self.magnitude.size):
            raise ValueError(
                f"sigma has the shape {self.sigma.shape}, colour and magnitude ask for "
                f"{(self.colour.size, self.magnitude.size)}"
            )
        if not (self.sigma > 0).all():
            raise ValueError("every sigma of an error map must be positive")

    def predict(self, magnitude: Any, colour: Any) -> Values:
        """Error at `magnitude` and `colour` (mag), linear in log sigma between the grid points.

        Floats or arrays that broadcast. NaN where one is NaN or outside the grid.
        """

        @elementwise(magnitude=MAGNITUDE, colour=MAGNITUDE)
        def interpolated(magnitude: Values, colour: Values) -> Values:
            column, along = _place(np.asarray(magnitude), self.magnitude)
            row, up = _place(np.asarray(colour), self.colour)
            logs = np.log(self.sigma)
            low = logs[row, column] * (1 - along) + logs[row, column + 1] * along
            high = logs[row + 1, column] * (1 - along) + logs[row + 1, column + 1] * along
            return np.asarray(np.exp(low * (1 - up) + high * up))

        return interpolated(magnitude, colour)

    def save(self, path: str | Path) -> None:
        """Write the map as CSV with the columns mag, col, sigma, the magnitude running fastest."""
        colour, magnitude = np.meshgrid(self.colour, self.magnitude, indexing="ij")
        table = {"mag": magnitude.ravel(), "col": colour.ravel(), "sigma": self.sigma.ravel()}
        pd.DataFrame(table).to_csv(path, index=False)

    @classmethod
    def load(cls, path: str | Path) -> "ErrorMap":
        """Map read from a CSV file as `save` writes it; the published maps of Gaia DR3 have the same form.

        Raises ValueError naming the file where a column is missing or the rows are not a full grid.
        """
        table = pd.read_csv(path)
        missing = [name for name in ("mag", "col", "sigma") if name not in table]
        if missing:
            raise ValueError(f"{path}: no column {missing[0]!r}; an error map has mag, col and sigma")
        magnitude, colour = np.unique(table["mag"]), np.unique(table["col"])
        full = len(table) == magnitude.size * colour.size
        if not full or table.duplicated(["mag", "col"]).any() or min(magnitude.size, colour.size) < 2:
            raise ValueError(
                f"{path}: {len(table)} rows do not fill a grid of {magnitude.size} magnitudes and {colour.size} colours"
            )
        ordered = table.sort_values(["col", "mag"])["sigma"].to_numpy(dtype=np.float64)
        return cls(magnitude, colour, ordered.reshape(colour.size, magnitude.size))


@dataclass(frozen=True, eq=False)
class ErrorMapComparison:
    """How one error map differs from another where there are stars.

    `log_ratio` (c, m): log10(first / second) at the first map's grid points, NaN where too few stars lie
    nearest; `n_stars` (c, m). `bias_dex` and `scatter_dex`: its star-weighted mean and standard deviation.
    """

    log_ratio: FloatArray
    n_stars: npt.NDArray[np.int64]
    bias_dex: float
    scatter_dex: float


def fit_error_map(
    magnitude: Any,
    colour: Any,
    scatter: Any,
    *,
    magnitude_range: tuple[float, float] = MAGNITUDE_RANGE,
    colour_range: tuple[float, float] = COLOUR_RANGE,
    percentile: float = SINGLE_STAR_PERCENTILE,
    density_exponent: float = DENSITY_EXPONENT,
    centres: int = CENTRES,
    repeats: int = REPEATS,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> ErrorMap:
    """Error of one measurement of a single star against `magnitude` and `colour`, in the unit of `scatter`.

    1-d arrays, one element a star; for RUWE_spec `scatter` is ruwe_spec(rv_error, n_transits, 1.0), for
    RUWE_phot ruwe_phot(flux_error, n_obs, 1.0). Andrew et al. 2022, App. B.2: random stars, drawn with the
    local density to the power `density_exponent`, are centres of Voronoi cells; a cell's value is the 41st
    percentile (about 20 % of stars are taken to be binaries); 100 x 100 grid, median of `repeats` maps. Stars
    outside the ranges, with a NaN or without scatter are left out. At most one centre for 10 stars.
    `progress` is called with the finished fraction. Raises ValueError where fewer than 10 stars remain.
    """
    positions, values = _stars_in_box(magnitude, colour, scatter, magnitude_range, colour_range)
    rng = np.random.default_rng(seed)
    weights = _local_density(positions) ** density_exponent
    centres = min(centres, values.size // FEWEST_STARS_PER_CENTRE)
    unit = np.linspace(0, 1, GRID_POINTS)
    grid = np.stack(np.meshgrid(unit, unit), axis=-1).reshape(-1, 2)
    maps = np.empty((repeats, grid.shape[0]))
    for repeat in range(repeats):
        # the stars with the smallest exponential variates of rate w: a weighted draw without replacement
        chosen = np.argpartition(rng.standard_exponential(values.size) / weights, centres - 1)[:centres]
        tree = KDTree(positions[chosen])
        labels = np.asarray(tree.query(positions)[1], dtype=np.int16 if centres < 1 << 15 else np.int64)
        maps[repeat] = _percentile_by_label(values, labels, centres, percentile)[tree.query(grid)[1]]
        if progress is not None:
            progress((repeat + 1) / repeats)
    sigma = np.median(maps, axis=0).reshape(GRID_POINTS, GRID_POINTS)
    return ErrorMap(np.linspace(*magnitude_range, GRID_POINTS), np.linspace(*colour_range, GRID_POINTS), sigma)


def compare_error_maps(
    first: ErrorMap, second: ErrorMap, magnitude: Any, colour: Any, fewest_stars: int = 1
) -> ErrorMapComparison:
    """Difference of two error maps in dex at the grid points that have `fewest_stars` stars nearest to them.

    `magnitude` and `colour` (mag, 1-d) are the stars that count. Raises ValueError where none is on the grid.
    """
    stars = [in_unit(value, MAGNITUDE).astype(np.float64) for value in (colour, magnitude)]
    good = np.isfinite(stars[0]) & np.isfinite(stars[1])
    counts = np.histogram2d(
        stars[0][good], stars[1][good], bins=[_cell_edges(first.colour), _cell_edges(first.magnitude)]
    )[0].astype(np.int64)
    grid_colour, grid_magnitude = np.meshgrid(first.colour, first.magnitude, indexing="ij")
    log_ratio = np.log10(first.sigma / np.asarray(second.predict(grid_magnitude, grid_colour)))
    log_ratio[counts < fewest_stars] = np.nan
    used = np.isfinite(log_ratio)
    if not used.any():
        raise ValueError(f"none of the {good.sum()} stars lies where both maps have a value")
    bias = float(np.average(log_ratio[used], weights=counts[used]))
    scatter = float(np.sqrt(np.average((log_ratio[used] - bias) ** 2, weights=counts[used])))
    return ErrorMapComparison(log_ratio, counts, bias, scatter)


def _stars_in_box(
    magnitude: Any,
    colour: Any,
    scatter: Any,
    magnitude_range: tuple[float, float],
    colour_range: tuple[float, float],
) -> tuple[FloatArray, FloatArray]:
    """Positions in the unit box (n, 2) and values of the usable stars, in the order of their values."""
    columns = [np.asarray(in_unit(value, MAGNITUDE), dtype=np.float64) for value in (magnitude, colour)]
    values = np.asarray(scatter, dtype=np.float64)
    if not columns[0].shape == columns[1].shape == values.shape or values.ndim != 1:
        raise ValueError(
            f"magnitude, colour and scatter have shapes {columns[0].shape}, {columns[1].shape}, "
            f"{values.shape}: give three 1-d arrays of one length"
        )
    box = [
        (column - low) / (high - low)
        for column, (low, high) in zip(columns, (magnitude_range, colour_range), strict=True)
    ]
    usable = np.isfinite(values) & (values > 0)
    for side in box:
        usable &= (side >= 0) & (side <= 1)
    if usable.sum() < FEWEST_STARS_PER_CENTRE:
        raise ValueError(
            f"{usable.sum()} of {values.size} stars have a scatter, a magnitude within {magnitude_range} and "
            f"a colour within {colour_range}: an error map needs at least {FEWEST_STARS_PER_CENTRE}"
        )
    order = np.flatnonzero(usable)[np.argsort(values[usable], kind="stable")]
    return np.column_stack([side[order] for side in box]), values[order]


def _local_density(positions: FloatArray) -> FloatArray:
    """Number of stars in each star's bin of a coarse histogram."""
    bins = np.minimum((positions * DENSITY_BINS).astype(np.int64), DENSITY_BINS - 1)
    flat = bins[:, 0] * DENSITY_BINS + bins[:, 1]
    return np.asarray(np.bincount(flat, minlength=DENSITY_BINS**2)[flat], dtype=np.float64)


def _percentile_by_label(values: FloatArray, labels: npt.NDArray[Any], n_labels: int, percentile: float) -> FloatArray:
    """Percentile of the values of each label; `values` ascending, every label present."""
    counts = np.bincount(labels, minlength=n_labels)
    grouped = values[np.argsort(labels, kind="stable")]
    place = np.cumsum(counts) - counts + (counts - 1) * percentile / 100
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.cumsum(counts) - 1)
    return np.asarray(grouped[below] + (place - below) * (grouped[above] - grouped[below]))


def _place(value: FloatArray, nodes: FloatArray) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Index of the grid interval that holds each value and the fraction into it, NaN outside the grid."""
    inside = (value >= nodes[0]) & (value <= nodes[-1])
    index = np.clip(np.searchsorted(nodes, value, side="right") - 1, 0, nodes.size - 2)
    fraction = (value - nodes[index]) / (nodes[index + 1] - nodes[index])
    return index, np.where(inside, fraction, np.nan)


def _cell_edges(nodes: FloatArray) -> FloatArray:
    middles = 0.5 * (nodes[1:] + nodes[:-1])
    return np.concatenate([nodes[:1], middles, nodes[-1:]])
