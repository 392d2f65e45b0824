"""Types, white dwarf companions, and the honesty of both on simulated mixtures."""

import numpy as np
import pytest

from analysis.simulate.spectral_model import star_flux
from analysis.spectra import (
    Spectrum,
    SpectrumError,
    classify,
    composite_confusion,
    logarithmic_grid,
    read,
    read_templates,
    simulated_templates,
    type_confusion,
    type_number,
    white_dwarf_templates,
)
from analysis.spectra.classification import _Fitter
from analysis.spectra.confusion import mix
from analysis.spectra.white_dwarfs import white_dwarf_flux

GRID = logarithmic_grid(3650, 9200, 2e-4)


@pytest.fixture(scope="module")
def cool():
    return simulated_templates(first="K3", last="M6")


@pytest.fixture(scope="module")
def dwarfs():
    return white_dwarf_templates()


@pytest.fixture(scope="module")
def other_dwarfs():
    """White dwarfs of the survey simulation, whose profiles are not those of the library."""
    return {
        str(teff): Spectrum.from_arrays(GRID, star_flux(GRID, teff, 8.0, 0.0, 0.0), name=str(teff))
        for teff in (9500.0, 12_000.0, 16_000.0, 24_000.0)
    }


def test_single_stars_get_their_type_and_no_white_dwarf(cool, dwarfs):
    rng = np.random.default_rng(1)
    for name in ("K5", "M0", "M4"):
        told = classify(mix(cool[name], None, 0.0, 30.0, rng), cool, dwarfs)
        assert told.name == name
        assert told.white_dwarf_share == 0
        assert told.chi2 / told.dof == pytest.approx(1, abs=0.15)


def test_reddening_and_a_wrong_flux_calibration_do_not_change_the_type(cool, dwarfs):
    seen = mix(cool["M2"], None, 0.0, 40.0, np.random.default_rng(2))
    bent = 10 ** (-0.4 * 1.0 * (5500 / seen.wavelength) ** 1.3)
    told = classify(Spectrum.from_arrays(seen.wavelength, seen.flux * bent, seen.ivar / bent**2), cool, dwarfs)
    assert abs(type_number(told.star) - type_number("M2")) <= 1
    assert not told.composite


def test_the_star_is_found_at_its_velocity(cool):
    seen = mix(cool["M3"], None, 0.0, 60.0, np.random.default_rng(3)).shifted(250.0)
    at, wrong = classify(seen, cool, velocity=250.0), classify(seen, cool, velocity=-250.0)
    assert at.star == "M3"
    assert at.chi2 < wrong.chi2 / 2


def test_a_white_dwarf_beside_a_cool_star_is_found_with_its_share(cool, dwarfs, other_dwarfs):
    rng = np.random.default_rng(4)
    for share in (0.2, 0.5):
        told = classify(mix(cool["M3"], other_dwarfs["16000.0"], share, 40.0, rng), cool, dwarfs)
        assert told.composite
        assert told.name == f"{told.white_dwarf}+{told.star}"
        assert told.white_dwarf_share == pytest.approx(share, abs=0.1)
        assert abs(type_number(told.star) - type_number("M3")) <= 1
        # a DA's number is 50,400 K / T; profiles of another model give the temperature within a factor of two
        assert 8_000 < 50_400 / float(told.white_dwarf[2:]) < 32_000


def test_the_confusion_over_share_and_noise_has_few_false_alarms_and_finds_bright_dwarfs(cool, dwarfs, other_dwarfs):
    table = composite_confusion(cool, dwarfs, (0.0, 0.3), (5.0, 30.0), number=10, injected=other_dwarfs, seed=2)
    found = table.set_index(["share", "snr"])["found"]
    assert found[0.0, 5.0] == 0
    assert found[0.0, 30.0] == 0
    assert found[0.3, 30.0] >= 0.9
    assert table.loc[table["share"] == 0, "share_bias"].isna().all()


def test_the_confusion_of_types_is_a_table_of_parts(cool):
    matrix = type_confusion(cool.near("M2", 1), snr=20.0, number=2)
    assert matrix.sum(axis=1).to_numpy() == pytest.approx(np.ones(len(matrix)))
    assert np.diag(matrix).mean() > 0.8


def test_the_fit_never_takes_light_away():
    rng = np.random.default_rng(5)
    x = np.linspace(4000, 5000, 300)
    one, other = 1 + 0.3 * np.sin(x / 30), 1 + 0.3 * np.cos(x / 11)
    data = Spectrum.from_arrays(x, 2 * one - 0.5 * other + rng.normal(0, 0.01, 300), np.full(300, 1e4))
    _, factors, _ = _Fitter.of(data, np.ones(300, bool), 1).fit([one, other])
    assert (factors >= 0).all()
    assert factors[1] == 0


def test_white_dwarfs_have_their_deepest_lines_near_thirteen_thousand_kelvin():
    x = np.linspace(4700, 5050, 800)
    widths = []
    for teff in (8000.0, 12_500.0, 35_000.0):
        flux = white_dwarf_flux(x, teff)
        line = np.interp(x, [x[0], x[-1]], [flux[0], flux[-1]])
        widths.append(np.sum(1 - flux / line) * (x[1] - x[0]))
    assert widths[1] > 2 * widths[0]
    assert widths[1] > 1.5 * widths[2]
    # the Rayleigh-Jeans side: a hot star is bluer
    hot, cold = (
        white_dwarf_flux(np.array([4000.0, 8000.0]), 35_000.0),
        white_dwarf_flux(np.array([4000.0, 8000.0]), 8000.0),
    )
    assert hot[0] / hot[1] > cold[0] / cold[1]


def test_too_few_pixels_are_named(cool):
    seen = mix(cool["M3"], None, 0.0, 60.0, np.random.default_rng(3)).between(5000, 5050)
    with pytest.raises(SpectrumError, match="100 are needed"):
        classify(seen, cool)


@pytest.mark.real
def test_real_m_dwarfs_get_their_subclass_from_empirical_templates(real_dir, dwarfs):
    library = read_templates(real_dir / "spectra" / "templates" / "pyhammer_KM_dwarf_templates.npz")
    files = sorted((real_dir / "spectra" / "lamost_mdwarf").glob("spec-*"))
    offsets = []
    for file in files:
        star = read(file)
        told = classify(star, library, dwarfs)
        offsets.append(type_number(told.star) - type_number(star.meta["subclass"]))
    assert abs(np.median(offsets)) <= 1
    assert np.abs(offsets).max() <= 2
