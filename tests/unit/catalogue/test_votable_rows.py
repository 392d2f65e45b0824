"""Rows packed all at once are the rows that astropy packs and reads value by value."""

import numpy as np
import pandas as pd
import pytest
from astropy.io import votable
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st

from analysis.catalogue.votable_rows import binary2_rows
from analysis.catalogue.writing import write_votable

TEXTS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc", "Cn")), max_size=9
)


@given(
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1), st.floats(width=32), st.one_of(st.none(), TEXTS), st.booleans(),
            st.integers(-(2**15), 2**15 - 1),
        ),
        min_size=1,
        max_size=9,
    )
)  # fmt: skip
def test_what_is_written_is_read_back_by_astropy(tmp_path_factory, rows) -> None:
    whole, real, text, truth, small = (list(values) for values in zip(*rows, strict=True))
    text = [None if value is None else value.strip() for value in text]
    table = pd.DataFrame(
        {
            "source_id": np.array(whole, np.int64), "x": np.array(real, np.float32),
            "name": np.array(text, dtype=object), "seen": np.array(truth, bool), "n": np.array(small, np.int16),
        }
    )  # fmt: skip
    path = tmp_path_factory.mktemp("votable") / "t.vot"
    write_votable(table, path)
    back = votable.parse_single_table(path, verify="ignore").to_table()
    assert list(back["source_id"]) == whole
    np.testing.assert_array_equal(np.asarray(back["x"].filled(np.nan), np.float32), np.array(real, np.float32))
    assert list(back["n"]) == small
    assert [bool(value) for value in back["seen"]] == truth
    # astropy reads a missing text as an empty one
    assert [str(value) for value in back["name"].filled("")] == [value or "" for value in text]


def test_bytes_are_those_that_astropy_writes() -> None:
    table = Table({"a": np.arange(300), "x": np.linspace(0, 1, 300), "n": np.arange(300, dtype=np.int16)})
    document = votable.from_table(table)
    theirs = document.get_first_table()
    packers = [field.converter.binoutput for field in theirs.fields]
    slow = b"".join(
        b"\0" + b"".join(pack(value, False) for pack, value in zip(packers, row, strict=True))
        for row in theirs.array.data
    )
    assert binary2_rows(table, list(votable.from_table(table[:0]).get_first_table().fields)) == slow


def test_a_column_of_lists_is_refused_by_name() -> None:
    table = Table({"pair": np.zeros((3, 2))})
    with pytest.raises(ValueError, match="pair"):
        binary2_rows(table, list(votable.from_table(table).get_first_table().fields))


def test_a_table_without_rows_is_written_and_read(tmp_path) -> None:
    empty = pd.DataFrame({"source_id": np.array([], np.int64), "name": np.array([], dtype=object)})
    write_votable(empty, tmp_path / "empty.vot")
    back = votable.parse_single_table(tmp_path / "empty.vot").to_table()
    assert (len(back), back.colnames) == (0, ["source_id", "name"])
