"""Survey files."""

import astropy.units as u
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from analysis.simulate import (
    OBSERVABLES,
    SurveyFileError,
    open_survey,
    open_truth,
    survey,
    truth,
    truth_path,
    velocities,
    write_survey,
)


@pytest.mark.parametrize("n", [1, 13, 2000])
def test_a_written_survey_opens_as_the_survey_itself(tmp_path, n):
    path = write_survey(tmp_path / "field.arrow", n, seed=5)
    pd.testing.assert_frame_equal(open_survey(path), survey(n, 5))
    pd.testing.assert_frame_equal(open_truth(path), truth(n, 5))


def test_surveys_longer_than_a_block_are_whole(tmp_path, table):
    path = write_survey(tmp_path / "field.arrow", 60_000, seed=20)
    opened = open_survey(path)
    assert len(opened.attrs["simulated"]) == 4
    for column in OBSERVABLES:
        pd.testing.assert_series_equal(opened[column.name], table[column.name], check_flags=False)


def test_columns_are_mapped_from_the_file_and_read_only(tmp_path):
    path = write_survey(tmp_path / "field.arrow", 500, seed=5)
    before = pa.total_allocated_bytes()
    opened = open_survey(path)
    assert pa.total_allocated_bytes() - before < 10_000
    for column in OBSERVABLES:
        if column.dtype not in ("category",):
            assert not opened[column.name].to_numpy().flags.writeable, column.name


def test_fields_carry_units_and_ucds(tmp_path):
    path = write_survey(tmp_path / "field.arrow", 10, seed=5)
    with pa.memory_map(str(path)) as source:
        schema = pa.ipc.open_file(source).schema
        assert pa.ipc.open_file(source).num_record_batches == 1
    assert schema.field("parallax").metadata == {b"unit": b"mas", b"ucd": b"pos.parallax.trig"}
    assert u.Unit(schema.field("delta_vr").metadata[b"unit"].decode()) == u.km / u.s
    assert not [name for name in schema.names if name.endswith("_true")]


def test_series_of_a_mapped_row_are_those_of_the_survey(tmp_path, table):
    opened = open_survey(write_survey(tmp_path / "field.arrow", 300, seed=20))
    i = int(np.flatnonzero(opened.n_rv > 0)[0])
    np.testing.assert_array_equal(velocities(opened.iloc[i]).velocity, velocities(table.iloc[i]).velocity)


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = write_survey(tmp_path / "field.arrow", 20, seed=5)
    whole = path.read_bytes()

    def stop(fraction, text):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_survey(path, 30, seed=6, progress=stop)
    assert path.read_bytes() == whole
    assert sorted(p.name for p in tmp_path.iterdir()) == ["field.arrow", "field.truth.arrow"]


def test_an_empty_survey_can_be_written_and_opened(tmp_path):
    path = write_survey(tmp_path / "none.arrow", 0, seed=5)
    assert open_survey(path).shape == (0, len(OBSERVABLES))


def test_progress_reaches_one(tmp_path):
    seen = []
    write_survey(tmp_path / "field.arrow", 100, seed=5, progress=lambda f, t: seen.append(f))
    assert seen == [1.0]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.arrow"):
        open_survey(tmp_path / "none.arrow")


def test_a_truncated_file_is_refused_with_the_remedy(tmp_path):
    path = write_survey(tmp_path / "field.arrow", 100, seed=5)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(SurveyFileError, match=r"field\.arrow: .*write it again"):
        open_survey(path)


def test_another_arrow_file_is_refused(tmp_path):
    path = tmp_path / "other.arrow"
    batch = pa.record_batch({"ra": [1.0]})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    with pytest.raises(SurveyFileError, match="not a survey"):
        open_survey(path)


def test_a_folder_that_does_not_exist_is_an_error_of_the_system(tmp_path):
    with pytest.raises(OSError):
        write_survey(tmp_path / "missing" / "field.arrow", 1, seed=5)


def test_the_truth_lies_beside_the_survey(tmp_path):
    assert truth_path(tmp_path / "a.arrow") == tmp_path / "a.truth.arrow"
