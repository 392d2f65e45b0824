"""The command ``penumbra`` does what its help says, and refuses in one sentence."""

from pathlib import Path

import pandas as pd
import pytest

from components.command import main


def test_version_and_help_are_there(capsys) -> None:
    for flag in ("--version", "--help"):
        with pytest.raises(SystemExit) as stopped:
            main([flag])
        assert stopped.value.code == 0
    assert "penumbra 0." in capsys.readouterr().out


def test_check_lists_columns_units_and_notes(tmp_path: Path, capsys) -> None:
    path = tmp_path / "stars.csv"
    pd.DataFrame({"Gmag": [10.0, None], "odd": [1, 2]}).to_csv(path, index=False)
    assert main(["check", str(path)]) == 0
    said = capsys.readouterr().out
    assert "2 rows, 2 columns, 1 of them in the schema" in said
    assert "phot_g_mean_mag" in said
    assert "1 missing" in said
    assert "(not in the schema)" in said


def test_check_refuses_by_name_and_goes_on_to_the_next_file(tmp_path: Path, capsys) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.fits"
    good.write_text("ra,dec\n1,2\n")
    bad.write_text("no table\n")
    assert main(["check", str(bad), str(good), str(tmp_path / "absent.csv")]) == 1
    said = capsys.readouterr()
    assert "bad.fits" in said.err
    assert "absent.csv" in said.err
    assert "good.csv: 1 rows" in said.out


def test_serve_refuses_a_file_that_is_not_there(tmp_path: Path, capsys) -> None:
    assert main(["serve", str(tmp_path / "absent.fits")]) == 1
    assert "absent.fits" in capsys.readouterr().err


def test_simulate_writes_a_survey_that_check_can_read(tmp_path: Path, capsys) -> None:
    path = tmp_path / "survey.arrow"
    assert main(["simulate", "50", str(path), "--seed", "3"]) == 0
    assert main(["check", str(path)]) == 0
    assert "50 rows" in capsys.readouterr().out
    assert main(["simulate", "0", str(path)]) == 1


def test_periods_searches_files_and_takes_up_where_it_stopped(tmp_path: Path, capsys, real_dir: Path) -> None:
    out = tmp_path / "periods.csv"
    star, broken = real_dir / "light_curves" / "THOR42_TESS.txt", tmp_path / "broken.fits"
    broken.write_bytes(b"nothing")
    arguments = ["periods", str(star), str(broken), "--out", str(out), "--processes", "1"]
    assert main(arguments) == 0
    assert "2 light curves searched, 1 of them failed" in capsys.readouterr().out
    assert pd.read_csv(out)["orbital_period"].dropna().iloc[0] == pytest.approx(0.8590, abs=0.001)
    assert main(arguments) == 0
    assert "0 light curves searched" in capsys.readouterr().out
