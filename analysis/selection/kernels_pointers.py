"""Compiled functions, and arrays reached by address so that one compiled function takes any number of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from numba import types
from numba.extending import intrinsic

# Numba's own types describe Python calls; what compiled code calls and is called with is declared open.
kernel: Callable[[Callable[..., Any]], Callable[..., Any]] = numba.njit(nogil=True, cache=True)
carray: Any = numba.carray  # type: ignore[attr-defined]


@intrinsic
def _pointer(typing_context: Any, address: Any, dtype: Any) -> Any:
    """The integer address as a C pointer to the dtype; `numba.carray` makes an array of it."""
    target: Any = types.CPointer(dtype.instance_type)  # type: ignore[no-untyped-call]

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    return target(types.int64, dtype), generate


pointer: Any = _pointer


def address_of(array: npt.NDArray[Any] | None) -> int:
    """The address of a contiguous array's first element, 0 for None; the caller keeps the array alive."""
    if array is None:
        return 0
    if not array.flags.c_contiguous:
        raise ValueError("only a contiguous array can be read by its address")
    return int(array.ctypes.data)


def address_table(rows: Sequence[tuple[int, ...]], width: int) -> npt.NDArray[np.int64]:
    """Rows of integers as an array of shape (number of rows, width), also where there is none."""
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)
