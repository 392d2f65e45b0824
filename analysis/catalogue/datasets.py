"""The datasets that come with Penumbra."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from analysis.catalogue import hipparcos, mu2022
from analysis.catalogue.cache import content_hash, open_converted
from analysis.catalogue.columns import near_names
from analysis.catalogue.derived import add_derived
from analysis.catalogue.raw import Progress
from analysis.catalogue.shipped import shared_hash, shipped_table
from analysis.catalogue.simulated import SURVEY_SEED, load_survey, survey_stars
from analysis.simulate import extended_population

Loader = Callable[[Progress, str | os.PathLike[str] | None], pd.DataFrame]

WU2024_CITATION = "Wu et al. 2024, AJ 167 (6), doi 10.3847/1538-3881/ad3e6b"
_WU2024_FILE = "wu2024_candidates.ecsv"
_WU2024_NOTES = (
    "RUWE is missing for the eleven sources that Gaia solved for the position only.",
    "Grades and classes are as printed; psf_aperture_class is missing where Pan-STARRS1 has no usable magnitude.",
)


@dataclass(frozen=True)
class Dataset:
    """A dataset on offer: its name in code and links, what it is, whom to cite, how many rows it has."""

    name: str
    title: str
    description: str
    source: str
    n_rows: int
    simulated: bool = False


_MU2022 = Dataset(
    "mu2022",
    "Mu et al. 2022: K and M dwarfs with unseen companions",
    "81 single-lined binaries with velocity ranges above 150 km/s, 35 of them candidates for a compact companion",
    mu2022.CITATION,
    81,
)
_HIPPARCOS = Dataset(
    "hipparcos",
    "Hipparcos",
    "Bright stars of the whole sky with positions, parallaxes, proper motions, magnitudes and colours",
    hipparcos.CITATION,
    hipparcos.N_STARS,
)
_WU2024 = Dataset(
    "wu2024",
    "Wu et al. 2024: hyper-compact star cluster candidates",
    "44 sources with extended Gaia images, graded by their quality flags",
    WU2024_CITATION,
    44,
)
_EXTENDED = Dataset(
    "extended",
    "Simulated extended sources: 20,000 targets with known truth",
    "Stars, star clusters, galaxies, binaries and mismatches with the image flags that Wu et al. 2024 tell them by",
    "analysis.simulate.extended_population, seed 1; see docs/papers.md",
    26_425,
    simulated=True,
)
_EXTENDED_TARGETS, _EXTENDED_SEED = 20_000, 1
_EXTENDED_NOTES = (
    "Simulated: every source is made up, a sketch that raises the flags that Wu et al. 2024 describe for each kind.",
    "The shares of the kinds are not the sky's: half of the targets are plain stars, 7 % clusters.",
    "The last 6,425 rows are neighbours of targets, without a LAMOST spectrum; they count as stars.",
)


def _simulated() -> Dataset:
    stars = survey_stars()
    return Dataset(
        "simulated",
        f"Simulated survey: {stars:,} stars with known truth",
        "A Galactic field as Gaia, LAMOST, 2MASS and TESS would tabulate it; every star is made up",
        f"analysis.simulate, seed {SURVEY_SEED}; see docs/simulation.md",
        stars,
        simulated=True,
    )


def shipped_datasets() -> tuple[Dataset, ...]:
    """The datasets that ship or are made on first use, the one to open first in front."""
    return (_simulated(), _MU2022, _HIPPARCOS, _WU2024, _EXTENDED)


def load_dataset(
    name: str, progress: Progress | None = None, cache_dir: str | os.PathLike[str] | None = None
) -> pd.DataFrame:
    """A shipped dataset in the schema's units with its derived columns.

    `attrs`: "title", "citation", "notes", "id_column" (the column that names the rows), "hash" (SHA-256 of what it
    is made from), "simulated" (False, True or the survey's recipe), "dataset" (its name), "derived" (the computed
    columns), for the extended sources "population" (n and seed, from which their truth follows). Hipparcos is
    converted, and the simulated survey made, once into `cache_dir` (see `cache_folder`). `progress(fraction, text)`.
    Raises KeyError for an unknown name.
    """
    known = {dataset.name: dataset for dataset in shipped_datasets()}
    if name not in known:
        near = near_names(name, tuple(known)) or tuple(known)
        raise KeyError(f"no dataset {name!r}: did you mean {' or '.join(near)}?")
    dataset = known[name]
    table = add_derived(_LOADERS[name](progress or (lambda _fraction, _text: None), cache_dir))
    table.attrs |= {
        "dataset": dataset.name,
        "title": dataset.title,
        "citation": dataset.source,
        "simulated": table.attrs.get("simulated") or dataset.simulated,
    }
    return table


def _load_mu2022(_progress: Progress, _cache_dir: str | os.PathLike[str] | None) -> pd.DataFrame:
    table = mu2022.mu2022_table()
    table.attrs["hash"] = shared_hash(mu2022.FILES)
    return table


def _load_wu2024(_progress: Progress, _cache_dir: str | os.PathLike[str] | None) -> pd.DataFrame:
    table = shipped_table(_WU2024_FILE)
    table.attrs |= {"notes": list(_WU2024_NOTES), "id_column": "source_id", "hash": shared_hash([_WU2024_FILE])}
    return table


def _load_extended(_progress: Progress, _cache_dir: str | os.PathLike[str] | None) -> pd.DataFrame:
    table = extended_population(_EXTENDED_TARGETS, _EXTENDED_SEED)
    made_of = {"n": _EXTENDED_TARGETS, "seed": _EXTENDED_SEED}
    values = pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes()
    table.attrs = {
        "population": made_of,
        "notes": list(_EXTENDED_NOTES),
        "id_column": "source_id",
        "hash": hashlib.sha256(values).hexdigest(),
    }
    return table


def _load_hipparcos(progress: Progress, cache_dir: str | os.PathLike[str] | None) -> pd.DataFrame:
    path = hipparcos.hipparcos_path()

    def build() -> pd.DataFrame:
        table = hipparcos.read_hipparcos(path, lambda fraction, text: progress(0.6 * fraction, text))
        table.attrs["hash"] = content_hash(path)
        return table

    status = path.stat()
    return open_converted(
        "hipparcos", f"{path.resolve()} {status.st_size} {status.st_mtime_ns}", build, cache_dir, progress
    )


def _load_simulated(progress: Progress, cache_dir: str | os.PathLike[str] | None) -> pd.DataFrame:
    return load_survey(cache_dir, survey_stars(), progress)


_LOADERS: Mapping[str, Loader] = MappingProxyType(
    {
        _MU2022.name: _load_mu2022,
        "simulated": _load_simulated,
        _HIPPARCOS.name: _load_hipparcos,
        _WU2024.name: _load_wu2024,
        _EXTENDED.name: _load_extended,
    }
)
