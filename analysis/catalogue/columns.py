"""The schema: every column that Penumbra knows by name, and how other archives spell it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from analysis.catalogue.column import Column
from analysis.catalogue.columns_binaries import PAPERS
from analysis.catalogue.columns_gaia import GAIA
from analysis.catalogue.columns_surveys import SURVEYS

__all__ = ["COLUMNS", "Column", "match_column", "near_names"]

COLUMNS: Mapping[str, Column] = MappingProxyType({known.name: known for known in (*GAIA, *SURVEYS, *PAPERS)})

# Letters such as G (a Gaia band) and g (a Sloan one), B and b, differ in case alone.
_SHORTEST_FOLDED = 2


def _key(name: str) -> str:
    return name.strip().casefold() if len(name.strip()) >= _SHORTEST_FOLDED else name.strip()


def _spellings() -> dict[str, str]:
    found: dict[str, str] = {}
    for known in COLUMNS.values():
        for spelling in (known.name, *known.aliases):
            key = _key(spelling)
            if found.setdefault(key, known.name) != known.name:
                raise ValueError(f"{spelling!r} names both {found[key]!r} and {known.name!r}")
    return found


_BY_SPELLING: Mapping[str, str] = MappingProxyType(_spellings())


def match_column(name: str) -> Column | None:
    """The schema's column that a file's column name means, or None.

    Letter case counts only in names of one letter. Spellings of the Gaia archive, VizieR, LAMOST, 2MASS,
    astroquery and TOPCAT are known (`Column.aliases`).
    """
    found = _BY_SPELLING.get(_key(name))
    return None if found is None else COLUMNS[found]


def near_names(name: str, known: Collection[str]) -> tuple[str, ...]:
    """The up to three known names most like `name`, best first; an alias of a known one comes first of all."""
    by_folded = {str(other).casefold(): str(other) for other in known}
    meant = match_column(name)
    first = (meant.name,) if meant is not None and meant.name in known and meant.name != name else ()
    close = get_close_matches(name.casefold(), list(by_folded), n=3, cutoff=0.6)
    return tuple(dict.fromkeys((*first, *(by_folded[near] for near in close))))[:3]
