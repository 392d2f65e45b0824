"""The units door: Quantity or plain numbers in, plain numbers in the schema's units out."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec

import numpy as np
import numpy.typing as npt
from astropy import units as u

FloatArray = npt.NDArray[np.float64]
Values = float | FloatArray
P = ParamSpec("P")

CHUNK_ROWS = 1 << 18
DIMENSIONLESS = u.dimensionless_unscaled
MAGNITUDE, MILLIARCSECOND, PARSEC = u.mag, u.mas, u.pc
DAY, YEAR, KILOMETRE_PER_SECOND, SOLAR_MASS, SOLAR_RADIUS = u.d, u.yr, u.km / u.s, u.Msun, u.Rsun
RADIAN, KELVIN = u.rad, u.K


def in_unit(value: Any, unit: u.UnitBase) -> npt.NDArray[Any]:
    """Plain array in `unit`: a Quantity is converted, everything else is taken to be in `unit` already.

    Masked entries become NaN. Raises astropy's UnitConversionError for a Quantity of another kind.
    """
    if isinstance(value, u.Quantity):
        value = value.to_value(unit)
    if isinstance(value, np.ma.MaskedArray):
        value = np.ma.filled(value.astype(float), np.nan)
    return np.asarray(value)


def elementwise(**units: u.UnitBase) -> Callable[[Callable[P, Values]], Callable[P, Values]]:
    """Decorator for a function that works element by element on the arguments named in `units`.

    The function then takes floats, arrays, pandas Series or Quantities that broadcast against each other; it
    returns a float where all of them were scalars, else a float64 array of the broadcast shape. Long arrays
    are worked through in blocks, so that the temporaries stay small beside the columns. An argument that is
    None is handed on as None.
    """

    def decorate(function: Callable[P, Values]) -> Callable[P, Values]:
        parameters = signature(function)

        @wraps(function)
        def at_the_door(*args: P.args, **kwargs: P.kwargs) -> Values:
            bound = parameters.bind(*args, **kwargs)
            bound.apply_defaults()
            numbers = {
                name: in_unit(bound.arguments[name], unit)
                for name, unit in units.items()
                if bound.arguments[name] is not None
            }
            others = {name: value for name, value in bound.arguments.items() if name not in numbers}

            def evaluate(block: dict[str, npt.NDArray[Any]]) -> Any:
                with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                    floats = {name: value.astype(np.float64) for name, value in block.items()}
                    return function(**floats, **others)  # type: ignore[call-arg,arg-type]

            return _in_blocks(evaluate, numbers)

        return at_the_door

    return decorate


def _in_blocks(evaluate: Callable[[dict[str, npt.NDArray[Any]]], Any], numbers: dict[str, npt.NDArray[Any]]) -> Values:
    """Result of `evaluate`, taken in blocks along the first axis of the broadcast shape."""
    shape = np.broadcast_shapes(*(value.shape for value in numbers.values()))
    if shape == ():
        return float(evaluate(numbers))
    rows, size = shape[0], int(np.prod(shape))
    if size <= CHUNK_ROWS:
        return np.array(np.broadcast_to(evaluate(numbers), shape), dtype=np.float64)
    step = max(1, CHUNK_ROWS * rows // size)
    result = np.empty(shape)
    for start in range(0, rows, step):
        piece = slice(start, start + step)
        result[piece] = evaluate(
            {
                name: value[piece] if value.ndim == len(shape) and value.shape[0] == rows else value
                for name, value in numbers.items()
            }
        )
    return result
