"""Errors of single stars over magnitude and colour in a catalogue, and a published map beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.binaries import (
    ErrorMap,
    ErrorMapComparison,
    ErrorSample,
    compare_error_maps,
    flux_sample,
    map_of_sample,
    velocity_sample,
)
from analysis.binaries.gaia_columns import FEWEST_STARS_FOR_A_MAP
from components.state.catalogue import Catalogue
from components.state.once import once

Progress = Callable[[float, str], None]
VELOCITY, FLUX = "velocity", "flux"
FEWEST_COMPARED = 5
_MARGIN = 1


@dataclass(frozen=True)
class MappedError:
    """An error that is mapped: its symbol, unit, figure of the paper, the stars it is of, and columns it needs."""

    symbol: str
    unit: str
    figure: str
    sample: Callable[[pd.DataFrame], ErrorSample | None]
    needs: tuple[str, ...]


MAPPED: Mapping[str, MappedError] = MappingProxyType(
    {
        VELOCITY: MappedError(
            "σ_spec", "km/s", "Figs. 19 and 20", velocity_sample,
            ("phot_g_mean_mag", "bp_rp", "radial_velocity_error", "rv_nb_transits"),
        ),
        FLUX: MappedError(
            "σ_phot", "e/s", "Fig. 21", flux_sample,
            ("phot_g_mean_mag", "bp_rp", "phot_g_mean_flux_error", "phot_g_n_obs"),
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class FittedErrors:
    """The map of one error and what it was fitted to, on the part of its grid that has stars.

    ``stars`` (c, m) is the number of stars nearest to each grid point, ``median`` and ``sigma`` (c, m) the median
    scatter of these stars and the error of single ones, NaN where there is none.
    """

    kind: str
    colour: np.ndarray
    magnitude: np.ndarray
    stars: np.ndarray
    median: np.ndarray
    sigma: np.ndarray
    whole: ErrorMap
    sample: ErrorSample


def fitted_errors(catalogue: Catalogue, kind: str, progress: Progress | None = None) -> FittedErrors:
    """Return the map of an error of the catalogue's stars; worked out once for all sessions.

    Raises ValueError where columns are missing or fewer than 2,000 stars have what it takes.
    """
    return once(catalogue, f"error map: {kind}").get(lambda: _fit(catalogue, kind, progress))


def _fit(catalogue: Catalogue, kind: str, progress: Progress | None) -> FittedErrors:
    mapped = MAPPED[kind]
    lacking = [name for name in mapped.needs if name not in catalogue.usable_columns]
    if lacking:
        raise ValueError(f"{mapped.symbol} cannot be mapped: {catalogue.title} has no {', '.join(lacking)}")
    sample = mapped.sample(catalogue.table)
    whole = map_of_sample(sample, progress)
    if whole is None or sample is None:
        number = 0 if sample is None else sample.scatter.size
        raise ValueError(
            f"{mapped.symbol} cannot be mapped: {number} stars of {catalogue.title} have a known scatter, and "
            f"{FEWEST_STARS_FOR_A_MAP} are needed"
        )
    return cropped_map(kind, whole, sample)


def cropped_map(kind: str, whole: ErrorMap, sample: ErrorSample) -> FittedErrors:
    """Return a map with the counts and medians of its stars, cut down to the part that has any."""
    stars, median = _cells(whole, sample)
    rows, columns = (np.flatnonzero(stars.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        raise ValueError("none of the stars lies on the map")
    c = slice(max(rows[0] - _MARGIN, 0), rows[-1] + 1 + _MARGIN)
    m = slice(max(columns[0] - _MARGIN, 0), columns[-1] + 1 + _MARGIN)
    sigma = np.where(stars > 0, whole.sigma, np.nan)
    return FittedErrors(
        kind, whole.colour[c], whole.magnitude[m], stars[c, m], median[c, m], sigma[c, m], whole, sample
    )


def compare_with_file(found: FittedErrors, path: Path) -> ErrorMapComparison:
    """Return how the fitted map differs from that in a CSV file (mag, col, sigma) where both have stars.

    The grid is that of `FittedErrors`. Raises ValueError, naming the file, where it is no error map.
    """
    try:
        published = ErrorMap.load(path)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ValueError(f"{path.name} could not be read as an error map: {error}") from error
    whole = compare_error_maps(found.whole, published, found.sample.magnitude, found.sample.colour, FEWEST_COMPARED)
    rows = np.searchsorted(found.whole.colour, found.colour)
    columns = np.searchsorted(found.whole.magnitude, found.magnitude)
    here = np.ix_(rows, columns)
    return ErrorMapComparison(whole.log_ratio[here], whole.n_stars[here], whole.bias_dex, whole.scatter_dex)


def _cells(whole: ErrorMap, sample: ErrorSample) -> tuple[np.ndarray, np.ndarray]:
    """Number and median scatter of the stars nearest to each grid point."""
    place = [
        np.rint((values - grid[0]) / (grid[1] - grid[0])).astype(np.int64)
        for values, grid in ((sample.colour, whole.colour), (sample.magnitude, whole.magnitude))
    ]
    shape = whole.sigma.shape
    inside = (place[0] >= 0) & (place[0] < shape[0]) & (place[1] >= 0) & (place[1] < shape[1])
    cell = np.ravel_multi_index((place[0][inside], place[1][inside]), shape)
    stars = np.bincount(cell, minlength=shape[0] * shape[1])
    middle = pd.Series(sample.scatter[inside]).groupby(cell).median()
    median = np.full(stars.size, np.nan)
    median[middle.index.to_numpy()] = middle.to_numpy()
    return stars.reshape(shape), median.reshape(shape)
