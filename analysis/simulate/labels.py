"""What the methods of Xiang et al. 2021 and Li et al. 2021 would find in the LAMOST spectra."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.simulate import multiplicity
from analysis.simulate.galaxy import EXTINCTION, REDDENING_PER_EBV
from analysis.simulate.multiplicity import Systems
from analysis.simulate.population import Field
from analysis.simulate.random_streams import Rows, Streams
from analysis.simulate.starlight import Starlight
from analysis.stars.units import FloatArray

OB_TEFF = 9500.0
INTRINSIC_SCATTER, SCATTER_AT_100 = 0.25, 0.10  # mag, Xiang et al. 2021, Sect. 5.4
EXTINCTION_ERROR = 0.3  # A_Ks per E(B-V)
M_DWARF_TEFF = (2700.0, 4600.0)


def emission(streams: Streams, rows: Rows, field: Field, systems: Systems, light: Starlight) -> FloatArray:
    """Equivalent width (Angstrom) of H alpha emission: active cool dwarfs and Be stars, 0 for the rest.

    Active are spotted dwarfs below 5200 K that turn in less than 10 d and dwarfs in orbits below 5 d; one in eight
    of the stars above 11,000 K is a Be star (Xiang et al. 2021 find emission in 13 %).
    """
    teff, u = 10**field.structure.log_teff, streams.uniform("emission", rows)
    turning = (systems.kind == multiplicity.SPOTTED) & (light.variability.intrinsic_period < 10)
    tied = (systems.inner.period > 0) & (systems.inner.period < 5)
    active = (turning | tied) & (teff < 5200) & (field.structure.logg > 3.8) & (field.structure.logg < 6.0)
    cool = (1 + 7 * u) * np.minimum(1.0, (5200 - teff) / 1800)
    be_star = (teff > 11_000) & (field.structure.logg < 6.0) & (streams.uniform("be_star", rows) < 0.13)
    return np.where(active, cool, np.where(be_star, 5 + 25 * u, 0.0))


def observe_labels(
    streams: Streams, rows: Rows, field: Field, light: Starlight, observed: Mapping[str, NDArray[Any]],
    emitted: FloatArray,
) -> dict[str, NDArray[Any]]:  # fmt: skip
    """Spectroscopic M_Ks of OB stars with the parallax excess (their eqs. 15-17), emission flag, M-dwarf labels.

    The estimate of M_Ks sees the visible star alone, with 0.25 mag of scatter and 0.10 (100 / S/N); the labels of M
    dwarfs scatter by 50 K and 0.12 dex, and those trained on BT-Settl lie 90 K lower (Li et al. 2021).
    """
    seen, snr = observed["n_rv"] > 0, np.maximum(np.nan_to_num(observed["snrg"], nan=1.0), 1.0)
    teff = 10**field.structure.log_teff
    hot = seen & (teff > OB_TEFF) & (field.structure.logg < 6.0)
    error = SCATTER_AT_100 * 100 / snr
    scatter = np.hypot(INTRINSIC_SCATTER, error) * streams.normal("m_ks", rows)
    absolute = field.absolute.k + scatter
    dust = observed["ebv"] * EXTINCTION["k"] / REDDENING_PER_EBV
    expected = 10 ** (0.2 * (10 + absolute + dust - observed["k_m"]))
    dust_error = EXTINCTION_ERROR * observed["ebv_error"]
    magnitude_error = np.sqrt(error**2 + INTRINSIC_SCATTER**2 + observed["k_msigcom"] ** 2 + dust_error**2)
    difference = expected - observed["parallax"]
    excess = difference / np.hypot(expected * np.log(10) / 5 * magnitude_error, observed["parallax_error"])
    dwarf = seen & (teff > M_DWARF_TEFF[0]) & (teff < M_DWARF_TEFF[1]) & (field.structure.logg > 4.0)
    teff_error, m_h_error = np.hypot(40.0, 30.0 * 100 / snr / 3), np.hypot(0.10, 0.06 * 100 / snr / 3)
    teff_ap = teff + teff_error * streams.normal("teff_ap", rows)
    teff_bt = teff - 90.0 + teff_error * streams.normal("teff_bt", rows)
    m_h = field.feh + m_h_error * streams.normal("m_h", rows)
    columns = {"teff_ap": teff_ap, "teff_bt": teff_bt, "m_h": m_h, "m_h_error": m_h_error}
    return {
        "M_Ks": np.where(hot, absolute, np.nan),
        "M_Ks_err": np.where(hot, error, np.nan),
        "snr_dparallax": np.where(hot, excess, np.nan),
        "em_flag": seen & (emitted > 0.5) & (emitted > 30.0 / snr),
        "uniqflag": seen,
        **{name: np.where(dwarf, values, np.nan) for name, values in columns.items()},
    }
