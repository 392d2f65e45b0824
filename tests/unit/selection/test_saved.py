import json
import tomllib

import cut_strategies as some
import pytest
from hypothesis import given

from analysis.selection import cut_from_dict


@given(some.cuts())
def test_a_saved_cut_comes_back_equal_through_json(cut):
    assert cut_from_dict(json.loads(json.dumps(cut.to_dict()))) == cut


def as_toml(value):
    """A value as inline TOML; JSON's text form is TOML's for text, numbers and lists."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(inner) for inner in value) + "]"
    return json.dumps(value)


@given(some.cuts())
def test_a_saved_cut_comes_back_equal_through_toml(cut):
    text = f"cut = {as_toml(cut.to_dict())}"
    assert cut_from_dict(tomllib.loads(text)["cut"]) == cut


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        ({}, "'kind' is one of range"),
        ("ruwe > 1", "'kind' is one of range"),
        ({"kind": "exec", "text": "1"}, "'kind' is one of range"),
        ({"kind": "range"}, "lacks its field 'column'"),
        ({"kind": "range", "column": "ruwe", "low": "1"}, "must be a number or None"),
        ({"kind": "one_of", "column": "ruwe", "values": 3}, "cannot be read"),
        ({"kind": "one_of", "column": "ruwe", "values": [None]}, "cannot be a value"),
        ({"kind": "inside", "x": "a", "y": "b", "vertices": [1, 2, 3]}, "cannot be read"),
        ({"kind": "and", "terms": []}, "at least one cut"),
        ({"kind": "and", "terms": [{"kind": "not"}]}, "lacks its field 'cut'"),
        ({"kind": "expression", "text": "a +"}, "expected a column"),
    ],
)
def test_a_saved_cut_that_makes_no_sense_is_refused_with_the_reason(saved, message):
    with pytest.raises(ValueError, match=message):
        cut_from_dict(saved)


def test_a_saved_cut_nested_without_end_is_refused():
    saved = {"kind": "missing", "column": "a"}
    for _ in range(500):
        saved = {"kind": "not", "cut": saved}
    with pytest.raises(ValueError, match="nested more than 100 deep"):
        cut_from_dict(saved)
