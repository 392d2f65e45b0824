"""Files are converted once and then mapped, without copies and read-only."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from made_catalogues import star_table, write_lines

from analysis.catalogue import add_derived, cache_folder, open_table, read, write
from analysis.catalogue import cache as cache_module


@pytest.fixture
def stars(tmp_path: Path) -> Path:
    write(star_table(500), tmp_path / "stars.fits")
    return tmp_path / "stars.fits"


def converted(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.arrow"))


def test_an_opened_file_equals_a_read_one_with_its_attrs(stars: Path, tmp_path: Path) -> None:
    plain = read(stars)
    for _ in range(2):
        table = open_table(stars, tmp_path / "cache")
        pd.testing.assert_frame_equal(table, plain, check_exact=True)
        assert {**table.attrs, "hash": None} == {**plain.attrs, "hash": None}
    assert len(table.attrs["hash"]) == 64


def test_number_columns_are_read_only_views_of_the_mapped_file(stars: Path, tmp_path: Path) -> None:
    open_table(stars, tmp_path / "cache")
    before = pa.total_allocated_bytes()
    table = open_table(stars, tmp_path / "cache")
    assert pa.total_allocated_bytes() - before < 64 * len(table)
    for name in ("ruwe", "parallax", "source_id", "rv_nb_transits", "eclipsing"):
        values = table[name].to_numpy()
        assert not values.flags.writeable
        assert np.shares_memory(values, table[name].to_numpy())
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0


def test_derived_columns_share_the_mapped_ones(stars: Path, tmp_path: Path) -> None:
    table = open_table(stars, tmp_path / "cache")
    more = add_derived(table)
    assert "absolute_g" in more
    assert np.shares_memory(more["ruwe"].to_numpy(), table["ruwe"].to_numpy())


def test_the_second_opening_does_not_read_the_original(stars: Path, tmp_path: Path, monkeypatch) -> None:
    open_table(stars, tmp_path / "cache")

    def refuse(*_: object) -> None:
        raise AssertionError("the original was read again")

    monkeypatch.setattr(cache_module, "read", refuse)
    assert len(open_table(stars, tmp_path / "cache")) == 500


def test_a_changed_file_is_converted_again_and_the_old_conversion_removed(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "stars.csv", "ruwe", "1")
    assert open_table(path, tmp_path / "cache")["ruwe"].tolist() == [1]
    write_lines(path, "ruwe", "2")
    os.utime(path, ns=(1, 1))
    assert open_table(path, tmp_path / "cache")["ruwe"].tolist() == [2]
    assert len(converted(tmp_path / "cache")) == 1


def test_a_changed_schema_converts_again(stars: Path, tmp_path: Path, monkeypatch) -> None:
    open_table(stars, tmp_path / "cache")
    first = converted(tmp_path / "cache")
    monkeypatch.setattr(cache_module, "READERS_VERSION", -1)
    open_table(stars, tmp_path / "cache")
    assert converted(tmp_path / "cache") != first


def test_two_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        write_lines(tmp_path / str(number) / "stars.csv", "ruwe", str(number))
    found = [open_table(tmp_path / str(n) / "stars.csv", tmp_path / "cache")["ruwe"].tolist() for n in (1, 2, 1)]
    assert found == [[1], [2], [1]]


@pytest.mark.parametrize("harm", ["cut", "garbage", "empty", "text"])
def test_a_broken_conversion_is_made_anew(stars: Path, tmp_path: Path, harm: str) -> None:
    table = open_table(stars, tmp_path / "cache")
    wanted = table["parallax"].tolist()
    del table
    (target,) = converted(tmp_path / "cache")
    content = target.read_bytes()
    broken = {"cut": content[:-300], "garbage": bytes(reversed(content)), "empty": b"", "text": b"hello\n" * 500}
    target.unlink()
    target.write_bytes(broken[harm])
    assert open_table(stars, tmp_path / "cache")["parallax"].tolist() == wanted
    assert target.read_bytes()[:6] == b"ARROW1"


def test_no_unfinished_file_stays_behind(stars: Path, tmp_path: Path, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache_module.Path, "replace", fail)
    table = open_table(stars, tmp_path / "cache")
    assert len(table) == 500
    assert any("No space left on device" in note for note in table.attrs["notes"])
    assert list((tmp_path / "cache").iterdir()) == []


def test_an_unusable_cache_folder_is_noted_and_the_table_still_opens(stars: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    table = open_table(stars, tmp_path / "taken")
    assert len(table) == 500
    assert any("cannot be written" in note for note in table.attrs["notes"])


def test_the_cache_folder_follows_argument_then_environment(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PENUMBRA_CACHE", str(tmp_path / "from environment"))
    assert cache_folder() == tmp_path / "from environment"
    assert cache_folder(tmp_path / "given") == tmp_path / "given"
    monkeypatch.delenv("PENUMBRA_CACHE")
    assert cache_folder().name == "penumbra"


def test_progress_runs_from_zero_to_one(stars: Path, tmp_path: Path) -> None:
    for _ in range(2):
        seen: list[tuple[float, str]] = []
        open_table(stars, tmp_path / "cache", lambda fraction, text, seen=seen: seen.append((fraction, text)))
        fractions = [fraction for fraction, _ in seen]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1
        assert all(text for _, text in seen)


def test_floats_keep_the_width_they_have_in_the_file(stars: Path, tmp_path: Path) -> None:
    table = open_table(stars, tmp_path / "cache")
    assert table["ruwe"].dtype == np.float32
    assert table["parallax"].dtype == np.float64
