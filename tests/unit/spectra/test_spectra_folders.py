"""Folders: batches that go on, pass bad files over and report them; the base install without scikit-learn."""

import subprocess
import sys

import numpy as np
import pytest
from simulated_hot_stars import hot_star

from analysis.spectra import (
    SpectrumError,
    classify_folder,
    measure_velocities,
    simulated_templates,
    train_pca,
    white_dwarf_templates,
    write,
)
from analysis.spectra.confusion import mix


@pytest.fixture(scope="module")
def library():
    return simulated_templates(first="K5", last="M4")


@pytest.fixture
def folder(tmp_path, library):
    rng = np.random.default_rng(1)
    for name, velocity in (("M0", 120.0), ("M3", -60.0)):
        write(mix(library[name], None, 0.0, 60.0, rng).shifted(velocity), tmp_path / f"{name}.ecsv")
    (tmp_path / "bad.ecsv").write_text("nothing\n")
    return tmp_path


def test_velocities_of_a_folder_with_a_bad_file(folder, library):
    told = []
    result = measure_velocities(folder, library, folder / "rv.csv", progress=lambda *seen: told.append(seen[:2]))
    assert dict(zip(result.rows["file"], result.rows["rv"].round(-1), strict=True)) == {"M0.ecsv": 120, "M3.ecsv": -60}
    assert list(result.failures["path"]) == [str(folder / "bad.ecsv")]
    assert told == [(1, 3), (2, 3), (3, 3)]
    again = measure_velocities(folder, library, folder / "rv.csv")
    assert again.rows["rv"].to_numpy() == pytest.approx(result.rows["rv"].to_numpy())


def test_types_of_a_folder(folder, library):
    rows = classify_folder(folder, library, white_dwarf_templates()).rows.set_index("file")
    assert rows.loc["M0.ecsv", "type"] == "M0"
    assert rows.loc["M3.ecsv", "type"] in ("M3", "M3.5")


def test_a_pca_model_of_a_folder_is_kept_with_its_source(tmp_path):
    rng = np.random.default_rng(2)
    for number in range(30):
        star = hot_star(rng, 10 ** rng.uniform(4.05, 4.4), 4.0, 80.0)
        write(star.described(z=0.0), tmp_path / f"s{number:02d}.ecsv")
    (tmp_path / "bad.ecsv").write_text("nothing\n")
    write(hot_star(rng, 12_000.0, 4.0, 80.0), tmp_path / "no_velocity.ecsv")
    model, flags, stack, failures = train_pca(tmp_path, tmp_path / "model.npz", components=5)
    assert len(stack) == 30 == flags.emission.size
    assert sorted(path.rsplit("/", 1)[-1] for path in failures["path"]) == ["bad.ecsv", "no_velocity.ecsv"]
    assert model.provenance_["source"] == tmp_path.name
    assert (tmp_path / "model.npz").stat().st_size < 2e6


def test_a_folder_without_usable_spectra_is_named(tmp_path):
    (tmp_path / "bad.ecsv").write_text("nothing\n")
    with pytest.raises(SpectrumError, match="none of 1 files"):
        train_pca(tmp_path)


def test_spectra_import_without_scikit_learn_and_training_names_the_extra():
    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "import numpy as np, analysis.spectra\n"
        "from analysis.spectra.luminosity import train_network\n"
        "from analysis.spectra.slam_training import DEFAULT_GRID, train_pixels\n"
        "for work in (lambda: train_network(np.ones((40, 2)), np.ones(40)),\n"
        "             lambda: train_pixels(np.ones((40, 2)), np.ones((40, 2)), DEFAULT_GRID, 2, 0)):\n"
        "    try:\n"
        "        work()\n"
        "    except ImportError as error:\n"
        "        assert 'penumbra-vetting[learn]' in str(error)\n"
        "    else:\n"
        "        raise SystemExit('trained without scikit-learn')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
