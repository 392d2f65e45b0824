"""What is written is read back: numbers, text, units, UCDs and meanings."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from astropy.io import fits, votable
from astropy.table import Table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from made_catalogues import IDS, star_table

from analysis.catalogue import COLUMNS, read, write

EXACT = [".fits", ".fits.gz", ".vot", ".ecsv", ".parquet", ".arrow", ".feather", ".vot.gz"]
TEXT = [".csv", ".csv.gz", ".txt"]
ROWS = st.shared(st.integers(1, 6), key="rows")


def floats(dtype: type) -> st.SearchStrategy[np.ndarray]:
    width = 8 * np.dtype(dtype).itemsize
    elements = st.floats(width=width, allow_infinity=False, allow_subnormal=False)
    return ROWS.flatmap(lambda n: hnp.arrays(dtype, n, elements=elements))


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(ROWS)
    letters = st.text(
        st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\"'"), min_size=1, max_size=8
    )
    words = st.lists(st.none() | letters.map(lambda word: f"a {word}"), min_size=n, max_size=n)
    ids = st.lists(st.integers(1, 2**63 - 1), min_size=n, max_size=n, unique=True)
    table = pd.DataFrame(
        {
            "source_id": np.array(draw(ids), dtype=np.int64),
            "parallax": draw(floats(np.float64)),
            "ruwe": draw(floats(np.float32)),
            "rv_nb_transits": draw(hnp.arrays(np.int16, n)),
            "non_single_star": draw(hnp.arrays(np.int32, n)),
            "eclipsing": draw(hnp.arrays(bool, n)),
        }
    )
    table["subclass"] = pd.Series(draw(words), dtype=pd.Series(["a"]).dtype)
    return table


@pytest.mark.parametrize("suffix", EXACT)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(table=tables())
def test_a_table_comes_back_bit_for_bit(suffix: str, table: pd.DataFrame) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"stars{suffix}"
        write(table, path)
        back = read(path)
    pd.testing.assert_frame_equal(back, table, check_exact=True)


@pytest.mark.parametrize("suffix", TEXT)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(table=tables())
def test_text_brings_every_number_back(suffix: str, table: pd.DataFrame) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"stars{suffix}"
        write(table, path)
        back = read(path)
    assert back["source_id"].tolist() == table["source_id"].tolist()
    np.testing.assert_array_equal(back["parallax"], table["parallax"])
    np.testing.assert_array_equal(back["ruwe"].astype(np.float32), table["ruwe"])
    np.testing.assert_array_equal(back["eclipsing"], table["eclipsing"])
    assert back["subclass"].isna().tolist() == table["subclass"].isna().tolist()
    assert back["subclass"].dropna().tolist() == table["subclass"].dropna().tolist()


@pytest.mark.parametrize("suffix", EXACT)
def test_units_ucds_and_meanings_of_unknown_columns_come_back(tmp_path: Path, suffix: str) -> None:
    table = star_table()
    write(table, tmp_path / f"stars{suffix}")
    assert read(tmp_path / f"stars{suffix}").attrs["columns"] == table.attrs["columns"]


def test_fits_votable_ecsv_and_parquet_carry_the_schemas_words_for_other_programs(tmp_path: Path) -> None:
    for suffix in (".fits", ".vot", ".ecsv", ".parquet"):
        write(star_table(), tmp_path / f"stars{suffix}")
    header = fits.getheader(tmp_path / "stars.fits", 1)
    number = next(i for i in range(1, 9) if header[f"TTYPE{i}"] == "parallax")
    assert (header[f"TUNIT{number}"], header[f"TUCD{number}"]) == ("mas", "pos.parallax.trig")
    assert header[f"TFORM{number}"] == "D"
    field = votable.parse_single_table(tmp_path / "stars.vot").get_field_by_id_or_name("parallax")
    assert (str(field.unit), field.ucd) == ("mas", "pos.parallax.trig")
    assert " ".join(field.description.split()) == COLUMNS["parallax"].meaning
    column = Table.read(tmp_path / "stars.ecsv")["parallax"]
    assert (str(column.unit), column.meta["ucd"]) == ("mas", "pos.parallax.trig")
    facts = pq.read_schema(tmp_path / "stars.parquet").field("parallax").metadata
    assert (facts[b"unit"], facts[b"ucd"]) == (b"mas", b"pos.parallax.trig")


def test_astropy_reads_the_ids_of_every_format_exactly(tmp_path: Path) -> None:
    table = pd.DataFrame({"source_id": IDS, "ruwe": [1.0, 2.0, 3.0]})
    for suffix, form in ((".fits", "fits"), (".vot", "votable"), (".ecsv", "ascii.ecsv"), (".csv", "ascii.csv")):
        write(table, tmp_path / f"stars{suffix}")
        assert Table.read(tmp_path / f"stars{suffix}", format=form)["source_id"].tolist() == IDS.tolist()


def test_units_that_formats_spell_differently_come_back(tmp_path: Path) -> None:
    names = ["pmra", "phot_g_mean_flux", "logg", "feh", "ipd_frac_multi_peak", "delta_vr", "primary_mass"]
    table = pd.DataFrame({name: [1.0, 2.0] for name in names})
    for suffix in EXACT:
        write(table, tmp_path / f"stars{suffix}")
        back = read(tmp_path / f"stars{suffix}")
        assert list(back) == names
        np.testing.assert_array_equal(back, table)
        assert not back.attrs["notes"]


def test_nullable_categorical_and_wide_columns_are_written_as_plain_ones(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "n_rv": pd.array([1, None, 3], dtype="Int16"),
            "hip": pd.array([1, 2, 3], dtype="Int64"),
            "subclass": pd.Categorical(["M3", None, "K5"]),
            "single_lined": pd.array([True, False, True], dtype="boolean"),
            "wide": np.array([1, 2, 3], dtype=np.uint32),
        }
    )
    for suffix in (".fits", ".parquet", ".vot", ".csv"):
        write(table, tmp_path / f"stars{suffix}")
        back = read(tmp_path / f"stars{suffix}")
        np.testing.assert_array_equal(back["n_rv"], [1, np.nan, 3])
        assert back["hip"].tolist() == [1, 2, 3]
        assert back["subclass"].tolist()[::2] == ["M3", "K5"]
        assert back["single_lined"].tolist() == [True, False, True]
        assert back["wide"].tolist() == [1, 2, 3]


def test_a_failed_write_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "stars.fits"
    write(star_table(), path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="ASCII"):
        write(star_table().assign(subclass="é"), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["stars.fits"]
