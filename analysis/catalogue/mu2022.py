"""Mu et al. 2022: 81 binaries with K and M dwarfs, 35 of them candidates for an unseen compact companion."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.catalogue.shipped import shipped_table
from analysis.stars import absolute_k_from_mass

CITATION = "Mu et al. 2022, Sci. China Phys. Mech. Astron. 65, 229711, doi 10.1007/s11433-021-1809-8"
FILES = ("mu2022_table1.ecsv", "mu2022_table2.ecsv", "mu2022_tableS1.ecsv", "mu2022_remarks.ecsv")
VELOCITY_FILE, BLACK_HOLE_FILE = "mu2022_table3.ecsv", "black_hole_binaries.ecsv"
NOTES = (
    "The 35 candidates come first, in the order of Table 1; for the other 46 only Table S1 is printed.",
    "Positions are made from the designations of LAMOST, which round them to 0.15 arcsec.",
    "absolute_k_implied and k_m_implied are synthetic: inverted from the printed masses, whose relation "
    "(Henry & McCarthy 1993) is recollected, not read in a source.",
    "Velocity ranges come from few epochs: half of one is a lower limit of the semi-amplitude.",
)
_DESIGNATION = re.compile(r"^J(\d\d)(\d\d)(\d\d\.\d+)([+-])(\d\d)(\d\d)(\d\d\.\d+)$")
_PARALLAX_OF_TEN_PARSEC = 100.0


def mu2022_table() -> pd.DataFrame:
    """The 81 binaries in the schema's units: Table S1 for all, Tables 1 and 2 and remarks for the 35.

    Printed values are kept as printed, slips included; `remark` says where one is known.
    """
    flags = shipped_table("mu2022_tableS1.ecsv").rename(columns={"designation": "flag_designation"})
    named = flags[flags["mu_number"].notna()].astype({"mu_number": np.int64})
    table = shipped_table("mu2022_table1.ecsv").merge(named, on="mu_number", how="left", validate="one_to_one")
    for name in ("mu2022_table2.ecsv", "mu2022_remarks.ecsv"):
        extra = shipped_table(name).drop(columns="designation", errors="ignore")
        table = table.merge(extra, on="mu_number", how="left", validate="one_to_one")
    others = flags[flags["mu_number"].isna()].rename(columns={"flag_designation": "designation"})
    table = pd.concat([table.drop(columns="flag_designation"), others], ignore_index=True)
    ra, dec = positions(table["designation"].to_numpy())
    implied = np.asarray(absolute_k_from_mass(table["primary_mass"].to_numpy()))
    table = table.assign(
        ra=ra,
        dec=dec,
        absolute_k_implied=implied,
        k_m_implied=implied - 5 * np.log10(table["parallax"].to_numpy() / _PARALLAX_OF_TEN_PARSEC),
    )
    first = ["designation", "mu_number", "ra", "dec"]
    table = table[[*first, *(name for name in table.columns if name not in first)]]
    table.attrs = {"notes": list(NOTES), "columns": {}, "id_column": "designation"}
    return table


def velocities(mu_number: int) -> pd.DataFrame | None:
    """Single-exposure radial velocities of a candidate of Mu et al. 2022 (Table 3), or None where none are printed.

    Columns "time" (JD as printed, d; the paper does not say that it is barycentric), "velocity" and "velocity_error"
    (km/s), "snrr" and "obsdate" of the night. Only Nos. 5 and 7 have any.
    """
    table = shipped_table(VELOCITY_FILE)
    chosen = table[table["mu_number"] == mu_number].drop(columns="mu_number").reset_index(drop=True)
    if chosen.empty:
        return None
    chosen.attrs = {
        "title": f"No. {mu_number} of Mu et al. 2022, Table 3",
        "citation": CITATION,
        "time_scale": "JD as printed",
    }
    return chosen


def black_hole_binaries() -> pd.DataFrame:
    """The nine black-hole X-ray binaries of Fig. 2 of Mu et al. 2022.

    Columns "number", "name", "period" (d), "semi_amplitude" and "semi_amplitude_error" (km/s, K2 of the donor, the star
    that is seen) and "source": of the velocities one was read in a source, eight are recollected.
    """
    return shipped_table(BLACK_HOLE_FILE)


def positions(designations: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Right ascension and declination in degrees from designations such as J013008.78+360226.7.

    Raises ValueError for another form.
    """
    angles = np.array([_position(str(name)) for name in designations], dtype=np.float64).reshape(-1, 2)
    return angles[:, 0], angles[:, 1]


def _position(name: str) -> tuple[float, float]:
    found = _DESIGNATION.match(name)
    if found is None:
        raise ValueError(f"{name!r} is no designation of the form Jhhmmss.ss+ddmmss.s")
    hours, minutes, seconds, sign, degrees, arcminutes, arcseconds = found.groups()
    ra = 15 * (int(hours) + int(minutes) / 60 + float(seconds) / 3600)
    dec = int(degrees) + int(arcminutes) / 60 + float(arcseconds) / 3600
    return ra, -dec if sign == "-" else dec
