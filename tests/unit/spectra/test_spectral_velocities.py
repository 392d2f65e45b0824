"""Velocities: injected shifts, real headers, second stars, libraries and batches."""

import made_spectra as made
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.simulate.spectral_model import star_flux
from analysis.spectra import (
    Spectrum,
    SpectrumError,
    build_templates,
    logarithmic_grid,
    measure_velocity,
    read,
    read_templates,
    simulated_templates,
    type_number,
    velocity_ranges,
)
from analysis.spectra.batch import failures_path, find_spectra, run_batch
from analysis.spectra.epochs import measure_file
from analysis.spectra.lines import VELOCITY_BANDS
from analysis.spectra.velocity import bands_for

C = 299792.458
GRID = logarithmic_grid(3700, 9000)


def observed(teff, velocity, snr, seed, second=None):
    """A star of the simulation's model with noise: independent of the template's interpolation."""
    rng = np.random.default_rng(seed)
    flux = star_flux(GRID, teff, 4.6, 0.0, velocity)
    if second is not None:
        share, other = second
        flux = flux + share * star_flux(GRID, teff, 4.6, 0.0, other)
    flux = flux / np.median(flux) * (1 + 0.3 * np.sin(GRID / 900))
    return Spectrum.from_arrays(GRID, flux + rng.normal(0, 1 / snr, GRID.size), np.full(GRID.size, float(snr) ** 2))


def template(teff):
    grid = logarithmic_grid(3600, 9200, 0.5e-4)
    return Spectrum.from_arrays(grid, star_flux(grid, teff, 4.6, 0.0, 0.0), name=f"{teff}", meta={"subclass": "K5"})


@pytest.mark.parametrize(("teff", "snr"), [(4440, 20), (3430, 80), (5900, 60)])
def test_injected_shifts_come_back_unbiased_with_honest_errors(teff, snr):
    rng = np.random.default_rng(teff + snr)
    true = rng.uniform(-400, 400, 30)
    library = template(teff)
    found = [measure_velocity(observed(teff, v, snr, seed), library) for seed, v in enumerate(true)]
    difference = np.array([one.velocity for one in found]) - true
    error = np.array([one.error for one in found])
    # a bias below 1 km/s, as far as 30 stars can tell
    assert abs(difference.mean()) < 1.0 + 2 * error.mean() / np.sqrt(30)
    # the scatter of 30 normalised errors is 0.74 to 1.26 in 95 of 100 samples
    assert 0.70 < (difference / error).std() < 1.33
    assert all(one.chi2 / one.dof == pytest.approx(1, abs=0.15) for one in found)


def test_the_library_picks_the_type_of_the_star():
    library = simulated_templates(first="K0", last="M6")
    seen = measure_velocity(observed(3430, 80.0, 60, 3), library)
    assert abs(type_number(seen.template) - type_number("M3")) <= 1
    assert seen.velocity == pytest.approx(80, abs=5)


def test_a_velocity_outside_the_range_is_missing_not_wrong():
    seen = measure_velocity(observed(3430, 500.0, 60, 3), template(3430), low=-200, high=200)
    assert np.isnan(seen.velocity)
    assert np.isnan(seen.error)


def test_two_stars_warn_and_one_does_not():
    library = template(4440)
    two = measure_velocity(observed(4440, 170.0, 60, 1, second=(0.7, -170.0)), library)
    assert two.double_lined
    assert two.second.velocity == pytest.approx(-170, abs=40)
    singles = [measure_velocity(observed(4440, 50.0, snr, s), library) for s in range(8) for snr in (20, 100)]
    assert not any(one.double_lined for one in singles)


def test_a_template_that_does_not_fit_never_warns():
    wrong = measure_velocity(observed(3210, 0.0, 200, 1), template(5900))
    assert wrong.chi2 / wrong.dof > 4
    assert not wrong.double_lined


def test_the_bands_are_those_of_the_paper_for_cool_and_unknown_types():
    assert bands_for("M3") == bands_for("K5") == bands_for("??") == VELOCITY_BANDS == ((4550, 5300), (6350, 9000))
    assert bands_for("A5V")[0][0] < 4000
    with pytest.raises(SpectrumError, match="0 good pixels"):
        measure_velocity(observed(3430, 0, 20, 1).between(3700, 4400), template(3430))


@pytest.mark.parametrize(
    ("text", "number"),
    [("B0", 10), ("A7IV", 27), ("dM3", 63), ("M4.5V", 64.5), ("M4_+0.0_Dwarf", 64), ("G5 (joined)", 45), ("K", 55)],
)
def test_types_are_ordered_by_number(text, number):
    assert type_number(text) == number


@pytest.mark.parametrize("text", ["Unknown", "", "GALAXY?", "WD", "CV"])
def test_what_is_no_type_has_no_number(text):
    assert text == "GALAXY?" or np.isnan(type_number(text))


def test_near_types_are_chosen_and_the_nearest_where_none_is():
    library = simulated_templates(first="M0", last="M6")
    assert list(library.near("M2", 1)) == ["M1", "M2", "M3"]
    assert list(library.near("A0", 1)) == ["M0"]
    assert library.near("galaxy") is library
    with pytest.raises(KeyError, match="M0, M1"):
        library["X"]


def test_a_library_written_to_a_folder_reads_back(tmp_path):
    library = simulated_templates(first="M0", last="M1")
    back = read_templates(library.write(tmp_path / "templates"))
    assert list(back) == ["M0", "M1"]
    assert back["M0"].flux == pytest.approx(library["M0"].flux)
    assert back.source == "simulated main sequence"
    with pytest.raises(SpectrumError, match="no templates"):
        read_templates(tmp_path / "none")


def test_templates_stacked_from_noisy_spectra_measure_others(tmp_path):
    rng = np.random.default_rng(5)
    spectra = []
    for seed in range(9):
        v = rng.uniform(-60, 60)
        spectra.append(observed(4440, v, 40, 100 + seed).described(subclass="K5", z=v / C))
    library = build_templates(spectra)
    assert list(library) == ["K5"]
    difference = [measure_velocity(observed(4440, v, 60, 7), library).velocity - v for v in (-90.0, 10.0, 120.0)]
    assert np.abs(difference).max() < 5
    with pytest.raises(ValueError, match="20 spectra"):
        build_templates(spectra, least=20)


def test_few_spectra_of_a_class_join_those_of_their_letter():
    spectra = [observed(4440, 0.0, 50, i).described(subclass=f"K{i}", z=0.0) for i in range(3)]
    assert list(build_templates(spectra, least=3)) == ["K1 (joined)"]


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(0.5, 20)), min_size=1, max_size=6))
def test_the_range_is_that_of_the_extreme_epochs(epochs):
    table = pd.DataFrame({"source_id": 7, "rv": [v for v, _ in epochs], "rv_error": [e for _, e in epochs]})
    row = velocity_ranges(table).loc[7]
    assert row["n_rv"] == len(epochs)
    if len(epochs) == 1:
        assert np.isnan(row["delta_vr"])
    else:
        high, low = max(v for v, _ in epochs), min(v for v, _ in epochs)
        assert row["delta_vr"] == pytest.approx(high - low)
        assert row["delta_vr_error"] <= np.hypot(*sorted(e for _, e in epochs)[-2:]) + 1e-9


def test_the_range_of_star_no_5_is_that_of_the_paper():
    # Mu et al. 2022: epochs of Table 3; ΔV_R/2 = 124.0 ± 3.7 km/s follows from Table 1's ΔV_R = 248
    velocities = [105.1, -21.8, -133.1, 82.1, -42.0, -142.9]
    table = pd.DataFrame({"source_id": 5, "rv": velocities, "rv_error": [5.3, 5.4, 5.3, 5.2, 5.3, 5.3]})
    row = velocity_ranges(table).loc[5]
    assert row["delta_vr"] / 2 == pytest.approx(124.0, abs=0.05)
    assert row["delta_vr_error"] / 2 == pytest.approx(3.7, abs=0.05)


def test_missing_and_double_lined_epochs_do_not_count_and_a_floor_is_added():
    table = pd.DataFrame(
        {"star": ["a"] * 4, "rv": [0.0, np.nan, 900.0, 10.0], "rv_error": [3.0] * 4, "double_lined": [0, 0, 1, 0]}
    )
    row = velocity_ranges(table, by="star", systematic_error=4.0).loc["a"]
    assert (row["n_rv"], row["delta_vr"]) == (2, 10.0)
    assert row["delta_vr_error"] == pytest.approx(50**0.5)
    with pytest.raises(KeyError, match="no column source_id"):
        velocity_ranges(table)


def test_a_batch_reports_bad_files_resumes_and_tells_progress(tmp_path):
    for name in ("a.fits", "b.fits"):
        made.write_lamost_image(tmp_path / name)
    (tmp_path / "bad.fits").write_bytes(b"SIMPLE  = broken")
    told, worked = [], []

    def work(path):
        worked.append(path.name)
        spectrum = read(path)
        return [{"obsid": spectrum.meta["obsid"], "note": ""}]

    files, output = find_spectra(tmp_path), tmp_path / "out.csv"
    first = run_batch(files, work, output, lambda *seen: told.append(seen))
    assert list(first.rows["obsid"]) == [103232, 103232]
    assert list(first.failures["path"]) == [str(tmp_path / "bad.fits")]
    assert told[-1] == (3, 3, "bad.fits")
    made.write_lamost_image(tmp_path / "c.fits")
    worked.clear()
    again = run_batch(find_spectra(tmp_path), work, output)
    assert worked == ["c.fits"]
    assert len(again.rows) == 3
    assert len(pd.read_csv(failures_path(output))) == 1


def test_an_error_of_the_program_stops_a_batch(tmp_path):
    made.write_lamost_image(tmp_path / "a.fits")
    with pytest.raises(ZeroDivisionError):
        run_batch(find_spectra(tmp_path), lambda path: [{"x": 1 / 0}])
    with pytest.raises(SpectrumError, match="no such folder"):
        find_spectra(tmp_path / "none")


def test_exposures_of_a_medium_resolution_file_are_measured_one_by_one(tmp_path):
    path = made.write_lamost_medium(tmp_path / "med.fits")
    rows = measure_file(path, {"M3": template(3430)}, bands=((4950.0, 5350.0), (6300.0, 6800.0)))
    assert [row["exposure"] for row in rows][:2] == ["B-84647549", "R-84647549"]
    (row,) = measure_file(path, {"M3": template(3430)}, single_exposures=False)
    assert row["exposure"] == ""


@pytest.mark.real
def test_header_velocities_are_reproduced_with_templates_of_other_stars(real_dir):
    folder = real_dir / "spectra" / "lamost_repeat"
    table = pd.read_csv(folder / "index_groups.csv")
    files = table["combined_file"].str.split("/").str[-1]
    trained = [read(folder / file) for file in files[table["GroupID"] % 2 == 0]]
    library = build_templates(trained)
    others = [read(folder / file) for file in files[table["GroupID"] % 2 == 1]][::5]
    found = [measure_velocity(one, library.near(one.meta["subclass"], 1)) for one in others]
    difference = np.array([m.velocity - s.meta["z"] * C for m, s in zip(found, others, strict=True)])
    middle = np.median(difference)
    assert abs(middle) < 3
    assert 1.4826 * np.median(np.abs(difference - middle)) < 5.0
    assert (np.abs(difference - middle) > 30).mean() < 0.05
    assert not any(one.double_lined for one in found)


@pytest.mark.real
def test_the_pyhammer_set_types_a_real_m_dwarf_at_its_header_velocity(real_dir):
    library = read_templates(real_dir / "spectra" / "templates" / "pyhammer_KM_dwarf_templates.npz")
    assert len(library) == 13
    star = read(real_dir / "spectra" / "lamost_mdwarf" / "spec-55863-M31_011N40_B1_sp07-211.fits.gz")
    seen = measure_velocity(star, library)
    assert abs(type_number(seen.template) - type_number(star.meta["subclass"])) <= 1
    assert seen.velocity == pytest.approx(star.meta["z"] * C, abs=10)
