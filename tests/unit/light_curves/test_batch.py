import csv
import os

import numpy as np
import pytest
from simulated_stars import sector_times

from analysis.binaries.ellipsoidal import ellipsoidal_flux
from analysis.light_curves import SeriesError, search_periods
from analysis.light_curves import batch as batch_module


@pytest.fixture
def files(tmp_path):
    rng = np.random.default_rng(1)
    paths = []
    for number in range(3):
        time = sector_times(rng)
        flux = 1 + ellipsoidal_flux(time / (0.4 + 0.1 * number), 1.0, 0.35, 0.8) + rng.normal(0, 0.002, time.size)
        path = tmp_path / f"tic_{100 + number}.csv"
        np.savetxt(path, np.c_[time, flux], delimiter=",", header="btjd,flux", comments="")
        paths.append(path)
    bad = tmp_path / "tic_999.fits"
    bad.write_text("not a\nFITS file")
    return [paths[0], bad, *paths[1:]]


def rows_of(path):
    with path.open(newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file)}


def test_one_bad_file_gets_its_error_and_the_others_their_periods(files, tmp_path):
    out = tmp_path / "made" / "periods.csv"
    seen = []
    summary = search_periods(files, out, processes=1, progress=lambda *step: seen.append(step))
    rows = rows_of(out)
    assert (summary.searched, summary.failed, summary.already_done) == (4, 1, 0)
    assert [(done, total) for done, total, _ in seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert "named as FITS" in rows[str(files[1])]["error"]
    for path, period in zip((files[0], *files[2:]), (0.4, 0.5, 0.6), strict=True):
        row = rows[str(path)]
        assert row["error"] == ""
        assert row["kind"] == "ellipsoidal"
        assert float(row["orbital_period"]) == pytest.approx(period, rel=1e-3)
        assert row["time_scale"] == "BTJD"


def test_a_stopped_batch_goes_on_where_it_was(files, tmp_path):
    out = tmp_path / "periods.csv"

    def stop(done, total, path):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search_periods(files, out, processes=1, progress=stop)
    with out.open("a") as file:
        file.write("half/a/row,that was cut")
    summary = search_periods(files, out, processes=1)
    assert (summary.searched, summary.already_done) == (2, 2)
    assert set(rows_of(out)) == {str(path) for path in files}
    assert search_periods(files, out, processes=1).searched == 0


def test_failed_files_can_be_tried_again(files, tmp_path):
    out = tmp_path / "periods.csv"
    search_periods(files, out, processes=1)
    files[1].write_bytes(b"")
    summary = search_periods(files, out, processes=1, retry_failed=True)
    assert (summary.searched, summary.failed) == (1, 1)
    rows = rows_of(out)
    assert len(rows) == 4
    assert "empty" in rows[str(files[1])]["error"]


def test_another_table_is_not_overwritten(files, tmp_path):
    out = tmp_path / "mine.csv"
    out.write_text("a,b\n1,2\n")
    with pytest.raises(SeriesError, match="not a table of periods"):
        search_periods(files, out)
    assert out.read_text() == "a,b\n1,2\n"


def die_or_search(path):
    if path.suffix == ".fits":
        os._exit(1)
    return batch_module.search_file(path)


def test_two_processes_give_the_rows_of_one_and_survive_the_death_of_a_worker(files, tmp_path, monkeypatch):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    search_periods([files[0], *files[2:]], one, processes=1)
    monkeypatch.setattr(batch_module, "search_file", die_or_search)
    summary = search_periods(files, two, processes=2)
    assert summary.failed == 1
    rows = rows_of(two)
    assert "process ended" in rows.pop(str(files[1]))["error"]
    for path, row in rows_of(one).items():
        assert float(rows[path]["orbital_period"]) == pytest.approx(float(row["orbital_period"]), rel=1e-9)
