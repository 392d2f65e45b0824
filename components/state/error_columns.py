"""A catalogue with what its Gaia errors tell of companions (Andrew et al. 2022), for every star of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.binaries import add_error_columns
from analysis.stars import MainSequence, read_isochrone
from components.state.catalogue import Catalogue

Progress = Callable[[float, str], None]
INPUTS = (
    "phot_g_mean_mag", "bp_rp", "parallax", "ruwe", "astrometric_n_good_obs_al", "radial_velocity_error",
    "rv_nb_transits",
)  # fmt: skip
FLUX_INPUTS = ("phot_g_mean_flux_error", "phot_g_n_obs")
INFERRED, WITH_ISOCHRONE = "-inferred", "-isochrone"


@dataclass(frozen=True, eq=False)
class Isochrone:
    """A main sequence from a file of the user's: its name and the sequence."""

    name: str
    sequence: MainSequence


def base_of_inferred(name: str) -> str | None:
    """Return the name of the catalogue in which the one of this name has companions inferred; None for any other."""
    base = name.removesuffix(INFERRED)
    return base if base and base != name else None


def lacking_inputs(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the columns without which no companion can be inferred and that the catalogue lacks."""
    return tuple(name for name in INPUTS if name not in catalogue.usable_columns)


def has_error_columns(catalogue: Catalogue) -> bool:
    """Tell whether companions are inferred in the catalogue already."""
    return {"ruwe_spec", "q", "secondary_mass"} <= set(catalogue.table.columns)


def open_isochrone(path: Path, log_age: float | None = None) -> Isochrone:
    """Return the main sequence of a MIST or PARSEC file; raises ValueError that names the file where it has none."""
    try:
        return Isochrone(path.name, read_isochrone(path, log_age))
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} could not be read as an isochrone: {error}") from error


def with_error_columns(
    catalogue: Catalogue, isochrone: Isochrone | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Return the catalogue's table with the columns of `add_error_columns`, in place of any it has.

    Errors of single stars are fitted to the catalogue itself; the height above the main sequence is that above the
    ``isochrone``, by default above mean dwarfs. Raises ValueError where inputs are missing.
    """
    lacking = lacking_inputs(catalogue)
    if lacking:
        raise ValueError(f"{catalogue.title} has no {', '.join(lacking)}: no companion can be inferred from its errors")
    table = catalogue.table
    sequence = None if isochrone is None else isochrone.sequence
    made = add_error_columns(table, sequence=sequence, progress=progress)
    others = table.drop(columns=[name for name in made.columns if name in table.columns])
    both = pd.concat([others, made], axis=1)
    both.attrs = _attributes(table.attrs, isochrone)
    return both


def _attributes(old: dict[str, Any], isochrone: Isochrone | None) -> dict[str, Any]:
    source = "mean dwarfs (Pecaut & Mamajek 2013)" if isochrone is None else f"the isochrone {isochrone.name}"
    note = (
        "ruwe_spec, ruwe_phot, the inferred companions, platings and ΔM_G were worked out here from the catalogue's "
        f"own errors (Andrew et al. 2022); ΔM_G is the height above {source}."
    )
    digest = hashlib.sha256(f"{old.get('hash', '')} {note}".encode())
    if isochrone is not None:
        digest.update(isochrone.sequence.bp_rp.tobytes() + isochrone.sequence.absolute_g.tobytes())
    return {**old, "notes": [*old.get("notes", ()), note], "hash": digest.hexdigest()}
