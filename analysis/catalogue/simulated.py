"""The simulated survey as a dataset: made once, kept in the cache folder, opened memory-mapped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from analysis.binaries import add_error_columns
from analysis.catalogue.cache import cache_folder, open_converted
from analysis.simulate import VERSION, SurveyFileError, open_survey, truth_path, write_survey

SURVEY_SEED = 7
SURVEY_STARS = 1_000_000
SIZE_VARIABLE = "PENUMBRA_SURVEY_STARS"
SURVEY_NOTES = (
    "Simulated: every star is made up. Its true class, companion and orbit are kept apart from these columns.",
    "Stars with compact companions are far more frequent than in nature, so that a million stars hold enough of them.",
    "What is modelled, and what is not, is in docs/simulation.md.",
)


def survey_stars() -> int:
    """Number of stars of the survey: $PENUMBRA_SURVEY_STARS, else a million; raises ValueError for anything else."""
    text = os.environ.get(SIZE_VARIABLE, str(SURVEY_STARS))
    if not text.replace("_", "").isdigit() or int(text) < 1:
        raise ValueError(f"{SIZE_VARIABLE} is {text!r}: give a whole number of stars")
    return int(text)


def survey_file(folder: Path, stars: int) -> Path:
    """Where the survey of so many stars is kept."""
    return folder / f"survey-{stars}-{SURVEY_SEED}-v{VERSION}.arrow"


def load_survey(
    cache_dir: str | os.PathLike[str] | None, stars: int, progress: Callable[[float, str], None]
) -> pd.DataFrame:
    """The survey with what its Gaia errors tell of companions (`add_error_columns`), memory-mapped.

    Made first where the folder does not hold it yet; a broken file is made anew. `attrs["path"]` is the survey's
    own file, beside which its truth lies.
    """
    folder = cache_folder(cache_dir)
    path = survey_file(folder, stars)

    def build() -> pd.DataFrame:
        what = f"Making the simulated survey of {stars:,} stars, once; it is kept for the next time"
        table = _survey(path, stars, lambda share, text: progress(0.6 * share, f"{what}: {text}"))
        new = add_error_columns(table, progress=lambda share, text: progress(0.6 + 0.2 * share, f"{what}: {text}"))
        both = pd.concat([table, new], axis=1)
        both.attrs = {"simulated": table.attrs["simulated"], "columns": {}}
        return both

    table = open_converted(f"simulated-{stars}-stars", f"{stars} {SURVEY_SEED} {VERSION}", build, cache_dir, progress)
    recipe = table.attrs["simulated"]
    text = " ".join(f"{name}={value}" for name, value in sorted(recipe.items()))
    table.attrs |= {
        "path": str(path),
        "hash": hashlib.sha256(text.encode()).hexdigest(),
        "notes": list(SURVEY_NOTES),
        "id_column": "source_id",
    }
    return table


def _survey(path: Path, stars: int, progress: Callable[[float, str], None]) -> pd.DataFrame:
    if path.is_file():
        try:
            return open_survey(path)
        except SurveyFileError:
            path.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_survey(path, stars, SURVEY_SEED, progress)
    for older in path.parent.glob(f"survey-{stars}-{SURVEY_SEED}-v*.arrow"):
        if older not in (path, truth_path(path)):
            older.unlink(missing_ok=True)
    return open_survey(path)
