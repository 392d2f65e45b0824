"""A survey with known truth: what Gaia, LAMOST and TESS would tabulate of a Galactic field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.simulate import gaia_astrometry, gaia_photometry, labels, lamost, tess, variability
from analysis.simulate.gaia_photometry import Appearance
from analysis.simulate.healpix import SOURCE_ID_SHIFT, nested_pixel
from analysis.simulate.lamost import Epochs
from analysis.simulate.multiplicity import ENRICHMENT, Systems, draw_systems
from analysis.simulate.population import Field, draw_field
from analysis.simulate.random_streams import Rows, Streams
from analysis.simulate.scanning import Scans
from analysis.simulate.schema import OBSERVABLES, TRUTH, SurveyColumn
from analysis.simulate.starlight import BANDS, Starlight, combine
from analysis.simulate.truth_columns import truth_columns
from analysis.stars.units import FloatArray

VERSION = 3
# Version 3 gave some close pairs and pulsating stars other periods; every row is the star it was in version 2.
IDENTIFIERS_SINCE = 2
BLOCK = 32_768
ROW_BITS = 27
LARGEST = 1 << ROW_BITS
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Recipe:
    """What fixes a survey: its seed and the factor by which dark companions are more common than in nature.

    Row i is the same star in every survey of one recipe that is long enough to hold it.
    """

    seed: int
    enrichment: float = ENRICHMENT

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"seed is {self.seed}: give a whole number from 0 to 2^63 - 1")
        if not (np.isfinite(self.enrichment) and self.enrichment >= 0):
            raise ValueError(f"enrichment is {self.enrichment}: give a finite factor of 0 or more")

    @property
    def streams(self) -> Streams:
        """Random numbers of the survey."""
        return Streams(self.seed)

    @property
    def mark(self) -> int:
        """One byte in every source_id, from which a row of another recipe is known."""
        text = f"{IDENTIFIERS_SINCE}/{self.seed}/{float(self.enrichment)!r}"
        start = Streams(0).bits(text, np.zeros(1, dtype=np.int64))
        return int(start[0] & np.uint64(0xFF))


@dataclass(frozen=True)
class Block:
    """Everything about some rows: the stars, their light and motion, and what was observed."""

    rows: Rows
    field: Field
    systems: Systems
    light: Starlight
    look: Appearance
    epochs: Epochs
    flux_scatter: FloatArray
    observed: Mapping[str, NDArray[Any]]
    truth: Mapping[str, NDArray[Any]]


def survey(n: int, seed: int, enrichment: float = ENRICHMENT, progress: Progress | None = None) -> pd.DataFrame:
    """Table of `n` simulated stars as Gaia DR3, LAMOST, 2MASS, Pan-STARRS and TESS would give them.

    Columns, types and units are those of `schema.OBSERVABLES`: Gaia's own names, floats with NaN for missing,
    counts with 0 for none. `attrs["simulated"]` holds n, seed, enrichment and version, from which the series of
    any row can be made. `enrichment` multiplies the natural shares of neutron stars (1e-6) and black holes (1e-7).
    The truth is a table of its own, `truth(n, seed)`. About 20 s a million stars. Raises ValueError unless
    0 <= n <= 2^27.
    """
    return _table(OBSERVABLES, n, Recipe(seed, enrichment), progress)


def truth(n: int, seed: int, enrichment: float = ENRICHMENT, progress: Progress | None = None) -> pd.DataFrame:
    """Truth of the stars of `survey(n, seed)`, row by row: class, masses, orbit, structure, variability.

    Every column name ends in `_true`; units as in `schema.TRUTH`, angles in degrees, periods in d, times as BJD.
    NaN where a star has no companion (or no outer companion).
    """
    return _table(TRUTH, n, Recipe(seed, enrichment), progress)


def blocks(n: int, recipe: Recipe, size: int = BLOCK) -> Iterator[Block]:
    """The survey's rows in order, `size` at a time."""
    check_size(n)
    for start in range(0, n, size):
        yield observe(recipe, np.arange(start, min(start + size, n), dtype=np.int64))


def check_size(n: int) -> None:
    """Raises ValueError for a number of stars that a survey cannot have."""
    if not 0 <= n <= LARGEST:
        raise ValueError(f"n is {n}: a survey holds 0 to {LARGEST:,} stars")


def observe(recipe: Recipe, rows: Rows) -> Block:
    """The stars of `rows`, with all that is observed of them; each row comes out the same in any company."""
    streams = recipe.streams
    field = draw_field(streams, rows)
    crowding = gaia_photometry.source_density(field.longitude, field.sin_b) / 5e-3
    systems = draw_systems(
        streams, rows, field.stage, field.initial_mass, field.age, field.structure, crowding, recipe.enrichment
    )
    look = gaia_photometry.appearance(streams, rows, systems.kind)
    light = combine(streams, rows, field, systems)
    field, light = _extend(streams, rows, field, light, look)
    scatter = np.where(look.extended, 0.0, variability.flux_scatter(light.variability))
    depth = np.where(look.extended, 0.0, variability.eclipse_depth(light.variability))
    epochs = lamost.observe_epochs(streams, rows, field, light, look)
    observed = _observables(recipe, rows, field, systems, light, look, epochs, scatter, depth)
    known = truth_columns(field, systems, light, look, scatter, depth)
    return Block(
        rows, field, systems, light, look, epochs, scatter, _typed(OBSERVABLES, observed), _typed(TRUTH, known)
    )


def source_ids(recipe: Recipe, rows: Rows, ra: FloatArray, dec: FloatArray) -> NDArray[np.int64]:
    """Gaia-like identifiers: HEALPix pixel of level 12 in the high bits, then the recipe's mark and the row."""
    return (nested_pixel(ra, dec) << SOURCE_ID_SHIFT) | (recipe.mark << ROW_BITS) | rows


def _observables(
    recipe: Recipe, rows: Rows, field: Field, systems: Systems, light: Starlight, look: Appearance, epochs: Epochs,
    scatter: FloatArray, depth: FloatArray,
) -> dict[str, NDArray[Any]]:  # fmt: skip
    streams = recipe.streams
    scans = gaia_astrometry.scan_field(streams, rows, field, light)
    astrometry = gaia_astrometry.observe_astrometry(streams, rows, field, light, scans, look.noise)
    lost = look.extended & (streams.uniform("no_ruwe", rows) < 0.25)
    astrometry["ruwe"] = np.where(lost, np.nan, astrometry["ruwe"])
    velocities = gaia_astrometry.observe_velocities(streams, rows, field, light, scans)
    for name in ("radial_velocity", "radial_velocity_error"):
        velocities[name] = np.where(look.extended, np.nan, velocities[name])
    for name in ("rv_nb_transits", "rv_method_used"):
        velocities[name] = np.where(look.extended, 0, velocities[name])
    fluxes = gaia_photometry.observe_fluxes(streams, rows, light, scans, look, scatter)
    spectra = lamost.observe_spectra(streams, rows, field, light, look, epochs)
    codes, subclasses = lamost.spectral_class(field, look, epochs.count > 0)
    others = gaia_photometry.observe_other_surveys(streams, rows, field, light, look)
    emitted = np.where(look.extended, 0.0, labels.emission(streams, rows, field, systems, light))
    measured = {**astrometry, **others, **spectra}
    variable = (scatter > 2.5 * fluxes["flux_scatter"]) & (streams.uniform("variable", rows) < 0.6)
    return {
        "source_id": source_ids(recipe, rows, field.ra, field.dec),
        "ra": field.ra,
        "dec": field.dec,
        "l": np.degrees(field.longitude),
        "b": np.degrees(np.arcsin(field.sin_b)),
        **astrometry,
        **velocities,
        **fluxes,
        **gaia_photometry.observe_image(streams, rows, field, light, look, fluxes),
        **others,
        **tess.observe_periods(streams, rows, light, look, scatter, depth),
        **spectra,
        **labels.observe_labels(streams, rows, field, light, measured, emitted),
        "class": codes,
        "subclass": subclasses,
        "phot_variable_flag": variable.astype(np.int64),
        "non_single_star": _solutions(streams, rows, light, scans, velocities, depth),
    }


def _solutions(
    streams: Streams, rows: Rows, light: Starlight, scans: Scans, velocities: Mapping[str, FloatArray],
    depth: FloatArray,
) -> NDArray[np.int64]:  # fmt: skip
    """Bits of non_single_star: 1 astrometric, 2 spectroscopic, 4 eclipsing, for a fifth of the clear cases."""
    period = np.where(light.orbits[:, 1, 0] > 0, light.orbits[:, 1, 0], light.orbits[:, 0, 0])
    wobble = np.sqrt(2 * np.nan_to_num(scans.misfit) / np.maximum(scans.transits, 1))
    astrometric = (period > 100) & (period < 1500) & (wobble > 0.1)
    clear = light.semi_amplitude > 5 * velocities["rvs_scatter"]
    spectroscopic = clear & (light.orbits[:, 0, 0] < 1000) & (velocities["rv_nb_transits"] > 10)
    found = streams.table("solved", rows, 3) < 0.2
    eclipsing = depth > 0.03
    bits = 1 * (astrometric & found[:, 0]) + 2 * (spectroscopic & found[:, 1]) + 4 * (eclipsing & found[:, 2])
    return np.asarray(bits, dtype=np.int64)


def _extend(streams: Streams, rows: Rows, field: Field, light: Starlight, look: Appearance) -> tuple[Field, Starlight]:
    """Extended sources in place of their rows' stars: G 15 to 19.5, BP-RP 0.7 to 1.7, far away and at rest."""
    where = look.extended
    if not where.any():
        return field, light
    g = 15.0 + 4.5 * np.sqrt(streams.uniform("extended_g", rows))
    colour = 0.7 + streams.uniform("extended_colour", rows)
    offset = {"g": 0.0, "bp": 0.4, "rp": -0.6, "j": -1.4, "h": -1.9, "k": -2.0}
    magnitude = {band: np.where(where, g + offset[band] * colour, light.magnitude[band]) for band in BANDS}
    reach = np.where(look.galaxy, 1e8, 10 ** (4.3 + 1.4 * streams.uniform("extended_distance", rows)))
    moved = replace(
        field,
        distance=np.where(where, reach, field.distance),
        pmra=np.where(where, 0.0, field.pmra),
        pmdec=np.where(where, 0.0, field.pmdec),
    )
    orbits = np.where(where[:, None, None], 0.0, light.orbits)
    return moved, replace(light, magnitude=magnitude, orbits=orbits)


def _typed(columns: tuple[SurveyColumn, ...], values: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The columns of a block in the survey's types; categories as int8 codes."""
    return {c.name: np.asarray(values[c.name]).astype(storage_type(c), copy=False) for c in columns}


def storage_type(column: SurveyColumn) -> np.dtype[Any]:
    """numpy type in which a column is held: int8 codes for categories."""
    return np.dtype("int8" if column.dtype == "category" else column.dtype)


def as_series_data(column: SurveyColumn, values: NDArray[Any]) -> Any:
    """What pandas holds for a column: the array itself, or a Categorical over its codes."""
    if column.dtype != "category":
        return values
    return pd.Categorical.from_codes(values, dtype=pd.CategoricalDtype(list(column.values)))  # type: ignore[arg-type]


def described(n: int, recipe: Recipe) -> dict[str, Any]:
    """What `attrs["simulated"]` says of a survey."""
    return {"n": n, "seed": recipe.seed, "enrichment": float(recipe.enrichment), "version": VERSION}


def fill(columns: tuple[SurveyColumn, ...], targets: Mapping[str, NDArray[Any]], block: Block) -> None:
    """Copies a block's rows into the whole columns `targets`."""
    source = {**block.observed, **block.truth}
    start, end = int(block.rows[0]), int(block.rows[-1]) + 1
    for column in columns:
        targets[column.name][start:end] = source[column.name]


def _table(columns: tuple[SurveyColumn, ...], n: int, recipe: Recipe, progress: Progress | None) -> pd.DataFrame:
    check_size(n)
    targets = {c.name: np.empty(n, dtype=storage_type(c)) for c in columns}
    for block in blocks(n, recipe):
        fill(columns, targets, block)
        if progress is not None:
            progress((int(block.rows[-1]) + 1) / n, "simulating stars")
    table = pd.DataFrame({c.name: as_series_data(c, targets[c.name]) for c in columns}, copy=False)
    table.attrs["simulated"] = described(n, recipe)
    table.attrs["units"] = {c.name: c.unit for c in columns if c.unit}
    return table
