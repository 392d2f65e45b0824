"""The M-dwarf catalogue of Li et al. 2021: which stars, how good the labels are, and its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.simulate.spectral_model import star_flux
from analysis.spectra.slam import Labels, Slam
from analysis.spectra.spectrum import BoolArray, Spectrum, logarithmic_grid
from analysis.spectra.stacks import SpectrumStack, stack_spectra
from analysis.stars.units import FloatArray

# Corners (BP-RP, M_G). The paper prints the last two in the other order, which makes a bow tie.
QUADRANGLE: tuple[tuple[float, float], ...] = ((0.7, 5.0), (1.4, 5.0), (5.0, 16.5), (4.0, 16.5))
# Names of the catalogue's columns (Table 2 of the paper) for the label of each training set.
CATALOGUE_COLUMNS = MappingProxyType({"apogee": {"teff": "TEFF_AP", "m_h": "M_H_AP"}, "bt_settl": {"teff": "TEFF_BT"}})
TEMPERATURES = (2800.0, 4500.0)
METALLICITIES = (-1.0, 0.5)


def in_quadrangle(bp_rp: npt.ArrayLike, absolute_g: npt.ArrayLike) -> BoolArray:
    """Whether stars of BP-RP and M_G (mag) lie in the quadrangle of M dwarfs; NaN does not.

    Li et al. 2021, Fig. 1, with the corners in the order that does not cross itself.
    """
    x, y = np.broadcast_arrays(np.asarray(bp_rp, dtype=np.float64), np.asarray(absolute_g, dtype=np.float64))
    within = np.isfinite(x) & np.isfinite(y)
    corners = (*QUADRANGLE, QUADRANGLE[0])
    for (x0, y0), (x1, y1) in pairwise(corners):
        within &= (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= 0
    return np.asarray(within)


def cv_bias_scatter(estimated: npt.ArrayLike, true: npt.ArrayLike) -> tuple[float, float]:
    """Mean difference, and root of the mean squared difference, of estimated and true labels, in their unit.

    Li et al. 2021, eqs. 4-5; eq. 5 is printed with 1/n outside the root, too small by √n. NaNs are left out.
    """
    difference = np.asarray(estimated, dtype=np.float64) - np.asarray(true, dtype=np.float64)
    difference = difference[np.isfinite(difference)]
    if not difference.size:
        return np.nan, np.nan
    return float(difference.mean()), float(np.sqrt((difference**2).mean()))


def cross_validate_labels(
    slam: Slam,
    stack: SpectrumStack,
    labels: pd.DataFrame,
    folds: int = 10,
    seed: int = 0,
    jobs: int = 1,
    progress: Callable[[int, int, str], None] | None = None,
) -> pd.DataFrame:
    """Labels of each spectrum by a model that did not see it, with columns of `Labels.table`; rows as in `labels`."""
    order = np.random.default_rng(seed).permutation(len(stack))
    parts = []
    for number in range(folds):
        held = np.zeros(len(stack), np.bool_)
        held[order[number::folds]] = True
        fresh = Slam(slam.grid, slam.folds, slam.seed).fit(stack.select(~held), labels[~held], jobs)
        table = fresh.predict(stack.select(held)).table()
        parts.append(table.set_axis(np.flatnonzero(held), axis=0))
        if progress is not None:
            progress(number + 1, folds, "folds")
    return pd.concat(parts).sort_index().set_axis(labels.index, axis=0)


def simulated_m_dwarfs(
    number: int, snr: float, seed: int = 0, wavelength: FloatArray | None = None
) -> tuple[list[Spectrum], pd.DataFrame]:
    """Spectra at rest of M dwarfs of the simulation, 2800-4500 K and [M/H] -1 to 0.5, and their labels teff, m_h.

    From a sketch of a spectrum, not from atmospheres: for training on what the method can do, never for real stars.
    `snr` is the median a pixel at 7500-8000 Å.
    """
    grid = logarithmic_grid(5000.0, 8950.0, 2e-4) if wavelength is None else wavelength
    rng = np.random.default_rng(seed)
    teff, m_h = rng.uniform(*TEMPERATURES, number), rng.uniform(*METALLICITIES, number)
    spectra = []
    for one_teff, one_m_h in zip(teff, m_h, strict=True):
        flux = star_flux(grid, float(one_teff), 4.9, float(one_m_h), 0.0)
        flux = flux / np.median(flux[(grid > 7500) & (grid < 8000)])
        sigma = np.sqrt(np.maximum(flux, 0.02)) / snr
        spectra.append(Spectrum.from_arrays(grid, flux + sigma * rng.normal(size=grid.size), 1 / sigma**2))
    return spectra, pd.DataFrame({"teff": teff, "m_h": m_h})


def label_catalogue(labels: Labels, facts: pd.DataFrame, training: str = "apogee") -> pd.DataFrame:
    """`facts` (source_id, obsid, ra_obs, dec_obs, snru to snrz, z, z_err, type: what is there) with the label columns.

    Names as in Table 2 of Li et al. 2021: TEFF_AP, TEFF_AP_ERR, M_H_AP, M_H_AP_ERR, or TEFF_BT, TEFF_BT_ERR. Raises
    ValueError for a training set that is neither "apogee" nor "bt_settl", or lengths that differ.
    """
    if training not in CATALOGUE_COLUMNS:
        raise ValueError(f"training {training!r}: use one of {', '.join(CATALOGUE_COLUMNS)}")
    if len(facts) != labels.estimates.shape[0]:
        raise ValueError(f"{len(facts)} rows of facts for {labels.estimates.shape[0]} stars: give one a star")
    names: dict[str, str] = CATALOGUE_COLUMNS[training]
    columns: dict[str, FloatArray] = {}
    for position, name in enumerate(labels.names):
        if name in names:
            columns[names[name]] = labels.estimates[:, position]
            columns[f"{names[name]}_ERR"] = labels.errors[:, position]
    return facts.assign(**columns)


def snr_curve(slam: Slam, snrs: Sequence[float], number: int = 100, seed: int = 1) -> pd.DataFrame:
    """CV-bias and CV-scatter of each label (its unit) over S/N, on fresh simulated M dwarfs, as in Fig. 2."""
    rows = []
    for snr in snrs:
        spectra, true = simulated_m_dwarfs(number, snr, seed)
        seen = slam.predict(stack_spectra(spectra, slam.wavelength_, velocity=""))
        row: dict[str, float] = {"snr": snr}
        for position, name in enumerate(seen.names):
            row[f"{name}_bias"], row[f"{name}_scatter"] = cv_bias_scatter(seen.estimates[:, position], true[name])
        rows.append(row)
    return pd.DataFrame(rows)
