"""Every bad file is refused with its name, what is wrong and what to do."""

import gzip
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from made_catalogues import IDS, star_table, write_fits_stars, write_lines

from analysis.catalogue import DataError, open_table, read, write


def refused(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        read(path)
    error = caught.value
    text = str(error)
    assert str(path) in text
    assert error.path == path
    assert error.hint
    assert "\n" not in text
    return error


def test_a_missing_file_is_refused_and_a_like_named_one_proposed(tmp_path: Path) -> None:
    write_lines(tmp_path / "stars_dr3.csv", "ruwe", "1")
    error = refused(tmp_path / "stars_dr2.csv")
    assert "no such file" in error.problem
    assert "stars_dr3.csv" in error.hint


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path).problem


@pytest.mark.parametrize("content", [b"", b"  \n\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "stars.csv").write_bytes(content)
    assert "empty" in refused(tmp_path / "stars.csv").problem


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.99])
def test_a_truncated_fits_file_is_refused(tmp_path: Path, keep: float) -> None:
    path = write_fits_stars(tmp_path / "stars.fits", ruwe=np.ones(5000), parallax=np.ones(5000))
    content = path.read_bytes()
    needed = len(fits.getheader(path, 1).tostring()) + 2880 + 80_000
    path.write_bytes(content[: int(keep * needed)])
    assert "cut off" in refused(path).problem


@pytest.mark.parametrize("name", ["stars.fits.gz", "stars.csv.gz"])
def test_a_truncated_gzip_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(star_table(2000), path)
    path.write_bytes(path.read_bytes()[:-2000])
    refused(path)


@pytest.mark.parametrize("name", ["stars.parquet", "stars.arrow", "stars.vot", "stars.ecsv"])
def test_other_truncated_files_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(star_table(300), path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - 700])
    if name == "stars.ecsv":
        path.write_bytes(content[:300])
    refused(path)


@pytest.mark.parametrize("name", ["stars.fits", "stars.parquet", "stars.arrow", "stars.feather"])
def test_text_under_a_binary_name_is_refused_with_its_first_words(tmp_path: Path, name: str) -> None:
    error = refused(write_lines(tmp_path / name, "source_id,ruwe", "1,2"))
    assert "plain text" in error.problem
    assert "source_id,ruwe" in error.problem
    assert ".csv" in error.hint


def test_a_web_page_under_a_table_name_is_refused(tmp_path: Path) -> None:
    error = refused(write_lines(tmp_path / "stars.csv", "<!DOCTYPE html>", "<html>Please log in</html>"))
    assert "web page" in error.problem


@pytest.mark.parametrize("magic", [b"PK\x03\x04", b"\x89PNG\r\n\x1a\n\0\0", b"\0\1\2\3"])
def test_other_binary_content_is_refused(tmp_path: Path, magic: bytes) -> None:
    (tmp_path / "stars.csv").write_bytes(magic + b"\0" * 100)
    refused(tmp_path / "stars.csv")


def test_a_fits_image_is_refused(tmp_path: Path) -> None:
    fits.PrimaryHDU(np.ones((3, 3))).writeto(tmp_path / "image.fits")
    assert "no table" in refused(tmp_path / "image.fits").problem


def test_a_table_without_numbers_is_refused_with_its_columns(tmp_path: Path) -> None:
    error = refused(write_lines(tmp_path / "names.csv", "name,kind", "Sirius,A", "Vega,A"))
    assert "no column of numbers" in error.problem
    assert "name, kind" in error.problem


def test_a_table_of_ids_alone_is_refused(tmp_path: Path) -> None:
    assert "no column of numbers" in refused(write_lines(tmp_path / "ids.csv", "source_id", str(IDS[0]))).problem


@pytest.mark.parametrize("name", ["stars.csv", "stars.fits", "stars.parquet", "stars.ecsv", "stars.vot", "stars.arrow"])
def test_a_table_without_rows_is_refused(tmp_path: Path, name: str) -> None:
    write(star_table(3).iloc[:0], tmp_path / name)
    assert "no " in refused(tmp_path / name).problem
    assert "rows" in str(refused(tmp_path / name))


def test_one_row_is_enough(tmp_path: Path) -> None:
    write(star_table(3).iloc[:1], tmp_path / "star.csv")
    assert len(read(tmp_path / "star.csv")) == 1


def test_repeated_ids_are_refused_with_the_first_of_them(tmp_path: Path) -> None:
    lines = [f"{number},1.0" for number in (IDS[0], IDS[1], IDS[0], IDS[2], IDS[2], IDS[2])]
    error = refused(write_lines(tmp_path / "stars.csv", "source_id,ruwe", *lines))
    assert error.column == "source_id"
    assert "repeats 2 of its ids" in error.problem
    assert f"{IDS[0]} (2 times)" in error.problem
    assert f"{IDS[2]} (3 times)" in error.problem


@pytest.mark.parametrize("name", ["source_id", "SOURCE_ID", "dr3_source_id"])
@pytest.mark.parametrize("kind", ["fits", "csv"])
def test_float_ids_are_refused_since_digits_are_lost(tmp_path: Path, name: str, kind: str) -> None:
    if kind == "fits":
        path = write_fits_stars(tmp_path / "stars.fits", **{name: IDS.astype(float), "ruwe": np.ones(3)})
    else:
        path = write_lines(tmp_path / "stars.csv", f"{name},ruwe", *(f"{float(number)!r},1" for number in IDS))
    error = refused(path)
    assert error.column == name
    assert "floating-point" in error.problem
    assert "integers" in error.hint


def test_ids_that_are_missing_zero_or_words_are_refused_with_their_row(tmp_path: Path) -> None:
    path = tmp_path / "stars.csv"
    assert "row 2" in refused(write_lines(path, "source_id,ruwe", f"{IDS[0]},1", ",1")).problem
    assert "row 2" in refused(write_lines(path, "source_id,ruwe", f"{IDS[0]},1", "-1,1")).problem
    error = refused(write_lines(path, "source_id,ruwe", f"{IDS[0]},1", "HD 1,1"))
    assert "'HD 1'" in error.problem
    assert "row 2" in error.problem


def test_a_word_among_numbers_is_refused_with_its_row(tmp_path: Path) -> None:
    error = refused(write_lines(tmp_path / "stars.csv", "ra,parallax", "1,2.5", "2,2.7mas", "3,n/a"))
    assert error.column == "parallax"
    assert "'2.7mas' in row 2" in error.problem


def test_rows_of_uneven_length_are_refused(tmp_path: Path) -> None:
    refused(write_lines(tmp_path / "comma.csv", "ra,dec", "1,2", "1,2,3"))
    error = refused(write_lines(tmp_path / "blank.txt", "ra dec", "1 2", "1"))
    assert "line 3 has 1 values for 2 columns" in error.problem


def test_an_archives_error_answer_is_shown_in_its_own_words(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "answer.vot",
        '<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">',
        '<RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">No column foo</INFO></RESOURCE></VOTABLE>',
    )
    assert "No column foo" in refused(path).problem


@pytest.mark.parametrize("text", ["{}", "[1, 2]", '{"metadata": [', '{"metadata": [{"name": "a"}], "data": [[1, 2]]}'])
def test_other_or_broken_json_is_refused(tmp_path: Path, text: str) -> None:
    refused(write_lines(tmp_path / "stars.json", text))


def test_a_votable_with_broken_xml_is_refused(tmp_path: Path) -> None:
    refused(write_lines(tmp_path / "stars.vot", "<?xml version='1.0'?>", "<VOTABLE><RESOURCE><TABLE>"))


def test_a_file_without_the_right_to_read_is_refused(tmp_path: Path, monkeypatch) -> None:
    path = write_lines(tmp_path / "stars.csv", "ruwe", "1")

    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)
    assert "may not be read" in refused(path).problem


def test_a_nested_column_alone_leaves_nothing_to_read(tmp_path: Path) -> None:
    pq.write_table(pa.table({"flux": [[1.0], [2.0]]}), tmp_path / "nested.parquet")
    refused(tmp_path / "nested.parquet")


def test_writing_refuses_an_unknown_name_a_missing_folder_and_what_fits_cannot_hold(tmp_path: Path) -> None:
    table = star_table()
    for name, said in (("stars.xlsx", ".xlsx"), ("nowhere/stars.csv", "cannot be written")):
        with pytest.raises(DataError, match=said):
            write(table, tmp_path / name)
    with pytest.raises(DataError, match="'M0 Δ'"):
        write(table.assign(subclass="M0 Δ"), tmp_path / "stars.fits")
    assert list(tmp_path.iterdir()) == []


def test_writing_refuses_two_columns_of_one_name(tmp_path: Path) -> None:
    table = pd.DataFrame([[1.0, 2.0]], columns=["ruwe", "ruwe"])
    with pytest.raises(DataError, match="two columns named 'ruwe'"):
        write(table, tmp_path / "stars.csv")


def test_an_opened_file_is_refused_as_a_read_one_is(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        open_table(tmp_path / "nothing.csv", tmp_path / "cache")
    path = write_lines(tmp_path / "stars.csv", "source_id,ruwe", "1,1", "1,2")
    with pytest.raises(DataError, match="repeats 1 of its ids"):
        open_table(path, tmp_path / "cache")


def test_an_error_survives_the_way_between_processes() -> None:
    error = DataError("it is broken", path="stars.csv", column="ruwe", hint="Mend it")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.path, again.column, again.hint) == (str(error), error.path, "ruwe", "Mend it")


def test_gzip_of_a_vot_file_is_read_by_content(tmp_path: Path) -> None:
    write(star_table(), tmp_path / "stars.vot")
    (tmp_path / "stars.data").write_bytes(gzip.compress((tmp_path / "stars.vot").read_bytes()))
    assert len(read(tmp_path / "stars.data")) == 3
