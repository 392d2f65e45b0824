"""From velocities of epochs to a table of stars: which epochs are one star's, and its velocity range."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from analysis.spectra.epochs import velocity_ranges
from analysis.spectra.spectrum_index import MATCH_ARCSEC, unit_vectors

FACTS = ("designation", "obsid", "ra", "dec", "subclass")
RANGES = ("n_rv", "rv", "rv_error", "delta_vr", "delta_vr_error")


def group_epochs(table: pd.DataFrame, arcsec: float = MATCH_ARCSEC) -> npt.NDArray[np.int64]:
    """Number of the star of each epoch: rows within `arcsec` of each other (ra, dec in deg) are one star's.

    Rows without a place are one star's where designation, else file, agree.
    """
    place = np.full((len(table), 2), np.nan)
    if {"ra", "dec"} <= set(table.columns):
        place = table[["ra", "dec"]].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    placed = np.flatnonzero(np.isfinite(place).all(axis=1))
    star = np.full(len(table), -1, dtype=np.int64)
    found = 0
    if placed.size:
        tree = cKDTree(unit_vectors(*place[placed].T))
        pairs = tree.query_pairs(2 * np.sin(np.radians(arcsec / 3600) / 2), output_type="ndarray")
        links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(placed.size, placed.size))
        found, star[placed] = connected_components(links, directed=False)
    rest = np.flatnonzero(star < 0)
    if rest.size:
        names = table["designation"] if "designation" in table else table.get("file")
        keys = [str(row) if names is None else str(names.iloc[row]) for row in rest]
        star[rest] = found + pd.factorize(np.array(keys, dtype=object))[0]
    return star


def star_velocities(table: pd.DataFrame, systematic_error: float = 0.0) -> pd.DataFrame:
    """One row a star with the columns of a catalogue: designation, obsid, ra, dec, subclass as far as known, snrg.

    And n_rv, rv, rv_error, delta_vr, delta_vr_error (km/s) of its epochs, see `velocity_ranges`. `table` is that of
    `measure_velocities`; the facts are those of the epoch of highest S/N. Stars without a usable velocity are kept,
    with n_rv 0.
    """
    epochs = table.assign(star=group_epochs(table))
    ranges = velocity_ranges(epochs, "star", systematic_error)
    best = (
        epochs.sort_values("snr", ascending=False, kind="stable").drop_duplicates("star").set_index("star").sort_index()
    )
    facts = best[[name for name in FACTS if name in best]].assign(snr=best["snr"])
    stars = facts.join(ranges[list(RANGES)])
    stars["n_rv"] = stars["n_rv"].fillna(0).astype(np.int64)
    return stars.reset_index(drop=True)


def join_velocities(catalogue: pd.DataFrame, stars: pd.DataFrame, arcsec: float = MATCH_ARCSEC) -> pd.DataFrame:
    """The catalogue with n_rv, delta_vr and delta_vr_error (km/s) of the star of `star_velocities` at each place.

    Matched within `arcsec`, where either lacks ra, dec by obsid or designation. Other stars get n_rv 0 and NaN.
    Raises KeyError where the two share nothing to match by.
    """
    columns = ["n_rv", "delta_vr", "delta_vr_error"]
    rows: npt.NDArray[np.int64] = np.full(len(catalogue), -1, dtype=np.int64)
    both = set(catalogue.columns) & set(stars.columns)
    if {"ra", "dec"} <= both:
        known = np.flatnonzero(stars[["ra", "dec"]].notna().all(axis=1))
        wanted = np.flatnonzero(catalogue[["ra", "dec"]].notna().all(axis=1))
        if known.size and wanted.size:
            tree = cKDTree(unit_vectors(*stars[["ra", "dec"]].to_numpy(dtype=np.float64)[known].T))
            sought = unit_vectors(*catalogue[["ra", "dec"]].to_numpy(dtype=np.float64)[wanted].T)
            away, near = tree.query(sought, distance_upper_bound=2 * np.sin(np.radians(arcsec / 3600) / 2))
            rows[wanted[np.isfinite(away)]] = known[near[np.isfinite(away)]]
    elif both & {"obsid", "designation"}:
        name = "obsid" if "obsid" in both else "designation"
        place: dict[Any, int] = {str(value): number for number, value in enumerate(stars[name])}
        rows = np.array([place.get(str(value), -1) for value in catalogue[name]], dtype=np.int64)
    else:
        raise KeyError(f"neither ra and dec, obsid nor designation: the catalogue has {', '.join(catalogue.columns)}")
    joined = catalogue.copy()
    for name in columns:
        values = stars[name].to_numpy(dtype=np.float64)[np.maximum(rows, 0)] if len(stars) else np.zeros(len(rows))
        joined[name] = np.where(rows >= 0, values, 0 if name == "n_rv" else np.nan)
    joined["n_rv"] = joined["n_rv"].astype(np.int64)
    return joined
