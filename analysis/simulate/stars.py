"""One star of a simulated survey, with all that its series are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.simulate.healpix import SOURCE_ID_SHIFT
from analysis.simulate.multiplicity import ENRICHMENT
from analysis.simulate.surveys import LARGEST, ROW_BITS, VERSION, Block, Recipe, observe


@dataclass(frozen=True, eq=False)
class Star:
    """Row `row` of the survey of a recipe; `block` holds that row alone."""

    recipe: Recipe
    row: int
    block: Block

    @property
    def source_id(self) -> int:
        """Identifier of the star."""
        return int(self.block.observed["source_id"][0])

    def __getitem__(self, column: str) -> Any:
        """Value of a column of the survey or of its truth, as a number (categories as their codes)."""
        table = self.block.truth if column.endswith("_true") else self.block.observed
        return table[column][0].item()


StarLike = Star | pd.Series | Mapping[str, Any]


def star(n: int, seed: int, row: int, enrichment: float = ENRICHMENT) -> Star:
    """The star in row `row` of `survey(n, seed)`. Raises IndexError outside the survey."""
    if not 0 <= row < n:
        raise IndexError(f"row {row} is outside the survey of {n} stars: give 0 to {n - 1}")
    return _star(Recipe(seed, enrichment), row)


def as_star(source: StarLike) -> Star:
    """The star of a row of a survey table, or the Star itself.

    A row is what `table.loc[i]` or `table.iloc[i]` gives; its `source_id` says which row it was, its
    `attrs["simulated"]` which survey, so rows that were sorted or filtered are found as well. A mapping needs the
    keys "source_id" and "simulated". Raises ValueError where the row is not of a simulated survey.
    """
    if isinstance(source, Star):
        return source
    about = source.attrs.get("simulated") if isinstance(source, pd.Series) else source.get("simulated")
    if about is None or "source_id" not in source:
        raise ValueError(
            "this row does not say which simulated survey it is from: take it with .loc or .iloc from a table of "
            "survey() or open_survey(), or give star(n, seed, row)"
        )
    if about.get("version") != VERSION:
        raise ValueError(f"the survey is of version {about.get('version')}, this is {VERSION}: simulate it again")
    value = source["source_id"]
    if isinstance(value, (float, np.floating)):
        raise ValueError(f"source_id {value!r} is a float, which has lost its last digits: keep it as an integer")
    return from_source_id(int(value), Recipe(int(about["seed"]), float(about["enrichment"])))


def from_source_id(source_id: int, recipe: Recipe) -> Star:
    """The star of that `source_id` in the surveys of a recipe. Raises ValueError where they hold none."""
    low = source_id & ((1 << SOURCE_ID_SHIFT) - 1)
    row, mark = low & (LARGEST - 1), low >> ROW_BITS
    if mark == recipe.mark:
        found = _star(recipe, row)
        if found.source_id == source_id:
            return found
    raise ValueError(
        f"source_id {source_id} is no star of the simulated survey of seed {recipe.seed} and enrichment "
        f"{recipe.enrichment:g}: check that the row and the survey belong together"
    )


def _star(recipe: Recipe, row: int) -> Star:
    return Star(recipe, row, observe(recipe, np.array([row], dtype=np.int64)))
