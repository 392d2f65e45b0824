"""One binary message carries any arrays to the browser and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from components.state.frame import pack_frame, unpack_frame

ARRAYS = st.dictionaries(
    st.text("abc.:é", min_size=1, max_size=8),
    st.sampled_from(["u1", "u4", "f4", "f8", "i4"]).flatmap(
        lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=5))
    ),
    max_size=5,
)


@given(ARRAYS)
def test_a_frame_unpacks_to_what_was_packed(arrays: dict[str, np.ndarray]) -> None:
    header, back = unpack_frame(pack_frame({"count": 3, "text": "ΔV"}, arrays))
    assert (header["count"], header["text"]) == (3, "ΔV")
    assert list(back) == list(arrays)
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype
        np.testing.assert_array_equal(back[name], array)


@given(ARRAYS)
def test_every_array_starts_where_the_browser_can_read_it(arrays: dict[str, np.ndarray]) -> None:
    message = pack_frame({}, arrays)
    length = int.from_bytes(message[:4], "little")
    header, _ = unpack_frame(message)
    assert (4 + length) % 8 == 0
    assert all(item["offset"] % 8 == 0 for item in header["arrays"].values())
