"""Radii and masses from surface brightness and gravity."""

import re

import numpy as np
import pytest

from analysis.simulate import truth
from analysis.stars import (
    dwarf_mass_from_teff,
    dwarf_radius_from_teff,
    mass_from_gravity,
    mean_dwarfs,
    radius_from_light,
)
from analysis.stars.surface import HOT_DWARFS

# Gravity of the Sun: GM/R² with the IAU 2015 nominal values, 1.3271244e20 m³ s⁻² and 6.957e8 m.
SUN_GRAVITY = np.log10(1.3271244e20 / 6.957e8**2 * 100)


def test_a_mean_dwarf_has_its_own_radius_and_mass() -> None:
    dwarfs = mean_dwarfs().dropna(subset=["teff", "radius", "absolute_g", "mass"])
    dwarfs = dwarfs[~dwarfs["teff"].duplicated(keep=False)]
    radius = radius_from_light(dwarfs["teff"], dwarfs["absolute_g"])
    np.testing.assert_allclose(radius, dwarfs["radius"], rtol=1e-6)
    gravity = SUN_GRAVITY + np.log10(dwarfs["mass"] / dwarfs["radius"] ** 2)
    np.testing.assert_allclose(
        mass_from_gravity(gravity, dwarfs["teff"], dwarfs["absolute_g"]), dwarfs["mass"], rtol=3e-3
    )


def test_hot_dwarfs_are_those_of_the_published_table(real_dir) -> None:
    rows = {}
    for line in (real_dir / "reference" / "EEM_dwarf_UBVIJHK_colors_Teff.txt").read_text().splitlines():
        words = line.split()
        if re.fullmatch(r"[OB][\d.]+V", words[0] if words else "") and words[-1] == words[0]:
            rows[float(words[1])] = float(words[6]), float(words[-2])
    assert len(rows) > 20
    for teff, radius, mass in HOT_DWARFS:
        assert rows[teff] == (radius, mass)


def test_masses_rise_with_temperature_from_m_to_o() -> None:
    teff = np.geomspace(2600, 45_000, 200)
    mass, radius = dwarf_mass_from_teff(teff), dwarf_radius_from_teff(teff)
    assert (np.diff(mass) > 0).all()
    assert radius[-1] > 10
    assert dwarf_mass_from_teff(5770.0) == pytest.approx(1.0, abs=0.01)
    assert dwarf_mass_from_teff(17_000.0) == pytest.approx(5.4)
    assert np.isnan(dwarf_mass_from_teff(60_000.0))


def test_five_magnitudes_are_ten_times_the_radius_and_a_hundred_times_the_mass() -> None:
    assert radius_from_light(5000.0, 1.0) == pytest.approx(10 * radius_from_light(5000.0, 6.0))
    assert mass_from_gravity(2.5, 5000.0, 1.0) == pytest.approx(100 * mass_from_gravity(2.5, 5000.0, 6.0))
    assert mass_from_gravity(2.6, 5000.0, 1.0) == pytest.approx(10**0.1 * mass_from_gravity(2.5, 5000.0, 1.0))


def test_no_dwarf_of_the_temperature_gives_no_number() -> None:
    assert np.isnan(radius_from_light(500.0, 5.0))
    assert np.isnan(mass_from_gravity(4.0, np.nan, 5.0))


def test_giants_of_the_survey_have_their_true_masses_and_radii() -> None:
    known = truth(20_000, 3)
    giant = (
        known["stage_true"].isin(["giant", "clump"]) & (known["class_true"] == "single") & (known["teff_true"] < 7000)
    ).to_numpy()
    known = known[giant]
    radius = radius_from_light(known["teff_true"], known["absolute_g_true"])
    assert np.median(radius / known["radius_true"]) == pytest.approx(1.0, abs=0.05)
    mass = mass_from_gravity(known["logg_true"], known["teff_true"], known["absolute_g_true"])
    assert np.median(mass / known["mass_true"]) == pytest.approx(1.0, abs=0.1)
    assert len(known) > 200
