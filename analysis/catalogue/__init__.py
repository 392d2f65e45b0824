"""The schema, readers and writers of star catalogues, and the datasets that ship."""

from analysis.catalogue.cache import cache_folder, open_table
from analysis.catalogue.columns import COLUMNS, Column, match_column, near_names
from analysis.catalogue.datasets import Dataset, load_dataset, shipped_datasets
from analysis.catalogue.derived import add_derived
from analysis.catalogue.errors import DataError
from analysis.catalogue.mu2022 import black_hole_binaries, velocities
from analysis.catalogue.tables import read, write

__all__ = [
    "COLUMNS",
    "Column",
    "DataError",
    "Dataset",
    "add_derived",
    "black_hole_binaries",
    "cache_folder",
    "load_dataset",
    "match_column",
    "near_names",
    "open_table",
    "read",
    "shipped_datasets",
    "velocities",
    "write",
]
