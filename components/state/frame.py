"""One binary message a frame: a JSON header, then the arrays it describes."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

_ALIGN = 8


def pack_frame(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return the message: uint32 header length, JSON header, arrays aligned to 8 bytes.

    The header gains ``arrays``: for each name its dtype, shape and byte offset from the first array.
    """
    described: dict[str, dict[str, Any]] = {}
    chunks: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array)
        described[name] = {"dtype": data.dtype.name, "shape": list(data.shape), "offset": offset}
        padding = -data.nbytes % _ALIGN
        chunks.extend((data.tobytes(), b"\0" * padding))
        offset += data.nbytes + padding
    text = json.dumps({**header, "arrays": described}, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-(4 + len(text)) % _ALIGN)
    return b"".join((struct.pack("<I", len(text)), text, *chunks))


def unpack_frame(message: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return header and arrays of a packed frame."""
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    start = 4 + length
    arrays = {
        name: np.frombuffer(message, item["dtype"], int(np.prod(item["shape"])), start + item["offset"]).reshape(
            item["shape"]
        )
        for name, item in header["arrays"].items()
    }
    return header, arrays
