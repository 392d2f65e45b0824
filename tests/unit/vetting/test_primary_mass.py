"""Masses of visible stars against the truth of the simulated survey, and how well their errors tell."""

import numpy as np
import pandas as pd
import pytest

from analysis.catalogue import add_derived
from analysis.simulate import survey, truth
from analysis.vetting.primary_mass import primary_mass

N, SEED = 60_000, 11


@pytest.fixture(scope="module")
def judged() -> pd.DataFrame:
    """True mass, stage, and the mass said with its error, of stars with a LAMOST spectrum."""
    table, known = add_derived(survey(N, SEED)), truth(N, SEED)
    seen = (table["n_rv"] > 0) & (table["snrg"] > 20) & known["class_true"].isin(["single", "spotted", "ms_wd"])
    seen &= known["stage_true"] != "white_dwarf"
    rows = []
    for row in np.flatnonzero(seen)[:4000]:
        found = primary_mass(table.iloc[row].to_dict())
        if found is not None:
            true = known.iloc[row]
            rows.append((true["mass_true"], true["radius_true"], true["stage_true"], found))
    return pd.DataFrame(rows, columns=["mass", "radius", "stage", "found"])


def test_masses_of_evolved_stars_scatter_by_their_errors(judged: pd.DataFrame) -> None:
    giants = judged[[found.source.startswith("from log g") for found in judged["found"]]]
    assert len(giants) > 300
    said, error = (np.array([getattr(found, name) for found in giants["found"]]) for name in ("value", "error"))
    pull = np.log(said / giants["mass"]) / (error / said)
    assert abs(np.median(pull)) < 0.35
    assert np.percentile(np.abs(pull), 68) == pytest.approx(1.0, abs=0.3)
    # Better than to assume one mass for all: half the scatter.
    assert np.std(np.log(said / giants["mass"])) < 0.75 * np.std(np.log(giants["mass"]))


def test_radii_of_evolved_stars_follow_from_their_light(judged: pd.DataFrame) -> None:
    giants = judged[[found.source.startswith("from log g") for found in judged["found"]]]
    said = np.array([found.radius for found in giants["found"]])
    assert np.median(said / giants["radius"]) == pytest.approx(1.0, abs=0.1)


def test_a_better_gravity_gives_a_better_mass_and_none_an_assumed_one() -> None:
    row = {"teff": 4800.0, "logg": 2.5, "absolute_g": 0.7, "parallax_over_error": 50.0, "ag_gspphot": 0.1}
    changes = {"tight": {"logg_error": 0.1}, "loose": {"logg_error": 0.4}, "dusty": {"ag_gspphot": None}, "plain": {}}
    found = {name: primary_mass({**row, **change}) for name, change in changes.items()}
    share = {name: one.error / one.value for name, one in found.items()}
    assert share["tight"] < share["plain"] < share["loose"]
    assert share["plain"] < share["dusty"]
    assumed = primary_mass({"logg": 2.5})
    assert (assumed.value, assumed.radius) == (1.8, None)


@pytest.mark.parametrize(
    ("subclass", "mass"), [("K4", 0.72), ("dM4", 0.24), ("G2V", 1.0), ("M3.5", 0.29), ("gM2", None), ("K1III", None)]
)
def test_a_spectral_type_alone_gives_the_mass_of_its_dwarf(subclass, mass) -> None:
    found = primary_mass({"subclass": subclass})
    assert (None if found is None else round(found.value, 3)) == mass


def test_types_without_a_number_outside_the_table_or_of_no_star_give_nothing() -> None:
    for subclass in ("", None, "M", "O5", "L2", "Unknown", "DA"):
        assert primary_mass({"subclass": subclass}) is None


def test_a_giant_in_the_light_of_a_hot_star_is_no_dwarf_of_that_temperature() -> None:
    """A supergiant or a giant with a hot companion: log g tells that neither mass nor radius is a dwarf's."""
    table, known = add_derived(survey(200_000, 7)), truth(200_000, 7)
    shared = (table["teff"] > 7000) & (table["logg"] < 3.2) & known["class_true"].isin(["ms_ms", "triple"])
    rows = np.flatnonzero(shared & (known["mass_true"] > 2))
    assert rows.size > 30
    found = [primary_mass(table.iloc[row].to_dict()) for row in rows]
    true = known["mass_true"].to_numpy(dtype=float)[rows]
    said, error = (np.array([getattr(one, name) for one in found]) for name in ("value", "error"))
    assert abs(np.median(np.log(said / true))) < 0.35
    assert (np.abs(np.log(true / said)) < 3 * error / said).mean() > 0.85
    # None is taken for smaller than such a star with such a gravity can be.
    assert min(one.radius for one in found if one.radius is not None) > 3


def test_a_hot_star_of_high_gravity_is_a_dwarf_whatever_its_other_temperature() -> None:
    row = {"teff": 9700.0, "teff_gspphot": 7000.0, "logg": 4.1, "absolute_g": 1.0}
    assert primary_mass(row).value == pytest.approx(2.33, rel=0.05)  # A0V, Pecaut & Mamajek 2013
